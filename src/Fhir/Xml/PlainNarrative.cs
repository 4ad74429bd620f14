using System.Text;

namespace Socle.Fhir;

/// <summary>
/// Says yes to the narratives that most software writes — formatting elements without attributes, text, the five entities — from the bytes of
/// the JSON string, at a hundredth of the cost of an XML reader. False says nothing: it may be right all the same.
/// </summary>
static class PlainNarrative
{
    const int Deepest = 32;
    static readonly Utf8Table Elements = new([.. NarrativeRules.Elements.Select(Encoding.UTF8.GetBytes)]);
    static readonly Utf8Table Entities = new([.. "lt gt amp quot apos".Split(' ').Select(Encoding.UTF8.GetBytes)]);

    // As JSON writes it, and with the quotes of XML that need no escape.
    static ReadOnlySpan<byte> Start => "<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\">"u8;
    static ReadOnlySpan<byte> OtherStart => "<div xmlns='http://www.w3.org/1999/xhtml'>"u8;
    static ReadOnlySpan<byte> End => "</div>"u8;

    public static bool Holds(ReadOnlySpan<byte> raw)
    {
        var start = raw.StartsWith(Start) ? Start.Length : raw.StartsWith(OtherStart) ? OtherStart.Length : 0;
        if (start == 0 || !raw.EndsWith(End) || raw.Length < start + End.Length) return false;
        return Inside(raw[start..^End.Length]);
    }

    // Each element that is open is one number: its place in the table.
    static bool Inside(ReadOnlySpan<byte> text)
    {
        Span<short> open = stackalloc short[Deepest];
        var (depth, shows) = (0, false);
        for (var i = 0; i < text.Length;)
        {
            var length = text[i] switch
            {
                (byte)'<' => Tag(text[i..], open, ref depth),
                (byte)'&' => Entity(text[i..]),
                (byte)'\\' => i + 1 < text.Length && text[i + 1] is (byte)'n' or (byte)'t' or (byte)'r' or (byte)'"' or (byte)'/' ? 2 : 0,
                // « ]]> » may not stand in text, U+FFFE neither: rare enough for the reader.
                (byte)']' or 0xEF or < 0x20 => 0,
                _ => 1
            };
            if (length == 0) return false;
            shows |= text[i] == '&' || (length == 1 && text[i] is > 0x20 and < 0x7F);
            i += length;
        }
        return depth == 0 && shows;
    }

    static int Entity(ReadOnlySpan<byte> text)
    {
        var end = text[..Math.Min(text.Length, 8)].IndexOf((byte)';');
        return end > 1 && Entities.Find(text[1..end]) >= 0 ? end + 1 : 0;
    }

    static int Tag(ReadOnlySpan<byte> text, Span<short> open, ref int depth)
    {
        var end = text[..Math.Min(text.Length, 32)].IndexOf((byte)'>');
        if (end < 2) return 0;
        var inside = text[1..end];
        if (inside[0] == '/')
        {
            // The last element that is open is the first to be closed.
            return depth > 0 && Elements.Find(inside[1..]) is >= 0 and var last && open[--depth] == last ? end + 1 : 0;
        }
        var empty = inside[^1] == '/';
        var element = Elements.Find(empty ? inside[..^1].TrimEnd((byte)' ') : inside);
        if (element < 0) return 0;
        if (empty) return end + 1;
        if (depth == open.Length) return 0;
        open[depth++] = (short)element;
        return end + 1;
    }
}
