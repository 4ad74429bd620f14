using System.Buffers;
using System.Runtime.CompilerServices;

namespace Socle.Fhir;

/// <summary>A line of an NDJSON stream.</summary>
/// <param name="Bytes">Valid until the next line is read; empty when it was longer than allowed.</param>
/// <param name="Number">From 1, blank lines counted.</param>
/// <param name="End">Bytes of the stream up to and with this line.</param>
public readonly record struct NdjsonLine(ReadOnlyMemory<byte> Bytes, long Number, long End, bool TooLong);

/// <summary>Lines of newline-delimited JSON from a stream, one in memory at a time.</summary>
public static class NdjsonReader
{
    const int Start = 64 << 10;

    /// <param name="longest">A longer line is read over and told as such.</param>
    /// <param name="number">The number of the last line before where the stream stands.</param>
    /// <param name="offset">Bytes before where the stream stands.</param>
    public static async IAsyncEnumerable<NdjsonLine> Read(
        Stream stream, int longest, long number = 0, long offset = 0, [EnumeratorCancellation] CancellationToken stop = default)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Start);
        try
        {
            var (begin, filled, searched, skipping) = (0, 0, 0, false);
            while (true)
            {
                var newline = buffer.AsSpan(searched, filled - searched).IndexOf((byte)'\n');
                if (newline >= 0)
                {
                    var end = searched + newline;
                    offset += end + 1 - begin;
                    yield return Line(buffer, begin, end, ++number, offset, skipping, longest);
                    (begin, searched, skipping) = (end + 1, end + 1, false);
                    continue;
                }
                if (filled - begin > longest)
                {
                    offset += filled - begin;
                    (begin, filled, skipping) = (0, 0, true);
                }
                searched = filled;
                (buffer, begin, filled) = Room(buffer, begin, filled);
                searched = filled;
                var read = await stream.ReadAsync(buffer.AsMemory(filled), stop);
                if (read > 0)
                {
                    filled += read;
                    continue;
                }
                if (filled > begin || skipping) yield return Line(buffer, begin, filled, ++number, offset + filled - begin, skipping, longest);
                yield break;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }

    static NdjsonLine Line(byte[] buffer, int begin, int end, long number, long offset, bool skipping, int longest)
    {
        var bytes = buffer.AsMemory(begin, end - begin).Trim(" \t\r"u8);
        if (number == 1 && bytes.Span.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        var tooLong = skipping || bytes.Length > longest;
        return new(tooLong ? default : bytes, number, offset, tooLong);
    }

    static (byte[] Buffer, int Begin, int Filled) Room(byte[] buffer, int begin, int filled)
    {
        if (begin > 0)
        {
            buffer.AsSpan(begin, filled - begin).CopyTo(buffer);
            return (buffer, 0, filled - begin);
        }
        if (filled < buffer.Length) return (buffer, begin, filled);
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, filled).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        return (larger, 0, filled);
    }
}
