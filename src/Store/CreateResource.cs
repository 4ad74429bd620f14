using Socle.Platform;

namespace Socle.Store;

/// <summary>create and conditional create.</summary>
static class CreateResource
{
    public static async ValueTask Prepare(WriteRun run, PreparedWrite write, WriteOp.Create op, CancellationToken stop)
    {
        Demand.Allowed(write.Scope, op.Type, Interaction.Create);
        (write.Interaction, write.FullUrl) = (Interaction.Create, op.FullUrl);
        write.Take(op.Body);
        if (op.IfNoneExist is { } condition && await Conditions.AtMostOne(run, write.Scope, condition, stop) is { } existing)
        {
            write.Answer = await run.Parts.Rows.Open(existing, stop);
            return;
        }
        if (!run.Options.KeepIds || op.Body.Root["id"].Text is not { } id) return;
        if (await run.Brought.Of(write.Scope, op.Type, id, stop) is { } head)
        {
            // Brought along a second time: an update of what stands there.
            Demand.Writable(run, write, head);
            write.Replaces(head, await run.Parts.Rows.Open(head, stop));
            write.Interaction = Interaction.Update;
        }
        else
        {
            write.Alias = id;
        }
    }
}

static class Demand
{
    public static void Allowed(Scope scope, string type, Interaction interaction)
    {
        if (!scope.Types.Allows(type, interaction)) throw StoreRefusals.TypeNotAllowed.With(type);
    }

    /// <summary>What may be read may still not be written.</summary>
    public static void Writable(WriteRun run, PreparedWrite write, HeadRow row)
    {
        if (!run.Parts.Scoped.MayChange(write.Scope, row)) throw StoreRefusals.WriteNotAllowed.With();
    }
}
