using System.Globalization;
using System.Security.Claims;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>Bearer tokens of the API: JWT, ES256, signed by this server for this server. The claims are in docs/adr/0004-token-claims.md.</summary>
public sealed class Tokens
{
    const int LongestToken = 8_192;
    const string Type = "at+jwt";
    internal const string Key = "jkt:", Certificate = "x5t:";

    readonly Keys keys;
    readonly SignInSettings settings;
    readonly TimeProvider clock;
    readonly Chance chance;
    readonly JsonWebTokenHandler handler = new() { MapInboundClaims = false, SetDefaultTimesOnTokenCreation = false, MaximumTokenSizeInBytes = LongestToken };
    readonly ECDsaSecurityKey key;
    readonly TokenMemory memory;

    internal Tokens(Keys keys, SignInSettings settings, TimeProvider clock, Chance chance)
    {
        (this.keys, this.settings, this.clock, this.chance) = (keys, settings, clock, chance);
        key = new(keys.TokenSigningKey) { KeyId = KeyId(keys.TokenSigningKey) };
        memory = new(clock);
    }

    public string Issue(TokenRequest request)
    {
        var now = clock.GetUtcNow();
        var agent = request.Agent;
        var claims = new Dictionary<string, object>
        {
            [Claims.Id] = Base64UrlEncoder.Encode(chance.Bytes(16)),
            [Claims.Subject] = agent.Id,
            [Claims.Kind] = Kinds[agent.Kind],
            [Claims.Name] = agent.Name,
            [Claims.Scope] = request.Scopes,
            [Claims.Level] = request.Level,
            [Claims.Purpose] = request.Purpose
        };
        Put(claims, Claims.Rpps, agent.Id.StartsWith("rpps:", StringComparison.Ordinal) ? agent.Id[5..] : null);
        Put(claims, Claims.Profession, request.Profession);
        Put(claims, Claims.Session, request.Session);
        Put(claims, Claims.Client, request.Client);
        Put(claims, Claims.Grant, request.Grant);
        if (request.Proof is { } proof) claims[Claims.Confirmation] = System.Text.Json.JsonSerializer.SerializeToElement(Confirmation(proof));
        Put(claims, Claims.Role, agent.Role);
        Put(claims, Claims.Structure, agent.Structure);
        Put(claims, Claims.StructureName, agent.StructureName);
        Put(claims, Claims.Patient, agent.Kind == AgentKind.Citizen ? agent.Id["patient:".Length..] : null);
        return handler.CreateToken(new SecurityTokenDescriptor
        {
            Issuer = settings.Issuer,
            Audience = settings.Audience,
            IssuedAt = now.UtcDateTime,
            NotBefore = now.UtcDateTime,
            Expires = (now + request.Lifetime).UtcDateTime,
            TokenType = Type,
            Claims = claims,
            SigningCredentials = new(key, SecurityAlgorithms.EcdsaSha256) { CryptoProviderFactory = new() { CacheSignatureProviders = false } }
        });
    }

    /// <summary>Refuses whatever is not exactly ours: algorithm, key, issuer, audience, type, dates, size.</summary>
    public Task<ReadToken> Read(string token) => memory.Find(token, IsNow) ?? Verify(token);

    async Task<ReadToken> Verify(string token)
    {
        if (token.Length is 0 or > LongestToken) throw SignInRefusals.TokenInvalid.With();
        var result = await handler.ValidateTokenAsync(token, new()
        {
            ValidAlgorithms = [SecurityAlgorithms.EcdsaSha256],
            IssuerSigningKey = key,
            TryAllIssuerSigningKeys = false,
            ValidIssuer = settings.Issuer,
            ValidAudience = settings.Audience,
            ValidTypes = [Type],
            RequireExpirationTime = true,
            RequireSignedTokens = true,
            ValidateTokenReplay = false,
            LifetimeValidator = (from, until, _, _) => until is { } end && IsNow(from ?? DateTime.MinValue, end)
        });
        if (!result.IsValid || result.SecurityToken is not JsonWebToken jwt) throw SignInRefusals.TokenInvalid.With();
        var read = new ReadToken(
            Agent(jwt), GrantedScopes.Parse(Text(jwt, Claims.Scope)), Text(jwt, Claims.Purpose) ?? "soins", Text(jwt, Claims.Level) ?? "",
            Text(jwt, Claims.Session))
        {
            Client = Text(jwt, Claims.Client), Grant = Text(jwt, Claims.Grant), Proof = Proof(jwt), EndsAt = new(jwt.ValidTo, TimeSpan.Zero)
        };
        memory.Keep(token, jwt.ValidFrom, jwt.ValidTo, read);
        return read;
    }

