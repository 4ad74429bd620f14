using Socle.Fhir;

namespace Socle.Store;

/// <summary>
/// What stands under the ids that the operations of one write name, found in one look: a look for each cost an import more than the
/// writing did.
/// </summary>
sealed class BroughtAlong
{
    // Null: looked for, and nothing stands there.
    readonly Dictionary<(string Type, string Id), HeadRow?> rows = [];
    readonly StoreParts parts;
    readonly Scope scope;

    BroughtAlong(StoreParts parts, Scope scope) => (this.parts, this.scope) = (parts, scope);

    public static async ValueTask<BroughtAlong> Find(StoreParts parts, Scope scope, IReadOnlyList<WriteOp> ops, WriteOptions options, CancellationToken stop)
    {
        var found = new BroughtAlong(parts, scope);
        if (ops.Count < 2) return found;
        var asked = new Dictionary<long, (string Type, string Id)>();
        foreach (var op in ops)
        {
            // An id of our own says its place: that is looked at there.
            if (IdOf(op, options) is not { } id || !Ids.IsId(id) || parts.Ids.TryRead(op.Type, id, out _)) continue;
            asked[parts.Hashes.OfAlias(op.Type, id)] = (op.Type, id);
            found.rows[(op.Type, id)] = null;
        }
        if (asked.Count == 0) return found;
        var standing = await parts.Rows.Brought(scope, [.. asked.Keys], stop);
        foreach (var (hash, row) in standing) found.rows[asked[hash]] ??= row;
        await parts.Rows.Warm(standing.ConvertAll(brought => brought.Row), stop);
        return found;
    }

    public ValueTask<HeadRow?> Of(Scope by, string type, string id, CancellationToken stop) =>
        by == scope && rows.TryGetValue((type, id), out var row) ? new(row) : new(parts.Rows.Find(by, type, id, stop));

    static string? IdOf(WriteOp op, WriteOptions options) => op switch
    {
        WriteOp.Create create when options.KeepIds => create.Body.Root["id"].Text,
        WriteOp.Update update => update.Id,
        _ => null
    };
}
