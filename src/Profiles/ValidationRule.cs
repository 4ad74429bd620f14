using System.Collections.Frozen;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Profiles;

/// <summary>
/// Every write by every door: the rules of R4 beyond structure refuse; a profile that the resource claims refuses or warns, as the settings
/// say. What is imported keeps what other software wrote and is not judged here.
/// </summary>
sealed class ValidationRule(LoadedProfiles profiles, ITerminology terminology, ProfilesSettings settings, TimeProvider clock) : WriteRule
{
    /// <summary>Rules that samples of HL7 and of the national publishers break themselves, and narrative, which is cleaned by what shows it:
    /// $validate tells, a write is let in.</summary>
    public static readonly FrozenSet<string> Tolerated =
        FrozenSet.Create("ref-1", "rat-1", "tim-8", "tim-10", "csd-1", "sdf-21", "txt-1", ValidationOptions.Targets);

    readonly Validator rules = new(ProfileSet.Empty, terminology);

    public override IReadOnlySet<string> Types { get; } = Definitions.ResourceTypes.ToFrozenSet();

    public override async ValueTask Apply(WriteContext write, CancellationToken stop)
    {
        if (write.Type == "StructureDefinition") write.Unit.AfterCommit(profiles.Forget);
        if (write.Body is not { } body || write.Options.KeepIds) return;
        var options = new ValidationOptions(Claims: false, ErrorsOnly: true, Now: clock.GetUtcNow()) { Without = Tolerated };
        var issues = rules.Validate(body, options);
        if (issues.Count > 0) throw ProfilesRefusals.BreaksRules.With(Told(issues));
        if (settings.OnWrite == ClaimedProfiles.Off || !Claims(body)) return;
        var loaded = await profiles.Validator(stop);
        var claimed = loaded.Validate(body, options with { Claims = true, Rules = false, ErrorsOnly = settings.OnWrite == ClaimedProfiles.Refuse });
        if (claimed.Count == 0) return;
        if (settings.OnWrite == ClaimedProfiles.Refuse) throw ProfilesRefusals.BreaksProfile.With(Told(claimed));
        foreach (var issue in Told(claimed)) write.Warn(issue with { Severity = "warning" });
    }

    // Of a bundle the resources in it may claim as well.
    static bool Claims(FhirDocument body) => body.Root["meta"]["profile"].Exists || body.ResourceType is "Bundle" or "Parameters" || body.Root["contained"].Exists;

    static List<RefusalIssue> Told(IReadOnlyList<Issue> issues) =>
        [.. issues.Select(issue => new RefusalIssue(issue.Severity, issue.Code, issue.Expression, issue.Diagnostics))];
}
