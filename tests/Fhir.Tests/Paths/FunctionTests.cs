using System.Text;

namespace Socle.Fhir.Tests.Paths;

/// <summary>What the suite held here does not reach: scopes of variables, terminology, hooks, names checked before running, costs.</summary>
public sealed class FunctionTests
{
    static readonly FhirDocument Patient = FhirDocument.Parse(Encoding.UTF8.GetBytes("""
        {"resourceType":"Patient","id":"p","active":true,"gender":"male","birthDate":"1974-12-25",
         "text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><p>x</p></div>"},
         "maritalStatus":{"coding":[{"system":"http://s","code":"M"},{"system":"http://t","code":"x"}]},
         "name":[{"use":"official","family":"A","given":["Peter","James"]},{"use":"usual","given":["Jim"]}],
         "managingOrganization":{"reference":"Organization/1"}}
        """));

    static readonly FhirDocument Bundle = FhirDocument.Parse(Encoding.UTF8.GetBytes("""
        {"resourceType":"Bundle","type":"collection","entry":[
          {"fullUrl":"urn:uuid:00000000-0000-4000-8000-000000000001","resource":{"resourceType":"Patient","id":"a","active":true}},
          {"fullUrl":"http://h/fhir/Patient/b","resource":{"resourceType":"Patient","id":"b"}},
          {"resource":{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"urn:uuid:00000000-0000-4000-8000-000000000001"},
            "focus":[{"reference":"Patient/b"},{"reference":"Patient/c"}]}}]}
        """));

    static string[] Run(string expression, FhirDocument? on = null, FhirPathEnvironment? env = null) =>
        [.. FhirPath.Compile(expression).Evaluate((on ?? Patient).Root, env).Select(v => v.Text ?? v.TypeName)];

    [Theory]
    [InlineData("defineVariable('n1', name.first()).select(%n1.given)", "Peter", "James")]
    [InlineData("defineVariable('n', name.first()).select(%n.given) | defineVariable('n', name.last()).select(%n.given)", "Peter", "James", "Jim")]
    [InlineData("defineVariable('r', 'r-').select(defineVariable('a', '1').defineVariable('b', '2').select(%a | %b)).select(%r & $this)", "r-1", "r-2")]
    [InlineData("'aaa'.replace(defineVariable('p', 'aaa').select(%p), defineVariable('p', 'bbb').select(%p))", "bbb")]
    [InlineData("name.defineVariable('n').where(use = 'usual').select(%n.given.count())", "3")]
    [InlineData("name.given.defineVariable('all', count()).select($this & %all.toString())", "Peter3", "James3", "Jim3")]
    [InlineData("name.where(defineVariable('g', given).select(%g.count() > 1)).family", "A")]
    [InlineData("(3 | 1 | 2).sort()", "1", "2", "3")]
    [InlineData("(3 | 1 | 2).sort($this desc)", "3", "2", "1")]
    [InlineData("name.sort(use desc).use", "usual", "official")]
    [InlineData("name.given.sort(-$this)", "Peter", "Jim", "James")]
    [InlineData("@2026-02-03T04:05:06.789+01:00.select(yearOf() | monthOf() | dayOf() | hourOf() | minuteOf() | secondOf() | millisecondOf())",
        "2026", "2", "3", "4", "5", "6", "789")]
    [InlineData("@2026-02-03T04:05:06+01:30.timezoneOffsetOf()", "1.5")]
    [InlineData("@2026-02-03T04:05:06Z.dateOf()", "2026-02-03")]
    [InlineData("@2026-02-03T04:05:06Z.timeOf()", "04:05:06")]
    [InlineData("@2026.monthOf()")]
    [InlineData("text.`div`.htmlChecks()", "true")]
    [InlineData("('' | 'a').join('-')", "-a")]
    [InlineData("%`vs-administrative-gender`", "http://hl7.org/fhir/ValueSet/administrative-gender")]
    [InlineData("%'ext-patient-birthTime'", "http://hl7.org/fhir/StructureDefinition/patient-birthTime")]
    [InlineData("conformsTo('http://hl7.org/fhir/StructureDefinition/Patient')", "true")]
    [InlineData("conformsTo('http://hl7.org/fhir/StructureDefinition/Person')", "false")]
    public void Expressions(string expression, params string[] expected) => Run(expression).ShouldBe(expected);

