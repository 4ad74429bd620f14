using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace Socle.Platform;

/// <summary>The session behind a request. <paramref name="Key"/> is secret: forms are bound to it, it is never shown.</summary>
/// <param name="ExpiresAt">When it ends whatever the person does.</param>
public sealed record WebSession(string Key, DateTimeOffset ExpiresAt)
{
    /// <summary>How sure the sign-in was: "demo", "eidas1", "eidas2".</summary>
    public string Level { get; init; } = "demo";

    /// <summary>By what the person proved who they are: values of RFC 8176 ("hwk", "user", "pop"…).</summary>
    public IReadOnlyList<string> Method { get; init; } = [];

    public DateTimeOffset SignedInAt { get; init; }

    /// <summary>When the person last proved who they are: what asks for a step-up looks at this.</summary>
    public DateTimeOffset ProvedAt { get; init; }

    /// <summary>The session's public number (claim `sid`): it opens nothing.</summary>
    public string Sid { get; init; } = "";

    /// <summary>The account behind it; null in demonstration.</summary>
    public string? Account { get; init; }

    /// <summary>The passkey or phone it was opened with; null in demonstration.</summary>
    public string? Means { get; init; }
}

/// <summary>Whose session ended just before this request: a form typed in it is given back to this agent only.</summary>
public sealed record EndedSession(string AgentId);

public static class HttpAgent
{
    /// <summary>Who asks; refuses with 401 when nobody is signed in.</summary>
    public static Agent Agent(this HttpContext http) => http.AgentOrNull() ?? throw PlatformRefusals.SignInNeeded.With();

    public static Agent? AgentOrNull(this HttpContext http) => http.Features.Get<Agent>();

    public static void SetAgent(this HttpContext http, Agent? agent) => http.Features.Set(agent);

    /// <summary>What a bearer token allows; null when the request does not come with one.</summary>
    public static GrantedScopes? Scopes(this HttpContext http) => http.Features.Get<GrantedScopes>();

    /// <summary>On an API cookies say nothing; on pages bearer tokens say nothing.</summary>
    public static bool IsApi(this HttpContext http) =>
        http.Features.Get<CorrelationId>()?.IsApi ?? http.RequestServices.GetRequiredService<Translation>().IsApi(http.Request.Path);

    /// <summary>The id that joins the answer, the log and the audit entry.</summary>
    public static string Correlation(this HttpContext http) => http.Features.Get<CorrelationId>()?.Value ?? "";
}

/// <param name="IsApi">Known once per request: no scope of services is made to ask again.</param>
/// <param name="HasNoPage">Under a prefix with a format of its own (/fhir): nothing there is a page.</param>
sealed record CorrelationId(string Value, bool? IsApi = null, bool HasNoPage = false);
