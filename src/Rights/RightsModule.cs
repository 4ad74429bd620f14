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
        services.AddSingleton(new RightsSource(SimulatedRights.Ask));
        services.AddSingleton<RightsStore>().AddSingleton<Household>().AddSingleton<RightsTrace>().AddSingleton<CertificateDesk>();
    }

    public override void MapRoutes(IEndpointRouteBuilder app)
    {
        app.MapGet(CheckCertificate.Path, CheckCertificate.Handle).RequirePolicy(Policy.Open);
        var card = app.MapGroup("/espace/{person}/carte").RequirePolicy(Policy.Citizen);
        card.MapGet("", ShowCard.Handle);
        card.MapPost("/attestations", IssueCertificate.Handle);
        card.MapGet("/attestations/{code}", ShowCertificate.Handle);
        card.MapGet("/attestations/{code}/pdf", ShowCertificate.Pdf);
    }
}
