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
        services.AddSingleton<FhirRoutes>();
        services.AddSingleton<Capabilities>();
        services.AddSingleton<FhirServices>();
        services.AddSingleton(new RefusalFormatter(Root, Outcome.Write));
    }

    public override void MapRoutes(IEndpointRouteBuilder app)
    {
        var services = app.ServiceProvider.GetRequiredService<FhirServices>();
        var routes = services.Routes;
        app.MapMethods($"{Root}/metadata", ["GET"], new ShowCapabilities(services.Capabilities).Handle).RequirePolicy(Policy.Open);
        foreach (var operation in routes.Operations)
            app.MapMethods($"{Root}/{operation.Route}", [operation.Method], new FhirEdge(services).Of(operation))
                .RequirePolicy(ApiPolicy.Name).AllowBody(operation.Body ?? BodyLimits.Bundle.Whole);
        foreach (var route in routes.All)
            app.MapMethods($"{Root}/{route.Pattern}".TrimEnd('/'), [route.Method], new FhirEdge(services).Of(route))
                .RequirePolicy(ApiPolicy.Name).AllowBody(BodyLimits.Bundle.Whole);
        // Whatever else is asked under /fhir gets an OperationOutcome too.
        app.Map($"{Root}/{{**rest}}", new UnknownRoute(routes).Handle).RequirePolicy(ApiPolicy.Name);
    }
}
