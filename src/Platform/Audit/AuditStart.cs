using System.Security.Cryptography;

namespace Socle.Platform;

/// <summary>Where the log stood when the server stopped.</summary>
sealed record AuditStart(
    long Log, long Sequence, long Drained, MerkleTree Tree, long SignedSize, IReadOnlyList<LogRoot> ClosedLogs, long HeadNumber, byte[] Previous)
{
    /// <summary>
    /// Goes on with the last log. Where its position was touched by hand, that log is left as it is for the auditor, and a new one begins: the
    /// evidence is never written over.
    /// </summary>
    public static async Task<AuditStart> Read(Db db, Keys keys, CancellationToken stop)
    {
        var positions = await db.Query($"select log, seq, drained, mac from platform_audit_log order by log",
            row => (Log: row.Long(0), Seq: row.Long(1), Drained: row.Long(2), Mac: row.Bytes(3)), stop);
        var lasts = await db.Query($"select log, max(seq) from platform_audit group by log order by log",
            row => (Log: row.Long(0), Seq: row.Long(1)), stop);
        var head = await LastHead(db, keys, stop);
        var log = Math.Max(positions.Count == 0 ? 0 : positions[^1].Log, lasts.Count == 0 ? 0 : lasts[^1].Log);
        var position = positions.FirstOrDefault(p => p.Log == log);
        var signed = head?.Head.Logs.FirstOrDefault(l => l.Log == log);
        var right = position.Mac is { } mac
            && CryptographicOperations.FixedTimeEquals(mac, AuditTrail.PositionMac(keys.AuditMacKey, log, position.Seq, position.Drained))
            && position.Seq == lasts.FirstOrDefault(l => l.Log == log).Seq
            && position.Seq >= (signed?.Size ?? 0);
        var isFirst = position.Mac is null && lasts.Count == 0 && head is null;
        if (!right)
        {
            log = isFirst ? 0 : log + 1;
            position = (log, 0, 0, AuditTrail.PositionMac(keys.AuditMacKey, log, 0, 0));
            var begin = new Unit();
            begin.Add($"insert into platform_audit_log (log, seq, drained, mac) values ({log}, 0, 0, {position.Mac})");
            await db.Commit(begin, stop);
            signed = null;
        }
        var tree = await Grow(db, log, signed, head?.Frontier ?? [], stop);
        var closed = head?.Head.Logs.Where(l => l.Log != log).ToList() ?? [];
        return new(log, position.Seq, position.Drained, tree, signed?.Size ?? 0, closed, head?.Head.Number ?? 0,
            head is null ? new byte[MerkleTree.HashLength] : AuditHead.HashOf(head.Line));
    }

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

    static async Task<LastSigned?> LastHead(Db db, Keys keys, CancellationToken stop)
    {
        var last = await db.Query($"select line, frontier from platform_audit_head order by number desc limit 20",
            row => (Line: row.Text(0), Frontier: row.Bytes(1)), stop);
        foreach (var (line, frontier) in last)
            if (AuditHead.TryRead(line, keys.AuditSigningKey, out var head)) return new(head, line, frontier);
        return null;
    }

    sealed record LastSigned(AuditHead Head, string Line, byte[] Frontier);
}