    [Theory]
    [InlineData("defineVariable('v').defineVariable('v').select(%v)")]
    [InlineData("defineVariable('context', 1)")]
    [InlineData("defineVariable('n1', name.first()).where(active.not()) | defineVariable('n2', name.last()).select(%n1.given)")]
    [InlineData("defineVariable('r', 1).select(defineVariable('a', '1').select(%a)).select(%a)")]
    [InlineData("select(%unknown.given)")]
    [InlineData("gender.memberOf('http://v')")]
    [InlineData("conformsTo('http://trash')")]
    [InlineData("1.yearOf()")]
    public void Faults(string expression) => Should.Throw<FhirException>(() => Run(expression));

    [Theory]
    [InlineData("<div xmlns='http://www.w3.org/1999/xhtml'><script>x</script></div>")]
    [InlineData("<div xmlns='http://www.w3.org/1999/xhtml'><p onclick='x()'>x</p></div>")]
    [InlineData("<div xmlns='http://www.w3.org/1999/xhtml'><a href='javascript:x()'>x</a></div>")]
    [InlineData("<div xmlns='http://www.w3.org/1999/xhtml'> <p/> </div>")]
    [InlineData("<div xmlns='http://www.w3.org/1999/xhtml'><p>x</div>")]
    [InlineData("<div xmlns='http://www.w3.org/1999/xhtml'><form>x</form></div>")]
    public void A_narrative_that_acts_or_says_nothing_breaks_its_rules(string div) =>
        Run("%d.htmlChecks()", env: new() { Variables = new Dictionary<string, FhirValue> { ["d"] = FhirValue.Of(div) } }).ShouldBe(["false"]);

    sealed class Letters : ITerminology
    {
        public CodeVerdict InValueSet(string valueSet, string? system, string code) =>
            valueSet != "http://v" ? CodeVerdict.Unknown : code is "male" or "M" ? CodeVerdict.Yes : code == "old" ? CodeVerdict.Expired : CodeVerdict.No;

        public CodeVerdict InSystem(string system, string code) => CodeVerdict.Unknown;
        public IReadOnlyCollection<string>? Below(string system, string code) => system == "http://s" ? code == "M" ? ["M", "M1"] : [code] : null;
        public IReadOnlyCollection<string>? Above(string system, string code) => null;
        public IReadOnlyCollection<(string System, string Code)>? Expand(string valueSet) => null;
    }

    [Theory]
    [InlineData("gender.memberOf('http://v')", "true")]
    [InlineData("maritalStatus.memberOf('http://v')", "true")]
    [InlineData("maritalStatus.coding[1].memberOf('http://v')", "false")]
    [InlineData("maritalStatus.memberOf('http://other')")]
    [InlineData("name.memberOf('http://v')")]
    [InlineData("maritalStatus.coding[0].subsumes(%m1)", "true")]
    [InlineData("%m1.subsumedBy(maritalStatus)", "true")]
    [InlineData("%m1.subsumes(maritalStatus.coding[0])", "false")]
    [InlineData("maritalStatus.coding[1].subsumes(maritalStatus.coding[1])", "true")]
    public void Codes_are_asked_of_the_terminology(string expression, params string[] expected)
    {
        using var m1 = FhirDocument.Parse("""{"resourceType":"Basic","code":{"coding":[{"system":"http://s","code":"M1"}]}}"""u8.ToArray());
        Run(expression, env: new() { Terminology = new Letters(), Variables = new Dictionary<string, FhirValue> { ["m1"] = FhirValue.Of(m1.Root["code"]["coding"]) } })
            .ShouldBe(expected);
    }

    [Fact]
    public void References_are_resolved_in_the_bundle_and_by_the_hook()
    {
        Run("Bundle.entry.resource.ofType(Observation).subject.resolve().id", Bundle).ShouldBe(["a"]);
        Run("Bundle.entry.resource.ofType(Observation).focus.resolve().id", Bundle).ShouldBe(["b"]);
        Run("Bundle.entry.resource.ofType(Observation).focus.where(resolve() is Patient).count()", Bundle).ShouldBe(["2"]);
        using var organization = FhirDocument.Parse("""{"resourceType":"Organization","name":"O"}"""u8.ToArray());
        var env = new FhirPathEnvironment { Resolve = url => url == "Organization/1" ? organization.Root : default };
        Run("managingOrganization.resolve().name", env: env).ShouldBe(["O"]);
        Run("managingOrganization.resolve().name").ShouldBeEmpty();
    }

