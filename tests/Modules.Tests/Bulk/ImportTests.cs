using System.Text;
using System.Text.Json;
using Socle.Platform;
using Socle.Support;

namespace Socle.Modules.Tests.Bulk;

public sealed class ImportTests
{
    [Theory, OnEachDatabase]
    public async Task Lines_are_taken_in_and_the_bad_ones_are_named(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind);
        var steward = world.Token(FhirWorld.Steward);
        var lines = new List<string> { Patient("p1", "IMPORTEE") };
        for (var i = 0; i < 450; i++) lines.Add(Line($"o{i}", "p1", $"valeur {i}"));
        lines[100] = """{"resourceType":"Observation","id":"bad","status":"final","coode":{}}""";
        lines[300] = "{ceci n’est pas du JSON";
        lines.Insert(200, "");
        var status = await Import(world, steward, Encoding.UTF8.GetBytes(string.Join('\n', lines)));
        var done = await world.Finish(steward, status);
        done.Status.ShouldBe(200, done.Text);
        done.Json.GetProperty("output").EnumerateArray().Select(o => (o.GetProperty("type").GetString(), o.GetProperty("count").GetInt64()))
            .ShouldBe([("Observation", 448), ("Patient", 1)]);
        var faults = await world.Lines(steward, done.Json, "error");
        faults.Select(fault => fault.GetProperty("issue")[0].GetProperty("diagnostics").GetString()).ShouldBe(["ligne 101", "ligne 302"]);
        faults[0].GetRawText().ShouldContain("coode");
        (await world.Send(steward, "Observation?patient=p1&_summary=count")).Json.GetProperty("total").GetInt64().ShouldBe(448);
        (await world.Storage.Db.First($"select count(*) from platform_blob_chunk", row => row.Long(0), default)).ShouldBe(0);

