using static Socle.Fhir.Tests.Validation.SampleProfiles;

namespace Socle.Fhir.Tests.Validation;

/// <summary>Each way of telling slices apart, each rule of what may stand beside them. A line: profile, resource, where the errors are.</summary>
public sealed class SlicingTests
{
    const string Identifiers = """
        {"path":"Patient.identifier","slicing":{"discriminator":[{"type":"value","path":"system"}],"rules":"RULES"ORDERED}},
        {"path":"Patient.identifier","sliceName":"ins","min":1,"max":"1"},
        {"path":"Patient.identifier.system","fixedUri":"urn:ins"},
        {"path":"Patient.identifier.value","min":1},
        {"path":"Patient.identifier","sliceName":"local","max":"2"},
        {"path":"Patient.identifier.system","fixedUri":"urn:local"}
        """;

    static readonly Validator All = Validator(
        Definition("value", "Patient", Identifiers.Replace("RULES", "open", StringComparison.Ordinal).Replace("ORDERED", "", StringComparison.Ordinal)),
        Definition("closed", "Patient", Identifiers.Replace("RULES", "closed", StringComparison.Ordinal).Replace("ORDERED", "", StringComparison.Ordinal)),
        Definition("at-end", "Patient", Identifiers.Replace("RULES", "openAtEnd", StringComparison.Ordinal).Replace("ORDERED", "", StringComparison.Ordinal)),
        Definition("ordered", "Patient", Identifiers.Replace("RULES", "open", StringComparison.Ordinal).Replace("ORDERED", ",\"ordered\":true", StringComparison.Ordinal)),
        Definition("pattern", "Observation", """
            {"path":"Observation.category","slicing":{"discriminator":[{"type":"pattern","path":"$this"}],"rules":"open"}},
            {"path":"Observation.category","sliceName":"lab","min":1,"max":"1","patternCodeableConcept":{"coding":[{"system":"urn:c","code":"lab"}]}}
            """),
        Definition("deep-pattern", "Observation", """
            {"path":"Observation.component","slicing":{"discriminator":[{"type":"value","path":"code.coding.code"}],"rules":"open"}},
            {"id":"Observation.component:systolic","path":"Observation.component","sliceName":"systolic","min":1},
            {"id":"Observation.component:systolic.code","path":"Observation.component.code","patternCodeableConcept":{"coding":[{"code":"8480-6"}]}},
            {"id":"Observation.component:systolic.value[x]","path":"Observation.component.value[x]","min":1,"type":[{"code":"Quantity"}]}
            """),
        Definition("bound", "Patient", """
            {"path":"Patient.telecom","slicing":{"discriminator":[{"type":"value","path":"system"}],"rules":"closed"}},
            {"path":"Patient.telecom","sliceName":"any","max":"1"},
            {"path":"Patient.telecom.system","binding":{"strength":"required","valueSet":"http://hl7.org/fhir/ValueSet/contact-point-system"}}
            """),
        Definition("types", "Observation", """
            {"path":"Observation.value[x]","slicing":{"discriminator":[{"type":"type","path":"$this"}],"rules":"closed"}},
            {"path":"Observation.value[x]","sliceName":"valueQuantity","type":[{"code":"Quantity"}]},
            {"path":"Observation.value[x].code","min":1},
            {"path":"Observation.value[x]","sliceName":"valueString","type":[{"code":"string"}],"maxLength":5}
            """),
        Definition("shortcut", "Observation", """{"path":"Observation.valueQuantity.unit","min":1},{"path":"Observation.valueString","maxLength":3}"""),
        Definition("exists", "Patient", """
            {"path":"Patient.name","slicing":{"discriminator":[{"type":"exists","path":"period"}],"rules":"open"}},
            {"path":"Patient.name","sliceName":"past","max":"1"},{"path":"Patient.name.period","min":1},
            {"path":"Patient.name","sliceName":"now","min":1},{"path":"Patient.name.period","max":"0"},{"path":"Patient.name.family","min":1}
            """),
        Definition("entry-type", "Bundle", """
            {"path":"Bundle.entry","slicing":{"discriminator":[{"type":"type","path":"resource"}],"rules":"closed"}},
            {"path":"Bundle.entry","sliceName":"patient","min":1,"max":"1"},{"path":"Bundle.entry.resource","type":[{"code":"Patient"}]},
            {"path":"Bundle.entry","sliceName":"observation"},{"path":"Bundle.entry.resource","type":[{"code":"Observation","profile":["https://exemple.test/StructureDefinition/issued"]}]}
            """),
        Definition("issued", "Observation", """{"path":"Observation.issued","min":1}"""),
        Definition("entry-profile", "Bundle", """
            {"path":"Bundle.entry","slicing":{"discriminator":[{"type":"profile","path":"resource"}],"rules":"open"}},
            {"path":"Bundle.entry","sliceName":"issued","min":1,"max":"1"},
            {"path":"Bundle.entry.resource","type":[{"code":"Observation","profile":["https://exemple.test/StructureDefinition/issued"]}]}
            """),
        Definition("resolved", "Observation", """
            {"path":"Observation.performer","slicing":{"discriminator":[{"type":"type","path":"resolve()"}],"rules":"open"}},
            {"path":"Observation.performer","sliceName":"who","min":1,"max":"1","type":[{"code":"Reference","targetProfile":["http://hl7.org/fhir/StructureDefinition/Practitioner"]}]}
            """),
        Definition("by-extension", "Patient", """
            {"path":"Patient.name","slicing":{"discriminator":[{"type":"value","path":"extension('urn:kind').value.ofType(code)"}],"rules":"open"}},
            {"path":"Patient.name","sliceName":"birth","min":1},
            {"id":"Patient.name:birth.extension","path":"Patient.name.extension"},
            {"id":"Patient.name:birth.extension:kind","path":"Patient.name.extension","sliceName":"kind","min":1},
            {"id":"Patient.name:birth.extension:kind.url","path":"Patient.name.extension.url","fixedUri":"urn:kind"},
            {"id":"Patient.name:birth.extension:kind.value[x]","path":"Patient.name.extension.value[x]","fixedCode":"birth"},
            {"id":"Patient.name:birth.family","path":"Patient.name.family","min":1}
            """),
        Definition("urn:kind-definition", "Extension", """{"path":"Extension.url","fixedUri":"urn:kind-definition"},{"path":"Extension.value[x]","min":1,"type":[{"code":"code"}]}"""),
        Definition("extension", "Patient", """
            {"path":"Patient.extension","sliceName":"kind","min":1,"max":"1","type":[{"code":"Extension","profile":["urn:kind-definition"]}]},
            {"path":"Patient.extension","sliceName":"unknown","max":"1","type":[{"code":"Extension","profile":["urn:nowhere"]}]}
            """),
        Definition("re-slice", "Patient", """
            {"path":"Patient.identifier","slicing":{"discriminator":[{"type":"value","path":"system"}],"rules":"open"}},
            {"id":"Patient.identifier:ins","path":"Patient.identifier","sliceName":"ins","slicing":{"discriminator":[{"type":"value","path":"use"}],"rules":"closed"}},
            {"id":"Patient.identifier:ins.system","path":"Patient.identifier.system","fixedUri":"urn:ins"},
            {"id":"Patient.identifier:ins/nir","path":"Patient.identifier","sliceName":"ins/nir","max":"1"},
            {"id":"Patient.identifier:ins/nir.use","path":"Patient.identifier.use","fixedCode":"official"},
            {"id":"Patient.identifier:ins/nia","path":"Patient.identifier","sliceName":"ins/nia"},
            {"id":"Patient.identifier:ins/nia.use","path":"Patient.identifier.use","fixedCode":"temp"}
            """),
        Definition("item", "Questionnaire", """{"path":"Questionnaire.item.text","min":1}"""));

