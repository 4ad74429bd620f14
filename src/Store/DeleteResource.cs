using Socle.Platform;

namespace Socle.Store;

/// <summary>delete by id and conditional delete: a deleted version, the older ones stay.</summary>
static class DeleteResource
{
    public static async ValueTask Prepare(WriteRun run, PreparedWrite write, WriteOp.Delete op, CancellationToken stop)
    {
        Demand.Allowed(write.Scope, op.Type, Interaction.Delete);
        (write.Interaction, write.IfMatch) = (Interaction.Delete, op.IfMatch);
        var head = op.Id is { } id
            ? await run.Parts.Rows.Find(write.Scope, op.Type, id, stop) ?? throw StoreRefusals.NotFound.With()
            : await Conditions.AtMostOne(run, write.Scope, op.Condition, stop);
        if (head is null)
        {
            write.Answer = new(op.Type, "", 0, run.Parts.Clock.GetUtcNow(), true, default, 0, 0, null);
            return;
        }
        Demand.Writable(run, write, head);
        if (op.IfMatch is { } version && version != head.Version) throw StoreRefusals.StaleVersion.With();
        var before = await run.Parts.Rows.Open(head, stop);
        write.Replaces(head, before);
        if (head.Deleted) write.Answer = before;
    }
}
