using System.Text.Json.Nodes;
using Socle.Cda;

namespace Socle.SharedRecord;

/// <summary>From the OIDs of CDA to the addresses that FHIR uses for the same code systems.</summary>
static class Codes
{
    const string Mos = "https://mos.esante.gouv.fr/NOS/";

    public const string Loinc = "http://loinc.org";
    public const string ListTypes = "https://profiles.ihe.net/ITI/MHD/CodeSystem/MHDlistTypes";
    public const string Masks = Mos + "TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument";

    static readonly Dictionary<string, string> Systems = new(StringComparer.Ordinal)
    {
        ["2.16.840.1.113883.6.1"] = Loinc,
        ["2.16.840.1.113883.6.96"] = "http://snomed.info/sct",
        ["2.16.840.1.113883.5.25"] = "http://terminology.hl7.org/CodeSystem/v3-Confidentiality",
        ["2.16.840.1.113883.5.4"] = "http://terminology.hl7.org/CodeSystem/v3-ActCode",
        ["2.16.840.1.113883.6.3"] = "http://hl7.org/fhir/sid/icd-10",
        ["1.2.250.1.213.1.1.4.1"] = Mos + "TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument",
        ["1.2.250.1.213.1.1.4.12"] = Mos + "TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire",
        ["1.2.250.1.213.1.1.4.2.282"] = Mos + "TRE_A06-FormatCodeComplementaire/FHIR/TRE-A06-FormatCodeComplementaire",
        ["1.3.6.1.4.1.19376.1.2.3"] = "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode",
        ["1.2.250.1.213.1.1.4.13"] = Masks,
        ["1.2.250.1.71.4.2.4"] = Mos + "TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite",
        ["1.2.250.1.213.1.1.4.9"] = Mos + "TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice",
        ["1.2.250.1.213.1.1.4.6"] = Mos + "TRE_A00-ProducteurDocNonPS/FHIR/TRE-A00-ProducteurDocNonPS"
    };

    /// <summary>An OID that has no address known to us stays an OID.</summary>
    public static string System(string oid) =>
        Systems.GetValueOrDefault(oid) ?? (oid.Contains(':', StringComparison.Ordinal) ? oid : $"urn:oid:{oid}");

    public static JsonObject Coding(string? oid, string code, string? display)
    {
        var coding = new JsonObject();
        if (oid is { Length: > 0 }) coding["system"] = System(oid);
        coding["code"] = code;
        if (!string.IsNullOrWhiteSpace(display)) coding["display"] = display;
        return coding;
    }

    public static JsonObject Concept(string? oid, string code, string? display) => new() { ["coding"] = new JsonArray(Coding(oid, code, display)) };

    public static JsonObject? Concept(CdaCode? code) => code?.Code is { } value ? Concept(code.System, value, code.Display)
        : code?.Words is { Length: > 0 } words ? new JsonObject { ["text"] = words }
        : null;
}
