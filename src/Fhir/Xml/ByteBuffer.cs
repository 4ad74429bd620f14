using System.Buffers;
using System.Text;

namespace Socle.Fhir;

/// <summary>Bytes that grow, and can be cut back to a length they had.</summary>
sealed class ByteBuffer(int capacity)
{
    // What JSON wants escaped, and what XML wants escaped in an attribute or a text.
    static readonly SearchValues<byte> JsonStops = SearchValues.Create([(byte)'"', (byte)'\\', .. Enumerable.Range(0, 32).Select(i => (byte)i)]);
    static readonly SearchValues<byte> XmlStops = SearchValues.Create("&<>\"\t\n\r"u8);

    byte[] bytes = new byte[capacity];

    public int Length { get; set; }
    public ReadOnlySpan<byte> Written => bytes.AsSpan(0, Length);

    public Span<byte> Room(int count)
    {
        if (bytes.Length - Length < count) Array.Resize(ref bytes, Math.Max(checked(Length + count), bytes.Length * 2));
        return bytes.AsSpan(Length);
    }

    public void Add(byte one)
    {
        if (Length == bytes.Length) Room(1);
        bytes[Length++] = one;
    }

    public void Add(ReadOnlySpan<byte> many)
    {
        many.CopyTo(Room(many.Length));
        Length += many.Length;
    }

    public void Add(string text) => Length += Encoding.UTF8.GetBytes(text, Room(Encoding.UTF8.GetMaxByteCount(text.Length)));

    /// <summary>With its quotes.</summary>
    public void AddJsonString(string text)
    {
        Add((byte)'"');
        var start = Length;
        Add(text);
        if (bytes.AsSpan(start, Length - start).IndexOfAny(JsonStops) >= 0)
        {
            var plain = bytes.AsSpan(start, Length - start).ToArray();
            Length = start;
            EscapeJson(plain);
        }
        Add((byte)'"');
    }

    public void EscapeJson(ReadOnlySpan<byte> utf8)
    {
        while (utf8.IndexOfAny(JsonStops) is >= 0 and var stop)
        {
            Add(utf8[..stop]);
            Add((byte)'\\');
            switch (utf8[stop])
            {
                case (byte)'\n': Add((byte)'n'); break;
                case (byte)'\r': Add((byte)'r'); break;
                case (byte)'\t': Add((byte)'t'); break;
                case (byte)'"' or (byte)'\\': Add(utf8[stop]); break;
                default:
                    Add("u00"u8);
                    Add("0123456789abcdef"u8[utf8[stop] >> 4]);
                    Add("0123456789abcdef"u8[utf8[stop] & 15]);
                    break;
            }
            utf8 = utf8[(stop + 1)..];
        }
        Add(utf8);
    }

    /// <summary>For an attribute, where a reader turns white space into blanks unless it is written as a reference, or for a text.</summary>
    public void EscapeXml(ReadOnlySpan<byte> utf8, bool attribute)
    {
        while (utf8.IndexOfAny(XmlStops) is >= 0 and var stop)
        {
            Add(utf8[..stop]);
            switch (utf8[stop])
            {
                case (byte)'&': Add("&amp;"u8); break;
                case (byte)'<': Add("&lt;"u8); break;
                case (byte)'>': Add("&gt;"u8); break;
                case (byte)'\r': Add("&#13;"u8); break;
                case (byte)'"' when attribute: Add("&quot;"u8); break;
                case (byte)'\n' when attribute: Add("&#10;"u8); break;
                case (byte)'\t' when attribute: Add("&#9;"u8); break;
                case var same: Add(same); break;
            }
            utf8 = utf8[(stop + 1)..];
        }
        Add(utf8);
    }

    public void EscapeXml(string text, bool attribute)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(text.Length));
        EscapeXml(buffer.AsSpan(0, Encoding.UTF8.GetBytes(text, buffer)), attribute);
        ArrayPool<byte>.Shared.Return(buffer);
    }
}
