using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Socle.Fhir.Tests.Paths;

public sealed class FhirPathLabTests
{
    static readonly FhirPathEnvironment Env = new() { Now = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(1)) };

    const string Patient = """
        {"resourceType":"Patient","id":"p","active":true,"birthDate":"1974-12-25","_birthDate":{"extension":[{"url":"http://e","valueCode":"c"}]},
         "name":[{"family":"A","given":["Peter","James"]},{"given":["Jim"]}],"contact":[{"name":{"family":"C"}}],
         "extension":[{"url":"http://x","valueDecimal":1.50}]}
        """;

    static JsonObject[] Ask(string expression, string? context = null, string? variables = null, string? resource = null)
    {
        var parameters = new JsonArray(new JsonObject { ["name"] = "expression", ["valueString"] = expression });
        if (context is not null) parameters.Add(new JsonObject { ["name"] = "context", ["valueString"] = context });
        if (variables is not null) parameters.Add(new JsonObject { ["name"] = "variables", ["part"] = JsonNode.Parse(variables) });
        parameters.Add(JsonNode.Parse(resource ?? $$"""{"name":"resource","resource":{{Patient}}}"""));
        var request = new JsonObject { ["resourceType"] = "Parameters", ["parameter"] = parameters };
        using var doc = FhirDocument.Parse(JsonSerializer.SerializeToUtf8Bytes(request));
        var answer = JsonNode.Parse(FhirPathLab.Answer(doc, Env))!;
        answer["parameter"]![0]!["name"]!.GetValue<string>().ShouldBe("parameters");
        return [.. answer["parameter"]!.AsArray().Skip(1).Select(p => p!.AsObject())];
    }

    static string Parts(JsonObject result) => string.Join(' ', (result["part"]?.AsArray() ?? []).Select(p => p!.ToJsonString()));

    [Theory]
    [InlineData("name.given.first()", """{"name":"string","valueString":"Peter"}""")]
    [InlineData("active", """{"name":"boolean","valueBoolean":true}""")]
    [InlineData("birthDate", """{"name":"date","valueDate":"1974-12-25","_valueDate":{"extension":[{"url":"http://e","valueCode":"c"}]}}""")]
    [InlineData("extension.value", """{"name":"decimal","valueDecimal":1.50}""")]
    [InlineData("name[1]", """{"name":"HumanName","valueHumanName":{"given":["Jim"]}}""")]
    [InlineData("1 + 1", """{"name":"integer","valueInteger":2}""")]
    [InlineData("1.10 * 1", """{"name":"decimal","valueDecimal":1.10}""")]
    [InlineData("4 'mg'", """{"name":"Quantity","valueQuantity":{"value":4,"unit":"mg","system":"http://unitsofmeasure.org","code":"mg"}}""")]
    [InlineData("4 days", """{"name":"Quantity","valueQuantity":{"value":4,"unit":"day"}}""")]
    [InlineData("@2026-01-02T03:04:05Z", """{"name":"dateTime","valueDateTime":"2026-01-02T03:04:05Z"}""")]
    [InlineData("@T10:30", """{"name":"time","valueTime":"10:30"}""")]
    [InlineData("''", """{"name":"empty-string"}""")]
    [InlineData("today()", """{"name":"date","valueDate":"2026-03-04"}""")]
    [InlineData("contact", """{"name":"BackboneElement","extension":[{"url":"http://fhir.forms-lab.com/StructureDefinition/json-value","valueString":"{\u0022name\u0022:{\u0022family\u0022:\u0022C\u0022}}"}]}""")]
    [InlineData("id.type()", """{"name":"ClassInfo","extension":[{"url":"http://fhir.forms-lab.com/StructureDefinition/json-value","valueString":"{\u0022namespace\u0022:\u0022FHIR\u0022,\u0022name\u0022:\u0022id\u0022}"}]}""")]
    [InlineData("name.suffix", "")]
    public void An_item_is_a_part_named_by_its_type(string expression, string part)
    {
        var result = Ask(expression).ShouldHaveSingleItem();
        result.ContainsKey("valueString").ShouldBeFalse();
        Parts(result).ShouldBe(part);
    }

    [Fact]
    public void A_resource_stands_as_a_resource() => Parts(Ask("%resource")[0]).ShouldStartWith("""{"name":"Patient","resource":{"resourceType":"Patient",""");

    [Fact]
    public void Each_item_of_the_context_has_a_result_with_its_path()
    {
        var results = Ask("given.trace('all').first() & %greeting & %resource.id", "name", """[{"name":"greeting","valueString":"!"}]""");
        results.Select(r => r["valueString"]!.GetValue<string>()).ShouldBe(["Patient.name[0]", "Patient.name[1]"]);
        Ask("given", "name.where(given = 'nobody')").ShouldBeEmpty();
        Parts(Ask("given.first() & %greeting & %resource.id", "name", """[{"name":"greeting","valueString":"!"}]""")[0]).ShouldBe("""{"name":"string","valueString":"Peter!p"}""");
        Parts(Ask("given.trace('t').count()", "name")[1])
            .ShouldBe("""{"name":"integer","valueInteger":1} {"name":"trace","valueString":"t","part":[{"name":"string","valueString":"Jim"}]}""");
    }

    [Fact]
    public void A_resource_may_come_as_text()
    {
        var xml = """<Patient xmlns="http://hl7.org/fhir"><id value="x"/></Patient>""";
        foreach (var value in new[] { """{"resourceType":"Patient","id":"x"}""", xml })
            Parts(Ask("id", resource: new JsonObject { ["name"] = "resource", ["valueString"] = value }.ToJsonString())[0]).ShouldBe("""{"name":"id","valueId":"x"}""");
        var extension = new JsonObject { ["url"] = "http://fhir.forms-lab.com/StructureDefinition/xml-value", ["valueString"] = xml };
        Parts(Ask("id", resource: new JsonObject { ["name"] = "resource", ["valueString"] = "-", ["extension"] = new JsonArray(extension) }.ToJsonString())[0])
            .ShouldBe("""{"name":"id","valueId":"x"}""");
    }

    [Theory]
    [InlineData("name.", null, "position 6"), InlineData("name.colour", null, "position 6"), InlineData("given.colour", "name", "position 7"), InlineData("given", "nam", "position 1")]
    [InlineData("name.single()", null, "single"), InlineData("descendants().select(%resource.descendants().select(%resource.descendants().select(%resource.descendants().select(%resource.descendants()))))", null, "steps")]
    public void What_cannot_be_evaluated_is_refused(string expression, string? context, string says) =>
        Should.Throw<FhirException>(() => Ask(expression, context)).Issues[0].Diagnostics.ShouldContain(says);

    [Fact]
    public void The_official_suite_is_answered_with_its_types_and_values()
    {
        if (!SharedData.Exists("fhirpath")) return;
        var (count, wrong, resources) = (0, new List<string>(), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var test in XDocument.Load(SharedData.At("fhirpath", "tests-fhir-r4.xml")).Descendants("test"))
        {
            var expected = test.Elements("output").ToArray();
            if (test.Element("expression")!.Attribute("invalid") is not null || test.Attribute("predicate")?.Value == "true" || OfficialSuiteTests.Known.Contains(test.Attribute("name")!.Value)) continue;
            var file = SharedData.At("fhirpath", "input", test.Attribute("inputfile")?.Value ?? "patient-example.xml");
            if (!resources.TryGetValue(file, out var resource))
            {
                using var input = OfficialSuiteTests.Read(File.ReadAllBytes(file));
                resources[file] = resource = $$"""{"name":"resource","resource":{{System.Text.Encoding.UTF8.GetString(input.Bytes.Span)}}}""";
            }
            var parts = (Ask(test.Element("expression")!.Value, resource: resource)[0]["part"]?.AsArray() ?? [])
                .Where(part => part!["name"]!.GetValue<string>() != "trace").ToList();
            count++;
            if (parts.Count != expected.Length || parts.Where((part, i) => !Same(part!, expected[i])).Any())
                wrong.Add($"{test.Attribute("name")!.Value}: {string.Join(' ', parts.Select(p => p!.ToJsonString()))}");
        }
        wrong.ShouldBeEmpty();
        count.ShouldBeGreaterThan(550);
    }

    static bool Same(JsonNode part, XElement expected)
    {
        var (type, text) = (expected.Attribute("type")?.Value, expected.Value.TrimStart('@').TrimStart('T'));
        var name = part["name"]!.GetValue<string>();
        if (type is not null && name != type && !(name == "empty-string" && type == "string") && !(type == "string" && name is "code" or "id" or "uri")) return false;
        var value = part.AsObject().FirstOrDefault(p => p.Key.StartsWith("value", StringComparison.Ordinal)).Value;
        if (value is JsonObject quantity) return text.StartsWith(quantity["value"]!.ToJsonString(), StringComparison.Ordinal);
        var mine = value?.ToString() ?? "";
        return mine == text || type is null or "decimal" && decimal.TryParse(mine, CultureInfo.InvariantCulture, out var a)
            && decimal.TryParse(text, CultureInfo.InvariantCulture, out var b) && a == b;
    }
}
