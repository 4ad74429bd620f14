using Socle.Platform;

namespace Socle.Store;

/// <summary>update by id (an id that is unknown or invisible here is created under it) and conditional update.</summary>
static class UpdateResource
{
    public static async ValueTask Prepare(WriteRun run, PreparedWrite write, WriteOp.Update op, CancellationToken stop)
    {
        Demand.Allowed(write.Scope, op.Type, Interaction.Update);
        if (op.Body.ResourceType != op.Type) throw StoreRefusals.TypeMismatch.With(op.Type, op.Body.ResourceType);
        (write.Interaction, write.FullUrl, write.IfMatch) = (Interaction.Update, op.FullUrl, op.IfMatch);
        write.Take(op.Body);
        var idInBody = op.Body.Root["id"].Text;
        var id = op.Id ?? (op.Condition is null ? throw StoreRefusals.IdMissing.With() : idInBody);
        if (id is not null && !Ids.IsId(id)) throw StoreRefusals.IdMalformed.With(id);

        var head = op.Id is { } asked
            ? await run.Brought.Of(write.Scope, op.Type, asked, stop)
            : await Conditions.AtMostOne(run, write.Scope, op.Condition!, stop);
        if (head is null && op.Condition is not null && id is not null)
        {
            if (await run.Parts.Rows.Find(write.Scope, op.Type, id, stop) is not null)
                throw StoreRefusals.ManyMatches.With(op.Condition.Canonical());
        }

        if (head is null)
        {
            if (op.Id is not null && idInBody is not null && idInBody != op.Id) throw StoreRefusals.IdMismatch.With(op.Id, idInBody);
            if (op.IfMatch is not null) throw StoreRefusals.StaleVersion.With();
            Demand.Allowed(write.Scope, op.Type, Interaction.Create);
            (write.Alias, write.Interaction) = (id, Interaction.Create);
            return;
        }
        Demand.Writable(run, write, head);
        write.Replaces(head, await run.Parts.Rows.Open(head, stop));
        var names = (string?[])[null, write.VisibleId, op.Id, run.Parts.Ids.External(head.Patient, head.Number)];
        if (!names.Contains(idInBody)) throw StoreRefusals.IdMismatch.With(op.Id ?? write.VisibleId, idInBody);
        if (head.Deleted && op.Id is not null) write.VisibleId = op.Id;
        if (op.IfMatch is { } version && version != head.Version) throw StoreRefusals.StaleVersion.With();
    }
}
