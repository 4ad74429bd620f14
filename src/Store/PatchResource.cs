using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>A patch, plain and conditional: its result is judged like an update.</summary>
static class PatchResource
{
    public static async ValueTask Prepare(WriteRun run, PreparedWrite write, WriteOp.Patch op, CancellationToken stop)
    {
        Demand.Allowed(write.Scope, op.Type, Interaction.Patch);
        (write.Interaction, write.IfMatch) = (Interaction.Patch, op.IfMatch);
        var head = op.Id is { } id
            ? await run.Parts.Rows.Find(write.Scope, op.Type, id, stop) ?? throw StoreRefusals.NotFound.With()
            : await Conditions.AtMostOne(run, write.Scope, op.Condition, stop) ?? throw StoreRefusals.NoMatch.With(op.Condition?.Canonical());
        Demand.Writable(run, write, head);
        if (head.Deleted) throw StoreRefusals.Deleted.With();
        if (op.IfMatch is { } version && version != head.Version) throw StoreRefusals.StaleVersion.With();
        write.Replaces(head, await run.Parts.Rows.Open(head, stop));
        write.Replace(FhirDocument.Parse(op.Change.Apply(write.BeforeBody!)));
        if (write.Body!.ResourceType != op.Type) throw StoreRefusals.TypeMismatch.With(op.Type, write.Body.ResourceType);
    }
}
