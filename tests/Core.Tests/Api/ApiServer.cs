using System.Collections.Concurrent;
using System.IO.Compression;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Socle.Access;
using Socle.Api;
using Socle.Core.Tests.Web;
using Socle.Platform;
using Socle.Store;
using Socle.Support;

namespace Socle.Core.Tests.Api;

/// <summary>The real program with Store, Access and API on a free port; a token is a name this test knows.</summary>
sealed class ApiServer : IAsyncDisposable
{
    readonly WebServer web;
    readonly TestSignIn signIn;

    ApiServer(WebServer web, TestDatabase database, TestSignIn signIn) => (this.web, Database, this.signIn) = (web, database, signIn);

    public WebApplication App => web.App;
    public HttpClient Client => web.Client;
    public int Port => web.Port;
    public TestDatabase Database { get; }
    public TestClock Clock => Database.Clock;
    public Storage Storage => Database.Storage;
    public AccessDesk Desk => App.Services.GetRequiredService<AccessDesk>();
    public string Base => $"http://localhost:{web.Port}/fhir/";

    public static Task<ApiServer> Start(params Module[] more) => Start(DatabaseKind.Sqlite, null, more);

    /// <param name="settings">The content of socle.json.</param>
    public static async Task<ApiServer> Start(DatabaseKind kind, string? settings, params Module[] more)
    {
        var signIn = new TestSignIn();
        Module[] modules = [new StoreModule(), new AccessModule(), new ApiModule(), signIn, .. more];
        var database = await TestDatabase.Open(kind, [.. modules.SelectMany(module => module.Migrations)]);
        try
        {
            return new ApiServer(await WebServer.Start(modules, database, settings), database, signIn);
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    public Agent Steward { get; } = new(AgentKind.Steward, "steward:a", "Opérateur", null, null, null, 900, 0);
    public Agent Laboratory { get; } = new(AgentKind.System, "system:labo", "Labo des Essais", null, "000000001", "Labo des Essais", 901, 0);
    public Agent OtherLaboratory { get; } = new(AgentKind.System, "system:autre", "Autre labo", null, "000000002", "Autre labo", 902, 0);
    public Agent Nurse { get; } = new(AgentKind.Professional, "rpps:nurse", "Noé Exemple", "Infirmier", "000000003", "Cabinet", 903, 0);

    /// <summary>Registers who a token stands for; returns the token.</summary>
    public string Token(Agent agent, string? scopes = null) => signIn.Token(agent, scopes);

    /// <summary>A new record made by the steward; returns its external id and a citizen whose record it is.</summary>
    public async Task<(string Id, Agent Citizen)> NewPatient(string family, string ins, string birthDate = "1980-05-17")
    {
        var answer = await Post(Token(Steward), "Patient", $$$$"""
            {"resourceType":"Patient","identifier":[{"system":"urn:oid:1.2.250.1.213.1.4.11","value":"{{{{ins}}}}"}],
             "name":[{"use":"official","family":"{{{{family}}}}","given":["Camille"]}],"gender":"female","birthDate":"{{{{birthDate}}}}",
             "telecom":[{"system":"phone","value":"0100000000"}]}
            """);
        answer.Status.ShouldBe(201, answer.Text);
        var id = answer.Json.GetProperty("id").GetString()!;
        Storage.Keys.TryReadId(id, out var patient, out _).ShouldBeTrue();
        return (id, new Agent(AgentKind.Citizen, $"patient:{id}", $"Camille {family}", null, null, null, patient, patient));
    }

    public Task<Answer> Get(string? token, string path, params (string, string)[] headers) => Send(token, HttpMethod.Get, path, null, headers);

    public Task<Answer> Post(string? token, string path, string json, params (string, string)[] headers) =>
        Send(token, HttpMethod.Post, path, Json(json), headers);

    public Task<Answer> Put(string? token, string path, string json, params (string, string)[] headers) =>
        Send(token, HttpMethod.Put, path, Json(json), headers);

    public Task<Answer> Patch(string? token, string path, string json, params (string, string)[] headers) =>
        Send(token, HttpMethod.Patch, path, Json(json), headers);

    public Task<Answer> Delete(string? token, string path, params (string, string)[] headers) => Send(token, HttpMethod.Delete, path, null, headers);

    public static HttpContent Json(string json) => Bytes(Encoding.UTF8.GetBytes(json), "application/fhir+json");

    public static HttpContent Bytes(byte[] bytes, string contentType)
    {
        var content = new ByteArrayContent(bytes);
        content.Headers.TryAddWithoutValidation("Content-Type", contentType);
        return content;
    }

    public static byte[] Gzip(byte[] bytes)
    {
        using var to = new MemoryStream();
        using (var zip = new GZipStream(to, CompressionLevel.Fastest)) zip.Write(bytes);
        return to.ToArray();
    }

    /// <param name="path">Relative to the base, or absolute as a link gives it.</param>
    public async Task<Answer> Send(string? token, HttpMethod method, string path, HttpContent? content, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(method, path.StartsWith("http", StringComparison.Ordinal) ? path : (Base + path).TrimEnd('/'));
        request.Content = content;
        if (token is not null) request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        foreach (var (name, value) in headers)
            if (!request.Headers.TryAddWithoutValidation(name, value)) request.Content!.Headers.TryAddWithoutValidation(name, value);
        using var response = await Client.SendAsync(request);
        return new Answer((int)response.StatusCode, HeadersOf(response), await response.Content.ReadAsByteArrayAsync());
    }

    static SortedDictionary<string, string> HeadersOf(HttpResponseMessage response)
    {
        var headers = new SortedDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in response.Headers.Concat(response.Content.Headers)) headers[name] = string.Join(", ", values);
        return headers;
    }

    public async ValueTask DisposeAsync()
    {
        await web.DisposeAsync();
        await Database.DisposeAsync();
    }
}

sealed record Answer(int Status, SortedDictionary<string, string> Headers, byte[] Body)
{
    public string Text => Encoding.UTF8.GetString(Body);

