using System.Text;
using System.Text.Json.Nodes;
using Socle.Fhir.Tests.Core;
using Xunit.Abstractions;

namespace Socle.Fhir.Tests.Validation;

/// <summary>The profiles that R4 itself publishes are known without being loaded: vital signs above all.</summary>
public sealed class OwnProfileTests(ITestOutputHelper output)
{
    const string Root = "http://hl7.org/fhir/StructureDefinition/";
    static readonly Validator Validator = new(ProfileSet.Empty, BuiltInTerminology.Instance);

    static string Quantity(string unit, string value = "1") =>
        $$"""{"value":{{value}},"unit":"x","system":"http://unitsofmeasure.org","code":"{{unit}}"}""";

    static JsonObject Vital(string profile, string code, string? unit) => JsonNode.Parse($$"""
        {"resourceType":"Observation","meta":{"profile":["{{Root}}{{profile}}"]},"status":"final",
         "category":[{"coding":[{"system":"http://terminology.hl7.org/CodeSystem/observation-category","code":"vital-signs"}]}],
         "code":{"coding":[{"system":"http://loinc.org","code":"{{code}}"}]},"subject":{"reference":"Patient/p1"},"effectiveDateTime":"2026-01-10"
         {{(unit is null ? "" : $",\"valueQuantity\":{Quantity(unit)}")}}}
        """)!.AsObject();

    static JsonObject Pressure()
    {
        var pressure = Vital("bp", "85354-9", null);
        pressure["component"] = JsonNode.Parse($$"""
            [{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{{Quantity("mm[Hg]", "128")}} },
             {"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"valueQuantity":{{Quantity("mm[Hg]", "82")}} }]
            """);
        return pressure;
    }

    static List<Issue> Errors(JsonObject resource) =>
        [.. Validator.Validate(Encoding.UTF8.GetBytes(resource.ToJsonString())).Where(i => i.Severity != "warning")];

    /// <summary>Profile, its LOINC code, a unit that it takes.</summary>
    public static TheoryData<string, string, string?> Vitals => new()
    {
        { "vitalsigns", "8867-4", "/min" }, { "bodyweight", "29463-7", "kg" }, { "bodyheight", "8302-2", "cm" }, { "resprate", "9279-1", "/min" },
        { "heartrate", "8867-4", "/min" }, { "bodytemp", "8310-5", "Cel" }, { "headcircum", "9843-4", "cm" }, { "oxygensat", "2708-6", "%" }, { "bmi", "39156-5", "kg/m2" }
    };

    [Theory, MemberData(nameof(Vitals))]
    public void A_vital_sign_is_held_against_the_profile_that_it_claims(string profile, string code, string? unit)
    {
        Errors(Vital(profile, code, unit)).ShouldBeEmpty();
        var without = Vital(profile, code, unit);
        without.Remove("valueQuantity");
        Errors(without).ShouldContain(i => i.Expression == "Observation" && i.Diagnostics.Contains("vs-2"));
        var uncategorized = Vital(profile, code, unit);
        uncategorized.Remove("category");
        Errors(uncategorized).ShouldContain(i => i.Expression == "Observation.category");
        if (profile == "vitalsigns") return;
        Errors(Vital(profile, "1234-5", unit)).ShouldContain(i => i.Expression == "Observation.code.coding");
        Errors(Vital(profile, code, "furlong")).ShouldContain(i => i.Expression == "Observation.value.code");
    }

    [Fact]
    public void A_blood_pressure_has_both_its_measures_in_millimetres_of_mercury()
    {
        Errors(Pressure()).ShouldBeEmpty();
        var one = Pressure();
        one["component"]!.AsArray().RemoveAt(1);
        Errors(one).Count(i => i.Expression == "Observation.component").ShouldBe(2, "at least two, and the diastolic one");
        var unit = Pressure();
        unit["component"]![0]!["valueQuantity"]!["code"] = "kPa";
        Errors(unit).Select(i => i.Expression).ShouldBe(["Observation.component[0].value", "Observation.component[0].value.code"]);
        var both = Pressure();
        both["valueQuantity"] = JsonNode.Parse(Quantity("mm[Hg]"));
        Errors(both).ShouldContain(i => i.Expression == "Observation.value");
        var subject = Pressure();
        subject["subject"]!["reference"] = "Group/g1";
        Errors(subject).ShouldContain(i => i.Expression == "Observation.subject");
        var month = Pressure();
        month["effectiveDateTime"] = "2026-01";
        Errors(month).ShouldContain(i => i.Expression == "Observation.effective" && i.Diagnostics.Contains("vs-1"));
    }

    [Fact]
    public void All_that_R4_publishes_can_be_read()
    {
        BuiltInProfiles.Urls.Count().ShouldBe(44);
        foreach (var url in BuiltInProfiles.Urls)
        {
            var profile = ProfileSet.Empty.Get(url)!;
            profile.Root.ShouldNotBeNull(url);
            foreach (var problem in profile.Problems) output.WriteLine(problem);
        }
        foreach (var known in (string[])["bp", "bp|4.0.1", "bp|4.0", "vitalspanel", "lipidprofile"]) ProfileSet.Empty.IsKnown(Root + known).ShouldBeTrue(known);
        foreach (var unknown in (string[])["bp|5.0.0", "none"]) ProfileSet.Empty.IsKnown(Root + unknown).ShouldBeFalse(unknown);
    }

    // Published files and where each breaks a profile of R4 that it claims, or the definition of an extension.
    static readonly string[] Broken = [];

    [Fact]
    public void Real_resources_hold_the_profiles_of_R4_that_they_claim()
    {
        string[] folders = ["fhir-r4-examples", "synthea", "mhd"];
        if (!folders.All(SharedData.Exists)) return;
        var broken = new SortedSet<string>(StringComparer.Ordinal);
        var claims = 0;
        foreach (var file in RealFiles.In(folders))
        {
            if (!FhirDocument.TryParse(File.ReadAllBytes(file), out var doc, out _)) continue;
            using var held = doc;
            claims += doc.Root.All("entry").Count(e => e["resource"]["meta"]["profile"].Text?.StartsWith(Root, StringComparison.Ordinal) ?? false);
            foreach (var issue in Validator.Validate(doc, new ValidationOptions { Rules = false }).Where(i => i.Severity == "error"))
                if (broken.Add($"{Path.GetFileName(file)} {issue.Diagnostics.Split(' ')[2]}")) output.WriteLine($"{Path.GetFileName(file)} {issue.Expression}: {issue.Diagnostics}");
        }
        claims.ShouldBeGreaterThan(100);
        broken.ShouldBe(Broken.Order(StringComparer.Ordinal));
    }
}
