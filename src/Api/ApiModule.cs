using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Socle.Platform;

namespace Socle.Api;

/// <summary>FHIR R4 over HTTP, at /fhir.</summary>
public sealed class ApiModule : Module
{
    const string Root = "/fhir";

    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        var settings = services.AddSettings<ApiSettings>(configuration, "Api");
        services.AddSingleton(new OpenDoor(Root, settings.Origins));
        services.AddSingleton(new OpenDoor("/api", settings.Origins, Page: "/api"));
        services.AddSingleton(EvaluatePath.Operation);
        services.AddSingleton(ConvertResource.Operation);
        services.AddSingleton<FhirRoutes>();
        services.AddSingleton<ApiStore>();
        services.AddSingleton<OpenApi>();
        services.AddSingleton<SandboxPeople>();
        services.AddSingleton<ShowVendorPage>();
        services.AddSingleton<Idempotency>();
        services.AddSingleton<Capabilities>();
        services.AddSingleton<FhirServices>();
        services.AddSingleton(new RefusalFormatter(Root, Outcome.Write));
    }

    public override void MapRoutes(IEndpointRouteBuilder app)
    {
        app.MapGet("/api", (Delegate)app.ServiceProvider.GetRequiredService<ShowVendorPage>().Handle).RequirePolicy(Policy.Open);
        app.MapMethods("/api/openapi.json", Methods("GET"), app.ServiceProvider.GetRequiredService<OpenApi>().Handle).RequirePolicy(Policy.Open);
        var services = app.ServiceProvider.GetRequiredService<FhirServices>();
        var routes = services.Routes;
        app.MapMethods($"{Root}/metadata", Methods("GET"), new ShowCapabilities(services.Capabilities).Handle).RequirePolicy(Policy.Open);
        foreach (var operation in routes.Operations)
            app.MapMethods($"{Root}/{operation.Route}", Methods(operation.Method), new FhirEdge(services).Of(operation))
                .RequirePolicy(ApiPolicy.Name).AllowBody(operation.Body ?? BodyLimits.Bundle.Whole);
        foreach (var route in routes.All)
            app.MapMethods($"{Root}/{route.Pattern}".TrimEnd('/'), Methods(route.Method), new FhirEdge(services).Of(route))
                .RequirePolicy(ApiPolicy.Name).AllowBody(BodyLimits.Bundle.Whole);
        // Whatever else is asked under /fhir gets an OperationOutcome too.
        app.Map($"{Root}/{{**rest}}", new UnknownRoute(routes).Handle).RequirePolicy(ApiPolicy.Name);
    }

    public override Task Start(IServiceProvider services, CancellationToken stop)
    {
        services.GetRequiredService<Jobs>().Every(TimeSpan.FromHours(1), "api-idempotency", services.GetRequiredService<Idempotency>().Forget);
        return Task.CompletedTask;
    }

    // Whatever is read by GET tells its headers by HEAD.
    static string[] Methods(string method) => method == "GET" ? ["GET", "HEAD"] : [method];
}
