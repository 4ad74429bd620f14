using Microsoft.AspNetCore.Http;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>Who asks: a session cookie on pages, a bearer token on APIs, neither on the viewer origin. Never one in the other's place.</summary>
sealed class Recognition(Sessions sessions, Tokens tokens, HostNames hosts)
{
    const string Bearer = "Bearer ";

    public async Task Handle(HttpContext http, RequestDelegate next)
    {
        if (hosts.IsViewer(http.Request) || http.GetEndpoint() is null)
        {
            await next(http);
            return;
        }
        if (!http.IsApi()) await sessions.Recognise(http, http.RequestAborted);
        else if (http.Request.Headers.Authorization.ToString() is { Length: > 0 } authorization) await Read(http, authorization);
        await next(http);
    }

    async Task Read(HttpContext http, string authorization)
    {
        http.Response.Headers.WWWAuthenticate = "Bearer error=\"invalid_token\"";
        if (!authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)) throw SignInRefusals.TokenInvalid.With();
        var read = await tokens.Read(authorization[Bearer.Length..].Trim());
        http.Response.Headers.Remove("WWW-Authenticate");
        http.SetAgent(read.Agent);
        http.Features.Set(read.Scopes);
    }
}
