using System.Text;
using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace Socle.Fhir.Tests.Validation;

/// <summary>Resources that were right and are broken on purpose: each mistake is caught, and where it is.</summary>
public sealed class FaultTests(ITestOutputHelper output)
{
    [Fact]
    public void Resources_that_are_right_have_no_error()
    {
        foreach (var json in ValidResources.All)
            ValidResources.Validator.Validate(Encoding.UTF8.GetBytes(json)).Where(i => i.Severity != "warning").ShouldBeEmpty(json);
    }

    [Fact]
    public void Two_hundred_seeded_faults_are_caught_where_they_are()
    {
        const int seed = 20260311;
        var random = new Random(seed);
        var (made, missed) = (new HashSet<(int, string, string)>(), new List<string>());
        for (var round = 0; made.Count < 200; round++)
        {
            round.ShouldBeLessThan(5_000);
            var which = random.Next(ValidResources.All.Count);
            var resource = ValidResources.Read(ValidResources.All[which]);
            var kind = Faults.Kinds[round % Faults.Kinds.Count];
            if (Faults.Make(kind, resource, random) is not { } fault || !made.Add((which, fault.Kind, fault.Expression))) continue;
            var issues = ValidResources.Validator.Validate(Encoding.UTF8.GetBytes(resource.ToJsonString()));
            if (!issues.Any(i => i.Severity is "error" or "fatal" && i.Expression == fault.Expression))
                missed.Add($"{fault.Kind} at {fault.Expression}: [{string.Join(" | ", issues.Select(i => $"{i.Severity} {i.Expression}: {i.Diagnostics}"))}]");
        }
        output.WriteLine($"seed {seed}: {string.Join(", ", made.GroupBy(m => m.Item2).Select(g => $"{g.Count()} {g.Key}"))}");
        foreach (var line in missed) output.WriteLine(line);
        missed.ShouldBeEmpty($"seed {seed}");
    }

