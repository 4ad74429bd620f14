using System.Text.Json.Nodes;
using System.Xml.Linq;
using Xunit.Abstractions;

namespace Socle.Fhir.Tests.Patch;

public sealed class OfficialPatchTests(ITestOutputHelper output)
{
    [Fact]
    public void The_official_cases_of_FHIRPath_Patch_pass()
    {
        if (!SharedData.Exists("fhir-patch")) return;
        var (passed, failed) = (0, new List<string>());
        foreach (var test in XDocument.Load(SharedData.At("fhir-patch", "fhir-patch-tests.xml")).Descendants("case"))
        {
            if (Run(test) is { } why) failed.Add($"{test.Attribute("name")!.Value}: {why}");
            else passed++;
        }
        foreach (var line in failed) output.WriteLine(line);
        Console.WriteLine($"FHIRPath Patch cases: {passed} passed, {failed.Count} failed");
        failed.ShouldBeEmpty();
    }

    static string? Run(XElement test)
    {
        var expected = test.Element("output")?.Elements().FirstOrDefault();
        try
        {
            using var input = Resource(test.Element("input")!);
            using var diff = Resource(test.Element("diff")!);
            var patched = JsonNode.Parse(FhirPathPatch.Apply(input, diff));
            if (expected is null) return "should be refused";
            using var wanted = Resource(test.Element("output")!);
            return Told(patched) == Told(JsonNode.Parse(wanted.Bytes.Span)) ? null : patched!.ToJsonString();
        }
        catch (FhirException refusal)
        {
            return expected is null || test.Attribute("error") is not null ? null : refusal.Message;
        }
    }

    // The narrative is indented differently in the two files; properties may come in any order.
    static string Told(JsonNode? node) => node switch
    {
        JsonObject value => "{" + string.Join(',', value.OrderBy(p => p.Key,
            StringComparer.Ordinal).Select(p => p.Key + ":" + Told(p.Value))) + "}",
        JsonArray list => "[" + string.Join(',', list.Select(Told)) + "]",
        null => "null",
        _ => string.Concat(node.ToString().Where(c => !char.IsWhiteSpace(c))),
    };

    static FhirDocument Resource(XElement holder) =>
        FhirDocument.Parse(FhirXml.ToJson(System.Text.Encoding.UTF8.GetBytes(holder.Elements().First().ToString())));
}
