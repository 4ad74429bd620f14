using System.Globalization;
using System.Text;

namespace Socle.Core.Tests.Api;

public sealed class BundleTests : IAsyncLifetime
{
    ApiServer server = null!;
    string laboratory = "", steward = "", patient = "";

    public async Task InitializeAsync()
    {
        server = await ApiServer.Start();
        (laboratory, steward) = (server.Token(server.Laboratory), server.Token(server.Steward));
        (patient, _) = await server.NewPatient("ESSAI", "280057512300101");
    }

    public async Task DisposeAsync() => await server.DisposeAsync();

    static string Bundle(string type, params string[] entries) =>
        $$$$"""{"resourceType":"Bundle","type":"{{{{type}}}}","entry":[{{{{string.Join(',', entries)}}}}]}""";

    static string Entry(string method, string url, string? resource = null, string? fullUrl = null) =>
        $$$$"""{{{{{(fullUrl is null ? "" : $"\"fullUrl\":\"{fullUrl}\",")}}}}{{{{(resource is null ? "" : $"\"resource\":{resource},")}}}}"request":{"method":"{{{{method}}}}","url":"{{{{url}}}}"}}""";

    static string Observation(string subject, string status = "final") =>
        $$$$"""{"resourceType":"Observation","status":"{{{{status}}}}","code":{"text":"essai"},"subject":{"reference":"{{{{subject}}}}"}}""";

    [Fact]
    public async Task A_transaction_rewrites_references_and_answers_in_order()
    {
        var report = """
            {"resourceType":"DiagnosticReport","status":"final","code":{"text":"bilan"},"subject":{"reference":"Patient?identifier=urn:oid:1.2.250.1.213.1.4.11|280057512300101"},
             "result":[{"reference":"urn:uuid:00000000-0000-4000-8000-000000000001"}]}
            """;
        var answer = await server.Post(laboratory, "", Bundle("transaction",
            Entry("POST", "DiagnosticReport", report),
            Entry("GET", "Observation?_summary=count"),
            Entry("POST", "Observation", Observation($"Patient/{patient}"), "urn:uuid:00000000-0000-4000-8000-000000000001")));
        answer.Status.ShouldBe(200, answer.Text);
        answer.Json.GetProperty("type").GetString().ShouldBe("transaction-response");
        var statuses = answer.Entries.Select(e => e.GetProperty("response").GetProperty("status").GetString()).ToList();
        statuses.ShouldBe(["201 Created", "200 OK", "201 Created"]);
        answer.Entries[1].GetProperty("resource").GetProperty("total").GetInt32().ShouldBe(1);       // reads see what was written
        var location = answer.Entries[0].GetProperty("response").GetProperty("location").GetString()!;
        var observation = answer.Entries[2].GetProperty("response").GetProperty("location").GetString()!;
        var stored = await server.Get(laboratory, location);
        stored.Status.ShouldBe(200, stored.Text);
        stored.Text.ShouldContain($"Patient/{patient}");
        stored.Text.ShouldContain(observation[server.Base.Length..observation.IndexOf("/_history", StringComparison.Ordinal)]);
        using var bundle = Socle.Fhir.FhirDocument.Parse(answer.Body);
    }

    [Fact]
    public async Task One_bad_entry_of_a_hundred_undoes_all_and_is_named()
    {
        var entries = Enumerable.Range(0, 100)
            .Select(i => Entry("POST", "Observation", Observation($"Patient/{patient}", i == 57 ? "finished" : "final"))).ToArray();
        var answer = await server.Post(laboratory, "", Bundle("transaction", entries));
        answer.Status.ShouldBe(400, answer.Text);
        answer.Text.ShouldContain("Bundle.entry[57].resource");
        answer.Text.ShouldContain("status");
        Count(await server.Get(laboratory, "Observation?_summary=count")).ShouldBe(0);

        entries[57] = Entry("DELETE", "Observation/unknown");
        (await server.Post(laboratory, "", Bundle("transaction", entries))).Status.ShouldBeOneOf(200, 404);
    }

