using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Socle.Platform;

namespace Socle.Space;

/// <summary>Mon espace: the citizen's documents, and who looked at them.</summary>
public sealed class SpaceModule : Module
{
    public override void AddServices(IServiceCollection services, IConfiguration configuration) => services.AddSingleton<Persons>();

    public override void MapRoutes(IEndpointRouteBuilder app)
    {
        app.MapGet("/espace", OpenSpace.Handle).RequirePolicy(Policy.Citizen);
        var record = app.MapGroup("/espace/{person}").RequirePolicy(Policy.Citizen);
        record.MapGet("/documents", ListDocuments.Handle);
        record.MapGet("/documents/changements", FollowDocuments.Handle);
        record.MapGet("/documents/ajout", AddDocument.Show);
        record.MapPost("/documents/ajout", AddDocument.Handle).AllowBody(52L << 20);
        record.MapGet("/documents/{id}", ReadDocument.Handle);
        record.MapGet("/documents/{id}/suppression", DeleteDocument.Show);
        record.MapPost("/documents/{id}/suppression", DeleteDocument.Handle);
        record.MapGet("/acces", ListAccesses.Handle);
        record.MapPost("/soignants/{professional}/fin", EndRelation.Handle);
    }
}
