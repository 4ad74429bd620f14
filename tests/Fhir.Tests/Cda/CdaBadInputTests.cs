using System.Text;
using Socle.Fhir;

namespace Socle.Cda.Tests;

/// <summary>What must be refused, and where the refusal points; and the encodings that must not be.</summary>
public sealed class CdaBadInputTests
{
    public static TheoryData<string, string, string?, string> Refused => new()
    {   // document                                          code          expression                                         in the words
        { Sample.Xml(target: Sample.Target + Sample.Target), "structure", "ClinicalDocument.recordTarget", "plusieurs patients" },
        { Sample.Xml(target: ""), "required", "ClinicalDocument.recordTarget", "aucun patient" },
        { Sample.Xml(target: "<recordTarget><patientRole><id root=\"1.2\"/></patientRole></recordTarget>"), "required", "ClinicalDocument.recordTarget.patientRole.patient", "identité" },
        { Sample.Xml(id: ""), "required", "ClinicalDocument.id", "identifiant unique" },
        { Sample.Xml(id: "<id nullFlavor=\"UNK\"/>"), "required", "ClinicalDocument.id", "identifiant unique" },
        { Sample.Xml(id: "<id root=\"12 345\" extension=\"A\"/>"), "value", "ClinicalDocument.id", "OID" },
        { Sample.Xml(code: "<code nullFlavor=\"UNK\"/>"), "required", "ClinicalDocument.code", "type" },
        { Sample.Xml(time: "<effectiveTime value=\"20240230\"/>"), "required", "ClinicalDocument.effectiveTime", "date" },
        { Sample.Xml(confidentiality: ""), "required", "ClinicalDocument.confidentialityCode", "confidentialité" },
        { Sample.Xml(body: " "), "required", "ClinicalDocument.component", "corps" },
        { Sample.Xml(body: Sample.File("")), "required", "ClinicalDocument.component.nonXMLBody.text", "vide" },
        { Sample.Xml(body: Sample.File("!!")), "value", "ClinicalDocument.component.nonXMLBody.text", "base64" },
        { Sample.Xml(body: Sample.File("<reference value=\"javascript:alert(1)\"/>", "mediaType=\"text/html\"")), "not-supported", "ClinicalDocument.component.nonXMLBody.text", "ailleurs" },
        { Sample.Xml(body: Sample.File("AAAA", "mediaType=\"application/pdf\" representation=\"B64\" compression=\"GZ\"")), "not-supported", "ClinicalDocument.component.nonXMLBody.text", "compressé" },
        { "<a><b/></a>", "structure", null, "ClinicalDocument" },
        { "<a>" + Sample.Xml() + Sample.Xml() + "</a>", "structure", null, "plusieurs documents" },
        { "", "structure", null, "vide" },
        { "PK\u0003\u0004", "structure", null, "XML" },
        { "<ClinicalDocument xmlns=\"urn:hl7-org:v3\">", "structure", null, "XML" },
        { "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/hostname\">]>" + Sample.Xml(title: "&e;"), "structure", null, "XML" },
        { Sample.Xml(title: "&#xD800;"), "structure", null, "XML" },
        { Sample.Xml(title: "&nbsp;"), "structure", null, "XML" },
        { string.Concat(Enumerable.Repeat("<a>", 60_000)), "structure", null, "XML" },
        { Sample.Xml(Sample.Body(Sample.Section(string.Concat(Enumerable.Repeat("<content>", 200)) + string.Concat(Enumerable.Repeat("</content>", 200))))), "structure", null, "XML" },
    };

