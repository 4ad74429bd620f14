namespace Socle.Bulk;

/// <summary>
/// JSON with its line breaks taken for blanks, so that a resource is one line. Within a JSON string a line break is never written as
/// itself, so that nothing of the content changes.
/// </summary>
sealed class OneLine(Stream output) : Stream
{
    public override bool CanRead => false;
    public override bool CanSeek => false;
    public override bool CanWrite => true;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Span.IndexOfAny((byte)'\n', (byte)'\r') < 0)
        {
            await output.WriteAsync(buffer, cancellationToken);
            return;
        }
        var flat = buffer.ToArray();
        flat.AsSpan().ReplaceAny(Breaks, (byte)' ');
        await output.WriteAsync(flat, cancellationToken);
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => WriteAsync(buffer.AsMemory(offset, count)).AsTask().GetAwaiter().GetResult();

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();

    static readonly System.Buffers.SearchValues<byte> Breaks = System.Buffers.SearchValues.Create("\r\n"u8);
}
