using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Socle.Identities;
using Socle.Modules.Tests.Identities;

namespace Socle.Modules.Tests.Host;

/// <summary>kill -9 of the real program in the middle of a verification of 20 000 identities, three times: each line is answered once.</summary>
public sealed class KilledBatchTests : IAsyncLifetime, IDisposable
{
    const int Lines = 20_000, People = 999, Kills = 3;

    readonly RunningSocle socle = new();
    readonly HttpClient http = new() { Timeout = TimeSpan.FromSeconds(100) };
    readonly Random random = new(4_104);

    public async Task InitializeAsync()
    {
        await socle.InitializeAsync();
        await socle.Kill();
        await File.WriteAllTextAsync(Path.Combine(socle.Data, "socle.json"), """{"Bulk": {"Settle": "00:00:00", "LinesPerFile": 1000}, "Store": {"SearchBudget": "00:01:00"}}""");
        await socle.Start();
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", await socle.Token("--system", "essai", "--steward"));
    }

    public Task DisposeAsync() => socle.DisposeAsync();

    public void Dispose() => http.Dispose();

    [Fact]
    public async Task A_killed_verification_goes_on_and_answers_each_line_once()
    {
        foreach (var some in Enumerable.Range(0, People).Chunk(200)) await Add(some);
        var (body, expected, wrong) = VerifyBatchTests.Batch(People, Lines);
        var status = await Begin(body);
        var killed = new List<int>();
        while (killed.Count < Kills && await Reach(status, (killed.Count + 1) * Lines / (Kills + 2)) is { } lines)
        {
            await Task.Delay(random.Next(0, 200));
            await socle.Kill();
            killed.Add(lines);
            await socle.Start();
        }
        killed.Count.ShouldBe(Kills, $"each kill must fall in the middle: {string.Join(' ', killed)}");
        var manifest = await Finish(status);
        var results = (await Read(manifest, "output")).Select(VerifyBatchTests.Result).ToList();
        results.Select(result => result.Line).ShouldBe(expected.Select(line => line.Line), "none lost, none twice");
        results.Select(result => result.Codes).ShouldBe(expected.Select(line => line.Codes));
        (await Read(manifest, "error")).Select(fault => fault.GetProperty("issue")[0].GetProperty("diagnostics").GetString()).ShouldBe(wrong.Select(line => $"ligne {line}"));
        await socle.Kill();
        (await RunningSocle.Verb("audit", "verify", "--data", socle.Data)).ExitCode.ShouldBe(0);
    }

    async Task Add(int[] people)
    {
        var entries = people.Select(i => $$"""{"request":{"method":"POST","url":"Patient"},"resource":{{Encoding.UTF8.GetString(PatientBuilder.Build(VerifyBatchTests.Person(i)))}}}""");
        using var bundle = new StringContent($$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', entries)}}]}""", Encoding.UTF8, "application/fhir+json");
        using var made = await http.PostAsync(new Uri(socle.Address, "/fhir"), bundle);
        made.IsSuccessStatusCode.ShouldBeTrue(await made.Content.ReadAsStringAsync());
    }

    async Task<string> Begin(byte[] body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(socle.Address, "/fhir/Patient/$insi-verify")) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new("application/fhir+ndjson");
        request.Headers.Add("Prefer", "respond-async");
        using var begun = await http.SendAsync(request);
        ((int)begun.StatusCode).ShouldBe(202, await begun.Content.ReadAsStringAsync());
        return begun.Content.Headers.ContentLocation!.PathAndQuery;
    }

    // How far it is, once it is as far as that; null where it was over.
    async Task<int?> Reach(string status, int least)
    {
        for (var round = 0; round < 30_000; round++)
        {
            using var reply = await http.GetAsync(Here(status));
            if ((int)reply.StatusCode != 202) return null;
            var lines = int.Parse(reply.Headers.GetValues("X-Progress").Single().Split(' ')[3], CultureInfo.InvariantCulture);
            if (lines >= least) return lines;
            await Task.Delay(2);
        }
        throw new TimeoutException("The batch does not go on.");
    }

    async Task<JsonElement> Finish(string status)
    {
        for (var round = 0; round < 3_000; round++)
        {
            using var reply = await http.GetAsync(Here(status));
            if ((int)reply.StatusCode == 202)
            {
                await Task.Delay(50);
                continue;
            }
            ((int)reply.StatusCode).ShouldBe(200, await reply.Content.ReadAsStringAsync());
            return JsonDocument.Parse(await reply.Content.ReadAsStringAsync()).RootElement;
        }
        throw new TimeoutException("The batch does not end.");
    }

    async Task<List<JsonElement>> Read(JsonElement manifest, string kind)
    {
        var lines = new List<JsonElement>();
        foreach (var file in manifest.GetProperty(kind).EnumerateArray())
        {
            var text = await http.GetStringAsync(Here(new Uri(file.GetProperty("url").GetString()!).PathAndQuery));
            lines.AddRange(text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement));
        }
        return lines;
    }

    // Each start takes another port.
    Uri Here(string path) => new(socle.Address, path);
}
