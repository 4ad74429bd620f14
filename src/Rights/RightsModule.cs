using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Socle.Platform;

namespace Socle.Rights;

/// <summary>The carte Vitale application: rights, papers that can be checked, and the card shown by the phone.</summary>
public sealed class RightsModule : Module
{
    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<RightsSettings>(configuration, "Rights");
        services.AddSingleton(new RightsSource(SimulatedRights.Ask)).AddSingleton(CallReadings.Section);
        services.AddSingleton<RightsStore>().AddSingleton<Household>().AddSingleton<RightsTrace>().AddSingleton<CertificateDesk>();
        services.AddSingleton<Readings>().AddSingleton<CardContexts>().AddSingleton<Trust>();
    }

    public override void MapRoutes(IEndpointRouteBuilder app)
    {
        app.MapGet(CheckCertificate.Path, CheckCertificate.Handle).RequirePolicy(Policy.Open);
        MapCard(app.MapGroup("/espace/{person}/carte").RequirePolicy(Policy.Citizen));
        var reader = app.MapGroup(ReadCard.Path).RequirePolicy(Policy.Professional);
        reader.MapGet("", ReadCard.Show);
        reader.MapPost("", ReadCard.Open);
        reader.MapGet("/{reading}", ReadCard.Wait).OpensPermission("camera");
        reader.MapPost("/{reading}", ReadCard.Handle).OpensPermission("camera");
        var software = app.MapGroup(CallReadings.Path).RequirePolicy(Policy.Professional);
        software.MapPost("", CallReadings.Open);
        software.MapPost("/{reading}/code", CallReadings.Read);
        var registrar = app.MapGroup(EndAuthority.Path).RequirePolicy(Policy.Steward);
        registrar.MapGet("", EndAuthority.Show);
        registrar.MapPost("", EndAuthority.Find);
        registrar.MapPost("/fin", EndAuthority.Handle);
    }

    static void MapCard(RouteGroupBuilder card)
    {
        card.MapGet("", ShowCard.Handle);
        card.MapPost("/attestations", IssueCertificate.Handle);
        card.MapGet("/attestations/{code}", ShowCertificate.Handle);
        card.MapGet("/attestations/{code}/pdf", ShowCertificate.Pdf);
        card.MapGet("/presenter", PresentCard.Show).OpensPermission("camera");
        card.MapGet("/confiance", EntrustCard.Show);
        card.MapPost("/confiance", EntrustCard.Give);
        card.MapPost("/confiance/prise", EntrustCard.TakeUp);
        card.MapPost("/confiance/{delegation}/fin", EntrustCard.End);
    }

    public override Task Start(IServiceProvider services, CancellationToken stop)
    {
        var (store, clock) = (services.GetRequiredService<RightsStore>(), services.GetRequiredService<TimeProvider>());
        // A code cannot come back once its reading is gone: no reading knows its nonce.
        services.GetRequiredService<Jobs>().Every(TimeSpan.FromMinutes(30), "card-readings", cancel => store.RemoveReadings(clock.GetUtcNow() - Readings.Shown - Readings.Waits, cancel));
        return Task.CompletedTask;
    }
}
