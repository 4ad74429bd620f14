using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Socle.Platform;

/// <summary>An API that web applications of these origins may call from a browser (CORS). No origin is a closed door; there is no « all ».</summary>
/// <param name="Page">Where a page stands among the answers of the API; null: it has none.</param>
public sealed record OpenDoor(PathString Prefix, IReadOnlyList<string> Origins, PathString? Page = null)
{
    /// <summary>Whether what is answered there is for programs.</summary>
    public bool IsApi(PathString path) => path.StartsWithSegments(Prefix)
        && !(Page is { } page && path.StartsWithSegments(page, out var rest) && (rest.Value is null or "" or "/"));
}

/// <summary>
/// Preflights and the headers of CORS, before anybody is recognised: a browser sends a preflight without a token, and must be able to
/// read a refusal. Credentials are never allowed: the APIs know bearer tokens only.
/// </summary>
sealed class CrossOrigin(IEnumerable<OpenDoor> doors)
{
    const string AllMethods = "GET, HEAD, POST, PUT, PATCH, DELETE";
    const string AllHeaders = "Accept, Authorization, Content-Type, DPoP, Idempotency-Key, If-Match, If-Modified-Since, If-None-Exist, If-None-Match, Prefer, "
        + "X-Correlation-Id, X-Security-Context";
    const string Exposed = "Content-Disposition, Content-Location, DPoP-Nonce, ETag, Idempotent-Replayed, Last-Modified, Location, Preference-Applied, Retry-After, "
        + "WWW-Authenticate, X-Correlation-Id, X-Progress, X-Security-Context";

    readonly OpenDoor[] doors = [.. doors.Where(door => door.Origins.Count > 0)];

    public Task Handle(HttpContext http, RequestDelegate next)
    {
        if (doors.Length == 0 || Array.Find(doors, door => http.Request.Path.StartsWithSegments(door.Prefix)) is not { } door) return next(http);
        // A cache must not give one origin what was answered to another.
        http.Response.Headers.Append(HeaderNames.Vary, HeaderNames.Origin);
        var origin = http.Request.Headers.Origin.ToString();
        if (!door.Origins.Contains(origin, StringComparer.Ordinal)) return next(http);
        if (HttpMethods.IsOptions(http.Request.Method) && http.Request.Headers.ContainsKey(HeaderNames.AccessControlRequestMethod)) return Preflight(http, origin);
        // Set when the answer starts: a refusal clears what was set before it.
        http.Response.OnStarting(() =>
        {
            http.Response.Headers.AccessControlAllowOrigin = origin;
            http.Response.Headers.AccessControlExposeHeaders = Exposed;
            return Task.CompletedTask;
        });
        return next(http);
    }

    static Task Preflight(HttpContext http, string origin)
    {
        var headers = http.Response.Headers;
        headers.AccessControlAllowOrigin = origin;
        headers.AccessControlAllowMethods = AllMethods;
        headers.AccessControlAllowHeaders = AllHeaders;
        headers.AccessControlMaxAge = "600";
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }
}
