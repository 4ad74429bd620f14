using System.Text;
using Socle.Fhir.Tests.Core;

namespace Socle.Fhir.Tests.Fuzzing;

/// <summary>Resources in XML, and expressions that are compiled and evaluated.</summary>
public sealed class FormatFuzzTests
{
    static readonly string[] Paths =
    [
        "name.where(use = 'official').given.first() & ' ' & name.family.join(', ')", "descendants().ofType(Reference).where(resolve() is Patient).count() > 0",
        "identifier.select(system | value).distinct().aggregate($total & $this, '')", "birthDate + 3 'd' <= @2026-02-28T12:00:00.000+01:00 and birthDate.toString().matches('^[0-9]{4}')",
        "defineVariable('n', name).select(%n.given.sort(-$this)).repeat(substring(1))", "iif(active, 1.5 'mg' * 2, {}) ~ 3.0 'mg' or ((1 | 2) contains 3) implies $this is Patient",
        "'abc'.replaceMatches('(?<a>[a-c])+', '${a}').encode('base64').toChars().tail()", "(-1.587).lowBoundary(2) + 1.587.highBoundary() - @T10:30.precision() /* c */ // d",
    ];

    [Fact]
    public void Xml_resources()
    {
        var result = Fuzz.Run("FhirXml.ToJson", FuzzKind.Xml, Samples.All.OrderBy(sample => sample.Length).Take(4).Select(sample => FhirXml.OfJson(sample)),
            bytes => FhirDocument.Parse(FhirXml.ToJson(bytes)).Dispose());
        result.Accepted.ShouldBeInRange(result.Count / 100, result.Count * 9 / 10);
    }

    [Fact]
    public void Fhirpath_expressions()
    {
        using var doc = FhirDocument.Parse(Samples.All[0]);
        var env = new FhirPathEnvironment { Now = new DateTimeOffset(2026, 3, 4, 5, 6, 7, TimeSpan.Zero), Strict = true };
        var result = Fuzz.Run("FhirPath", FuzzKind.Text, Paths.Select(Encoding.UTF8.GetBytes),
            bytes =>
            {
                var path = FhirPath.Compile(Encoding.UTF8.GetString(bytes));
                path.Evaluate(doc.Root, env);
            }, hasPlace: error => error is FhirException { Issues: [{ Diagnostics.Length: > 10 }, ..] });
        result.Accepted.ShouldBeInRange(result.Count / 100, result.Count * 9 / 10);
    }

    static readonly string[] JsonPatches =
    [
        """[{"op":"test","path":"/name/0/family","value":"A"},{"op":"replace","path":"/active","value":false},{"op":"add","path":"/name/-","value":{"text":"x"}}]""",
        """[{"op":"copy","from":"/name/0","path":"/name/1"},{"op":"move","from":"/name/1/given","path":"/name/0/given"},{"op":"remove","path":"/name/1"}]""",
    ];

    static readonly string[] XmlPatches =
    [
        """<diff xmlns="http://hl7.org/fhir"><replace sel="f:Patient/f:active/@value">false</replace><add sel="Patient/name[family/@value='A']"><given value="D"/></add></diff>""",
        """<diff xmlns="http://hl7.org/fhir" xmlns:q="http://hl7.org/fhir"><remove sel="q:Patient/*[2]/q:given[1]" ws="both"/><add sel="f:Patient/f:name" type="@id">i</add></diff>""",
    ];

    static void Patched(ResourcePatch patch)
    {
        using var doc = FhirDocument.Parse("""{"resourceType":"Patient","active":true,"name":[{"family":"A","given":["B"]}]}"""u8.ToArray());
        patch.Apply(doc);
    }

    [Fact]
    public void Json_patches()
    {
        var result = Fuzz.Run("ResourcePatch.Json", FuzzKind.Json, JsonPatches.Select(Encoding.UTF8.GetBytes), bytes => Patched(ResourcePatch.Json(bytes)));
        result.Accepted.ShouldBeInRange(result.Count / 1_000, result.Count * 9 / 10);
    }

    [Fact]
    public void Xml_patches()
    {
        var result = Fuzz.Run("ResourcePatch.Xml", FuzzKind.Xml, XmlPatches.Select(Encoding.UTF8.GetBytes), bytes => Patched(ResourcePatch.Xml(bytes)));
        result.Accepted.ShouldBeInRange(result.Count / 1_000, result.Count * 9 / 10);
    }

    [Fact]
    public void Fhirpath_patches()
    {
        const string Patch = """
            {"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"add"},{"name":"path","valueString":"Patient"},{"name":"name","valueString":"birthDate"},{"name":"value","valueDate":"1980-01-01"}]},
             {"name":"operation","part":[{"name":"type","valueCode":"insert"},{"name":"path","valueString":"Patient.name"},{"name":"index","valueInteger":0},{"name":"value","valueHumanName":{"text":"x"}}]}]}
            """;
        var result = Fuzz.Run("ResourcePatch.FhirPath", FuzzKind.Json, [Encoding.UTF8.GetBytes(Patch)], bytes =>
        {
            using var parameters = FhirDocument.Parse(bytes);
            Patched(ResourcePatch.FhirPath(parameters));
        });
        result.Accepted.ShouldBeInRange(result.Count / 1_000, result.Count * 9 / 10);
    }
}
