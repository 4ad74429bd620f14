using System.Text.Json.Nodes;
using Socle.Fhir.Tests.Core;
using Xunit.Abstractions;

namespace Socle.Fhir.Tests.Validation;

/// <summary>The national samples of e-prescription against the profiles that they claim.</summary>
public sealed class PrescriptionTests(ITestOutputHelper output)
{
    // 38 of the 52 break a rule of their profile or of R4; none of the rules is ours. The proof of each, from the text of the rule and the file
    // alone, is Each_disagreement_is_shown_by_the_file_itself below.
    //
    // fr-medicationrequest, element MedicationRequest.medication[x]: binding « required » to ValueSet/fr-medication-code. Its compose includes
    // five systems, http://data.esante.gouv.fr/ansm/medicament/{UCD, codeSMS, substance, Presentation, SpecialitePharmaceutique}, and nothing
    // else. These files have entry[0].resource.medicationCodeableConcept.coding[0].system = http://BogusSystemMedicabase.com and no other coding;
    // a required binding of a CodeableConcept wants one coding of the set (R4 §4.1.5).
    static readonly string[] BogusSystem =
    [
        "HAS-02-Presc-Fluindione", "HAS-04a-Presc-Paracetamol", "HAS-06-1-Presc-Methotrexate", "HAS-06-2-Presc-Methotrexate", "HAS-08-1-Presc-Betamethasone",
        "HAS-08-2-Presc-Paracetamol", "HAS-09-Presc-Ropinirole", "HAS-10-Presc-Methotrexate", "HAS-11-1-Presc-VitamineD", "HAS-13-Presc-Desloratadine",
        "HAS-16-Presc-Racecadotril", "HAS-19-Presc-Paracetamol", "HAS-20-Presc-Hydrocortisone", "HAS-21-Presc-Prednisolone", "HAS-22-Presc-Prednisolone",
        "HAS-27-2-presc-Rifampicine", "HAS-30-1-Presc-Hydrocortisone"
    ];

    // Samples that break a rule of their own profile, each with the rule; those that break one of R4 are listed in RealResourceTests.
    static readonly string[] Broken =
    [
        .. BogusSystem.Select(name => $"Bundle-{name}.json fr-medication-code"),
        // fr-medication-noncompound → fr-mp-substance, element CodeableConcept.coding: binding « required » to ValueSet/fr-substance-code, whose compose
        // includes …/medicament/codeSMS and …/medicament/substance. The file has http://snomed.info/sct|67079006 in entry[0].resource.ingredient[0].
        "Bundle-Presc-PerfGl-NaCl-KCl-1l.json fr-substance-code"
    ];

    [Fact]
    public void The_samples_of_e_prescription_hold_their_profiles()
    {
        if (!SharedData.Exists("eprescription")) return;
        var definitions = Directory.GetFiles(SharedData.At("eprescription", "definitions", "profiles-json"), "*.json");
        var profiles = ProfileSet.Load(definitions.Select(f => (ReadOnlyMemory<byte>)File.ReadAllBytes(f)));
        profiles.Count.ShouldBe(20);
        profiles.Unresolved().Keys.ShouldBe(["http://hl7.org/fhir/5.0/StructureDefinition/extension-MedicationRequest.renderedDosageInstruction"]);
        var validator = new Validator(profiles, new SampleTerminology(definitions));
        var (broken, warnings, bundles, checkedClaims) = (new SortedSet<string>(StringComparer.Ordinal), 0, 0, 0);
        foreach (var file in RealFiles.In("eprescription").Where(f => Path.GetFileName(f).StartsWith("Bundle", StringComparison.Ordinal)))
        {
            using var doc = FhirDocument.Parse(File.ReadAllBytes(file));
            bundles++;
            checkedClaims += doc.Root.All("entry").Count(e => e["resource"]["meta"]["profile"].Exists);
            foreach (var issue in validator.Validate(doc))
            {
                if (issue.Severity == "error") broken.Add($"{Path.GetFileName(file)} {RuleOf(issue)}");
                else warnings++;
                if (issue.Severity == "error") output.WriteLine($"{Path.GetFileName(file)} {issue.Expression}: {issue.Diagnostics}");
            }
        }
        (bundles, checkedClaims).ShouldBe((52, 89));
        warnings.ShouldBeGreaterThan(0);
        broken.ShouldBe(Broken.Concat(RealResourceTests.Broken.Where(b => b.StartsWith("Bundle-", StringComparison.Ordinal))).Order(StringComparer.Ordinal));
    }

