using System.Globalization;

namespace Socle.Bench.Identity;

/// <summary>A person as they are.</summary>
sealed record Person(
    int Id, string Sex, string BirthName, string[] Given, DateOnly Born, string Town, string Number, string? MarriedName, int Household, string Phone, int BirthOrder);

/// <summary>A person as somebody wrote them down, with what went wrong.</summary>
/// <param name="Number">INS; null where it was not asked for.</param>
/// <param name="BirthDate">ISO, whole or partial.</param>
sealed record Written(
    int Person, string BirthName, string? UsedName, string Given, string BirthDate, string? Sex, string? Town, string? Number, string? Phone, string? Street,
    string? PostCode, int BirthOrder, string Errors);

/// <summary>
/// Who is who: an invented population and what registration offices made of it. It shares no code with the matcher, knows nothing of what it compares,
/// and has mistakes of its own: typing, exchanged names, marriages, adoptions, dates that are not whole, numbers of somebody else.
/// </summary>
sealed class Truth
{
    readonly Dice dice;
    readonly Dictionary<string, int> orders = [];
    readonly List<(string Street, string PostCode)> households = [];

    public Truth(ulong seed, int people)
    {
        dice = new(seed);
        while (People.Count < people) Household(people);
        foreach (var person in People) Write(person);
        Shuffle();
    }

    public List<Person> People { get; } = [];

    public List<Written> Records { get; } = [];

    public int Twins { get; private set; }

    public int Triplets { get; private set; }

    public int HouseholdHomonyms { get; private set; }

    /// <summary>One line for each record: its number, its person, how it was written. Whoever measures joins by it.</summary>
    public void Save(string path)
    {
        using var file = new StreamWriter(path);
        file.WriteLine("record;person;birth-name;used-name;given;born;sex;town;number;phone;street;post-code;birth-order;errors");
        for (var i = 0; i < Records.Count; i++)
        {
            var r = Records[i];
            file.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{i};{r.Person};{r.BirthName};{r.UsedName};{r.Given};{r.BirthDate};{r.Sex};{r.Town};{r.Number};{r.Phone};{r.Street};{r.PostCode};{r.BirthOrder};{r.Errors}"));
        }
    }

    void Household(int most)
    {
        var home = households.Count;
        households.Add(($"{1 + dice.Below(180)} {dice.Of(Streets)} {dice.Of(Names.Families)}", $"{1 + dice.Below(95):00}{dice.Below(50) * 10:000}"));
        var family = Family();
        var town = Town();
        var elder = new DateOnly(1925, 1, 1).AddDays(dice.Below(27_000));
        var father = Add("M", family, GivenOf("M"), elder, Town(), home);
        if (dice.Chance(0.75) && People.Count < most)
            Add("F", dice.Chance(0.97) ? Family() : family, GivenOf("F"), elder.AddDays(dice.Below(3_000) - 1_500), Town(), home, dice.Chance(0.7) ? family : null);
        var children = dice.Below(4);
        for (var child = 0; child < children && People.Count < most; child++)
        {
            var born = elder.AddYears(22 + dice.Below(18)).AddDays(dice.Below(365));
            if (born > new DateOnly(2026, 6, 30)) break;
            var sex = dice.Chance(0.5) ? "M" : "F";
            var luck = dice.Unit();
            if (luck < 0.016) Siblings(2, family, born, town, home, most);
            else if (luck < 0.0165) Siblings(3, family, born, town, home, most);
            else if (luck < 0.03 && sex == "M")
            {
                // The son who bears the whole name of his father; a few share the day and the month as well.
                HouseholdHomonyms++;
                var day = dice.Chance(0.1) && elder.Day <= 28 ? new DateOnly(born.Year, elder.Month, elder.Day) : born;
                Add("M", family, father.Given, day, dice.Chance(0.5) ? father.Town : town, home);
            }
            else Add(sex, dice.Chance(0.97) ? family : Family(), GivenOf(sex), born, town, home);
        }
    }

    void Siblings(int count, string family, DateOnly born, string town, int home, int most)
    {
        var sex = dice.Chance(0.5) ? "M" : "F";
        var same = count == 3 || dice.Chance(0.66);
        // « Jean / Jean-Marie / Marie »: given names that are parts of each other.
        string[][]? hard = count == 3 || dice.Chance(0.1)
            ? sex == "M" ? [["JEAN"], ["JEAN-MARIE"], ["MARIE"]] : [["MARIE"], ["MARIE-LOUISE"], ["LOUISE"]]
            : null;
        if (count == 2) Twins++;
        else Triplets++;
        var taken = new HashSet<string>();
        for (var order = 1; order <= count && People.Count < most; order++)
        {
            var mine = same || order == 1 ? sex : sex == "M" ? "F" : "M";
            var given = hard is not null && same ? hard[order - 1] : GivenOf(mine);
            while (!taken.Add(given[0])) given = GivenOf(mine);
            Add(mine, family, given, born, town, home, order: order);
        }
    }

    Person Add(string sex, string family, string[] given, DateOnly born, string town, int home, string? married = null, int order = 0)
    {
        var person = new Person(People.Count, sex, family, given, born, town, NumberOf(sex, born, town), married, home, $"06{dice.Below(100_000_000):00000000}", order);
        People.Add(person);
        return person;
    }

