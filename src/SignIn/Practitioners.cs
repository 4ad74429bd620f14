namespace Socle.SignIn;

/// <summary>What the directory knows of a professional: who they are, what they exercise and where, and how they are reached.</summary>
/// <param name="Civility">« M », « MME »; empty: not known.</param>
/// <param name="IsActive">False: nobody may act by this number (left, struck off, suspended, dead).</param>
/// <param name="Contacts">Of the person's own entry first, then of their situations.</param>
public sealed record PractitionerFacts(
    string Rpps, string Family, string Given, string Civility, bool IsActive, IReadOnlyList<Exercise> Exercises, IReadOnlyList<PractitionerContact> Contacts)
{
    /// <summary>idNat_PS, by which national services know the person.</summary>
    public string NationalId => "8" + Rpps;

    public string Name => $"{Given} {Family}".Trim();

    /// <summary>Every situation somebody may choose at this moment: an exercise, with one of its activities or none.</summary>
    public IEnumerable<(Exercise Exercise, PracticeActivity? Activity)> Situations(DateOnly today) => IsActive
        ? Exercises.SelectMany(exercise => exercise.Activities.Where(activity => activity.Holds(today)) is var held && held.Any()
            ? held.Select(activity => (exercise, (PracticeActivity?)activity)) : [(exercise, null)])
        : [];
}

/// <summary>A profession that is exercised, with its savoir-faire.</summary>
/// <param name="Profession">Code of TRE_G15.</param>
/// <param name="Category">Code of TRE_R09: « C » civil, « E » student, « M » military.</param>
/// <param name="Title">« DR », « PR »; empty: none.</param>
/// <param name="SkillType">Code of TRE_R04: « S » speciality.</param>
public sealed record Exercise(
    string Profession, string ProfessionText, string Category, string Title, string SkillType, string Skill, IReadOnlyList<PracticeActivity> Activities);

/// <summary>One place where an exercise is practised. Empty texts are not known.</summary>
/// <param name="Id">Of the PractitionerRole: the same as long as the situation stands.</param>
/// <param name="Until">The last day of the contract; null: open.</param>
public sealed record PracticeActivity(string Id, bool IsActive, DateOnly? From, DateOnly? Until)
{
    public string Mode { get; init; } = "";
    public string Sector { get; init; } = "";
    public string PharmacySection { get; init; } = "";
    public string Role { get; init; } = "";
    public string Genre { get; init; } = "";
    public string Finess { get; init; } = "";
    public string LegalFiness { get; init; } = "";
    public string Siret { get; init; } = "";
    public string Siren { get; init; } = "";

    /// <summary>idNat_Struct, or the technical number of an office.</summary>
    public string StructureId { get; init; } = "";

    public string FormerStructureId { get; init; } = "";
    public string StructureName { get; init; } = "";
    public string Sign { get; init; } = "";
    public string Street { get; init; } = "";
    public string PostCode { get; init; } = "";
    public string Town { get; init; } = "";
    public string TownCode { get; init; } = "";
    public string Phone { get; init; } = "";
    public string Mailbox { get; init; } = "";
    public string Authority { get; init; } = "";

    public bool Holds(DateOnly today) => IsActive && (From is not { } from || today >= from) && (Until is not { } until || today <= until);
}

/// <param name="Kind">« phone » or « email ».</param>
/// <param name="IsPersonal">On the person's own entry; else of a place, where others read it too.</param>
public sealed record PractitionerContact(string Kind, string Value, bool IsPersonal);

/// <summary>Who knows the professionals: the module that holds the directory says so at its start.</summary>
public sealed class Practitioners
{
    Func<string, CancellationToken, Task<PractitionerFacts?>>? source;

    public void Fill(Func<string, CancellationToken, Task<PractitionerFacts?>> facts) => source = facts;

    /// <summary>Read anew each time. Null: the directory has no such number, or there is no directory.</summary>
    public Task<PractitionerFacts?> Facts(string rpps, CancellationToken stop) => source is { } known ? known(rpps, stop) : Task.FromResult<PractitionerFacts?>(null);
}
