using System.Security.Cryptography;

namespace Socle.Platform;

/// <summary>
/// Holds the whole log against its MACs, its positions, its signed heads and the copies outside the database. Needs the data folder's
/// keys and the database, not the server.
/// </summary>
sealed class AuditVerifier(Db db, Keys keys, IReadOnlyList<string> copies)
{
    const int MostFindings = 1_000;

    readonly List<AuditFinding> findings = [];
    readonly List<Suspect> suspects = [];
    long entries;

    public async Task<AuditReport> Run(CancellationToken stop)
    {
        var heads = await Heads(stop);
        var positions = await db.Query($"select log, seq, drained, mac from platform_audit_log order by log",
            row => new Position(row.Long(0), row.Long(1), row.Long(2), row.Bytes(3)), stop);
        var logs = await db.Query($"select distinct log from platform_audit", row => row.Long(0), stop);
        foreach (var log in logs.Union(positions.Select(p => p.Log)).Union(heads.SelectMany(h => h.Logs).Select(l => l.Log)).Order())
            await VerifyLog(log, positions.FirstOrDefault(p => p.Log == log), heads, stop);
        return new(entries, heads.Count, [.. findings.Take(MostFindings)]);
    }

    async Task VerifyLog(long log, Position? position, IReadOnlyList<AuditHead> heads, CancellationToken stop)
    {
        suspects.Clear();
        var last = CheckPosition(log, position, heads);
        var tree = new MerkleTree();
        var roots = new Queue<LogRoot>(heads.SelectMany(h => h.Logs).Where(l => l.Log == log).OrderBy(l => l.Size));
        var (expected, whole) = (1L, true);
        var missing = new List<long>();
        await foreach (var row in db.Stream($"select seq, patient, entry, hash, mac from platform_audit where log = {log} order by seq",
            row => new EntryRow(row.Long(0), row.Long(1), row.Bytes(2), row.Bytes(3), row.Bytes(4)), stop))
        {
            entries++;
            if (row.Seq < expected || row.Seq > last)
            {
                // Past the end as it was read: made up, unless its seal is right, for a running server has gone on meanwhile.
                if (!IsRight(log, row, MerkleTree.Leaf(row.Entry))) suspects.Add(new(row, AuditFault.Inserted));
                continue;
            }
            for (; expected < row.Seq; expected++) AddMissing(missing, expected, ref whole);
            expected++;
            var leaf = MerkleTree.Leaf(row.Entry);
            if (!IsRight(log, row, leaf)) suspects.Add(new(row, AuditFault.Edited));
            tree.Add(leaf);
            if (whole) whole = CheckRoots(log, tree, roots);
        }
        for (; expected <= last; expected++) AddMissing(missing, expected, ref whole);
        NameSuspects(log, missing);
    }

    // Without a right position the highest size that was ever signed says at least how many there must be.
    long CheckPosition(long log, Position? position, IReadOnlyList<AuditHead> heads)
    {
        var signed = heads.SelectMany(h => h.Logs).Where(l => l.Log == log).Select(l => l.Size).DefaultIfEmpty(0).Max();
        var right = position is not null && CryptographicOperations.FixedTimeEquals(
            position.Mac, AuditTrail.PositionMac(keys.AuditMacKey, log, position.Seq, position.Drained));
        if (right && position!.Seq >= signed) return position.Seq;
        Add(AuditFault.PositionEdited, log, position?.Seq ?? 0,
            $"Journal {log}\u202f: la ligne qui dit combien il compte d’entrées a été modifiée, retirée ou remplacée par une ancienne.");
        return right ? signed : Math.Max(signed, position?.Seq ?? 0);
    }

    bool IsRight(long log, EntryRow row, byte[] leaf)
    {
        if (!row.Hash.AsSpan().SequenceEqual(leaf)) return false;
        if (!CryptographicOperations.FixedTimeEquals(row.Mac, AuditTrail.EntryMac(keys.AuditMacKey, log, row.Seq, leaf))) return false;
        try
        {
            return EntryBytes.Read(row.Entry).Entry.Patient == row.Patient;
        }
        catch (Exception error) when (error is IOException or FormatException or InvalidDataException)
        {
            return false;
        }
    }

    static void AddMissing(List<long> missing, long sequence, ref bool whole)
    {
        if (missing.Count < MostFindings) missing.Add(sequence);
        // The tree cannot be built past a missing leaf: the MACs alone speak for what follows.
        whole = false;
    }

