using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Socle.Access;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>What a request for tokens comes with, once the software has proved who it is.</summary>
/// <param name="Proof">« jkt:… » or « x5t:… », by what the request itself proves; null: by nothing.</param>
sealed record TokenCall(HttpContext Http, Form Form, Client Client, string? Proof);

/// <summary>One way to ask for tokens.</summary>
/// <param name="Type">The value of grant_type.</param>
sealed record TokenGrant(string Type, Func<TokenCall, CancellationToken, Task<JsonObject>> Handle);

/// <summary>The token endpoint of both issuers: the software proves who it is, then its kind of grant is asked.</summary>
sealed class AskToken(ClientAuthentication authentication, Dpop dpop, IEnumerable<TokenGrant> grants)
{
    readonly Dictionary<string, TokenGrant> grants = grants.ToDictionary(grant => grant.Type, StringComparer.Ordinal);

    public IEnumerable<string> GrantTypes => grants.Keys.Order(StringComparer.Ordinal);

    public async Task<IResult> Handle(HttpContext http, CancellationToken stop)
    {
        var form = await ProviderAnswer.Form(http, stop);
        var client = await authentication.Authenticate(http, form, stop);
        if (form.Optional("grant_type") is not { } type) throw ProviderRefusals.InvalidRequest.With("grant_type");
        if (!grants.TryGetValue(type, out var grant)) throw ProviderRefusals.UnsupportedGrant.With();
        var thumbprint = dpop.Check(http, null, ProviderRefusals.ProofMissing, ProviderRefusals.NonceWanted);
        var proof = thumbprint is not null ? "jkt:" + thumbprint : ClientAuthentication.CertificateOf(http) is { } shown && client.Certificate == shown ? "x5t:" + shown : null;
        return ProviderAnswer.Json(await grant.Handle(new(http, form, client, proof), stop));
    }
}

/// <summary>Grant « authorization_code ».</summary>
static class RedeemCode
{
    public const string Type = "authorization_code";

    public static async Task<JsonObject> Handle(TokenCall call, Grants grants, IssueTokens issue, Suspensions suspensions, CancellationToken stop)
    {
        var (form, client) = (call.Form, call.Client);
        var (grant, body) = await grants.Take(Ticket.Code, form.Optional("code") ?? throw ProviderRefusals.InvalidRequest.With("code"), client, stop);
        if (form.Optional("redirect_uri") != body.RedirectUri) throw ProviderRefusals.InvalidGrant.With("redirect_uri");
        if (!IsVerified(body.Challenge, form.Optional("code_verifier"))) throw ProviderRefusals.InvalidGrant.With("code_verifier");
        if (body.Proof is { } bound && bound != call.Proof) throw ProviderRefusals.InvalidGrant.With("le code est lié à une autre clé");
        if (await suspensions.Holds(grant.Body.Agent, stop)) throw ProviderRefusals.InvalidGrant.With("la personne est suspendue");
        return await issue.Of(new Unit(), client, grant, grant.Body.Scope, call.Proof, stop);
    }

    // RFC 9700 §2.1.1: a verifier without a challenge is refused like a challenge without its verifier.
    internal static bool IsVerified(string? challenge, string? verifier) => challenge is null ? verifier is null
        : verifier is { Length: >= 43 and <= 128 } && CryptographicOperations.FixedTimeEquals(
            Encoding.ASCII.GetBytes(Base64Url.EncodeToString(SHA256.HashData(Encoding.ASCII.GetBytes(verifier)))), Encoding.ASCII.GetBytes(challenge));
}

/// <summary>Grant « refresh_token »: the old one has served, a new one comes.</summary>
static class Refresh
{
    public const string Type = "refresh_token";

    public static async Task<JsonObject> Handle(TokenCall call, Grants grants, IssueTokens issue, Suspensions suspensions, Sessions sessions, CancellationToken stop)
    {
        var (form, client) = (call.Form, call.Client);
        var (grant, body) = await grants.Take(Ticket.Refresh, form.Optional("refresh_token") ?? throw ProviderRefusals.InvalidRequest.With("refresh_token"), client, stop);
        if (body.Proof is { } bound && bound != call.Proof) throw ProviderRefusals.InvalidGrant.With("le jeton est lié à une autre clé");
        if (await suspensions.Holds(grant.Body.Agent, stop)) throw ProviderRefusals.InvalidGrant.With("la personne est suspendue");
        if (!await sessions.Lives(grant.Session, stop)) throw ProviderRefusals.InvalidGrant.With("la session a pris fin");
        await sessions.Use(grant.Session, stop);
        return await issue.Of(new Unit(), client, grant, Narrowed(grant.Body.Scope, form.Optional("scope")), call.Proof, stop);
    }

    static string Narrowed(string given, string? asked)
    {
        if (asked is null) return given;
        var (all, wished) = (ProviderScopes.Split(given), ProviderScopes.Split(asked));
        return wished.Count > 0 && wished.All(all.Contains) ? string.Join(' ', wished) : throw ProviderRefusals.InvalidScope.With("plus large que ce qui a été donné");
    }
}

/// <summary>Grant « client_credentials »: SMART Backend Services. A software acts for its structure, without a person.</summary>
static class AskAsSoftware
{
    public const string Type = "client_credentials";

    public static Task<JsonObject> Handle(TokenCall call, IssueTokens issue, Keys keys, ProviderAddress address, TimeProvider clock, CancellationToken stop)
    {
        var client = call.Client;
        if (client.Proof is not (ClientProof.Key or ClientProof.Certificate) || client.Structure is not { } structure)
            throw ProviderRefusals.UnauthorizedClient.With("sans personne, un logiciel a une clé et une structure");
        var scope = ProviderScopes.Given(client, call.Form.Optional("scope") ?? throw ProviderRefusals.InvalidScope.With(""), AgentKind.System);
        if (!ProviderScopes.Split(scope).All(ProviderScopes.IsForSoftware)) throw ProviderRefusals.InvalidScope.With("seulement « system/ »");
        var agent = Agents.System(keys, client.Id, structure, client.Name) with { Name = client.Name };
        return issue.First(new(client, agent, scope, address.Issuer(call.Http.Request), "", clock.GetUtcNow() + client.TokenLife, "eidas1", [], clock.GetUtcNow(), Proof: call.Proof), stop);
    }
}
