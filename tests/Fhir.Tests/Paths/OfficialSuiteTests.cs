using System.Xml.Linq;
using Xunit.Abstractions;

namespace Socle.Fhir.Tests.Paths;

/// <summary>The official FHIRPath suite for R4. Each test passes, or stands in known-disagreements.txt with the reason why it is not right by
/// the published specification; one that stands there and passes is a failure, too.</summary>
public sealed class OfficialSuiteTests(ITestOutputHelper output)
{
    static readonly FhirPathEnvironment Env = new() { Now = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.FromHours(1)), Strict = true };

    [Fact]
    public void Every_test_of_the_official_suite_passes_that_is_right()
    {
        if (!SharedData.Exists("fhirpath")) return;
        var inputs = new Dictionary<string, FhirDocument>(StringComparer.Ordinal);
        var (passed, failed) = (0, new List<string>());
        foreach (var test in XDocument.Load(SharedData.At("fhirpath", "tests-fhir-r4.xml")).Descendants("test"))
        {
            var file = test.Attribute("inputfile")?.Value ?? "patient-example.xml";
            if (!inputs.TryGetValue(file, out var input))
                inputs[file] = input = Read(File.ReadAllBytes(SharedData.At("fhirpath", "input", file)));
            if (Run(test, input) is not { } why)
            {
                passed++;
                continue;
            }
            failed.Add(test.Attribute("name")!.Value);
            output.WriteLine($"{failed[^1]}: {test.Element("expression")!.Value} → {why}");
        }
        Console.WriteLine($"FHIRPath R4 suite: {passed} passed, {failed.Count} disagree");
        failed.ShouldBe(Known, ignoreOrder: true);
        passed.ShouldBeGreaterThan(600);
    }

    internal static readonly IReadOnlyList<string> Known = ReadKnown();

    static string[] ReadKnown()
    {
        using var stream = typeof(OfficialSuiteTests).Assembly.GetManifestResourceStream("known-disagreements.txt")!;
        using var reader = new StreamReader(stream);
        return [.. reader.ReadToEnd().Split('\n').Where(line => line.Length > 0 && line[0] != '#').Select(line => line.Split(':')[0])];
    }

    internal static FhirDocument Read(byte[] bytes) =>
        FhirDocument.Parse(bytes.AsSpan().TrimStart("\uFEFF \r\n\t"u8)[0] == '{' ? bytes : FhirXml.ToJson(bytes));

    static string? Run(XElement test, FhirDocument input)
    {
        var expression = test.Element("expression")!;
        var expected = test.Elements("output").ToArray();
        var predicate = test.Attribute("predicate")?.Value == "true";
        try
        {
            // Names are checked in every test, not only where an error is wanted: what is right must not be refused.
            var items = FhirPath.Compile(expression.Value, input.ResourceType).Evaluate(input.Root, Env);
            if (expression.Attribute("invalid") is { } invalid) return $"should be refused ({invalid.Value})";
            if (predicate) items = [FhirValue.Of(items.Count > 0 && (items.Count > 1 || items[0].Text != "false"))];
            if (items.Count != expected.Length) return $"{items.Count} items [{string.Join(", ", items)}], {expected.Length} expected";
            for (var i = 0; i < expected.Length; i++)
                if (Differs(items[i], expected[i]) is { } difference) return difference;
            return null;
        }
        catch (FhirException refusal)
        {
            return expression.Attribute("invalid") is null ? refusal.Message : null;
        }
    }

    static string? Differs(FhirValue item, XElement expected)
    {
        var text = expected.Value;
        var type = expected.Attribute("type")?.Value;
        text = text.TrimStart('@').TrimStart('T');
        var mine = item.Text ?? item.TypeName;
        if (mine == text || type == "Quantity" && mine == text + " '1'") return null;
        if (type == "decimal" && decimal.TryParse(mine, System.Globalization.CultureInfo.InvariantCulture, out var a)
            && decimal.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var b) && a == b) return null;
        return $"{mine}, {text} expected";
    }
}
