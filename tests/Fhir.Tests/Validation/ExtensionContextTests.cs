using System.Text;

namespace Socle.Fhir.Tests.Validation;

/// <summary>An extension stands where its definition allows it: those of R4, and those that were loaded.</summary>
public sealed class ExtensionContextTests
{
    const string Hl7 = "http://hl7.org/fhir/StructureDefinition/";

    static ReadOnlyMemory<byte> Extension(string name, string more) => Encoding.UTF8.GetBytes($$"""
        {"resourceType":"StructureDefinition","url":"{{SampleProfiles.Root}}{{name}}","name":"x","status":"active","kind":"complex-type","abstract":false,"type":"Extension",
         "baseDefinition":"{{Hl7}}Extension","derivation":"constraint",{{more}}}
        """);

    static string Context(string type, string expression) => $$"""{"type":"{{type}}","expression":"{{expression}}"}""";

    static readonly Validator Validator = SampleProfiles.Validator(
        Extension("family", $"\"context\":[{Context("element", "HumanName.family")}]"),
        Extension("choice", $"\"context\":[{Context("element", "Observation.value[x]")}]"),
        Extension("typed", $"\"context\":[{Context("element", "Observation.valueQuantity")}]"),
        Extension("any", $"\"context\":[{Context("element", "Element")}]"),
        Extension("resource", $"\"context\":[{Context("element", "DomainResource")}]"),
        Extension("inner", $"\"context\":[{Context("extension", SampleProfiles.Root + "any")}]"),
        Extension("path", $"\"context\":[{Context("fhirpath", "Patient.contact.where(gender = 'male')")}]"),
        Extension("item", $"\"context\":[{Context("element", "Questionnaire.item")}]"),
        Extension("misspelt", $"\"context\":[{Context("element", "Patient.cotnact")}]"),
        Extension("grown", $"\"context\":[{Context("element", "Patient")}],\"contextInvariant\":[\"birthDate.exists() and %extension.value = 'x'\"]"),
        Extension("modifier", $"\"context\":[{Context("element", "Patient")}],\"differential\":{{\"element\":[{{\"path\":\"Extension\",\"isModifier\":true}}]}}"));

    static string X(string url, string property = "extension") => $$"""
        "{{property}}":[{"url":"{{(url.StartsWith("http", StringComparison.Ordinal) ? url : SampleProfiles.Root + url)}}","valueString":"x"}]
        """;

