namespace Socle.Identities;

/// <summary>Lists of given names, as keys of <see cref="Traits.Key"/>. Pure.</summary>
static class GivenLists
{
    // Where these stand alone the other may be a compound: Jean and Jean-Marie, Mohamed and Mohamed Amine are brothers.
    static readonly HashSet<string> CompoundsBegin = new(StringComparer.Ordinal)
    {
        "abd", "abdel", "abdul", "aicha", "ali", "anna", "anne", "charles", "el", "emma", "eva", "fatima", "fatma", "francois", "franz", "jean", "jeanne", "john",
        "jose", "juan", "leo", "lou", "louis", "louise", "luc", "marc", "maria", "marie", "mary", "mohamad", "mohamed", "mohammad", "mohammed", "muhammad", "nour", "paul",
        "pierre", "rose", "sidi", "victor", "yves"
    };

    /// <summary>Of two lists of which one begins the other: the shorter is the other cut off, and no compound's first half.</summary>
    public static bool SamePerson(MatchTraits a, MatchTraits b) => ShareTwo(a, b) || !CompoundsBegin.Contains(Shorter(a, b));

    /// <summary>Of two such lists: the shorter holds two names at least.</summary>
    public static bool ShareTwo(MatchTraits a, MatchTraits b) => Shorter(a, b).Contains(' ', StringComparison.Ordinal);

    static string Shorter(MatchTraits a, MatchTraits b) => a.FirstNames.Length < b.FirstNames.Length ? a.FirstNames : b.FirstNames;

    /// <summary>The same letters with other blanks, or lists of two names at least of which one alone is written a little differently.</summary>
    public static bool OneSlipped(MatchTraits a, MatchTraits b)
    {
        if (a.FirstNames.Replace(" ", "", StringComparison.Ordinal) == b.FirstNames.Replace(" ", "", StringComparison.Ordinal)) return true;
        var (one, other) = (a.FirstNames.Split(' '), b.FirstNames.Split(' '));
        return one.Length > 1 && one.Length == other.Length && one.Zip(other).Count(pair => pair.First != pair.Second) == 1;
    }
}
