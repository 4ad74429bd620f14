using System.Globalization;

namespace Socle.Bench.Identity;

/// <summary>
/// What registration offices make of a person: several records, of as many establishments, each with mistakes of its own. The first is written with more care.
/// </summary>
sealed class Clerk(Dice dice)
{
    static readonly string[] Streets = ["rue", "avenue", "place", "impasse", "boulevard", "chemin", "allée"];

    readonly List<(string Street, string PostCode)> households = [];

    public int NewHousehold()
    {
        households.Add(Address());
        return households.Count - 1;
    }

    public string Family() => dice.Chance(0.03) ? $"{dice.Common(Names.Families)}-{dice.Common(Names.Families)}" : dice.Common(Names.Families);

    public string Town()
    {
        if (dice.Chance(0.06)) return $"99{100 + dice.Below(130)}";
        var department = 1 + (int)(95 * Math.Pow(dice.Unit(), 1.5));
        return $"{(department == 20 ? dice.Chance(0.5) ? "2A" : "2B" : $"{department:00}")}{1 + (int)(300 * Math.Pow(dice.Unit(), 2)):000}";
    }

    /// <summary>Two people in three have one record, the others two to four.</summary>
    public void Write(Person person, IReadOnlyList<Person> household, List<Written> records)
    {
        records.Add(Once(person, household, first: true));
        for (var again = dice.Unit() switch { < 0.66 => 0, < 0.88 => 1, < 0.97 => 2, _ => 3 }; again > 0; again--) records.Add(Once(person, household, first: false));
    }

    Written Once(Person person, IReadOnlyList<Person> household, bool first)
    {
        var slips = Slips.None;
        bool Happens(double probability, Slips slip)
        {
            var happens = dice.Chance(first ? probability / 4 : probability);
            if (happens) slips |= slip;
            return happens;
        }
        var (name, used) = NameOf(person, first, Happens);
        var given = GivenOf(person, Happens);
        if (Happens(0.004, Slips.Exchanged)) (name, given) = (given.Split(' ')[0], name);
        var date = DateOf(person, Happens);
        var sex = Happens(0.004, Slips.OtherSex) ? person.Sex == "M" ? "F" : "M" : Happens(0.01, Slips.NoSex) ? null : person.Sex;
        var town = Happens(0.25, Slips.NoPlace) ? null : Happens(0.01, Slips.OtherPlace) ? Town()
            : char.IsAsciiLetter(person.Town[1]) && person.Born.Year < 1976 && Happens(0.3, Slips.CorsicaBefore) ? "20" + person.Town[2..] : person.Town;
        var near = Neighbour(person, household);
        var number = Happens(0.4, Slips.NoNumber) ? null
            : near is not null && Happens(near.Group == person.Group && near.BirthOrder > 0 ? 0.003 : 0.0004, Slips.SiblingNumber) ? near.Number
            : Happens(0.0003, Slips.OtherNumber) ? Changed(person.Number) : person.Number;
        var (street, code) = households[person.Household];
        if (Happens(0.15, Slips.Moved)) (street, code) = Address();
        var phone = Happens(0.3, Slips.NoPhone) ? null
            : near is not null && Happens(0.1, Slips.HouseholdPhone) ? near.Phone
            : Happens(0.1, Slips.NewPhone) ? $"07{dice.Below(100_000_000):00000000}" : person.Phone;
        var order = person.BirthOrder > 0 && Happens(0.5, Slips.NoBirthOrder) ? 0 : person.BirthOrder;
        if (Happens(0.2, Slips.NoAddress)) return new(person.Id, name, used, given, date, sex, town, number, phone, null, null, order, slips);
        return new(person.Id, name, used, given, date, sex, town, number, phone, street, code, order, slips);
    }

    (string Name, string? Used) NameOf(Person person, bool first, Func<double, Slips, bool> happens)
    {
        var (name, used) = (person.BirthName, person.MarriedName);
        if (used is not null && happens(0.06, Slips.MarriedAsBirthName)) (name, used) = (used, null);
        else if (used is not null && !first && dice.Chance(0.4)) used = null;
        if (happens(0.006, Slips.OtherBirthName)) return (Family(), used);
        if (name.Contains('-', StringComparison.Ordinal) && happens(0.15, Slips.HalfName)) name = dice.Of(name.Split('-'));
        if (happens(0.03, Slips.NameTyped)) name = Mistyped(name);
        else if (happens(0.015, Slips.NameRespelt)) name = Respelt(name);
        return (name, used);
    }

