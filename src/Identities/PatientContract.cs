using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Socle.Fhir;

namespace Socle.Identities;

/// <summary>An identity to write as a Patient of the FR Core « Patient INS » shape.</summary>
public sealed record NewPatient(string BirthName, IReadOnlyList<string> GivenNames, string? BirthDate, string Sex)
{
    public string? InsSystem { get; init; }

    public string? Ins { get; init; }

    public string? UsedName { get; init; }

    /// <summary>As the person writes it, accents included, when the official name lost them.</summary>
    public string? UsedFirstName { get; init; }

    public string? BirthPlaceCode { get; init; }

    public string? BirthPlaceName { get; init; }

    public string? City { get; init; }

    public string? PostCode { get; init; }

    public string? Street { get; init; }

    public string? Phone { get; init; }

    /// <summary>1 or 2 for a twin; null for a single birth.</summary>
    public int? BirthOrder { get; init; }

    public IdentityStatus Status { get; init; } = IdentityStatus.Provisional;

    public IdentityAttributes Attributes { get; init; }

    public DateOnly? ValidatedOn { get; init; }

    public IReadOnlyList<(string System, string Value)> OtherIdentifiers { get; init; } = [];
}

/// <summary>Writes the JSON of a Patient. What the platform emits is what the profile asks for; what is unknown is left out.</summary>
public static class PatientBuilder
{
    const string Core = "https://hl7.fr/ig/fhir/core/";
    static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Build(NewPatient patient) => Bytes(Json(patient));

    internal static JsonObject Json(NewPatient patient)
    {
        var json = new JsonObject { ["resourceType"] = "Patient" };
        if (patient.Ins is not null)
            json["meta"] = new JsonObject { ["profile"] = new JsonArray($"{Core}StructureDefinition/fr-core-patient-ins") };
        json["extension"] = Extensions(patient);
        if (Identifiers(patient) is { Count: > 0 } identifiers) json["identifier"] = identifiers;
        json["active"] = true;
        json["name"] = Names(patient);
        if (patient.Phone is { } phone) json["telecom"] = new JsonArray(new JsonObject { ["system"] = "phone", ["value"] = phone, ["use"] = "mobile" });
        json["gender"] = patient.Sex switch { "F" => "female", "M" => "male", _ => "unknown" };
        if (patient.BirthDate is { } born) json["birthDate"] = born;
        if (Address(patient) is { } address) json["address"] = new JsonArray(address);
        if (patient.BirthOrder is { } order) json["multipleBirthInteger"] = order;
        return json;
    }

    /// <summary>UTF-8 without escaping what needs none, so that a French name stays readable in the bytes.</summary>
    public static byte[] Bytes(JsonNode json) => JsonSerializer.SerializeToUtf8Bytes(json, Plain);

