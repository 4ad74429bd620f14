using System.Buffers.Binary;
using System.Security.Cryptography;

namespace Socle.Platform;

/// <summary>Documents' bytes in sealed chunks of 256 KiB: written while they stream in, made somebody's by the record's own commit.</summary>
public sealed class Blobs
{
    internal const int ChunkLength = 256 << 10;

    // Few enough bytes wait to be written with the record: one commit rather than two.
    const int RidingChunks = 2;

    // One unit of a large upload: others find their turn between two of them.
    const int ChunksPerUnit = 4;
    const int HeadLength = 4_096;

    static readonly TimeSpan OrphanAge = TimeSpan.FromHours(1);

    readonly Db db;
    readonly Keys keys;
    readonly TimeProvider clock;
    readonly Chance chance;

    internal Blobs(Db db, Keys keys, TimeProvider clock, Chance chance) => (this.db, this.keys, this.clock, this.chance) = (db, keys, clock, chance);

    /// <summary>Reads to the end; refuses more than <paramref name="maxBytes"/>. What is staged and never published is collected later.</summary>
    public async Task<StagedBlob> Stage(Stream content, long maxBytes, CancellationToken stop)
    {
        var (id, key) = (chance.NextLong(), chance.Bytes(32));
        var box = new SealBox(key, chance);
        using var sha1 = IncrementalHash.CreateHash(HashAlgorithmName.SHA1);
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (waiting, head) = (new List<byte[]>(), Array.Empty<byte>());
        var (size, chunks, flushed) = (0L, 0, false);
        var (current, next) = (new byte[ChunkLength], new byte[ChunkLength]);
        var length = await Fill(content, current, stop);
        while (true)
        {
            size += length;
            if (size > maxBytes) throw await TooLarge(id, flushed, maxBytes);
            sha1.AppendData(current, 0, length);
            sha256.AppendData(current, 0, length);
            if (chunks == 0) head = current[..Math.Min(length, HeadLength)];
            var following = length < ChunkLength ? 0 : await Fill(content, next, stop);
            waiting.Add(box.Seal(current.AsSpan(0, length), Aad(id, chunks++, following == 0)));
            if (following == 0) break;
            if (waiting.Count == ChunksPerUnit)
            {
                await Flush(id, waiting, chunks, first: !flushed, stop);
                flushed = true;
            }
            (current, next, length) = (next, current, following);
        }
        if (flushed || waiting.Count > RidingChunks) await Flush(id, waiting, chunks, first: !flushed, stop);
        return new(id, key, [.. waiting], chunks)
        {
            Size = size,
            Sha1 = sha1.GetHashAndReset(),
            Sha256 = sha256.GetHashAndReset(),
            Head = head
        };
    }

    /// <summary>Makes it the patient's, in the unit of the record that names it.</summary>
    public void Publish(Unit unit, StagedBlob blob, long patient) => unit.BeforeCommit(async stop =>
    {
        var cipher = unit.NewCiphers?.GetValueOrDefault(patient) ?? await keys.Cipher(patient, stop);
        var box = cipher.Seal(blob.Key, KeyAad(patient, blob.Id));
        var now = Clock.Micros(clock);
        if (blob.Riding.Count == 0)
        {
            unit.Expect($"""
                update platform_blob set patient = {patient}, box = {box}, size = {blob.Size}, chunks = {blob.Chunks},
                    sha1 = {blob.Sha1}, sha256 = {blob.Sha256}, published = {true}
                where id = {blob.Id} and published = {false}
                """, () => PlatformRefusals.BlobUnknown.With());
            return;
        }
        unit.Add($"""
            insert into platform_blob (id, patient, box, size, chunks, sha1, sha256, staged_at, published)
            values ({blob.Id}, {patient}, {box}, {blob.Size}, {blob.Chunks}, {blob.Sha1}, {blob.Sha256}, {now}, {true})
            """);
        for (var i = 0; i < blob.Riding.Count; i++)
            unit.Add($"insert into platform_blob_chunk (blob, chunk, box) values ({blob.Id}, {i}, {blob.Riding[i]})");
    });

