using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Socle.Fhir.Tests.Patch;

/// <summary>JSON Patch (RFC 6902) and XML Patch (RFC 5261): the official cases, and on resources.</summary>
public sealed class RfcPatchTests
{
    [Fact]
    public void The_official_cases_of_JSON_Patch_pass()
    {
        if (!SharedData.Exists("fhir-patch")) return;
        var failed = new List<string>();
        var cases = JsonNode.Parse(File.ReadAllText(SharedData.At("fhir-patch", "json-patch-tests.json")))!.AsArray();
        foreach (var test in cases)
        {
            string? result;
            try
            {
                result = JsonPatch.Parse(Utf8(test!["patch"]!.ToJsonString())).Apply(test["doc"]!.DeepClone()).ToJsonString();
            }
            catch (FhirException)
            {
                result = null;
            }
            var wanted = test!["expected"];
            if (wanted is null ? result is not null : result is null || !JsonNode.DeepEquals(JsonNode.Parse(result), wanted)) failed.Add($"{test["comment"]}: {result}");
        }
        failed.ShouldBeEmpty();
        cases.Count.ShouldBe(16);
    }

    [Fact]
    public void The_official_cases_of_XML_Patch_pass()
    {
        if (!SharedData.Exists("fhir-patch")) return;
        var (count, failed) = (0, new List<string>());
        foreach (var test in XDocument.Load(SharedData.At("fhir-patch", "xml-patch-tests.xml")).Root!.Elements("case"))
        {
            count++;
            string? result;
            try
            {
                // A patch without a target is not asked for: a resource is always there.
                var target = test.Element("target")!.Elements().FirstOrDefault() ?? throw new FhirException("required", null, "no target");
                var doc = new XDocument(new XElement(target));
                XmlPatch.Of(test.Elements().Single(e => e.Name.LocalName == "patch")).Apply(doc);
                result = Told(doc.Root!);
            }
            catch (FhirException)
            {
                result = null;
            }
            var wanted = test.Element("patched")?.Elements().First();
            if (wanted is null ? result is not null : result != Told(wanted)) failed.Add($"{test.Attribute("name")!.Value}: {result}");
        }
        failed.ShouldBeEmpty();
        count.ShouldBeGreaterThan(25);
    }

    // White space between the nodes is what the cases differ in.
    static string Told(XNode node) => node switch
    {
        XElement element => $"<{element.Name} {string.Join(' ', element.Attributes().Where(a => a.Name != "xmlns").Select(a => $"{a.Name}={a.Value}").Order(StringComparer.Ordinal))}>"
            + string.Concat(element.Nodes().Select(Told)) + "</>",
        XText text => text.Value.Trim(),
        XComment comment => $"<!--{comment.Value}-->",
        _ => "",
    };

    const string Patient = """{"resourceType":"Patient","id":"p","active":true,"name":[{"family":"A","given":["B","C"],"_given":[null,{"id":"g"}]}],"extension":[{"url":"http://x","valueDecimal":1.50}]}""";

    static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    static string Json(string patch)
    {
        using var doc = FhirDocument.Parse(Utf8(Patient));
        return Encoding.UTF8.GetString(ResourcePatch.Json(Utf8(patch)).Apply(doc));
    }

    static string Xml(string operations)
    {
        using var doc = FhirDocument.Parse(Utf8(Patient));
        return Encoding.UTF8.GetString(ResourcePatch.Xml(Utf8($"<diff xmlns=\"http://hl7.org/fhir\">{operations}</diff>")).Apply(doc));
    }

    [Fact]
    public void JSON_Patch_changes_what_it_names_and_keeps_digits()
    {
        Json("""[{"op":"replace","path":"/active","value":false},{"op":"add","path":"/name/0/given/-","value":"D"},{"op":"remove","path":"/extension/0"},{"op":"copy","from":"/id","path":"/name/0/text"}]""")
            .ShouldBe("""{"resourceType":"Patient","id":"p","active":false,"name":[{"family":"A","given":["B","C","D"],"_given":[null,{"id":"g"}],"text":"p"}]}""");
        Json("""[{"op":"test","path":"/extension/0/valueDecimal","value":1.5}]""").ShouldContain("1.50");
        Json("""[{"op":"move","from":"/name/0/given/1","path":"/name/0/given/0"},{"op":"remove","path":"/name/0/_given"}]""").ShouldContain("""["C","B"]""");
    }

