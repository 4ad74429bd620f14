using System.Diagnostics;
using System.Text;

namespace Socle.Fhir.Tests.Core;

public sealed class StructureTests
{
    public static TheoryData<string, string, string, string> Refused => new()
    {
        // name, JSON, expression of the first issue, code
        { "empty", "", "", "structure" },
        { "blank", "  ", "", "structure" },
        { "array", "[]", "", "structure" },
        { "no resourceType", """{"id":"a"}""", "Resource", "structure" },
        { "unknown resourceType", """{"resourceType":"Dossier"}""", "Resource.resourceType", "structure" },
        { "later resourceType", """{"resourceType":"SubscriptionStatus"}""", "Resource.resourceType", "structure" },
        { "abstract resourceType", """{"resourceType":"DomainResource"}""", "Resource.resourceType", "structure" },
        { "resourceType number", """{"resourceType":3}""", "Resource", "structure" },
        { "resourceType twice", """{"resourceType":"Patient","resourceType":"Patient","active":true}""", "Patient.resourceType", "structure" },
        { "unknown property", P("\"foo\":1"), "Patient.foo", "structure" },
        { "unknown with object", P("\"foo\":{\"a\":[1,{}]}"), "Patient.foo", "structure" },
        { "case of property", P("\"Active\":true"), "Patient.Active", "structure" },
        { "duplicate property", P("\"active\":true,\"active\":true"), "Patient.active", "structure" },
        { "duplicate sibling", P("\"_active\":{\"id\":\"a\",\"extension\":[{\"url\":\"u\",\"valueCode\":\"c\"}]},\"_active\":{\"extension\":[{\"url\":\"u\",\"valueCode\":\"c\"}]}"), "Patient.active", "structure" },
        { "boolean as string", P("\"active\":\"true\""), "Patient.active", "structure" },
        { "boolean as number", P("\"active\":1"), "Patient.active", "structure" },
        { "string as number", P("\"name\":[{\"family\":1}]"), "Patient.name[0].family", "structure" },
        { "string as boolean", P("\"name\":[{\"family\":true}]"), "Patient.name[0].family", "structure" },
        { "string as object", P("\"name\":[{\"family\":{\"a\":1}}]"), "Patient.name[0].family", "structure" },
        { "object as string", P("\"name\":[\"Marie\"]"), "Patient.name[0]", "structure" },
        { "null object", P("\"maritalStatus\":null"), "Patient.maritalStatus", "structure" },
        { "null primitive", P("\"birthDate\":null"), "Patient.birthDate", "structure" },
        { "list where single", P("\"gender\":[\"male\"]"), "Patient.gender", "structure" },
        { "single where list", P("\"name\":{\"family\":\"A\"}"), "Patient.name", "structure" },
        { "empty list", P("\"name\":[]"), "Patient.name", "structure" },
        { "empty object", P("\"name\":[{}]"), "Patient.name[0]", "structure" },
        { "empty string", P("\"name\":[{\"family\":\"\"}]"), "Patient.name[0].family", "value" },
        { "only an id", P("\"name\":[{\"id\":\"a\"}]"), "Patient.name[0]", "structure" },
        { "two of a choice", P("\"deceasedBoolean\":true,\"deceasedDateTime\":\"2020\""), "Patient.deceased", "structure" },
        { "sibling of another choice", P("\"deceasedBoolean\":true,\"_deceasedDateTime\":{\"extension\":[{\"url\":\"u\",\"valueCode\":\"c\"}]}"), "Patient.deceased", "structure" },
        { "choice without type", P("\"deceased\":true"), "Patient.deceased", "structure" },
        { "choice of a type not allowed", P("\"deceasedString\":\"x\""), "Patient.deceasedString", "structure" },
        { "missing required", """{"resourceType":"Observation","status":"final"}""", "Observation.code", "required" },
        { "missing required choice", """{"resourceType":"MedicationRequest","status":"active","intent":"order","subject":{"display":"x"}}""", "MedicationRequest.medication", "required" },
        { "missing in a backbone", """{"resourceType":"Patient","link":[{"type":"seealso"}]}""", "Patient.link[0].other", "required" },
        { "code outside its value set", P("\"gender\":\"x\""), "Patient.gender", "code-invalid" },
        { "code by its display", P("\"gender\":\"Male\""), "Patient.gender", "code-invalid" },
        { "sibling of a complex", P("\"_name\":[{\"id\":\"a\"}]"), "Patient._name", "structure" },
        { "sibling not an object", P("\"_active\":true"), "Patient.active", "structure" },
        { "more siblings than values", P("\"name\":[{\"given\":[\"A\",\"B\"],\"_given\":[null,null,null]}]"), "Patient.name[0].given", "structure" },
        { "null on both sides", P("\"name\":[{\"given\":[\"A\",null],\"_given\":[null,null]}]"), "Patient.name[0].given", "structure" },
        { "nested contained", P("\"contained\":[{\"resourceType\":\"Basic\",\"id\":\"b\",\"code\":{\"text\":\"x\"},\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"c\"}]}]"), "Patient.contained[0].contained[0]", "structure" },
        { "contained without id", P("\"contained\":[{\"resourceType\":\"Patient\",\"active\":true}]"), "Patient.contained[0].id", "required" },
        { "contained without type", P("\"contained\":[{\"id\":\"b\"}]"), "Patient.contained[0]", "structure" },
        { "fault in contained", P("\"contained\":[{\"id\":\"b\",\"active\":\"x\",\"resourceType\":\"Patient\"}]"), "Patient.contained[0].active", "structure" },
        { "fault in an entry", """{"resourceType":"Bundle","type":"batch","entry":[{"fullUrl":"urn:a"},{"resource":{"resourceType":"Patient","name":[{"given":["A",3]}]}}]}""", "Bundle.entry[1].resource.name[0].given[1]", "structure" },
        { "fault in a parameter", """{"resourceType":"Parameters","parameter":[{"name":"a","part":[{"name":"b","resource":{"resourceType":"X"}}]}]}""", "Parameters.parameter[0].part[0].resource.resourceType", "structure" },
        { "extension without url", P("\"extension\":[{\"valueCode\":\"a\"}]"), "Patient.extension[0].url", "required" },
        { "extension with both", P("\"extension\":[{\"url\":\"u\",\"valueCode\":\"a\",\"extension\":[{\"url\":\"u\",\"valueCode\":\"a\"}]}]"), "Patient.extension[0]", "invariant" },
        { "extension with none", P("\"extension\":[{\"url\":\"u\"}]"), "Patient.extension[0]", "invariant" },
        { "extension url sibling", P("\"extension\":[{\"_url\":{\"id\":\"a\"},\"valueCode\":\"a\"}]"), "Patient.extension[0]._url", "structure" },
        { "id in a value too long", $$"""{"resourceType":"Patient","id":"{{new string('a', 65)}}"}""", "Patient.id", "value" },
        { "narrative without div", P("\"text\":{\"status\":\"generated\",\"div\":\"hello\"}"), "Patient.text.div", "value" },
        { "integer list in JSON of four", """{"resourceType":"Patient","multipleBirthInteger":1.5}""", "Patient.multipleBirth", "value" }
    };

