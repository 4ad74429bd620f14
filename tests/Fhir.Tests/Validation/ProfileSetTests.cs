using System.Text;
using static Socle.Fhir.Tests.Validation.SampleProfiles;

namespace Socle.Fhir.Tests.Validation;

/// <summary>Finding profiles, laying differentials over their parents, and what is said when something is missing.</summary>
public sealed class ProfileSetTests
{
    const string Patient = """{"resourceType":"Patient","active":true}""";
    const string OldFrench = "http://interopsante.org/fhir/StructureDefinition/", NewFrench = "https://hl7.fr/ig/fhir/core/StructureDefinition/";

    [Fact]
    public void A_snapshot_has_what_all_parents_say()
    {
        var profiles = ProfileSet.Load([
            Definition("grand", "Observation", """
                {"path":"Observation.subject","min":1,"type":[{"code":"Reference","targetProfile":["http://hl7.org/fhir/StructureDefinition/Patient"]}]},
                {"path":"Observation.category","slicing":{"discriminator":[{"type":"pattern","path":"$this"}],"rules":"open"},"min":1},
                {"path":"Observation.category","sliceName":"lab","min":1,"max":"1","patternCodeableConcept":{"text":"labo"}}
                """),
            Definition("middle", "Observation", """{"path":"Observation.status","fixedCode":"final"},{"path":"Observation.value[x]","type":[{"code":"Quantity"},{"code":"string"}]}""", parent: "grand"),
            Definition("small", "Observation", """
                {"path":"Observation.value[x]","min":1,"type":[{"code":"Quantity"}]},{"path":"Observation.value[x].code","min":1},
                {"path":"Observation.interpretation","max":"1","binding":{"strength":"required","valueSet":"urn:vs"}},{"path":"Observation.note","max":"0"}
                """, parent: "middle")]);
        var snapshot = profiles.Snapshot(Root + "small")!.ToDictionary(e => e.Id);
        (string Id, int Min, int Max, string Types, string? Binding, string? Expected)[] table =
        [
            ("Observation.id", 0, 1, "id", null, null),
            ("Observation.status", 1, 1, "code", "required http://hl7.org/fhir/ValueSet/observation-status", "\"final\""),
            ("Observation.category", 1, int.MaxValue, "CodeableConcept", "preferred http://hl7.org/fhir/ValueSet/observation-category", null),
            ("Observation.category:lab", 1, 1, "CodeableConcept", "preferred http://hl7.org/fhir/ValueSet/observation-category", "{\"text\":\"labo\"}"),
            ("Observation.subject", 1, 1, "Reference", null, null),
            ("Observation.value[x]", 1, 1, "Quantity", null, null),
            ("Observation.value[x].code", 1, 1, "code", null, null),
            ("Observation.value[x].comparator", 0, 1, "code", "required http://hl7.org/fhir/ValueSet/quantity-comparator", null),
            ("Observation.interpretation", 0, 1, "CodeableConcept", "required urn:vs", null),
            ("Observation.note", 0, 0, "Annotation", null, null),
            ("Observation.component", 0, int.MaxValue, "BackboneElement", null, null)
        ];
        foreach (var (id, min, max, types, binding, expected) in table)
        {
            var element = snapshot[id];
            (element.Min, element.Max, string.Join('|', element.Types), element.Binding, element.Expected).ShouldBe((min, max, types, binding, expected), id);
        }
        snapshot.Keys.ShouldNotContain("Observation.component.code");
    }

    [Fact]
    public void A_profile_that_is_not_loaded_is_a_warning()
    {
        var found = Validator().Check(Patient, "nowhere", "warning");
        found.ShouldHaveSingleItem().ShouldSatisfyAllConditions(i => i.Code.ShouldBe("not-found"), i => i.Expression.ShouldBe("Patient"));
        Validator().Check(Patient, "nowhere").ShouldBeEmpty();
    }

    [Fact]
    public void A_parent_that_is_not_loaded_is_a_warning_and_the_rest_of_the_check_goes_on()
    {
        var validator = Validator(Definition("orphan", "Patient", """{"path":"Patient.birthDate","min":1}""", parent: "https://absent.test/parent"));
        validator.Check(Patient, "orphan").ShouldBeEmpty();
        validator.Check(Patient, "orphan", "warning").ShouldHaveSingleItem().Diagnostics.ShouldContain("https://absent.test/parent");
        validator.Check("""{"resourceType":"Patient","contact":[{"gender":"male"}]}""", "orphan").ShouldHaveSingleItem().Diagnostics.ShouldContain("pat-1");
        validator.Profiles.Unresolved().Keys.ShouldContain("https://absent.test/parent");
    }

