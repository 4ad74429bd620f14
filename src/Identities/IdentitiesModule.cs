using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Socle.Access;
using Socle.Platform;
using Socle.Store;

namespace Socle.Identities;

/// <summary>Who is who: the identity index, its rule on Patient, the demonstration population.</summary>
public sealed class IdentitiesModule : Module
{
    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IdentitiesStore>();
        services.AddSingleton(s => new IdentitySearch(s.GetRequiredService<IdentitiesStore>(), s.GetRequiredService<AuditLog>(), s.GetRequiredService<Db>()));
        services.AddSingleton<WriteRule, IdentityRule>();
        services.AddSingleton<ReleaseRule, InsRelease>();
        services.AddSingleton<InsiRegister>().AddSingleton(MatchPatient.Operation);
        services.AddSingleton(s => new Population(
            s.GetRequiredService<RecordStore>(), s.GetRequiredService<AccessDesk>(), s.GetRequiredService<IdentitiesStore>(),
            s.GetServices<PopulationStep>(), s.GetRequiredService<Db>(), s.GetRequiredService<TimeProvider>()));
    }
}
