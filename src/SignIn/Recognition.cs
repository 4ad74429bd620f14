using Microsoft.AspNetCore.Http;
using Socle.Access;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>Who asks: a session cookie on pages, a bearer token on APIs, neither on the viewer origin. Never one in the other's place.</summary>
sealed class Recognition(Sessions sessions, Tokens tokens, TokenBinding binding, HostNames hosts, Suspensions suspensions)
{
    const string Bearer = "Bearer ", Bound = Dpop.Scheme + " ";

    public async Task Handle(HttpContext http, RequestDelegate next)
    {
        if (hosts.IsViewer(http.Request) || http.GetEndpoint() is null)
        {
            await next(http);
            return;
        }
        if (!http.IsApi()) await Recognise(http);
        else if (http.Request.Headers.Authorization.ToString() is { Length: > 0 } authorization
            && http.GetEndpoint()!.Metadata.GetMetadata<AuthenticatesSoftware>() is null) await Read(http, authorization);
        await next(http);
    }

    // The session is kept: it serves again once the suspension is lifted, if it has not ended by then.
    async Task Recognise(HttpContext http)
    {
        await sessions.Recognise(http, http.RequestAborted);
        if (http.AgentOrNull() is not { } agent || !await suspensions.Holds(agent, http.RequestAborted)) return;
        http.SetAgent(null);
        http.Features.Set<WebSession>(null);
    }

    async Task Read(HttpContext http, string authorization)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        var isBound = authorization.StartsWith(Bound, StringComparison.OrdinalIgnoreCase);
        if (!isBound && !authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) throw SignInRefusals.TokenInvalid.With();
        var token = authorization[(isBound ? Bound : Bearer).Length..].Trim();
        var read = await tokens.Read(token);
        await binding.Check(http, read, token, isBound);
        if (await suspensions.Holds(read.Agent, http.RequestAborted)) throw SignInRefusals.Suspended.With();
        if (read.Session is { } sid && !await sessions.Lives(sid, http.RequestAborted)) throw SignInRefusals.TokenSessionEnded.With();
        http.Response.Headers.Remove("WWW-Authenticate");
        http.SetAgent(read.Agent);
        http.Features.Set(read.Scopes);
        http.Features.Set(read);
    }
}