    string GivenOf(Person person, Func<double, Slips, bool> happens)
    {
        var given = person.Given.ToList();
        if (given.Count > 1 && happens(0.5, Slips.FirstGivenOnly)) given = given[..1];
        else if (given.Count > 1 && happens(0.03, Slips.SecondGiven)) given = [given[1]];
        if (given[0].Contains('-', StringComparison.Ordinal) && happens(0.01, Slips.Initials)) given[0] = string.Concat(given[0].Split('-').Select(part => part[0]));
        if (happens(0.02, Slips.GivenTyped)) given[0] = Mistyped(given[0]);
        else if (happens(0.01, Slips.GivenRespelt)) given[0] = Respelt(given[0]);
        if (given.Exists(one => one.Contains('-', StringComparison.Ordinal)) && happens(0.3, Slips.BlankForHyphen)) given = given.ConvertAll(one => one.Replace('-', ' '));
        return string.Join(' ', given);
    }

    string DateOf(Person person, Func<double, Slips, bool> happens)
    {
        var whole = person.Born.ToString("O", CultureInfo.InvariantCulture);
        // What nobody knows is left out or filled with a 1: an office does as it likes.
        if (person.DateKnown < 10) return happens(0.5, Slips.DatePart) ? dice.Chance(0.8) ? whole[..person.DateKnown] : $"{person.Born.Year}-12-31" : whole;
        if (happens(0.008, Slips.DateDigit)) return OneDigit(person.Born);
        if (person.Born.Day <= 12 && person.Born.Day != person.Born.Month && happens(0.01, Slips.DayMonth)) return $"{person.Born:yyyy-dd-MM}";
        return person.Town.StartsWith("99", StringComparison.Ordinal) && happens(0.03, Slips.DatePart) ? dice.Chance(0.5) ? whole[..4] : whole[..4] + "-01-01" : whole;
    }

    (string Street, string PostCode) Address() =>
        ($"{1 + dice.Below(180)} {dice.Of(Streets)} {dice.Of(Names.Families)}", $"{1 + dice.Below(95):00}{dice.Below(50) * 10:000}");

    // A twin first: two cards in one hand.
    Person? Neighbour(Person person, IReadOnlyList<Person> household)
    {
        if (household.Count < 2) return null;
        if (person.BirthOrder > 0 && household.FirstOrDefault(other => other.Group == person.Group && other.Id != person.Id) is { } twin) return twin;
        var at = dice.Below(household.Count - 1);
        return household[at].Id == person.Id ? household[^1] : household[at];
    }

    // The sex in the civil register was changed, or the number was given anew.
    static string Changed(string number) => (number[0] == '1' ? "2" : "1") + number[1..^2] + "99";

    string Mistyped(string text)
    {
        var at = dice.Below(text.Length);
        var letter = (char)('A' + dice.Below(26));
        return dice.Below(4) switch
        {
            0 when text.Length > 3 => text.Remove(at, 1),
            1 => text.Insert(at, letter.ToString()),
            2 when at + 1 < text.Length => text[..at] + text[at + 1] + text[at] + text[(at + 2)..],
            _ => text[..at] + letter + text[(at + 1)..]
        };
    }

    // As it sounds, or as another alphabet is written down: MOHAMED, MOHAMMED.
    string Respelt(string text)
    {
        string[] all = [.. Variants(text).Where(variant => variant != text).Distinct()];
        return all.Length == 0 ? Mistyped(text) : dice.Of(all);
    }

    static IEnumerable<string> Variants(string text)
    {
        foreach (var (one, other) in new[] { ("TH", "T"), ("PH", "F"), ("Y", "I"), ("I", "Y"), ("K", "QU"), ("C", "K"), ("EAU", "AUD"), ("OT", "AUT"), ("Z", "S"), ("H", ""), ("OU", "U") })
            if (text.IndexOf(one, StringComparison.Ordinal) is >= 0 and var at && text.Length > one.Length) yield return text[..at] + other + text[(at + one.Length)..];
        for (var i = 1; i + 1 < text.Length; i++)
        {
            if (text[i] == text[i - 1]) yield return text.Remove(i, 1);
            else if ("LMNRST".Contains(text[i], StringComparison.Ordinal)) yield return text.Insert(i, text[i].ToString());
        }
    }

    string OneDigit(DateOnly born)
    {
        while (true)
        {
            var text = born.ToString("O", CultureInfo.InvariantCulture).ToCharArray();
            var at = 2 + dice.Below(8);
            if (text[at] == '-') continue;
            text[at] = (char)('0' + dice.Below(10));
            if (DateOnly.TryParseExact(new string(text), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var other) && other != born && other.Year <= 2026)
                return new string(text);
        }
    }
}
