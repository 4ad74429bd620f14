using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Socle.Support;

namespace Socle.Modules.Tests.Host;

/// <summary>kill -9 of the real program: what it owes (a notification) and what it promised (the answer under a key) outlive it.</summary>
public sealed class KilledServerTests : IAsyncLifetime, IDisposable
{
    readonly RunningSocle socle = new();
    readonly Receiver receiver = new();
    readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(60) };

    public async Task InitializeAsync()
    {
        await socle.InitializeAsync();
        // Only what the settings name may be called: the program starts again with this test's own receiver among them.
        await socle.Kill();
        await File.WriteAllTextAsync(Path.Combine(socle.Data, "socle.json"), """
            {"Egress": {"Hosts": ["localhost"], "Loopback": true}, "Subscriptions": {"Backoff": "00:00:00", "Tries": 100}}
            """);
        await socle.Start();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await socle.Token("--system", "essai", "--steward"));
    }

    public Task DisposeAsync() => socle.DisposeAsync();

    public void Dispose()
    {
        http.Dispose();
        receiver.Dispose();
    }

    [Fact]
    public async Task A_killed_server_still_tells_and_still_knows_the_key()
    {
        var patient = (string)(await Post("Patient", """{"resourceType":"Patient","name":[{"family":"ESSAI","given":["Ana"]}],"birthDate":"1980-02-03"}""", null)).Json["id"]!;
        var subscription = (string)(await Post("Subscription", $$"""
            {"resourceType":"Subscription","status":"requested","reason":"essai","criteria":"Observation?status=final",
             "channel":{"type":"rest-hook","endpoint":"{{receiver.Address}}/hook","payload":"application/fhir+json"} }
            """, null)).Json["id"]!;
        (await receiver.Next()).Body.ShouldContain("handshake");
        for (var round = 0; (string)(await Get($"Subscription/{subscription}"))["status"]! != "active"; round++)
        {
            round.ShouldBeLessThan(1_000);
            await Task.Delay(20);
        }
        receiver.Status = 503;
        var body = $$$"""{"resourceType":"Observation","status":"final","code":{"text":"poids"},"subject":{"reference":"Patient/{{{patient}}}"},"valueQuantity":{"value":60}}""";
        var first = await Post("Observation", body, "avant");
        first.Replayed.ShouldBeFalse();
        var id = (string)first.Json["id"]!;
        (await receiver.Next()).Body.ShouldContain(id);   // it was refused: the server still owes it
        await socle.Kill();
        while (receiver.Got.TryDequeue(out _)) { }
        receiver.Status = 200;
        await socle.Start();
        string told;
        do told = (await receiver.Next()).Body;
        while (!told.Contains(id, StringComparison.Ordinal));
        told.ShouldContain("event-notification");

        var again = await Post("Observation", body, "avant");
        (again.Replayed, (string)again.Json["id"]!, (string)again.Json["meta"]!["versionId"]!).ShouldBe((true, id, "1"));
        ((int)(await Get($"Observation?patient=Patient/{patient}&_summary=count"))["total"]!).ShouldBe(1);
        var other = await Send("Observation", body.Replace("60", "61", StringComparison.Ordinal), "avant");
        ((int)other.StatusCode).ShouldBe(422);
        other.Dispose();
    }

    async Task<HttpResponseMessage> Send(string path, string json, string? key)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(socle.Address, "/fhir/" + path));
        request.Content = new StringContent(json, Encoding.UTF8, "application/fhir+json");
        if (key is not null) request.Headers.Add("Idempotency-Key", key);
        return await http.SendAsync(request);
    }

    async Task<(JsonNode Json, bool Replayed)> Post(string path, string json, string? key)
    {
        using var answer = await Send(path, json, key);
        var text = await answer.Content.ReadAsStringAsync();
        ((int)answer.StatusCode).ShouldBe(201, text);
        return (JsonNode.Parse(text)!, answer.Headers.Contains("Idempotent-Replayed"));
    }

    async Task<JsonNode> Get(string path) => JsonNode.Parse(await http.GetStringAsync(new Uri(socle.Address, "/fhir/" + path)))!;
}
