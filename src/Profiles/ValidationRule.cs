using System.Collections.Frozen;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Profiles;

/// <summary>
/// Every write by every door: the rules of R4 beyond structure refuse, but for what official samples break (<see cref="SampleFaults"/>); a profile that
/// the resource claims, and what the definition of an extension asks of its value, refuse or warn, as the settings say. What is imported keeps what other software
/// wrote and is not judged here.
/// </summary>
sealed class ValidationRule(LoadedProfiles profiles, ITerminology terminology, ProfilesSettings settings, Db db, TimeProvider clock) : WriteRule
{
    readonly Validator rules = new(ProfileSet.Empty, terminology);

    public override IReadOnlySet<string> Types { get; } = Definitions.ResourceTypes.ToFrozenSet();

    public override ValueTask Apply(WriteContext write, CancellationToken stop)
    {
        if (write.Type == "StructureDefinition") db.Changes.Tell(write.Unit, LoadedProfiles.Kind);
        if (write.Body is not { } body || write.Options.KeepIds) return ValueTask.CompletedTask;
        var verdict = rules.Judge(body, clock.GetUtcNow(), SampleFaults.Tolerated);
        if (verdict.Issues.Count > 0 && verdict.Issues.Any(issue => issue.Severity != "warning")) throw ProfilesRefusals.BreaksRules.With(Told(verdict.Issues));
        Warn(write, verdict.Issues);
        var asks = verdict.HasExtensions || (verdict.HasClaims && settings.OnWrite != ClaimedProfiles.Off);
        return asks ? Claimed(write, body, stop) : ValueTask.CompletedTask;
    }

    async ValueTask Claimed(WriteContext write, FhirDocument body, CancellationToken stop)
    {
        var loaded = await profiles.Validator(stop);
        var refuses = settings.OnWrite == ClaimedProfiles.Refuse;
        var claimed = loaded.Validate(body, new ValidationOptions(ErrorsOnly: refuses, Now: clock.GetUtcNow()) { Rules = false });
        if (claimed.Count == 0) return;
        // Where an extension may stand is a rule of R4 (§2.4.0.1), not of a profile.
        if (claimed.Where(issue => issue is { Severity: "error", Code: ValidationOptions.Context }).ToList() is { Count: > 0 } misplaced)
            throw ProfilesRefusals.BreaksRules.With(Told(misplaced));
        if (settings.OnWrite == ClaimedProfiles.Off) return;
        if (refuses) throw ProfilesRefusals.BreaksProfile.With(Told(claimed));
        Warn(write, claimed);
    }

    static void Warn(WriteContext write, IReadOnlyList<Issue> issues)
    {
        for (var i = 0; i < issues.Count; i++)
            write.Warn(new("warning", issues[i].Code, issues[i].Expression, issues[i].Diagnostics));
    }

    static List<RefusalIssue> Told(IReadOnlyList<Issue> issues) =>
        [.. issues.Select(issue => new RefusalIssue(issue.Severity, issue.Code, issue.Expression, issue.Diagnostics))];
}
