namespace Socle.Platform;

/// <summary>16 bytes as 26 lower-case characters (RFC 4648 alphabet, no padding). Only one text is right for each value.</summary>
static class Base32
{
    public const int Length = 26;

    const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";

    public static string Encode(ReadOnlySpan<byte> block)
    {
        Span<char> text = stackalloc char[Length];
        var (bits, held, at) = (0u, 0, 0);
        foreach (var b in block)
        {
            bits = (bits << 8) | b;
            held += 8;
            while (held >= 5)
            {
                held -= 5;
                text[at++] = Alphabet[(int)(bits >> held) & 31];
            }
        }
        text[at] = Alphabet[(int)(bits << (5 - held)) & 31];
        return new(text);
    }

    public static bool TryDecode(ReadOnlySpan<char> text, Span<byte> block)
    {
        if (text.Length != Length) return false;
        var (bits, held, at) = (0u, 0, 0);
        foreach (var c in text)
        {
            var value = c switch
            {
                >= 'a' and <= 'z' => c - 'a',
                >= '2' and <= '7' => c - '2' + 26,
                _ => -1
            };
            if (value < 0) return false;
            bits = (bits << 5) | (uint)value;
            held += 5;
            if (held < 8) continue;
            held -= 8;
            block[at++] = (byte)(bits >> held);
        }
        return (bits & ((1u << held) - 1)) == 0;
    }
}
