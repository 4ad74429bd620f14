using System.Reflection;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Socle.Platform;

/// <summary>One module of the platform: its settings, services, tables and routes. The host is a list of these.</summary>
public abstract class Module
{
    /// <summary>The module's name in English, as its folder: "SharedRecord".</summary>
    public virtual string Name => GetType().Name.EndsWith("Module", StringComparison.Ordinal) ? GetType().Name[..^6] : GetType().Name;

    /// <summary>Where the embedded texts, assets and migrations are.</summary>
    public virtual Assembly Assembly => GetType().Assembly;

    /// <summary>Settings, services and policies.</summary>
    public virtual void AddServices(IServiceCollection services, IConfiguration configuration)
    {
    }

    /// <summary>Middleware that runs after routing and before the policy of the route is asked: who is it?</summary>
    public virtual void UseMiddleware(IApplicationBuilder app)
    {
    }

    /// <summary>The table of routes; each ends with <c>.RequirePolicy("name")</c>.</summary>
    public virtual void MapRoutes(IEndpointRouteBuilder app)
    {
    }

    /// <summary>Forward-only steps, run in the order of the modules before anything listens.</summary>
    public virtual IEnumerable<Migration> Migrations => Migration.Of(Name, Assembly);

    /// <summary>Runs after the migrations and before the first request.</summary>
    public virtual Task Start(IServiceProvider services, CancellationToken stop) => Task.CompletedTask;
}
