namespace Socle.Platform;

/// <summary>Opens one chunk after the other. Only asynchronous reading: a chunk comes from the database.</summary>
sealed class BlobStream(Db db, SealBox box, long id, long size, int chunks) : Stream
{
    ReadOnlyMemory<byte> current;
    int next;
    long position;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => size;

    public override long Position
    {
        get => position;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.IsEmpty) return 0;
        while (current.IsEmpty && next < chunks) current = await Chunk(cancellationToken);
        var count = Math.Min(buffer.Length, current.Length);
        current[..count].CopyTo(buffer);
        current = current[count..];
        position += count;
        if (count == 0 && position != size) throw PlatformRefusals.SealBroken.With();
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException("Read it asynchronously.");

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    async Task<byte[]> Chunk(CancellationToken stop)
    {
        var number = next++;
        var sealedChunk = await db.First($"select box from platform_blob_chunk where blob = {id} and chunk = {number}", row => row.Bytes(0), stop);
        return sealedChunk is not null && box.TryOpen(sealedChunk, Blobs.Aad(id, number, number == chunks - 1), out var plain)
            ? plain
            : throw PlatformRefusals.SealBroken.With();
    }
}