    /// <summary>The resource, and where its extension is refused; null: it may stand there.</summary>
    public static TheoryData<string, string?> Cases => new()
    {
        { $$$"""{"resourceType":"Patient","name":[{"family":"a","_family":{{{{X("family")}}}}}]}""", null },
        { $$$"""{"resourceType":"Patient","name":[{"_family":{{{{X("family")}}}}}]}""", null },
        { $$$"""{"resourceType":"Patient","name":[{"family":"a",{{{X("family")}}}}]}""", "Patient.name[0].extension[0]" },
        { $$$"""{"resourceType":"Patient","name":[{"given":["a"],"_given":[{{{{X("family")}}}}]}]}""", "Patient.name[0].given[0].extension[0]" },
        { $$$"""{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1,{{{X("choice")}}}}}""", null },
        { $$$"""{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueString":"x","_valueString":{{{{X("choice")}}}}}""", null },
        { $$$"""{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueQuantity":{"value":1,{{{X("typed")}}}}}""", null },
        { $$$"""{"resourceType":"Observation","status":"final","code":{"text":"x",{{{X("choice")}}}}}""", "Observation.code.extension[0]" },
        { $$$"""{"resourceType":"Patient",{{{X("any")}}}}""", null },
        { $$$"""{"resourceType":"Patient",{{{X("resource")}}}}""", null },
        { $$$"""{"resourceType":"Patient","contact":[{"gender":"male","name":{"text":"x"},{{{X("resource")}}}}]}""", "Patient.contact[0].extension[0]" },
        { $$$"""{"resourceType":"Patient","extension":[{"url":"{{{SampleProfiles.Root}}}any",{{{X("inner")}}}}]}""", null },
        { $$$"""{"resourceType":"Patient",{{{X("inner")}}}}""", "Patient.extension[0]" },
        { $$$"""{"resourceType":"Patient","contact":[{"gender":"male","name":{"text":"x"},{{{X("path")}}}}]}""", null },
        { $$$"""{"resourceType":"Patient","contact":[{"gender":"female","name":{"text":"x"},{{{X("path")}}}}]}""", "Patient.contact[0].extension[0]" },
        { $$$"""{"resourceType":"Questionnaire","status":"active","item":[{"linkId":"1","type":"group","item":[{"linkId":"2","type":"string",{{{X("item")}}}}]}]}""", null },
        { $$$"""{"resourceType":"Patient",{{{X("misspelt")}}}}""", null },
        { $$$"""{"resourceType":"Patient","birthDate":"1980",{{{X("grown")}}}}""", null },
        { $$$"""{"resourceType":"Patient",{{{X("grown")}}}}""", "Patient.extension[0]" },
        { $$$"""{"resourceType":"Patient",{{{X("modifier", "modifierExtension")}}}}""", null },
        { $$$"""{"resourceType":"Patient",{{{X("modifier")}}}}""", "Patient.extension[0]" },
        { $$$"""{"resourceType":"Patient",{{{X("resource", "modifierExtension")}}}}""", "Patient.modifierExtension[0]" },
        // R4's own, known without being loaded
        { $$$"""{"resourceType":"Patient",{{{X(Hl7 + "patient-mothersMaidenName")}}}}""", null },
        { $$$"""{"resourceType":"Practitioner",{{{X(Hl7 + "patient-mothersMaidenName")}}}}""", "Practitioner.extension[0]" },
        { $$$"""{"resourceType":"Patient","birthDate":"1980-01-01","_birthDate":{"extension":[{"url":"{{{Hl7}}}patient-birthTime","valueDateTime":"1980-01-01T08:00:00Z"}]}}""", null },
        { $$$"""{"resourceType":"Patient","extension":[{"url":"{{{Hl7}}}patient-birthTime","valueDateTime":"1980-01-01T08:00:00Z"}]}""", "Patient.extension[0]" },
        { $$$"""{"resourceType":"Patient","contained":[{"resourceType":"Practitioner","id":"d",{{{X(Hl7 + "patient-mothersMaidenName")}}}}],"generalPractitioner":[{"reference":"#d"}]}""", "Patient.contained[0].extension[0]" },
        { $$$"""{"resourceType":"Patient",{{{X("https://exemple.test/nobody/knows")}}}}""", null }
    };

    [Theory, MemberData(nameof(Cases))]
    public void An_extension_stands_where_its_definition_allows_it(string json, string? refusedAt)
    {
        var found = Validator.Validate(Encoding.UTF8.GetBytes(json)).Where(i => i.Severity == "error").ToList();
        if (refusedAt is null) found.ShouldBeEmpty();
        else found.ShouldHaveSingleItem().ShouldSatisfyAllConditions(i => i.Expression.ShouldBe(refusedAt), i => i.Code.ShouldBe("extension"));
    }

    [Fact]
    public void A_value_of_another_type_than_the_definition_of_R4_has_is_told() =>
        Validator.Validate(Encoding.UTF8.GetBytes($$$"""{"resourceType":"Patient","extension":[{"url":"{{{Hl7}}}patient-birthPlace","valueString":"Brest"}]}"""))
            .ShouldContain(i => i.Severity == "error" && i.Expression == "Patient.extension[0].value");

    [Fact]
    public void A_context_that_is_no_element_is_a_warning() =>
        Validator.Validate(Encoding.UTF8.GetBytes($$$"""{"resourceType":"Patient",{{{X("misspelt")}}}}"""))
            .ShouldContain(i => i.Severity == "warning" && i.Diagnostics.Contains("Patient.cotnact", StringComparison.Ordinal));
}
