using System.Text;
using Socle.Cda;
using Socle.Fhir.Tests.Core;

namespace Socle.Fhir.Tests.Fuzzing;

/// <summary>The parsers that read what comes from outside.</summary>
public sealed class ParserFuzzTests
{
    static readonly string[] Searches =
    [
        "Patient?name:exact=Lefèbvre&birthdate=ge1987-01&birthdate=lt1988&_sort=-birthdate,family&_count=20&_total=accurate",
        "Observation?subject:Patient.identifier=urn:oid:1.2.250.1.213.1.4.10|290010000000187&code=http://loinc.org|14749-6,|2345-7&value-quantity=gt5.3|http://unitsofmeasure.org|mmol/L",
        "Patient?_has:Observation:patient:code=14749-6&_include=Patient:organization&_revinclude:iterate=Observation:subject&_elements=name,birthDate",
        "Patient?_has:Observation:patient:_has:DiagnosticReport:result:status=final&gender:in=http://hl7.org/fhir/ValueSet/administrative-gender",
        "Observation?code-value-quantity=http://loinc.org|14749-6$gt5&date=ap2026-05-04T07:45:00Z&category:not=laboratory&encounter:missing=true&_summary=count",
        "Patient?_filter=(name sw \"Lef\" or given eq Zoé) and not (birthdate gt 1988-01-01)&_text=a&_content=b OR c",
        "Location?near=48.85|2.35|10|km&name:contains=hop&_list=42",
        "DocumentReference?_id=a,b\\,c&_lastUpdated=sa2026&_tag=http://e|x&_profile=http://p|1.0&identifier:of-type=http://s|INS|1&_security:not=R&type:not-in=http://hl7.org/fhir/ValueSet/administrative-gender"
    ];

    [Fact]
    public void Json_resources()
    {
        var result = Fuzz.Run("FhirDocument.Parse", FuzzKind.Json, Samples.All, bytes => FhirDocument.Parse(bytes).Dispose());
        result.Accepted.ShouldBeInRange(result.Count / 100, result.Count * 9 / 10);
    }

    [Fact]
    public void Search_parameters()
    {
        var env = new SearchEnvironment { Now = new DateTimeOffset(2026, 5, 4, 0, 0, 0, TimeSpan.Zero), Terminology = TerminologyIndex.Empty };
        var turn = 0;
        var result = Fuzz.Run("SearchQuery.Parse", FuzzKind.Query, Searches.Select(Encoding.UTF8.GetBytes), bytes =>
        {
            var text = Encoding.UTF8.GetString(bytes);
            var mark = text.IndexOf('?', StringComparison.Ordinal);
            SearchQuery.Parse(mark < 0 ? "Patient" : text[..mark], text[(mark + 1)..], strict: (turn++ & 1) == 0, env);
        }, hasPlace: NamesAParameter);
        result.Accepted.ShouldBeInRange(result.Count / 100, result.Count * 9 / 10);
    }

    [Fact]
    public void Xml_readers()
    {
        var result = Fuzz.Run("SafeXml.Load", FuzzKind.Xml, [Small, CdaSample], bytes => SafeXml.Load(bytes));
        result.Accepted.ShouldBeInRange(result.Count / 100, result.Count * 9 / 10);
    }

    [Fact]
    public void Cda_documents()
    {
        var result = Fuzz.Run("CdaDocument.Parse", FuzzKind.Xml, [CdaSample], bytes => CdaMetadata.Of(CdaDocument.Parse(bytes), bytes));
        result.Accepted.ShouldBeInRange(result.Count / 100, result.Count * 9 / 10);
    }

    static bool NamesAParameter(Exception error) =>
        error is FhirException { Issues.Count: > 0 } refused && refused.Issues.All(i => i.Diagnostics.StartsWith("Search parameter ", StringComparison.Ordinal));

    static byte[] Small => Encoding.UTF8.GetBytes("""
        <?xml version="1.0" encoding="UTF-8"?><a xmlns="urn:a" xmlns:b="urn:b" c="d"><b:e f='g'>é &amp; &#233; <![CDATA[<x>]]></b:e><!-- h --><i/></a>
        """);

    static byte[] CdaSample => Encoding.UTF8.GetBytes(Cda.Tests.Sample.Xml(
        Cda.Tests.Sample.Body(Cda.Tests.Sample.Section(
            "<paragraph ID=\"a\">x<footnote ID=\"f\">n</footnote><linkHtml href=\"#a\">y</linkHtml></paragraph><table><tr><td>1</td></tr></table><renderMultiMedia referencedObject=\"m\"/>",
            entries: Cda.Tests.Sample.Media("m", "image/png", Cda.Tests.Sample.Png))),
        more: """
            <legalAuthenticator><time value="20240302"/><assignedEntity><id root="1.2" extension="9"/><assignedPerson><name><given>Paul</given><family>ESSAI</family></name></assignedPerson></assignedEntity></legalAuthenticator>
            <documentationOf><serviceEvent><effectiveTime><low value="202402281000+0100"/></effectiveTime><performer typeCode="PRF"><assignedEntity><id root="1.2" extension="9"/></assignedEntity></performer></serviceEvent></documentationOf>
            <relatedDocument typeCode="RPLC"><parentDocument><id root="1.2.3" extension="A0"/></parentDocument></relatedDocument>
            <componentOf><encompassingEncounter><effectiveTime value="20240301"/><location><healthCareFacility><code code="SA25"/></healthCareFacility></location></encompassingEncounter></componentOf>
            """));
}
