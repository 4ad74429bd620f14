using System.Globalization;
using System.Text;
using System.Xml;
using System.Xml.Linq;
using Socle.Identities;

namespace Socle.SharedRecord;

/// <summary>One analysis of an invented report: its LOINC code, its name, the result and the interval that is usual.</summary>
sealed record DemoAnalysis(string Loinc, string Name, decimal Value, string Unit, decimal? Low, decimal? High);

/// <summary>
/// Writes an invented laboratory report as CDA R2: the national header, one section with its table for people and the same results
/// as observations. It is what a laboratory's software would send, small enough to be read.
/// </summary>
static class DemoReport
{
    static readonly XNamespace V3 = "urn:hl7-org:v3";
    static readonly XNamespace Schema = "http://www.w3.org/2001/XMLSchema-instance";
    static readonly string[] Columns = ["Analyse", "Résultat", "Valeurs usuelles"];
    const string Loinc = "2.16.840.1.113883.6.1";
    const string Root = "1.2.250.1.213.99.5080";   // an arc of ours below no real body: an invented document says so by its id

    public static byte[] Write(DemoPatient patient, DemoActor author, DateTimeOffset at, long number, IReadOnlyList<DemoAnalysis> analyses)
    {
        var document = new XElement(V3 + "ClinicalDocument",
            new XAttribute(XNamespace.Xmlns + "xsi", Schema),
            E("realmCode", ("code", "FR")),
            E("typeId", ("root", "2.16.840.1.113883.1.3"), ("extension", "POCD_HD000040")),
            E("templateId", ("root", "2.16.840.1.113883.2.8.2.1")),
            E("templateId", ("root", "1.2.250.1.213.1.1.1.1")),
            E("templateId", ("root", "1.2.250.1.213.1.1.1.55"), ("extension", "2024.01")),
            E("id", ("root", $"{Root}.{number}")),
            E("code", ("code", "11502-2"), ("codeSystem", Loinc), ("displayName", "CR d'examens biologiques")),
            new XElement(V3 + "title", "Compte rendu d’examens biologiques"),
            E("effectiveTime", ("value", Time(at))),
            E("confidentialityCode", ("code", "N"), ("codeSystem", "2.16.840.1.113883.5.25"), ("displayName", "Normal")),
            E("languageCode", ("code", "fr-FR")),
            E("setId", ("root", $"{Root}.1.{number}")),
            E("versionNumber", ("value", "1")),
            RecordTarget(patient),
            new XElement(V3 + "author", E("time", ("value", Time(at))), Assigned("assignedAuthor", author)),
            new XElement(V3 + "custodian", new XElement(V3 + "assignedCustodian", Organization("representedCustodianOrganization", author))),
            new XElement(V3 + "legalAuthenticator", E("time", ("value", Time(at))), E("signatureCode", ("code", "S")), Assigned("assignedEntity", author)),
            ServiceEvent(author, at),
            Encounter(author, at),
            Body(at, analyses));
        using var bytes = new MemoryStream();
        using (var writer = XmlWriter.Create(bytes, new() { Encoding = new UTF8Encoding(false), Indent = true })) document.Save(writer);
        return bytes.ToArray();
    }

    static XElement RecordTarget(DemoPatient patient) => new(V3 + "recordTarget", new XElement(V3 + "patientRole",
        E("id", ("extension", patient.Ins), ("root", "1.2.250.1.213.1.4.10")),
        new XElement(V3 + "patient",
            new XElement(V3 + "name",
                Named("family", "BR", patient.BirthName),
                new XElement(V3 + "given", string.Join(' ', patient.GivenNames)),
                Named("given", "BR", patient.GivenNames[0]),
                patient.UsedName is { } used ? Named("family", "CL", used) : null),
            E("administrativeGenderCode", ("code", patient.Sex), ("codeSystem", "2.16.840.1.113883.5.1")),
            E("birthTime", ("value", patient.BirthDate.ToString("yyyyMMdd", CultureInfo.InvariantCulture))),
            new XElement(V3 + "birthplace", new XElement(V3 + "place", new XElement(V3 + "addr", new XElement(V3 + "county", patient.BirthPlaceCode)))))));

    static XElement Named(string element, string qualifier, string text) => new(V3 + element, new XAttribute("qualifier", qualifier), text);

    static XElement Assigned(string element, DemoActor author) => new(V3 + element,
        E("id", ("root", "1.2.250.1.71.4.2.1"), ("extension", "8" + author.Rpps), ("assigningAuthorityName", "GIP-CPS")),
        E("code", ("code", author.Specialty is { } specialty ? $"G15_{author.ProfessionCode}/{specialty}" : $"G15_{author.ProfessionCode}"),
            ("codeSystem", "1.2.250.1.213.1.1.4.5"), ("displayName", author.Role)),
        new XElement(V3 + "assignedPerson", new XElement(V3 + "name",
            new XElement(V3 + "family", author.FamilyName.ToUpperInvariant()), new XElement(V3 + "given", author.FirstName),
            author.Civility.Length > 0 ? new XElement(V3 + "suffix", author.Civility.ToUpperInvariant()) : null)),
        Organization("representedOrganization", author));

