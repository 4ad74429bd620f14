using System.Text;
using Xunit.Abstractions;

namespace Socle.Fhir.Tests.Search;

public sealed class IndexerTests(ITestOutputHelper output)
{
    [Fact]
    public void Every_search_parameter_of_every_type_compiles()
    {
        foreach (var type in Definitions.ResourceTypes)
        {
            foreach (var param in Definitions.SearchParams(type)) param.Path.ShouldNotBeNull();
            foreach (var component in Definitions.SearchParams(type).SelectMany(p => p.Components))
                FhirPath.Compile(component.Expression).ShouldNotBeNull();
        }
    }

    [Fact]
    public void Almost_all_parameters_are_plans()
    {
        var general = Definitions.ResourceTypes.SelectMany(t =>
            IndexPlan.Of(t).General.Select(g => $"{t} {g.Param.Code}: {g.Path}")).ToList();
        output.WriteLine(string.Join('\n', general));
        general.Count.ShouldBeLessThan(60);
    }

    public static TheoryData<string> Folders => ["fhir-r4-examples", "mhd", "eprescription", "synthea"];

    [Theory, MemberData(nameof(Folders))]
    public void Plans_find_what_the_expressions_find(string folder)
    {
        if (!SharedData.Exists(folder)) return;
        var (resources, values) = (0, 0);
        foreach (var file in Directory.EnumerateFiles(SharedData.At(folder), "*.json",
            SearchOption.AllDirectories).Order(StringComparer.Ordinal).Take(120))
        {
            foreach (var doc in Resources(file))
            {
                using var _ = doc;
                var found = new List<IndexValue>();
                Indexer.Extract(doc, found);
                var (mine, theirs) = (Told(found).ToList(), Told(ByExpression(doc)).ToList());
                mine.Except(theirs).ShouldBeEmpty(file);
                theirs.Except(mine).ShouldBeEmpty(file);
                (resources, values) = (resources + 1, values + found.Count);
            }
        }
        resources.ShouldBeGreaterThan(10);
        Console.WriteLine($"{folder}: {resources} resources, {values} index values");
    }

    // An identifier without a literal may be of any type: the plan takes it, where(resolve() is …) does not.
    static IEnumerable<string> Told(IEnumerable<IndexValue> values) =>
        values.Where(v => v.Kind == v.Param.Kind || !v.Param.Expression.Contains("resolve()",
            StringComparison.Ordinal)).Select(v =>
            $"{v.Param.Number} {v.Aspect} {v.Kind} {v with { LowNumber = v.LowNumber / 1.0000000000m, HighNumber = v.HighNumber / 1.0000000000m }} {v.Normal}").Distinct().Order(StringComparer.Ordinal);

    static List<IndexValue> ByExpression(FhirDocument doc)
    {
        var values = new List<IndexValue>();
        foreach (var param in Definitions.SearchParams(doc.ResourceType))
        {
            if (param.Kind is SearchKind.Composite or SearchKind.Special) continue;
            foreach (var item in param.Path.Evaluate(doc.Root))
            {
                var at = values.Count;
                IndexConverter.Convert(item, param, values);
                for (; at < values.Count; at++)
                    if (values[at].Aspect == IndexAspect.Code) values[at] = values[at] with { System = Implied(doc, param, values[at]) };
            }
        }
        return values;
    }

    static string? Implied(FhirDocument doc, SearchParam param, IndexValue value)
    {
        var found = new List<IndexValue>();
        Indexer.Extract(doc, found);
        return found.Find(v => ReferenceEquals(v.Param, param) && v.Code == value.Code && v.Aspect == IndexAspect.Code).System;
    }

    /// <summary>The resource of a file and, of a bundle, its entries; malformed samples are left out.</summary>
    internal static IEnumerable<FhirDocument> Resources(string file)
    {
        if (!FhirDocument.TryParse(File.ReadAllBytes(file), out var doc, out _)) yield break;
        var entries = doc.ResourceType == "Bundle"
            ? doc.Root.All("entry").Select(e => e["resource"]).Where(r => r.Exists).Select(r => r.Raw.ToArray()).Take(60).ToList()
            : [];
        yield return doc;
        foreach (var entry in entries)
            if (FhirDocument.TryParse(entry, out var inner, out _)) yield return inner;
    }

