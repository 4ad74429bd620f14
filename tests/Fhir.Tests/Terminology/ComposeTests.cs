namespace Socle.Fhir.Tests.Terminologies;

public sealed class ComposeTests
{
    const string A = "\"system\":\"http://example.org/animals\"";

    [Theory]
    [InlineData("{" + A + "}", "basset bird dodo dog mammal myth robot whale")]
    [InlineData("{" + A + ",\"concept\":[{\"code\":\"dog\"},{\"code\":\"cat\"}]}", "cat dog")]
    [InlineData("{" + A + ",\"filter\":[{\"property\":\"concept\",\"op\":\"is-a\",\"value\":\"mammal\"}]}", "basset dog mammal whale")]
    [InlineData("{" + A + ",\"filter\":[{\"property\":\"concept\",\"op\":\"descendent-of\",\"value\":\"dog\"}]}", "basset")]
    [InlineData("{" + A + ",\"filter\":[{\"property\":\"concept\",\"op\":\"is-not-a\",\"value\":\"mammal\"}]}", "bird dodo myth robot")]
    [InlineData("{" + A + ",\"filter\":[{\"property\":\"concept\",\"op\":\"generalizes\",\"value\":\"basset\"}]}", "basset dog mammal")]
    [InlineData("{" + A + ",\"filter\":[{\"property\":\"concept\",\"op\":\"is-a\",\"value\":\"bird\"}]}", "bird dodo")]      // parent as a property
    [InlineData("{" + A + ",\"filter\":[{\"property\":\"legs\",\"op\":\"=\",\"value\":\"4\"}]}", "basset dog")]
    [InlineData("{" + A + ",\"filter\":[{\"property\":\"legs\",\"op\":\"in\",\"value\":\"0, 2\"}]}", "bird whale")]
    [InlineData("{" + A + ",\"filter\":[{\"property\":\"legs\",\"op\":\"exists\",\"value\":\"false\"},{\"property\":\"concept\",\"op\":\"is-not-a\",\"value\":\"bird\"}]}", "mammal myth robot")]
    [InlineData("{" + A + ",\"filter\":[{\"property\":\"code\",\"op\":\"regex\",\"value\":\"do.\"}]}", "dog")]
    [InlineData("{" + A + ",\"filter\":[{\"property\":\"display\",\"op\":\"regex\",\"value\":\"B.*\"}]}", "basset whale")]
    [InlineData("{" + A + ",\"version\":\"1.10\"}", "fish")]
    [InlineData("{" + A + ",\"valueSet\":[\"http://example.org/set/pets\"]}", "dog")]
    [InlineData("{\"valueSet\":[\"http://example.org/set/pets\"]}", "cat dog")]
    [InlineData("{\"valueSet\":[\"http://example.org/set/pets|1\",\"http://example.org/set/dogs\"]}", "dog")]
    [InlineData("{\"system\":\"urn:oid:1.2.3.4.5\",\"concept\":[{\"code\":\"dog\"}]}", "dog")]
    public void Includes(string include, string codes) => Known.Codes(With($$"""{"include":[{{include}}]}""")).ShouldBe(codes.Split(' '));

