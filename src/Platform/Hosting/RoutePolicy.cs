using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Socle.Platform;

/// <summary>The name of the policy of a route: metadata each endpoint must carry.</summary>
public sealed record RoutePolicy(string Name);

/// <summary>Who may enter at all. What a person then sees is decided by Access, object by object.</summary>
/// <param name="Allows">Pure; null is somebody who is not signed in.</param>
public sealed record Policy(string Name, Func<Agent?, bool> Allows)
{
    /// <summary>Anybody: welcome page, sign-in, assets, health.</summary>
    public const string Open = "open";

    /// <summary>Any person or software that is signed in.</summary>
    public const string SignedIn = "signed-in";

    public const string Citizen = "citizen";
    public const string Professional = "professional";
    public const string System = "system";
    public const string Steward = "steward";

    internal static IEnumerable<Policy> BuiltIn { get; } =
    [
        new(Open, _ => true),
        new(SignedIn, agent => agent is not null),
        new(Citizen, agent => agent?.Kind == AgentKind.Citizen),
        new(Professional, agent => agent?.Kind == AgentKind.Professional),
        new(System, agent => agent?.Kind == AgentKind.System),
        new(Steward, agent => agent?.Kind == AgentKind.Steward)
    ];
}

/// <summary>A page that other sites send forms to by design; it must look at no session and change nothing of anybody.</summary>
public sealed record TakesForeignForms;

/// <summary>A program whose routes are not all guarded must not start.</summary>
public sealed class UnguardedRouteException(string message) : Exception(message);

public static class RoutePolicyExtensions
{
    /// <summary>Names the policy of a route or of a group of routes.</summary>
    public static T RequirePolicy<T>(this T route, string policy) where T : IEndpointConventionBuilder =>
        route.WithMetadata(new RoutePolicy(policy));

    /// <summary>Adds a policy that the routes of a module may name.</summary>
    public static IServiceCollection AddPolicy(this IServiceCollection services, string name, Func<Agent?, bool> allows) =>
        services.AddSingleton(new Policy(name, allows));

    /// <summary>Raises the body limit of one route (1 MiB elsewhere).</summary>
    public static T AllowBody<T>(this T route, long bytes) where T : IEndpointConventionBuilder =>
        route.WithMetadata(new BodyLimit(bytes));
}

sealed record BodyLimit(long Bytes) : Microsoft.AspNetCore.Http.Metadata.IRequestSizeLimitMetadata
{
    public long? MaxRequestBodySize => Bytes;
}

/// <summary>All policies by name, and the check that no route lacks one.</summary>
sealed class Policies
{
    readonly Dictionary<string, Policy> byName = new(StringComparer.Ordinal);

    public Policies(IEnumerable<Policy> added)
    {
        foreach (var policy in Policy.BuiltIn.Concat(added))
            if (!byName.TryAdd(policy.Name, policy)) throw new InvalidOperationException($"The policy {policy.Name} is registered twice.");
    }

    public void Check(IEnumerable<Endpoint> endpoints)
    {
        var wrong = endpoints.Select(Fault).OfType<string>().ToList();
        if (wrong.Count > 0) throw new UnguardedRouteException("Refusing to start: " + string.Join(" ", wrong));
    }

    string? Fault(Endpoint endpoint) => endpoint.Metadata.GetMetadata<RoutePolicy>() switch
    {
        null => $"the route {endpoint.DisplayName} has no policy.",
        var policy when !byName.ContainsKey(policy.Name) => $"the route {endpoint.DisplayName} names the unknown policy {policy.Name}.",
        _ => null
    };

    /// <summary>Asks the policy of the matched route; a route that somehow has none is closed.</summary>
    public async Task Ask(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint() is RouteEndpoint route)
        {
            var name = route.Metadata.GetMetadata<RoutePolicy>()?.Name;
            var agent = http.AgentOrNull();
            if (name is null || !byName.TryGetValue(name, out var policy) || !policy.Allows(agent))
                throw agent is null ? PlatformRefusals.SignInNeeded.With() : PlatformRefusals.NotForYou.With();
        }
        await next(http);
    }
}
