using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Socle.Access;
using Socle.Bulk;
using Socle.Platform;
using Socle.Store;

namespace Socle.Identities;

/// <summary>Who is who: the identity index, its rule on Patient, the demonstration population.</summary>
public sealed class IdentitiesModule : Module
{
    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton<IdentitiesStore>();
        services.AddSingleton(s => new IdentitySearch(s.GetRequiredService<IdentitiesStore>(), s.GetRequiredService<AuditLog>(), s.GetRequiredService<Db>(), s.GetRequiredService<MergedRecords>()));
        services.AddSingleton<VigilanceStore>().AddSingleton<IdentityMatches>().AddSingleton<CaseStore>().AddSingleton<FindDuplicates>()
            .AddSingleton<LinkStore>().AddSingleton<ClaimCollision>().AddSingleton<MergePersons>();
        services.AddSettings<VigilanceSettings>(configuration, "Vigilance");
        services.AddSingleton<IdentityCell>().AddSingleton<CaseReader>();
        services.AddSingleton(s => new Policy(IdentityCell.Policy, s.GetRequiredService<IdentityCell>().Has));
        services.AddSingleton<WriteRule, IdentityRule>();
        services.AddSingleton<ReleaseRule, InsRelease>();
        services.AddSettings<InsiSettings>(configuration, "Insi");
        services.AddSingleton<InsiRegister>().AddSingleton(MatchPatient.Operation).AddSingleton(MatchPatient.ByCard).AddSingleton(MatchPatient.Example);
        services.AddSingleton<VihfAssertion>().AddSingleton<VitalePresentation>().AddSingleton<CallInsi>().AddLineWork<VerifyBatch>();
        services.AddSingleton(new OpenDoor("/insi", []));
        services.AddSingleton(new RefusalFormatter("/insi", Soap.WriteRefusal));
        services.AddSingleton(s => new Population(
            s.GetRequiredService<RecordStore>(), s.GetRequiredService<AccessDesk>(), s.GetRequiredService<IdentitiesStore>(),
            s.GetServices<PopulationStep>(), s.GetRequiredService<Db>(), s.GetRequiredService<TimeProvider>()));
    }

    public override void MapRoutes(IEndpointRouteBuilder app)
    {
        // Who calls is known by the assertion in the message.
        app.MapPost(CallInsi.Path, (Delegate)app.ServiceProvider.GetRequiredService<CallInsi>().Handle).RequirePolicy(Policy.Open).AllowBody(CallInsi.Most);
        var cell = app.MapGroup(IdentityCell.Path).RequirePolicy(IdentityCell.Policy);
        cell.MapGet("", ShowCases.Handle);
        cell.MapGet("/{id}", DecideCase.Show);
        cell.MapPost("/{id}", DecideCase.Prepare);
        cell.MapPost("/{id}/decision", DecideCase.Confirm);
    }

    public override Task Start(IServiceProvider services, CancellationToken stop)
    {
        // A card or an assertion that is read again before it ends is refused by this memory, after that by its own date.
        var (store, clock) = (services.GetRequiredService<IdentitiesStore>(), services.GetRequiredService<TimeProvider>());
        services.GetRequiredService<VihfAssertion>();
        services.GetRequiredService<VitalePresentation>();
        services.GetRequiredService<Jobs>().Every(TimeSpan.FromHours(1), "identities-once", cancel => store.ForgetUsed(clock.GetUtcNow(), cancel));
        services.GetRequiredService<Jobs>().Every(TimeSpan.FromSeconds(5), "identity-duplicates", services.GetRequiredService<FindDuplicates>().Run);
        return Task.CompletedTask;
    }
}
