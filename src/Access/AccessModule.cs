using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Socle.Platform;

namespace Socle.Access;

/// <summary>Who may see what, and why.</summary>
public sealed class AccessModule : Module
{
    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<AccessStore>();
        services.AddSingleton<Store.WriteRule, CitizenDocumentRule>();
        services.AddSingleton(provider => new AccessBudget(
            provider.GetRequiredService<AccessStore>(), provider.GetRequiredService<Keys>(), provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new AccessDesk(
            provider.GetRequiredService<Db>(), provider.GetRequiredService<AccessStore>(), provider.GetRequiredService<AuditLog>(),
            provider.GetRequiredService<Keys>(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<Suspensions>(),
            provider.GetRequiredService<Store.MergedRecords>()));
        services.AddSingleton(provider => new RefusedAccess(
            provider.GetRequiredService<Db>(), provider.GetRequiredService<AuditLog>(), provider.GetRequiredService<AccessDesk>(), provider.GetRequiredService<Keys>(),
            provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<RefusedAccess>>()));
        services.AddHostedService(provider => provider.GetRequiredService<RefusedAccess>());
        services.AddSingleton(provider => new RefusalWitness(provider.GetRequiredService<RefusedAccess>().Note));
        services.AddSingleton(provider => new Suspensions(
            provider.GetRequiredService<Db>(), provider.GetRequiredService<AccessStore>(), provider.GetRequiredService<AuditLog>(),
            provider.GetRequiredService<TimeProvider>()));
    }
}
