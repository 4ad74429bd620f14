using System.Buffers;
using System.Text;

namespace Socle.Fhir.Tests.Xml;

public sealed class XmlTests
{
    const string Ns = "xmlns=\"http://hl7.org/fhir\"";

    static string ToJson(string xml) => Encoding.UTF8.GetString(FhirXml.ToJson(Encoding.UTF8.GetBytes(xml)));

    static string ToXml(string json)
    {
        using var doc = FhirDocument.Parse(Encoding.UTF8.GetBytes(json));
        var output = new ArrayBufferWriter<byte>();
        FhirXml.Write(doc, output);
        return Encoding.UTF8.GetString(output.WrittenSpan);
    }

    [Fact]
    public void Lists_siblings_choices_and_attributes_take_their_JSON_form() => ToJson($"""
        <?xml version="1.0" encoding="UTF-8"?><?xml-stylesheet href="x"?><!-- c -->
        <Patient {Ns} xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="http://hl7.org/fhir x.xsd"><id value="p"/>
          <extension url="http://e"><valueDecimal value="1.50"/></extension>
          <active value="true"/><!-- c --><?pi?>
          <name id="n"><given value="A"/><given><extension url="http://x"><valueCode value="masked"/></extension></given><given value="C" id="g"/></name>
          <birthDate id="b" value="1980-02"/><deceasedBoolean value="false"/>
          <multipleBirthInteger value="2"/>
        </Patient>
        """).ShouldBe("""
        {"resourceType":"Patient","id":"p","extension":[{"url":"http://e","valueDecimal":1.50}],"active":true,
        "name":[{"id":"n","given":["A",null,"C"],"_given":[null,{"extension":[{"url":"http://x","valueCode":"masked"}]},{"id":"g"}]}],
        "birthDate":"1980-02","_birthDate":{"id":"b"},"deceasedBoolean":false,"multipleBirthInteger":2}
        """.ReplaceLineEndings(""));

    [Fact]
    public void A_value_of_extensions_only_leaves_its_property_out() =>
        ToJson($"<Patient {Ns}><birthDate><extension url=\"u\"><valueCode value=\"unknown\"/></extension></birthDate><gender value=\"male\"/></Patient>")
            .ShouldBe("""{"resourceType":"Patient","_birthDate":{"extension":[{"url":"u","valueCode":"unknown"}]},"gender":"male"}""");

    [Fact]
    public void Resources_stand_in_resources() =>
        ToJson($"<Bundle {Ns}><type value=\"collection\"/><entry><resource><Basic><id value=\"a\"/><contained><Patient><id value=\"p\"/></Patient></contained><code><text value=\"x\"/></code></Basic></resource></entry></Bundle>")
            .ShouldBe("""{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Basic","id":"a","contained":[{"resourceType":"Patient","id":"p"}],"code":{"text":"x"}}}]}""");

    [Fact]
    public void Xml_is_written_in_the_order_of_the_definitions() =>
        ToXml("""{"birthDate":"1980","name":[{"given":["B"],"family":"A\n<&\"é","id":"n","extension":[{"valueString":"v","url":"u"}]}],"resourceType":"Patient","_birthDate":{"id":"b"},"id":"p"}""")
            .ShouldBe("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Patient xmlns=\"http://hl7.org/fhir\"><id value=\"p\"/><name id=\"n\"><extension url=\"u\">"
                + "<valueString value=\"v\"/></extension><family value=\"A&#10;&lt;&amp;&quot;é\"/><given value=\"B\"/></name><birthDate id=\"b\" value=\"1980\"/></Patient>"
                .Replace("id=\"b\" value=\"1980\"", "value=\"1980\" id=\"b\"", StringComparison.Ordinal));

    [Theory]
    [InlineData("<div xmlns='http://www.w3.org/1999/xhtml'>a<!-- c --><b>é</b><br/>&lt;</div>", "<div xmlns=\"http://www.w3.org/1999/xhtml\">a<b>é</b><br/>&lt;</div>")]
    [InlineData("<div>a&nbsp;&eacute;</div>", "<div xmlns=\"http://www.w3.org/1999/xhtml\">a\u00a0é</div>")]
    [InlineData("<div xmlns='http://www.w3.org/1999/xhtml' xmlns:o='urn:o' o:k='1' xml:lang='fr' class='c'/>", "<div xmlns=\"http://www.w3.org/1999/xhtml\" xmlns:ns1=\"urn:o\" ns1:k=\"1\" xml:lang=\"fr\" class=\"c\"/>")]
    public void A_narrative_is_XHTML_inside_the_XML(string div, string written)
    {
        var xml = ToXml($$$"""{"resourceType":"Basic","text":{"status":"generated","div":"{{{div}}}"},"code":{"text":"x"}}""");
        xml.ShouldContain($"<text><status value=\"generated\"/>{written}</text>");
        System.Text.Json.Nodes.JsonNode.Parse(ToJson(xml))!["text"]!["div"]!.GetValue<string>().ShouldBe(written);
    }