    [Theory]
    [InlineData("{" + A + ",\"concept\":[{\"code\":\"dog\"}]}", "basset mammal whale")]
    [InlineData("{\"valueSet\":[\"http://example.org/set/dogs\"]}", "mammal whale")]
    [InlineData("{" + A + "}", "")]
    public void Excludes(string exclude, string codes) =>
        Known.Codes(With($$"""{"include":[{{{A}},"filter":[{"property":"concept","op":"is-a","value":"mammal"}]}],"exclude":[{{exclude}}]}"""))
            .ShouldBe(codes.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void Codes_out_of_use_may_be_left_out() =>
        Known.Codes(With("{\"inactive\":false,\"include\":[{" + A + "}]}")).ShouldBe(["basset", "bird", "dog", "mammal", "robot", "whale"]);

    [Theory]
    [InlineData("dog", CodeVerdict.Yes)]
    [InlineData("dodo", CodeVerdict.Expired)]
    [InlineData("myth", CodeVerdict.Expired)]
    [InlineData("robot", CodeVerdict.No)]        // not yet
    [InlineData("cat", CodeVerdict.No)]
    public void Verdicts_follow_the_calendar(string code, CodeVerdict verdict)
    {
        var index = With("{\"include\":[{" + A + "}]}");
        index.InValueSet("http://example.org/set/s", "http://example.org/animals", code).ShouldBe(verdict);
        index.InValueSet("http://example.org/set/s", null, code).ShouldBe(verdict);
        index.InValueSet("http://example.org/set/s", "urn:oid:1.2.3.4.5", code).ShouldBe(verdict);
        index.InValueSet("http://example.org/set/s", "http://other", code).ShouldBe(CodeVerdict.No);
    }

    [Fact]
    public void What_was_not_loaded_is_not_held_against_a_code()
    {
        var index = With("""{"include":[{"system":"http://loinc.org"},{"system":"http://example.org/animals","concept":[{"code":"dog"}]}],"exclude":[{"valueSet":["http://nowhere"]}]}""");
        index.InValueSet("http://example.org/set/s", "http://loinc.org", "14749-6").ShouldBe(CodeVerdict.Unknown);
        index.InValueSet("http://example.org/set/s", "http://example.org/animals", "dog").ShouldBe(CodeVerdict.Unknown);
        index.InValueSet("http://example.org/set/s", "http://other", "dog").ShouldBe(CodeVerdict.No);
        index.InValueSet("http://nowhere", "http://other", "dog").ShouldBe(CodeVerdict.Unknown);
        index.Expand("http://example.org/set/s").ShouldBeNull();
        index.InSystem("http://loinc.org", "14749-6").ShouldBe(CodeVerdict.Unknown);
    }

    [Fact]
    public void A_circle_of_value_sets_is_refused()
    {
        var index = Known.Index(
            Known.Set("""{"include":[{"valueSet":["http://example.org/set/b"]}]}""", "a"), Known.Set("""{"include":[{"valueSet":["http://example.org/set/a"]}]}""", "b"));
        Should.Throw<FhirException>(() => index.Content(index.Set("http://example.org/set/a")!)).Message.ShouldContain("contain each other");
        index.InValueSet("http://example.org/set/a", "http://example.org/animals", "dog").ShouldBe(CodeVerdict.Unknown);
    }

    [Theory]
    [InlineData("(a+")]
    [InlineData("(a{1000}){1000}{1000}")]
    [InlineData("(?=a)b")]
    public void A_bad_pattern_is_refused(string pattern)
    {
        var index = With("{\"include\":[{" + A + ",\"filter\":[{\"property\":\"code\",\"op\":\"regex\",\"value\":\"" + pattern + "\"}]}]}");
        Should.Throw<FhirException>(() => index.Content(index.Set("http://example.org/set/s")!)).Issues[0].Expression.ShouldBe("ValueSet.compose.include.filter.value");
    }

    [Fact]
    public void Of_several_versions_the_newest_counts_unless_one_is_named()
    {
        var index = Known.Index(
            Known.Set("{\"include\":[{" + A + ",\"concept\":[{\"code\":\"dog\"}]}]}", "v", ",\"version\":\"9.1\"").Replace("\"id\":\"v\"", "\"id\":\"v1\"", StringComparison.Ordinal),
            Known.Set("{\"include\":[{" + A + ",\"concept\":[{\"code\":\"whale\"}]}]}", "v", ",\"version\":\"10.0\""));
        index.InValueSet("http://example.org/set/v", null, "whale").ShouldBe(CodeVerdict.Yes);
        index.InValueSet("http://example.org/set/v|9.1", null, "dog").ShouldBe(CodeVerdict.Yes);
        index.InValueSet("http://example.org/set/v|9.1", null, "whale").ShouldBe(CodeVerdict.No);
        index.InValueSet("http://example.org/set/v|8", null, "dog").ShouldBe(CodeVerdict.Unknown);
        index.System("http://example.org/animals")!.Version.ShouldBe("2.0");
    }

    [Fact]
    public void Above_and_below_follow_the_tree()
    {
        var index = Known.Index();
        index.Below("http://example.org/animals", "dog")!.Order().ShouldBe(["basset", "dog"]);
        index.Above("urn:oid:1.2.3.4.5", "basset")!.Order().ShouldBe(["basset", "dog", "mammal"]);
        index.Below("http://loinc.org", "x").ShouldBeNull();
    }

    [Fact]
    public void A_tree_that_bites_its_tail_ends()
    {
        var index = Known.Index("""
            {"resourceType":"CodeSystem","id":"c","url":"http://example.org/c","status":"active","content":"complete","concept":[
              {"code":"a","property":[{"code":"parent","valueCode":"b"}]},{"code":"b","property":[{"code":"parent","valueCode":"a"}]}]}
            """);
        index.Below("http://example.org/c", "a")!.Order().ShouldBe(["a", "b"]);
    }

    [Fact]
    public void Case_counts_unless_the_system_says_it_does_not()
    {
        var index = Known.Index("""
            {"resourceType":"CodeSystem","id":"c","url":"http://example.org/c","status":"active","content":"complete","caseSensitive":false,"concept":[{"code":"mg/L"}]}
            """, Known.Set("""{"include":[{"system":"http://example.org/c"}]}"""));
        index.InSystem("http://example.org/c", "MG/l").ShouldBe(CodeVerdict.Yes);
        index.InValueSet("http://example.org/set/s", "http://example.org/c", "MG/L").ShouldBe(CodeVerdict.Yes);
        index.InSystem("http://example.org/animals", "DOG").ShouldBe(CodeVerdict.No);
    }

    [Fact]
    public void R4_is_known_without_anything_loaded()
    {
        TerminologyIndex.Empty.InValueSet("http://hl7.org/fhir/ValueSet/observation-status|4.0.1", "http://hl7.org/fhir/observation-status", "final").ShouldBe(CodeVerdict.Yes);
        TerminologyIndex.Empty.InValueSet("http://hl7.org/fhir/ValueSet/observation-status", null, "nope").ShouldBe(CodeVerdict.No);
        TerminologyIndex.Empty.Expand("http://hl7.org/fhir/ValueSet/administrative-gender")!.Count.ShouldBe(4);
        Known.Codes(With("""{"include":[{"valueSet":["http://hl7.org/fhir/ValueSet/administrative-gender"]}]}""")).ShouldBe(["female", "male", "other", "unknown"]);
    }

    static TerminologyIndex With(string compose) => Known.Index(
        Known.Set(compose),
        Known.Set("{\"include\":[{" + A + ",\"concept\":[{\"code\":\"dog\"},{\"code\":\"cat\"}]}]}", "pets", ",\"version\":\"1\""),
        Known.Set("{\"include\":[{" + A + ",\"filter\":[{\"property\":\"concept\",\"op\":\"is-a\",\"value\":\"dog\"}]}]}", "dogs"));
}
