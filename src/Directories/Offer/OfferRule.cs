using System.Globalization;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Directories;

/// <summary>Keeps the index of the search in the same unit as the directory: whatever is written there can be found, or no longer, at once.</summary>
sealed class OfferRule : WriteRule
{
    public override IReadOnlySet<string> Types { get; } = new HashSet<string> { "HealthcareService", "Location", "PractitionerRole", "Organization" };

    public override async ValueTask Apply(WriteContext write, CancellationToken stop)
    {
        if (write.Patient != 0) return;
        var (unit, number, isNew) = (write.Unit, write.Number, write.Before is null);
        var resource = write.Body?.Root ?? default;
        if (write.Type == "Location") OfferStore.SaveBeds(unit, number, resource.Exists ? [.. Capacity.Of(resource)] : [], isNew);
        switch (write.Type)
        {
            case "Location" when Position(resource) is { } spot:
                OfferStore.SavePlace(unit, number, spot, OfferFeatureReader.Of(resource), ZoneOf(resource, spot));
                break;
            case "Location":
                if (!isNew) OfferStore.RemovePlace(unit, number);
                break;
            case "Organization":
                var features = OfferFeatureReader.Of(resource);
                if (features != OfferFeatures.None || !isNew) OfferStore.SaveStructure(unit, number, features);
                break;
            case "HealthcareService" when IsActive(resource):
                OfferStore.SaveService(unit, number, await Facts(write, resource, "providedBy", stop), isNew);
                break;
            // Most situations of the national register say neither where nor in which service: there is nothing to find them by, and nothing is read.
            case "PractitionerRole" when isNew && !resource["healthcareService"].Exists && !resource["location"].Exists:
                break;
            case "PractitionerRole" when IsActive(resource):
                var facts = await Facts(write, resource, "organization", stop);
                if (!isNew || facts.Places.Count + facts.Services.Count > 0) OfferStore.SaveRole(unit, number, facts, isNew);
                break;
            default:
                if (!isNew) OfferStore.RemoveOffer(unit, number);
                break;
        }
    }

    static bool IsActive(FhirNode resource) => resource.Exists && resource["active"].Text != "false";

    static Spot? Position(FhirNode place) =>
        place.Exists && place["status"].Text is null or "active" && Degrees(place["position"]["latitude"]) is { } latitude && Degrees(place["position"]["longitude"]) is { } longitude
            && latitude is >= -90 and <= 90 && longitude is >= -180 and <= 180 ? new(latitude, longitude) : null;

    static double? Degrees(FhirNode number) =>
        double.TryParse(number.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var degrees) ? degrees : null;

    static int ZoneOf(FhirNode place, Spot spot) =>
        place["address"]["postalCode"].Text is { Length: 5 } code ? LocalTime.OfPostCode(code) : LocalTime.OfSpot(spot);

    static async ValueTask<OfferFacts> Facts(WriteContext write, FhirNode resource, string structure, CancellationToken stop) => new(
        [.. resource.All("specialty").Concat(write.Type == "PractitionerRole" ? resource.All("code") : default)
            .SelectMany(concept => concept.All("coding")).Select(coding => OfferKinds.KeyOf(coding["system"].Text, coding["code"].Text)).OfType<string>()],
        await Numbers(write, resource.All("healthcareService"), stop), await Numbers(write, resource.All("location"), stop),
        (await Numbers(write, resource.All(structure), stop)).FirstOrDefault(), OfferFeatureReader.Of(resource), OpeningHoursReader.Read(resource));

    static async ValueTask<List<long>> Numbers(WriteContext write, FhirNodes references, CancellationToken stop)
    {
        var numbers = new List<long>();
        foreach (var reference in references.Select(node => node["reference"].Text).OfType<string>().ToList())
            if (await write.Follow(reference, stop) is { PatientKey: 0 } found) numbers.Add(found.Number);
        return numbers;
    }
}

/// <summary>What the resources say of access, language, fees and manner, in the codes of the national tables.</summary>
static class OfferFeatureReader
{
    public const string Accessibility = "https://mos.esante.gouv.fr/NOS/TRE_R202-AccessibiliteLieu/FHIR/TRE-R202-AccessibiliteLieu";
    public const string CareMode = "https://mos.esante.gouv.fr/NOS/TRE_R213-ModePriseEnCharge/FHIR/TRE-R213-ModePriseEnCharge";
    public const string FeeSector = "https://mos.esante.gouv.fr/NOS/TRE_R282-CNAMAmeliSecteurConventionnement/FHIR/TRE-R282-CNAMAmeliSecteurConventionnement";
    public const string NewPatients = "urn:socle:offre";
    public const string NewPatientsCode = "nouveaux-patients";
    public const string AccessibilityExtension = "https://interop.esante.gouv.fr/ig/fhir/ror/StructureDefinition/ror-organization-accessibility-location";
    public const string PlaceAccessibilityExtension = "https://interop.esante.gouv.fr/ig/fhir/ror/StructureDefinition/ror-accessibility-location";

    public static OfferFeatures Of(FhirNode resource)
    {
        if (!resource.Exists) return OfferFeatures.None;
        var features = OfferFeatures.None;
        foreach (var name in new[] { "characteristic", "communication", "code" })
            foreach (var concept in resource.All(name))
                foreach (var coding in concept.All("coding")) features |= Meaning(coding);
        foreach (var coding in resource.All("eligibility").SelectMany(one => one["code"].All("coding"))) features |= Meaning(coding);
        foreach (var extension in resource.All("extension"))
            foreach (var coding in extension["valueCodeableConcept"].All("coding")) features |= Meaning(coding);
        return features;
    }

    static OfferFeatures Meaning(FhirNode coding) => (coding["system"].Text ?? "", coding["code"].Text) switch
    {
        (var system, "1" or "5") when system.Contains("TRE_R202-", StringComparison.Ordinal) => OfferFeatures.Wheelchair,   // accessible, conforming
        (var system, "27") when system.Contains("TRE_R213-", StringComparison.Ordinal) => OfferFeatures.Teleconsultation,
        (var system, "1" or "S1") when system.Contains("SecteurConventionnement", StringComparison.Ordinal) => OfferFeatures.SectorOne,
        (NewPatients, NewPatientsCode) => OfferFeatures.NewPatients,
        ("urn:ietf:bcp:47", "fsl" or "sgn-FR" or "fr-sgn") => OfferFeatures.SignLanguage,   // ISO 639-3: French Sign Language
        _ => OfferFeatures.None
    };
}