    [Fact]
    public void A_prefix_instead_of_the_default_namespace_is_the_same_narrative() =>
        ToJson($"<Basic {Ns} xmlns:h=\"http://www.w3.org/1999/xhtml\"><text><status value=\"empty\"/><h:div><h:p>x</h:p></h:div></text><code><text value=\"x\"/></code></Basic>")
            .ShouldContain("\"div\":\"<div xmlns=\\\"http://www.w3.org/1999/xhtml\\\"><p>x</p></div>\"");

    [Theory]
    [InlineData("<Patient/>", "Patient", "namespace")]
    [InlineData("<Nothing " + Ns + "/>", "Nothing", "not a resource type")]
    [InlineData("<Patient " + Ns + "><colour value='red'/></Patient>", "Patient.colour", "no element")]
    [InlineData("<Patient " + Ns + "><active value='yes'/></Patient>", "Patient.active", "boolean")]
    [InlineData("<Patient " + Ns + "><multipleBirthInteger value='+1'/></Patient>", "Patient.multipleBirth", "not a number")]
    [InlineData("<Patient " + Ns + "><name><given value='a'/><family value='b'/><given value='c'/></name></Patient>", "Patient.name[0].given", "together")]
    [InlineData("<Patient " + Ns + "><gender value='male'/><gender value='male'/></Patient>", "Patient.gender", "does not repeat")]
    [InlineData("<Patient " + Ns + "><name><given/></name></Patient>", "Patient.name[0].given[0]", "neither")]
    [InlineData("<Patient " + Ns + "><name>text</name></Patient>", "Patient.name[0]", "Text stands")]
    [InlineData("<Patient " + Ns + "><name colour='red'><family value='a'/></name></Patient>", "Patient.name[0]", "attribute")]
    [InlineData("<Patient " + Ns + "><contained/></Patient>", "Patient.contained[0]", "resource is expected")]
    [InlineData("<Patient " + Ns + "><name><family value='a'/></name", "Patient.name[0].family", "XML")]
    [InlineData("<!DOCTYPE Patient [<!ENTITY a 'b'>]><Patient " + Ns + "><id value='&a;'/></Patient>", "", "XML")]
    [InlineData("<Patient " + Ns + "><id value='&a;'/></Patient>", "Patient", "XML")]
    [InlineData("<Patient " + Ns + "><name><family value='&#1;'/></name></Patient>", "Patient.name[0]", "XML")]
    public void What_JSON_could_not_say_is_refused_with_its_place(string xml, string expression, string contains)
    {
        var issue = Should.Throw<FhirException>(() => ToJson(xml)).Issues[0];
        issue.Expression.ShouldBe(expression);
        issue.Diagnostics.ShouldContain(contains, Case.Insensitive);
    }

    [Fact]
    public void Depth_is_bounded()
    {
        var deep = string.Concat(Enumerable.Repeat("<extension url=\"u\">", 200));
        Should.Throw<FhirException>(() => ToJson($"<Patient {Ns}>{deep}")).Issues[0].Diagnostics.ShouldContain("levels");
    }

    [Fact]
    public void A_narrative_that_is_no_XML_and_characters_that_XML_has_not_are_refused()
    {
        Should.Throw<FhirException>(() => ToXml("""{"resourceType":"Basic","text":{"status":"generated","div":"<div><p></div>"},"code":{"text":"x"}}"""))
            .Issues[0].Expression.ShouldBe("Basic.text.div");
        Should.Throw<FhirException>(() => ToXml("""{"resourceType":"Basic","code":{"text":"x\uFFFE"}}""")).Issues[0].Expression.ShouldBe("Basic.code.text");
    }

    [Fact]
    public void Other_encodings_of_XML_are_read()
    {
        var xml = $"<?xml version=\"1.0\" encoding=\"UTF-16\"?><Basic {Ns}><code><text value=\"é\"/></code></Basic>";
        Encoding.UTF8.GetString(FhirXml.ToJson(Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes(xml)).ToArray())).ShouldContain("é");
    }

    [Fact]
    public void Indented_XML_says_the_same()
    {
        var json = """{"resourceType":"Patient","name":[{"family":"A","given":["B"]}]}"""u8.ToArray();
        FhirXml.ToJson(FhirXml.OfJson(json, indented: true)).ShouldBe(json);
    }
}
