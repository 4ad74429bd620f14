using System.Text;

namespace Socle.Fhir.Tests.Search;

/// <summary>Each line: a query, the people or observations it finds.</summary>
public sealed class SearchTests
{
    static readonly Dictionary<string, string> Resources = new()
    {
        ["anne"] = """{"resourceType":"Patient","id":"anne","meta":{"lastUpdated":"2026-01-10T08:00:00.123Z","profile":["https://p/fr-patient"],"tag":[{"system":"t","code":"x"}],"source":"urn:lab"},"active":true,"gender":"female","birthDate":"1980-02-29","name":[{"use":"official","family":"Lefèvre-Dumoulin","given":["Anne","Zoé"],"prefix":["Mme"]}],"identifier":[{"type":{"coding":[{"system":"cs","code":"INS-NIR"}],"text":"Matricule"},"system":"urn:oid:1.2.250.1.213.1.4.10","value":"279035121518989"},{"system":"ipp,a|b","value":"12$3"}],"telecom":[{"system":"phone","value":"0102"},{"system":"email","value":"anne@example.org"}],"address":[{"line":["3 rue de l’Église"],"city":"Saint-Étienne","postalCode":"42000"}],"managingOrganization":{"reference":"Organization/o1"},"generalPractitioner":[{"reference":"Practitioner/p1"},{"identifier":{"system":"rpps","value":"10000023084"}}]}""",
        ["paul"] = """{"resourceType":"Patient","id":"paul","meta":{"lastUpdated":"2026-02-01T00:00:00Z"},"active":false,"gender":"male","birthDate":"1980","name":[{"family":"LEFEVRE","given":["Paul"]}],"identifier":[{"system":"urn:oid:1.2.250.1.213.1.4.10","value":"1"}],"deceasedDateTime":"2024-05-06T10:00:00+02:00","managingOrganization":{"reference":"https://other.example/fhir/Organization/o1"}}""",
        ["noname"] = """{"resourceType":"Patient","id":"noname","birthDate":"1979-12"}""",
        ["hb"] = """{"resourceType":"Observation","id":"hb","status":"final","category":[{"coding":[{"system":"cat","code":"laboratory"}]}],"code":{"coding":[{"system":"http://loinc.org","code":"718-7","display":"Hémoglobine [Masse/Volume]"},{"system":"local","code":"HB"}]},"subject":{"reference":"Patient/anne"},"effectiveDateTime":"2026-03-01T07:30:00+01:00","valueQuantity":{"value":5.40,"unit":"g/dl","system":"http://unitsofmeasure.org","code":"g/dL"}}""",
        ["stay"] = """{"resourceType":"Observation","id":"stay","status":"amended","code":{"text":"Durée de séjour"},"subject":{"reference":"Group/g"},"effectivePeriod":{"start":"2026-03-01","end":"2026-03-05"},"valueString":"Cinq jours","component":[{"code":{"coding":[{"system":"http://loinc.org","code":"8480-6"}]},"valueQuantity":{"value":120,"system":"http://unitsofmeasure.org","code":"mm[Hg]"}},{"code":{"coding":[{"system":"http://loinc.org","code":"8462-4"}]},"valueQuantity":{"value":80,"system":"http://unitsofmeasure.org","code":"mm[Hg]"}}]}""",
        ["open"] = """{"resourceType":"Observation","id":"open","status":"preliminary","code":{"coding":[{"system":"http://loinc.org","code":"718-7"}]},"subject":{"reference":"Patient/paul"},"effectivePeriod":{"start":"2026-04-01T00:00:00Z"},"valueQuantity":{"value":100,"comparator":">","unit":"mg"}}""",
        ["vs1"] = """{"resourceType":"ValueSet","id":"vs1","status":"active","url":"http://acme.org/fhir/ValueSet/123"}""",
        ["vs2"] = """{"resourceType":"ValueSet","id":"vs2","status":"active","url":"http://acme.org/fhir/ValueSet/123/_history/5"}""",
        ["risk"] = """{"resourceType":"RiskAssessment","id":"risk","status":"final","subject":{"reference":"Patient/anne"},"prediction":[{"probabilityDecimal":0.8}]}""",
        ["plan"] = """{"resourceType":"PlanDefinition","id":"plan","status":"active","library":["http://lib|1.0"]}""",
        ["doc"] = """{"resourceType":"DocumentReference","id":"doc","status":"current","content":[{"attachment":{"contentType":"application/pdf","url":"Binary/1"}}],"relatesTo":[{"code":"replaces","target":{"reference":"DocumentReference/old"}}]}""",
    };

