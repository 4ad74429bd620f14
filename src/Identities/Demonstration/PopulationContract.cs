using Socle.Store;

namespace Socle.Identities;

/// <summary>A person of the demonstration as the other modules need it to add invented data of their own.</summary>
public sealed record DemoPatient(
    long PatientKey, string Id, string Ins, string BirthName, string? UsedName, IReadOnlyList<string> GivenNames, DateOnly BirthDate, string Sex, string BirthPlaceCode)
{
    /// <summary>Position in the population: the first ones are always the same people.</summary>
    public int Number { get; init; }
}

/// <summary>A professional of the demonstration in a structure of it.</summary>
public sealed record DemoActor(
    string Key, string Rpps, string Civility, string FirstName, string FamilyName, string Role, string ProfessionCode, string? Specialty,
    string Finess, string StructureName, string SectorCode, string SectorName)
{
    public string ShownName => $"{(Civility.Length == 0 ? "" : Civility + " ")}{FirstName} {FamilyName}";
}

/// <summary>Somebody to choose on the demonstration's sign-in page.</summary>
/// <param name="Note">French: what there is to see as this person.</param>
/// <param name="PatientKey">A citizen's record; 0 for a professional.</param>
public sealed record DemoFace(string Name, string Note, string? Role, string? Rpps, string? Finess, string? StructureName, long PatientKey, string? PatientId);

/// <param name="Done">Units of work done out of <paramref name="Total"/>; people first, then what the steps add.</param>
public sealed record PopulationProgress(string What, int Done, int Total);

/// <summary>What a module adds to the demonstration population: the shared record its documents, for instance. Registered by the module.</summary>
public abstract class PopulationStep
{
    /// <summary>French, for the progress line: « documents ».</summary>
    public abstract string What { get; }

    /// <summary>The same people give the same data; <paramref name="today"/> is the day of the demonstration.</summary>
    public abstract Task Add(
        Scope steward, IReadOnlyList<DemoPatient> patients, IReadOnlyList<DemoActor> actors, DateOnly today, IProgress<PopulationProgress>? progress, CancellationToken stop);
}
