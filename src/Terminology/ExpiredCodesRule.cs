using System.Globalization;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Terminology;

/// <summary>
/// A code that is known to be out of use may be read and kept, and not be written anew. Files that are taken over are history: their codes were right
/// when they were written.
/// </summary>
sealed class ExpiredCodesRule(TerminologyDesk desk, TimeProvider clock) : WriteRule
{
    public override IReadOnlySet<string> Types { get; } = Definitions.ResourceTypes.Where(type => !TerminologyParts.Types.Contains(type)).ToHashSet();

    public override async ValueTask Apply(WriteContext write, CancellationToken stop)
    {
        if (write.Body is not { } body || write.Options.KeepIds || write.Scope.Agent.Id == "program:import") return;
        var index = desk.Loaded.IsCompletedSuccessfully ? desk.Current : await desk.Complete(stop);
        var expired = index.ExpiredIn(body, clock.GetUtcNow());
        if (expired.Count == 0) return;
        var before = Before(write, index);
        var fresh = expired.Where(coding => !before.Contains((coding.System, coding.Code))).ToList();
        if (fresh.Count == 0) return;
        throw TerminologyRefusals.ExpiredCode.With([.. fresh.Take(20).Select(IssueOf)], fresh[0].Code, fresh[0].Path);
    }

    // An update that leaves an old code where it stands does not write it anew.
    HashSet<(string, string)> Before(WriteContext write, TerminologyIndex index)
    {
        if (write.Before is not { Deleted: false } before) return [];
        using var document = FhirDocument.Parse(before.Bytes);
        return [.. index.ExpiredIn(document, clock.GetUtcNow()).Select(coding => (coding.System, coding.Code))];
    }

    static RefusalIssue IssueOf(ExpiredCoding coding)
    {
        var since = coding.Until is { } until ? string.Create(CultureInfo.GetCultureInfo("fr-FR"), $" depuis le {until:d MMMM yyyy}") : "";
        var instead = coding.ReplacedBy is { } other ? $" Utilisez « {other} »." : "";
        var name = coding.Display is { } display ? $" ({display})" : "";
        return new("error", "code-invalid", coding.Path, $"Le code « {coding.Code} »{name} de {coding.System} n’est plus en vigueur{since}.{instead}");
    }
}