    [Fact]
    public async Task The_entries_of_a_batch_stand_alone()
    {
        var answer = await server.Post(laboratory, "", Bundle("batch",
            Entry("POST", "Observation", Observation($"Patient/{patient}")),
            Entry("POST", "Observation", """{"resourceType":"Patient"}"""),
            Entry("GET", "Observation/unknown"),
            Entry("GET", "Observation?_summary=count"),
            Entry("PUT", "Patient/" + patient, $$$$"""{"resourceType":"Patient","id":"{{{{patient}}}}","birthDate":"1900-01-01"}""")));
        answer.Status.ShouldBe(200, answer.Text);
        answer.Entries.Select(e => e.GetProperty("response").GetProperty("status").GetString()![..3]).ShouldBe(["201", "400", "404", "200", "403"]);
        answer.Entries[1].GetProperty("response").GetProperty("outcome").GetProperty("resourceType").GetString().ShouldBe("OperationOutcome");
    }

    [Fact]
    public async Task Bundles_that_cannot_be_done_are_refused()
    {
        var twice = "urn:uuid:00000000-0000-4000-8000-000000000002";
        var cases = new (string Json, int Status)[]
        {
            (Bundle("transaction", Entry("POST", "Observation", Observation($"Patient/{patient}"), twice), Entry("POST", "Observation", Observation($"Patient/{patient}"), twice)), 400),
            (Bundle("collection", Entry("POST", "Observation", Observation($"Patient/{patient}"))), 400),
            (Bundle("transaction", Entry("POST", "Patient", Observation($"Patient/{patient}"))), 400),
            (Bundle("transaction", Entry("POST", "Doctor", Observation($"Patient/{patient}"))), 400),
            (Bundle("transaction", Entry("BREW", "Observation", Observation($"Patient/{patient}"))), 400),
            (Bundle("transaction", Entry("POST", "Observation")), 400),
            (Bundle("transaction", Entry("POST", "https://elsewhere.example/fhir/Observation", Observation($"Patient/{patient}"))), 400),
            (Bundle("transaction", Entry("POST", "Observation", Observation("Patient?family=PERSONNE"))), 412),
            (Bundle("transaction", [.. Enumerable.Repeat(Entry("GET", "Observation/a"), 501)]), 413),
            (Observation($"Patient/{patient}"), 400),
        };
        foreach (var (json, status) in cases)
        {
            var answer = await server.Post(laboratory, "", json);
            answer.Status.ShouldBe(status, answer.Text);
            answer.Text.ShouldContain("OperationOutcome");
        }
        Count(await server.Get(laboratory, "Observation?_summary=count")).ShouldBe(0);
    }

    [Fact]
    public async Task A_PUT_without_id_is_that_of_its_body()
    {
        var list = $$$$"""{"resourceType":"List","id":"dossier-1","status":"current","mode":"working","subject":{"reference":"Patient/{{{{patient}}}}"}}""";
        var answer = await server.Post(laboratory, "", Bundle("transaction", Entry("PUT", "List", list)));
        answer.Status.ShouldBe(200, answer.Text);
        (await server.Get(laboratory, "List/dossier-1")).Status.ShouldBe(200);
        (await server.Post(laboratory, "", Bundle("transaction", Entry("PUT", "List", list.Replace("\"id\":\"dossier-1\",", "", StringComparison.Ordinal))))).Status.ShouldBe(400);
    }

    [Fact]
    public async Task A_conditional_reference_with_two_hits_is_refused()
    {
        await server.NewPatient("JUMEAU", "180057512300202");
        await server.NewPatient("JUMEAU", "180057512300303");
        var answer = await server.Post(laboratory, "", Bundle("transaction", Entry("POST", "Observation", Observation("Patient?family=JUMEAU"))));
        answer.Status.ShouldBe(412, answer.Text);
        Count(await server.Get(steward, "Observation?_summary=count")).ShouldBe(0);
    }

    static int Count(Answer answer) => answer.Json.GetProperty("total").GetInt32();
}
