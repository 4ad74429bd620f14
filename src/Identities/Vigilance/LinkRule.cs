namespace Socle.Identities;

/// <summary>
/// When two records are linked without anybody's look. What twins and people of one household may have in common never suffices: given names decide, and a trait
/// may differ only where the number or the contact, and all others, agree. A link qualifies nobody: that is <see cref="Reliability"/>'s.
/// </summary>
static class LinkRule
{
    static readonly MatchField[] Strict = [MatchField.BirthName, MatchField.FirstNames, MatchField.BirthDate, MatchField.Sex, MatchField.BirthPlace];

    /// <summary>French: why it is a link; null where it is none.</summary>
    public static string? Why(Match match, MatchTraits a, MatchTraits b)
    {
        if (match.Of(MatchField.BirthOrder) == Agreement.Different || !GivenNamesAgree(match, a, b)) return null;
        return match.Of(MatchField.Ins) switch
        {
            Agreement.Same => WithNumber(match) ? "Même matricule INS, et des traits qui s’accordent." : null,
            Agreement.Unknown or Agreement.Compatible when match.Score >= MatchWeights.Link && WithContact(match, a, b) => Differing(match) == 0
                ? "Mêmes traits, au complet, et même téléphone ou même adresse."
                : "Mêmes traits, sauf un, et même téléphone ou même adresse.",
            _ => null
        };
    }

    // Without a number « Lina » and « Lisa » are two, and « Bernard » may be the twin of « Bernard Henri »; with one it is a slip only where the other
    // given names are the same.
    static bool GivenNamesAgree(Match match, MatchTraits a, MatchTraits b) => match.Of(MatchField.FirstNames) switch
    {
        Agreement.Same => true,
        Agreement.Swapped => match.Of(MatchField.BirthName) == Agreement.Swapped,
        Agreement.Begins => a.BirthOrder == 0 && b.BirthOrder == 0 && (match.Of(MatchField.Ins) == Agreement.Same ? GivenLists.SamePerson(a, b) : GivenLists.ShareTwo(a, b)),
        Agreement.Near => match.Of(MatchField.Ins) == Agreement.Same && GivenLists.OneSlipped(a, b),
        _ => false
    };

    // Somebody else's number is a relative's: no relative has the same given names and one trait more that differs.
    static bool WithNumber(Match match)
    {
        if (match.Of(MatchField.BirthName) == Agreement.Swapped) return match.Of(MatchField.BirthDate) == Agreement.Same && match.Of(MatchField.Sex) != Agreement.Different;
        var grave = match.Of(MatchField.BirthName) == Agreement.Different ? 1 : 0;
        if (match.Of(MatchField.BirthDate) is Agreement.Near or Agreement.Swapped) grave++;
        if (match.Of(MatchField.BirthDate) is Agreement.SameYear or Agreement.Different) return false;
        if (match.Of(MatchField.Sex) == Agreement.Different) grave++;
        if (match.Of(MatchField.BirthPlace) == Agreement.Different) grave++;
        return grave == 0 || grave == 1 && Differing(match) == 1;
    }

    // Two people may share every trait of birth: they do not also share a telephone or an address.
    static bool WithContact(Match match, MatchTraits a, MatchTraits b)
    {
        if (match.Of(MatchField.Contact) is not (Agreement.Same or Agreement.Part) || match.Of(MatchField.Sex) == Agreement.Different) return false;
        var name = match.Of(MatchField.BirthName);
        if (name is Agreement.Different or Agreement.Unknown) return false;
        var date = match.Of(MatchField.BirthDate) switch
        {
            Agreement.Same => true,
            // « Jean » and « Jean-Marie », of whom both are written « Jean », may be born on two sides of midnight, or be brothers by adoption: one given name
            // is not enough.
            Agreement.Swapped => GivenLists.ShareTwo(a, b),
            // A father and his son, a dead child and the next: the year makes the difference.
            Agreement.Near => a.BirthDate[..4] == b.BirthDate[..4] && GivenLists.ShareTwo(a, b),
            // In a home for workers one address stands for many who were « born on 1 January ».
            Agreement.Compatible => match.Of(MatchField.Contact) == Agreement.Same,
            _ => false
        };
        var same = Strict.Count(field => match.Of(field) == Agreement.Same);
        return date && (same >= 4 || same == 3 && name == Agreement.Swapped);
    }

    static int Differing(Match match) => Strict.Count(field => match.Of(field) is not (Agreement.Same or Agreement.Unknown or Agreement.Compatible));
}
