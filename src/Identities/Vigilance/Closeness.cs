using System.Text;

namespace Socle.Identities;

/// <summary>How near two names are that were meant to be one. Keys of <see cref="Traits.Key"/>, pure.</summary>
static class Closeness
{
    const int Longest = 64;

    /// <summary>Letters that were typed, left out, added or exchanged with their neighbour (restricted Damerau–Levenshtein).</summary>
    public static int Distance(ReadOnlySpan<char> one, ReadOnlySpan<char> other)
    {
        if (one.Length > Longest) one = one[..Longest];
        if (other.Length > Longest) other = other[..Longest];
        Span<int> before = stackalloc int[Longest + 1], last = stackalloc int[Longest + 1], row = stackalloc int[Longest + 1];
        for (var j = 0; j <= other.Length; j++) last[j] = j;
        for (var i = 1; i <= one.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= other.Length; j++)
            {
                var cost = one[i - 1] == other[j - 1] ? 0 : 1;
                var best = Math.Min(Math.Min(row[j - 1], last[j]) + 1, last[j - 1] + cost);
                if (i > 1 && j > 1 && one[i - 1] == other[j - 2] && one[i - 2] == other[j - 1]) best = Math.Min(best, before[j - 2] + 1);
                row[j] = best;
            }
            var spare = before;
            before = last;
            last = row;
            row = spare;
        }
        return last[other.Length];
    }

    /// <summary>One slip in a name of four letters, two in one of eight: shorter names differ by a letter and are other names.</summary>
    public static bool IsNear(string one, string other)
    {
        var shorter = Math.Min(one.Length, other.Length);
        var allowed = shorter >= 8 ? 2 : shorter >= 4 ? 1 : 0;
        return allowed > 0 && Math.Abs(one.Length - other.Length) <= allowed && Distance(one, other) <= allowed;
    }

    /// <summary>One digit is another one, or two neighbours changed places. Same length.</summary>
    public static bool IsOneSlip(string one, string other) => one.Length == other.Length && Distance(one, other) == 1;

    /// <summary>
    /// How a French name sounds, roughly: what is not heard is left out, what sounds alike is written alike. It only brings candidates together; the
    /// comparison has the say.
    /// </summary>
    public static string Sound(string key)
    {
        var text = new StringBuilder(key.Length);
        foreach (var c in key)
            if (c is >= 'a' and <= 'z') text.Append(c);
        foreach (var (written, heard) in Heard) text.Replace(written, heard);
        var sound = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == 'h') continue;
            if (c == 'c') c = i + 1 < text.Length && text[i + 1] is 'e' or 'i' ? 's' : 'k';
            if (c == 'g' && i + 1 < text.Length && text[i + 1] is 'e' or 'i') c = 'j';
            if (sound.Length == 0 || sound[^1] != c) sound.Append(c);
        }
        while (sound.Length > 2 && sound[^1] is 's' or 't' or 'd' or 'x' or 'e' or 'z') sound.Length--;
        return sound.ToString();
    }

    static readonly (string Written, string Heard)[] Heard =
    [
        ("eau", "o"), ("au", "o"), ("ph", "f"), ("qu", "k"), ("ai", "e"), ("ei", "e"), ("oe", "e"), ("ch", "1"), ("gn", "n"), ("y", "i"),
        ("ain", "in"), ("ein", "in"), ("en", "an"), ("em", "an"), ("am", "an"), ("om", "on"), ("q", "k"), ("w", "v"), ("z", "s")
    ];
}
