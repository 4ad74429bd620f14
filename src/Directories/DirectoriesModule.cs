using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Socle.Access;
using Socle.Identities;
using Socle.Platform;
using Socle.Store;

namespace Socle.Directories;

/// <summary>Who practises where, and what is offered there: the professionals, structures and offers of the nation.</summary>
public sealed class DirectoriesModule : Module
{
    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<DirectoriesSettings>(configuration, "Directories");
        services.AddSingleton<DirectoriesStore>();
        services.AddSingleton<ImportFormat, ExtractFormat>();
        services.AddSingleton<SuspendedEntries>();
        services.AddSingleton(s => new ProfessionalRegister(
            s.GetRequiredService<Suspensions>(), s.GetRequiredService<SuspendedEntries>(), s.GetRequiredService<TimeProvider>()));
        AddOffer(services);
    }

    public override Task Start(IServiceProvider services, CancellationToken stop)
    {
        services.GetRequiredService<Jobs>().Every(SuspendedEntries.Period, "suspended-entries", services.GetRequiredService<SuspendedEntries>().Apply);
        return Task.CompletedTask;
    }

    static void AddOffer(IServiceCollection services)
    {
        services.AddSingleton<OfferStore>().AddSingleton<OfferSearch>().AddSingleton<OfferCards>().AddSingleton<BedSearch>().AddSingleton<PatchCapacity>();
        services.AddSingleton<WriteRule, OfferRule>();
        services.AddSingleton<PopulationStep, DemoOffer>();
    }

    public override void MapRoutes(IEndpointRouteBuilder app) => MapOffer(app);

    static void MapOffer(IEndpointRouteBuilder app)
    {
        app.MapGet("/offre", ShowOffers.Handle).RequirePolicy(Policy.Open).OpensPermission("geolocation");
        app.MapGet("/bouquet/lits", ShowBeds.Handle).RequirePolicy(Policy.Professional);
    }
}