    [Fact]
    public void A_snapshot_stands_in_for_a_parent_that_is_not_loaded()
    {
        var validator = Validator(Definition("orphan", "Patient", """{"path":"Patient.birthDate","min":1}""", parent: "https://absent.test/parent",
            snapshot: """{"path":"Patient"},{"path":"Patient.active","min":1,"max":"1"},{"path":"Patient.birthDate","min":1,"max":"1"}"""));
        validator.Check("""{"resourceType":"Patient","gender":"male"}""", "orphan").Select(i => i.Expression).ShouldBe(["Patient.active", "Patient.birthDate"]);
    }

    [Fact]
    public void The_newest_version_is_meant_when_none_is_said()
    {
        var validator = Validator(
            Definition("versions", "Patient", """{"path":"Patient.active","max":"0"}""", version: "2.10.0"),
            Definition("versions", "Patient", """{"path":"Patient.birthDate","min":1}""", version: "2.9.1"),
            Definition("versions", "Patient", """{"path":"Patient.gender","min":1}""", version: "2.10.0-ballot"));
        validator.Check(Patient, "versions").ShouldHaveSingleItem().Expression.ShouldBe("Patient.active");
        validator.Check(Patient, "versions|2.9.1").ShouldHaveSingleItem().Expression.ShouldBe("Patient.birthDate");
        validator.Check(Patient, "versions|2.9").ShouldHaveSingleItem().Expression.ShouldBe("Patient.birthDate");
        validator.Check(Patient, "versions|2.10.0-ballot").ShouldHaveSingleItem().Expression.ShouldBe("Patient.gender");
        validator.Check(Patient, "versions|3.0.0", "warning").ShouldHaveSingleItem().Code.ShouldBe("not-found");
    }

    [Theory]
    [InlineData(NewFrench + "fr-core-patient", OldFrench + "FrPatient")]
    [InlineData(NewFrench + "fr-core-patient", NewFrench + "fr-core-patient|2.2.0")]
    [InlineData(OldFrench + "FrPatient", NewFrench + "fr-core-patient")]
    [InlineData(NewFrench + "fr-core-observation-body-height", OldFrench + "FrObservationBodyHeight")]
    [InlineData(NewFrench + "fr-core-appointment-operator", OldFrench + "FrAppointmentOperator|1.0")]
    public void The_old_and_the_new_French_name_are_one_profile(string loaded, string asked)
    {
        var set = ProfileSet.Load([Definition(loaded, "Patient", """{"path":"Patient.birthDate","min":1}""", version: "2.2.0")]);
        set.IsKnown(asked).ShouldBeTrue();
        new Validator(set, BuiltInTerminology.Instance).Check(Patient, asked).ShouldHaveSingleItem().Expression.ShouldBe("Patient.birthDate");
    }

    [Theory]
    [InlineData("https://autre.test/fr-core-patient")]
    [InlineData(OldFrench + "FrPractitioner")]
    public void Another_name_is_another_profile(string asked) =>
        ProfileSet.Load([Definition(NewFrench + "fr-core-patient", "Patient", "")]).IsKnown(asked).ShouldBeFalse();

    [Fact]
    public void Claims_of_entries_and_contained_resources_are_checked()
    {
        var validator = Validator(Definition("born", "Patient", """{"path":"Patient.birthDate","min":1}"""));
        var bundle = $$"""
            {"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"#p"},
             "contained":[{"resourceType":"Patient","id":"p","meta":{"profile":["{{Root}}born"]},"active":true}]} },{"resource":{"resourceType":"Patient","meta":{"profile":["{{Root}}born"]},"active":true} }]}
            """;
        validator.Validate(Encoding.UTF8.GetBytes(bundle)).Where(i => i.Severity == "error").Select(i => i.Expression)
            .ShouldBe(["Bundle.entry[0].resource.contained[0].birthDate", "Bundle.entry[1].resource.birthDate"], ignoreOrder: true);
    }

