using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Socle.Access;
using Socle.Api;
using Socle.Bulk;
using Socle.Core.Tests.Api;
using Socle.Core.Tests.Web;
using Socle.Platform;
using Socle.Store;
using Socle.Subscriptions;

namespace Socle.Support;

/// <summary>The FHIR API with its services on a database of its own, as a real server; a token is a name this test knows.</summary>
sealed class FhirWorld : IAsyncDisposable
{
    readonly TestSignIn tokens;
    readonly Func<Module>[] more;
    readonly Module[] modules;
    readonly string settings;
    Storage? beside;
    WebServer web = null!;

    FhirWorld(string? settings, TestSignIn tokens, Func<Module>[] more)
    {
        (this.settings, this.tokens, this.more) = (settings ?? """{"Bulk": {"Settle": "00:00:00"}}""", tokens, more);
        modules = [new StoreModule(), new AccessModule(), new ApiModule(), new BulkModule(), new SubscriptionsModule(), tokens, .. more.Select(make => make())];
    }

    public TestDatabase Database { get; private set; } = null!;
    public Storage Storage => beside ?? Database.Storage;
    public string Base => $"http://localhost:{web.Port}/fhir/";
    public int Port => web.Port;
    public HttpClient Client => web.Client;
    public AccessDesk Desk => Get<AccessDesk>();

    public static Agent Steward { get; } = new(AgentKind.Steward, "steward:a", "Opérateur", null, null, null, 900, 0);
    public static Agent OtherSteward { get; } = new(AgentKind.Steward, "steward:b", "Autre opérateur", null, null, null, 909, 0);
    public static Agent Laboratory { get; } = new(AgentKind.System, "system:labo", "Labo des Essais", null, "000000001", "Labo des Essais", 901, 0);
    public static Agent OtherLaboratory { get; } = new(AgentKind.System, "system:autre", "Autre labo", null, "000000002", "Autre labo", 902, 0);
    public static Agent Nurse { get; } = new(AgentKind.Professional, "rpps:nurse", "Noé Exemple", "Infirmier", "000000003", "Cabinet", 903, 0);

    /// <param name="kind">The database.</param>
    /// <param name="settings">socle.json.</param>
    /// <param name="more">Modules beside those of the interface.</param>
    public static async Task<FhirWorld> Open(DatabaseKind kind, string? settings = null, params Func<Module>[] more)
    {
        var world = new FhirWorld(settings, new(), more);
        world.Database = await TestDatabase.Open(kind, [.. world.modules.SelectMany(module => module.Migrations)]);
        try
        {
            await world.Serve();
        }
        catch
        {
            await world.Database.DisposeAsync();
            throw;
        }
        return world;
    }

    /// <summary>A second server on the same database, with a memory of its own; it ends before this one.</summary>
    public async Task<FhirWorld> Beside()
    {
        var second = new FhirWorld(settings, tokens, more) { Database = Database, beside = await Database.Beside() };
        await second.Serve();
        return second;
    }

    public T Get<T>() where T : notnull => web.App.Services.GetRequiredService<T>();

    /// <summary>The server ends in the middle of whatever it does, and another begins on the same database.</summary>
    public async Task Restart(Func<Task>? meanwhile = null)
    {
        await web.App.StopAsync();
        await web.DisposeAsync();
        await Database.Restart(meanwhile);
        await Serve();
    }

    public string Token(Agent agent, string? scopes = null) => tokens.Token(agent, scopes);

    /// <summary>A new record; its external id, its key, and the citizen whose it is.</summary>
    public async Task<(string Id, long Key, Agent Citizen)> NewPatient(string family)
    {
        var made = await Post(Token(Steward), "Patient", $$"""
            {"resourceType":"Patient","name":[{"use":"official","family":"{{family}}","given":["Camille"]}],"gender":"female","birthDate":"1980-05-17"}
            """);
        made.Status.ShouldBe(201, made.Text);
        Storage.Keys.TryReadId(made.Id, out var key, out _).ShouldBeTrue();
        return (made.Id, key, new Agent(AgentKind.Citizen, $"patient:{made.Id}", $"Camille {family}", null, null, null, key, key));
    }

    public async Task<string> NewObservation(Agent agent, string patient, string text, string code = "2345-7")
    {
        var made = await Post(Token(agent), "Observation", Observation(patient, text, code));
        made.Status.ShouldBe(201, made.Text);
        return made.Id;
    }

    public static string Observation(string patient, string text, string code = "2345-7") => $$$"""
        {"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"{{{code}}}"}],"text":"{{{text}}}"},
         "subject":{"reference":"Patient/{{{patient}}}"},"effectiveDateTime":"2026-01-15T08:00:00Z","valueString":"{{{text}}}"}
        """;

    public Task<FhirReply> Send(string? token, string path, params (string, string)[] headers) => Send(token, HttpMethod.Get, path, null, headers);

    public Task<FhirReply> Post(string? token, string path, string json, params (string, string)[] headers) =>
        Send(token, HttpMethod.Post, path, new StringContent(json, Encoding.UTF8, "application/fhir+json"), headers);

    public Task<FhirReply> Put(string? token, string path, string json) =>
        Send(token, HttpMethod.Put, path, new StringContent(json, Encoding.UTF8, "application/fhir+json"));

    public Task<FhirReply> Delete(string? token, string path) => Send(token, HttpMethod.Delete, path, null);

    /// <param name="path">Relative to the base, or absolute as an answer gives it.</param>
    public async Task<FhirReply> Send(string? token, HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith("http", StringComparison.Ordinal) ? OnThisPort(path) : new Uri((Base + path).TrimEnd('/')));
        request.Content = content;
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Client.SendAsync(request);
        var all = response.Headers.Concat(response.Content.Headers).ToDictionary(h => h.Key, h => string.Join(", ", h.Value), StringComparer.OrdinalIgnoreCase);
        return new((int)response.StatusCode, all, await response.Content.ReadAsByteArrayAsync());
    }

    // Links made before a restart name the port of then.
    Uri OnThisPort(string url) => new UriBuilder(url) { Port = web.Port }.Uri;

    async Task Serve() => web = await WebServer.Start(modules, Database, settings, beside);

    public async ValueTask DisposeAsync()
    {
        await web.App.StopAsync();
        await web.DisposeAsync();
        if (beside is null) await Database.DisposeAsync();
        else if (beside != Database.Storage) await beside.DisposeAsync();
    }
}

sealed record FhirReply(int Status, Dictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);
    public JsonElement Json => JsonDocument.Parse(Body).RootElement;
    public string Id => Json.GetProperty("id").GetString()!;
    public string Code => Json.GetProperty("issue")[0].GetProperty("details").GetProperty("coding")[0].GetProperty("code").GetString()!;

    /// <summary>Everything a stranger could compare, the correlation id and the date excepted.</summary>
    public string Seen =>
        $"{Status}\n{string.Join('\n', Headers.Where(h => h.Key is not ("X-Correlation-Id" or "Date")).OrderBy(h => h.Key).Select(h => $"{h.Key}: {h.Value}"))}\n{Text}";
}
