using System.Globalization;
using System.Text.Json.Nodes;

namespace Socle.Directories;

/// <summary>Draws structures and people: the same seed and count give the same ones.</summary>
sealed class DemoPractices(ulong seed, DateOnly today)
{
    // Where the demonstration's people live, then towns of every kind; the weights of the first ones are out of proportion on purpose.
    static readonly (string Code, int Share)[] Favourites = [("29232", 22), ("75056", 10), ("69123", 8), ("97411", 6), ("35238", 6)];

    static readonly string[] Families =
    [
        "Abgrall", "Bellec", "Cariou", "Daoud", "Egloff", "Fontanel", "Guéguen", "Hamdi", "Iriarte", "Joncour", "Kermarrec", "Lagrange", "Maurin", "N’Diaye",
        "Obadia", "Pichavant", "Quintin", "Roignant", "Sauvageot", "Tanguy", "Ung", "Valmy", "Wagner", "Xavier", "Yven", "Zimmermann", "Le Bihan", "De Brem", "Grosset-Janin", "Payet-Law"
    ];

    static readonly string[] Women = ["Adèle", "Bénédicte", "Coumba", "Diane", "Estelle", "Fanny", "Gaëlle", "Houria", "Irène", "Julie", "Katell", "Lise", "Maud", "Nadège", "Odile"];
    static readonly string[] Men = ["Alban", "Bruno", "Cyril", "Didier", "Erwan", "Farid", "Gildas", "Henri", "Idriss", "Jules", "Kévin", "Lucas", "Marc", "Nolan", "Olivier"];

    static readonly string[] Streets =
        ["rue des Lilas", "avenue de la Gare", "place du Marché", "rue Marie-Curie", "boulevard de la République", "allée des Chênes", "rue du Port", "chemin des Vignes"];

    static readonly string[] Names = ["Maison de santé", "Centre de santé", "Cabinet médical", "Pôle santé"];
    static readonly string[] Signs = ["des Ajoncs", "du Vieux-Port", "Marie-Curie", "des Quatre-Vents", "de la Fontaine", "des Trois-Rivières", "du Belvédère", "Saint-Luc"];

    static readonly OfferKind[] Common = Kinds("medecin-generaliste medecin-generaliste infirmier kinesitherapeute chirurgien-dentiste");
    static readonly OfferKind[] Rarer = Kinds("cardiologue dermatologue gynecologue ophtalmologue pediatre psychiatre orthophoniste sage-femme pedicure-podologue radiologue rhumatologue orl pneumologue neurologue endocrinologue gastro-enterologue");

    ulong state = seed;
    int people;

    public IEnumerable<DemoPractice> Draw(int roles)
    {
        for (var number = 0; people < roles; number++)
        {
            var town = Town();
            yield return Roll(6) == 0 ? Alone(number, town) : Together(number, town, Math.Min(roles - people, 1 + Roll(4)));
        }
    }

    DemoPractice Together(int number, OfferTown town, int count)
    {
        // The first of each house near home is a cardiologist more often than chance would have it: the search of the guide looks for one.
        var members = Enumerable.Range(0, count).Select(i => Person(i == 0 && Roll(5) == 0 ? Rarer[0] : Roll(2) == 0 ? Pick(Common) : Pick(Rarer))).ToList();
        var name = count == 1 ? $"Cabinet de {members[0].Shown}" : $"{Pick(Names)} {Pick(Signs)}";
        return Practice(number, town, name, members, Roll(DemoWeeks.Count - 1));
    }

    DemoPractice Alone(int number, OfferTown town) => Roll(2) == 0
        ? Practice(number, town, $"Pharmacie {Pick(Signs)}", [Person(OfferKinds.OfCode("pharmacie")!)], Roll(8) == 0 ? DemoWeeks.Always : 3)
        : Practice(number, town, $"Laboratoire {Pick(Signs)}", [Person(OfferKinds.OfCode("laboratoire")!)], 3);

    DemoPractice Practice(int number, OfferTown town, string name, IReadOnlyList<DemoPractitioner> members, int week)
    {
        var features = (Roll(100) < 60 ? OfferFeatures.Wheelchair : 0) | (Roll(100) < 18 ? OfferFeatures.SignLanguage : 0)
            | (Roll(100) < 50 ? OfferFeatures.NewPatients : 0) | (Roll(100) < 30 ? OfferFeatures.Teleconsultation : 0);
        var spread = town.Weight > 200 ? 0.05 : 0.02;
        var spot = new Spot(town.Centre.Latitude + Offset(spread), town.Centre.Longitude + Offset(spread * 1.3));
        return new(number, town, name, $"{1 + Roll(120)} {Pick(Streets)}", spot, features, week, Roll(9) == 0 ? today.AddDays(Roll(60) - 5) : null, members);
    }

    DemoPractitioner Person(OfferKind kind)
    {
        var woman = Roll(2) == 0;
        var civility = DemoPractitionerResources.IsProfession(kind) && kind.Code != "chirurgien-dentiste" ? woman ? "Mme" : "M." : "Dr";
        return new(people++, civility, woman ? Pick(Women) : Pick(Men), Pick(Families), kind, Roll(100) < 65);
    }

    OfferTown Town()
    {
        var dice = Roll(100);
        foreach (var (code, share) in Favourites)
            if ((dice -= share) < 0) return OfferTowns.OfCode(code)!;
        return Pick(OfferTowns.All);
    }

    static OfferKind[] Kinds(string codes) => [.. codes.Split(' ').Select(code => OfferKinds.OfCode(code)!)];

    // Closer to the centre more often than to the edge.
    double Offset(double spread) => (Fraction() + Fraction() - 1) * spread;

    double Fraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    int Roll(int sides) => (int)(Next() % (ulong)sides);

    T Pick<T>(IReadOnlyList<T> items) => items[Roll(items.Count)];

    // SplitMix64 by Sebastiano Vigna (public domain).
    ulong Next()
    {
        var z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    internal static string WithLuhn(string digits)
    {
        var sum = 0;
        for (var i = 0; i < digits.Length; i++)
        {
            var digit = digits[digits.Length - 1 - i] - '0';
            if (i % 2 == 0 && (digit *= 2) > 9) digit -= 9;
            sum += digit;
        }
        return digits + (char)('0' + ((10 - (sum % 10)) % 10));
    }
}

/// <summary>Pieces of FHIR that the demonstration writes often.</summary>
static class Json
{
    public static JsonObject Concept(string system, string code, string display) => new()
    {
        ["coding"] = new JsonArray(new JsonObject { ["system"] = system, ["code"] = code, ["display"] = display })
    };

    public static JsonObject CodeExtension(string url, string system, string code, string display) => new()
    {
        ["url"] = url, ["valueCodeableConcept"] = Concept(system, code, display)
    };

    public static JsonObject Reference(string reference, string? display)
    {
        var made = new JsonObject { ["reference"] = reference };
        if (display is not null) made["display"] = display;
        return made;
    }

    public static JsonObject Identifier(string system, string type, string value) => new()
    {
        ["use"] = "official",
        ["type"] = Concept("https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203", type, type),
        ["system"] = system,
        ["value"] = value
    };

    public static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