    [Theory]
    [InlineData("{}", "structure"), InlineData("[1]", "structure"), InlineData("[{\"op\":\"jump\",\"path\":\"/id\"}]", "structure")]
    [InlineData("[{\"op\":\"add\",\"path\":\"id\",\"value\":1}]", "structure"), InlineData("[{\"op\":\"add\",\"path\":\"/a~2\",\"value\":1}]", "structure")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/id\"}]", "structure"), InlineData("[{\"op\":\"add\",\"path\":\"/id\",\"value\":{\"a\":1,\"a\":2}}]", "structure"), InlineData("[", "structure")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/name/3\",\"value\":{}}]", "processing"), InlineData("[{\"op\":\"remove\",\"path\":\"/name/01\"}]", "processing")]
    [InlineData("[{\"op\":\"remove\",\"path\":\"\"}]", "processing"), InlineData("[{\"op\":\"move\",\"from\":\"/name\",\"path\":\"/name/0\"}]", "processing")]
    [InlineData("[{\"op\":\"test\",\"path\":\"/active\",\"value\":false}]", "conflict"), InlineData("[{\"op\":\"replace\",\"path\":\"/resourceType\",\"value\":\"Basic\"}]", "structure")]
    [InlineData("[{\"op\":\"add\",\"path\":\"/colour\",\"value\":\"red\"}]", "structure"), InlineData("[{\"op\":\"add\",\"path\":\"/id\",\"value\":\"\\ud800\"}]", "value")]
    public void A_JSON_Patch_that_is_wrong_or_fails_is_refused(string patch, string code) => Should.Throw<FhirException>(() => Json(patch)).Issues[0].Code.ShouldBe(code);

    [Fact]
    public void Copies_of_copies_are_stopped()
    {
        var copies = string.Join(',', Enumerable.Range(0, 60).Select(_ => """{"op":"copy","from":"/name","path":"/name/-"}"""));
        Should.Throw<FhirException>(() => Json($"[{copies}]")).Issues[0].Code.ShouldBe("too-costly");
        Should.Throw<FhirException>(() => Json("[" + string.Join(',', Enumerable.Repeat("""{"op":"test","path":"/id","value":"p"}""", 1_001)) + "]")).Issues[0].Code.ShouldBe("too-long");
    }

    [Fact]
    public void XML_Patch_changes_what_it_names()
    {
        Xml("""<replace sel="f:Patient/f:active/@value">false</replace>""").ShouldContain("\"active\":false");
        Xml("""<add sel="Patient/name[family/@value='A']"><given value="D"/></add>""").ShouldContain("""["B","C","D"]""");
        Xml("""<remove sel="f:Patient/f:name[1]/f:given[2]"/>""").ShouldContain("\"given\":[\"B\"]}");
        Xml("""<add sel="f:Patient/f:name" pos="after"><gender value="male"/></add>""").ShouldContain("\"gender\":\"male\"");
        Xml("""<replace sel="*/f:name/f:family"><family value="Z"/></replace><add sel="f:Patient/f:name/f:family" type="@id">i</add>""").ShouldContain("\"family\":\"Z\",\"_family\":{\"id\":\"i\"}");
        Xml("""<remove sel="f:Patient/f:active"/>""").ShouldContain("1.50");
    }

    [Theory]
    [InlineData(""), InlineData("<jump sel='f:Patient'/>"), InlineData("<remove/>"), InlineData("<remove sel='f:Patient//f:name'/>"), InlineData("<remove sel='f:Patient/f:name[count(*)]'/>")]
    [InlineData("<remove sel='f:Patient/x:name'/>"), InlineData("<remove sel='f:Patient/f:nothing'/>"), InlineData("<remove sel='f:Patient/f:name/f:given'/>"), InlineData("<remove sel='f:Patient'/>")]
    [InlineData("<replace sel='f:Patient/f:active/@value'>maybe</replace>"), InlineData("<add sel='f:Patient'><active value='true'/></add>"), InlineData("<add sel='f:Patient' type='@1 x'>v</add>")]
    [InlineData("<add sel='f:Patient' pos='after'><Patient/></add>"), InlineData("<replace sel='f:Patient'><Basic/></replace>"), InlineData("<remove sel='f:Patient['/>"), InlineData("<remove sel='f:Patient[0]'/>")]
    public void An_XML_Patch_that_is_wrong_or_fails_is_refused(string operations) => Should.Throw<FhirException>(() => Xml(operations)).Issues.Count.ShouldBeGreaterThan(0);

    [Fact]
    public void A_bundle_carries_a_patch_in_a_binary()
    {
        using var doc = FhirDocument.Parse(Utf8(Patient));
        var data = Convert.ToBase64String(Utf8("""[{"op":"remove","path":"/active"}]"""));
        using var binary = FhirDocument.Parse(Utf8($$"""{"resourceType":"Binary","contentType":"application/json-patch+json","data":"{{data}}"}"""));
        Encoding.UTF8.GetString(ResourcePatch.FromFhirDocument(binary).Apply(doc)).ShouldNotContain("active");
    }
}
