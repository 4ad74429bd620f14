using System.Collections.Frozen;

namespace Socle.Fhir;

/// <summary>
/// One name for each code system: the OIDs of CDA and of the national nomenclature and the addresses of FHIR are the same system. What is not
/// known here stays as it is written.
/// </summary>
public sealed class Canonicals
{
    const string Mos = "https://mos.esante.gouv.fr/NOS/";
    const string V3 = "http://terminology.hl7.org/CodeSystem/v3-";

    static readonly FrozenDictionary<string, string> Published = new Dictionary<string, string>
    {
        ["2.16.840.1.113883.6.1"] = "http://loinc.org",
        ["2.16.840.1.113883.6.96"] = "http://snomed.info/sct",
        ["2.16.840.1.113883.6.8"] = "http://unitsofmeasure.org",
        ["2.16.840.1.113883.6.3"] = "http://hl7.org/fhir/sid/icd-10",
        ["2.16.840.1.113883.6.43.1"] = "http://terminology.hl7.org/CodeSystem/icd-o-3",
        ["2.16.840.1.113883.6.73"] = "http://www.whocc.no/atc",
        ["0.4.0.127.0.16.1.1.2.1"] = "http://standardterms.edqm.eu",
        ["1.2.840.10008.2.16.4"] = "http://dicom.nema.org/resources/ontology/DCM",
        ["1.3.6.1.4.1.19376.1.2.3"] = "http://ihe.net/fhir/ihe.formatcode.fhir/CodeSystem/formatcode",
        ["2.16.840.1.113883.5.1"] = V3 + "AdministrativeGender",
        ["2.16.840.1.113883.5.4"] = V3 + "ActCode",
        ["2.16.840.1.113883.5.6"] = V3 + "ActClass",
        ["2.16.840.1.113883.5.7"] = V3 + "ActPriority",
        ["2.16.840.1.113883.5.8"] = V3 + "ActReason",
        ["2.16.840.1.113883.5.14"] = V3 + "ActStatus",
        ["2.16.840.1.113883.5.25"] = V3 + "Confidentiality",
        ["2.16.840.1.113883.5.83"] = V3 + "ObservationInterpretation",
        ["2.16.840.1.113883.5.84"] = V3 + "ObservationMethod",
        ["2.16.840.1.113883.5.88"] = V3 + "ParticipationFunction",
        ["2.16.840.1.113883.5.90"] = V3 + "ParticipationType",
        ["2.16.840.1.113883.5.110"] = V3 + "RoleClass",
        ["2.16.840.1.113883.5.111"] = V3 + "RoleCode",
        ["2.16.840.1.113883.5.112"] = V3 + "RouteOfAdministration",
        ["2.16.840.1.113883.5.139"] = V3 + "TimingEvent",
        ["2.16.840.1.113883.5.1001"] = V3 + "ActMood",
        ["2.16.840.1.113883.5.1002"] = V3 + "ActRelationshipType",
        ["2.16.840.1.113883.5.1008"] = V3 + "NullFlavor",
        ["2.16.840.1.113883.5.1063"] = V3 + "ObservationValue",
        ["1.2.250.1.213.1.1.4.1"] = Mos + "TRE_A03-ClasseDocument/FHIR/TRE-A03-ClasseDocument",
        ["1.2.250.1.213.1.1.4.6"] = Mos + "TRE_A00-ProducteurDocNonPS/FHIR/TRE-A00-ProducteurDocNonPS",
        ["1.2.250.1.213.1.1.4.9"] = Mos + "TRE_A01-CadreExercice/FHIR/TRE-A01-CadreExercice",
        ["1.2.250.1.213.1.1.4.12"] = Mos + "TRE_A05-TypeDocComplementaire/FHIR/TRE-A05-TypeDocComplementaire",
        ["1.2.250.1.213.1.1.4.13"] = Mos + "TRE_A07-StatutVisibiliteDocument/FHIR/TRE-A07-StatutVisibiliteDocument",
        ["1.2.250.1.213.1.1.4.2.282"] = Mos + "TRE_A06-FormatCodeComplementaire/FHIR/TRE-A06-FormatCodeComplementaire",
        ["1.2.250.1.71.4.2.4"] = Mos + "TRE_R02-SecteurActivite/FHIR/TRE-R02-SecteurActivite",
        ["1.2.250.1.71.1.2.7"] = Mos + "TRE_G15-ProfessionSante/FHIR/TRE-G15-ProfessionSante",
        ["1.2.250.1.71.4.2.5"] = Mos + "TRE_R38-SpecialiteOrdinale/FHIR/TRE-R38-SpecialiteOrdinale"
    }.ToFrozenDictionary(pair => "urn:oid:" + pair.Key, pair => pair.Value);

    public static readonly Canonicals OfR4 = new([]);

    readonly FrozenDictionary<string, string> names;
    readonly FrozenDictionary<string, string[]> aliases;

    /// <param name="loaded">Other name → canonical, from the identifiers of code systems and from NamingSystem; wins over what is published.</param>
    public Canonicals(IEnumerable<KeyValuePair<string, string>> loaded)
    {
        var all = new Dictionary<string, string>(Published, StringComparer.Ordinal);
        foreach (var (alias, canonical) in loaded) if (alias != canonical) all[alias] = canonical;
        names = all.ToFrozenDictionary(StringComparer.Ordinal);
        aliases = names.GroupBy(pair => pair.Value).ToFrozenDictionary(group => group.Key, group => group.Select(pair => pair.Key).ToArray(), StringComparer.Ordinal);
    }

    /// <summary>The one name of a system.</summary>
    public string Of(string system) => names.GetValueOrDefault(system, system);

    /// <summary>Every name of a system whose one name this is, itself first.</summary>
    public IEnumerable<string> AllOf(string canonical) => aliases.TryGetValue(canonical, out var others) ? [canonical, .. others] : [canonical];

    /// <summary>The address of a system known by its OID, or « urn:oid:… ».</summary>
    public static string OfOid(string oid) => Published.GetValueOrDefault("urn:oid:" + oid) ?? "urn:oid:" + oid;

    /// <summary>« url|version » in its two parts.</summary>
    public static (string Url, string? Version) Split(string canonical)
    {
        var bar = canonical.IndexOf('|', StringComparison.Ordinal);
        return bar < 0 ? (canonical, null) : (canonical[..bar], bar + 1 < canonical.Length ? canonical[(bar + 1)..] : null);
    }

    /// <summary>
    /// The French nomenclature is cited in many spellings (JDV_J07-X, JDV-J07-X, …/FHIR/…, jdv-j07-x, with and without « .tabs »): the same table for
    /// all. Null for what is none of its tables.
    /// </summary>
    public static string? Folded(string nameOrUrl)
    {
        var name = nameOrUrl.AsSpan(nameOrUrl.LastIndexOf('/') + 1);
        if (name.EndsWith(".tabs", StringComparison.OrdinalIgnoreCase)) name = name[..^5];
        if (!name.StartsWith("JDV", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("TRE", StringComparison.OrdinalIgnoreCase)) return null;
        if (name.Length < 5 || name[3] is not ('-' or '_')) return null;
        if (nameOrUrl.Contains('/', StringComparison.Ordinal) && !nameOrUrl.Contains(".esante.gouv.fr/", StringComparison.Ordinal)) return null;
        return string.Concat(name.ToString().Where(char.IsLetterOrDigit)).ToLowerInvariant();
    }
}
