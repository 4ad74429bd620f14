using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Socle.Api;
using Socle.Platform;
using Socle.Store;

namespace Socle.Subscriptions;

/// <summary>Subscriptions: R4 and the topic backport, over rest-hook and websocket.</summary>
public sealed class SubscriptionsModule : Module
{
    const string Definitions = "http://hl7.org/fhir/uv/subscriptions-backport/OperationDefinition/backport-subscription-";

    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<SubscriptionsSettings>(configuration, "Subscriptions");
        services.AddSingleton<SubscriptionsStore>().AddSingleton<Registry>().AddSingleton<Bell>().AddSingleton<Sockets>();
        services.AddSingleton<Notification>().AddSingleton<BindingTokens>().AddSingleton<Delivery>().AddSingleton<Courier>();
        services.AddSingleton<AskSubscriptions>().AddSingleton<OpenSocket>();
        services.AddSingleton<WriteRule, SubscriptionRule>().AddSingleton<WriteRule, ChangeRule>();
        services.AddHostedService(provider => provider.GetRequiredService<Courier>());
        foreach (var method in new[] { "GET", "POST" })
            foreach (var route in new[] { "Subscription/", "Subscription/{id}/" })
            {
                services.AddSingleton(p => new FhirOperation("status", method, route + "$status", Definitions + "status", p.GetRequiredService<AskSubscriptions>().Status));
                services.AddSingleton(p => new FhirOperation(
                    "get-ws-binding-token", method, route + "$get-ws-binding-token", Definitions + "get-ws-binding-token", p.GetRequiredService<AskSubscriptions>().Binding));
                if (route.EndsWith("{id}/", StringComparison.Ordinal))
                    services.AddSingleton(p => new FhirOperation("events", method, route + "$events", Definitions + "events", p.GetRequiredService<AskSubscriptions>().Events));
            }
    }

    public override void UseMiddleware(IApplicationBuilder app) => app.UseWebSockets(new() { KeepAliveInterval = TimeSpan.FromSeconds(30) });

    // Who connects is known by the first message: the binding token, or the bearer token of the connection.
    public override void MapRoutes(IEndpointRouteBuilder app) =>
        app.MapGet(OpenSocket.Path, app.ServiceProvider.GetRequiredService<OpenSocket>().Handle).RequirePolicy(Policy.Open);

    public override async Task Start(IServiceProvider services, CancellationToken stop)
    {
        var (store, registry) = (services.GetRequiredService<SubscriptionsStore>(), services.GetRequiredService<Registry>());
        services.GetRequiredService<Db>().Changes.Hear(SubscriptionsStore.Kind, registry.Changed);
        foreach (var (watch, status) in await store.All(stop)) registry.Put(watch, status);
        var (settings, clock) = (services.GetRequiredService<SubscriptionsSettings>(), services.GetRequiredService<TimeProvider>());
        services.GetRequiredService<Jobs>().Every(TimeSpan.FromHours(1), "subscriptions-told", cancel => store.RemoveTold(clock.GetUtcNow() - settings.Kept, cancel));
    }
}
