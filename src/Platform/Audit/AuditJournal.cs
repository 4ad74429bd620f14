using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Socle.Platform;

/// <summary>
/// A file that has its whole size from the first day. When the disk is full, the traces of reads go there, and into the database as soon
/// as there is room. Records: length ‖ MAC ‖ patient ‖ entry, after the number of the filling.
/// </summary>
sealed class AuditJournal : IDisposable
{
    const int Header = 8, RecordHeader = 4 + MacLength, MacLength = 32;

    readonly FileStream file;
    readonly byte[] macKey;
    readonly long capacity;
    long end = Header;

    public AuditJournal(string path, byte[] macKey, long capacity)
    {
        (this.macKey, this.capacity) = (macKey, capacity);
        file = new(path, new FileStreamOptions { Mode = FileMode.Open, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0 });
        if (file.Length < capacity) Fill();
        Span<byte> number = stackalloc byte[Header];
        file.Position = 0;
        file.ReadExactly(number);
        Generation = BinaryPrimitives.ReadInt64LittleEndian(number);
        foreach (var entry in Read()) end += RecordHeader + 8 + entry.Bytes.Length;
    }

    /// <summary>Counts the fillings, from 1; the database remembers the last one it took in.</summary>
    public long Generation { get; private set; }

    public bool IsEmpty => end == Header;

    public bool TryWrite(IReadOnlyList<SealedEntry> entries)
    {
        var size = entries.Sum(e => RecordHeader + 8 + e.Bytes.Length);
        if (end + size + 4 > capacity) return false;
        var bytes = new byte[size + 4];
        var at = 0;
        foreach (var entry in entries)
        {
            var body = bytes.AsSpan(at + RecordHeader, 8 + entry.Bytes.Length);
            BinaryPrimitives.WriteInt64LittleEndian(body, entry.Patient);
            entry.Bytes.CopyTo(body[8..]);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), body.Length);
            Mac(end + at, body).CopyTo(bytes.AsSpan(at + 4));
            at += RecordHeader + body.Length;
        }
        file.Position = end;
        file.Write(bytes);
        file.Flush(flushToDisk: true);
        end += size;
        return true;
    }

    /// <summary>What was written since the last reset; stops at the first record a power cut has torn, which nobody was answered for.</summary>
    public List<SealedEntry> Read()
    {
        var entries = new List<SealedEntry>();
        var head = new byte[RecordHeader];
        for (long at = Header; at + RecordHeader < capacity;)
        {
            file.Position = at;
            file.ReadExactly(head);
            var length = BinaryPrimitives.ReadInt32LittleEndian(head);
            if (length <= 8 || at + RecordHeader + length > capacity) break;
            var body = new byte[length];
            file.ReadExactly(body);
            if (!CryptographicOperations.FixedTimeEquals(Mac(at, body), head.AsSpan(4))) break;
            entries.Add(new(BinaryPrimitives.ReadInt64LittleEndian(body), body[8..]));
            at += RecordHeader + length;
        }
        return entries;
    }

    public void Reset()
    {
        Span<byte> start = stackalloc byte[Header + 4];
        BinaryPrimitives.WriteInt64LittleEndian(start, ++Generation);
        file.Position = 0;
        file.Write(start);
        file.Flush(flushToDisk: true);
        end = Header;
    }

    public void Dispose() => file.Dispose();

    // The number of the filling is in the MAC: what an earlier filling left further on is never read as part of this one.
    byte[] Mac(long at, ReadOnlySpan<byte> body)
    {
        var bytes = new byte[16 + body.Length];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, Generation);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(8), at);
        body.CopyTo(bytes.AsSpan(16));
        return HMACSHA256.HashData(macKey, bytes);
    }

    void Fill()
    {
        file.Position = file.Length;
        var zeros = new byte[1 << 16];
        while (file.Length < capacity) file.Write(zeros, 0, (int)Math.Min(zeros.Length, capacity - file.Length));
        Span<byte> first = stackalloc byte[Header];
        BinaryPrimitives.WriteInt64LittleEndian(first, 1);
        file.Position = 0;
        file.Write(first);
        file.Flush(flushToDisk: true);
    }
}