    [Fact]
    public void A_reference_must_lead_to_what_holds_the_profile_of_its_target()
    {
        var validator = Validator(
            Definition("born", "Patient", """{"path":"Patient.birthDate","min":1}"""),
            Definition("about-born", "Observation", $$"""{"path":"Observation.subject","type":[{"code":"Reference","targetProfile":["{{Root}}born"]}]}"""),
            Definition("bundle", "Bundle", $$"""
                {"path":"Bundle.entry","slicing":{"discriminator":[{"type":"type","path":"resource"}],"rules":"open"} },{"path":"Bundle.entry","sliceName":"o"},
                {"path":"Bundle.entry.resource","type":[{"code":"Observation","profile":["{{Root}}about-born"]}]}
                """));
        string Bundle(string rest) => $$"""
            {"resourceType":"Bundle","type":"collection","entry":[{"fullUrl":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520","resource":{"resourceType":"Patient"{{rest}} }  },
             {"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"urn:uuid:c757873d-ec9a-4326-a141-556f43239520"} } }]}
            """;
        validator.Check(Bundle(",\"birthDate\":\"1980\""), "bundle").ShouldBeEmpty();
        var found = validator.Check(Bundle(",\"active\":true"), "bundle").ShouldHaveSingleItem();
        found.Expression.ShouldBe("Bundle.entry[1].resource.subject");
        found.Diagnostics.ShouldContain("Bundle.entry[0].resource.birthDate");
    }

    [Fact]
    public void Profiles_that_name_one_another_end()
    {
        var validator = Validator(
            Definition("a", "Organization", $$"""{"path":"Organization.partOf","type":[{"code":"Reference","targetProfile":["{{Root}}b"]}]}"""),
            Definition("b", "Organization", $$"""{"path":"Organization.partOf","type":[{"code":"Reference","targetProfile":["{{Root}}a"]}]}"""),
            Definition("parent-of-itself", "Patient", """{"path":"Patient.active","min":1}""", parent: "parent-of-itself-2"),
            Definition("parent-of-itself-2", "Patient", """{"path":"Patient.active","min":1}""", parent: "parent-of-itself"));
        validator.Check("""
            {"resourceType":"Organization","name":"x","partOf":{"reference":"#o"},"contained":[{"resourceType":"Organization","id":"o","name":"y","partOf":{"reference":"#"}}]}
            """, "a").ShouldBeEmpty();
        validator.Check(Patient, "parent-of-itself", "warning").ShouldNotBeEmpty();
        validator.Check(Patient, "parent-of-itself").ShouldBeEmpty();
    }

    [Fact]
    public void An_invariant_may_ask_for_another_profile_and_even_for_its_own()
    {
        string Asks(string profile) => $$"""{"path":"Patient","constraint":[{"key":"x-1","severity":"error","human":"x","expression":"conformsTo('{{Root}}{{profile}}')"}]}""";
        var validator = Validator(Definition("born", "Patient", """{"path":"Patient.birthDate","min":1}"""), Definition("asks", "Patient", Asks("born")),
            Definition("asks-itself", "Patient", Asks("asks-itself")));
        validator.Check(Patient, "asks").ShouldHaveSingleItem().Diagnostics.ShouldContain("x-1");
        validator.Check("""{"resourceType":"Patient","birthDate":"1980"}""", "asks").ShouldBeEmpty();
        validator.Check(Patient, "asks-itself").ShouldBeEmpty();
        using var doc = FhirDocument.Parse(Encoding.UTF8.GetBytes(Patient));
        (validator.Conforms(doc.Root, Root + "born"), validator.Conforms(doc.Root, Root + "asks-itself"), validator.Conforms(doc.Root, Root + "nowhere")).ShouldBe((false, true, null));
    }