    [Theory]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"718-7","display":"Hb"}],"text":"Hémoglobine"}}""",
        "code", "http://loinc.org|718-7 Hb", "TextOnly | Hémoglobine")]
    [InlineData("""{"resourceType":"Patient","gender":"female"}""", "gender", "Code http://hl7.org/fhir/administrative-gender|female ")]
    [InlineData("""{"resourceType":"Patient","active":true}""", "active", "|true ")]
    [InlineData("""{"resourceType":"Patient","deceasedBoolean":true}""", "deceased", "|true ")]
    [InlineData("""{"resourceType":"Patient","deceasedDateTime":"2020"}""", "deceased", "|true ")]
    [InlineData("""{"resourceType":"Patient","telecom":[{"system":"phone","value":"01"},{"system":"email","value":"a@b"}]}""", "email", "email|a@b ")]
    [InlineData("""{"resourceType":"Patient","identifier":[{"type":{"coding":[{"system":"s","code":"INS-NIR"}]},"system":"urn:x","value":"1"}]}""",
        "identifier", "urn:x|1 ", "OfType s|INS-NIR 1")]
    [InlineData("""{"resourceType":"Patient","name":[{"family":"Lefèvre","given":["Zoé","Anne"],"use":"official"}]}""",
        "name", "| Lefèvre", "| Zoé", "| Anne")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"https://h/fhir/Patient/9/_history/2"}}""",
        "patient", "Patient|9 https://h/fhir/Patient/9")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Group/9"}}""", "patient")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"identifier":{"system":"urn:x","value":"7"}}}""",
        "patient", "urn:x|7 ")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"type":"Group","identifier":{"system":"urn:x","value":"7"}}}""", "patient")]
    [InlineData("""{"resourceType":"Patient","generalPractitioner":[{"reference":"#p"}],"contained":[{"resourceType":"Practitioner","id":"p"}]}""", "general-practitioner", "| ")]
    public void Values_of_a_parameter(string json, string code, params string[] expected)
    {
        using var doc = FhirDocument.Parse(Encoding.UTF8.GetBytes(json));
        var values = new List<IndexValue>();
        Indexer.Extract(doc, values);
        values.Where(v => v.Param.Code == code)
            .Select(v => $"{(v.Aspect == IndexAspect.Plain ? "" : v.Aspect + " ")}{v.System}|{v.Code} {v.Text}").ShouldBe(expected);
    }

    [Theory]
    [InlineData("\"birthDate\":\"1980\"", "birthdate", "1980-01-01T00:00:00Z", "1981-01-01T00:00:00Z")]
    [InlineData("\"birthDate\":\"1980-12\"", "birthdate", "1980-12-01T00:00:00Z", "1981-01-01T00:00:00Z")]
    [InlineData("\"birthDate\":\"2000-02-29\"", "birthdate", "2000-02-29T00:00:00Z", "2000-03-01T00:00:00Z")]
    [InlineData("\"deceasedDateTime\":\"2020-01-01T01:00:00+02:00\"", "death-date", "2019-12-31T23:00:00Z", "2019-12-31T23:00:01Z")]
    [InlineData("\"deceasedDateTime\":\"2020-01-01T01:00:00.25Z\"", "death-date", "2020-01-01T01:00:00.25Z", "2020-01-01T01:00:00.26Z")]
    public void A_date_is_a_range_by_its_precision(string property, string code, string low, string high)
    {
        using var doc = FhirDocument.Parse(Encoding.UTF8.GetBytes($$"""{"resourceType":"Patient",{{property}}}"""));
        var values = new List<IndexValue>();
        Indexer.Extract(doc, values);
        var value = values.Single(v => v.Param.Code == code);
        (Moment(value.Low), Moment(value.High)).ShouldBe((DateTimeOffset.Parse(low, null), DateTimeOffset.Parse(high, null)));
    }

    static DateTimeOffset Moment(long micros) => DateTimeOffset.UnixEpoch.AddTicks(micros * 10);
}
