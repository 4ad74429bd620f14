using System.Text.Json.Nodes;

namespace Socle.Identities;

/// <summary>A structure of the demonstration. The department « 99 » of its number says that it does not exist.</summary>
sealed record DemoStructure(string Key, string Finess, string Name, string SectorCode, string SectorName, string SettingCode, string SettingName, Town Town);

/// <summary>A professional of the demonstration. An RPPS number that begins with 99999 belongs to nobody.</summary>
sealed record DemoProfessional(
    string Key, string Rpps, string Civility, string FirstName, string Name, string Role, string ProfessionCode, string? SpecialtyCode, string? SpecialtyName, string StructureKey)
{
    public string ShownName => $"{(Civility.Length == 0 ? "" : Civility + " ")}{FirstName} {Name}";
}

static class DemoProfessionals
{
    static readonly Town Quimper = Towns.Mainland.First(t => t.Code == "29232");

    public static readonly DemoStructure[] Structures =
    [
        new("cabinet", Finess(1), "Cabinet infirmier des Tilleuls", "SA07", "Cabinet individuel", "AMBULATOIRE", "Ambulatoire", Quimper),
        new("maison", Finess(2), "Maison de santé de l’Odet", "SA05", "Centre de santé", "AMBULATOIRE", "Ambulatoire", Quimper),
        new("pharmacie", Finess(3), "Pharmacie de la Cathédrale", "SA33", "Pharmacie d’officine", "AMBULATOIRE", "Ambulatoire", Quimper),
        new("laboratoire", Finess(4), "Laboratoire de l’Odet", "SA25", "Laboratoire de biologie médicale", "AMBULATOIRE", "Ambulatoire", Quimper)
    ];

    public static readonly DemoProfessional[] People =
    [
        new("infirmiere", Rpps(1), "Mme", "Claire", "Jézéquel", "Infirmière", "60", null, null, "cabinet"),
        new("medecin", Rpps(2), "Dr", "Karim", "Benali", "Médecin généraliste", "10", "SM54", "Médecine générale", "maison"),
        new("pharmacienne", Rpps(3), "Mme", "Élodie", "Garnier", "Pharmacienne", "21", null, null, "pharmacie"),
        new("biologiste", Rpps(4), "Dr", "Françoise", "Pélissier", "Biologiste médicale", "10", "SM03", "Biologie médicale", "laboratoire")
    ];

    public static DemoStructure StructureOf(DemoProfessional person) => Structures.First(s => s.Key == person.StructureKey);

    public static JsonObject Organization(DemoStructure structure) => new()
    {
        ["resourceType"] = "Organization",
        ["identifier"] = new JsonArray(
            Identifier("urn:oid:1.2.250.1.71.4.2.2", "IDNST", "1" + structure.Finess),
            Identifier("https://finess.esante.gouv.fr", "FINEG", structure.Finess)),
        ["active"] = true,
        ["type"] = new JsonArray(new JsonObject
        {
            ["coding"] = new JsonArray(PatientBuilder.Coding(
                "https://mos.esante.gouv.fr/NOS/TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite", structure.SectorCode, structure.SectorName))
        }),
        ["name"] = structure.Name,
        ["address"] = new JsonArray(new JsonObject
        {
            ["city"] = structure.Town.Name, ["postalCode"] = structure.Town.PostCode, ["country"] = "FR"
        })
    };

    public static JsonObject Practitioner(DemoProfessional person) => new()
    {
        ["resourceType"] = "Practitioner",
        ["identifier"] = new JsonArray(
            Identifier("urn:oid:1.2.250.1.71.4.2.1", "IDNPS", "8" + person.Rpps),
            Identifier("https://rpps.esante.gouv.fr", "RPPS", person.Rpps)),
        ["active"] = true,
        ["name"] = new JsonArray(new JsonObject
        {
            ["use"] = "official", ["family"] = person.Name, ["given"] = new JsonArray(person.FirstName), ["prefix"] = new JsonArray(person.Civility)
        }),
        ["telecom"] = new JsonArray(
            new JsonObject { ["system"] = "email", ["value"] = $"{person.Key}@mssante.example", ["use"] = "work" },
            new JsonObject { ["system"] = "phone", ["value"] = $"+3363998{person.Rpps[^4..]}", ["use"] = "mobile" }),
        ["qualification"] = new JsonArray(new JsonObject
        {
            ["code"] = new JsonObject { ["coding"] = new JsonArray(Profession(person)) }
        })
    };

    public static JsonObject PractitionerRole(DemoProfessional person, string practitioner, string organization)
    {
        var role = new JsonObject
        {
            ["resourceType"] = "PractitionerRole",
            ["active"] = true,
            ["practitioner"] = new JsonObject { ["reference"] = practitioner, ["display"] = person.ShownName },
            ["organization"] = new JsonObject { ["reference"] = organization, ["display"] = StructureOf(person).Name },
            ["code"] = new JsonArray(new JsonObject { ["coding"] = new JsonArray(Profession(person)), ["text"] = person.Role })
        };
        if (person.SpecialtyCode is { } code)
            role["specialty"] = new JsonArray(new JsonObject
            {
                ["coding"] = new JsonArray(PatientBuilder.Coding(
                    "https://mos.esante.gouv.fr/NOS/TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale", code, person.SpecialtyName))
            });
        return role;
    }

    static JsonObject Profession(DemoProfessional person) => PatientBuilder.Coding(
        "https://mos.esante.gouv.fr/NOS/TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante", person.ProfessionCode,
        person.ProfessionCode switch { "10" => "Médecin", "21" => "Pharmacien", _ => "Infirmier" });

    static JsonObject Identifier(string system, string type, string value) => new()
    {
        ["use"] = "official",
        ["type"] = new JsonObject { ["coding"] = new JsonArray(PatientBuilder.Coding("https://hl7.fr/ig/fhir/core/CodeSystem/fr-core-cs-v2-0203", type)) },
        ["system"] = system,
        ["value"] = value
    };

    static string Rpps(int number) => WithLuhn($"99999000{number:00}");

    static string Finess(int number) => WithLuhn($"990000{number:00}");

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