    static string Patient(string rest) => $$"""{"resourceType":"Patient"{{(rest.Length == 0 ? "" : ",")}}{{rest}}}""";

    static string Ids(params string[] systems) => Patient($"\"identifier\":[{string.Join(',', systems.Select(s => $$"""{"system":"urn:{{s}}","value":"1"}"""))}]");

    static string Observation(string rest) => $$"""{"resourceType":"Observation","status":"final","code":{"text":"x"},{{rest}}}""";

    public static TheoryData<string, string, string> Cases => new()
    {
        { "value", Ids("ins", "local", "other"), "" },
        { "value", Ids("local"), "Patient.identifier" },
        { "value", Ids("ins", "ins"), "Patient.identifier[1]" },
        { "value", Ids("ins", "local", "local", "other", "local"), "Patient.identifier[4]" },
        { "value", Patient("""  "identifier":[{"value":"1"},{"system":"urn:ins"}]"""), "Patient.identifier[1].value" },
        { "closed", Ids("ins", "other", "local"), "Patient.identifier[1]" },
        { "at-end", Ids("ins", "local", "other"), "" },
        { "at-end", Ids("ins", "other", "local"), "Patient.identifier[2]" },
        { "ordered", Ids("ins", "other", "local"), "" },
        { "ordered", Ids("local", "ins"), "Patient.identifier[1]" },
        { "pattern", Observation("""  "category":[{"coding":[{"system":"urn:x","code":"z"},{"system":"urn:c","code":"lab","display":"Labo"}]}]"""), "" },
        { "pattern", Observation("""  "category":[{"coding":[{"system":"urn:c","code":"other"}]}]"""), "Observation.category" },
        { "deep-pattern", Observation("""  "component":[{"code":{"coding":[{"code":"8480-6"}]},"valueQuantity":{"value":1}},{"code":{"text":"y"}}]"""), "" },
        { "deep-pattern", Observation("""  "component":[{"code":{"text":"y"}},{"code":{"coding":[{"code":"8480-6"}]},"valueString":"1"}]"""), "Observation.component[1].value" },
        { "deep-pattern", Observation("""  "component":[{"code":{"coding":[{"code":"8480-6"}]}}]"""), "Observation.component[0].value" },
        { "bound", Patient("""  "telecom":[{"system":"phone","value":"1"},{"system":"email","value":"2"}]"""), "Patient.telecom[1]" },
        { "bound", Patient("""  "telecom":[{"use":"home"}]"""), "Patient.telecom[0]" },
        { "types", Observation("""  "valueQuantity":{"value":1,"code":"m","system":"urn:u"}"""), "" },
        { "types", Observation("""  "valueQuantity":{"value":1}"""), "Observation.value.code" },
        { "types", Observation("""  "valueString":"123456" """), "Observation.value" },
        { "types", Observation("""  "valueBoolean":true"""), "Observation.value" },
        { "shortcut", Observation("""  "valueQuantity":{"value":1}"""), "Observation.value.unit" },
        { "shortcut", Observation("""  "valueString":"1234" """), "Observation.value" },
        { "shortcut", Observation("""  "valueBoolean":true"""), "" },
        { "exists", Patient("""  "name":[{"text":"a","period":{"start":"2000"}},{"family":"b"}]"""), "" },
        { "exists", Patient("""  "name":[{"text":"a"}]"""), "Patient.name[0].family" },
        { "exists", Patient("""  "name":[{"text":"a","period":{"start":"2000"}},{"family":"b"},{"text":"c","period":{"start":"2001"}}]"""), "Patient.name[2]" },
        { "entry-type", """{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","active":true}},{"resource":{"resourceType":"Basic","code":{"text":"x"}}}]}""", "Bundle.entry[1]" },
        { "entry-type", """{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Patient","active":true}},{"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"}}}]}""", "Bundle.entry[1].resource.issued" },
        { "entry-profile", """{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"}}}]}""", "Bundle.entry" },
        { "entry-profile", """{"resourceType":"Bundle","type":"collection","entry":[{"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},"issued":"2026-01-01T00:00:00Z"}},{"resource":{"resourceType":"Patient","active":true}}]}""", "" },
        { "resolved", Observation("""  "performer":[{"reference":"Organization/1"},{"reference":"Practitioner/1"}]"""), "" },
        { "resolved", Observation("""  "performer":[{"reference":"Organization/1"},{"type":"Patient","display":"x"}]"""), "Observation.performer" },
        { "resolved", Observation("""  "contained":[{"resourceType":"Practitioner","id":"p"}],"performer":[{"reference":"#p"},{"reference":"https://a.test/Practitioner/2"}]"""), "Observation.performer[1]" },
        { "by-extension", Patient("""  "name":[{"extension":[{"url":"urn:kind","valueCode":"birth"}],"text":"x"},{"text":"y"}]"""), "Patient.name[0].family" },
        { "by-extension", Patient("""  "name":[{"extension":[{"url":"urn:kind","valueCode":"used"}],"text":"x"}]"""), "Patient.name" },
        { "extension", Patient("""  "extension":[{"url":"urn:kind-definition","valueCode":"a"},{"url":"urn:free","valueString":"b"}]"""), "" },
        { "extension", Patient("""  "extension":[{"url":"urn:kind-definition","valueString":"a"}]"""), "Patient.extension[0].value" },
        { "extension", Patient("""  "active":true"""), "Patient.extension" },
        { "extension", Patient("""  "extension":[{"url":"urn:kind-definition","valueCode":"a"},{"url":"urn:nowhere","valueCode":"a"},{"url":"urn:nowhere","valueCode":"a"}]"""), "Patient.extension[2]" },
        { "re-slice", Patient("""  "identifier":[{"system":"urn:ins","use":"official"},{"system":"urn:ins","use":"temp"},{"system":"urn:other"}]"""), "" },
        { "re-slice", Patient("""  "identifier":[{"system":"urn:ins","use":"official"},{"system":"urn:ins","use":"official"}]"""), "Patient.identifier[1]" },
        { "re-slice", Patient("""  "identifier":[{"system":"urn:ins","use":"old"}]"""), "Patient.identifier[0]" },
        { "item", """{"resourceType":"Questionnaire","status":"draft","item":[{"linkId":"1","type":"group","text":"a","item":[{"linkId":"2","type":"string","text":"b"}]}]}""", "" },
        { "item", """{"resourceType":"Questionnaire","status":"draft","item":[{"linkId":"1","type":"group","text":"a","item":[{"linkId":"2","type":"string"}]}]}""", "Questionnaire.item[0].item[0].text" }
    };

    [Theory, MemberData(nameof(Cases))]
    public void A_slice_is_told_by_what_makes_it_one(string profile, string json, string expressions) =>
        string.Join(' ', All.Check(json, profile).Select(i => i.Expression)).ShouldBe(expressions, string.Join('\n', All.Check(json, profile)));
}
