namespace Socle.Identities;

/// <summary>
/// Text to code words: in C40, three characters in two code words, as the INS format asks for its upper case; the last few, and what
/// follows the last whole triple, in ASCII.
/// </summary>
static class DatamatrixText
{
    const byte ToC40 = 230, ToAscii = 254, Pad = 129;

    public static (DatamatrixShape Shape, byte[] Data) Encode(string text)
    {
        if (text.Length == 0 || !text.All(char.IsAscii)) throw new ArgumentException("A text of characters below 128 is expected.", nameof(text));
        var values = text.Select(C40).ToList();
        // Whole triples only: what is left over goes in ASCII.
        var (count, length) = (text.Length, values.Sum(value => value.Length));
        while (length % 3 != 0) length -= values[--count].Length;
        var words = new List<byte>();
        if (count > 0)
        {
            words.Add(ToC40);
            foreach (var triple in values.Take(count).SelectMany(value => value).Chunk(3))
            {
                var packed = 1600 * triple[0] + 40 * triple[1] + triple[2] + 1;
                words.Add((byte)(packed / 256));
                words.Add((byte)(packed % 256));
            }
            // A symbol that is just full needs no way back.
            var full = count == text.Length && DatamatrixShape.All.Any(shape => shape.Data == words.Count);
            if (!full) words.Add(ToAscii);
        }
        words.AddRange(Ascii(text[count..]));
        var smallest = DatamatrixShape.All.FirstOrDefault(shape => shape.Data >= words.Count)
            ?? throw new ArgumentException("The text does not fit into the largest symbol.", nameof(text));
        for (var first = true; words.Count < smallest.Data; first = false) words.Add(first ? Pad : Randomised(words.Count + 1));
        return (smallest, [.. words]);
    }

    // ISO/IEC 16022 table C.1: blank, digits and upper case are one value, the rest a shift and a value.
    static byte[] C40(char c) => c switch
    {
        ' ' => [3],
        >= '0' and <= '9' => [(byte)(c - '0' + 4)],
        >= 'A' and <= 'Z' => [(byte)(c - 'A' + 14)],
        < ' ' => [0, (byte)c],
        <= '/' => [1, (byte)(c - '!')],
        <= '@' => [1, (byte)(c - ':' + 15)],
        <= '_' => [1, (byte)(c - '[' + 22)],
        _ => [2, (byte)(c - '`')]
    };

    static IEnumerable<byte> Ascii(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (i + 1 < text.Length && char.IsAsciiDigit(text[i]) && char.IsAsciiDigit(text[i + 1]))
            {
                yield return (byte)(130 + 10 * (text[i] - '0') + text[i + 1] - '0');
                i++;
            }
            else yield return (byte)(text[i] + 1);
        }
    }

    // Annex B: so that much padding does not make a pattern.
    static byte Randomised(int position)
    {
        var value = Pad + 149 * position % 253 + 1;
        return (byte)(value <= 254 ? value : value - 254);
    }
}