    static string P(string rest) => $$"""{"resourceType":"Patient",{{rest}}}""";

    [Theory, MemberData(nameof(Refused))]
    public void A_fault_of_structure_is_refused_with_its_path(string name, string json, string expression, string code)
    {
        var issues = Issues(json);
        issues.ShouldNotBeEmpty(name);
        (issues[0].Expression ?? "").ShouldBe(expression, name);
        issues[0].Code.ShouldBe(code, name);
        issues[0].Diagnostics.ShouldNotBeEmpty();
        using var outcome = FhirDocument.Parse(OperationOutcome.Of(issues));
    }

    public static TheoryData<string> Broken =>
    [
        "{", "{\"", "{\"resourceType", "{\"resourceType\"", "{\"resourceType\":", "{\"resourceType\":\"Patient\"", "{\"resourceType\":\"Patient\",",
        "{\"resourceType\":\"Patient\",}", "{\"resourceType\":\"Patient\"}x", "{\"resourceType\":\"Patient\"}{}", "{\"resourceType\":\"Patient\"},",
        "{'resourceType':'Patient'}", "{resourceType:\"Patient\"}", "{\"resourceType\":\"Patient\" \"id\":\"a\"}", "{\"resourceType\":\"Patient\",,\"id\":\"a\"}",
        "/* a */{\"resourceType\":\"Patient\"}", "{\"resourceType\":\"Patient\"} // end", P("\"multipleBirthInteger\":NaN"), P("\"multipleBirthInteger\":Infinity"),
        P("\"multipleBirthInteger\":01"), P("\"multipleBirthInteger\":+1"), P("\"multipleBirthInteger\":1."), P("\"multipleBirthInteger\":.5"),
        P("\"multipleBirthInteger\":-"), P("\"multipleBirthInteger\":1e"), P("\"multipleBirthInteger\":0x10"), P("\"active\":True"), P("\"active\":tru"),
        P("\"active\":truex"), P("\"name\":[{\"family\":\"a\nb\"}]"), P("\"name\":[{\"family\":\"\\x41\"}]"), P("\"name\":[{\"family\":\"\\u12\"}]"),
        P("\"name\":[{\"family\":\"a}]"), P("\"name\":[{\"given\":[\"A\",]}]"), P("\"name\":[{\"given\":[\"A\" \"B\"]}]"), P("\"name\":[{\"given\":[,\"A\"]}]"),
        P("\"name\":[{\"given\":[\"A\"}]"), P("\"foo\":[1,]"), P("\"foo\":{\"a\"}"), P("\"foo\":{\"a\":1,}"), P("\"foo\":[1 2]")
    ];

