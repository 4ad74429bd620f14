using System.Globalization;

namespace Socle.Bench.Identity;

/// <summary>
/// Who is who: an invented population, household by household. It shares no code with the matcher and knows nothing of what it compares. The shares are
/// rough figures of France: 1.6 % of births are twins, two thirds of them of one sex; what is rarer than that and hard is put in on purpose.
/// </summary>
sealed class Truth
{
    static readonly DateOnly Today = new(2026, 6, 30);

    readonly Dice dice;
    readonly Clerk clerk;
    readonly Dictionary<string, int> orders = [];
    List<Person> people = [];
    int groups;

    public Truth(ulong seed, int most)
    {
        dice = new(seed);
        clerk = new(dice);
        while (people.Count < most)
        {
            if (dice.Chance(0.0003)) Home(most);
            else Household(most);
        }
        People = people.Count;
        var others = people.ToLookup(person => person.Household);
        foreach (var person in people) clerk.Write(person, [.. others[person.Household]], Records);
        Kin = [.. people.Select(person => (person.Kin, person.Group))];
        HouseholdOf = [.. people.Select(person => person.Household)];
        (people, orders) = ([], []);
        Shuffle();
    }

    public int People { get; }

    public List<Written> Records { get; } = [];

    /// <summary>By person.</summary>
    public (Kin Kind, int Group)[] Kin { get; }

    public int[] HouseholdOf { get; }

    /// <summary>Groups of each kind.</summary>
    public IReadOnlyDictionary<Kin, int> Groups => groupsOf;

    readonly Dictionary<Kin, int> groupsOf = [];

    /// <summary>What two people are to each other.</summary>
    public Kin Between(int one, int other) => Kin[one].Group != 0 && Kin[one].Group == Kin[other].Group ? Kin[one].Kind : Identity.Kin.None;

    /// <summary>One line for each record: its number, its person, how it was written. Whoever measures joins by it.</summary>
    public void Save(string path)
    {
        using var file = new StreamWriter(path);
        file.WriteLine("record;person;birth-name;used-name;given;born;sex;town;number;phone;street;post-code;birth-order;slips");
        for (var i = 0; i < Records.Count; i++)
        {
            var r = Records[i];
            file.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{i};{r.Person};{r.BirthName};{r.UsedName};{r.Given};{r.BirthDate};{r.Sex};{r.Town};{r.Number};{r.Phone};{r.Street};{r.PostCode};{r.BirthOrder};{r.Slips}"));
        }
    }

    void Household(int most)
    {
        var home = clerk.NewHousehold();
        var (family, town, elder) = (clerk.Family(), clerk.Town(), new DateOnly(1925, 1, 1).AddDays(dice.Below(27_000)));
        var father = Add(new("M", family, GivenOf("M"), elder, dice.Chance(0.1) ? Abroad() : clerk.Town(), home));
        Person? mother = null;
        // An old couple shares its telephone.
        if (dice.Chance(0.75) && people.Count < most)
            mother = Add(new("F", dice.Chance(0.97) ? clerk.Family() : family, GivenOf("F"), elder.AddDays(dice.Below(3_000) - 1_500), dice.Chance(0.1) ? Abroad() : clerk.Town(), home)
            {
                Married = dice.Chance(0.7) ? family : null, Phone = elder.Year < 1950 && dice.Chance(0.4) ? father.Phone : null
            });
        var children = dice.Below(4);
        for (var child = 0; child < children && people.Count < most; child++)
        {
            var born = elder.AddYears(22 + dice.Below(18)).AddDays(dice.Below(365));
            if (born > Today) break;
            Child(born, family, town, father, mother, most);
        }
        if (dice.Chance(0.0012) && people.Count < most) Homonym(people[dice.Below(people.Count)]);
    }

    void Child(DateOnly born, string family, string town, Person father, Person? mother, int most)
    {
        var (sex, luck, home) = (dice.Chance(0.5) ? "M" : "F", dice.Unit(), father.Household);
        var parent = (sex == "M" ? father : mother) is { } one ? people[one.Id] : null;
        var phone = born.AddYears(14) > Today ? mother?.Phone ?? father.Phone : null;
        if (luck < 0.016) Siblings(2, family, born, town, home, phone, most);
        else if (luck < 0.0165) Siblings(3, family, born, town, home, phone, most);
        else if (luck < 0.028 && parent is { Group: 0 })
        {
            // The son who bears the whole name of his father; a few share the day and the month as well.
            var day = dice.Chance(0.1) && parent.Born.Day <= 28 ? new DateOnly(born.Year, parent.Born.Month, parent.Born.Day) : born;
            Relate(Identity.Kin.SameNameInHousehold, parent, new(sex, parent.BirthName, parent.Given, day, dice.Chance(0.5) ? parent.Town : town, home) { Phone = phone });
        }
        else
        {
            var elder = Add(new(sex, dice.Chance(0.97) ? family : clerk.Family(), GivenOf(sex), born, town, home) { Phone = phone });
            if (luck > 0.999 && people.Count < most && born.AddYears(3) <= Today)
                Relate(Identity.Kin.SameNameInHousehold, elder, new(sex, elder.BirthName, elder.Given, born.AddDays(330 + dice.Below(700)), town, home) { Phone = phone });
        }
    }

