using System.Globalization;
using System.Net.Http.Headers;

namespace Socle.Core.Tests.Api;

/// <summary>HEAD, conditional reads, preferences, the history of a period, and the same in the entries of a batch.</summary>
public sealed class ConditionalTests : IAsyncLifetime
{
    ApiServer server = null!;
    string steward = "", patient = "";

    public async Task InitializeAsync()
    {
        server = await ApiServer.Start();
        steward = server.Token(server.Steward);
        (patient, _) = await server.NewPatient("ESSAI", "180057512300101");
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    string Observation(string value, string more = "") => $$$$"""
        {"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2339-0"}]},
         "subject":{"reference":"Patient/{{{{patient}}}}"},"valueQuantity":{"value":{{{{value}}}},"unit":"mmol/L"}{{{{more}}}}}
        """;

    [Theory]
    [InlineData("Patient/{id}"), InlineData("Patient?_id={id}"), InlineData("Patient/{id}/_history/1"), InlineData("Patient/{id}/_history")]
    [InlineData("metadata"), InlineData("Patient/{id}/$everything"), InlineData("Patient/{id}?_format=json&_pretty=true")]
    public async Task Head_tells_the_headers_of_get_and_nothing_else(string path)
    {
        path = path.Replace("{id}", patient, StringComparison.Ordinal);
        var get = await server.Get(steward, path);
        var head = await server.Send(steward, HttpMethod.Head, path, null);
        get.Status.ShouldBe(200, get.Text);
        head.Status.ShouldBe(200);
        head.Body.ShouldBeEmpty();
        get.Body.Length.ShouldBeGreaterThan(0);
        foreach (var name in (string[])["ETag", "Last-Modified", "Content-Type"]) head.Headers.GetValueOrDefault(name).ShouldBe(get.Headers.GetValueOrDefault(name), name);
        (await server.Send(steward, HttpMethod.Head, "Patient/nobody", null)).Status.ShouldBe(404);
    }

    [Fact]
    public async Task What_the_caller_has_already_is_not_sent_again()
    {
        var first = await server.Get(steward, $"Patient/{patient}");
        var modified = first.Headers["Last-Modified"];
        var earlier = DateTimeOffset.Parse(modified, CultureInfo.InvariantCulture).AddSeconds(-1).ToString("R", CultureInfo.InvariantCulture);
        async Task<int> Read(string name, string value, string path = "") => (await server.Get(steward, $"Patient/{patient}{path}", (name, value))).Status;
        (await Read("If-None-Match", "W/\"1\"")).ShouldBe(304);
        (await Read("If-None-Match", "\"1\"")).ShouldBe(304);
        (await Read("If-None-Match", "W/\"7\", W/\"1\"")).ShouldBe(304);
        (await Read("If-None-Match", "*")).ShouldBe(304);
        (await Read("If-None-Match", "W/\"2\"")).ShouldBe(200);
        (await Read("If-None-Match", "W/\"1\"", "/_history/1")).ShouldBe(304);
        (await Read("If-Modified-Since", modified)).ShouldBe(304);
        (await Read("If-Modified-Since", earlier)).ShouldBe(200);
        (await server.Get(steward, $"Patient/{patient}", ("If-None-Match", "W/\"2\""), ("If-Modified-Since", modified))).Status.ShouldBe(200);
        var known = await server.Get(steward, $"Patient/{patient}", ("If-None-Match", "W/\"1\""));
        known.Body.ShouldBeEmpty();
        known.Headers["ETag"].ShouldBe("W/\"1\"");
        // To a stranger the same condition says nothing: unknown is unknown.
        var nurse = server.Token(server.Nurse);
        (await server.Get(nurse, $"Patient/{patient}", ("If-None-Match", "*"))).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_version_that_is_a_deletion_is_gone()
    {
        var id = (await server.Post(steward, "Observation", Observation("5.2"))).Id;
        await server.Delete(steward, $"Observation/{id}");
        (await server.Get(steward, $"Observation/{id}/_history/1")).Status.ShouldBe(200);
        (await server.Get(steward, $"Observation/{id}/_history/2")).Status.ShouldBe(410);
        (await server.Get(steward, $"Observation/{id}/_history/3")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task The_answer_says_which_preference_it_kept()
    {
        var minimal = await server.Post(steward, "Observation", Observation("1"), ("Prefer", "return=minimal"));
        minimal.Headers["Preference-Applied"].ShouldBe("return=minimal");
        var id = minimal.Headers["Location"].Split('/')[^3];
        var body = Observation("2", $",\"id\":\"{id}\"");
        (await server.Put(steward, $"Observation/{id}", body, ("Prefer", "return=minimal"))).Body.ShouldBeEmpty();
        (await server.Put(steward, $"Observation/{id}", body, ("Prefer", "return=OperationOutcome"))).Text.ShouldContain("mise à jour");
        const string Patch = """{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},{"name":"path","valueString":"Observation.status"},{"name":"value","valueCode":"amended"}]}]}""";
        (await server.Patch(steward, $"Observation/{id}", Patch, ("Prefer", "return=minimal"))).Body.ShouldBeEmpty();
        (await server.Patch(steward, $"Observation/{id}", Patch, ("Prefer", "return=representation"))).Text.ShouldContain("amended");
        var gone = await server.Delete(steward, $"Observation/{id}", ("Prefer", "return=OperationOutcome"));
        gone.Status.ShouldBe(200);
        gone.Text.ShouldContain("supprimée");
        (await server.Post(steward, "Observation", Observation("1"))).Headers.ShouldNotContainKey("Preference-Applied");
    }

    [Fact]
    public async Task Of_several_matches_a_conditional_delete_takes_none()
    {
        var body = Observation("1", ",\"identifier\":[{\"system\":\"urn:essai\",\"value\":\"twice\"}]");
        await server.Post(steward, "Observation", body);
        await server.Post(steward, "Observation", body);
        (await server.Delete(steward, "Observation?identifier=urn:essai|twice")).Status.ShouldBe(412);
        (await server.Get(steward, "Observation?identifier=urn:essai|twice&_summary=count")).Json.GetProperty("total").GetInt32().ShouldBe(2);
        (await server.Put(steward, "Observation?identifier=urn:essai|twice", body)).Status.ShouldBe(412);
        (await server.Post(steward, "Observation", body, ("If-None-Exist", "identifier=urn:essai|twice"))).Status.ShouldBe(412);
    }

    [Fact]
    public async Task The_history_of_a_period_holds_what_was_current_then()
    {
        var id = (await server.Post(steward, "Observation", Observation("1.5"))).Id;
        server.Clock.Move(TimeSpan.FromSeconds(1));
        var between = server.Clock.GetUtcNow();
        server.Clock.Move(TimeSpan.FromSeconds(1));
        await server.Put(steward, $"Observation/{id}", Observation("2.5", $",\"id\":\"{id}\""));
        await server.Put(steward, $"Observation/{id}", Observation("3.5", $",\"id\":\"{id}\""));
        async Task<string[]> At(string at, string path = "/{id}")
        {
            var answer = await server.Get(steward, $"Observation{path.Replace("{id}", id, StringComparison.Ordinal)}/_history?_at={Uri.EscapeDataString(at)}");
            answer.Status.ShouldBe(200, answer.Text);
            return [.. answer.Entries.Select(entry => entry.GetProperty("resource").GetProperty("meta").GetProperty("versionId").GetString()!)];
        }
        var moment = between.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        (await At(moment)).ShouldBe(["1"]);
        (await At(moment, "")).ShouldBe(["1"]);
        (await At("2001-01-01")).ShouldBeEmpty();
        (await At("2001-01-01", "")).ShouldBeEmpty();
        (await At(between.UtcDateTime.ToString("yyyy", CultureInfo.InvariantCulture))).ShouldBe(["3", "2", "1"]);
        (await At(between.AddYears(1).UtcDateTime.ToString("yyyy", CultureInfo.InvariantCulture))).ShouldBe(["3"]);
        (await server.Get(steward, "Observation/_history?_at=ge2026")).Status.ShouldBe(400);
        (await server.Get(steward, "Observation/_history?_at=never")).Status.ShouldBe(400);
        (await server.Get(steward, "Observation/_history?_et=2026", ("Prefer", "handling=strict"))).Status.ShouldBe(400);
        var page = await server.Get(steward, $"Observation/{id}/_history?_count=1&_at={between.Year}");
        page.Link("next")!.ShouldContain("_at=");
        (await server.Get(steward, page.Link("next")!)).Entries.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task The_entries_of_a_batch_may_be_conditional_searches_and_operations()
    {
        await server.Post(steward, "Observation", Observation("1.5"));
        var batch = $$$$"""
            {"resourceType":"Bundle","type":"batch","entry":[
             {"request":{"method":"GET","url":"Patient/{{{{patient}}}}","ifNoneMatch":"W/\"1\""}},
             {"request":{"method":"GET","url":"Patient/{{{{patient}}}}","ifNoneMatch":"W/\"9\""}},
             {"request":{"method":"HEAD","url":"Patient/{{{{patient}}}}"}},
             {"request":{"method":"POST","url":"Observation/_search?patient={{{{patient}}}}"}},
             {"request":{"method":"GET","url":"Observation/$lastn?patient={{{{patient}}}}"}},
             {"request":{"method":"GET","url":"Patient/{{{{patient}}}}/$everything?_type=Patient"}},
             {"request":{"method":"POST","url":"Patient/{{{{patient}}}}/$meta-add"},"resource":{"resourceType":"Parameters","parameter":[
               {"name":"meta","valueMeta":{"tag":[{"system":"urn:essai","code":"lot"}]}}]}},
             {"request":{"method":"GET","url":"Patient/{{{{patient}}}}/$nothing"}},
             {"request":{"method":"PUT","url":"Observation?identifier=urn:essai|lot"},"resource":{{{{Observation("7", ",\"identifier\":[{\"system\":\"urn:essai\",\"value\":\"lot\"}]")}}}}},
             {"request":{"method":"DELETE","url":"Observation?identifier=urn:essai|nobody"}}]}
            """;
        var answer = await server.Post(steward, "", batch);
        answer.Status.ShouldBe(200, answer.Text);
        answer.Entries.Select(entry => entry.GetProperty("response").GetProperty("status").GetString()![..3])
            .ShouldBe(["304", "200", "200", "200", "200", "200", "200", "404", "201", "204"], answer.Text);   // its writes come first, whatever their place
        answer.Entries[0].TryGetProperty("resource", out _).ShouldBeFalse();
        answer.Entries[2].TryGetProperty("resource", out _).ShouldBeFalse();
        answer.Entries[3].GetProperty("resource").GetProperty("entry").GetArrayLength().ShouldBe(2);
        answer.Entries[4].GetProperty("resource").GetProperty("total").GetInt32().ShouldBe(1);
        answer.Entries[5].GetProperty("resource").GetProperty("entry").GetArrayLength().ShouldBe(1);
        (await server.Get(steward, $"Patient/{patient}")).Text.ShouldContain("\"lot\"");

        var together = $$$$"""
            {"resourceType":"Bundle","type":"transaction","entry":[
             {"request":{"method":"POST","url":"Patient/{{{{patient}}}}/$meta-add"},"resource":{"resourceType":"Parameters"}}]}
            """;
        (await server.Post(steward, "", together)).Status.ShouldBe(400);
    }
}
