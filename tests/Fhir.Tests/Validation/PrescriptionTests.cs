using Socle.Fhir.Tests.Core;
using Xunit.Abstractions;

namespace Socle.Fhir.Tests.Validation;

/// <summary>The national samples of e-prescription against the profiles that they claim.</summary>
public sealed class PrescriptionTests(ITestOutputHelper output)
{
    // The medication is coded in http://BogusSystemMedicabase.com, which the value set of the profile does not have.
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
        "Bundle-Presc-PerfGl-NaCl-KCl-1l.json fr-substance-code"   // a SNOMED CT code of a substance where the profile wants one of SMS
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