    static readonly Dictionary<string, (FhirDocument Doc, List<IndexValue> Values)> Indexed = Resources.ToDictionary(p => p.Key, p =>
    {
        var doc = FhirDocument.Parse(Encoding.UTF8.GetBytes(p.Value));
        var values = new List<IndexValue>();
        Indexer.Extract(doc, values);
        return (doc, values);
    });

    [Theory]
    // tokens
    [InlineData("Patient?gender=female", "anne")]
    [InlineData("Patient?gender=female,male", "anne paul")]
    [InlineData("Patient?gender:not=female", "noname paul")]
    [InlineData("Patient?gender=http://hl7.org/fhir/administrative-gender|male", "paul")]
    [InlineData("Patient?gender=|male", "paul")]
    [InlineData("Patient?gender=other-system|male", "")]
    [InlineData("Patient?gender:missing=true", "noname")]
    [InlineData("Patient?gender:missing=false", "anne paul")]
    [InlineData("Patient?active=true", "anne")]
    [InlineData("Patient?deceased=true", "paul")]
    [InlineData("Patient?identifier=urn:oid:1.2.250.1.213.1.4.10|279035121518989", "anne")]
    [InlineData("Patient?identifier=279035121518989", "anne")]
    [InlineData("Patient?identifier=urn:oid:1.2.250.1.213.1.4.10|", "anne paul")]
    [InlineData("Patient?identifier=|279035121518989", "")]
    [InlineData("Patient?identifier=ipp\\,a\\|b|12\\$3", "anne")]
    [InlineData("Patient?identifier:of-type=cs|INS-NIR|279035121518989", "anne")]
    [InlineData("Patient?identifier:of-type=cs|OTHER|279035121518989", "")]
    [InlineData("Patient?identifier=INS-NIR", "")]
    [InlineData("Patient?identifier:text=matricule", "anne")]
    [InlineData("Patient?email=anne@example.org", "anne")]
    [InlineData("Patient?phone=anne@example.org", "")]
    [InlineData("Patient?telecom=0102", "anne")]
    [InlineData("Patient?_id=anne,paul", "anne paul")]
    [InlineData("Patient?_tag=t|x", "anne")]
    [InlineData("Observation?code=718-7", "hb open")]
    [InlineData("Observation?code=http://loinc.org|718-7", "hb open")]
    [InlineData("Observation?code=local|718-7", "")]
    [InlineData("Observation?code=local|HB", "hb")]
    [InlineData("Observation?code:text=hemoglobine", "hb")]
    [InlineData("Observation?code:text=sejour", "stay")]
    [InlineData("Observation?code=Durée de séjour", "")]
    [InlineData("Observation?code:not=http://loinc.org|718-7", "stay")]
    [InlineData("Observation?combo-code=8480-6", "stay")]
    [InlineData("Observation?status=final&code=718-7", "hb")]
    // strings
    [InlineData("Patient?family=lefevre", "anne paul")]
    [InlineData("Patient?family=LEFÈVRE DUMOULIN", "anne")]
    [InlineData("Patient?family=dumoulin", "")]
    [InlineData("Patient?family:contains=dumou", "anne")]
    [InlineData("Patient?family:exact=LEFEVRE", "paul")]
    [InlineData("Patient?family:exact=Lefevre", "")]
    [InlineData("Patient?given=zoe", "anne")]
    [InlineData("Patient?name=mme", "anne")]
    [InlineData("Patient?name=anne,paul", "anne paul")]
    [InlineData("Patient?name=lef&given=paul", "paul")]
    [InlineData("Patient?address=saint etienne", "anne")]
    [InlineData("Patient?address-city=SAINT-ETIENNE", "anne")]
    [InlineData("Patient?address:contains=eglise", "anne")]
    [InlineData("Patient?address-postalcode=42", "anne")]
    [InlineData("Observation?value-string=cinq", "stay")]
    // dates
    [InlineData("Patient?birthdate=1980", "anne paul")]
    [InlineData("Patient?birthdate=1980-02", "anne")]
    [InlineData("Patient?birthdate=1980-02-29", "anne")]
    [InlineData("Patient?birthdate=ne1980-02-29", "noname paul")]
    [InlineData("Patient?birthdate=lt1980", "noname")]
    [InlineData("Patient?birthdate=le1980", "anne noname paul")]
    [InlineData("Patient?birthdate=ge1980-02", "anne paul")]
    [InlineData("Patient?birthdate=gt1980-02-29", "paul")]
    [InlineData("Patient?birthdate=sa1980-01", "anne")]
    [InlineData("Patient?birthdate=eb1980-02", "noname")]
    [InlineData("Patient?birthdate=ap1980-02-29", "anne paul")]
    [InlineData("Patient?birthdate=ge1979&birthdate=lt1980", "noname")]
    [InlineData("Patient?death-date=2024-05-06T08:00:00Z", "paul")]
    [InlineData("Patient?_lastUpdated=gt2026-01-31", "paul")]
    [InlineData("Patient?_lastUpdated=2026-01-10", "anne")]
    [InlineData("Patient?_lastUpdated=2026-01-10T08:00:00.123Z", "anne")]
    [InlineData("Observation?date=2026-03-01", "hb")]
    [InlineData("Observation?date=2026-03-01T06:30:00Z", "hb")]
    [InlineData("Observation?date=2026-03", "hb stay")]
    [InlineData("Observation?date=ge2026-03-04", "open stay")]
    [InlineData("Observation?date=sa2026-03-31", "open")]
    [InlineData("Observation?date=gt2030", "open")]
    [InlineData("Observation?date=eb2026-03-02", "hb")]
    [InlineData("Observation?date=2026-03-01T07:30:00+01:00", "hb")]
    // numbers and quantities
    [InlineData("RiskAssessment?probability=0.8", "risk")]
    [InlineData("RiskAssessment?probability=0.80", "risk")]
    [InlineData("RiskAssessment?probability=0.9", "")]
    [InlineData("RiskAssessment?probability=gt0.8", "")]
    [InlineData("RiskAssessment?probability=ge0.8", "risk")]
    [InlineData("RiskAssessment?probability=ap0.85", "risk")]
    [InlineData("RiskAssessment?probability=8e-1", "risk")]
    [InlineData("Observation?value-quantity=5.4", "hb")]
    [InlineData("Observation?value-quantity=5.4|http://unitsofmeasure.org|g/dL", "hb")]
    [InlineData("Observation?value-quantity=5.4||g/dL", "hb")]
    [InlineData("Observation?value-quantity=5.4||g/dl", "hb")]
    [InlineData("Observation?value-quantity=5.4|http://unitsofmeasure.org|mg", "")]
    [InlineData("Observation?value-quantity=5", "hb")]
    [InlineData("Observation?value-quantity=5.41", "")]
    [InlineData("Observation?value-quantity=gt5.39", "hb open")]
    [InlineData("Observation?value-quantity=gt5.4", "open")]
    [InlineData("Observation?value-quantity=le5.4", "hb")]
    [InlineData("Observation?value-quantity=ne5.4", "open")]
    [InlineData("Observation?value-quantity=gt1000", "open")]
    [InlineData("Observation?combo-value-quantity=120", "stay")]
    // references
    [InlineData("Observation?subject=Patient/anne", "hb")]
    [InlineData("Observation?subject=anne", "hb")]
    [InlineData("Observation?patient=anne", "hb")]
    [InlineData("Observation?patient=Patient/anne,Patient/paul", "hb open")]
    [InlineData("Observation?subject:Patient=anne", "hb")]
    [InlineData("Observation?subject:Group=g", "stay")]
    [InlineData("Observation?subject:Group=anne", "")]
    [InlineData("Observation?patient=g", "")]
    [InlineData("Patient?organization=Organization/o1", "anne")]
    [InlineData("Patient?organization=https://other.example/fhir/Organization/o1", "paul")]
    [InlineData("Patient?general-practitioner:identifier=rpps|10000023084", "anne")]
    [InlineData("Patient?general-practitioner:identifier=10000023084", "anne")]
    [InlineData("Patient?general-practitioner:identifier=other|10000023084", "")]
    [InlineData("Patient?general-practitioner=p1", "anne")]
    [InlineData("Patient?general-practitioner:missing=true", "noname paul")]
    [InlineData("PlanDefinition?depends-on=http://lib", "plan")]
    [InlineData("PlanDefinition?depends-on=http://lib|1.0", "plan")]
    [InlineData("PlanDefinition?depends-on=http://lib|2.0", "")]
    // URIs
    [InlineData("ValueSet?url=http://acme.org/fhir/ValueSet/123", "vs1")]
    [InlineData("ValueSet?url:below=http://acme.org/fhir/", "vs1 vs2")]
    [InlineData("ValueSet?url:below=http://acme.org/fhi", "")]
    [InlineData("ValueSet?url:above=http://acme.org/fhir/ValueSet/123/_history/5", "vs1 vs2")]
    [InlineData("Patient?_profile=https://p/fr-patient", "anne")]
    [InlineData("Patient?_source=urn:lab", "anne")]
    // composites
    [InlineData("Observation?code-value-quantity=718-7$5.4", "hb")]
    [InlineData("Observation?code-value-quantity=http://loinc.org|718-7$gt5", "hb open")]
    [InlineData("Observation?code-value-quantity=718-7$lt5", "")]
    [InlineData("Observation?component-code-value-quantity=8480-6$gt100", "stay")]
    [InlineData("Observation?component-code-value-quantity=8462-4$gt100", "")]
    [InlineData("Observation?code-value-string=x$cinq", "")]
    [InlineData("DocumentReference?relationship=replaces$DocumentReference/old", "doc")]
    [InlineData("DocumentReference?relationship=appends$DocumentReference/old", "")]
    // several at once, ignored controls
    [InlineData("Patient?family=lefevre&gender=male&_format=json&_pretty=true&_count=5&_sort=-birthdate", "paul")]
    [InlineData("DocumentReference?contenttype=application/pdf&status=current", "doc")]
    public void A_search_finds(string query, string expected)
    {
        var mark = query.IndexOf('?', StringComparison.Ordinal);
        var parsed = SearchQuery.Parse(query[..mark], Pairs(query[(mark + 1)..]), strict: true);
        string.Join(' ', Indexed.Where(p =>
            parsed.Matches(p.Value.Values, p.Value.Doc)).Select(p => p.Key).Order(StringComparer.Ordinal)).ShouldBe(expected);
        // The canonical form asks the same thing.
        var again = SearchQuery.Parse(parsed.ResourceType, parsed.Canonical(), strict: true);
        again.Canonical().ShouldBe(parsed.Canonical());
        Indexed.Count(p => again.Matches(p.Value.Values, p.Value.Doc)).ShouldBe(expected.Split(' ',
            StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Theory]
    [InlineData("Patient?birthdate=yesterday", "birthdate")]
    [InlineData("Patient?birthdate=xx1980", "birthdate")]
    [InlineData("Patient?birthdate=2021-02-29", "birthdate")]
    [InlineData("Patient?birthdate=", "birthdate")]
    [InlineData("Patient?birthdate:exact=1980", "birthdate")]
    [InlineData("Patient?gender=a|b|c", "gender")]
    [InlineData("Patient?gender=|", "gender")]
    [InlineData("Patient?gender:in=http://vs", "gender")]
    [InlineData("Patient?gender:missing=perhaps", "gender")]
    [InlineData("Patient?gender=a,,b", "gender")]
    [InlineData("Patient?identifier:of-type=a|b", "identifier")]
    [InlineData("Patient?organization:Patient=1", "organization")]
    [InlineData("Patient?organization:Nothing=1", "organization")]
    [InlineData("Patient?family.name=1", "family")]
    [InlineData("Patient?organization.nothing=1", "organization")]
    [InlineData("Observation?value-quantity=abc", "value-quantity")]
    [InlineData("Observation?value-quantity=1|2", "value-quantity")]
    [InlineData("Observation?value-quantity=1e999999999", "value-quantity")]
    [InlineData("Observation?code-value-quantity=718-7", "code-value-quantity")]
    [InlineData("Observation?subject:Practitioner.name=1", "subject")]
    [InlineData("Patient?_count=-1", "_count")]
    [InlineData("Patient?_count=1000000", "_count")]
    [InlineData("Patient?_count=ten", "_count")]
    [InlineData("Patient?_summary=all", "_summary")]
    [InlineData("Patient?_total=some", "_total")]
    [InlineData("Patient?_include=Patient", "_include")]
    [InlineData("Patient?_include=Patient:family", "_include")]
    [InlineData("Patient?_revinclude=*", "_revinclude")]
    [InlineData("Patient?_has:Observation:patient=1", "_has")]
    [InlineData("Patient?_has:Observation:code:code=1", "_has")]
    [InlineData("Patient?_has:PractitionerRole:practitioner:role=1", "_has")]
    [InlineData("Location?near=1|x", "near")]
    [InlineData("Patient?_lastUpdated=2026-13", "_lastUpdated")]
    public void A_wrong_value_is_refused_by_name(string query, string name)
    {
        var mark = query.IndexOf('?', StringComparison.Ordinal);
        Should.Throw<FhirException>(() =>
            SearchQuery.Parse(query[..mark], Pairs(query[(mark + 1)..]), strict: false)).Message.ShouldContain(name);
    }

    [Fact]
    public void Unknown_parameters_are_told_or_refused()
    {
        SearchQuery.Parse("Patient", "nothing=1&gender=male&_sort=nothing", strict: false).Unknown.ShouldBe(["nothing", "_sort=nothing"]);
        Should.Throw<FhirException>(() => SearchQuery.Parse("Patient", "nothing=1", strict: true));
    }

    [Fact]
    public void Chains_includes_and_controls()
    {
        var query = SearchQuery.Parse("Observation",
            "patient.identifier=urn%3Ax%7C1&subject:Patient.name=le&patient:identifier=urn:x%7C1&_include=Observation:patient:Patient&_include:iterate=Patient:organization"
            + "&_revinclude=Provenance:target&_sort=-date,_lastUpdated&_count=20&_total=accurate&_summary=count&_elements=code,status&_page=abc&_has:Provenance:target:recorded=ge2020", true);
        var chain = query.Clauses[0].Chain!;
        (chain.Code, chain.Targets[0].ResourceType, Inner(query.Clauses[0]).Values[0].System, Inner(query.Clauses[0]).Values[0].Code).ShouldBe(("identifier",
            "Patient", "urn:x", "1"));
        query.Clauses[1].Modifier.ShouldBe("Patient");
        Inner(query.Clauses[1]).Param.Code.ShouldBe("name");
        query.Clauses[2].Modifier.ShouldBe("identifier");
        query.Sort.Select(s => (s.Param.Code, s.Descending)).ShouldBe([("date", true), ("_lastUpdated", false)]);
        (query.Count, query.Total, query.Summary, query.Elements, query.PageToken).ShouldBe((20, "accurate", "count", "code,status",
            "abc"));
        (query.Includes[0].SourceType, query.Includes[0].Param!.Code, query.Includes[0].TargetType,
            query.Includes[0].Iterate).ShouldBe(("Observation", "patient", "Patient", false));
        query.Includes[1].Iterate.ShouldBeTrue();
        query.RevIncludes.Single().SourceType.ShouldBe("Provenance");
        ((SearchClause)query.Has.Single().Inner).Param.Code.ShouldBe("recorded");
        SearchQuery.Parse("Observation", query.Canonical(), true).Canonical().ShouldBe(query.Canonical());
        query.Canonical().ShouldNotContain("_page");
        SearchQuery.Parse("Observation", "subject.identifier=1", true).Clauses[0].Chain!.Targets.Count.ShouldBeGreaterThan(1);
        Inner(Inner(SearchQuery.Parse("Observation", "patient.organization.name=x", true).Clauses[0])).Param.Code.ShouldBe("name");

        static SearchClause Inner(SearchClause clause) => (SearchClause)clause.Chain!.Inner;
    }

    // Table rows are written unescaped; a plus sign there is a plus sign.
    static IEnumerable<KeyValuePair<string, string>> Pairs(string text) => text.Split('&').Select(p =>
    {
        var at = p.IndexOf('=', StringComparison.Ordinal);
        return new KeyValuePair<string, string>(p[..at], p[(at + 1)..]);
    });
}
