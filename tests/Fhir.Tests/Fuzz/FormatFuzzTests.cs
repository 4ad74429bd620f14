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
}
