using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Socle.Fhir;
using Socle.Identities;
using Socle.Store;

namespace Socle.Directories;

/// <summary>
/// An invented offer over the whole country: practices, health centres, pharmacies and laboratories with the people who practise there, their hours,
/// access and fees. Half of it stands around the demonstration's own town and four others, so that a search finds something.
/// </summary>
sealed class DemoOffer(RecordStore store, DirectoriesSettings settings, TimeProvider clock) : PopulationStep
{
    const ulong Seed = 29_232;
    const int PlacesInAWrite = 12;

    public override string What => "offre de soins";

    public override async Task Add(
        Scope steward, IReadOnlyList<DemoPatient> patients, IReadOnlyList<DemoActor> actors, DateOnly today, IProgress<PopulationProgress>? progress, CancellationToken stop)
    {
        var (done, all) = (0, settings.DemonstrationRoles);
        var ops = new List<WriteOp>();
        var places = 0;
        foreach (var practice in new DemoPractices(Seed, today).Draw(all))
        {
            ops.AddRange(practice.Resources().Select(Create));
            done += practice.People.Count;
            if (++places % PlacesInAWrite != 0) continue;
            await store.Write(steward, ops, WriteOptions.Default, stop);
            ops.Clear();
            progress?.Report(new(What, done, all));
        }
        if (ops.Count > 0) await store.Write(steward, ops, WriteOptions.Default, stop);
        if (all > 0)
            foreach (var hospital in DemoHospital.Draw(clock.GetUtcNow()))
                await store.Write(steward, [.. hospital.Resources().Select(Create)], WriteOptions.Default, stop);
        progress?.Report(new(What, done, all));
    }

    static WriteOp Create((JsonObject Resource, string Url) one) => new WriteOp.Create(FhirDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(one.Resource)), null, one.Url);
}

/// <summary>Somebody who practises at a place.</summary>
sealed record DemoPractitioner(int Number, string Civility, string FirstName, string Name, OfferKind Kind, bool SectorOne)
{
    public string Shown => $"{(Civility.Length == 0 ? "" : Civility + " ")}{FirstName} {Name}";

    public string Rpps => DemoPractices.WithLuhn(string.Create(CultureInfo.InvariantCulture, $"99999{10_000 + Number:00000}"));
}

/// <summary>An invented structure at one address, the hours of its door and what it has for whoever comes.</summary>
sealed record DemoPractice(int Number, OfferTown Town, string Name, string Street, Spot Spot, OfferFeatures Features, int Week, DateOnly? Leave, IReadOnlyList<DemoPractitioner> People)
{
    public string Finess => DemoPractices.WithLuhn(string.Create(CultureInfo.InvariantCulture, $"9901{Number:0000}"));

    string Phone => string.Create(CultureInfo.InvariantCulture, $"+3363998{(Number * 37 + 11) % 10_000:0000}");

    /// <summary>One transaction: references go by the urls.</summary>
    public IEnumerable<(JsonObject Resource, string Url)> Resources()
    {
        var (organization, location) = ($"urn:demo-offre:o{Number}", $"urn:demo-offre:l{Number}");
        yield return (Organization(), organization);
        yield return (Location(organization), location);
        foreach (var kind in People.Select(p => p.Kind).Distinct()) yield return (Service(kind, organization, location), ServiceUrl(kind));
        foreach (var person in People)
        {
            var practitioner = $"urn:demo-offre:p{person.Number}";
            yield return (DemoPractitionerResources.Practitioner(person), practitioner);
            yield return (DemoPractitionerResources.Role(person, practitioner, organization, Name, ServiceUrl(person.Kind)), $"urn:demo-offre:r{person.Number}");
        }
    }

    string ServiceUrl(OfferKind kind) => $"urn:demo-offre:s{Number}-{kind.Code}";

    JsonObject Organization() => new()
    {
        ["resourceType"] = "Organization",
        ["identifier"] = new JsonArray(
            Json.Identifier("urn:oid:1.2.250.1.71.4.2.2", "IDNST", "1" + Finess), Json.Identifier("https://finess.esante.gouv.fr", "FINEG", Finess)),
        ["active"] = true,
        ["name"] = Name,
        ["address"] = new JsonArray(Address())
    };

    JsonObject Location(string organization) => new()
    {
        ["resourceType"] = "Location",
        ["extension"] = new JsonArray(Json.CodeExtension("https://interop.esante.gouv.fr/ig/fhir/ror/StructureDefinition/ror-commune-cog",
            "https://mos.esante.gouv.fr/NOS/TRE_R13-Commune/FHIR/TRE-R13-Commune", Town.Code, Town.Name),
            Json.CodeExtension(OfferFeatureReader.PlaceAccessibilityExtension, OfferFeatureReader.Accessibility,
                Features.HasFlag(OfferFeatures.Wheelchair) ? "1" : "2", Features.HasFlag(OfferFeatures.Wheelchair) ? "Accessible" : "Non accessible")),
        ["status"] = "active",
        ["name"] = Name,
        ["address"] = Address(),
        ["position"] = new JsonObject { ["longitude"] = Math.Round(Spot.Longitude, 5), ["latitude"] = Math.Round(Spot.Latitude, 5) },
        ["managingOrganization"] = Json.Reference(organization, Name)
    };

    JsonObject Address() => new() { ["line"] = new JsonArray(Street), ["city"] = Town.Name.Split(" de La")[0].Split(" (")[0], ["postalCode"] = Town.PostCode, ["country"] = "FR" };