    /// <summary>Its bytes, chunk after chunk; a chunk that is not as it was written is refused before any of it is given.</summary>
    public async Task<Stream> Open(long patient, long blobId, CancellationToken stop)
    {
        var found = await db.Query($"select box, size, chunks from platform_blob where id = {blobId} and patient = {patient} and published = {true}",
            row => (Box: row.Bytes(0), Size: row.Long(1), Chunks: row.Int(2)), stop);
        if (found.Count == 0) throw PlatformRefusals.BlobUnknown.With();
        var key = (await keys.Cipher(patient, stop)).Open(found[0].Box, KeyAad(patient, blobId));
        return new BlobStream(db, new(key, chance), blobId, found[0].Size, found[0].Chunks);
    }

    /// <summary>Its bytes are gone with the unit: for what was made to be kept a short time only.</summary>
    public static void Remove(Unit unit, long patient, long blobId)
    {
        unit.Add($"delete from platform_blob_chunk where blob in (select id from platform_blob where id = {blobId} and patient = {patient})");
        unit.Add($"delete from platform_blob where id = {blobId} and patient = {patient}");
    }

    /// <summary>The bytes of what is staged and nobody's yet: a rule looks into a document before it is let in.</summary>
    public Stream OpenStaged(StagedBlob blob)
    {
        var box = new SealBox(blob.Key, chance);
        if (blob.Riding.Count == 0) return new BlobStream(db, box, blob.Id, blob.Size, blob.Chunks);
        var plain = new MemoryStream((int)blob.Size);
        for (var i = 0; i < blob.Riding.Count; i++)
        {
            if (!box.TryOpen(blob.Riding[i], Aad(blob.Id, i, i == blob.Riding.Count - 1), out var chunk)) throw PlatformRefusals.SealBroken.With();
            plain.Write(chunk);
        }
        plain.Position = 0;
        return plain;
    }

    /// <summary>Removes what was staged long ago and never published; returns how many.</summary>
    internal async Task<int> CollectOrphans(CancellationToken stop)
    {
        var before = Clock.Micros(clock.GetUtcNow() - OrphanAge);
        var orphans = await db.Query($"select id from platform_blob where box is null and staged_at < {before} order by staged_at limit 1000",
            row => row.Long(0), stop);
        foreach (var id in orphans) await Drop(id, stop);
        return orphans.Count;
    }

    internal static byte[] Aad(long id, int chunk, bool last)
    {
        var aad = new byte[13];
        BinaryPrimitives.WriteInt64BigEndian(aad, id);
        BinaryPrimitives.WriteInt32BigEndian(aad.AsSpan(8), chunk);
        aad[12] = last ? (byte)1 : (byte)0;
        return aad;
    }

    async Task Flush(long id, List<byte[]> boxes, int chunks, bool first, CancellationToken stop)
    {
        var (unit, now) = (new Unit(), Clock.Micros(clock));
        if (first)
            unit.Add($"insert into platform_blob (id, patient, size, chunks, staged_at, published) values ({id}, {0}, {0}, {0}, {now}, {false})");
        var chunk = chunks - boxes.Count;
        foreach (var box in boxes) unit.Add($"insert into platform_blob_chunk (blob, chunk, box) values ({id}, {chunk++}, {box})");
        await db.Commit(unit, stop);
        boxes.Clear();
    }

    async Task<Refusal> TooLarge(long id, bool flushed, long maxBytes)
    {
        if (flushed) await Drop(id, CancellationToken.None);
        return PlatformRefusals.BlobTooLarge.With(maxBytes);
    }

    async Task Drop(long id, CancellationToken stop)
    {
        var unit = new Unit();
        unit.Add($"delete from platform_blob_chunk where blob in (select id from platform_blob where id = {id} and published = {false})");
        unit.Add($"delete from platform_blob where id = {id} and published = {false}");
        await db.Commit(unit, stop);
    }

    static async Task<int> Fill(Stream content, byte[] chunk, CancellationToken stop) =>
        await content.ReadAtLeastAsync(chunk, chunk.Length, throwOnEndOfStream: false, stop);

    static byte[] KeyAad(long patient, long id)
    {
        var aad = new byte[20];
        "blob"u8.CopyTo(aad);
        BinaryPrimitives.WriteInt64BigEndian(aad.AsSpan(4), patient);
        BinaryPrimitives.WriteInt64BigEndian(aad.AsSpan(12), id);
        return aad;
    }
}
