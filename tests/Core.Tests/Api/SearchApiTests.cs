using Socle.Platform;

namespace Socle.Core.Tests.Api;

/// <summary>The doors of search: types, compartments, the system, forms; what is ignored, refused, cut and followed.</summary>
public sealed class SearchApiTests : IAsyncLifetime
{
    ApiServer server = null!;
    string steward = "", laboratory = "", citizen = "", stranger = "", patient = "", other = "";

    public async Task InitializeAsync()
    {
        server = await ApiServer.Start();
        (steward, laboratory) = (server.Token(server.Steward), server.Token(server.Laboratory));
        (patient, var owner) = await server.NewPatient("LEFEVRE", "280057512300101");
        (other, var someone) = await server.NewPatient("AUTRE", "180057512300202");
        (citizen, stranger) = (server.Token(owner), server.Token(someone));
        for (var i = 1; i <= 7; i++) await Observation(patient, $"2026-01-0{i}");
        await Made("Condition", $$$"""{"resourceType":"Condition","subject":{"reference":"Patient/{{{patient}}}"},"code":{"text":"essai"}}""");
        await Observation(other, "2026-02-01");
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    Task<string> Observation(string of, string date) => Made("Observation", $$$"""
        {"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},
         "subject":{"reference":"Patient/{{{of}}}"},"effectiveDateTime":"{{{date}}}"}
        """);

    async Task<string> Made(string type, string json)
    {
        var answer = await server.Post(steward, type, json);
        answer.Status.ShouldBe(201, answer.Text);
        return answer.Id;
    }

    [Fact]
    public async Task An_unknown_parameter_is_refused_when_strict_and_named_when_lenient()
    {
        var strict = await server.Get(citizen, "Observation?couleur=bleu", ("Prefer", "handling=strict"));
        strict.Status.ShouldBe(400);
        strict.Text.ShouldContain("couleur");
        var lenient = await server.Get(citizen, "Observation?couleur=bleu&status=final");
        lenient.Status.ShouldBe(200);
        Modes(lenient).Count(mode => mode == "match").ShouldBe(7);
        var outcome = lenient.Entries.Single(entry => entry.GetProperty("search").GetProperty("mode").GetString() == "outcome");
        outcome.ToString().ShouldContain("couleur");
        lenient.Link("self").ShouldNotBeNull().ShouldNotContain("couleur");
        lenient.Link("self")!.ShouldContain("status=final");
    }

    [Fact]
    public async Task A_count_beyond_the_rule_is_refused_and_a_large_one_is_cut_and_said()
    {
        var much = await server.Get(citizen, "Observation?_count=1000000");
        much.Status.ShouldBe(400);
        much.Text.ShouldContain("1000");
        var large = await server.Get(citizen, "Observation?_count=900");
        large.Status.ShouldBe(200);
        large.Link("self")!.ShouldContain("_count=200");
        (await server.Get(citizen, "Observation?_count=0")).Json.GetProperty("total").GetInt32().ShouldBe(7);
    }

    [Fact]
    public async Task Next_links_lead_through_everything_and_belong_to_their_caller()
    {
        foreach (var (start, all) in new[]
        {
            ("Observation?_sort=date&_count=3", 7), ($"Patient/{patient}/Observation?_count=3", 7), ("?_type=Observation,Condition&_count=3", 8),
            ($"Patient/{patient}/*?_count=3", 9), ($"Patient/{patient}/*?_type=Observation,Condition&subject={patient}&_count=3", 8)
        })
        {
            var seen = new List<string>();
            for (var next = start; next is not null;)
            {
                var page = await server.Get(citizen, next);
                page.Status.ShouldBe(200, $"{next}: {page.Text}");
                seen.AddRange(page.Entries.Select(entry => entry.GetProperty("fullUrl").GetString()!));
                if (page.Link("next") is { } link) (await server.Get(stranger, link)).Status.ShouldBe(400);
                next = page.Link("next");
            }
            seen.Distinct().Count().ShouldBe(seen.Count, start);
            seen.Count.ShouldBe(all, start);
        }
    }

    [Fact]
    public async Task A_compartment_that_is_not_yours_is_as_one_that_is_not_there()
    {
        var ghost = server.Storage.Keys.ExternalId(123456789, 1);
        foreach (var child in new[] { "Observation", "Observation?code=8867-4", "*", "Condition?_summary=count" })
        {
            var (mine, theirs, none) = (await server.Get(citizen, $"Patient/{patient}/{child}"), await server.Get(stranger, $"Patient/{patient}/{child}"),
                await server.Get(stranger, $"Patient/{ghost}/{child}"));
            mine.Status.ShouldBe(200, mine.Text);
            theirs.Status.ShouldBe(404);
            theirs.Seen.Replace(patient, "ID", StringComparison.Ordinal).ShouldBe(none.Seen.Replace(ghost, "ID", StringComparison.Ordinal));
        }
        var form = await server.Send(citizen, HttpMethod.Post, $"Patient/{patient}/Observation/_search", Form(("date", "ge2026-01-05")));
        form.Entries.Count.ShouldBe(3);
        (await server.Get(citizen, $"Patient/{patient}/Licorne")).Status.ShouldBe(404);
        (await server.Get(citizen, $"Observation/{patient}/Patient")).Status.ShouldBe(404);
        (await server.Get(citizen, $"Patient/{patient}/$inconnu")).Status.ShouldBe(404);
        Types(await server.Get(citizen, $"Patient/{patient}/*?_type=Condition")).ShouldBe(["Condition"]);
    }

    [Fact]
    public async Task A_search_over_the_system_holds_the_types_of_the_token()
    {
        Types(await server.Get(citizen, "?_lastUpdated=ge2020-01-01")).ShouldBe(["Condition", "Observation", "Patient"]);
        Types(await server.Get(citizen, "?_type=Observation,Condition&patient=" + patient)).ShouldBe(["Condition", "Observation"]);
        var narrow = server.Token(server.Steward, "system/Observation.rs");
        Types(await server.Get(narrow, "?_lastUpdated=ge2020-01-01")).ShouldBe(["Observation"]);
        (await server.Get(narrow, "?_type=Observation,Condition")).Status.ShouldBe(403);
        (await server.Get(citizen, "")).Status.ShouldBe(400);
        (await server.Get(citizen, "?_type=Licorne")).Status.ShouldBe(404);
        var uncommon = await server.Get(citizen, "?_type=Observation,Condition&onset-date=ge2020");
        uncommon.Status.ShouldBe(400);
        uncommon.Text.ShouldContain("onset-date");
        Types(await server.Send(citizen, HttpMethod.Post, "_search", Form(("_type", "Condition")))).ShouldBe(["Condition"]);
        var batch = await server.Post(citizen, "", """{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"?_type=Condition"}}]}""");
        batch.Text.ShouldContain("\"Condition\"");
    }

    [Fact]
    public async Task A_software_finds_people_by_identifier_by_every_door()
    {
        foreach (var door in new[] { "Patient?family=LEFEVRE", "?_type=Patient&_lastUpdated=ge2020-01-01", "?_type=Patient,Observation", $"Patient/{patient}/Patient" })
            (await server.Get(laboratory, door)).Status.ShouldBe(403, door);
        (await server.Get(laboratory, "?_lastUpdated=ge2020-01-01")).Text.ShouldNotContain("LEFEVRE");
        (await server.Get(laboratory, $"Patient/{patient}/*")).Text.ShouldNotContain("LEFEVRE");
    }

    [Fact]
    public async Task What_is_included_follows_the_subset_and_a_text_has_no_company()
    {
        var summary = await server.Get(citizen, "Observation?_count=1&_include=Observation:subject&_summary=true");
        Included(summary).ShouldContain("SUBSETTED");
        var elements = await server.Get(citizen, "Observation?_count=1&_include=Observation:subject&_elements=status,Patient.birthDate");
        Included(elements).ShouldContain("birthDate");
        Included(elements).ShouldNotContain("LEFEVRE");
        Included(await server.Get(citizen, "Observation?_count=1&_include=Observation:subject&_elements=status")).ShouldContain("LEFEVRE");
        (await server.Get(citizen, "Observation?_include=Observation:subject&_summary=text")).Status.ShouldBe(400);

        static string Included(Answer answer) =>
            answer.Entries.Single(entry => entry.GetProperty("search").GetProperty("mode").GetString() == "include").GetProperty("resource").ToString();
    }

    [Fact]
    public async Task Our_own_address_in_a_criterion_is_ours()
    {
        (await server.Get(citizen, $"Observation?subject={Uri.EscapeDataString(server.Base)}Patient/{patient}")).Entries.Count.ShouldBe(7);
        (await server.Get(citizen, $"Observation?subject=https://ailleurs.example/fhir/Patient/{patient}")).Entries.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_parameter_of_ones_own_is_listed_while_it_is_indexed_and_after()
    {
        await Made("SearchParameter", """
            {"resourceType":"SearchParameter","url":"urn:test:oeil","name":"oeil","status":"active","description":"x","code":"oeil","base":["Patient"],"type":"token",
             "expression":"Patient.extension.where(url = 'urn:oeil').value"}
            """);
        Parameters().ShouldContain("\"oeil\"");
        (await server.Get(steward, "Patient?oeil=bleu&_id=" + patient)).Entries.ShouldBeEmpty();
        string Parameters() => server.Get(null, "metadata").Result.Json.GetProperty("rest")[0].GetProperty("resource").EnumerateArray()
            .Single(resource => resource.GetProperty("type").GetString() == "Patient").GetProperty("searchParam").ToString();
    }

    static IEnumerable<string> Modes(Answer answer) => answer.Entries.Select(entry => entry.GetProperty("search").GetProperty("mode").GetString()!);

    static List<string> Types(Answer answer)
    {
        answer.Status.ShouldBe(200, answer.Text);
        return [.. answer.Entries.Select(entry => entry.GetProperty("resource").GetProperty("resourceType").GetString()!).Distinct().Order(StringComparer.Ordinal)];
    }

    static FormUrlEncodedContent Form(params (string Name, string Value)[] fields) => new(fields.Select(field => KeyValuePair.Create(field.Name, field.Value)));
}
