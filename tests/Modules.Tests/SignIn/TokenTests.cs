using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.Tokens;
using Socle.Platform;
using Socle.SignIn;

namespace Socle.Modules.Tests.SignIn;

public sealed class TokenTests : IAsyncLifetime
{
    readonly string folder = Directory.CreateTempSubdirectory("socle-token-").FullName;
    readonly MovedClock clock = new();
    Storage storage = null!;
    Tokens tokens = null!;

    public async Task InitializeAsync()
    {
        storage = await Storage.Open(DataFolder.Open(folder, null), new(), [], clock, new Chance());
        tokens = new(storage.Keys, new(), clock, new Chance());
    }

    public async Task DisposeAsync()
    {
        await storage.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task A_token_says_who_and_what_and_nothing_is_lost()
    {
        var nurse = Agents.Professional(storage.Keys, "99999000014", "Inès VAUBAN", "Infirmière", "990000015", "Cabinet des Tilleuls");
        var citizen = Agents.Citizen(storage.Keys, 12, storage.Keys.ExternalId(12, 1), "Zoé LENOIR");
        var labo = Agents.System(storage.Keys, "labo", "990000049", "Laboratoire");
        foreach (var agent in new[] { nurse, citizen, labo, Agents.Steward(storage.Keys, "régie") })
        {
            var read = await tokens.Read(tokens.Issue(Request(agent)));
            read.Agent.ShouldBe(agent);
            read.Scopes.Text.ShouldBe("system/*.cruds");
            read.Level.ShouldBe("demo");
        }
    }

    [Fact]
    public async Task A_token_lives_until_its_time_and_not_a_second_more()
    {
        var token = tokens.Issue(Request(Steward()));
        clock.Now += TimeSpan.FromMinutes(5) - TimeSpan.FromSeconds(1);
        await tokens.Read(token);
        clock.Now += TimeSpan.FromSeconds(1);
        await Refused(token);
    }

    [Fact]
    public async Task Tokens_of_others_and_forged_tokens_are_refused()
    {
        var token = tokens.Issue(Request(Steward()));
        var parts = token.Split('.');
        var header = JsonNode.Parse(Base64UrlEncoder.Decode(parts[0]))!.AsObject();
        var body = JsonNode.Parse(Base64UrlEncoder.Decode(parts[1]))!.AsObject();
        using var foreign = ECDsa.Create(ECCurve.NamedCurves.nistP256);

        await Refused("");
        await Refused("a.b.c");
        await Refused(parts[0] + "." + parts[1] + ".");
        await Refused(Signed(With(header, "alg", "none"), body, null));
        await Refused(Signed(With(header, "alg", "HS256"), body, null, storage.Keys.TokenSigningKey.ExportSubjectPublicKeyInfo()));
        await Refused(Signed(header, body, foreign));
        await Refused(Signed(With(header, "jwk", "{}"), body, foreign));
        await Refused(Signed(With(header, "kid", "other"), body, storage.Keys.TokenSigningKey));
        await Refused(Signed(With(header, "typ", "JWT"), body, storage.Keys.TokenSigningKey));
        await Refused(Signed(header, With(body, "iss", "http://elsewhere"), storage.Keys.TokenSigningKey));
        await Refused(Signed(header, With(body, "aud", "http://elsewhere"), storage.Keys.TokenSigningKey));
        await Refused(Signed(header, With(body, "kind", "program"), storage.Keys.TokenSigningKey));
        await Refused(Signed(header, Without(body, "exp"), storage.Keys.TokenSigningKey));
        await Refused(Signed(header, With(body, "name", new string('x', 9_000)), storage.Keys.TokenSigningKey));
        (await tokens.Read(Signed(header, body, storage.Keys.TokenSigningKey))).Agent.Name.ShouldBe("régie", "the forge itself works");
    }

    [Fact]
    public async Task A_thousand_mutations_of_a_token_are_refused()
    {
        var token = tokens.Issue(Request(Steward()));
        var chance = new Random(7);
        for (var i = 0; i < 1_000; i++)
        {
            var bytes = Encoding.ASCII.GetBytes(token);
            // The last character of a base64url part may carry unused bits: it is left alone.
            var at = chance.Next(token.Length - 1);
            var drawn = (byte)"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."[chance.Next(65)];
            if (bytes[at] == drawn || token[at] == '.' || token[at + 1] == '.') continue;
            bytes[at] = drawn;
            await Refused(Encoding.ASCII.GetString(bytes));
        }
    }

    public static TheoryData<string, string, char, bool> Scopes => new()
    {
        { "system/*.cruds", "Patient", 'd', true }, { "system/*.rs", "Patient", 'c', false }, { "patient/Observation.rs", "Observation", 's', true },
        { "patient/Observation.rs", "Patient", 'r', false }, { "openid fhirUser", "Patient", 'r', false }, { "system/*.*", "Patient", 'r', false },
        { "system/Patient.read", "Patient", 'r', false }, { "system/*.sr", "Patient", 'r', false }, { "system/*.", "Patient", 'r', false },
        { "patient/Observation.rs?category=x", "Observation", 'r', false }, { "system/patient.r", "Patient", 'r', false },
        { "patient/A.r user/Patient.u", "Patient", 'u', true }
    };

    [Theory, MemberData(nameof(Scopes))]
    public void Scopes_allow_what_they_say(string scopes, string type, char right, bool allowed) => GrantedScopes.Parse(scopes).Allows(type, right).ShouldBe(allowed);

    Agent Steward() => Agents.Steward(storage.Keys, "régie");

    static TokenRequest Request(Agent agent) => new(agent, "system/*.cruds", TimeSpan.FromMinutes(5));

    Task<Refusal> Refused(string token) => Should.ThrowAsync<Refusal>(() => tokens.Read(token), token.Length > 200 ? token[^60..] : token);

    static JsonObject With(JsonObject from, string name, string value)
    {
        var copy = from.DeepClone().AsObject();
        copy[name] = value;
        return copy;
    }

    static JsonObject Without(JsonObject from, string name)
    {
        var copy = from.DeepClone().AsObject();
        copy.Remove(name);
        return copy;
    }

    static string Signed(JsonObject header, JsonObject body, ECDsa? key, byte[]? secret = null)
    {
        var text = Base64UrlEncoder.Encode(header.ToJsonString(JsonSerializerOptions.Default)) + "." + Base64UrlEncoder.Encode(body.ToJsonString(JsonSerializerOptions.Default));
        var bytes = Encoding.ASCII.GetBytes(text);
        var signature = key?.SignData(bytes, HashAlgorithmName.SHA256) ?? (secret is null ? [] : HMACSHA256.HashData(secret, bytes));
        return text + "." + Base64UrlEncoder.Encode(signature);
    }

    sealed class MovedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = new(2026, 3, 4, 8, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
