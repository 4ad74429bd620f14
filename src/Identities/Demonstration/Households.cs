using Socle.Fhir;

namespace Socle.Identities;

/// <summary>An invented person. Names carry their accents here; the official identity loses them as a real one does.</summary>
sealed record DemoPerson(int Number, string Sex, string BirthName, string? UsedName, IReadOnlyList<string> GivenNames, DateOnly BirthDate, Town BirthPlace, Town Home)
{
    public string Ins { get; init; } = "";

    /// <summary>Numbers of the parents; empty for an adult.</summary>
    public IReadOnlyList<int> Parents { get; init; } = [];

    public int? BirthOrder { get; init; }

    public string FirstName => GivenNames[0];

    /// <summary>« Zoé Lefèvre ».</summary>
    public string ShownName => $"{FirstName} {UsedName ?? BirthName}";

    public int Age(DateOnly today) => today.Year - BirthDate.Year - (today.DayOfYear < BirthDate.DayOfYear ? 1 : 0);
}

/// <summary>
/// Draws households until there are enough people: couples with children, people alone, the very old. The first ones are
/// written by hand, because pages, tests and the guide count on them: a widow, parents with twins, two homonyms.
/// </summary>
sealed class Households(DateOnly today, ulong seed)
{
    readonly Dice dice = new(seed);
    readonly List<DemoPerson> people = [];
    readonly Dictionary<string, int> order = [];

    public IReadOnlyList<DemoPerson> Draw(int count)
    {
        Story();
        while (people.Count < count)
        {
            switch (dice.Roll(10))
            {
                case < 5: Family(); break;
                case < 8: Adult(dice.Between(18, 79), null); break;
                case 8: Adult(dice.Between(80, 99), null); break;
                default: Rare(); break;
            }
        }
        // Parents come before their children, so cutting the tail never leaves a child without them.
        return people.Count > count ? people[..count] : people;
    }

    void Story()
    {
        var quimper = Towns.Mainland.First(t => t.Code == "29232");
        Add("F", "Lefèvre", "Morel", ["Jeanne", "Marie-Louise"], new(today.Year - 68, 3, 14), quimper, quimper);
        var mother = Add("F", "Béranger", "Haddad", ["Hélène", "Zoé"], new(today.Year - 36, 7, 2), Towns.Corsica[2], quimper);
        var father = Add("M", "Haddad", null, ["Malik"], new(today.Year - 38, 11, 23), Towns.Abroad[0], quimper);
        Child("F", "Haddad", ["Inès", "Éléonore"], new(today.Year - 9, 5, 6), quimper, mother, father, 1);
        Child("M", "Haddad", ["Noé", "Karim"], new(today.Year - 9, 5, 6), quimper, mother, father, 2);
        Add("F", "Étienne", null, ["Augustine", "Thérèse"], new(today.Year - 104, 1, 9), Towns.Mainland[1], quimper);
        Add("M", "Le Goff", null, ["Loïc", "Hervé"], new(today.Year - 51, 9, 30), Towns.Mainland[8], quimper);
        Add("M", "Le Goff", null, ["Loïc", "Benoît"], new(today.Year - 51, 9, 30), Towns.Mainland[7], quimper);
    }

    void Family()
    {
        var age = dice.Between(22, 55);
        var father = Adult(age + dice.Between(-2, 6), "M");
        var mother = Adult(age, "F", usedName: dice.Chance(60) ? father.BirthName : null, home: father.Home);
        var name = dice.Chance(20) ? $"{mother.BirthName}-{father.BirthName}" : father.BirthName;
        for (var children = dice.Roll(4); children > 0; children--)
        {
            var born = Born(dice.Between(0, Math.Min(17, age - 18)));
            var twins = dice.Chance(8);
            var place = dice.Chance(85) ? mother.Home : Somewhere();
            for (var birth = 1; birth <= (twins ? 2 : 1); birth++)
            {
                var sex = dice.Chance(50) ? "F" : "M";
                Child(sex, name, GivenNames(sex), born, place, mother, father, twins ? birth : null);
            }
        }
    }

    // Homonyms born on one day in two places; people of 104 with no recorded death.
    void Rare()
    {
        if (dice.Chance(50))
        {
            Adult(dice.Between(103, 106), null);
            return;
        }
        var one = Adult(dice.Between(20, 80), null);
        Add(one.Sex, one.BirthName, null, [one.FirstName, .. GivenNames(one.Sex)], one.BirthDate, Elsewhere(one.BirthPlace), Somewhere());
    }

    DemoPerson Adult(int age, string? sex, string? usedName = null, Town? home = null)
    {
        sex ??= dice.Chance(50) ? "F" : "M";
        return Add(sex, dice.Pick(FrenchNames.Families), usedName, GivenNames(sex), Born(age), BirthPlace(), home ?? Somewhere());
    }

    void Child(string sex, string name, IReadOnlyList<string> given, DateOnly born, Town place, DemoPerson mother, DemoPerson father, int? birthOrder)
    {
        Add(sex, name, null, given, born, place, mother.Home, [mother.Number, father.Number], birthOrder);
    }

    DemoPerson Add(
        string sex, string name, string? usedName, IReadOnlyList<string> given, DateOnly born, Town place, Town home,
        IReadOnlyList<int>? parents = null, int? birthOrder = null)
    {
        var person = new DemoPerson(people.Count, sex, name, usedName == name ? null : usedName, given, born, place, home)
        {
            Ins = InsOf(sex, born, place),
            Parents = parents ?? [],
            BirthOrder = birthOrder
        };
        people.Add(person);
        return person;
    }

    // Sex, year, month and place, then an order number that counts down from 989: high and rare, as befits invented people.
    string InsOf(string sex, DateOnly born, Town place)
    {
        var stem = $"{(sex == "M" ? 1 : 2)}{born.Year % 100:00}{born.Month:00}{place.Code}";
        var number = order[stem] = order.GetValueOrDefault(stem, 990) - 1;
        return Fhir.Ins.FromParts($"{stem}{number:000}").Value;
    }

    List<string> GivenNames(string sex)
    {
        var pool = sex == "F" ? FrenchNames.Girls : FrenchNames.Boys;
        var names = new List<string>();
        for (var wanted = dice.Between(1, 3); wanted > 0; wanted--)
            if (dice.Pick(pool) is var name && !names.Contains(name)) names.Add(name);
        return names;
    }

    DateOnly Born(int age) => today.AddYears(-age).AddDays(-dice.Roll(360));

    Town BirthPlace() => dice.Roll(20) switch
    {
        < 13 => dice.Pick(Towns.Mainland),
        < 15 => dice.Pick(Towns.Corsica),
        < 17 => dice.Pick(Towns.Overseas),
        _ => dice.Pick(Towns.Abroad)
    };

    Town Somewhere() => dice.Roll(10) switch { 0 => dice.Pick(Towns.Corsica), 1 => dice.Pick(Towns.Overseas), _ => dice.Pick(Towns.Mainland) };

    Town Elsewhere(Town place)
    {
        while (true)
            if (BirthPlace() is var other && other.Code != place.Code) return other;
    }
}