    void Siblings(int count, string family, DateOnly born, string town, int home, string? phone, int most)
    {
        var sex = dice.Chance(0.5) ? "M" : "F";
        var same = count == 3 || dice.Chance(0.66);
        var luck = dice.Unit();
        // « Jean / Jean-Marie / Marie »: given names that are parts of each other.
        var kind =
            count == 3 || same && luck < 0.03 ? Identity.Kin.Triplets
            : same ? luck < 0.15 ? Identity.Kin.NearTwins : luck < 0.16 ? Identity.Kin.TwinsOfOneFirstName : Identity.Kin.Twins
            : luck < 0.03 ? Identity.Kin.NearTwins : Identity.Kin.Twins;
        IReadOnlyList<string>? names = kind switch
        {
            Identity.Kin.Triplets => Names.Parts(sex),
            Identity.Kin.NearTwins => dice.Of(!same ? Names.NearMixed : sex == "M" ? Names.NearBoys : Names.NearGirls),
            _ => null
        };
        var first = dice.Chance(0.6) ? sex == "M" ? "MOHAMED" : "MARIE" : GivenOf(sex)[0];
        groups++;
        groupsOf[kind] = groupsOf.GetValueOrDefault(kind) + 1;
        var taken = new HashSet<string>();
        for (var order = 1; order <= count && people.Count < most; order++)
        {
            var mine = same ? sex : order == 1 ? "M" : "F";
            var given = GivenOf(mine);
            if (kind == Identity.Kin.TwinsOfOneFirstName)
            {
                var second = GivenOf(mine)[0];
                while (second == first || !taken.Add(second)) second = GivenOf(mine)[0];
                given = [first, second];
            }
            else if (names is not null) given = [names[order - 1], .. given.Skip(1)];
            else while (!taken.Add(given[0])) given = GivenOf(mine);
            Add(new(mine, family, given, born, town, home) { Phone = phone, Order = order, Kin = kind, Group = groups });
        }
    }

    // Somebody else of the same name, born the same day.
    void Homonym(Person like)
    {
        if (like.Group != 0 || like.Born.AddYears(18) > Today) return;
        Relate(Identity.Kin.SameDayHomonyms, like,
            new(like.Sex, like.BirthName, [like.Given[0], .. GivenOf(like.Sex).Skip(1)], like.Born, dice.Chance(0.33) ? like.Town : clerk.Town(), clerk.NewHousehold()) { Known = like.DateKnown });
    }

    // Men who came from three countries and live at one address; many know the year of their birth only.
    void Home(int most)
    {
        var (home, country) = (clerk.NewHousehold(), dice.Of(Names.HomeCountries));
        groups++;
        groupsOf[Identity.Kin.Home] = groupsOf.GetValueOrDefault(Identity.Kin.Home) + 1;
        for (var i = 30 + dice.Below(60); i > 0 && people.Count < most; i--)
        {
            var known = dice.Chance(0.4) ? 4 : 10;
            var born = new DateOnly(1945 + dice.Below(50), 1, 1);
            Add(new("M", dice.Common(Names.HomeFamilies), [dice.Common(Names.HomeGiven)], known == 4 ? born : born.AddDays(dice.Below(365)), dice.Chance(0.7) ? country : dice.Of(Names.HomeCountries), home)
            {
                Known = known, Kin = Identity.Kin.Home, Group = groups
            });
        }
    }

    void Relate(Kin kind, Person one, Draft other)
    {
        groups++;
        groupsOf[kind] = groupsOf.GetValueOrDefault(kind) + 1;
        people[one.Id] = one with { Kin = kind, Group = groups };
        Add(other with { Kin = kind, Group = groups });
    }

    sealed record Draft(string Sex, string Family, string[] Given, DateOnly Born, string Town, int Home)
    {
        public string? Married { get; init; }
        public string? Phone { get; init; }
        public int Order { get; init; }
        public int Known { get; init; }
        public Kin Kin { get; init; }
        public int Group { get; init; }
    }

    Person Add(Draft draft)
    {
        var known = draft.Known > 0 ? draft.Known : draft.Town.StartsWith("99", StringComparison.Ordinal) && dice.Chance(0.08) ? dice.Chance(0.7) ? 4 : 7 : 10;
        var born = known == 4 ? new(draft.Born.Year, 1, 1) : known == 7 ? new(draft.Born.Year, draft.Born.Month, 1) : draft.Born;
        var person = new Person(people.Count, draft.Sex, draft.Family, draft.Given, born, known, draft.Town, NumberOf(draft.Sex, born, draft.Town), draft.Married, draft.Home,
            draft.Phone ?? $"06{dice.Below(100_000_000):00000000}", draft.Order, draft.Kin, draft.Group);
        people.Add(person);
        return person;
    }

    string[] GivenOf(string sex)
    {
        var list = sex == "M" ? Names.Boys : Names.Girls;
        var given = new List<string> { dice.Common(list) };
        for (var more = dice.Unit() switch { < 0.3 => 0, < 0.65 => 1, _ => 2 }; more > 0; more--)
            if (dice.Common(list) is var next && !given.Contains(next)) given.Add(next);
        return [.. given];
    }

    string Abroad() => $"99{100 + dice.Below(130)}";

    // Sex, year, month, place, order, key: 97 less the rest. Corsica was 20 until 1975; its letters count as 19 and 18.
    string NumberOf(string sex, DateOnly born, string town)
    {
        var place = born.Year < 1976 && town.StartsWith('2') && char.IsAsciiLetter(town[1]) ? "20" + town[2..] : town;
        var start = $"{(sex == "M" ? 1 : 2)}{born:yyMM}{place}";
        var order = orders.GetValueOrDefault(start) + 1;
        orders[start] = order;
        var thirteen = $"{start}{order % 1000:000}";
        var digits = thirteen.Replace("2A", "19", StringComparison.Ordinal).Replace("2B", "18", StringComparison.Ordinal);
        return $"{thirteen}{97 - long.Parse(digits, CultureInfo.InvariantCulture) % 97:00}";
    }

    void Shuffle()
    {
        for (var i = Records.Count - 1; i > 0; i--)
        {
            var j = dice.Below(i + 1);
            (Records[i], Records[j]) = (Records[j], Records[i]);
        }
    }
}
