using System.Buffers;
using Socle.Platform;

namespace Socle.Api;

/// <summary>
/// <see cref="DataCutter"/> for XML: the long base64 in the value attribute of Binary/data and attachment/data goes to the blobs while it
/// streams in. It knows tags, attributes, comments, CDATA and processing instructions, in UTF-8; whether the XML is right is for the
/// reader that follows.
/// </summary>
/// <param name="resourceDepth">How many elements hold the children of a resource: 1 for one, 4 for Bundle/entry/resource/X, 0 for nothing to cut.</param>
sealed class XmlDataCutter(Stream body, int mostXml, int resourceDepth, Func<Stream, CancellationToken, Task<string>> stage)
{
    const int MostDepth = 256;
    const int LongestName = 64;

    readonly ByteSource source = new(body);
    readonly ArrayBufferWriter<byte> output = new(16 * 1024);

    /// <summary>Open elements: is it an attachment?</summary>
    readonly Stack<bool> open = new();

    public async Task<ReadOnlyMemory<byte>> Read(CancellationToken stop)
    {
        while (await Past((byte)'<', stop))
        {
            if (await Peek(stop) is not { } b) break;
            if (b == '!') await Declaration(stop);
            else if (b == '?') await Until("?>"u8.ToArray(), stop);
            else if (b == '/')
            {
                open.TryPop(out _);
                await Past((byte)'>', stop);
            }
            else await Tag(stop);
        }
        return output.WrittenMemory;
    }

    async Task Declaration(CancellationToken stop)
    {
        Put(source.Next());
        var head = new List<byte>();
        while (head.Count < 7 && await Peek(stop) is { } b && (head.Count < 2 ? b == '-' || b == '[' : head[0] == '[' && b != '>'))
        {
            head.Add(b);
            Put(source.Next());
        }
        var end = head is [(byte)'-', (byte)'-'] ? "-->"u8.ToArray() : head is [(byte)'[', ..] ? "]]>"u8.ToArray() : ">"u8.ToArray();
        await Until(end, stop);
    }

    async Task Tag(CancellationToken stop)
    {
        var name = await Name(stop);
        var isData = name == "data" && resourceDepth > 0
            && (open.Count == resourceDepth || open.Count == resourceDepth + 2 && open.Peek());
        var (closed, attribute) = (false, "");
        while (await Peek(stop) is { } b)
        {
            switch (b)
            {
                case (byte)'>':
                    Put(source.Next());
                    if (!closed) Push(name == "attachment");
                    return;
                case (byte)'"' or (byte)'\'':
                    Put(source.Next());
                    if (isData && attribute == "value") await TakeData(b, stop);
                    else await Past(b, stop);
                    attribute = "";
                    break;
                case (byte)'/' or (byte)'=' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                    Put(source.Next());
                    closed = b == '/';
                    break;
                case (byte)'<':
                    return;   // no XML: the reader says so
                default:
                    closed = false;
                    attribute = await Name(stop);
                    break;
            }
        }
    }

    void Push(bool attachment)
    {
        if (open.Count >= MostDepth) throw ApiRefusals.NotFhir.With([new RefusalIssue("fatal", "structure", null, $"XML nesting deeper than {MostDepth}.")]);
        open.Push(attachment);
    }

    // Without its prefix; what is too long is none that we look for.
    async Task<string> Name(CancellationToken stop)
    {
        var name = new System.Text.StringBuilder();
        while (await Peek(stop) is { } b && b is not ((byte)'>' or (byte)'/' or (byte)'=' or (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'"' or (byte)'\'' or (byte)'<'))
        {
            if (b == ':') name.Clear();
            else if (name.Length < LongestName) name.Append((char)b);
            Put(source.Next());
        }
        return name.ToString();
    }

    async Task TakeData(byte quote, CancellationToken stop)
    {
        var head = new ArrayBufferWriter<byte>(DataCutter.Longest + 1);
        while (head.WrittenCount <= DataCutter.Longest)
        {
            if (await Peek(stop) is not { } b)
            {
                Write(head.WrittenSpan);
                return;
            }
            head.Write([source.Next()]);
            if (b != quote) continue;
            Write(head.WrittenSpan);
            return;
        }
        await using var content = new Base64Content(head.WrittenMemory, source, quote);
        var placeholder = await stage(content, stop);
        if (!content.AtEnd) throw ApiRefusals.BadData.With();
        Write(System.Text.Encoding.ASCII.GetBytes(placeholder));
        Put(quote);
    }

    async ValueTask<byte?> Peek(CancellationToken stop) => source.Any || await source.Fill(stop) ? source.Rest[0] : null;

    /// <summary>Copies up to that byte and the byte itself; false at the end.</summary>
    async Task<bool> Past(byte wanted, CancellationToken stop)
    {
        while (source.Any || await source.Fill(stop))
        {
            var at = source.Rest.IndexOf(wanted);
            var count = at < 0 ? source.Rest.Length : at + 1;
            Write(source.Rest[..count]);
            source.Skip(count);
            if (at >= 0) return true;
        }
        return false;
    }

    // The last byte of each end stands once in it at least: it is looked for, then what was copied is looked back at.
    async Task Until(byte[] end, CancellationToken stop)
    {
        var start = output.WrittenCount;
        while (await Past(end[^1], stop))
            if (output.WrittenCount - start >= end.Length && output.WrittenSpan.EndsWith(end)) return;
    }

    void Write(ReadOnlySpan<byte> bytes)
    {
        if (output.WrittenCount + bytes.Length > mostXml) throw ApiRefusals.TooLarge.With(BodyLimits.Shown(mostXml));
        output.Write(bytes);
    }

    void Put(byte b) => Write([b]);
}
