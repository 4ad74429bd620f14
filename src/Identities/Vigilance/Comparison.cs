using Socle.Fhir;

namespace Socle.Identities;

/// <summary>An INS as the index keeps it.</summary>
/// <param name="Kind">The last figure of its system: 8 NIR, 9 NIA, 10 test, 11 demonstration.</param>
readonly record struct IndexedIns(long Hash, int Kind, bool IsOld);

/// <summary>What is compared of a person: keys of names, ISO dates, hashes. Empty and 0 are unknown.</summary>
sealed record MatchTraits
{
    public long Patient { get; init; }
    public string BirthName { get; init; } = "";
    public string UsedName { get; init; } = "";
    public IReadOnlyList<string> FormerNames { get; init; } = [];
    public string FirstNames { get; init; } = "";
    public string UsedFirst { get; init; } = "";
    public string BirthDate { get; init; } = "";
    public string Sex { get; init; } = "";
    public string BirthPlace { get; init; } = "";
    public IReadOnlyList<IndexedIns> Ins { get; init; } = [];
    public long Phone { get; init; }
    public long Address { get; init; }
    public int BirthOrder { get; init; }

    public string First => FirstNames.IndexOf(' ', StringComparison.Ordinal) is > 0 and var end ? FirstNames[..end] : FirstNames;
}

/// <summary>How each field of two people agrees. Pure.</summary>
static class Comparison
{
    public static Agreement Of(MatchField field, MatchTraits a, MatchTraits b) => field switch
    {
        MatchField.BirthName => BirthNames(a, b),
        MatchField.FirstNames => FirstNames(a, b),
        MatchField.BirthDate => BirthDates(a, b),
        MatchField.Sex => Plain(a.Sex, b.Sex),
        MatchField.BirthPlace => Places(a.BirthPlace, b.BirthPlace),
        MatchField.Ins => Numbers(a, b),
        MatchField.Contact => Contacts(a, b),
        _ => a.BirthOrder == 0 || b.BirthOrder == 0 ? Agreement.Unknown : a.BirthOrder == b.BirthOrder ? Agreement.Same : Agreement.Different
    };

    static Agreement BirthNames(MatchTraits a, MatchTraits b)
    {
        if (a.BirthName.Length == 0 || b.BirthName.Length == 0) return Agreement.Unknown;
        if (a.BirthName == b.BirthName) return Agreement.Same;
        if (IsKnownAs(a, b.BirthName) || IsKnownAs(b, a.BirthName)) return Agreement.Former;
        if (Exchanged(a, b)) return Agreement.Swapped;
        if (Closeness.IsNear(a.BirthName, b.BirthName)) return Agreement.Near;
        return IsPart(a.BirthName, b.BirthName) ? Agreement.Part : Agreement.Different;
    }

    // Under another name: the used one where the birth name is asked for, or one of before an adoption.
    static bool IsKnownAs(MatchTraits person, string name) => person.UsedName == name || person.FormerNames.Contains(name);

    static bool Exchanged(MatchTraits a, MatchTraits b) =>
        a.First.Length > 0 && b.First.Length > 0 && a.BirthName == b.First && a.First == b.BirthName;

    // Double names: « durand martin » and « martin ».
    static bool IsPart(string one, string other)
    {
        var (shorter, longer) = one.Length < other.Length ? (one, other) : (other, one);
        return shorter.Length >= 3
            && (longer.StartsWith(shorter + " ", StringComparison.Ordinal) || longer.EndsWith(" " + shorter, StringComparison.Ordinal));
    }

    static Agreement FirstNames(MatchTraits a, MatchTraits b)
    {
        if (a.FirstNames.Length == 0 || b.FirstNames.Length == 0) return Agreement.Unknown;
        if (a.FirstNames == b.FirstNames) return Agreement.Same;
        if (Begins(a.FirstNames, b.FirstNames) || Begins(b.FirstNames, a.FirstNames)) return Agreement.Begins;
        if (Exchanged(a, b)) return Agreement.Swapped;
        if (Closeness.IsNear(a.First, b.First) || Joined(a) == Joined(b)) return Agreement.Near;
        return Has(a, b.First) || Has(b, a.First) ? Agreement.Among : Agreement.Different;
    }

