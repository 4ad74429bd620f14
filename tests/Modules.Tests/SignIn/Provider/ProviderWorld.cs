using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Web;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Socle.Access;
using Socle.Core.Tests.Web;
using Socle.Platform;
using Socle.SignIn;
using Socle.Store;

namespace Socle.Modules.Tests.SignIn.Provider;

/// <summary>The provider on a real server with two invented people, and what a software of each profile does.</summary>
sealed partial class ProviderWorld : IAsyncDisposable
{
    public const string Redirect = "https://software.example/callback", Out = "https://software.example/out", Rpps = "99999000014";
    public static readonly Agent Operator = new(AgentKind.Steward, "steward:a", "Opérateur", null, null, null, 900, 0);

    ProviderWorld(WebServer server, SetClock clock) => (Server, Clock) = (server, clock);

    public WebServer Server { get; }
    public SetClock Clock { get; }
    public string Base => $"http://localhost:{Server.Port}";
    public T Get<T>() where T : notnull => Server.App.Services.GetRequiredService<T>();

    public static async Task<ProviderWorld> Open(string? settings = null)
    {
        var clock = new SetClock();
        return new(await WebServer.Start([new StoreModule(), new AccessModule(), new SignInModule(), new People()], e =>
        {
            (e.WithStorage, e.Settings) = (true, settings);
            e.Options = e.Options with { Demo = true, Clock = clock };
        }), clock);
    }

    public ValueTask DisposeAsync() => Server.DisposeAsync();

    public static Client Strict(SoftwareKey key) => new("", "Logiciel strict", ClientProfile.Strict, ClientProof.Key, ClientState.Active, null, key.Set, null, null,
        [Redirect, Redirect + "?a=1"], [Out], null, ["openid", "fhirUser", "launch", "user/*.cruds", "patient/*.rs"], true, null, null);

    public static Client Psc() => new("", "Logiciel installé", ClientProfile.Psc, ClientProof.Secret, ClientState.Active, null, null, null, null, [Redirect], [Out], null,
        ["openid", "scope_all"], true, null, null);

    public Task<(Client Client, string? Secret)> Register(Client client) => Get<Clients>().Register(client, Operator, default);

    /// <summary>The cookie of a new session.</summary>
    public async Task<string> SignIn(string person = "nurse")
    {
        var page = await Server.Get("/connexion");
        var html = await page.Content.ReadAsStringAsync();
        var answer = await Server.Post("/connexion", WebServer.Cookies(page), new() { ["socle-token"] = WebServer.Hidden(html, "socle-token"), ["person"] = person, ["back"] = "/" });
        answer.StatusCode.ShouldBe(HttpStatusCode.SeeOther);
        return WebServer.Cookies(answer);
    }

    public async Task<(int Status, JsonObject Body, HttpResponseMessage Answer)> Post(string path, Dictionary<string, string> fields, params (string Name, string Value)[] headers)
    {
        var request = Server.Request(HttpMethod.Post, path);
        request.Content = new FormUrlEncodedContent(fields);
        var answer = await Server.Send(request, headers);
        var text = await answer.Content.ReadAsStringAsync();
        return ((int)answer.StatusCode, text.Length == 0 ? [] : JsonNode.Parse(text)!.AsObject(), answer);
    }

    public Task<HttpResponseMessage> Authorize(string path, Dictionary<string, string> fields, string cookie) =>
        Server.Get(path + "?" + string.Join('&', fields.Select(one => $"{one.Key}={Uri.EscapeDataString(one.Value)}")), headers: ("Cookie", cookie));

    /// <summary>Follows the pages until the software gets its answer; says yes where it is asked.</summary>
    public async Task<Dictionary<string, string>> Through(HttpResponseMessage answer, string cookie)
    {
        for (var i = 0; i < 6; i++)
        {
            var next = answer.Headers.TryGetValues("Refresh", out var refresh) ? refresh.Single()["0; url=".Length..] : answer.Headers.Location?.ToString();
            if (next?.StartsWith("https://", StringComparison.Ordinal) == true) return Query(next);
            if (next is not null)
            {
                answer = await Server.Get(next, headers: ("Cookie", cookie));
                continue;
            }
            var html = await answer.Content.ReadAsStringAsync();
            var form = AgreeForm().Match(html);
            form.Success.ShouldBeTrue($"{(int)answer.StatusCode} {html}");
            var rest = html[form.Index..];
            answer = await Server.Post(form.Groups[1].Value, cookie, new() { ["socle-token"] = WebServer.Hidden(rest, "socle-token"), ["answer"] = "yes" });
        }
        throw new InvalidOperationException("no answer");
    }

