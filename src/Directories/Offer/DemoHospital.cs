using System.Globalization;
using System.Text.Json.Nodes;

namespace Socle.Directories;

/// <summary>
/// An invented hospital with a few units and their beds. One unit in four has not told its free beds for two days: what is old is shown as old.
/// </summary>
sealed record DemoHospital(int Number, OfferTown Town, DateTimeOffset Now)
{
    static readonly string[] Towns = ["29232", "29019", "56121", "35238", "75056", "69123", "13055", "59350", "97411", "97209"];
    static readonly (string Kind, string Name, int Beds)[] Units =
        [("cardiologue", "Cardiologie", 24), ("pneumologue", "Pneumologie", 18), ("geriatre", "Médecine gériatrique", 30), ("neurologue", "Neurologie", 16)];

    static readonly string[] Names = ["de l’Estuaire", "des Deux-Rives", "Jeanne-Villepreux", "du Grand-Large", "des Collines"];

    public static IEnumerable<DemoHospital> Draw(DateTimeOffset now) => Towns.Select((code, number) => new DemoHospital(number, OfferTowns.OfCode(code)!, now));

    /// <summary>Whose number and name need no clock.</summary>
    public static DemoHospital First { get; } = Draw(default).First();

    public string Finess => DemoPractices.WithLuhn(string.Create(CultureInfo.InvariantCulture, $"9908{Number:0000}"));

    public string Name => $"Hôpital {Names[Number % Names.Length]}, {Town.Name}";

    Spot Spot => new(Town.Centre.Latitude + 0.011, Town.Centre.Longitude - 0.017);

    public IEnumerable<(JsonObject Resource, string Url)> Resources()
    {
        var organization = $"urn:demo-offre:h{Number}";
        yield return (new()
        {
            ["resourceType"] = "Organization",
            ["extension"] = new JsonArray(Json.CodeExtension(OfferFeatureReader.AccessibilityExtension, OfferFeatureReader.Accessibility, "5", "Conforme")),
            ["identifier"] = new JsonArray(
                Json.Identifier("urn:oid:1.2.250.1.71.4.2.2", "IDNST", "1" + Finess), Json.Identifier("https://finess.esante.gouv.fr", "FINEG", Finess)),
            ["active"] = true,
            ["name"] = Name,
            ["address"] = new JsonArray(Address())
        }, organization);
        foreach (var (unit, at) in Units.Select((unit, at) => (unit, at)))
        {
            var location = $"{organization}-l{at}";
            yield return (Location(unit.Name, unit.Beds, at, organization), location);
            yield return (Service(unit.Kind, unit.Name, organization, location), $"{organization}-s{at}");
        }
    }

    JsonObject Location(string unit, int beds, int at, string organization) => new()
    {
        ["resourceType"] = "Location",
        ["extension"] = new JsonArray(Beds(Capacity.Installed, beds, Now.AddDays(-40)), Beds(Capacity.Available, (Number * 5 + at * 3) % 7, Told(at))),
        ["identifier"] = new JsonArray(new JsonObject
        {
            ["type"] = Json.Concept("https://mos.esante.gouv.fr/NOS/JDV_J236-TypeIdentifiant-ROR/FHIR/JDV-J236-TypeIdentifiant-ROR", "26", "Identifiant externe de synchronisation"),
            ["value"] = string.Create(CultureInfo.InvariantCulture, $"1{Finess}/UF{100 + at}")
        }),
        ["status"] = "active",
        ["name"] = unit,
        ["type"] = new JsonArray(Json.Concept("https://mos.esante.gouv.fr/NOS/TRE_R343-FonctionLieu/FHIR/TRE-R343-FonctionLieu", "001", "Hébergement")),
        ["address"] = Address(),
        ["position"] = new JsonObject { ["longitude"] = Math.Round(Spot.Longitude, 5), ["latitude"] = Math.Round(Spot.Latitude, 5) },
        ["managingOrganization"] = Json.Reference(organization, Name)
    };

    DateTimeOffset Told(int at) => (Number + at) % 4 == 3 ? Now.AddDays(-2) : Now.AddMinutes(-20 - (Number * 7) - at);

    static JsonObject Beds(string status, int count, DateTimeOffset told) => new Capacity(new Dictionary<string, string>
    {
        ["capacityType"] = "01", ["capacityStatus"] = status, ["temporalityCapacity"] = Capacity.Current, ["temporaryAssignement"] = "01"
    }, count, told).Write();

    JsonObject Service(string kind, string unit, string organization, string location) => new()
    {
        ["resourceType"] = "HealthcareService",
        ["active"] = true,
        ["providedBy"] = Json.Reference(organization, Name),
        ["type"] = new JsonArray(Json.Concept("https://mos.esante.gouv.fr/NOS/TRE_R227-ChampActivite/FHIR/TRE-R227-ChampActivite", "01", "MCO")),
        ["specialty"] = new JsonArray(DemoPractitionerResources.Coded(OfferKinds.OfCode(kind)!)),
        ["location"] = new JsonArray(Json.Reference(location, null)),
        ["name"] = $"{unit}, {Name}",
        ["telecom"] = new JsonArray(
            new JsonObject { ["system"] = "phone", ["value"] = string.Create(CultureInfo.InvariantCulture, $"+3363998{(Number * 91 + 400) % 10_000:0000}"), ["use"] = "work" },
            new JsonObject
            {
                ["extension"] = new JsonArray(Json.CodeExtension("https://interop.esante.gouv.fr/ig/fhir/ror/StructureDefinition/ror-telecom-confidentiality-level",
                    "https://mos.esante.gouv.fr/NOS/TRE_R283-NiveauConfidentialite/FHIR/TRE-R283-NiveauConfidentialite", "2", "Accès restreint")),
                ["system"] = "phone", ["value"] = string.Create(CultureInfo.InvariantCulture, $"+3363998{(Number * 91 + 401) % 10_000:0000}"), ["use"] = "work"
            }),
        ["characteristic"] = new JsonArray(Json.Concept(OfferFeatureReader.CareMode, "28", "Hospitalisation complète (HC)")),
        ["availableTime"] = DemoWeeks.Write(DemoWeeks.Always)
    };

    JsonObject Address() => new() { ["line"] = new JsonArray("1 rue de l’Hôpital"), ["city"] = Town.Name.Split(" de La")[0], ["postalCode"] = Town.PostCode, ["country"] = "FR" };
}
