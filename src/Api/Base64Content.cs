using System.Buffers;
using System.Buffers.Text;

namespace Socle.Api;

/// <summary>The bytes of base64 while it streams in, up to its closing quote: a JSON string, or an attribute of XML when a quote is given.
/// White space is let through, escaped or not, and <c>\/</c>.</summary>
sealed class Base64Content(ReadOnlyMemory<byte> head, ByteSource source, byte? xmlQuote = null) : Stream
{
    readonly byte[] digits = new byte[16 * 1024];
    readonly byte[] group = new byte[3];
    ReadOnlyMemory<byte> head = head;
    int count, inGroup;
    bool escaped, ended;

    /// <summary>The closing quote was read and everything before it was given out.</summary>
    public bool AtEnd => ended && count == 0 && inGroup == 0;

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0) return 0;
        if (inGroup > 0) return FromGroup(buffer.Span);
        while (true)
        {
            await Collect(cancellationToken);
            if (ended && count == 0) return 0;
            // Four digits are three bytes: where there is no room for them, they wait here.
            if (buffer.Length < group.Length)
            {
                if ((inGroup = Decode(group)) == 0) continue;
                return FromGroup(buffer.Span);
            }
            if (Decode(buffer.Span) is > 0 and var written) return written;
        }
    }

    int FromGroup(Span<byte> into)
    {
        var taken = Math.Min(inGroup, into.Length);
        group.AsSpan(0, taken).CopyTo(into);
        group.AsSpan(taken, inGroup - taken).CopyTo(group);
        inGroup -= taken;
        return taken;
    }

    async ValueTask Collect(CancellationToken stop)
    {
        while (!ended && count < digits.Length)
        {
            if (head.Length > 0)
            {
                Take(head.Span[0]);
                head = head[1..];
                continue;
            }
            if (!source.Any && !await source.Fill(stop)) throw ApiRefusals.BadData.With();
            Take(source.Next());
        }
    }

    void Take(byte b)
    {
        if (xmlQuote is { } quote)
        {
            TakeXml(b, quote);
            return;
        }
        if (escaped)
        {
            escaped = false;
            if (b == '/') digits[count++] = b;
            else if (b is not ((byte)'n' or (byte)'r' or (byte)'t')) throw ApiRefusals.BadData.With();
            return;
        }
        switch (b)
        {
            case (byte)'"': ended = true; break;
            case (byte)'\\': escaped = true; break;
            case (byte)' ': break;
            default: digits[count++] = b; break;
        }
    }

    // A reference (&#13;) can only be white space here: any other makes the digits wrong.
    void TakeXml(byte b, byte quote)
    {
        if (escaped) escaped = b is (byte)'#' or (byte)'x' or (byte)'1' or (byte)'3' or (byte)'0' or (byte)'9' or (byte)'A' or (byte)'D' ? true
            : b == ';' ? false : throw ApiRefusals.BadData.With();
        else if (b == quote) ended = true;
        else if (b == '&') escaped = true;
        else if (b is not ((byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t')) digits[count++] = b;
    }

    int Decode(Span<byte> into)
    {
        // Padding may only stand in the last group: it waits until the end is known.
        var ready = ended ? count : (count - 4) / 4 * 4;
        ready = Math.Min(ready, into.Length / 3 * 4);
        if (ready <= 0) return 0;
        var last = ended && ready == count;
        var status = Base64.DecodeFromUtf8(digits.AsSpan(0, ready), into, out var consumed, out var written, last);
        if (status is OperationStatus.InvalidData || consumed == 0) throw ApiRefusals.BadData.With();
        digits.AsSpan(consumed, count - consumed).CopyTo(digits);
        count -= consumed;
        return written;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
