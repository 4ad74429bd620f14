using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace Socle.Platform;

/// <summary>What the viewer origin shows: our rendering of a narrative, or a file Chrome's own viewer must open.</summary>
public enum ViewerKind { Html, File }

/// <summary>A route that answers on the viewer origin only.</summary>
public sealed record ViewerRoute(ViewerKind Kind);

/// <summary>A page that may use the camera, the microphone or the position.</summary>
public sealed record OpensPermission(string Feature);

public static class ViewerRouteExtensions
{
    public static T OnViewer<T>(this T route, ViewerKind kind) where T : IEndpointConventionBuilder => route.WithMetadata(new ViewerRoute(kind));

    /// <summary>For a route that knows only once it has read the document what it shows.</summary>
    public static void ShowAs(this HttpContext http, ViewerKind kind) => http.Features.Set(new ViewerRoute(kind));

    public static T OpensPermission<T>(this T route, string feature) where T : IEndpointConventionBuilder =>
        route.WithMetadata(new OpensPermission(feature));
}

/// <summary>
/// The headers of every answer: pages, errors, assets, API and viewer. What an API answers is no document: it has no features to close, opens
/// no windows and loads nothing, so that it carries only what keeps a browser from taking it for one.
/// </summary>
sealed class SecurityHeaders(HostNames hosts, WebSettings settings, IEnumerable<OpenDoor> apis)
{
    /// <summary>Nothing is loaded, nothing frames it, and opened by itself it runs nothing.</summary>
    const string ApiPolicy = "default-src 'none'; frame-ancestors 'none'; sandbox";

    readonly OpenDoor[] apis = [.. apis];
    static readonly string[] Closed = ["camera", "microphone", "geolocation"];
    static readonly string AllClosed = Permissions([]);

    // The policy of the origin that was asked last: nearly always the next one's too.
    volatile Spoken? last;

    public Task Apply(HttpContext http)
    {
        var headers = http.Response.Headers;
        var viewer = hosts.IsViewer(http.Request);
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = viewer ? ViewerResourcePolicy(http) : "same-origin";
        if (!viewer && IsApi(http.Request.Path)) headers.ContentSecurityPolicy = ApiPolicy;
        else
        {
            headers["Referrer-Policy"] = "same-origin";
            headers["Cross-Origin-Opener-Policy"] = "same-origin";
            headers["Cross-Origin-Embedder-Policy"] = "require-corp";
            headers["Permissions-Policy"] = Permissions(http.GetEndpoint());
            headers.ContentSecurityPolicy = viewer ? ViewerPolicy(http) : AppPolicy(http.Request);
        }
        if (http.Request.IsHttps) headers.StrictTransportSecurity = "max-age=63072000; includeSubDomains; preload";
        if (http.AgentOrNull() is not null || viewer) headers.CacheControl = IsAsset(http) ? headers.CacheControl : "no-store";
        else if (headers.CacheControl.Count == 0) headers.CacheControl = "no-cache";
        return Task.CompletedTask;
    }

    bool IsApi(PathString path)
    {
        foreach (var api in apis)
        {
            if (api.IsApi(path)) return true;
        }
        return false;
    }

    string AppPolicy(HttpRequest request)
    {
        if (last is { } spoken && spoken.Scheme == request.Scheme && spoken.Host == request.Host.Value) return spoken.Policy;
        var policy = NewAppPolicy(request);
        last = new(request.Scheme, request.Host.Value, policy);
        return policy;
    }

    string NewAppPolicy(HttpRequest request) =>
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; manifest-src 'self'; "
        + $"frame-src {hosts.ViewerOrigin(request)}; form-action {string.Join(' ', settings.IdentityProviders.Prepend("'self'"))}; "
        + "frame-ancestors 'none'; base-uri 'none'; object-src 'none'; require-trusted-types-for 'script'; trusted-types socle";

    string ViewerPolicy(HttpContext http)
    {
        var kind = (http.Features.Get<ViewerRoute>() ?? http.GetEndpoint()?.Metadata.GetMetadata<ViewerRoute>())?.Kind ?? ViewerKind.Html;
        var common = $"default-src 'none'; img-src data:; style-src 'self'; frame-ancestors {hosts.AppOrigin(http.Request)}; base-uri 'none'; form-action 'none'";
        // Chrome opens no PDF in a sandboxed document; script, launch actions and embedded files were refused at the deposit.
        return kind == ViewerKind.Html ? "sandbox; " + common : common + "; object-src 'self'";
    }

    // A sandboxed document has an opaque origin, and no two names under "localhost" are one site: there same-site would block all.
    static string ViewerResourcePolicy(HttpContext http) =>
        IsAsset(http) || http.Request.Host.Host.EndsWith("localhost", StringComparison.OrdinalIgnoreCase) ? "cross-origin" : "same-site";

    static bool IsAsset(HttpContext http) => http.GetEndpoint()?.Metadata.GetMetadata<AssetRoute>() is not null;

    static string Permissions(Endpoint? endpoint) =>
        endpoint?.Metadata.GetOrderedMetadata<OpensPermission>() is { Count: > 0 } opens ? Permissions(opens.Select(o => o.Feature).ToHashSet()) : AllClosed;

    static string Permissions(HashSet<string> opened) =>
        string.Join(", ", Closed.Select(f => opened.Contains(f) ? f + "=(self)" : f + "=()"))
        + ", publickey-credentials-get=(self), publickey-credentials-create=(self)";

    sealed record Spoken(string Scheme, string? Host, string Policy);
}
