namespace Socle.Platform;

/// <summary>Names under which the program answers, and the look of an operator.</summary>
public sealed record WebSettings
{
    /// <summary>Name of the operator's service, shown at the top of each page.</summary>
    public string ServiceName { get; init; } = "Socle";

    /// <summary>Host name of the pages and the API. Other names are refused.</summary>
    public string Host { get; init; } = "localhost";

    /// <summary>Host name documents are shown from; empty is viewer. followed by the host name.</summary>
    public string ViewerHost { get; init; } = "";

    /// <summary>More host names the pages may answer under, for example 127.0.0.1 at home.</summary>
    public string[] AlsoHosts { get; init; } = ["127.0.0.1", "[::1]"];

    /// <summary>Origins forms may be posted to besides this one: the identity providers of the operator.</summary>
    public string[] IdentityProviders { get; init; } = [];

    /// <summary>Time zone of the dates people read.</summary>
    public string TimeZone { get; init; } = "Europe/Paris";

    internal string Viewer => ViewerHost.Length > 0 ? ViewerHost : "viewer." + Host;
}

/// <summary>Traces and metrics to the operator's collector; nothing leaves the machine by default.</summary>
public sealed record TelemetrySettings
{
    /// <summary>Address of an OTLP collector (gRPC), for example http://localhost:4317; empty sends nothing.</summary>
    public string Otlp { get; init; } = "";
}