        // The same again changes nothing.
        var again = (await world.Finish(steward, await Import(world, steward, Encoding.UTF8.GetBytes(string.Join('\n', lines))))).Json;
        again.GetProperty("output").EnumerateArray().Sum(o => o.GetProperty("count").GetInt64()).ShouldBe(449);
        var read = await world.Send(steward, "Observation/o7");
        read.Json.GetProperty("meta").GetProperty("versionId").GetString().ShouldBe("1");
    }

    [Theory, OnEachDatabase]
    public async Task A_killed_import_goes_on(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind);
        var steward = world.Token(FhirWorld.Steward);
        const int Count = 1_500;
        var text = string.Join('\n', Enumerable.Range(0, Count).Select(i => Line($"o{i}", "p1", $"valeur {i}")).Prepend(Patient("p1", "REPRISE")));
        var status = await Import(world, steward, Encoding.UTF8.GetBytes(text));
        for (var stops = 0; stops < 2; stops++)
        {
            var before = await Total(world);
            for (var round = 0; round < 2_000 && await Total(world) <= before; round++) await Task.Delay(1);
            await world.Restart();
        }
        var done = await world.Finish(steward, status);
        done.Json.GetProperty("output").EnumerateArray().Sum(o => o.GetProperty("count").GetInt64()).ShouldBe(Count + 1);
        done.Json.GetProperty("error").GetArrayLength().ShouldBe(0);
        (await Total(world)).ShouldBe(Count + 1);
    }

    [Fact]
    public async Task Files_of_a_form_and_a_gzip_body_are_taken_in()
    {
        await using var world = await FhirWorld.Open(DatabaseKind.Sqlite);
        var steward = world.Token(FhirWorld.Steward);
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(Encoding.UTF8.GetBytes(Patient("f1", "FORMULAIRE"))), "file", "Patient.ndjson" },
            { new ByteArrayContent(Encoding.UTF8.GetBytes(Line("g1", "f1", "du formulaire") + "\r\n" + Line("g2", "f1", "aussi"))), "file", "Observation.ndjson" }
        };
        var started = await world.Send(steward, HttpMethod.Post, "$import", form, BulkRun.Async);
        started.Status.ShouldBe(202, started.Text);
        (await world.Finish(steward, started.Headers["Content-Location"])).Status.ShouldBe(200);
        (await world.Send(steward, "Observation?patient=f1&_summary=count")).Json.GetProperty("total").GetInt64().ShouldBe(2);
    }

    [Fact]
    public async Task An_import_by_addresses_fetches_only_where_it_may()
    {
        using var source = new Receiver();
        source.Answers["/Patient.ndjson"] = (200, Encoding.UTF8.GetBytes(Patient("u1", "ADRESSE")));
        source.Answers["/Observation.ndjson"] = (200, Encoding.UTF8.GetBytes(Line("v1", "u1", "distante") + "\n" + Patient("u2", "INTRUSE")));
        await using var world = await FhirWorld.Open(DatabaseKind.Sqlite,
            """{"Bulk": {"Settle": "00:00:00"}, "Egress": {"Hosts": ["localhost"], "Loopback": true}}""");
        var steward = world.Token(FhirWorld.Steward);
        var started = await Manifest(world, steward, ("Patient", $"{source.Address}/Patient.ndjson"), ("Observation", $"{source.Address}/Observation.ndjson"),
            ("Observation", $"{source.Address}/nowhere.ndjson"));
        started.Status.ShouldBe(202, started.Text);
        var done = (await world.Finish(steward, started.Headers["Content-Location"])).Json;
        var faults = await world.Lines(steward, done, "error");
        faults.Count.ShouldBe(2);
        faults[0].GetRawText().ShouldContain("Observation.ndjson, ligne 2");
        faults[1].GetRawText().ShouldContain("nowhere.ndjson");
        (await world.Send(steward, "Observation/v1")).Status.ShouldBe(200);
        (await world.Send(steward, "Patient/u2")).Status.ShouldBe(404);

        foreach (var address in new[] { "https://169.254.169.254/latest", "http://127.0.0.1:1/x", "https://ailleurs.example/x", "file:///etc/passwd" })
            (await Manifest(world, steward, ("Patient", address))).Status.ShouldBe(422, address);
        foreach (var agent in new[] { FhirWorld.Nurse, new Agent(AgentKind.Citizen, "patient:x", "X", null, null, null, 5, 5) })
            (await Manifest(world, world.Token(agent), ("Patient", $"{source.Address}/Patient.ndjson"))).Status.ShouldBe(403);
    }

    [Fact]
    public async Task A_software_imports_what_it_may_write_and_is_told_of_the_rest()
    {
        await using var world = await FhirWorld.Open(DatabaseKind.Sqlite);
        var laboratory = world.Token(FhirWorld.Laboratory);
        var (ann, _, _) = await world.NewPatient("DEPOT");
        var text = $"{Line("w1", ann, "du labo")}\n{Patient("w2", "INTERDITE")}";
        var done = await world.Finish(laboratory, await Import(world, laboratory, Encoding.UTF8.GetBytes(text)));
        var fault = (await world.Lines(laboratory, done.Json, "error")).ShouldHaveSingleItem();
        fault.GetProperty("issue")[0].GetProperty("code").GetString().ShouldBe("forbidden");
        (await world.Send(laboratory, "Observation/w1")).Status.ShouldBe(200);
    }

    internal static async Task<string> Import(FhirWorld world, string token, byte[] ndjson)
    {
        using var content = new ByteArrayContent(ndjson);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/fhir+ndjson");
        var started = await world.Send(token, HttpMethod.Post, "$import", content, BulkRun.Async);
        started.Status.ShouldBe(202, started.Text);
        return started.Headers["Content-Location"];
    }

    static Task<FhirReply> Manifest(FhirWorld world, string token, params (string Type, string Url)[] inputs)
    {
        var json = JsonSerializer.Serialize(new
        {
            inputFormat = "application/fhir+ndjson", inputSource = "https://source.example/fhir", storageDetail = new { type = "https" },
            input = inputs.Select(input => new { type = input.Type, url = input.Url })
        });
        return world.Send(token, HttpMethod.Post, "$import", new StringContent(json, Encoding.UTF8, "application/json"), BulkRun.Async);
    }

    static async Task<long> Total(FhirWorld world) => (await world.Get<Socle.Store.RecordStore>().Counts(default)).Sum(count => count.Resources);

    static string Patient(string id, string family) =>
        $$"""{"resourceType":"Patient","id":"{{id}}","name":[{"family":"{{family}}","given":["Camille"]}],"gender":"female","birthDate":"1980-05-17"}""";

    internal static string Line(string id, string patient, string text) =>
        $$$"""{"resourceType":"Observation","id":"{{{id}}}","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2345-7"}]},"subject":{"reference":"Patient/{{{patient}}}"},"effectiveDateTime":"2026-01-15T08:00:00Z","valueString":"{{{text}}}"}""";
}