    /// <summary>Resource, where in it, what is put there (null: taken away), where the error is, what it names.</summary>
    public static TheoryData<int, string, string?, string, string> Rules => new()
    {
        // invariants of R4
        { 0, "contact.0.name", null, "Patient.contact[0]", "pat-1" },
        { 0, "telecom.0.system", null, "Patient.telecom[0]", "cpt-2" },
        { 0, "name.0.period.end", "\"1980-01-01\"", "Patient.name[0].period", "per-1" },
        { 1, "dataAbsentReason", "{\"text\":\"x\"}", "", "" },
        { 1, "valueString", "\"x\"", "", "" },
        { 1, "referenceRange.0", "{\"type\":{\"text\":\"x\"}}", "Observation.referenceRange[0]", "obs-3" },
        { 1, "component.0.valueQuantity.system", null, "Observation.component[0].value", "qty-3" },
        { 1, "referenceRange.0.low.comparator", "\"<\"", "Observation.referenceRange[0].low.comparator", "sqty-1" },
        { 2, "stage.0", "{\"type\":{\"text\":\"x\"}}", "Condition.stage[0]", "con-1" },
        { 2, "evidence.0", "{\"id\":\"e\",\"extension\":[{\"url\":\"urn:x\",\"valueCode\":\"a\"}]}", "Condition.evidence[0]", "con-2" },
        { 2, "abatementDateTime", "\"2025\"", "Condition", "con-4" },
        { 3, "dosageInstruction.0.timing.repeat.periodUnit", null, "MedicationRequest.dosageInstruction[0].timing.repeat", "tim-2" },
        { 3, "dosageInstruction.0.timing.repeat.boundsDuration.system", "\"urn:x\"", "MedicationRequest.dosageInstruction[0].timing.repeat.bounds", "drt-1" },
        { 4, "clinicalStatus", null, "AllergyIntolerance", "ait-1" },
        { 6, "item.0.item.1.linkId", "\"1.1\"", "Questionnaire", "que-2" },
        { 6, "name", "\"deux mots\"", "", "" },
        { 7, "entry.0.request", "{\"method\":\"POST\",\"url\":\"x\"}", "Bundle", "bdl-3" },
        { 7, "entry.0.fullUrl", "\"https://exemple.test/fhir/Practitioner/d1/_history/2\"", "Bundle.entry[0]", "bdl-8" },
        { 7, "entry.1.fullUrl", "\"https://exemple.test/fhir/Practitioner/d1\"", "Bundle", "bdl-7" },
        { 7, "entry.1.resource.specimen.0.reference", "\"#t\"", "Bundle.entry[1].resource.specimen[0]", "ref-1" },
        { 7, "entry.1.resource.specimen", null, "Bundle.entry[1].resource", "dom-3" },
        { 7, "entry.1.resource.contained.0.meta", "{\"versionId\":\"2\"}", "Bundle.entry[1].resource", "dom-4" },
        { 7, "entry.1.resource.presentedForm.0.contentType", null, "Bundle.entry[1].resource.presentedForm[0]", "att-1" },
        // required bindings of concepts
        { 2, "clinicalStatus.coding.0.code", "\"actif\"", "Condition.clinicalStatus", "condition-clinical" },
        { 2, "clinicalStatus", "{\"text\":\"actif\"}", "Condition.clinicalStatus", "condition-clinical" },
        { 4, "clinicalStatus.coding.0.system", "\"urn:x\"", "AllergyIntolerance.clinicalStatus", "allergyintolerance-clinical" },
        // where references lead
        { 0, "generalPractitioner.0.reference", "\"Patient/p2\"", "Patient.generalPractitioner[0]", "leads to Patient" },
        { 1, "subject.reference", "\"https://autre.test/fhir/Practitioner/1\"", "Observation.subject", "leads to Practitioner" },
        { 5, "serviceProvider", "{\"type\":\"Patient\",\"display\":\"x\"}", "Encounter.serviceProvider", "leads to Patient" },
        { 7, "entry.1.resource.performer.0.reference", "\"Location/l1\"", "Bundle.entry[1].resource.performer[0]", "leads to Location" },
        { 0, "generalPractitioner.0.type", "\"Organization\"", "Patient.generalPractitioner[0]", "make both say the same" },
        // narratives
        { 0, "text", "{\"status\":\"generated\",\"div\":\"<div xmlns='http://www.w3.org/1999/xhtml'><p>x</p></div>\"}", "", "" },
        { 0, "text", "{\"status\":\"generated\",\"div\":\"<div xmlns='http://www.w3.org/1999/xhtml'><script>x</script></div>\"}", "Patient.text.div", "txt-1" },
        { 0, "text", "{\"status\":\"generated\",\"div\":\"<div xmlns='http://www.w3.org/1999/xhtml'> </div>\"}", "Patient.text.div", "txt-1" },
        // extensions, and profiles, of R4 itself
        { 5, "extension", "[{\"url\":\"http://hl7.org/fhir/StructureDefinition/patient-birthPlace\",\"valueAddress\":{\"city\":\"Brest\"}}]", "Encounter.extension[0]", "may not stand here" },
        { 0, "extension", "[{\"url\":\"http://hl7.org/fhir/StructureDefinition/patient-birthPlace\",\"valueString\":\"Brest\"}]", "Patient.extension[0].value", "must be Address" },
        { 1, "meta.profile.0", "\"http://hl7.org/fhir/StructureDefinition/bp\"", "", "" },
        { 1, "meta.profile.0", "\"http://hl7.org/fhir/StructureDefinition/bodyweight\"", "Observation.code.coding", "BodyWeightCode" },
        // profiles
        { 0, "identifier.0.system", "\"urn:autre\"", "Patient.identifier[0]", "none of the slices" },
        { 0, "identifier.1.system", "\"urn:oid:1.2.250.1.213.1.4.10\"", "Patient.identifier[1]", "at most 1 of Patient.identifier:ins" },
        { 0, "identifier.0.value", null, "Patient.identifier[0].value", "at least 1 of Patient.identifier:ins.value" },
        { 0, "identifier.0.value", "\"1234567890123456\"", "Patient.identifier[0].value", "at most 15 characters" },
        { 0, "birthDate", "\"1899-12-31\"", "Patient.birthDate", "at least 1900-01-01" },
        { 0, "maritalStatus.coding.0.system", "\"urn:x\"", "Patient.maritalStatus", "must have" },
        { 0, "photo", "[{\"title\":\"x\"}]", "Patient.photo[0]", "not allowed" },
        { 1, "code.coding.0.code", "\"8867-4\"", "Observation.code", "must have" },
        { 1, "effectiveDateTime", null, "Observation.effective", "at least 1" },
        { 1, "component.1.code.coding.0.code", "\"1234-5\"", "Observation.component", "diastolic" },
        { 1, "component.0.valueQuantity", null, "Observation.component[0].value", "systolic" },
        { 1, "subject.reference", "\"Group/g1\"", "Observation.subject", "must lead to Patient" },
        { 3, "intent", "\"plan\"", "MedicationRequest.intent", "must be order" },
        { 3, "dosageInstruction.0.patientInstruction", "\"x\"", "MedicationRequest.dosageInstruction[0].patientInstruction", "not allowed" },
        { 3, "dispenseRequest.numberOfRepeatsAllowed", "13", "MedicationRequest.dispenseRequest.numberOfRepeatsAllowed", "at most 12" },
        { 3, "authoredOn", null, "MedicationRequest.authoredOn", "at least 1" }
    };

    [Theory, MemberData(nameof(Rules))]
    public void A_broken_rule_is_named_where_it_is_broken(int which, string where, string? put, string expression, string says)
    {
        var resource = ValidResources.Read(ValidResources.All[which]);
        Put(resource, where.Split('.'), put);
        var errors = ValidResources.Validator.Validate(Encoding.UTF8.GetBytes(resource.ToJsonString())).Where(i => i.Severity == "error").ToList();
        if (expression.Length == 0) errors.ShouldBeEmpty();
        else errors.ShouldContain(i => i.Expression == expression && i.Diagnostics.Contains(says, StringComparison.Ordinal), string.Join('\n', errors));
    }

    [Fact]
    public void Two_values_of_an_observation_that_exclude_one_another_are_told()
    {
        var resource = ValidResources.Read(ValidResources.All[1]);
        (resource["valueString"], resource["dataAbsentReason"]) = ("x", JsonNode.Parse("""{"text":"y"}"""));
        ValidResources.Validator.Validate(Encoding.UTF8.GetBytes(resource.ToJsonString())).ShouldContain(i => i.Expression == "Observation" && i.Diagnostics.Contains("obs-6"));
    }

    static void Put(JsonNode at, string[] path, string? json)
    {
        foreach (var step in path[..^1]) at = int.TryParse(step, out var index) ? at.AsArray()[index]! : at.AsObject()[step]!;
        var value = json is null ? null : JsonNode.Parse(json);
        if (int.TryParse(path[^1], out var last)) at.AsArray()[last] = value;
        else if (value is null) at.AsObject().Remove(path[^1]);
        else at.AsObject()[path[^1]] = value;
    }
}
