using Socle.Fhir;

namespace Socle.Identities;

/// <summary>An INS as a Patient resource carries it: the system says whether it is production, test or demonstration.</summary>
sealed record CarriedIns(string System, string Value, string Path);

/// <summary>Reads the identity out of a FHIR Patient, FR Core or plain.</summary>
public static class PatientReader
{
    const string BirthList = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-patient-birth-list-given-name";
    const string BirthPlace = "http://hl7.org/fhir/StructureDefinition/patient-birthPlace";
    const string Reliability = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-identity-reliability";
    const string InseeCode = "https://hl7.fr/ig/fhir/core/StructureDefinition/fr-core-address-insee-code";

    /// <summary>The traits of a Patient node (a whole resource or a contained one); null without a family name.</summary>
    public static Traits? Read(FhirNode patient)
    {
        var official = BirthNameOf(patient);
        if (official["family"].Text is not { Length: > 0 } family) return null;
        return new(family, FirstNames(official), Traits.IsoDate(patient["birthDate"].Text), Sex(patient), PlaceCode(patient));
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

    /// <summary>RNIV: FR Core says VALI for a checked document; with an INS the identity is qualified.</summary>
    internal static string StatusOf(FhirNode patient, bool hasIns)
    {
        foreach (var extension in patient.All("extension"))
        {
            if (extension["url"].Text != Reliability) continue;
            foreach (var inner in extension.All("extension"))
                if (inner["url"].Text == "identityStatus" && inner["value"]["code"].Text is "VALI" or "QUAL") return hasIns ? "qualified" : "validated";
        }
        return "provisional";
    }

    /// <summary>Each INS of the Patient. A billing number (type NH) shares the system of the INS and is not one.</summary>
    internal static IReadOnlyList<CarriedIns> InsOf(FhirNode patient)
    {
        var found = new List<CarriedIns>();
        foreach (var identifier in patient.All("identifier"))
        {
            if (identifier["system"].Text is not { } system || !Ins.Systems.Current.Contains(system)) continue;
            if (identifier["value"].Text is not { } value || HasType(identifier, "NH")) continue;
            found.Add(new(system, value, identifier.Path));
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