    public static Dictionary<string, string> Query(string url)
    {
        var parsed = HttpUtility.ParseQueryString(new Uri(url).Query);
        return parsed.AllKeys.ToDictionary(key => key!, key => parsed[key]!, StringComparer.Ordinal);
    }

    /// <summary>The nonce that proofs carry.</summary>
    public string Nonce() => Get<Dpop>().Nonce();

    /// <summary>PAR with a proof, then the browser: the code.</summary>
    public async Task<string> StrictCode(Client client, SoftwareKey key, string cookie, Dictionary<string, string>? more = null)
    {
        var (status, pushed, _) = await Push(client, key, more);
        status.ShouldBe(201, pushed.ToJsonString());
        var back = await Through(await Authorize("/oidc/authorize", new() { ["client_id"] = client.Id, ["request_uri"] = (string)pushed["request_uri"]! }, cookie), cookie);
        back.GetValueOrDefault("error").ShouldBeNull(back.GetValueOrDefault("error_description"));
        back["iss"].ShouldBe(Base);
        return back["code"];
    }

    public Task<(int Status, JsonObject Body, HttpResponseMessage Answer)> Push(Client client, SoftwareKey key, Dictionary<string, string>? more = null)
    {
        var fields = Signed(client, key, new()
        {
            ["redirect_uri"] = Redirect, ["response_type"] = "code", ["scope"] = "openid", ["state"] = "s", ["nonce"] = "n",
            ["code_challenge"] = SoftwareKey.Challenge, ["code_challenge_method"] = "S256"
        });
        foreach (var (name, value) in more ?? []) fields[name] = value;
        return Post("/oidc/par", fields, ("DPoP", key.Proof("POST", Base + "/oidc/par", Nonce(), Clock)));
    }

    public Dictionary<string, string> Signed(Client client, SoftwareKey key, Dictionary<string, string> fields) => new(fields)
    {
        ["client_id"] = client.Id, ["client_assertion_type"] = ClientAuthentication.AssertionType, ["client_assertion"] = key.Assertion(client.Id, Base, Clock)
    };

    public Task<(int Status, JsonObject Body, HttpResponseMessage Answer)> Token(Client client, SoftwareKey key, Dictionary<string, string> fields, SoftwareKey? proofOf = null) =>
        Post("/oidc/token", Signed(client, key, fields), ("DPoP", (proofOf ?? key).Proof("POST", Base + "/oidc/token", Nonce(), Clock)));

    public static Dictionary<string, string> Code(string code, string? verifier = SoftwareKey.Verifier)
    {
        Dictionary<string, string> fields = new() { ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = Redirect };
        if (verifier is not null) fields["code_verifier"] = verifier;
        return fields;
    }

    public static Dictionary<string, string> Again(JsonObject tokens) => new() { ["grant_type"] = "refresh_token", ["refresh_token"] = (string)tokens["refresh_token"]! };

    [GeneratedRegex("<form method=\"post\" action=\"(/connexion/demande/[^\"]+)\"")]
    private static partial Regex AgreeForm();

    /// <summary>A nurse whom the directory knows, and a citizen.</summary>
    sealed class People : Module
    {
        public override IEnumerable<Migration> Migrations => [];

        public override void AddServices(IServiceCollection services, IConfiguration configuration) =>
            services.AddSingleton(new RefusalFormatter("/fhir", (http, no) => http.Response.WriteAsync(no.Code)));

        public override void MapRoutes(IEndpointRouteBuilder app) =>
            app.MapGet("/fhir/who", (HttpContext http) => http.Agent().Name).RequirePolicy(Policy.SignedIn);

