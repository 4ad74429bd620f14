using Microsoft.AspNetCore.Http;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>The userinfo endpoint: who the token is about, in the words of the profile of its software.</summary>
static class ShowUserInfo
{
    public static async Task<IResult> Handle(HttpContext http, Clients clients, Practitioners practitioners, CancellationToken stop)
    {
        var (agent, token) = (http.Agent(), http.Features.Get<ReadToken>());
        if (token?.Client is not { } id || await clients.FindActive(id, stop) is not { } client || ProviderPaths.Of(client.Profile) != ProviderPaths.Of(http.Request))
            throw SignInRefusals.TokenInvalid.With();
        if (!ProviderScopes.Split(token.Scopes.Text).Contains(ProviderScopes.OpenId)) throw ProviderRefusals.InsufficientScope.With();
        var claims = UserInfoClaims.Of(client.Profile, agent);
        if (agent.Id.StartsWith("rpps:", StringComparison.Ordinal)) UserInfoClaims.AddProfessional(claims, agent, await practitioners.Facts(agent.Id[5..], stop));
        return ProviderAnswer.Json(claims);
    }
}