    [Fact]
    public void Profiles_are_asked_of_the_hook()
    {
        var env = new FhirPathEnvironment { ConformsTo = (node, profile) => profile == "http://p" ? node["active"].Exists : null };
        Run("conformsTo('http://p')", env: env).ShouldBe(["true"]);
        Should.Throw<FhirException>(() => Run("conformsTo('http://q')", env: env));
    }

    [Theory]
    [InlineData("name.given1", 6)]
    [InlineData("Encounter.name.given", 1)]
    [InlineData("name.where(colour = 'red')", 12)]
    [InlineData("name.select(given.first() & surname)", 29)]
    [InlineData("deceasedBoolean", 1)]
    [InlineData("(deceased as boolean).value", 23)]
    [InlineData("contact.name.given.first().colour", 28)]
    [InlineData("children().skip(1)", 12)]
    [InlineData("descendants()[0]", 16)]
    [InlineData("%resource.colour", 11)]
    [InlineData("iif(active, name, contact.name).colour", 33)]
    [InlineData("extension('x').colour", 16)]
    public void A_name_that_no_type_has_is_refused_with_its_position(string expression, int position)
    {
        FhirPath.Compile(expression).ShouldNotBeNull();
        Should.Throw<FhirException>(() => FhirPath.Compile(expression, "Patient")).Issues[0].Diagnostics.ShouldContain($"position {position} ");
    }

    [Theory]
    [InlineData("name.given | contact.name.given"), InlineData("deceased.ofType(dateTime) > @2020"), InlineData("contained.name"), InlineData("DomainResource.text.status")]
    [InlineData("managingOrganization.resolve().name"), InlineData("birthDate.extension.value.coding"), InlineData("name.given.extension('x').value.ofType(Quantity).unit")]
    [InlineData("repeat(children()).id"), InlineData("Resource.meta.tag.code"), InlineData("name.where($this.use = 'official').given[0]")]
    [InlineData("name.aggregate($total + $this.given.count(), 0)"), InlineData("identifier.period.start + 1 year"), InlineData("extension.value.colour")]
    public void A_right_name_is_not_refused(string expression)
    {
        if (expression.EndsWith("value.colour", StringComparison.Ordinal)) Should.Throw<FhirException>(() => FhirPath.Compile(expression, "Patient"));
        else FhirPath.Compile(expression, "Patient").ShouldNotBeNull();
    }

    [Fact]
    public void Every_invariant_of_R4_has_right_names()
    {
        var wrong = new List<string>();
        foreach (var type in Definitions.ResourceTypes)
            foreach (var constraint in Constraints.Of(type))
                if (Refusal(constraint.Expression, type) is { } why) wrong.Add($"{constraint.Key}: {why}");
        // The published constraint names an element that the type does not have; R5 dropped it there.
        wrong.ShouldHaveSingleItem().ShouldStartWith("cid-0: ");
    }

    static string? Refusal(string expression, string type)
    {
        try
        {
            return FhirPath.Compile(expression, type) is null ? "none" : null;
        }
        catch (FhirException error)
        {
            return error.Message;
        }
    }

    [Fact]
    public void The_types_of_the_result_are_known_before_it_runs()
    {
        FhirPath.Compile("name.given", "Patient").ResultTypes.ShouldBe(["string"]);
        var context = FhirPath.Compile("name", "Patient");
        FhirPath.Compile("period.start", "Patient", context).ResultTypes.ShouldBe(["dateTime"]);
        Should.Throw<FhirException>(() => FhirPath.Compile("birthDate", "Patient", context));
        FhirPath.Compile("name.count()", "Patient").ResultTypes.ShouldBeEmpty();
        FhirPath.Compile("name.where(use = 'a').given").Tree.ShouldStartWith("{\"ExpressionType\":\"ChildExpression\",\"Name\":\"given\"");
    }

    [Fact]
    public void As_takes_one_item_when_the_evaluation_is_strict()
    {
        Run("name.as(HumanName).count()").ShouldBe(["2"]);
        Should.Throw<FhirException>(() => Run("name.as(HumanName).count()", env: new() { Strict = true }));
        Run("name.ofType(HumanName).count()", env: new() { Strict = true }).ShouldBe(["2"]);
    }
}
