using System.Text;
using System.Text.Unicode;

namespace Socle.Directories;

/// <summary>
/// An extract on disk. It is read twice and never held: once from end to end, to see that it is whole and in one encoding before anything
/// is written, and once line by line.
/// </summary>
sealed class ExtractFile
{
    const int Block = 1 << 20, LongestLine = 256 << 10;

    readonly string path;
    readonly Encoding? other;

    ExtractFile(string path, Encoding? other, ExtractShape shape, long lines) => (this.path, this.other, Shape, Count) = (path, other, shape, lines);

    public ExtractShape Shape { get; }

    public string Name => Path.GetFileName(path);

    /// <summary>Lines of data: the header is not one.</summary>
    public long Count { get; }

    /// <summary>Refuses a file of another encoding, of unknown columns, or one that was cut.</summary>
    public static ExtractFile Check(string path, string? encoding, CancellationToken stop)
    {
        var other = EncodingOf(encoding);
        ExtractShape? shape = null;
        var (count, last, fields, closed) = (0L, 0L, 0, true);
        foreach (var raw in RawLines(path, stop))
        {
            var bytes = raw.Bytes.Span;
            // The end of a file that was cut may stand in the middle of a character: that it was cut is what there is to say.
            if (other is null && !Utf8.IsValid(bytes) && BadByte(bytes) is var bad && (raw.Ended || bad < bytes.Length - 3))
                throw DirectoriesRefusals.WrongEncoding.With(raw.Number, Encoding.UTF8.GetCharCount(bytes[..bad]) + 1);
            if (shape is null)
            {
                shape = ExtractShape.Of(Text(raw, other)) ?? throw DirectoriesRefusals.UnknownExtract.With(Path.GetFileName(path));
                continue;
            }
            if (bytes.IsEmpty || !shape.IsData(bytes)) continue;
            (count, last, fields) = (count + 1, raw.Number, bytes.Count((byte)shape.Separator) + 1);
            closed = raw.Ended || bytes[^1] == (byte)shape.Separator;
        }
        if (shape is null) throw DirectoriesRefusals.UnknownExtract.With(Path.GetFileName(path));
        if (count > 0 && (!closed || fields < shape.Fields)) throw DirectoriesRefusals.CutFile.With(last, fields, shape.Fields);
        return new(path, other, shape, count);
    }

    public IEnumerable<ExtractLine> Lines(CancellationToken stop)
    {
        var first = true;
        foreach (var raw in RawLines(path, stop))
        {
            if (!first && !raw.Bytes.IsEmpty && Shape.IsData(raw.Bytes.Span)) yield return ExtractLine.Of(raw.Number, Text(raw, other), Shape.Separator);
            first = false;
        }
    }

    /// <summary>The first line, however the file is encoded: enough to see what it is.</summary>
    public static string Head(ReadOnlySpan<byte> start)
    {
        if (start.StartsWith("\uFEFF"u8)) start = start[3..];
        var end = start.IndexOf((byte)'\n');
        var line = end < 0 ? start : start[..end];
        return (Utf8.IsValid(line) ? Encoding.UTF8 : Encoding.Latin1).GetString(line).TrimEnd('\r');
    }

    static Encoding? EncodingOf(string? name) => name?.ToUpperInvariant() switch
    {
        null or "" or "UTF-8" or "UTF8" => null,
        "CP1252" or "WINDOWS-1252" or "LATIN1" or "ISO-8859-1" => CodePagesEncodingProvider.Instance.GetEncoding(1252),
        _ => throw DirectoriesRefusals.UnknownEncoding.With(name)
    };

    static string Text(RawLine raw, Encoding? other) => (other ?? Encoding.UTF8).GetString(raw.Bytes.Span);

    static int BadByte(ReadOnlySpan<byte> bytes)
    {
        var at = 0;
        while (at < bytes.Length && Rune.DecodeFromUtf8(bytes[at..], out _, out var length) == System.Buffers.OperationStatus.Done) at += length;
        return at;
    }

    // The memory is that of the block: it holds until the next line is asked for.
    static IEnumerable<RawLine> RawLines(string path, CancellationToken stop)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        var (buffer, filled, number) = (new byte[Block], 0, 0L);
        for (var isStart = true; ; isStart = false)
        {
            stop.ThrowIfCancellationRequested();
            var read = file.Read(buffer, filled, buffer.Length - filled);
            filled += read;
            var begin = isStart && buffer.AsSpan(0, filled).StartsWith("\uFEFF"u8) ? 3 : 0;
            for (int length; (length = buffer.AsSpan(begin, filled - begin).IndexOf((byte)'\n')) >= 0; begin += length + 1)
            {
                var end = length > 0 && buffer[begin + length - 1] == '\r' ? length - 1 : length;
                yield return new(++number, buffer.AsMemory(begin, end), Ended: true);
            }
            buffer.AsSpan(begin, filled - begin).CopyTo(buffer);
            filled -= begin;
            if (read == 0)
            {
                if (filled > 0) yield return new(++number, buffer.AsMemory(0, filled), Ended: false);
                yield break;
            }
            if (filled > LongestLine) throw DirectoriesRefusals.LineTooLong.With(number + 1, LongestLine >> 10);
        }
    }

    readonly record struct RawLine(long Number, ReadOnlyMemory<byte> Bytes, bool Ended);
}