    [Theory, MemberData(nameof(Refused))]
    public void Bad_input_is_refused_with_its_place(string xml, string code, string? expression, string words)
    {
        var issues = Should.Throw<FhirException>(() => CdaDocument.Parse(Encoding.UTF8.GetBytes(xml))).Issues;
        issues.ShouldContain(i => i.Code == code && i.Expression == expression && i.Diagnostics.Contains(words, StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public void All_the_faults_of_a_header_are_told_at_once() =>
        Should.Throw<FhirException>(() => Sample.Parse(Sample.Xml(target: "", id: "", time: ""))).Issues.Count.ShouldBe(3);

    [Fact]
    public void Bytes_that_are_not_what_the_prologue_says_are_refused()
    {
        byte[] latin = Encoding.Latin1.GetBytes(Sample.Prologue + Sample.Xml(title: "Été"));
        Should.Throw<FhirException>(() => CdaDocument.Parse(latin));
        var unknown = Encoding.UTF8.GetBytes(Sample.Prologue.Replace("UTF-8", "klingon", StringComparison.Ordinal) + Sample.Xml());
        Should.Throw<FhirException>(() => CdaDocument.Parse(unknown));
    }

    [Fact]
    public void A_lone_surrogate_in_utf16_is_refused()
    {
        var bytes = new UnicodeEncoding(bigEndian: false, byteOrderMark: true).GetBytes("\ufeff" + Sample.Xml(title: "A?B"));
        var at = bytes.AsSpan().IndexOf("A\0?\0B\0"u8) + 2;
        (bytes[at], bytes[at + 1]) = (0x00, 0xD8);
        Should.Throw<FhirException>(() => CdaDocument.Parse(bytes));
    }

    public static TheoryData<string, byte[]> Encodings => new()
    {
        { "UTF-8 without prologue", Encoding.UTF8.GetBytes(Sample.Xml(title: "Été à Ménétrol")) },
        { "UTF-8 with BOM", [.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Sample.Prologue + Sample.Xml(title: "Été à Ménétrol"))] },
        { "UTF-16 little endian", [.. Encoding.Unicode.Preamble, .. Encoding.Unicode.GetBytes(Sample.Prologue.Replace("UTF-8", "UTF-16", StringComparison.Ordinal) + Sample.Xml(title: "Été à Ménétrol"))] },
        { "UTF-16 big endian", [.. Encoding.BigEndianUnicode.Preamble, .. Encoding.BigEndianUnicode.GetBytes(Sample.Xml(title: "Été à Ménétrol"))] },
        { "ISO-8859-1", Encoding.Latin1.GetBytes(Sample.Prologue.Replace("UTF-8", "ISO-8859-1", StringComparison.Ordinal) + Sample.Xml(title: "Été à Ménétrol").Replace("’", "&#8217;", StringComparison.Ordinal)) },
        { "in a stylesheet", Encoding.UTF8.GetBytes("<xsl:stylesheet version=\"1.0\" xmlns:xsl=\"http://www.w3.org/1999/XSL/Transform\"><xsl:include href=\"file:///etc/x\"/>" + Sample.Xml(title: "Été à Ménétrol") + "</xsl:stylesheet>") },
    };

    [Theory, MemberData(nameof(Encodings))]
    public void Encodings_and_wrappers_of_real_life_are_read(string name, byte[] bytes)
    {
        name.ShouldNotBeEmpty();
        CdaDocument.Parse(bytes).Header.Title.ShouldBe("Été à Ménétrol");
        CdaMetadata.Of(CdaDocument.Parse(bytes), bytes).Size.ShouldBe(bytes.Length);
    }

    [Fact]
    public void A_deep_bomb_is_refused_quickly()
    {
        var bytes = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("<a>", 140_000)));
        var time = System.Diagnostics.Stopwatch.StartNew();
        Should.Throw<FhirException>(() => CdaDocument.Parse(bytes));
        time.ElapsedMilliseconds.ShouldBeLessThan(500);
    }

    [Fact]
    public void The_first_bytes_say_what_an_attached_body_is()
    {
        var pdf = Sample.Parse(Sample.Xml(Sample.File(" \n" + Convert.ToBase64String(Sample.Pdf).Insert(4, "\r\n\t ")))).AttachedBody!;
        (pdf.DetectedType, pdf.Agrees, pdf.Content.Length).ShouldBe(("application/pdf", true, Sample.Pdf.Length));
        var html = Sample.Parse(Sample.Xml(Sample.File(Convert.ToBase64String("<html><script>"u8)))).AttachedBody!;
        (html.DetectedType, html.Agrees).ShouldBe(("application/octet-stream", false));
        var text = Sample.Parse(Sample.Xml(Sample.File("Bonjour à tous", "mediaType=\"text/plain\""))).AttachedBody!;
        (text.DetectedType, text.Agrees).ShouldBe(("text/plain", true));
        Sample.Parse(Sample.Xml(Sample.File(Convert.ToBase64String(@"{\rtf1 }"u8), "mediaType=\"application/rtf\" representation=\"B64\""))).AttachedBody!.Agrees.ShouldBeTrue();
    }
}
