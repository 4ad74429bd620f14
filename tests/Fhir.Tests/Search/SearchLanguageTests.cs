using System.Text;

namespace Socle.Fhir.Tests.Search;

/// <summary>What goes beyond one parameter and its value: _filter, terminology, units, near, words, custom parameters.</summary>
public sealed class SearchLanguageTests
{
    static readonly SearchEnvironment Env = new() { Terminology = new Colours(), Now = new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero), BaseUrl = "https://socle.example/fhir/" };

    static readonly Dictionary<string, string> Resources = new()
    {
        ["anne"] = """{"resourceType":"Patient","id":"anne","gender":"female","birthDate":"1980-02-29","active":true,"name":[{"family":"Lefèvre","given":["Anne"]}],"address":[{"city":"Saint-Étienne"}],"identifier":[{"system":"urn:c","value":"cramoisi"}],"link":[{"other":{"reference":"Patient/paul"},"type":"seealso"}],"text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>Suivie pour <b>hyper</b>tension&#160;art&#233;rielle</p><!-- secret --></div>"}}""",
        ["paul"] = """{"resourceType":"Patient","id":"paul","gender":"male","birthDate":"1950","name":[{"family":"Sœur","given":["Paul"]}],"identifier":[{"system":"urn:c","value":"azur"}]}""",
        ["mass"] = """{"resourceType":"Observation","id":"mass","status":"final","code":{"coding":[{"system":"urn:c","code":"rouge"}]},"subject":{"reference":"Patient/anne"},"effectivePeriod":{"start":"2026-01-01","end":"2026-01-10"},"valueQuantity":{"value":54,"system":"http://unitsofmeasure.org","code":"g/L","unit":"g/L"}}""",
        ["mole"] = """{"resourceType":"Observation","id":"mole","status":"final","code":{"coding":[{"system":"urn:c","code":"cramoisi"}]},"valueQuantity":{"value":5.5,"system":"http://unitsofmeasure.org","code":"mmol/L","unit":"mmol/L"}}""",
        ["blue"] = """{"resourceType":"Observation","id":"blue","status":"amended","code":{"coding":[{"system":"urn:c","code":"bleu"}],"text":"ciel"}}""",
        ["lyon"] = """{"resourceType":"Location","id":"lyon","name":"Hôpital de Lyon","position":{"longitude":4.8357,"latitude":45.7640}}""",
        ["nowhere"] = """{"resourceType":"Location","id":"nowhere","name":"Ici"}""",
        ["r104"] = """{"resourceType":"RiskAssessment","id":"r104","status":"final","subject":{"reference":"Patient/paul"},"prediction":[{"probabilityDecimal":104}]}""",
        ["r0"] = """{"resourceType":"RiskAssessment","id":"r0","status":"final","subject":{"reference":"Patient/paul"},"prediction":[{"probabilityDecimal":0.0054}]}""",
        ["ecg"] = """{"resourceType":"Observation","id":"ecg","status":"amended","code":{"coding":[{"system":"urn:c","code":"vert"}]},"valueSampledData":{"origin":{"value":10,"unit":"mV"},"factor":2,"period":1,"dimensions":1,"data":"-3 E 1.5 4"}}""",
        ["visit"] = """{"resourceType":"Encounter","id":"visit","status":"finished","class":{"code":"AMB"},"location":[{"location":{"reference":"Location/ward"}}]}""",
        ["plan"] = """{"resourceType":"PlanDefinition","id":"plan","status":"active","library":["http://lib|1.2.3"]}""",
    };

    /// <summary>rouge stands over cramoisi; bleu stands alone.</summary>
    sealed class Colours : ITerminology
    {
        public CodeVerdict InValueSet(string valueSet, string? system, string code) => valueSet switch
        {
            "urn:vs:warm" => system is null or "urn:c" && code is "rouge" or "cramoisi" ? CodeVerdict.Yes : CodeVerdict.No,
            "urn:vs:huge" => system == "urn:c" && code == "bleu" ? CodeVerdict.Yes : CodeVerdict.No,
            _ => CodeVerdict.Unknown,
        };

        public CodeVerdict InSystem(string system, string code) => CodeVerdict.Unknown;
        public IReadOnlyCollection<string>? Below(string system, string code) => system != "urn:c" ? null : code == "rouge" ? ["rouge", "cramoisi"] : [code];
        public IReadOnlyCollection<string>? Above(string system, string code) => system != "urn:c" ? null : code == "cramoisi" ? ["rouge", "cramoisi"] : [code];
        public IReadOnlyCollection<(string System, string Code)>? Expand(string valueSet) =>
            valueSet == "urn:vs:warm" ? [("urn:c", "rouge"), ("urn:c", "cramoisi")] : null;
    }

    [Theory]
    // terminology
    [InlineData("Observation?code:in=urn:vs:warm", "mass mole")]
    [InlineData("Observation?code:not-in=urn:vs:warm", "blue ecg")]
    [InlineData("Observation?code:in=urn:vs:huge", "blue")]
    [InlineData("Observation?code:not-in=urn:vs:huge", "ecg mass mole")]
    [InlineData("Observation?code:below=urn:c|rouge", "mass mole")]
    [InlineData("Observation?code:below=urn:c|cramoisi", "mole")]
    [InlineData("Observation?code:above=urn:c|cramoisi", "mass mole")]
    [InlineData("Patient?identifier:in=urn:vs:warm", "anne")]
    // units
    [InlineData("Observation?value-quantity=5.4|http://unitsofmeasure.org|g/dL", "mass")]
    [InlineData("Observation?value-quantity=gt5000|http://unitsofmeasure.org|mg/dL", "mass")]
    [InlineData("Observation?value-quantity=gt5400|http://unitsofmeasure.org|mg/dL", "")]
    [InlineData("Observation?value-quantity=ge5400|http://unitsofmeasure.org|mg/dL", "mass")]
    [InlineData("Observation?value-quantity=5500|http://unitsofmeasure.org|umol/L", "mole")]
    [InlineData("Observation?value-quantity=5.5||mmol/L", "mole")]
    [InlineData("Observation?value-quantity=5500||umol/L", "")]
    [InlineData("Observation?value-quantity=ap50|http://unitsofmeasure.org|g/L", "mass")]
    [InlineData("Observation?value-quantity=ne54|http://unitsofmeasure.org|g/L", "")]
    // near
    [InlineData("Location?near=45.75|4.85|10|km", "lyon")]
    [InlineData("Location?near=45.75|4.85|10", "lyon")]
    [InlineData("Location?near=45.75|4.85", "lyon")]
    [InlineData("Location?near=45.75|4.85|10|m", "")]
    [InlineData("Location?near=48.85|2.35|100|km,45.76|4.83|5|km", "lyon")]
    [InlineData("Location?near=48.85|2.35|500000|m", "lyon")]
    [InlineData("Location?near=48.85|2.35|300|[mi_i]", "lyon")]
    [InlineData("Location?near:missing=true", "nowhere")]
    // words
    [InlineData("Patient?_text=ARTERIELLE", "anne")]
    [InlineData("Patient?_text=hypertension", "")]
    [InlineData("Patient?_text=tension hyper", "anne")]
    [InlineData("Patient?_text=secret", "")]
    [InlineData("Patient?_content=anne suivie", "anne")]
    [InlineData("Patient?_content=soeur,étienne", "anne paul")]
    [InlineData("Patient?_content=lef", "")]
    // names
    [InlineData("Patient?family=soeur", "paul")]
    [InlineData("Patient?family=SŒUR", "paul")]
    [InlineData("Patient?address-city=saint etienne", "anne")]
    // own base, versions
    [InlineData("Observation?subject=https://socle.example/fhir/Patient/anne", "mass")]
    [InlineData("Observation?subject=https://other.example/fhir/Patient/anne", "")]
    [InlineData("Observation?subject=Patient/anne/_history/3", "mass")]
    [InlineData("PlanDefinition?depends-on:below=http://lib|1", "plan")]
    [InlineData("PlanDefinition?depends-on:below=http://lib|1.2.4", "")]
    [InlineData("PlanDefinition?depends-on:above=http://lib|1.2.3.4", "plan")]
    // missing
    [InlineData("Observation?code-value-quantity:missing=true", "blue ecg")]
    [InlineData("Observation?code-value-quantity:missing=false", "mass mole")]
    // _filter
    [InlineData("Patient?_filter=name co \"ef\"", "anne")]
    [InlineData("Patient?_filter=name eq \"lefevre\"", "anne")]
    [InlineData("Patient?_filter=family eq \"lefev\"", "")]
    [InlineData("Patient?_filter=family sw lefev", "anne")]
    [InlineData("Patient?_filter=family ew vre", "anne")]
    [InlineData("Patient?_filter=family gt \"m\"", "paul")]
    [InlineData("Patient?_filter=given eq anne and birthdate ge 1980-01-01", "anne")]
    [InlineData("Patient?_filter=given eq nobody or gender eq male", "paul")]
    [InlineData("Patient?_filter=gender eq male or gender eq female and given eq anne", "anne")]
    [InlineData("Patient?_filter=given eq anne and gender eq male or gender eq female", "anne")]
    [InlineData("Patient?_filter=gender eq male or (gender eq female and given eq anne)", "anne paul")]
    [InlineData("Patient?_filter=given eq nobody and gender eq male or gender eq male or gender eq female and active eq true", "anne")]
    [InlineData("Observation?_filter=code ni urn:vs:warm", "blue ecg")]
    // what R4 writes of significant digits
    [InlineData("RiskAssessment?probability=100", "")]
    [InlineData("RiskAssessment?probability=1e2", "r104")]
    [InlineData("RiskAssessment?probability=1.0e2", "r104")]
    [InlineData("RiskAssessment?probability=1.04e2", "r104")]
    [InlineData("RiskAssessment?probability=ne1e2", "r0")]
    [InlineData("RiskAssessment?probability=5.40e-3", "r0")]
    [InlineData("RiskAssessment?probability=5.41e-3", "")]
    [InlineData("RiskAssessment?probability=5e-3", "")]
    [InlineData("RiskAssessment?probability=5.4e-3", "r0")]
    [InlineData("RiskAssessment?probability=0", "r0")]
    // the bounds of sampled data: 2 × (-3 … 4) + 10
    [InlineData("Observation?value-quantity=sa3.9||mV", "ecg")]
    [InlineData("Observation?value-quantity=sa4||mV", "")]
    [InlineData("Observation?value-quantity=eb18.1||mV", "ecg")]
    [InlineData("Observation?value-quantity=gt18||mV", "")]
    [InlineData("Observation?value-quantity=gt17||mV", "ecg")]
    // a tree that only a store can follow: possible
    [InlineData("Encounter?location:below=Location/hospital", "visit")]
    [InlineData("Patient?_filter=(gender eq male or gender eq female) and given eq anne", "anne")]
    [InlineData("Patient?_filter=not (gender eq male)", "anne")]
    [InlineData("Patient?_filter=gender ne male", "anne")]
    [InlineData("Patient?_filter=active pr true", "anne")]
    [InlineData("Patient?_filter=active pr false", "paul")]
    [InlineData("Patient?_filter=link re Patient/paul", "anne")]
    [InlineData("Observation?_filter=date po 2026-01-05", "mass")]
    [InlineData("Observation?_filter=date eq 2026-01", "mass")]
    [InlineData("Observation?_filter=code in urn:vs:warm", "mass mole")]
    [InlineData("Observation?_filter=code ss urn:c|rouge", "mass mole")]
    [InlineData("Observation?_filter=code sb urn:c|rouge", "mass")]
    [InlineData("Observation?_filter=value-quantity gt 6|http://unitsofmeasure.org|mmol/L", "")]
    [InlineData("Observation?_filter=value-quantity gt 5|http://unitsofmeasure.org|mmol/L", "mole")]
    [InlineData("Patient?_filter=family eq \"Lef\\u00e8vre\"", "anne")]
    public void A_search_finds(string query, string expected)
    {
        var parsed = Parse(query);
        Found(parsed).ShouldBe(expected);
        var again = SearchQuery.Parse(parsed.ResourceType, parsed.Canonical(), strict: true, Env);
        (again.Canonical(), Found(again)).ShouldBe((parsed.Canonical(), expected));
    }

    [Theory]
    [InlineData("Observation?code:in=urn:vs:unknown", "code")]
    [InlineData("Observation?code:below=rouge", "code")]
    [InlineData("Observation?code:below=urn:other|x", "code")]
    [InlineData("Observation?date:in=urn:vs:warm", "date")]
    [InlineData("Observation?device:below=Device/1", "device")]
    [InlineData("Patient?family=%20", "family")]
    [InlineData("Patient?_list=$current-problems", "$current-problems")]
    [InlineData("Patient?_contained=both", "_contained")]
    [InlineData("Location?near=91|0", "near")]
    [InlineData("Location?near=1|2|3|mmol", "near")]
    [InlineData("Patient?_text=...", "_text")]
    [InlineData("Patient?_filter=name", "_filter")]
    [InlineData("Patient?_filter=name co", "_filter")]
    [InlineData("Patient?_filter=name xx a", "_filter")]
    [InlineData("Patient?_filter=nothing eq a", "nothing")]
    [InlineData("Patient?_filter=birthdate co 19", "birthdate")]
    [InlineData("Patient?_filter=(name co a", "_filter")]
    [InlineData("Patient?_filter=name co \"a", "_filter")]
    [InlineData("Patient?_filter=name co a name co b", "_filter")]
    [InlineData("Patient?_filter=organization.nothing eq a", "organization")]
    [InlineData("Provenance?target.subject.subject.subject.name=a", "target")]
    [InlineData("Patient?_has:Observation:patient:_has:Provenance:target:_has:AuditEvent:entity:_has:Provenance:target:recorded=2020", "_has")]
    public void A_wrong_search_is_refused_by_name(string query, string name) =>
        Should.Throw<FhirException>(() => Parse(query, strict: false)).Message.ShouldContain(name);

    [Fact]
    public void Chains_and_has_nest()
    {
        var chain = (SearchClause)Parse("Observation?subject:Patient._has:Encounter:subject:service-provider.name=x").Criteria[0];
        var has = (ReverseChain)chain.Chain!.Inner;
        (has.ResourceType, has.Param.Code).ShouldBe(("Encounter", "subject"));
        ((SearchClause)((SearchClause)has.Inner).Chain!.Inner).Param.Code.ShouldBe("name");

        var filtered = Parse("Observation?_filter=subject:Patient[active eq true].organization.name co \"a\" and status eq final").Filters[0];
        var both = (SearchGroup)filtered.Parts[0];
        ((SearchGroup)((SearchClause)both.Parts[0]).Chain!.Inner).Parts.Count.ShouldBe(2);
        filtered.IsLocal.ShouldBeFalse();
        filtered.Leaves.Count().ShouldBe(2);

        var nested = (ReverseChain)Parse("Patient?_has:Observation:patient:_has:Provenance:target:recorded=ge2020").Has[0].Inner;
        nested.Param.Code.ShouldBe("target");
    }

    [Fact]
    public void A_search_of_the_whole_system_is_one_per_type()
    {
        var queries = SearchQuery.ParseSystem([new("_type", "Patient,Practitioner"), new("family", "x"), new("_lastUpdated", "ge2026")], strict: true, Env);
        queries.Select(query => (query.ResourceType, query.Criteria.Count)).ShouldBe([("Patient", 2), ("Practitioner", 2)]);
        SearchQuery.ParseSystem([new("_id", "x")], strict: true).Single().ResourceType.ShouldBe(SearchQuery.AnyType);
        Should.Throw<FhirException>(() => SearchQuery.ParseSystem([new("_type", "Patient,Observation"), new("family", "x")], strict: true));
        Should.Throw<FhirException>(() => SearchQuery.ParseSystem([new("_type", "Nothing")], strict: true));
    }

    [Fact]
    public void A_list_and_a_tree_are_left_to_the_store()
    {
        var query = Parse("Encounter?_list=42&location:below=42&_sort=-_id");
        (query.Clauses[0].Param, query.Clauses[0].Values[0].Code, query.Clauses[0].IsLocal).ShouldBe((SearchParam.List, "42", false));
        query.Clauses[1].IsLocal.ShouldBeFalse();
        query.Canonical().ShouldContain("location:below=42");
    }

    [Fact]
    public void Matches_are_not_ranked_and_nobody_says_that_they_are()
    {
        Parse("Patient?gender=male&_sort=_score,-_id", strict: false).Unknown.ShouldBe(["_sort=_score"]);
        Should.Throw<FhirException>(() => Parse("Patient?gender=male&_sort=_score")).Message.ShouldContain("_score");
    }

    static SearchQuery Parse(string query, bool strict = true)
    {
        var mark = query.IndexOf('?', StringComparison.Ordinal);
        var equal = query.IndexOf('=', mark);
        return SearchQuery.Parse(query[..mark], query[mark..].Contains('&', StringComparison.Ordinal)
            ? SearchQuery.Pairs(query[(mark + 1)..]) : [new(query[(mark + 1)..equal], query[(equal + 1)..].Replace("%20", " ", StringComparison.Ordinal))], strict, Env);
    }

    static string Found(SearchQuery query)
    {
        var found = new List<string>();
        foreach (var (name, json) in Resources)
        {
            using var doc = FhirDocument.Parse(Encoding.UTF8.GetBytes(json));
            var values = new List<IndexValue>();
            Indexer.Extract(doc, values);
            if (query.Matches(values, doc)) found.Add(name);
        }
        return string.Join(' ', found.Order(StringComparer.Ordinal));
    }
}
