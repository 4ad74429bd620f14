namespace Socle.Fhir;

/// <summary>What the meaning of a search may know from outside.</summary>
public sealed record SearchEnvironment
{
    /// <summary>R4 alone: no clock, no terminology, no custom parameters.</summary>
    public static readonly SearchEnvironment Default = new();

    /// <summary>What « ap » on dates measures its tenth against; without it ap means overlap.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>Answers :in, :not-in, :above and :below; without it they are refused.</summary>
    public ITerminology? Terminology { get; init; }

    public SearchParamSet Params { get; init; } = SearchParamSet.R4;

    /// <summary>« https://host/fhir/ »: a reference that begins with it is one of our own.</summary>
    public string? BaseUrl { get; init; }
}
