using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Xunit.Abstractions;

namespace Socle.Modules.Tests.Host;

/// <summary>
/// Fifty times kill -9 while four clients import bundles and read back. After each restart: no acknowledged write is missing, no bundle
/// is half there; at the end the audit log is whole and covers every write and every released read.
/// </summary>
public sealed class KillLoopTests(ITestOutputHelper told) : IAsyncLifetime, IDisposable
{
    const int Rounds = 50;
    const int Clients = 4;
    const int EntriesPerBundle = 8;
    const string System = "urn:oid:1.2.250.1.999.20";

    readonly RunningSocle socle = new();
    readonly Random random = new(20_261);
    readonly ConcurrentDictionary<string, bool> sent = new();           // bundle → acknowledged
    readonly ConcurrentDictionary<string, int> releasedReads = new();   // id → answers that left with its bytes
    readonly ConcurrentDictionary<string, bool> unanswered = new();     // bundle cut by a kill → whether it is there
    readonly ConcurrentBag<string> known = [];                          // ids of acknowledged resources
    readonly HttpClient http = new() { Timeout = TimeSpan.FromMinutes(3) };

    public async Task InitializeAsync()
    {
        await socle.InitializeAsync();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await socle.Token("--system", "import", "--steward"));
    }

    public Task DisposeAsync() => socle.DisposeAsync();

    public void Dispose() => http.Dispose();

    [Fact]
    public async Task Nothing_acknowledged_is_lost_and_nothing_is_half_there()
    {
        var patient = await Create("Patient", """{"resourceType":"Patient","name":[{"family":"ESSAI","given":["Ana"]}],"birthDate":"1980-02-03"}""");
        for (var round = 1; round <= Rounds; round++)
        {
            var work = Enumerable.Range(0, Clients).Select(client => Task.Run(() => Import(round, client, patient))).ToArray();
            if (round % 5 != 0) await SomeAnswer(round);   // on a busy machine a fresh server is slow; each fifth dies in its first breaths
            await Task.Delay(random.Next(10, 250));
            await socle.Kill();
            await Task.WhenAll(work);
            await socle.Start();
            await CheckRound(round);
        }
        await CheckAudit();
    }

    async Task SomeAnswer(int round)
    {
        for (var tries = 0; tries < 10_000 && !sent.Any(s => s.Value && s.Key.StartsWith($"r{round}-", StringComparison.Ordinal)); tries++) await Task.Delay(10);
    }

    async Task Import(int round, int client, string patient)
    {
        for (var turn = 0; ; turn++)
        {
            var bundle = string.Create(CultureInfo.InvariantCulture, $"r{round}-c{client}-t{turn}");
            sent[bundle] = false;
            try
            {
                using var content = new StringContent(Bundle(bundle, patient), Encoding.UTF8, "application/fhir+json");
                using var answer = await http.PostAsync(new Uri(socle.Address, "/fhir"), content);
                var text = await answer.Content.ReadAsStringAsync();
                answer.IsSuccessStatusCode.ShouldBeTrue(text);
                sent[bundle] = true;
                foreach (var entry in JsonNode.Parse(text)!["entry"]!.AsArray())
                    known.Add(entry!["response"]!["location"]!.GetValue<string>().Split("Observation/")[1].Split('/')[0]);
                if (known.TryPeek(out var id)) await Read(id);
            }
            catch (Exception error) when (RunningSocle.IsCut(error))
            {
                return;   // killed
            }
        }
    }

    async Task Read(string id)
    {
        using var answer = await http.GetAsync(new Uri(socle.Address, "/fhir/Observation/" + id));
        answer.IsSuccessStatusCode.ShouldBeTrue($"Observation/{id} was acknowledged, and is answered by {(int)answer.StatusCode}");
        await answer.Content.ReadAsByteArrayAsync();
        releasedReads.AddOrUpdate(id, 1, (_, n) => n + 1);
    }

    async Task CheckRound(int round)
    {
        foreach (var (bundle, acknowledged) in sent.Where(s => s.Key.StartsWith($"r{round}-", StringComparison.Ordinal)))
        {
            var found = await Count(bundle);
            if (acknowledged) found.ShouldBe(EntriesPerBundle, $"{bundle} was acknowledged");
            else
            {
                found.ShouldBeOneOf(0, EntriesPerBundle);
                unanswered[bundle] = found > 0;
            }
        }
    }

    async Task<int> Count(string bundle)
    {
        using var answer = await http.GetAsync(new Uri(socle.Address, $"/fhir/Observation?identifier={System}%7C{bundle}&_summary=count"));
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonNode.Parse(text)!["total"]!.GetValue<int>();
    }

    async Task CheckAudit()
    {
        told.WriteLine($"{sent.Count(s => s.Value)} bundles acknowledged, {unanswered.Count} cut by a kill of which {unanswered.Count(u => u.Value)} are there whole");
        sent.Count(s => s.Value).ShouldBeGreaterThanOrEqualTo(Rounds * 4 / 5, "each round that waits has one at least");
        unanswered.Count.ShouldBeGreaterThan(Rounds, "the kills must fall on writes");
        var (exit, text, errors) = await RunningSocle.Verb("audit", "verify", "--data", socle.Data);
        exit.ShouldBe(0, text + errors);
        await socle.Kill();
        var trace = await AuditTrace.Of(socle.Data);
        trace.Of("create", "Observation").Count.ShouldBeGreaterThanOrEqualTo(sent.Count(s => s.Value) * EntriesPerBundle);
        var there = trace.StoredIds("Observation").ToHashSet();
        known.Where(id => !there.Contains(id)).ShouldBeEmpty("what was acknowledged in any round is there after the last");
        (there.Count % EntriesPerBundle).ShouldBe(0);
        foreach (var id in there)
            trace.Of("create", "Observation/" + id).Count.ShouldBe(1, $"Observation/{id} is there, so its creation must be in the log");
        foreach (var (id, reads) in releasedReads)
            trace.Of("read", "Observation/" + id).Count.ShouldBeGreaterThanOrEqualTo(reads, $"Observation/{id}");
    }

    static string Bundle(string name, string patient)
    {
        var entries = Enumerable.Range(0, EntriesPerBundle).Select(i => $$$"""
            {"resource":{"resourceType":"Observation","identifier":[{"system":"{{{System}}}","value":"{{{name}}}"}],"status":"final","code":{"coding":[{"system":"http://loinc.org","code":"8867-4"}]},"subject":{"reference":"Patient/{{{patient}}}"},"valueQuantity":{"value":{{{60 + i}}}}},"request":{"method":"POST","url":"Observation"}}
            """);
        return $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', entries)}}]}""";
    }

    async Task<string> Create(string type, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/fhir+json");
        using var answer = await http.PostAsync(new Uri(socle.Address, "/fhir/" + type), content);
        var text = await answer.Content.ReadAsStringAsync();
        answer.IsSuccessStatusCode.ShouldBeTrue(text);
        return JsonNode.Parse(text)!["id"]!.GetValue<string>();
    }
}
