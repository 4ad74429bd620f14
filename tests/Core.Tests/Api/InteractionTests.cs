using System.Text;

namespace Socle.Core.Tests.Api;

/// <summary>Each interaction once around, against the real server.</summary>
public sealed class InteractionTests : IAsyncLifetime
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

    string Observation(string value = "5.2", string more = "") => $$$$"""
        {"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2339-0"}]},
         "subject":{"reference":"Patient/{{{{patient}}}}"},"valueQuantity":{"value":{{{{value}}}},"unit":"mmol/L"}{{{{more}}}}}
        """;

    [Fact]
    public async Task What_is_created_is_read_back_with_its_version()
    {
        var created = await server.Post(steward, "Observation", Observation("5.20"));
        created.Status.ShouldBe(201, created.Text);
        created.Headers["ETag"].ShouldBe("W/\"1\"");
        created.Headers["Location"].ShouldBe($"{server.Base}Observation/{created.Id}/_history/1");
        created.Headers.ShouldContainKey("Last-Modified");

        var read = await server.Get(steward, $"Observation/{created.Id}");
        read.Status.ShouldBe(200);
        read.Text.ShouldContain("5.20");                                    // digits as they were written
        read.Body.ShouldBe(created.Body);
        (await server.Get(steward, $"Observation/{created.Id}", ("If-None-Match", "W/\"1\""))).Status.ShouldBe(304);
        (await server.Get(steward, $"Observation/{created.Id}", ("If-None-Match", "W/\"2\""))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task An_update_adds_a_version_and_a_stale_one_is_refused()
    {
        var id = (await server.Post(steward, "Observation", Observation())).Id;
        var body = Observation("6.1", $",\"id\":\"{id}\"");
        var second = await server.Put(steward, $"Observation/{id}", body, ("If-Match", "W/\"1\""));
        second.Status.ShouldBe(200, second.Text);
        second.Headers["ETag"].ShouldBe("W/\"2\"");
        (await server.Put(steward, $"Observation/{id}", body, ("If-Match", "W/\"1\""))).Status.ShouldBe(412);
        (await server.Get(steward, $"Observation/{id}/_history/1")).Text.ShouldContain("5.2");
        (await server.Get(steward, $"Observation/{id}/_history/2")).Text.ShouldContain("6.1");
        (await server.Get(steward, $"Observation/{id}/_history/3")).Status.ShouldBe(404);
        (await server.Get(steward, $"Observation/{id}/_history/x")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task Deleted_is_gone_and_stays_in_the_history()
    {
        var id = (await server.Post(steward, "Observation", Observation())).Id;
        (await server.Delete(steward, $"Observation/{id}")).Status.ShouldBe(204);
        (await server.Get(steward, $"Observation/{id}")).Status.ShouldBe(410);
        var history = await server.Get(steward, $"Observation/{id}/_history");
        history.Status.ShouldBe(200, history.Text);
        history.Entries.Select(e => e.GetProperty("request").GetProperty("method").GetString()).ShouldBe(["DELETE", "POST"]);
        using var bundle = Socle.Fhir.FhirDocument.Parse(history.Body);
        (await server.Get(steward, "Observation/_history?_count=1")).Link("next").ShouldNotBeNull();
        (await server.Get(steward, "_history")).Entries.Count.ShouldBe(3);
    }

    [Fact]
    public async Task A_conditional_create_happens_once()
    {
        var body = Observation(more: ",\"identifier\":[{\"system\":\"urn:essai\",\"value\":\"a1\"}]");
        var first = await server.Post(steward, "Observation", body, ("If-None-Exist", "identifier=urn:essai|a1"));
        var second = await server.Post(steward, "Observation", body, ("If-None-Exist", "identifier=urn:essai|a1"));
        first.Status.ShouldBe(201, first.Text);
        second.Status.ShouldBe(200, second.Text);
        second.Id.ShouldBe(first.Id);
        (await server.Post(steward, "Observation", body, ("If-None-Exist", "identifer=urn:essai|a1"))).Status.ShouldBe(400);   // misspelt, never dropped
    }

    [Fact]
    public async Task Conditional_update_patch_and_delete_work_on_the_one_they_find()
    {
        var body = Observation(more: ",\"identifier\":[{\"system\":\"urn:essai\",\"value\":\"b1\"}]");
        (await server.Put(steward, "Observation?identifier=urn:essai|b1", body)).Status.ShouldBe(201);
        (await server.Put(steward, "Observation?identifier=urn:essai|b1", body.Replace("5.2", "7.7", StringComparison.Ordinal))).Status.ShouldBe(200);
        var patched = await server.Patch(steward, "Observation?identifier=urn:essai|b1", StatusPatch("Observation", "amended"));
        patched.Status.ShouldBe(200, patched.Text);
        patched.Text.ShouldContain("\"amended\"");
        patched.Text.ShouldContain("7.7");
        (await server.Delete(steward, "Observation?identifier=urn:essai|b1")).Status.ShouldBe(204);
        (await server.Put(steward, "Observation", body)).Status.ShouldBe(400);       // no criterion at all
        (await server.Delete(steward, "Observation")).Status.ShouldBe(400);
    }

    static string StatusPatch(string type, string status) => $$$$"""
        {"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},
         {"name":"path","valueString":"{{{{type}}}}.status"},{"name":"value","valueCode":"{{{{status}}}}"}]}]}
        """;

    [Fact]
    public async Task Prefer_chooses_the_body()
    {
        (await server.Post(steward, "Observation", Observation(), ("Prefer", "return=minimal"))).Body.ShouldBeEmpty();
        (await server.Post(steward, "Observation", Observation(), ("Prefer", "return=OperationOutcome"))).Text.ShouldContain("OperationOutcome");
        (await server.Post(steward, "Observation", Observation(), ("Prefer", "return=representation"))).Text.ShouldContain("mmol/L");
    }

    [Fact]
    public async Task A_search_pages_by_links_that_tell_nothing_and_survive_inserts()
    {
        for (var i = 0; i < 5; i++) await server.Post(steward, "Observation", Observation($"{i}.5"));
        var first = await server.Get(steward, $"Observation?subject=Patient/{patient}&_count=2&_sort=-_lastUpdated&_total=accurate");
        first.Status.ShouldBe(200, first.Text);
        first.Entries.Count.ShouldBe(2);
        first.Json.GetProperty("total").GetInt32().ShouldBe(5);
        first.Entries[0].GetProperty("search").GetProperty("mode").GetString().ShouldBe("match");
        var next = first.Link("next")!;
        next.ShouldNotContain(patient);
        await server.Post(steward, "Observation", Observation("9.9"));
        var second = await server.Get(steward, next);
        var third = await server.Get(steward, second.Link("next")!);
        third.Link("next").ShouldBeNull();
        var values = new[] { first, second, third }.SelectMany(page => page.Entries)
            .Select(e => e.GetProperty("resource").GetProperty("valueQuantity").GetProperty("value").GetRawText());
        values.ShouldBe(["4.5", "3.5", "2.5", "1.5", "0.5"]);
        using var bundle = Socle.Fhir.FhirDocument.Parse(first.Body);

        var other = server.Token(server.OtherLaboratory);
        (await server.Get(other, next)).Status.ShouldBe(400);              // a link is its caller's
        (await server.Get(steward, next[..^4] + "AAAA")).Status.ShouldBe(400);
    }

    [Fact]
    public async Task A_search_may_be_posted_counted_and_strict()
    {
        await server.Post(steward, "Observation", Observation());
        var posted = await server.Send(steward, HttpMethod.Post, "Observation/_search",
            new FormUrlEncodedContent(new Dictionary<string, string> { ["code"] = "http://loinc.org|2339-0" }));
        posted.Status.ShouldBe(200, posted.Text);
        posted.Entries.Count.ShouldBe(1);
        var counted = await server.Get(steward, "Observation?_summary=count");
        counted.Json.GetProperty("total").GetInt32().ShouldBe(1);
        counted.Entries.ShouldBeEmpty();
        var lenient = await server.Get(steward, "Observation?codde=x");
        lenient.Status.ShouldBe(200);
        lenient.Text.ShouldContain("\"mode\":\"outcome\"");
        (await server.Get(steward, "Observation?codde=x", ("Prefer", "handling=strict"))).Status.ShouldBe(400);
        (await server.Get(steward, "Observation?date=never")).Status.ShouldBe(400);
        (await server.Get(steward, "Observation?_include=Observation:subject")).Text.ShouldContain("\"include\"");
    }

    [Fact]
    public async Task Part_of_a_resource_is_tagged_as_such()
    {
        var id = (await server.Post(steward, "Observation", Observation(more: ",\"note\":[{\"text\":\"à jeun\"}]"))).Id;
        var elements = await server.Get(steward, $"Observation/{id}?_elements=note");
        elements.Text.ShouldContain("SUBSETTED");
        elements.Text.ShouldContain("à jeun");
        elements.Text.ShouldContain("\"status\"");                          // mandatory
        elements.Text.ShouldNotContain("mmol");
        (await server.Get(steward, $"Observation/{id}?_summary=true")).Text.ShouldNotContain("à jeun");
        (await server.Get(steward, $"Observation/{id}?_summary=data")).Text.ShouldContain("à jeun");
        (await server.Get(steward, $"Observation?_id={id}&_elements=note")).Text.ShouldContain("SUBSETTED");
    }

    [Fact]
    public async Task A_format_that_is_neither_JSON_nor_XML_is_refused_clearly()
    {
        (await server.Get(steward, $"Patient/{patient}", ("Accept", "text/turtle"))).Status.ShouldBe(406);
        (await server.Get(steward, $"Patient/{patient}?_format=ttl")).Status.ShouldBe(406);
        (await server.Get(steward, $"Patient/{patient}", ("Accept", "application/fhir+json; fhirVersion=3.0"))).Status.ShouldBe(406);
        foreach (var accept in new[] { "application/fhir+json; fhirVersion=4.0", "application/json", "*/*", "text/html, */*;q=0.1" })
            (await server.Get(steward, $"Patient/{patient}", ("Accept", accept))).Status.ShouldBe(200, accept);
        (await server.Get(steward, $"Patient/{patient}?_format=application/fhir%2Bjson", ("Accept", "application/xml"))).Status.ShouldBe(200);
        (await server.Get(steward, $"Patient/{patient}?_pretty=true")).Text.ShouldContain("\n  \"");
    }

    [Fact]
    public async Task A_gzip_body_is_inflated()
    {
        var content = ApiServer.Bytes(ApiServer.Gzip(Encoding.UTF8.GetBytes(Observation("8.8"))), "application/fhir+json");
        content.Headers.ContentEncoding.Add("gzip");
        var created = await server.Send(steward, HttpMethod.Post, "Observation", content);
        created.Status.ShouldBe(201, created.Text);
        created.Text.ShouldContain("8.8");
    }
}
