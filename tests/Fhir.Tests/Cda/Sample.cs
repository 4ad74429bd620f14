using System.Text;

namespace Socle.Cda.Tests;

/// <summary>Small documents about an invented person, each part replaceable.</summary>
static class Sample
{
    public const string Target = """
        <recordTarget><patientRole><id root="1.2.250.1.213.1.4.10" extension="277076322082910"/><id root="1.2.3.4" extension="IPP-7"/>
        <addr><houseNumber>3</houseNumber><streetName>rue des Tilleuls</streetName><postalCode>63000</postalCode><city>Clermont-Ferrand</city></addr>
        <telecom value="tel:0100000000"/>
        <patient><name><family qualifier="BR">LEROUX-ESSAI</family><family qualifier="CL">MARTIN-ESSAI</family><given>ANNE MARIE</given><given qualifier="BR">ANNE</given><given qualifier="CL">ANNIE</given></name>
        <administrativeGenderCode code="F" codeSystem="2.16.840.1.113883.5.1"/><birthTime value="197707"/>
        <birthplace><place><addr><county>63220</county><city>Ménétrol</city></addr></place></birthplace></patient></patientRole></recordTarget>
        """;

    public const string Author = """
        <author><time value="20240301101500+0100"/><assignedAuthor><id root="1.2.250.1.71.4.2.1" extension="801234534765"/><code code="G15_10/SM03" displayName="Médecin biologiste"/>
        <assignedPerson><name><prefix>MME</prefix><given>Léa</given><family>ESSAI</family><suffix>DR</suffix></name></assignedPerson>
        <representedOrganization><id root="1.2.250.1.71.4.2.2" extension="1120459876"/><name>Laboratoire d’essai</name></representedOrganization></assignedAuthor></author>
        """;

    public const string Custodian = "<custodian><assignedCustodian><representedCustodianOrganization><name>Laboratoire d’essai</name></representedCustodianOrganization></assignedCustodian></custodian>";

    public const string Prologue = """<?xml version="1.0" encoding="UTF-8"?>""";

    public static string Xml(
        string? body = null, string target = Target, string id = """<id root="1.2.250.1.213.1.1.1.55.1" extension="A1"/>""",
        string code = """<code code="11502-2" codeSystem="2.16.840.1.113883.6.1" displayName="CR d’examens biologiques"/>""",
        string time = """<effectiveTime value="20240301101500+0100"/>""", string confidentiality = """<confidentialityCode code="N" codeSystem="2.16.840.1.113883.5.25"/>""",
        string more = "", string language = "fr-FR", string title = "Résultats d’essai") => $"""
        <ClinicalDocument xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:sdtc="urn:hl7-org:sdtc">
        <templateId root="1.2.250.1.213.1.1.1.1"/><templateId root="1.2.250.1.213.1.1.1.55" extension="2024.01"/>
        {id}{code}<title>{title}</title>{time}{confidentiality}<languageCode code="{language}"/><setId root="1.2.250.1.213.1.1.1.55" extension="A"/><versionNumber value="2"/>
        {target}{Author}{Custodian}{more}{body ?? Body(Section("<paragraph>Rien à signaler.</paragraph>"))}</ClinicalDocument>
        """;

    public static string Body(string sections) => $"<component><structuredBody>{sections}</structuredBody></component>";

    public static string File(string text, string attributes = """mediaType="application/pdf" representation="B64" """) => $"<component><nonXMLBody><text {attributes}>{text}</text></nonXMLBody></component>";

    public static string Section(string text, string title = "Conclusion", string entries = "") => $"<component><section><title>{title}</title><text>{text}</text>{entries}</section></component>";

    public static string Media(string id, string type, byte[] content) =>
        $"""<entry><observationMedia classCode="OBS" moodCode="EVN" ID="{id}"><value mediaType="{type}" representation="B64">{Convert.ToBase64String(content)}</value></observationMedia></entry>""";

    public static CdaDocument Parse(string xml) => CdaDocument.Parse(Encoding.UTF8.GetBytes(xml));

    /// <summary>A whole page whose one section has this narrative.</summary>
    public static string Page(string text, string entries = "") => CdaRenderer.Render(Parse(Xml(Body(Section(text, entries: entries)))), new CdaRenderOptions());

    public static readonly byte[] Png = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0, 0];
    public static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 0, 0];
    public static readonly byte[] Gif = "GIF89a____"u8.ToArray();
    public static readonly byte[] Pdf = "%PDF-1.4 essai"u8.ToArray();
}
