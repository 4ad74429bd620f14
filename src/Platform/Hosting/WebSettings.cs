using System.ComponentModel;

namespace Socle.Platform;

/// <summary>Names under which the program answers, and the look of an operator.</summary>
public sealed record WebSettings
{
    [Description("Name of the operator's service, shown at the top of each page.")]
    public string ServiceName { get; init; } = "Socle";

    [Description("Host name of the pages and the API. Other names are refused.")]
    public string Host { get; init; } = "localhost";

    [Description("Host name documents are shown from; empty is viewer. followed by the host name.")]
    public string ViewerHost { get; init; } = "";

    [Description("More host names the pages may answer under, for example 127.0.0.1 at home.")]
    public string[] AlsoHosts { get; init; } = ["127.0.0.1", "[::1]"];

    [Description("Origins forms may be posted to besides this one: the identity providers of the operator.")]
    public string[] IdentityProviders { get; init; } = [];

    [Description("Time zone of the dates people read.")]
    public string TimeZone { get; init; } = "Europe/Paris";

    internal string Viewer => ViewerHost.Length > 0 ? ViewerHost : "viewer." + Host;
}

/// <summary>Traces and metrics to the operator's collector; nothing leaves the machine by default.</summary>
public sealed record TelemetrySettings
{
    [Description("Address of an OTLP collector (gRPC), for example http://localhost:4317; empty sends nothing.")]
    public string Otlp { get; init; } = "";
}
