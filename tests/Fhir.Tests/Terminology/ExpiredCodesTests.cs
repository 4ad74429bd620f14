using System.Diagnostics;
using System.Text;
using Socle.Fhir.Tests.Core;

namespace Socle.Fhir.Tests.Terminologies;

public sealed class ExpiredCodesTests
{
    [Fact]
    public void A_coding_out_of_use_is_found_wherever_it_stands()
    {
        using var document = FhirDocument.Parse(Encoding.UTF8.GetBytes("""
            {"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://example.org/animals","code":"dog"},{"system":"urn:oid:1.2.3.4.5","code":"dodo"}]},
             "meta":{"tag":[{"system":"http://example.org/animals","code":"myth"}]},"valueCodeableConcept":{"coding":[{"system":"http://other","code":"dodo"},{"code":"dodo"}]}}
            """));
        var found = Known.Index().ExpiredIn(document, Known.Today);
        found.Select(f => (f.Path, f.Code, f.Display, f.ReplacedBy)).ShouldBe(
        [
            ("Observation.code.coding[1].code", "dodo", "Dodo", "bird"),
            ("Observation.meta.tag[0].code", "myth", "Licorne", null)
        ], ignoreOrder: true);
        Known.Index().ExpiredIn(document, new DateTimeOffset(1600, 1, 1, 0, 0, 0, TimeSpan.Zero)).Select(f => f.Code).ShouldBe(["myth"]);
    }

    [Fact]
    public void What_value_sets_say_of_a_code_ends_with_the_last_of_them()
    {
        static string Set(string id, string? end)
        {
            var period = end is null ? "" : ",\"extension\":[{\"url\":\"urn:socle:fhir:concept-period\",\"valuePeriod\":{\"end\":\"" + end + "\"}}]";
            return Known.Set("{\"include\":[{\"system\":\"http://heard\",\"concept\":[{\"code\":\"x\",\"display\":\"Xé\"" + period + "}]}]}", id);
        }

        var both = Known.Index(Set("a", "2020-01-01"), Set("b", "2025-01-01T00:00:00+01:00"));
        both.InSystem("http://heard", "x").ShouldBe(CodeVerdict.Expired);
        both.InValueSet("http://example.org/set/a", "http://heard", "x").ShouldBe(CodeVerdict.Expired);
        both.Heard("http://heard", "x")!.Display.ShouldBe("Xé");
        using var document = FhirDocument.Parse("""{"resourceType":"Basic","code":{"coding":[{"system":"http://heard","code":"x"}]}}"""u8.ToArray());
        both.ExpiredIn(document, Known.Today).ShouldHaveSingleItem().Until.ShouldBe(new DateTimeOffset(2025, 1, 1, 0, 0, 0, TimeSpan.FromHours(1)));
        var one = Known.Index(Set("a", "2020-01-01"), Set("b", null));
        one.InSystem("http://heard", "x").ShouldBe(CodeVerdict.Yes);
        one.InValueSet("http://example.org/set/a", "http://heard", "x").ShouldBe(CodeVerdict.Expired);
        one.ExpiredIn(document, Known.Today).ShouldBeEmpty();
    }

    [Fact]
    public void Looking_a_resource_through_costs_next_to_nothing()
    {
        var index = Known.Index();
        using var document = FhirDocument.Parse(Samples.Observation);
        for (var i = 0; i < 20_000; i++) index.ExpiredIn(document, Known.Today);
        var best = double.MaxValue;
        for (var round = 0; round < 20; round++)
        {
            var from = Stopwatch.GetTimestamp();
            for (var i = 0; i < 500; i++) index.ExpiredIn(document, Known.Today);
            best = Math.Min(best, Stopwatch.GetElapsedTime(from).TotalMicroseconds / 500);
        }
        Console.WriteLine($"expired codes: {best:0.00} µs for {Samples.Observation.Length} bytes");
        best.ShouldBeLessThan(10);
    }
}
