using System.Globalization;
using System.Security.Cryptography;

namespace Socle.Platform;

/// <summary>Where the log of this data folder stood when the server stopped, and the last head of all logs.</summary>
sealed record AuditStart(
    long Log, long Sequence, long Drained, MerkleTree Tree, long SignedSize, IReadOnlyList<LogRoot> OtherLogs, long HeadNumber, byte[] Previous)
{
    const string LogFile = "audit-log";

    static readonly RefusalKind Taken = new("audit-log-taken", Reason.Conflict, "Un autre serveur vient d’ouvrir ce journal.");

    /// <summary>
    /// Goes on with the log of this folder; a folder that is new on a database with logs begins one of its own, for each process writes its own.
    /// Where its position was touched by hand, that log is left as it is for the auditor, and a new one begins: the evidence is never written over.
    /// </summary>
    public static async Task<AuditStart> Read(Db db, Keys keys, DataFolder folder, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                var start = await Find(db, keys, folder, stop);
                var text = start.Log.ToString(CultureInfo.InvariantCulture);
                if (Numbered(folder) != start.Log) await File.WriteAllTextAsync(folder.NewFile(LogFile), text, stop);
                return start;
            }
            catch (Refusal refusal) when (refusal.Kind == Taken)
            {
                // Another process began at the same moment: the next number.
            }
        }
    }

    static async Task<AuditStart> Find(Db db, Keys keys, DataFolder folder, CancellationToken stop)
    {
        var positions = await db.Query($"select log, seq, drained, mac from platform_audit_log order by log",
            row => (Log: row.Long(0), Seq: row.Long(1), Drained: row.Long(2), Mac: row.Bytes(3)), stop);
        // By the ends of the index: a start must not read a log of millions.
        var last = await db.First($"select log from platform_audit order by log desc, seq desc limit 1", row => (long?)row.Long(0), stop) ?? -1;
        var heads = await Heads(db, keys, stop);
        var head = heads.FirstOrDefault();
        var newest = Math.Max(positions.Count == 0 ? -1 : positions[^1].Log, last);
        var log = Numbered(folder) ?? (folder.IsNew ? -1 : newest);
        var written = await db.First($"select seq from platform_audit where log = {log} order by seq desc limit 1", row => (long?)row.Long(0), stop) ?? 0;
        var position = positions.FirstOrDefault(p => p.Log == log);
        var signed = head?.Head.Logs.FirstOrDefault(l => l.Log == log);
        var right = position.Mac is { } mac
            && CryptographicOperations.FixedTimeEquals(mac, AuditTrail.PositionMac(keys.AuditMacKey, log, position.Seq, position.Drained))
            && position.Seq == written
            && position.Seq >= (signed?.Size ?? 0);
        if (!right)
        {
            log = newest < 0 && head is null ? 0 : Math.Max(0, Math.Max(newest, head?.Head.Logs.Max(l => l.Log) ?? 0)) + 1;
            position = (log, 0, 0, AuditTrail.PositionMac(keys.AuditMacKey, log, 0, 0));
            var begin = new Unit();
            begin.Unique($"insert into platform_audit_log (log, seq, drained, mac) values ({log}, 0, 0, {position.Mac})", () => Taken.With());
            await db.Commit(begin, stop);
            signed = null;
        }
        // The tree of this log stands beside the last head that its own process signed.
        var own = signed is null ? null : heads.Find(h => h.Head.Logs[^1].Log == log);
        var tree = await Grow(db, log, own?.Head.Logs[^1], own?.Frontier ?? [], stop);
        var others = head?.Head.Logs.Where(l => l.Log != log).ToList() ?? [];
        return new(log, position.Seq, position.Drained, tree, signed?.Size ?? 0, others, head?.Head.Number ?? 0,
            head is null ? new byte[MerkleTree.HashLength] : AuditHead.HashOf(head.Line));
    }

    static long? Numbered(DataFolder folder) =>
        File.Exists(folder.PathOf(LogFile)) && long.TryParse(File.ReadAllText(folder.PathOf(LogFile)), NumberStyles.None, CultureInfo.InvariantCulture, out var log)
            ? log : null;

    // The frontier saves reading the whole log; it is believed only when it gives the root that was signed.
    static async Task<MerkleTree> Grow(Db db, long log, LogRoot? signed, byte[] frontier, CancellationToken stop)
    {
        var tree = signed is null ? null : MerkleTree.From(signed.Size, frontier);
        if (tree is null || !tree.Root().AsSpan().SequenceEqual(signed!.Root)) tree = new();
        var from = tree.Size;
        await foreach (var leaf in db.Stream($"select hash from platform_audit where log = {log} and seq > {from} order by seq",
            row => row.Bytes(0), stop)) tree.Add(leaf);
        return tree;
    }

    // Newest first.
    static async Task<List<Signed>> Heads(Db db, Keys keys, CancellationToken stop)
    {
        var last = await db.Query($"select line, frontier from platform_audit_head order by number desc limit 200",
            row => (Line: row.Text(0), Frontier: row.Bytes(1)), stop);
        var heads = new List<Signed>();
        foreach (var (line, frontier) in last)
            if (AuditHead.TryRead(line, keys.AuditSigningKey, out var head)) heads.Add(new(head, line, frontier));
        return heads;
    }

    sealed record Signed(AuditHead Head, string Line, byte[] Frontier);
}
