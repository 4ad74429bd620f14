using System.Text;

namespace Socle.Fhir.Tests.Search;

public sealed class CustomSearchParamTests
{
    const string Eyes = """{"resourceType":"SearchParameter","url":"https://x/eyes","name":"eyes","status":"active","description":"d","code":"eyes","base":["Patient","Practitioner"],"type":"token","expression":"Patient.extension.where(url = 'https://x/eyes').value | Practitioner.extension.where(url='https://x/eyes').value"}""";

    [Fact]
    public void A_parameter_of_ones_own_is_indexed_and_found()
    {
        var number = 100_000;
        var made = CustomSearchParam.Read(Doc(Eyes), SearchParamSet.R4, _ => ++number);
        made.Select(param => (param.Type, param.Number, param.Code)).ShouldBe([("Patient", 100_001, "eyes"), ("Practitioner", 100_002, "eyes")]);
        made[0].Expression.ShouldNotContain("Practitioner");
        var set = SearchParamSet.With(made);
        using var doc = Doc("""{"resourceType":"Patient","extension":[{"url":"https://x/eyes","valueCoding":{"system":"urn:c","code":"bleu"}}]}""");
        var values = new List<IndexValue>();
        Indexer.Extract(doc, values, set);
        values.Count(value => value.Param == made[0]).ShouldBe(1);
        var env = new SearchEnvironment { Params = set };
        SearchQuery.Parse("Patient", "eyes=urn:c|bleu", strict: true, env).Matches(values, doc).ShouldBeTrue();
        SearchQuery.Parse("Patient", "eyes=urn:c|vert", strict: true, env).Matches(values, doc).ShouldBeFalse();
        Should.Throw<FhirException>(() => SearchQuery.Parse("Patient", "eyes=urn:c|bleu", strict: true));
        set.ByNumber(100_002).Type.ShouldBe("Practitioner");
        set.Find("Organization", "eyes").ShouldBeNull();
        set.Find("Patient", "family").ShouldBe(Definitions.SearchParam("Patient", "family"));
    }

    [Theory]
    [InlineData("Patient.extension.where(url = 'https://x/eyes').value", 0)]
    [InlineData("Patient.telecom.where(system = 'email' or system = 'fax').system | Patient.gender.where($this = 'male' or $this = 'female')", 1)]
    [InlineData("Patient.deceased.where($this = true or $this = false)", 1)]
    [InlineData("Patient.active.where($this = false).empty()", 1)]
    public void What_the_resource_does_not_have_is_looked_for_only_where_its_absence_says_something(string expression, int found)
    {
        var json = Eyes.Replace("\"expression\":\"" + Eyes.Split("\"expression\":\"")[1], $"\"expression\":\"{expression}\"}}", StringComparison.Ordinal).Replace(",\"Practitioner\"", "", StringComparison.Ordinal);
        var made = CustomSearchParam.Read(Doc(json), SearchParamSet.R4, _ => 100_001);
        using var doc = Doc("""{"resourceType":"Patient","gender":"female","deceasedBoolean":false}""");
        var values = new List<IndexValue>();
        Indexer.Extract(doc, values, SearchParamSet.With(made));
        values.Count(value => value.Param == made[0]).ShouldBe(found);
    }

    [Fact]
    public void A_composite_of_ones_own_needs_parameters_that_are_there()
    {
        const string Json = """{"resourceType":"SearchParameter","url":"https://x/c","name":"c","status":"active","description":"d","code":"who-status","base":["Observation"],"type":"composite","expression":"Observation","component":[{"definition":"http://hl7.org/fhir/SearchParameter/Observation-status","expression":"status"},{"definition":"http://hl7.org/fhir/SearchParameter/clinical-code","expression":"code"}]}""";
        var set = SearchParamSet.With(CustomSearchParam.Read(Doc(Json), SearchParamSet.R4, _ => 100_001));
        using var doc = Doc("""{"resourceType":"Observation","status":"final","code":{"coding":[{"code":"x"}]}}""");
        SearchQuery.Parse("Observation", "who-status=final$x", strict: true, new SearchEnvironment { Params = set }).Matches([], doc).ShouldBeTrue();
        SearchQuery.Parse("Observation", "who-status=final$y", strict: true, new SearchEnvironment { Params = set }).Matches([], doc).ShouldBeFalse();
        Refused(Json.Replace("clinical-code", "clinical-nothing", StringComparison.Ordinal)).ShouldContain("clinical-nothing");
    }

    [Theory]
    [InlineData("\"code\":\"eyes\"", "\"code\":\"family\"", "family")]
    [InlineData("\"code\":\"eyes\"", "\"code\":\"_eyes\"", "code")]
    [InlineData("\"code\":\"eyes\"", "\"code\":\"ey.es\"", "code")]
    [InlineData("\"type\":\"token\"", "\"type\":\"special\"", "type")]
    [InlineData("\"Practitioner\"]", "\"Practitionner\"]", "Practitionner")]
    [InlineData(".value |", ".value( |", "FHIRPath")]
    [InlineData("Patient.extension.where(url = 'https://x/eyes').value", "Patient.nonsense", "nonsense")]
    [InlineData("Patient.extension.where(url = 'https://x/eyes').value", "Patient.name", "HumanName")]
    [InlineData("Patient.extension.where(url = 'https://x/eyes').value |", "", "Patient")]
    public void An_invalid_one_is_refused_with_its_reason(string instead, string of, string told)
    {
        Eyes.ShouldContain(instead);
        Refused(Eyes.Replace(instead, of, StringComparison.Ordinal)).ShouldContain(told);
    }

    static string Refused(string json) => string.Join(' ',
        Should.Throw<FhirException>(() => CustomSearchParam.Read(Doc(json), SearchParamSet.R4, _ => 100_001)).Issues.Select(issue => issue.Diagnostics));

    static FhirDocument Doc(string json) => FhirDocument.Parse(Encoding.UTF8.GetBytes(json));
}