    string Family() => dice.Chance(0.02) ? $"{dice.Common(Names.Families)}-{dice.Common(Names.Families)}" : dice.Common(Names.Families);

    string[] GivenOf(string sex)
    {
        var list = sex == "M" ? Names.Boys : Names.Girls;
        var given = new List<string> { dice.Common(list) };
        for (var more = dice.Below(4); more > 1; more--)
            if (dice.Common(list) is var next && !given.Contains(next)) given.Add(next);
        return [.. given];
    }

    string Town() => dice.Chance(0.1) ? $"99{100 + dice.Below(130)}" : $"{1 + (int)(94 * Math.Pow(dice.Unit(), 1.5)):00}{1 + (int)(300 * Math.Pow(dice.Unit(), 2)):000}";

    // Sex, year, month, place, order, key: 97 less the rest.
    string NumberOf(string sex, DateOnly born, string town)
    {
        var start = $"{(sex == "M" ? 1 : 2)}{born:yyMM}{town}";
        var order = orders.GetValueOrDefault(start) + 1;
        orders[start] = order;
        var thirteen = $"{start}{order % 1000:000}";
        return $"{thirteen}{97 - long.Parse(thirteen, CultureInfo.InvariantCulture) % 97:00}";
    }

    void Write(Person person)
    {
        Records.Add(Once(person, first: true));
        for (var again = dice.Unit() switch { < 0.85 => 0, < 0.97 => 1, < 0.995 => 2, _ => 3 }; again > 0; again--) Records.Add(Once(person, first: false));
    }

    Written Once(Person person, bool first)
    {
        var errors = new List<string>();
        bool Happens(double probability, string error)
        {
            var happens = dice.Chance(first ? probability / 4 : probability);
            if (happens) errors.Add(error);
            return happens;
        }
        var (name, given, date) = (person.BirthName, string.Join(' ', person.Given), person.Born.ToString("O", CultureInfo.InvariantCulture));
        var used = person.MarriedName;
        if (used is not null && Happens(0.06, "married name as birth name")) (name, used) = (used, null);
        else if (used is not null && !first && dice.Chance(0.4)) used = null;
        if (Happens(0.006, "another birth name (adoption, change)")) name = Family();
        if (Happens(0.03, "typing of the name")) name = Mistyped(name);
        if (Happens(0.02, "typing of the given names")) given = Mistyped(given);
        if (person.Given.Length > 1 && Happens(0.5, "first given name only")) given = person.Given[0];
        else if (person.Given.Length > 1 && Happens(0.03, "second given name in use")) given = person.Given[1];
        if (given.Contains('-', StringComparison.Ordinal) && Happens(0.3, "blank for hyphen")) given = given.Replace('-', ' ');
        if (Happens(0.004, "name and given name exchanged")) (name, given) = (given.Split(' ')[0], name);
        if (Happens(0.008, "a digit of the date")) date = OneDigit(person.Born);
        else if (person.Born.Day <= 12 && person.Born.Day != person.Born.Month && Happens(0.01, "day and month exchanged")) date = $"{person.Born:yyyy-dd-MM}";
        else if (person.Town.StartsWith("99", StringComparison.Ordinal) && Happens(0.06, "date not whole")) date = dice.Chance(0.5) ? $"{person.Born:yyyy}" : $"{person.Born:yyyy}-01-01";
        var sex = Happens(0.004, "other sex") ? person.Sex == "M" ? "F" : "M" : Happens(0.01, "no sex") ? null : person.Sex;
        var town = Happens(0.25, "no birth place") ? null : Happens(0.01, "other birth place") ? Town() : person.Town;
        var number = Happens(0.45, "no number") ? null : Happens(0.0004, "number of somebody of the household") ? Neighbour(person).Number : person.Number;
        var (street, code) = households[person.Household];
        if (Happens(0.15, "moved")) (street, code) = ($"{1 + dice.Below(180)} {dice.Of(Streets)} {dice.Of(Names.Families)}", $"{1 + dice.Below(95):00}{dice.Below(50) * 10:000}");
        var phone = Happens(0.3, "no telephone") ? null
            : Happens(0.1, "telephone of the household") ? Neighbour(person).Phone
            : Happens(0.1, "new telephone") ? $"07{dice.Below(100_000_000):00000000}" : person.Phone;
        var order = person.BirthOrder > 0 && Happens(0.5, "no birth order") ? 0 : person.BirthOrder;
        if (Happens(0.2, "no address")) return new(person.Id, name, used, given, date, sex, town, number, phone, null, null, order, string.Join(", ", errors));
        return new(person.Id, name, used, given, date, sex, town, number, phone, street, code, order, string.Join(", ", errors));
    }

    // Households are written one after the other: whoever stands near and lives there.
    Person Neighbour(Person person)
    {
        for (var step = 1; step < 6; step++)
        {
            var other = People[(person.Id + (dice.Chance(0.5) ? step : People.Count - step)) % People.Count];
            if (other.Household == person.Household) return other;
        }
        return person;
    }

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

    void Shuffle()
    {
        for (var i = Records.Count - 1; i > 0; i--)
        {
            var j = dice.Below(i + 1);
            (Records[i], Records[j]) = (Records[j], Records[i]);
        }
    }

    static readonly string[] Streets = ["rue", "avenue", "place", "impasse", "boulevard", "chemin", "allée"];
}