    /// <summary>The files that break a rule, each with what in it does; read as plain JSON, without anything of the validator.</summary>
    [Fact]
    public void Each_disagreement_is_shown_by_the_file_itself()
    {
        if (!SharedData.Exists("eprescription")) return;
        var all = Broken.Concat(RealResourceTests.Broken.Where(b => b.StartsWith("Bundle-", StringComparison.Ordinal))).Select(b => b.Split(' ')).ToList();
        all.Select(b => b[0]).Distinct().Count().ShouldBe(38);
        foreach (var (file, rule) in all.Select(b => (b[0], b[1])))
        {
            var bundle = JsonNode.Parse(File.ReadAllText(SharedData.At("eprescription", file)))!;
            Objects(bundle).Any(o => Breaks(o, rule, bundle)).ShouldBeTrue($"{file} {rule}");
        }
    }

    // The text of each rule again, by hand.
    static bool Breaks(JsonObject at, string rule, JsonNode bundle) => rule switch
    {
        // « SHALL have a contained resource if a local reference is provided »: #id, and no resource of the bundle contains any.
        "ref-1" => Text(at, "reference") is ['#', _, ..] && Objects(bundle).All(o => !o.ContainsKey("contained")),
        // « Numerator and denominator SHALL both be present, or both are absent »
        "rat-1" => at.ContainsKey("numerator") && !at.ContainsKey("denominator"),
        // « If there's a countMax, there must be a count »
        "tim-8" => at.ContainsKey("countMax") && !at.ContainsKey("count"),
        // « If there's a timeOfDay, there cannot be a when, or vice versa »
        "tim-10" => at.ContainsKey("timeOfDay") && at.ContainsKey("when"),
        "fr-medication-code" => OutOf(at["medicationCodeableConcept"], rule),
        "fr-substance-code" => OutOf(at["itemCodeableConcept"], rule),
        _ => false
    };

    static bool OutOf(JsonNode? concept, string valueSet)
    {
        if (concept?["coding"] is not JsonArray codings) return false;
        var set = JsonNode.Parse(File.ReadAllText(SharedData.At("eprescription", "definitions", "profiles-json", $"ValueSet-{valueSet}.json")))!;
        var systems = set["compose"]!["include"]!.AsArray().Select(i => Text(i!.AsObject(), "system")).ToHashSet();
        return codings.Count > 0 && codings.All(c => !systems.Contains(Text(c!.AsObject(), "system")));
    }

    static string? Text(JsonObject at, string name) => at[name] is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    static IEnumerable<JsonObject> Objects(JsonNode? at) => at switch
    {
        JsonObject one => one.SelectMany(p => Objects(p.Value)).Prepend(one),
        JsonArray list => list.SelectMany(Objects),
        _ => []
    };

    static string RuleOf(Issue issue) => issue.Code == "code-invalid"
        ? issue.Diagnostics.Split("value set ")[1].Split(' ')[0].Split('/')[^1]
        : RealResourceTests.Rule(issue);

    [Theory]
    [InlineData("authoredOn")]
    [InlineData("requester")]
    [InlineData("dosageInstruction")]
    public void A_prescription_without_what_its_profile_wants_is_told(string element)
    {
        if (!SharedData.Exists("eprescription")) return;
        var definitions = Directory.GetFiles(SharedData.At("eprescription", "definitions", "profiles-json"), "*.json");
        var validator = new Validator(ProfileSet.Load(definitions.Select(f => (ReadOnlyMemory<byte>)File.ReadAllBytes(f))), BuiltInTerminology.Instance);
        using var bundle = FhirDocument.Parse(File.ReadAllBytes(SharedData.At("eprescription", "Bundle-HAS-03-Presc-INNOHEP.json")));
        var request = bundle.Root.All("entry").Select(e => e["resource"]).First(r => r.Type == "MedicationRequest");
        using var whole = FhirDocument.Parse(request.Raw.ToArray());
        var splice = new Splice(whole);
        foreach (var node in whole.Root.All(element)) splice.Remove(node);
        validator.Validate(splice.Apply()).ShouldContain(i => i.Severity == "error" && i.Code == "required" && i.Expression == $"MedicationRequest.{element}"
            && i.Diagnostics.Contains($"at least 1 of MedicationRequest.{element}", StringComparison.Ordinal));
    }
}