    JsonObject Service(OfferKind kind, string organization, string location)
    {
        var service = new JsonObject
        {
            ["resourceType"] = "HealthcareService",
            ["active"] = true,
            ["providedBy"] = Json.Reference(organization, Name),
            ["type"] = new JsonArray(Json.Concept("https://mos.esante.gouv.fr/NOS/TRE_R227-ChampActivite/FHIR/TRE-R227-ChampActivite", "05", "Ville")),
            ["specialty"] = new JsonArray(DemoPractitionerResources.Coded(kind)),
            ["location"] = new JsonArray(Json.Reference(location, Name)),
            ["name"] = $"{kind.French}, {Name}",
            ["telecom"] = new JsonArray(new JsonObject { ["system"] = "phone", ["value"] = Phone, ["use"] = "work" }),
            ["characteristic"] = new JsonArray(Json.Concept(OfferFeatureReader.CareMode, "32", "Consultation (CS)")),
            ["availableTime"] = DemoWeeks.Write(Week)
        };
        if (Features.HasFlag(OfferFeatures.Teleconsultation)) service["characteristic"]!.AsArray().Add(Json.Concept(OfferFeatureReader.CareMode, "27", "Télémédecine"));
        if (Features.HasFlag(OfferFeatures.SignLanguage)) service["communication"] = new JsonArray(Json.Concept("urn:ietf:bcp:47", "fsl", "Langue des signes française"));
        if (Features.HasFlag(OfferFeatures.NewPatients))
            service["eligibility"] = new JsonArray(new JsonObject { ["code"] = Json.Concept(OfferFeatureReader.NewPatients, OfferFeatureReader.NewPatientsCode, "Accepte de nouveaux patients") });
        if (Leave is { } day)
            service["notAvailable"] = new JsonArray(new JsonObject
            {
                ["description"] = "Congés",
                ["during"] = new JsonObject { ["start"] = Json.Day(day), ["end"] = Json.Day(day.AddDays(9)) }
            });
        return service;
    }
}

/// <summary>The weeks that doors keep: usual hours, a day off, evenings, day and night.</summary>
static class DemoWeeks
{
    public const int Count = 6, Always = 5;

    static readonly string[][] Weeks =
    [
        ["mon,tue,wed,thu,fri 09:00-12:30 14:00-18:30"],
        ["mon,tue,thu,fri 08:30-12:00 13:30-19:00", "sat 09:00-12:00"],
        ["mon,wed,fri 10:00-20:00", "tue 14:00-20:00"],
        ["mon,tue,wed,thu,fri 08:00-19:00", "sat 08:30-17:00"],
        ["tue,wed,thu 09:00-17:00", "fri 09:00-12:00"],
        ["mon,tue,wed,thu,fri,sat,sun *"]
    ];

    public static JsonArray Write(int week)
    {
        var times = new JsonArray();
        foreach (var line in Weeks[week].Select(line => line.Split(' ')))
            foreach (var span in line.Skip(1))
            {
                var time = new JsonObject { ["daysOfWeek"] = new JsonArray([.. line[0].Split(',').Select(day => (JsonNode)day)]) };
                if (span == "*") time["allDay"] = true;
                else (time["availableStartTime"], time["availableEndTime"]) = (span[..5] + ":00", span[6..] + ":00");
                times.Add(time);
            }
        return times;
    }
}

static class DemoPractitionerResources
{
    public static JsonObject Practitioner(DemoPractitioner person) => new()
    {
        ["resourceType"] = "Practitioner",
        ["identifier"] = new JsonArray(
            Json.Identifier("urn:oid:1.2.250.1.71.4.2.1", "IDNPS", "8" + person.Rpps), Json.Identifier("https://rpps.esante.gouv.fr", "RPPS", person.Rpps)),
        ["active"] = true,
        ["name"] = new JsonArray(new JsonObject
        {
            ["use"] = "official", ["family"] = person.Name, ["given"] = new JsonArray(person.FirstName), ["prefix"] = new JsonArray(person.Civility)
        })
    };

    public static JsonObject Role(DemoPractitioner person, string practitioner, string organization, string organizationName, string service)
    {
        var role = new JsonObject
        {
            ["resourceType"] = "PractitionerRole",
            ["active"] = true,
            ["practitioner"] = Json.Reference(practitioner, person.Shown),
            ["organization"] = Json.Reference(organization, organizationName),
            ["code"] = new JsonArray(),
            ["healthcareService"] = new JsonArray(Json.Reference(service, null))
        };
        var coded = Coded(person.Kind);
        if (IsProfession(person.Kind)) role["code"]!.AsArray().Add(coded);
        else
        {
            role["code"]!.AsArray().Add(Json.Concept(OfferKinds.Profession, "10", "Médecin"));
            role["specialty"] = new JsonArray(coded);
        }
        if (person.SectorOne) role["code"]!.AsArray().Add(Json.Concept(OfferFeatureReader.FeeSector, "1", "Conventionné secteur 1"));
        return role;
    }

    /// <summary>The last code of a kind is the one in use today.</summary>
    public static JsonObject Coded(OfferKind kind)
    {
        var key = kind.Keys.Last(k => !k.StartsWith("R211:", StringComparison.Ordinal)).Split(':');
        return Json.Concept(key[0] == "G15" ? OfferKinds.Profession : OfferKinds.Specialty, key[1], kind.French);
    }

    public static bool IsProfession(OfferKind kind) => kind.Keys[0].StartsWith("G15:", StringComparison.Ordinal);
}