        public override async Task Start(IServiceProvider services, CancellationToken stop)
        {
            var keys = services.GetRequiredService<Keys>();
            var unit = new Unit();
            keys.NewPatient(unit, 12);
            await services.GetRequiredService<Db>().Commit(unit, stop);
            var nurse = Agents.Professional(keys, Rpps, "Inès VAUBAN", "Infirmière", "990000015", "Cabinet des Tilleuls");
            var citizen = Agents.Citizen(keys, 12, keys.ExternalId(12, 1), "Zoé LENOIR");
            services.GetRequiredService<DemoPeople>().Add(_ => Task.FromResult<IReadOnlyList<DemoPerson>>(
                [new("nurse", nurse.Name, DemoPerson.Professional, "", nurse), new("citizen", citizen.Name, DemoPerson.Citizen, "", citizen)]));
            services.GetRequiredService<Practitioners>().Fill((rpps, _) => Task.FromResult(rpps == Rpps ? Facts : null));
        }

        static PractitionerFacts Facts { get; } = new(Rpps, "VAUBAN", "Inès", "MME", true,
        [
            new("60", "Infirmier", "C", "", "", "", [new("a", true, null, null) { Mode = "L", Sector = "SA07", Finess = "990000015", StructureId = "1990000015", StructureName = "Cabinet des Tilleuls" }]),
            new("10", "Médecin", "E", "", "S", "SM54", [])
        ], []);
    }
}

sealed class SetClock : TimeProvider
{
    public DateTimeOffset Now { get; set; } = new(2026, 3, 4, 8, 0, 0, TimeSpan.Zero);

    /// <summary>The machine's own time, for a test with another program.</summary>
    public bool Follows { get; set; }

    public override DateTimeOffset GetUtcNow() => Follows ? System.GetUtcNow() : Now;

    public override long GetTimestamp() => GetUtcNow().UtcTicks;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;
}

/// <summary>The key of a software: its assertions and its proofs.</summary>
sealed class SoftwareKey : IDisposable
{
    public const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    readonly ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    int made;

    public void Dispose() => key.Dispose();

    public JsonObject Jwk(bool secret = false)
    {
        var numbers = key.ExportParameters(secret);
        var jwk = new JsonObject { ["kty"] = "EC", ["crv"] = "P-256", ["x"] = Base64Url.EncodeToString(numbers.Q.X!), ["y"] = Base64Url.EncodeToString(numbers.Q.Y!), ["kid"] = "k1" };
        if (secret) jwk["d"] = Base64Url.EncodeToString(numbers.D!);
        return jwk;
    }

    public string Set => new JsonObject { ["keys"] = new JsonArray(Jwk()) }.ToJsonString();

    public string Assertion(string client, string audience, TimeProvider clock, Action<JsonObject>? change = null, Action<JsonObject>? head = null)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var claims = new JsonObject { ["iss"] = client, ["sub"] = client, ["aud"] = audience, ["jti"] = Id(), ["iat"] = now, ["exp"] = now + 60 };
        change?.Invoke(claims);
        var header = new JsonObject { ["alg"] = "ES256", ["kid"] = "k1", ["typ"] = "JWT" };
        head?.Invoke(header);
        return Sign(header, claims);
    }

    public string Proof(string method, string url, string? nonce, TimeProvider clock, string? token = null, Action<JsonObject>? change = null)
    {
        var claims = new JsonObject { ["jti"] = Id(), ["htm"] = method, ["htu"] = url, ["iat"] = clock.GetUtcNow().ToUnixTimeSeconds() };
        if (nonce is not null) claims["nonce"] = nonce;
        if (token is not null) claims["ath"] = Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(token)));
        change?.Invoke(claims);
        var jwk = Jwk();
        jwk.Remove("kid");
        return Sign(new() { ["alg"] = "ES256", ["typ"] = "dpop+jwt", ["jwk"] = jwk }, claims);
    }

    public string Sign(JsonObject header, JsonObject claims) => Sign(header.ToJsonString(), claims.ToJsonString());

    public string Sign(string header, string claims)
    {
        var text = $"{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(header))}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(claims))}";
        return $"{text}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(text), HashAlgorithmName.SHA256))}";
    }

    string Id() => $"unique-{Interlocked.Increment(ref made)}-{JsonSerializer.Serialize(Convert.ToHexString(key.ExportParameters(false).Q.X!)[..8]).Trim('"')}";
}
