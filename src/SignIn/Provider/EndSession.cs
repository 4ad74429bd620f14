using Microsoft.AspNetCore.Http;
using Microsoft.IdentityModel.JsonWebTokens;
using Microsoft.IdentityModel.Tokens;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>
/// RP-initiated logout. The software shows the id token of who should be signed out; the session of that token ends, and no other. The browser then goes
/// back only to an address that this software registered.
/// </summary>
static class EndSession
{
    public static async Task<IResult> Handle(HttpContext http, IdTokenHints hints, Clients clients, Sessions sessions, Db db, CancellationToken stop)
    {
        var asked = HttpMethods.IsPost(http.Request.Method) ? await Form.Read(http.Request, stop) : Form.OfQuery(http.Request);
        var hint = asked.Optional("id_token_hint") is { } text ? await hints.Read(text, stop) ?? throw ProviderRefusals.InvalidRequest.With("id_token_hint") : null;
        var id = asked.Optional("client_id") ?? hint?.Client;
        if (hint is not null && hint.Client != id) throw ProviderRefusals.InvalidRequest.With("id_token_hint d’un autre logiciel");
        var client = id is null ? null : await clients.FindActive(id, stop) ?? throw ProviderRefusals.UnknownClient.With();
        var back = asked.Optional("post_logout_redirect_uri");
        if (back is not null && (client is null || hint is null || !client.LogoutUris.Contains(back, StringComparer.Ordinal))) throw ProviderRefusals.UnknownLogout.With();
        // Without proof of whose session it is, whoever made a link could sign people out: they are asked.
        if (hint is null) return Page.Show<Pages.EndSessionPage, Pages.EndSessionModel>(new(client?.Name));
        var unit = new Unit();
        await sessions.End(unit, hint.Session, stop);
        await db.Commit(unit, stop);
        if (back is null) return Page.Show<Pages.EndedPage, Pages.EndSessionModel>(new(client!.Name));
        var state = asked.Optional("state");
        return new Away(state is null ? back : back + (back.Contains('?', StringComparison.Ordinal) ? "&" : "?") + "state=" + Uri.EscapeDataString(state));
    }
}

/// <param name="Client">For which software it was made.</param>
sealed record IdTokenHint(string Client, string Session);

/// <summary>Reads id tokens of our own, expired ones too: they say whom a software means, and open nothing.</summary>
sealed class IdTokenHints(SigningKeys keys)
{
    static readonly JsonWebTokenHandler Handler = new() { MapInboundClaims = false, MaximumTokenSizeInBytes = Jws.Longest };

    public async Task<IdTokenHint?> Read(string text, CancellationToken stop)
    {
        if (text.Length > Jws.Longest) return null;
        var result = await Handler.ValidateTokenAsync(text, new()
        {
            ValidAlgorithms = [SecurityAlgorithms.RsaSha256],
            IssuerSigningKeys = (await keys.Published(stop)).Select(key => key.Credentials.Key),
            TryAllIssuerSigningKeys = false,
            ValidateIssuer = false,
            ValidateAudience = false,
            ValidateLifetime = false,
            RequireSignedTokens = true
        });
        return result.IsValid && result.SecurityToken is JsonWebToken jwt && jwt.TryGetPayloadValue("sid", out string session) && jwt.TryGetPayloadValue("azp", out string client)
            ? new(client, session) : null;
    }
}
