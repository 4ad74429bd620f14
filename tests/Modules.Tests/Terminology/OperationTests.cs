using System.Text.Json;
using Socle.Core.Tests.Api;
using Socle.Terminology;

namespace Socle.Modules.Tests.Terminologies;

/// <summary>The operations as a vendor calls them.</summary>
public sealed class OperationTests : IAsyncLifetime
{
    ApiServer server = null!;
    string token = null!;

    public async Task InitializeAsync()
    {
        server = await ApiServer.Start(new TerminologyModule());
        foreach (var resource in Loaded)
            (await server.Put(server.Token(server.Steward), resource.Address, resource.Json)).Status.ShouldBe(201);
        token = server.Token(server.Laboratory);
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    static readonly (string Address, string Json)[] Loaded =
    [
        ("CodeSystem/animals", """
            {"resourceType":"CodeSystem","id":"animals","url":"http://example.org/animals","version":"2.0","name":"Animals","title":"Animaux","status":"active","content":"complete",
             "concept":[{"code":"mammal","display":"Mammifère","definition":"Allaite.","concept":[
                {"code":"dog","display":"Chien","designation":[{"language":"en","value":"Dog"}],"property":[{"code":"legs","valueInteger":4}]},{"code":"whale","display":"Baleine"}]},
              {"code":"bird","display":"Oiseau"},{"code":"dodo","display":"Dodo","property":[{"code":"dateFin","valueDateTime":"1681-01-01"}]}]}
            """),
        ("ValueSet/all", """{"resourceType":"ValueSet","id":"all","url":"http://example.org/all","version":"1","name":"All","status":"active","compose":{"include":[{"system":"http://example.org/animals"}]}}"""),
        ("ValueSet/open", """{"resourceType":"ValueSet","id":"open","url":"http://example.org/open","status":"active","compose":{"include":[{"system":"http://loinc.org"}]}}"""),
        ("ValueSet/circle", """{"resourceType":"ValueSet","id":"circle","url":"http://example.org/circle","status":"active","compose":{"include":[{"valueSet":["http://example.org/circle"]}]}}"""),
        ("ConceptMap/m", """
            {"resourceType":"ConceptMap","id":"m","url":"http://example.org/map","status":"active","sourceUri":"http://example.org/all","targetUri":"http://example.org/sounds",
             "group":[{"source":"http://example.org/animals","target":"http://example.org/sounds","element":[
               {"code":"dog","target":[{"code":"woof","display":"Ouaf","equivalence":"wider"}]},
               {"code":"bird","target":[{"code":"tweet","equivalence":"equivalent","dependsOn":[{"property":"http://example.org/age","value":"adult"}]}]},
               {"code":"whale","target":[{"equivalence":"unmatched"}]}],"unmapped":{"mode":"fixed","code":"silence"}}]}
            """)
    ];

    [Theory]
    [InlineData("ValueSet/$expand?url=http://example.org/all", "mammal dog whale bird dodo", 5)]
    [InlineData("ValueSet/all/$expand", "mammal dog whale bird dodo", 5)]
    [InlineData("ValueSet/$expand?url=http://example.org/all|1&activeOnly=true", "mammal dog whale bird", 4)]
    [InlineData("ValueSet/$expand?url=http://example.org/all&date=1600-01-01&activeOnly=true", "mammal dog whale bird dodo", 5)]
    [InlineData("ValueSet/$expand?url=http://example.org/all&offset=1&count=2", "dog whale", 5)]
    [InlineData("ValueSet/$expand?url=http://example.org/all&count=0", "", 5)]
    [InlineData("ValueSet/$expand?url=http://example.org/all&filter=mammifere", "mammal", 1)]
    [InlineData("ValueSet/$expand?url=http://example.org/all&filter=dog", "dog", 1)]
    [InlineData("ValueSet/$expand?url=http://hl7.org/fhir/ValueSet/administrative-gender", "male female other unknown", 4)]
    public async Task Expansions(string address, string codes, int total)
    {
        var answer = await server.Get(token, address);
        answer.Status.ShouldBe(200, answer.Text);
        var expansion = answer.Json.GetProperty("expansion");
        expansion.GetProperty("total").GetInt32().ShouldBe(total);
        expansion.GetProperty("contains").EnumerateArray().Select(c => c.GetProperty("code").GetString()).ShouldBe(codes.Split(' ', StringSplitOptions.RemoveEmptyEntries), ignoreOrder: true);
        (await server.Get(token, address)).Json.GetProperty("expansion").GetProperty("identifier").GetString().ShouldBe(expansion.GetProperty("identifier").GetString());
    }

    [Fact]
    public async Task An_expansion_says_what_is_out_of_use_and_speaks_the_language_asked_for()
    {
        var contains = (await server.Get(token, "ValueSet/$expand?url=http://example.org/all&displayLanguage=en&includeDesignations=true")).Json.GetProperty("expansion").GetProperty("contains").EnumerateArray().ToDictionary(c => c.GetProperty("code").GetString()!);
        contains["dog"].GetProperty("display").GetString().ShouldBe("Dog");
        contains["dog"].GetProperty("designation")[0].GetProperty("language").GetString().ShouldBe("en");
        contains["dodo"].GetProperty("inactive").GetBoolean().ShouldBeTrue();
        contains["bird"].TryGetProperty("inactive", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task A_value_set_of_the_request_is_expanded_and_not_kept()
    {
        const string body = """
            {"resourceType":"Parameters","parameter":[{"name":"valueSet","resource":{"resourceType":"ValueSet","status":"active","url":"http://example.org/mine","compose":{"include":[
              {"system":"http://example.org/animals","filter":[{"property":"concept","op":"descendent-of","value":"mammal"}]}]}}},{"name":"count","valueInteger":1}]}
            """;
        var answer = await server.Post(token, "ValueSet/$expand", body);
        answer.Json.GetProperty("expansion").GetProperty("total").GetInt32().ShouldBe(2);
        (await server.Get(token, "ValueSet/$expand?url=http://example.org/mine")).Status.ShouldBe(404);
    }

    [Theory]
    [InlineData("ValueSet/$validate-code?url=http://example.org/all&system=http://example.org/animals&code=dog", true, "Chien", null)]
    [InlineData("ValueSet/$validate-code?url=http://example.org/all&code=dog&display=chien", true, "Chien", null)]
    [InlineData("ValueSet/$validate-code?url=http://example.org/all&code=dog&display=Dog", true, "Chien", null)]
    [InlineData("ValueSet/$validate-code?url=http://example.org/all&code=dog&display=Chat", false, "Chien", "libellé")]
    [InlineData("ValueSet/$validate-code?url=http://example.org/all&code=dodo", false, "Dodo", "1681")]
    [InlineData("ValueSet/$validate-code?url=http://example.org/all&code=dodo&date=1600-01-01", true, "Dodo", null)]
    [InlineData("ValueSet/$validate-code?url=http://example.org/all&code=cat", false, null, "n’est pas dans le jeu de valeurs")]
    [InlineData("ValueSet/all/$validate-code?code=whale", true, "Baleine", null)]
    [InlineData("ValueSet/$validate-code?url=http://example.org/open&system=http://loinc.org&code=1-8", false, null, "pas chargé en entier")]
    [InlineData("CodeSystem/$validate-code?url=http://example.org/animals&code=dog", true, "Chien", null)]
    [InlineData("CodeSystem/$validate-code?url=http://example.org/animals&code=cat", false, null, "inconnu")]
    [InlineData("CodeSystem/animals/$validate-code?code=dodo", false, "Dodo", "plus en vigueur")]
    public async Task Codes_are_judged(string address, bool result, string? display, string? message)
    {
        var answer = await server.Get(token, address);
        answer.Status.ShouldBe(200, answer.Text);
        var said = Said(answer.Json);
        said["result"].GetProperty("valueBoolean").GetBoolean().ShouldBe(result);
        (said.TryGetValue("display", out var shown) ? shown.GetProperty("valueString").GetString() : null).ShouldBe(display);
        if (message is null) said.ShouldNotContainKey("message");
        else said["message"].GetProperty("valueString").GetString()!.ShouldContain(message);
    }

    [Fact]
    public async Task One_right_coding_makes_a_concept_right()
    {
        static string Body(string second) => """
            {"resourceType":"Parameters","parameter":[{"name":"url","valueUri":"http://example.org/all"},{"name":"codeableConcept","valueCodeableConcept":{"coding":[
              {"system":"http://loinc.org","code":"1-8"},{"system":"http://example.org/animals","code":"SECOND"}]}}]}
            """.Replace("SECOND", second, StringComparison.Ordinal);
        Said((await server.Post(token, "ValueSet/$validate-code", Body("dog"))).Json)["result"].GetProperty("valueBoolean").GetBoolean().ShouldBeTrue();
        Said((await server.Post(token, "ValueSet/$validate-code", Body("cat"))).Json)["result"].GetProperty("valueBoolean").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public async Task Looking_a_code_up_tells_what_is_known_of_it()
    {
        var answer = (await server.Get(token, "CodeSystem/$lookup?system=http://example.org/animals&code=dog")).Json;
        var said = Said(answer);
        said["name"].GetProperty("valueString").GetString().ShouldBe("Animaux");
        said["version"].GetProperty("valueString").GetString().ShouldBe("2.0");
        said["display"].GetProperty("valueString").GetString().ShouldBe("Chien");
        Properties(answer).ShouldBe(["inactive=False", "parent=mammal", "legs=4"], ignoreOrder: true);
        Properties((await server.Get(token, "CodeSystem/$lookup?system=http://example.org/animals&code=mammal&property=child")).Json).ShouldBe(["child=dog", "child=whale"]);
        var coding = await server.Post(token, "CodeSystem/$lookup", """{"resourceType":"Parameters","parameter":[{"name":"coding","valueCoding":{"system":"http://example.org/animals","code":"dodo"}}]}""");
        Said(coding.Json)["display"].GetProperty("valueString").GetString().ShouldBe("Dodo");      // out of use, and shown
        Properties(coding.Json).ShouldContain("inactive=True");
    }

    [Theory]
    [InlineData("codeA=dog&codeB=dog", "equivalent")]
    [InlineData("codeA=mammal&codeB=dog", "subsumes")]
    [InlineData("codeA=dog&codeB=mammal", "subsumed-by")]
    [InlineData("codeA=dog&codeB=bird", "not-subsumed")]
    public async Task One_code_above_another(string codes, string outcome)
    {
        Said((await server.Get(token, "CodeSystem/$subsumes?system=http://example.org/animals&" + codes)).Json)["outcome"].GetProperty("valueCode").GetString().ShouldBe(outcome);
        Said((await server.Get(token, "CodeSystem/animals/$subsumes?" + codes)).Json)["outcome"].GetProperty("valueCode").GetString().ShouldBe(outcome);
    }

    [Theory]
    [InlineData("url=http://example.org/map&system=http://example.org/animals&code=dog", true, "wider woof Ouaf")]
    [InlineData("source=http://example.org/all&system=http://example.org/animals&code=dog", true, "wider woof Ouaf")]
    [InlineData("system=http://example.org/animals&code=dog&targetsystem=http://example.org/sounds", true, "wider woof Ouaf")]
    [InlineData("system=http://example.org/animals&code=dog&targetsystem=http://loinc.org", false, "")]
    [InlineData("url=http://example.org/map&system=http://example.org/sounds&code=woof&reverse=true", true, "narrower dog Chien")]
    [InlineData("url=http://example.org/map&system=http://example.org/animals&code=whale", false, "unmatched")]
    [InlineData("url=http://example.org/map&system=http://example.org/animals&code=bird", false, "")]
    [InlineData("url=http://example.org/map&system=http://example.org/animals&code=mammal", true, "equivalent silence")]
    public async Task Translations(string query, bool result, string match)
    {
        foreach (var address in (string[])["ConceptMap/$translate?" + query, "ConceptMap/m/$translate?" + query])
        {
            var answer = await server.Get(token, address);
            answer.Status.ShouldBe(200, answer.Text);
            Said(answer.Json)["result"].GetProperty("valueBoolean").GetBoolean().ShouldBe(result);
            string.Join(", ", Matches(answer.Json)).ShouldBe(match);
        }
    }

    [Fact]
    public async Task A_condition_of_a_translation_is_looked_at()
    {
        const string body = """
            {"resourceType":"Parameters","parameter":[{"name":"url","valueUri":"http://example.org/map"},{"name":"coding","valueCoding":{"system":"http://example.org/animals","code":"bird"}},
             {"name":"dependency","part":[{"name":"element","valueUri":"http://example.org/age"},{"name":"concept","valueCodeableConcept":{"coding":[{"code":"adult"}]}}]}]}
            """;
        Matches((await server.Post(token, "ConceptMap/$translate", body)).Json).ShouldBe(["equivalent tweet"]);
    }

    [Theory]
    [InlineData("ValueSet/$expand", 400)]
    [InlineData("ValueSet/$expand?url=http://nowhere", 404)]
    [InlineData("ValueSet/$expand?url=http://example.org/all|9", 404)]
    [InlineData("ValueSet/none/$expand", 404)]
    [InlineData("ValueSet/$expand?url=http://example.org/open", 422)]
    [InlineData("ValueSet/$expand?url=http://example.org/circle", 422)]
    [InlineData("ValueSet/$expand?url=http://example.org/all&count=-1", 400)]
    [InlineData("ValueSet/$expand?url=http://example.org/all&count=1&count=2", 400)]
    [InlineData("ValueSet/$expand?url=http://example.org/all&activeOnly=maybe", 400)]
    [InlineData("ValueSet/$expand?url=http://example.org/all&date=2026-02-30", 400)]
    [InlineData("ValueSet/$expand?url=http://example.org/all&context=x", 422)]
    [InlineData("ValueSet/$validate-code?url=http://example.org/all", 400)]
    [InlineData("ValueSet/$validate-code?url=http://example.org/circle&code=x", 422)]
    [InlineData("CodeSystem/$lookup?code=dog", 400)]
    [InlineData("CodeSystem/$lookup?system=http://nowhere&code=dog", 404)]
    [InlineData("CodeSystem/$lookup?system=http://example.org/animals&code=cat", 404)]
    [InlineData("CodeSystem/$validate-code?url=http://nowhere&code=dog", 404)]
    [InlineData("CodeSystem/$subsumes?system=http://example.org/animals&codeA=dog&codeB=cat", 404)]
    [InlineData("CodeSystem/$subsumes?system=http://example.org/animals&codeA=dog", 400)]
    [InlineData("ConceptMap/$translate?url=http://nowhere&code=dog", 404)]
    [InlineData("ConceptMap/$translate?url=http://example.org/map", 400)]
    public async Task What_cannot_be_answered_is_refused_with_the_reason(string address, int status)
    {
        var answer = await server.Get(token, address);
        answer.Status.ShouldBe(status, answer.Text);
        answer.Json.GetProperty("resourceType").GetString().ShouldBe("OperationOutcome");
        answer.Json.GetProperty("issue")[0].GetProperty("details").GetProperty("text").GetString()!.Length.ShouldBeGreaterThan(20);
        (await server.Get(null, address)).Status.ShouldBe(401);
    }

    static Dictionary<string, JsonElement> Said(JsonElement parameters) =>
        parameters.GetProperty("parameter").EnumerateArray().DistinctBy(p => p.GetProperty("name").GetString()).ToDictionary(p => p.GetProperty("name").GetString()!);

    static IEnumerable<string> Properties(JsonElement parameters) =>
        from parameter in parameters.GetProperty("parameter").EnumerateArray()
        where parameter.GetProperty("name").GetString() == "property"
        let parts = parameter.GetProperty("part").EnumerateArray().ToList()
        select $"{parts[0].GetProperty("valueCode").GetString()}={parts[1].EnumerateObject().First(p => p.Name != "name").Value}";

    static IEnumerable<string> Matches(JsonElement parameters) =>
        from parameter in parameters.GetProperty("parameter").EnumerateArray()
        where parameter.GetProperty("name").GetString() == "match"
        let parts = parameter.GetProperty("part").EnumerateArray().ToDictionary(p => p.GetProperty("name").GetString()!)
        let concept = parts.TryGetValue("concept", out var found) ? found.GetProperty("valueCoding") : default
        select string.Join(' ', new[] { parts["equivalence"].GetProperty("valueCode").GetString(), Text(concept, "code"), Text(concept, "display") }.OfType<string>());

    static string? Text(JsonElement coding, string name) => coding.ValueKind == JsonValueKind.Object && coding.TryGetProperty(name, out var value) ? value.GetString() : null;
}