    static XElement Organization(string element, DemoActor author) => new(V3 + element,
        E("id", ("root", "1.2.250.1.71.4.2.2"), ("extension", "1" + author.Finess)),
        new XElement(V3 + "name", author.StructureName),
        element == "representedOrganization"
            ? E("standardIndustryClassCode", ("code", "AMBULATOIRE"), ("codeSystem", "1.2.250.1.213.1.1.4.9"), ("displayName", "Ambulatoire"))
            : null);

    static XElement ServiceEvent(DemoActor author, DateTimeOffset at) => new(V3 + "documentationOf", new XElement(V3 + "serviceEvent",
        new XElement(V3 + "effectiveTime", E("low", ("value", Time(at)))),
        new XElement(V3 + "performer", new XAttribute("typeCode", "PRF"), Assigned("assignedEntity", author))));

    static XElement Encounter(DemoActor author, DateTimeOffset at) => new(V3 + "componentOf", new XElement(V3 + "encompassingEncounter",
        new XElement(V3 + "effectiveTime", E("low", ("value", Time(at)))),
        new XElement(V3 + "location", new XElement(V3 + "healthCareFacility",
            E("code", ("code", author.SectorCode), ("codeSystem", "1.2.250.1.71.4.2.4"), ("displayName", author.SectorName)),
            new XElement(V3 + "location", new XElement(V3 + "name", author.StructureName))))));

    static XElement Body(DateTimeOffset at, IReadOnlyList<DemoAnalysis> analyses) => new(V3 + "component", new XElement(V3 + "structuredBody",
        new XElement(V3 + "component", new XElement(V3 + "section",
            E("code", ("code", "18719-5"), ("codeSystem", Loinc), ("displayName", "Biochimie")),
            new XElement(V3 + "title", "Biochimie"),
            new XElement(V3 + "text", Table(analyses)),
            analyses.Select((analysis, row) => Entry(analysis, row, at))))));

    static XElement Table(IReadOnlyList<DemoAnalysis> analyses) => new(V3 + "table",
        new XElement(V3 + "thead", new XElement(V3 + "tr",
            Columns.Select(title => new XElement(V3 + "th", title)))),
        new XElement(V3 + "tbody", analyses.Select((analysis, row) => new XElement(V3 + "tr", new XAttribute("ID", $"r{row}"),
            new XElement(V3 + "td", analysis.Name),
            new XElement(V3 + "td", Outside(analysis)
                ? new XElement(V3 + "content", new XAttribute("styleCode", "Bold"), Shown(analysis))
                : Shown(analysis)),
            new XElement(V3 + "td", Usual(analysis))))));

    static XElement Entry(DemoAnalysis analysis, int row, DateTimeOffset at) => new(V3 + "entry", new XElement(V3 + "observation",
        new XAttribute("classCode", "OBS"), new XAttribute("moodCode", "EVN"),
        E("code", ("code", analysis.Loinc), ("codeSystem", Loinc), ("displayName", analysis.Name)),
        new XElement(V3 + "text", E("reference", ("value", $"#r{row}"))),
        E("statusCode", ("code", "completed")),
        E("effectiveTime", ("value", Time(at))),
        new XElement(V3 + "value", new XAttribute(Schema + "type", "PQ"),
            new XAttribute("value", analysis.Value.ToString(CultureInfo.InvariantCulture)), new XAttribute("unit", analysis.Unit))));

    static bool Outside(DemoAnalysis analysis) => analysis.Value < analysis.Low || analysis.Value > analysis.High;

    static string Shown(DemoAnalysis analysis) => $"{analysis.Value.ToString(CultureInfo.GetCultureInfo("fr-FR"))} {analysis.Unit}";

    static string Usual(DemoAnalysis analysis)
    {
        var french = CultureInfo.GetCultureInfo("fr-FR");
        return (analysis.Low, analysis.High) switch
        {
            ({ } low, { } high) => $"{low.ToString(french)} – {high.ToString(french)} {analysis.Unit}",
            (null, { } high) => $"moins de {high.ToString(french)} {analysis.Unit}",
            ({ } low, null) => $"plus de {low.ToString(french)} {analysis.Unit}",
            _ => ""
        };
    }

    static string Time(DateTimeOffset at) => at.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture) + at.ToString("zzz", CultureInfo.InvariantCulture).Replace(":", "", StringComparison.Ordinal);

    static XElement E(string name, params (string Name, string Value)[] attributes) =>
        new(V3 + name, attributes.Select(a => new XAttribute(a.Name, a.Value)));
}