    static string Joined(MatchTraits person) => person.FirstNames.Replace(" ", "", StringComparison.Ordinal);

    static bool Begins(string list, string other) => other.StartsWith(list + " ", StringComparison.Ordinal);

    static bool Has(MatchTraits person, string first) =>
        person.UsedFirst == first || $" {person.FirstNames} ".Contains($" {first} ", StringComparison.Ordinal);

    static Agreement BirthDates(MatchTraits one, MatchTraits other)
    {
        var (a, b) = (one.BirthDate, other.BirthDate);
        if (a.Length == 0 || b.Length == 0) return Agreement.Unknown;
        if (a == b) return a.Length == 10 && !(IsNewYear(a) && IsAbroad(one) && IsAbroad(other)) ? Agreement.Same : Agreement.Compatible;
        var (shorter, longer) = a.Length <= b.Length ? (a, b) : (b, a);
        if (shorter.Length < 10) return longer.StartsWith(shorter, StringComparison.Ordinal) ? Agreement.Compatible : SameYear(a, b);
        if (a[..4] == b[..4] && a[5..7] == b[8..] && a[8..] == b[5..7]) return Agreement.Swapped;
        if (a[..4] == b[..4] && (IsNewYear(a) || IsNewYear(b))) return Agreement.Compatible;
        return Closeness.IsOneSlip(a, b) ? Agreement.Near : SameYear(a, b);
    }

    // « 1 January » stands where a day was not known (lunar dates, foreign registers), of many people of one village and one name.
    static bool IsNewYear(string date) => date.EndsWith("-01-01", StringComparison.Ordinal);

    static bool IsAbroad(MatchTraits person) => person.BirthPlace.Length == 0 || Cog.IsAbroad(person.BirthPlace);

    static Agreement SameYear(string a, string b) => a[..4] == b[..4] ? Agreement.SameYear : Agreement.Different;

    static Agreement Plain(string a, string b) => a.Length == 0 || b.Length == 0 ? Agreement.Unknown : a == b ? Agreement.Same : Agreement.Different;

    // 99999 is « a country that is not known ».
    static Agreement Places(string a, string b)
    {
        if (a.Length < 5 || b.Length < 5 || a == "99999" || b == "99999") return Agreement.Unknown;
        return Cog.IsSame(a, b) ? Agreement.Same : a[..2] == b[..2] ? Agreement.Part : Agreement.Different;
    }

    static Agreement Numbers(MatchTraits a, MatchTraits b)
    {
        if (a.Ins.Count == 0 || b.Ins.Count == 0) return Agreement.Unknown;
        foreach (var one in a.Ins)
            foreach (var other in b.Ins)
                if (one.Hash == other.Hash) return one.IsOld || other.IsOld ? Agreement.Former : Agreement.Same;
        var (first, second) = (Active(a), Active(b));
        if (first == 0 || second == 0) return Agreement.Unknown;
        return first == 9 != (second == 9) ? Agreement.Compatible : Agreement.Different;
    }

    static int Active(MatchTraits person)
    {
        foreach (var ins in person.Ins)
            if (!ins.IsOld) return ins.Kind;
        return 0;
    }

    static Agreement Contacts(MatchTraits a, MatchTraits b)
    {
        var phone = a.Phone == 0 || b.Phone == 0 ? (bool?)null : a.Phone == b.Phone;
        var address = a.Address == 0 || b.Address == 0 ? (bool?)null : a.Address == b.Address;
        return (phone, address) switch
        {
            (null, null) => Agreement.Unknown,
            (true, true) => Agreement.Same,
            (true, _) or (_, true) => Agreement.Part,
            _ => Agreement.Different
        };
    }
}
