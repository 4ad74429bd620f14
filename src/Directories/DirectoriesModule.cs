using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Socle.Access;
using Socle.Platform;
using Socle.Store;

namespace Socle.Directories;

/// <summary>Who practises where, and what is offered there: the professionals, structures and offers of the nation.</summary>
public sealed class DirectoriesModule : Module
{
    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<DirectoriesStore>();
        services.AddSingleton<ImportFormat, ExtractFormat>();
        services.AddSingleton<SuspendedEntries>();
        services.AddSingleton(s => new ProfessionalRegister(
            s.GetRequiredService<Suspensions>(), s.GetRequiredService<SuspendedEntries>(), s.GetRequiredService<TimeProvider>()));
    }

    public override Task Start(IServiceProvider services, CancellationToken stop)
    {
        services.GetRequiredService<Jobs>().Every(SuspendedEntries.Period, "suspended-entries", services.GetRequiredService<SuspendedEntries>().Apply);
        return Task.CompletedTask;
    }

    public override void MapRoutes(IEndpointRouteBuilder app) { }
}
