using System.ComponentModel.DataAnnotations;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.Identities;

/// <summary>Identity vigilance.</summary>
public sealed record VigilanceSettings
{
    /// <summary>RPPS numbers of the identity cell's members. The default is the doctor of the demonstration: a number that begins with 99999 is nobody's.</summary>
    [Required] public IReadOnlyList<string> Referents { get; init; } = [DemoProfessionals.People[1].Rpps];
}

/// <summary>Who belongs to the identity cell.</summary>
public sealed class IdentityCell(VigilanceSettings settings)
{
    /// <summary>The policy of its pages.</summary>
    public const string Policy = "identity-cell";

    public const string Path = "/bouquet/identites";

    public bool Has(Agent? agent) => agent?.Kind == AgentKind.Professional && settings.Referents.Any(rpps => agent.Id == "rpps:" + rpps);
}

/// <summary>One case in the queue: who it is about, in the few words that tell them apart.</summary>
public sealed record CellCase(string Path, string Kind, bool IsOpen, string One, string Other, double? Score, DateTimeOffset Opened, string Note, string? Decision);

public sealed record CellModel(Form Filter, IReadOnlyList<CellCase> Cases, IReadOnlyDictionary<string, long> Open);

/// <summary>A trait of both, how it agrees and what that weighs.</summary>
/// <param name="Tone">"good", "danger" or "plain".</param>
public sealed record ComparedTrait(string Trait, string One, string Other, string Agreement, string Tone, double Weight);

/// <param name="Choices">What may be decided now; empty for a case that is settled for good.</param>
/// <param name="Decided">French: who decided what, when and why; null while it is open.</param>
public sealed record CaseModel(
    CellCase Case, IReadOnlyList<ComparedTrait> Traits, string Outcome, string Why, IReadOnlyList<Choice> Choices, string? Decided, Form Form);

/// <summary>The second step: what is about to be done, in full.</summary>
/// <param name="AsksForNew">What was written since a merge has to be spoken of.</param>
public sealed record ConfirmModel(CellCase Case, string Decision, string Sentence, string Why, bool AsksForNew, Form Form);
