using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Socle.Platform;

/// <summary>
/// Numbers the entries of each commit without a gap. An entry's MAC covers its number, and the log's row carries the last number under a
/// MAC of its own: an entry that is edited, moved, added or taken away is seen, the last one too, before any head was signed.
/// </summary>
sealed class AuditTrail(byte[] macKey, long log, AuditJournal journal) : Trail
{
    static readonly Table Entries = new("platform_audit", Column.Long("log"), Column.Long("seq"), Column.Long("patient"),
        Column.Bytes("entry"), Column.Bytes("hash"), Column.Bytes("mac"));

    const int EntryLength = 1 + 16 + MerkleTree.HashLength;

    // The writer's own, for the commits come one after the other: the key is set up once, which takes longer than the code itself.
    readonly IncrementalHash macs = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, macKey);
    readonly Lock gate = new();
    List<byte[]> unsigned = [];
    long sequence, drained;

    /// <summary>Called when enough entries wait for a signed head.</summary>
    public Action? ManyUnsigned { get; set; }

    public long Log => log;

    public override Sql Position => $"select seq from platform_audit_log where log = {log}";

    public override Unit? Rescued
    {
        get
        {
            if (journal.IsEmpty) return null;
            var unit = new Unit { Drains = journal.Generation };
            unit.Trace.AddRange(journal.Read());
            return unit;
        }
    }

    public void StartAt(long lastSequence, long lastDrained)
    {
        (sequence, drained) = (lastSequence, lastDrained);
        // The journal went into the database, and the power went before the journal was emptied.
        if (!journal.IsEmpty && journal.Generation == drained) journal.Reset();
    }

    public override TrailStep? Next(IReadOnlyList<Pending> units)
    {
        List<object?[]>? rows = null;
        List<byte[]>? leaves = null;
        var (last, drains) = (sequence, drained);
        foreach (var pending in units)
        {
            drains = pending.Unit.Drains ?? drains;
            foreach (var entry in pending.Unit.Trace)
            {
                var hash = MerkleTree.Leaf(entry.Bytes);
                last++;
                (rows ??= []).Add([log, last, entry.Patient, entry.Bytes, hash, EntryMac(last, hash)]);
                (leaves ??= []).Add(hash);
            }
        }
        if (rows is null) return null;
        Sql guard = $"""
            update platform_audit_log set seq = {last}, drained = {drains}, mac = {PositionMac(macKey, log, last, drains)}
            where log = {log} and seq = {sequence}
            """;
        return new(Entries, rows, guard, last, leaves!, drains);
    }

    public override void Committed(TrailStep step)
    {
        (sequence, drained) = (step.Last, step.Drained);
        lock (gate) unsigned.AddRange(step.Leaves);
        if (unsigned.Count >= AuditSequencer.EntriesPerHead) ManyUnsigned?.Invoke();
    }

    public override bool Rescue(Unit unit) => journal.TryWrite(unit.Trace);

    public override void Drained() => journal.Reset();

    /// <summary>The leaves that stand in the database and under no head yet; they are the caller's from now on.</summary>
    public List<byte[]> TakeUnsigned()
    {
        lock (gate)
        {
            var taken = unsigned;
            unsigned = [];
            return taken;
        }
    }

    byte[] EntryMac(long number, byte[] hash)
    {
        Span<byte> bytes = stackalloc byte[EntryLength];
        WriteEntry(bytes, log, number, hash);
        macs.AppendData(bytes);
        return macs.GetHashAndReset();
    }

    public static byte[] EntryMac(byte[] key, long log, long sequence, byte[] hash)
    {
        Span<byte> bytes = stackalloc byte[EntryLength];
        WriteEntry(bytes, log, sequence, hash);
        return HMACSHA256.HashData(key, bytes);
    }

    static void WriteEntry(Span<byte> bytes, long log, long sequence, byte[] hash)
    {
        bytes[0] = (byte)'e';
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], log);
        BinaryPrimitives.WriteInt64BigEndian(bytes[9..], sequence);
        hash.AsSpan(0, Math.Min(hash.Length, MerkleTree.HashLength)).CopyTo(bytes[17..]);
    }

    public static byte[] PositionMac(byte[] key, long log, long sequence, long drained)
    {
        Span<byte> bytes = stackalloc byte[1 + 24];
        bytes[0] = (byte)'p';
        BinaryPrimitives.WriteInt64BigEndian(bytes[1..], log);
        BinaryPrimitives.WriteInt64BigEndian(bytes[9..], sequence);
        BinaryPrimitives.WriteInt64BigEndian(bytes[17..], drained);
        return HMACSHA256.HashData(key, bytes);
    }
}