    // A token without a beginning holds from the beginning of time, from which nothing can be subtracted.
    bool IsNow(DateTime from, DateTime until)
    {
        var now = clock.GetUtcNow().UtcDateTime;
        return now < until && now.AddSeconds(30) >= from;
    }

    Agent Agent(JsonWebToken jwt)
    {
        if (Text(jwt, Claims.Kind) is not { } kindText || Kinds.FirstOrDefault(k => k.Value == kindText) is not { Value: not null } kind)
            throw SignInRefusals.TokenInvalid.With();
        long patient = 0;
        if (kind.Key == AgentKind.Citizen && !(Text(jwt, Claims.Patient) is { } id && keys.TryReadId(id, out patient, out _)))
            throw SignInRefusals.TokenInvalid.With();
        return Agents.Make(keys, kind.Key, jwt.Subject, Text(jwt, Claims.Name) ?? jwt.Subject, Text(jwt, Claims.Role),
            Text(jwt, Claims.Structure), Text(jwt, Claims.StructureName), patient);
    }

    /// <summary>« cnf » of RFC 7800: the key (RFC 9449) or the certificate (RFC 8705) that must be proved.</summary>
    internal static System.Text.Json.Nodes.JsonObject Confirmation(string proof) =>
        new() { [proof.StartsWith(Key, StringComparison.Ordinal) ? "jkt" : "x5t#S256"] = proof[Key.Length..] };

    // One that is there and not understood binds to something that nobody can prove.
    static string? Proof(JsonWebToken jwt)
    {
        if (!jwt.TryGetPayloadValue(Claims.Confirmation, out System.Text.Json.JsonElement bound)) return null;
        return bound.ValueKind != System.Text.Json.JsonValueKind.Object ? "?" : bound.TryGetProperty("jkt", out var key) ? Key + key.GetString()
            : bound.TryGetProperty("x5t#S256", out var certificate) ? Certificate + certificate.GetString() : "?";
    }

    static string? Text(JsonWebToken jwt, string claim) => jwt.TryGetClaim(claim, out Claim found) ? found.Value : null;

    static void Put(Dictionary<string, object> claims, string name, string? value)
    {
        if (value is not null) claims[name] = value;
    }

    // RFC 7638 thumbprint: the key's name says which key it is and nothing else.
    static string KeyId(System.Security.Cryptography.ECDsa key)
    {
        var point = key.ExportParameters(includePrivateParameters: false).Q;
        var canonical = string.Create(CultureInfo.InvariantCulture,
            $$"""{"crv":"P-256","kty":"EC","x":"{{Base64UrlEncoder.Encode(point.X)}}","y":"{{Base64UrlEncoder.Encode(point.Y)}}"}""");
        return Base64UrlEncoder.Encode(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.ASCII.GetBytes(canonical)));
    }

    static readonly Dictionary<AgentKind, string> Kinds = new()
    {
        [AgentKind.Citizen] = "citizen",
        [AgentKind.Professional] = "professional",
        [AgentKind.System] = "system",
        [AgentKind.Steward] = "steward"
    };

    static class Claims
    {
        public const string Id = "jti", Subject = "sub", Kind = "kind", Name = "name", Scope = "scope", Level = "acr", Purpose = "purpose", Rpps = "rpps",
            Session = "sid", Client = "client_id", Grant = "grant", Confirmation = "cnf",
            Profession = "profession", Role = "role", Structure = "structure", StructureName = "structure_name", Patient = "patient";
    }
}
