using Microsoft.AspNetCore.Http;

namespace Socle.Platform;

/// <summary>Two origins: pages and API on one, documents shown on the other, which holds no cookie and runs no script.</summary>
public sealed class HostNames
{
    readonly WebSettings settings;
    readonly HashSet<string> app;

    public HostNames(WebSettings settings)
    {
        this.settings = settings;
        app = new(settings.AlsoHosts.Append(settings.Host), StringComparer.OrdinalIgnoreCase);
    }

    public bool IsViewer(HttpRequest request) => request.Host.Host.Equals(settings.Viewer, StringComparison.OrdinalIgnoreCase);

    public bool IsApp(HttpRequest request) => app.Contains(request.Host.Host);

    public string ViewerOrigin(HttpRequest request) => Origin(request, settings.Viewer);

    public string AppOrigin(HttpRequest request) => Origin(request, IsApp(request) ? request.Host.Host : settings.Host);

    static string Origin(HttpRequest request, string host) =>
        request.Scheme + "://" + host + (request.Host.Port is { } port ? ":" + port.ToString(System.Globalization.CultureInfo.InvariantCulture) : "");

    /// <summary>Only viewer routes answer on the viewer's name and only they; an unknown name is refused.</summary>
    internal Task Guard(HttpContext http, RequestDelegate next)
    {
        var viewer = IsViewer(http.Request);
        if (!viewer && !IsApp(http.Request)) throw PlatformRefusals.UnknownHost.With();
        var endpoint = http.GetEndpoint();
        if (endpoint is not null && endpoint.Metadata.GetMetadata<AssetRoute>() is null
            && endpoint.Metadata.GetMetadata<ViewerRoute>() is null == viewer)
            http.SetEndpoint(null);
        return next(http);
    }
}