    [Fact]
    public void A_differential_without_end_is_cut_and_said()
    {
        var elements = string.Join(',', Enumerable.Range(0, ProfileReader.MostElements + 10).Select(i => $$"""{"path":"Patient.identifier","sliceName":"s{{i}}"}"""));
        var validator = Validator(Definition("huge", "Patient", """{"path":"Patient.identifier","slicing":{"discriminator":[{"type":"value","path":"system"}],"rules":"open"}},""" + elements));
        validator.Check(Patient, "huge", "warning").ShouldContain(i => i.Diagnostics.Contains("more than", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("""{"path":"Patient.nowhere","min":1}""")]
    [InlineData("""{"path":"Patient.birthDate","fixedDate":"2026-02-30"}""")]
    [InlineData("""{"path":"Patient.identifier","slicing":{"discriminator":[{"type":"value","path":"where(x=1)"}],"rules":"open"}}""")]
    [InlineData("""{"path":"Patient.identifier","sliceName":"a"}""")]
    public void What_in_a_profile_is_not_understood_is_said(string element) =>
        Validator(Definition("odd", "Patient", element)).Check(Patient, "odd", "warning").ShouldNotBeEmpty();

    [Fact]
    public void An_invariant_that_does_not_compile_is_said_and_not_held_against_anybody()
    {
        var validator = Validator(Definition("odd", "Patient", """{"path":"Patient","constraint":[{"key":"x-1","severity":"error","human":"x","expression":"active = ("}]}"""));
        validator.Check(Patient, "odd").ShouldBeEmpty();
        validator.Check(Patient, "odd", "warning").ShouldHaveSingleItem().Diagnostics.ShouldContain("x-1");
    }

    [Fact]
    public void A_profile_is_of_its_type() =>
        Validator(Definition("born", "Patient", "")).Check("""{"resourceType":"Practitioner","active":true}""", "born").ShouldHaveSingleItem().Diagnostics.ShouldContain("Practitioner");

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("{\"resourceType\":\"StructureDefinition\",\"derivation\":\"constraint\",\"url\":\"u\",\"type\":\"Patient\",\"differential\":{\"element\":[1,{\"path\":7},{\"path\":\"Patient.active\",\"min\":\"x\",\"max\":3,\"type\":\"code\",\"slicing\":[],\"constraint\":{}}]}}")]
    [InlineData("{\"resourceType\":\"StructureDefinition\",\"derivation\":\"constraint\",\"url\":\"u\",\"type\":\"Nothing\"}")]
    public void What_is_no_profile_harms_nothing(string json)
    {
        var problems = new List<string>();
        var set = ProfileSet.Load([Encoding.UTF8.GetBytes(json)], problems);
        set.Count.ShouldBeLessThanOrEqualTo(1);
        new Validator(set, BuiltInTerminology.Instance).Check(Patient, "u:").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("""{"resourceType":"Patient","birthDate":"2026-02-30"}""", "Patient.birthDate", "value")]
    [InlineData("""{"resourceType":"Patient","id":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"}""", "Patient.id", "value")]
    [InlineData("""{"resourceType":"Patient","managingOrganization":{"reference":"#a"},"contained":[{"resourceType":"Organization","id":"a","name":"x","partOf":{"reference":"#b"}},{"resourceType":"Organization","id":"b","name":"y","partOf":{"reference":"#a"}}]}""", "Patient.contained[0]", "invariant")]
    [InlineData("""{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"a","name":"x","partOf":{"reference":"#b"}},{"resourceType":"Organization","id":"b","name":"y","partOf":{"reference":"#a"}}]}""", "Patient", "invariant")]
    [InlineData("""{"resourceType":"Patient","contained":[{"resourceType":"Organization","id":"a","contained":[{"resourceType":"Organization","id":"b","name":"y"}]}]}""", "Patient.contained[0].contained[0]", "structure")]
    public void Input_that_is_refused_by_its_rule(string json, string expression, string code) =>
        Validator().Validate(Encoding.UTF8.GetBytes(json)).ShouldContain(i => i.Severity == "error" && i.Expression == expression && i.Code == code);

    [Fact]
    public void A_person_and_a_relative_that_refer_to_one_another_are_no_circle() =>
        Validator().Validate("""
            {"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"#p"},"contained":[
             {"resourceType":"Patient","id":"p","link":[{"other":{"reference":"#r"},"type":"seealso"}]},{"resourceType":"RelatedPerson","id":"r","patient":{"reference":"#p"}}]}
            """u8.ToArray()).Where(i => i.Severity == "error").ShouldBeEmpty();

    [Fact]
    public void A_number_of_ten_thousand_digits_is_refused() =>
        Validator().Validate(Encoding.UTF8.GetBytes($$"""{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":{{new string('9', 10_000)}} }  }"""))
            .ShouldContain(i => i.Expression == "Observation.value.value" && i.Code == "value");

    [Fact]
    public void What_stands_in_a_bundle_without_end_is_validated_within_bounds()
    {
        var entries = string.Join(',', Enumerable.Range(0, 2_000).Select(i => $$"""{"fullUrl":"https://a.test/Patient/{{i}}","resource":{"resourceType":"Patient","contact":[{"gender":"male"}]} }"""));
        var found = Validator().Validate(Encoding.UTF8.GetBytes($$"""{"resourceType":"Bundle","type":"collection","entry":[{{entries}}]}"""));
        found.Count.ShouldBeLessThanOrEqualTo(201);
        found.ShouldContain(i => i.Diagnostics.Contains("pat-1", StringComparison.Ordinal));
    }
}
