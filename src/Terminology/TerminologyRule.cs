using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Terminology;

/// <summary>What is written about codes is known as soon as it is committed.</summary>
sealed class TerminologyRule(TerminologyDesk desk, Db db) : WriteRule
{
    public override IReadOnlySet<string> Types => TerminologyParts.Types;

    public override ValueTask Apply(WriteContext write, CancellationToken stop)
    {
        // The id is said here: the body does not carry the one that is given out.
        var (reference, bytes) = ($"{write.Type}/{write.Id}", write.Body?.Bytes.ToArray());
        if (write.Patient != 0) return ValueTask.CompletedTask;
        write.Unit.AfterCommit(() => desk.Changed(reference, bytes));
        db.Changes.Tell(write.Unit, TerminologyDesk.Kind, except: desk.ChangedElsewhere);
        return ValueTask.CompletedTask;
    }
}
