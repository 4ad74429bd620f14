using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Socle.Platform;

namespace Socle.Bouquet;

/// <summary>The professional's bundle of services: find a person, say why, read and file documents.</summary>
public sealed class BouquetModule : Module
{
    public override void AddServices(IServiceCollection services, IConfiguration configuration) =>
        services.AddSingleton<Records>().AddSingleton<Agenda>();

    public override void MapRoutes(IEndpointRouteBuilder app)
    {
        var bouquet = app.MapGroup("/bouquet").RequirePolicy(Policy.Professional);
        // The one page that may look through the camera, as it is and with what a search found.
        bouquet.MapGet("", OpenBouquet.Handle).OpensPermission("camera");
        bouquet.MapPost("/recherche", FindPatient.Handle).OpensPermission("camera");
        var record = bouquet.MapGroup("/patients/{patient}");
        record.MapGet("", OpenRecord.Handle);
        record.MapPost("/relation", DeclareRelation.Handle);
        record.MapPost("/relation/fin", EndRelation.Handle);
        record.MapGet("/identite", ShowIdentity.Handle);
        record.MapGet("/depot", DepositDocument.Show);
        record.MapPost("/depot", DepositDocument.Handle).AllowBody(52L << 20);
        record.MapGet("/documents/{id}", ReadDocument.Handle);
    }
}