    // Reached only when somebody with the root key forged the MACs too: the signed heads still know.
    bool CheckRoots(long log, MerkleTree tree, Queue<LogRoot> roots)
    {
        while (roots.TryPeek(out var next) && next.Size <= tree.Size)
        {
            roots.Dequeue();
            if (next.Size < tree.Size || next.Root.AsSpan().SequenceEqual(tree.Root())) continue;
            if (suspects.Count == 0)
                Add(AuditFault.TreeDiffers, log, next.Size,
                    $"Journal {log}\u202f: les entrées jusqu’au n° {next.Size} ne sont pas celles qui ont été signées.");
            return false;
        }
        return true;
    }

    // An entry whose seal is right for another number was moved; one that is right nowhere was edited or made up.
    void NameSuspects(long log, List<long> missing)
    {
        var places = suspects.Select(s => s.Row.Seq).Concat(missing).Take(MostFindings).ToList();
        var moved = new HashSet<long>();
        foreach (var (row, fault) in suspects)
        {
            var home = places.FirstOrDefault(p => p != row.Seq && BelongsAt(log, row, p));
            if (home != 0) moved.Add(home);
            if (home != 0) Add(AuditFault.Reordered, log, row.Seq, $"Journal {log}\u202f: l’entrée n° {row.Seq} a été déplacée, sa place est le n° {home}.");
            else if (fault == AuditFault.Inserted) Add(fault, log, row.Seq, $"Journal {log}\u202f: l’entrée n° {row.Seq} a été ajoutée à la main.");
            else Add(fault, log, row.Seq, $"Journal {log}\u202f: l’entrée n° {row.Seq} a été modifiée.");
        }
        foreach (var sequence in missing.Where(m => !moved.Contains(m)))
            Add(AuditFault.Removed, log, sequence, $"Journal {log}\u202f: l’entrée n° {sequence} a été retirée.");
    }

    bool BelongsAt(long log, EntryRow row, long place)
    {
        var leaf = MerkleTree.Leaf(row.Entry);
        return row.Hash.AsSpan().SequenceEqual(leaf)
            && CryptographicOperations.FixedTimeEquals(row.Mac, AuditTrail.EntryMac(keys.AuditMacKey, log, place, leaf));
    }

    async Task<IReadOnlyList<AuditHead>> Heads(CancellationToken stop)
    {
        // The copies first: a head reaches them after the database, so a server that goes on meanwhile raises no false alarm.
        var outside = copies.Where(File.Exists).SelectMany(c => Chain([.. File.ReadAllLines(c).Where(l => l.Length > 0)], "la copie extérieure")).ToList();
        var inDatabase = await db.Query($"select line from platform_audit_head order by number", row => row.Text(0), stop);
        var heads = Chain(inDatabase, "la base de données");
        var byNumber = new Dictionary<long, AuditHead>();
        foreach (var head in heads) byNumber[head.Number] = head;
        foreach (var head in outside)
        {
            var mine = byNumber.GetValueOrDefault(head.Number);
            if (mine is not null && mine.SuperRoot().AsSpan().SequenceEqual(head.SuperRoot())) continue;
            Add(AuditFault.HeadRemoved, 0, head.Number, $"La tête signée n° {head.Number} de la copie extérieure manque dans la base de données ou y diffère.");
            if (mine is not null) continue;
            heads.Add(head);
            byNumber[head.Number] = head;
        }
        return heads;
    }

    List<AuditHead> Chain(IReadOnlyList<string> lines, string where)
    {
        var heads = new List<AuditHead>();
        var (previous, expected) = (new byte[MerkleTree.HashLength], 1L);
        foreach (var line in lines)
        {
            if (!AuditHead.TryRead(line, keys.AuditSigningKey, out var head))
            {
                Add(AuditFault.HeadEdited, 0, expected, $"La tête signée n° {expected} dans {where} a été modifiée.");
                expected++;
                previous = AuditHead.HashOf(line);
                continue;
            }
            for (; expected < head.Number; expected++)
                Add(AuditFault.HeadRemoved, 0, expected, $"La tête signée n° {expected} a été retirée de {where}.");
            if (head.Number == expected && heads.Count == head.Number - 1 && !head.Previous.AsSpan().SequenceEqual(previous))
                Add(AuditFault.HeadEdited, 0, head.Number, $"La tête signée n° {head.Number} dans {where} ne suit pas la précédente.");
            heads.Add(head);
            expected = head.Number + 1;
            previous = AuditHead.HashOf(line);
        }
        return heads;
    }

    void Add(AuditFault fault, long log, long sequence, string french)
    {
        if (findings.Count < MostFindings) findings.Add(new(fault, log, sequence, french));
    }

    sealed record Position(long Log, long Seq, long Drained, byte[] Mac);

    sealed record EntryRow(long Seq, long Patient, byte[] Entry, byte[] Hash, byte[] Mac);

    sealed record Suspect(EntryRow Row, AuditFault Fault);
}