    [Theory, MemberData(nameof(Broken))]
    public void Text_that_is_not_JSON_is_refused(string json) => Issues(json).ShouldContain(i => i.Severity == "fatal", json);

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\\udc00")]
    [InlineData("\\ud83d\\u0041")]
    [InlineData("\\ude00\\ud83d")]
    [InlineData("\\u0000")]
    [InlineData("\\u001f")]
    [InlineData("\\b")]
    public void Half_a_surrogate_pair_or_a_control_character_is_refused(string escaped) =>
        Issues(P($"\"name\":[{{\"family\":\"a{escaped}b\"}}]")).ShouldHaveSingleItem().Expression.ShouldBe("Patient.name[0].family");

    [Fact]
    public void Escapes_become_their_characters()
    {
        using var doc = Doc(P("""
            "name":[{"family":"\u00c9l\u00e9\u006fnore \"\\\/\n\t\ud83d\ude00"}],"\u0067ender":"fem\u0061le"
            """));
        doc.Root["name"]["family"].Text.ShouldBe("Éléonore \"\\/\n\t😀");
        doc.Root["gender"].Text.ShouldBe("female");
        doc.Root["gender"].TextIs("female"u8).ShouldBeTrue();
    }

    [Fact]
    public void Other_encodings_are_refused_in_one_sentence_and_a_byte_order_mark_is_skipped()
    {
        const string json = """{"resourceType":"Patient","id":"a"}""";
        foreach (var encoding in (Encoding[])[Encoding.Unicode, Encoding.BigEndianUnicode, Encoding.UTF32])
        {
            Issues(encoding.GetBytes(json)).ShouldHaveSingleItem().Diagnostics.ShouldContain("UTF-16");
            Issues([.. encoding.GetPreamble(), .. encoding.GetBytes(json)]).ShouldHaveSingleItem().Diagnostics.ShouldContain("UTF-16");
        }
        Issues(Encoding.Latin1.GetBytes(P("\"name\":[{\"family\":\"é\"}]"))).ShouldHaveSingleItem().Diagnostics.ShouldContain("UTF-8");
        Issues([.. Encoding.UTF8.GetBytes("{\"resourceType\":\"Patient\",\"id\":\""), 0xED, 0xA0, 0x80, (byte)'"', (byte)'}']).ShouldHaveSingleItem();
        using var marked = FhirDocument.Parse((byte[])[.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(json)]);
        Encoding.UTF8.GetString(marked.Bytes.Span).ShouldBe(json);
        marked.Root["id"].Start.ShouldBe(json.IndexOf("\"a\"", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_fault_is_named_up_to_fifty()
    {
        Issues(P("\"active\":\"x\",\"gender\":\"x\",\"birthDate\":\"x\",\"foo\":1,\"name\":[]")).Count.ShouldBe(5);
        var many = string.Join(',', Enumerable.Range(0, 1000).Select(i => $"{{\"family\":{i}}}"));
        Issues(P($"\"name\":[{many}]")).Count.ShouldBe(50);
    }

    [Theory]
    [InlineData("[", "", "]")]
    [InlineData("{\"a\":", "1", "}")]
    [InlineData("{\"extension\":[", "{\"url\":\"u\",\"valueCode\":\"c\"}", "]}")]
    public void Sixty_thousand_levels_are_refused_at_once(string open, string inner, string close)
    {
        const int depth = 60_000;
        var json = P("\"extension\":" + string.Concat(Enumerable.Repeat(open, depth)) + inner + string.Concat(Enumerable.Repeat(close, depth)));
        var bytes = Encoding.UTF8.GetBytes(json);
        Issues(bytes).ShouldContain(i => i.Severity == "fatal");
        // The best of ten: other work of the machine is not measured.
        Enumerable.Range(0, 10).Min(_ =>
        {
            var watch = Stopwatch.StartNew();
            Issues(bytes);
            return watch.ElapsedMilliseconds;
        }).ShouldBeLessThan(50);
    }

    [Fact]
    public void Sixty_four_levels_are_read_and_one_more_is_not()
    {
        // The resource is one, each level of extension is a list and an object.
        string Nested(int levels) => P(string.Concat(Enumerable.Repeat("\"extension\":[{\"url\":\"u\",", levels)) + "\"valueCode\":\"c\""
            + string.Concat(Enumerable.Repeat("}]", levels)));
        using var doc = Doc(Nested(31));
        Issues(Nested(32)).ShouldContain(i => i.Severity == "fatal");
    }

    [Theory]
    [InlineData(P1 + "\"active\":true,\"name\":[{\"given\":[\"A\",null],\"_given\":[null,{\"extension\":[{\"url\":\"u\",\"valueCode\":\"c\"}]}]}]}")]
    [InlineData(P1 + "\"_birthDate\":{\"extension\":[{\"url\":\"u\",\"valueCode\":\"c\"}]}}")]
    [InlineData(P1 + "\"id\":\"a\"}")]
    [InlineData(P1 + "\"name\":[{\"given\":[null,\"B\"],\"_given\":[{\"extension\":[{\"url\":\"u\",\"valueCode\":\"c\"}]}]}]}")]
    [InlineData("\r\n\t {\"resourceType\" : \"Patient\" , \"active\" : true } \n")]
    [InlineData("{\"active\":true,\"resourceType\":\"Patient\"}")]
    [InlineData("{\"resourceType\":\"Observation\",\"_status\":{\"extension\":[{\"url\":\"u\",\"valueCode\":\"c\"}]},\"code\":{\"text\":\"x\"}}")]
    [InlineData(P1 + "\"extension\":[{\"url\":\"u\",\"_valueCode\":{\"extension\":[{\"url\":\"u\",\"valueCode\":\"c\"}]}}]}")]
    [InlineData("{\"resourceType\":\"Questionnaire\",\"status\":\"draft\",\"item\":[{\"linkId\":\"1\",\"type\":\"group\",\"item\":[{\"linkId\":\"2\",\"type\":\"string\"}]}]}")]
    [InlineData("{\"resourceType\":\"EvidenceVariable\",\"status\":\"draft\",\"characteristic\":[{\"definitionReference\":{\"display\":\"x\"},\"groupMeasure\":\"mean\"}]}")]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":{\"resourceType\":\"Bundle\",\"type\":\"batch\"}}]}")]
    [InlineData("{\"resourceType\":\"Bundle\",\"type\":\"collection\",\"entry\":[{\"resource\":{\"resourceType\":\"Patient\",\"contained\":[{\"resourceType\":\"Patient\",\"id\":\"a\"}]}}]}")]
    [InlineData("{\"resourceType\":\"Binary\",\"contentType\":\"text/plain\",\"data\":\"QUJD\"}")]
    public void What_R4_allows_is_read(string json) => Issues(json).ShouldBeEmpty();

    const string P1 = "{\"resourceType\":\"Patient\",";

    static FhirDocument Doc(string json) => FhirDocument.Parse(Encoding.UTF8.GetBytes(json));

    static IReadOnlyList<Issue> Issues(string json) => Issues(Encoding.UTF8.GetBytes(json));

    static IReadOnlyList<Issue> Issues(byte[] json)
    {
        if (FhirDocument.TryParse(json, out var doc, out var issues)) doc.Dispose();
        else issues.ShouldNotBeEmpty();
        return issues;
    }
}
