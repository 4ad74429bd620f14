using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Socle.Access;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>What the token endpoint answers: access token, id token and refresh token of a family, bound as the software is.</summary>
sealed class IssueTokens(Grants grants, Tokens tokens, SigningKeys keys, Db db, TimeProvider clock)
{
    /// <summary>How long an id token is worth: as long as the session may last.</summary>
    static readonly TimeSpan IdTokenLife = TimeSpan.FromMinutes(5);

    static readonly JsonWebTokenHandler Handler = new() { SetDefaultTimesOnTokenCreation = false };

    /// <summary>The first tokens for an agent: begins the family.</summary>
    public async Task<JsonObject> First(Granting granting, CancellationToken stop)
    {
        var unit = new Unit();
        var grant = grants.Begin(unit, granting);
        return await Of(unit, granting.Client, grant, grant.Body.Scope, granting.Proof, stop);
    }

    /// <summary>Of a family that stands; the unit carries what belongs to the same commit.</summary>
    public async Task<JsonObject> Of(Unit unit, Client client, Grant grant, string scope, string? proof, CancellationToken stop)
    {
        if (client.NeedsBinding && proof is null) throw ProviderRefusals.ProofMissing.With("ce logiciel lie ses jetons à une clé");
        var (body, now) = (grant.Body, clock.GetUtcNow());
        var life = grant.EndsAt - now < client.TokenLife ? grant.EndsAt - now : client.TokenLife;
        var access = tokens.Issue(new(body.Agent, scope, life, Purposes.Of(body.Agent.Kind), body.Level)
        {
            Session = grant.Session.Length == 0 ? null : grant.Session, Client = client.Id, Grant = grant.Id, Proof = proof
        });
        var answer = new JsonObject
        {
            ["access_token"] = access, ["token_type"] = proof?.StartsWith("jkt:", StringComparison.Ordinal) == true ? "DPoP" : "Bearer",
            ["expires_in"] = (long)life.TotalSeconds, ["scope"] = scope
        };
        var words = ProviderScopes.Split(scope);
        if (words.Contains(ProviderScopes.OpenId)) answer["id_token"] = await IdToken(client, grant, access, stop);
        if (body.Agent.Kind is AgentKind.Professional or AgentKind.Citizen && grant.Session.Length > 0)
        {
            var bound = client.Proof is ClientProof.None ? proof : null;
            answer["refresh_token"] = grants.Add(unit, Ticket.Refresh, grant, new(client.Id, null, null, bound), now + Grants.RefreshLife);
            var left = grant.EndsAt - now < Grants.RefreshLife ? grant.EndsAt - now : Grants.RefreshLife;
            if (client.Profile == ClientProfile.Psc) answer["refresh_expires_in"] = (long)left.TotalSeconds;
        }
        if (client.Profile == ClientProfile.Psc) (answer["session_state"], answer["not-before-policy"]) = (grant.Session, 0);
        if (body.Patient is { } patient) answer["patient"] = patient;
        await db.Commit(unit, stop);
        return answer;
    }

    async Task<string> IdToken(Client client, Grant grant, string access, CancellationToken stop)
    {
        var (body, now) = (grant.Body, clock.GetUtcNow());
        var half = SHA256.HashData(Encoding.ASCII.GetBytes(access)).AsSpan(0, 16);
        var claims = new Dictionary<string, object>
        {
            ["sub"] = Subjects.Of(client.Profile, body.Agent), ["azp"] = client.Id, ["auth_time"] = body.SignedInAt.ToUnixTimeSeconds(),
            ["acr"] = body.Level, ["at_hash"] = Base64Url.EncodeToString(half), ["sid"] = grant.Session
        };
        if (body.Methods.Count > 0) claims["amr"] = body.Methods.ToArray();
        if (body.Nonce is { } nonce) claims["nonce"] = nonce;
        if (client.Profile == ClientProfile.Psc) (claims["preferred_username"], claims["typ"]) = (Subjects.NationalId(body.Agent), "ID");
        if (ProviderScopes.Split(body.Scope).Contains(ProviderScopes.FhirUser) && Subjects.FhirUser(body.Agent) is { } user) claims["fhirUser"] = user;
        return Sign(await keys.Current(stop), new()
        {
            Issuer = body.Issuer, Audience = client.Id, IssuedAt = now.UtcDateTime, Expires = (now + IdTokenLife).UtcDateTime, Claims = claims
        });
    }

    /// <summary>Tells a software that a session ended (OpenID Connect Back-Channel Logout 1.0 §2.4).</summary>
    public async Task<string> LogoutToken(Client client, Grant grant, string id, CancellationToken stop)
    {
        var now = clock.GetUtcNow();
        return Sign(await keys.Current(stop), new()
        {
            Issuer = grant.Body.Issuer, Audience = client.Id, IssuedAt = now.UtcDateTime, Expires = now.AddMinutes(2).UtcDateTime, TokenType = "logout+jwt",
            Claims = new Dictionary<string, object>
            {
                ["jti"] = id, ["sid"] = grant.Session, ["sub"] = Subjects.Of(client.Profile, grant.Body.Agent),
                ["events"] = JsonSerializer.SerializeToElement(new Dictionary<string, object> { ["http://schemas.openid.net/event/backchannel-logout"] = new object() })
            }
        });
    }

    static string Sign(SigningCredentials key, SecurityTokenDescriptor token)
    {
        token.SigningCredentials = new(key.Key, key.Algorithm) { CryptoProviderFactory = new() { CacheSignatureProviders = false } };
        return Handler.CreateToken(token);
    }
}

/// <summary>How an agent is named to software.</summary>
static class Subjects
{
    // Of the realm of Pro Santé Connect a subject reads « f:(provider):(idNat_PS) ».
    const string Provider = "f:5d0b7a52-9f2e-4c8a-8d0e-50c1e0000001:";

    public static string Of(ClientProfile profile, Agent agent) => profile == ClientProfile.Psc ? Provider + NationalId(agent) : agent.Id;

    public static string NationalId(Agent agent) => agent.Id.StartsWith("rpps:", StringComparison.Ordinal) ? "8" + agent.Id[5..] : agent.Id;

    /// <summary>« Patient/… »; a professional is asked for by identifier.</summary>
    public static string? FhirUser(Agent agent) => agent.Kind switch
    {
        AgentKind.Citizen => "Patient/" + agent.Id["patient:".Length..],
        AgentKind.Professional => "Practitioner?identifier=https://rpps.esante.gouv.fr|" + agent.Id[5..],
        _ => null
    };
}
