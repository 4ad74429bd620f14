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
        foreach (var door in app.ServiceProvider.GetServices<FhirDoor>()) MapDoor(app, services, door);
        // Whatever else is asked under /fhir gets an OperationOutcome too.
        app.Map($"{Root}/{{**rest}}", new UnknownRoute(routes).Handle).RequirePolicy(ApiPolicy.Name);
    }

    // Who comes in by a door is the door's business: a key, a certificate, a token.
    static void MapDoor(IEndpointRouteBuilder app, FhirServices services, FhirDoor door)
    {
        var (edge, routes) = (new FhirEdge(services, door), services.Routes.Behind(door));
        app.MapMethods($"{door.Root}/metadata", Methods("GET"), new ShowCapabilities(services.Capabilities, door).Handle).RequirePolicy(Policy.Open);
        foreach (var operation in routes.Operations)
            app.MapMethods($"{door.Root}/{operation.Route}", Methods(operation.Method), edge.Of(operation)).RequirePolicy(Policy.Open)
                .AllowBody(operation.Body ?? BodyLimits.Bundle.Whole);
        foreach (var route in routes.All)
            app.MapMethods($"{door.Root}/{route.Pattern}", Methods(route.Method), edge.Of(route)).RequirePolicy(Policy.Open)
                .AllowBody(route.Code == "search-type" ? BodyLimits.Form : BodyLimits.Bundle.Whole);
        app.Map($"{door.Root}/{{**rest}}", new UnknownRoute(routes, door).Handle).RequirePolicy(Policy.Open);
    }

    public override Task Start(IServiceProvider services, CancellationToken stop)
    {
        services.GetRequiredService<Jobs>().Every(TimeSpan.FromHours(1), "api-idempotency", services.GetRequiredService<Idempotency>().Forget);
        return Task.CompletedTask;
    }

    // Whatever is read by GET tells its headers by HEAD.
    static string[] Methods(string method) => method == "GET" ? ["GET", "HEAD"] : [method];
}