    public JsonElement Json => JsonDocument.Parse(Body).RootElement;

    public string Id => Json.GetProperty("id").GetString()!;

    public IReadOnlyList<JsonElement> Entries => Json.TryGetProperty("entry", out var entries) ? [.. entries.EnumerateArray()] : [];

    public string? Link(string relation) => Json.GetProperty("link").EnumerateArray()
        .Where(link => link.GetProperty("relation").GetString() == relation).Select(link => link.GetProperty("url").GetString()).FirstOrDefault();

    /// <summary>Everything a stranger could compare, the correlation id and the date excepted.</summary>
    public string Seen => $"{Status}\n{string.Join('\n', Headers.Where(h => h.Key is not ("X-Correlation-Id" or "Date")).Select(h => $"{h.Key}: {h.Value}"))}\n{Text}";
}

/// <summary>Bearer tokens of a test; the real ones are SignIn's.</summary>
sealed class TestSignIn : Module
{
    readonly ConcurrentDictionary<string, (Agent Agent, string Scopes)> known = new();

    public override IEnumerable<Migration> Migrations => [];

    /// <summary>Registers who a token stands for; returns the token.</summary>
    public string Token(Agent agent, string? scopes)
    {
        var token = $"{agent.Id}|{scopes}";
        known[token] = (agent, scopes ?? agent.Kind switch
        {
            AgentKind.Citizen => "patient/*.cruds",
            AgentKind.Professional => "user/*.cruds",
            _ => "system/*.cruds"
        });
        return token;
    }

    public override void UseMiddleware(IApplicationBuilder app) => app.Use((http, next) =>
    {
        if (AuthenticationHeaderValue.TryParse(http.Request.Headers.Authorization, out var header) && header.Scheme == "Bearer"
            && known.TryGetValue(header.Parameter ?? "", out var found))
        {
            http.SetAgent(found.Agent);
            http.Features.Set(GrantedScopes.Parse(found.Scopes));
        }
        return next(http);
    });
}