    static JsonArray Extensions(NewPatient patient)
    {
        var all = new JsonArray(ReliabilityOfPatient.Write(new(patient.Status, patient.Attributes), patient.ValidatedOn));
        if (patient.BirthPlaceCode is { } code)
        {
            var address = new JsonObject
            {
                ["extension"] = new JsonArray(new JsonObject
                {
                    ["url"] = $"{Core}StructureDefinition/fr-core-address-insee-code",
                    ["valueCoding"] = Coding("https://mos.esante.gouv.fr/NOS/TRE_R13-Commune/FHIR/TRE-R13-Commune", code)
                })
            };
            if (patient.BirthPlaceName is { } name) address["city"] = name;
            all.Add(new JsonObject { ["url"] = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace", ["valueAddress"] = address });
        }
        return all;
    }

    static JsonArray Identifiers(NewPatient patient)
    {
        var all = new JsonArray();
        if (patient is { Ins: { } ins, InsSystem: { } system })
            all.Add(new JsonObject
            {
                ["use"] = system == Ins.Systems.Nia ? "temp" : "official",
                ["type"] = new JsonObject { ["coding"] = new JsonArray(Coding($"{Core}CodeSystem/fr-core-cs-v2-0203", TypeOf(system))) },
                ["system"] = system,
                ["value"] = ins
            });
        foreach (var (otherSystem, value) in patient.OtherIdentifiers)
            all.Add(new JsonObject
            {
                ["use"] = "usual",
                ["type"] = new JsonObject { ["coding"] = new JsonArray(Coding("http://terminology.hl7.org/CodeSystem/v2-0203", "PI")) },
                ["system"] = otherSystem,
                ["value"] = value
            });
        return all;
    }

    static string TypeOf(string system) =>
        system == Ins.Systems.Nia ? "INS-NIA"
        : system == Ins.Systems.Test ? "INS-NIR-TEST"
        : system == Ins.Systems.Demo ? "INS-NIR-DEMO"
        : "INS-NIR";

    static JsonArray Names(NewPatient patient)
    {
        var official = new JsonObject();
        if (patient.GivenNames.Count > 0)
            official["extension"] = new JsonArray(new JsonObject
            {
                ["url"] = $"{Core}StructureDefinition/fr-core-patient-birth-list-given-name",
                ["valueString"] = string.Join(' ', patient.GivenNames)
            });
        official["use"] = "official";
        official["family"] = patient.BirthName;
        if (patient.GivenNames.Count > 0) official["given"] = new JsonArray(patient.GivenNames[0]);
        var names = new JsonArray(official);
        if (patient.UsedName is null && patient.UsedFirstName is null) return names;
        var used = new JsonObject { ["use"] = "usual", ["family"] = patient.UsedName ?? patient.BirthName };
        if ((patient.UsedFirstName ?? (patient.GivenNames.Count > 0 ? patient.GivenNames[0] : null)) is { } first) used["given"] = new JsonArray(first);
        names.Add(used);
        return names;
    }

    static JsonObject? Address(NewPatient patient)
    {
        if (patient.City is null) return null;
        var address = new JsonObject { ["use"] = "home" };
        if (patient.Street is { } street) address["line"] = new JsonArray(street);
        address["city"] = patient.City;
        if (patient.PostCode is { } code) address["postalCode"] = code;
        address["country"] = "FR";
        return address;
    }

    internal static JsonObject Coding(string system, string code, string? display = null)
    {
        var coding = new JsonObject { ["system"] = system, ["code"] = code };
        if (display is not null) coding["display"] = display;
        return coding;
    }
}

/// <summary>An INS as a Patient resource carries it: the system says whether it is production, test or demonstration.</summary>
/// <param name="IsOld">It was the person's and is no longer: it still leads to them, and is given out no more.</param>
sealed record CarriedIns(string System, string Value, string Path, bool IsOld);

/// <summary>Reads the identity out of a FHIR Patient, FR Core or plain.</summary>
public static class PatientReader
{
    const string BirthList = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name";
    const string BirthPlace = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace";
    const string LunarDate = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-lunar-date";
    const string InseeCode = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code";

    /// <summary>The traits of a Patient node (a whole resource or a contained one); null without a family name.</summary>
    public static Traits? Read(FhirNode patient)
    {
        var official = BirthNameOf(patient);
        if (official["family"].Text is not { Length: > 0 } family) return null;
        return new(family, FirstNames(official), BirthDateOf(patient), Sex(patient), PlaceCode(patient));
    }

    /// <summary>
    /// ISO, as much of it as is known. A date whose day or month nobody wrote down (« lunar ») has an extension of its own, 00 where it is not known;
    /// birthDate then is missing or holds a day that stands for it.
    /// </summary>
    internal static string? BirthDateOf(FhirNode patient)
    {
        var written = Traits.IsoDate(patient["birthDate"].Text);
        foreach (var extension in patient.All("extension"))
        {
            if (extension["url"].Text != LunarDate || Traits.IsoLunarDate(extension["value"].Text) is not { } lunar) continue;
            return written is null || written.StartsWith(lunar, StringComparison.Ordinal) ? lunar : written;
        }
        return written;
    }

    /// <summary>The name of birth: use = official, else the first name that is neither used, old nor anonymous.</summary>
    internal static FhirNode BirthNameOf(FhirNode patient)
    {
        FhirNode first = default;
        foreach (var name in patient.All("name"))
        {
            if (name["use"].Text is "official" or "maiden") return name;
            if (!first.Exists && name["use"].Text is not ("usual" or "old" or "nickname" or "anonymous")) first = name;
        }
        return first.Exists ? first : patient["name"];
    }

    internal static FhirNode UsedNameOf(FhirNode patient)
    {
        foreach (var name in patient.All("name"))
            if (name["use"].Text == "usual") return name;
        return default;
    }

    internal static string? FirstNames(FhirNode name)
    {
        foreach (var extension in name.All("extension"))
            if (extension["url"].Text == BirthList && extension["value"].Text is { Length: > 0 } list) return list;
        var given = new List<string>();
        foreach (var item in name.All("given"))
            if (item.Text is { Length: > 0 } text) given.Add(text);
        return given.Count == 0 ? null : string.Join(' ', given);
    }

    internal static string? Sex(FhirNode patient) => patient["gender"].Text switch { "female" => "F", "male" => "M", _ => null };

    internal static string? PlaceCode(FhirNode patient)
    {
        foreach (var extension in patient.All("extension"))
        {
            if (extension["url"].Text != BirthPlace) continue;
            foreach (var inner in extension["value"].All("extension"))
                if (inner["url"].Text == InseeCode) return inner["value"]["code"].Text;
        }
        return null;
    }

    /// <summary>« provisional », « recovered », « validated » or « qualified ».</summary>
    internal static string StatusOf(FhirNode patient, bool hasIns) => ReliabilityOfPatient.Read(patient, hasIns).Word;

    /// <summary>
    /// The number in force, whichever others the person had: a definitive one before one that waits (NIA), none that is marked as old.
    /// </summary>
    internal static CarriedIns? ActiveIns(FhirNode patient)
    {
        CarriedIns? waiting = null;
        foreach (var ins in InsOf(patient))
        {
            if (ins.IsOld) continue;
            if (ins.System != Ins.Systems.Nia) return ins;
            waiting ??= ins;
        }
        return waiting;
    }

    /// <summary>Each INS of the Patient, the former ones too. A billing number (type NH) shares the system of the INS and is not one.</summary>
    internal static IReadOnlyList<CarriedIns> InsOf(FhirNode patient)
    {
        var found = new List<CarriedIns>();
        foreach (var identifier in patient.All("identifier"))
        {
            if (identifier["system"].Text is not { } system || !Ins.Systems.Current.Contains(system)) continue;
            if (identifier["value"].Text is not { } value || HasType(identifier, "NH")) continue;
            found.Add(new(system, value, identifier.Path, identifier["use"].Text == "old"));
        }
        return found;
    }

    static bool HasType(FhirNode identifier, string code)
    {
        foreach (var coding in identifier["type"].All("coding"))
            if (coding["code"].Text == code) return true;
        return false;
    }
}
