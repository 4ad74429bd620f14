using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Socle.Access;
using Socle.Api;
using Socle.Identities;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.SignIn;
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
        services.AddSingleton(s => new ImportReports(s.GetRequiredService<DirectoriesStore>()));
        services.AddSingleton<SuspendedEntries>().AddSingleton<PractitionerReading>();
        AddMandates(services);
        services.AddSingleton(s => new ProfessionalRegister(
            s.GetRequiredService<Suspensions>(), s.GetRequiredService<SuspendedEntries>(), s.GetRequiredService<TimeProvider>()));
        AddOffer(services);
        AddAnnuaire(services, configuration);
    }

    static void AddMandates(IServiceCollection services)
    {
        services.AddSingleton(s => new Mandates(s.GetRequiredService<DirectoriesSettings>(), s.GetService<DataFolder>() is { IsDemonstration: true }));
        services.AddSingleton(s => new Policy(Mandates.Registrar, s.GetRequiredService<Mandates>().IsRegistrar));
        services.AddSingleton(s => new Policy(Mandates.Employer, s.GetRequiredService<Mandates>().MayRegister));
        services.AddSingleton<EmployedRoles>();
    }

    static void AddAnnuaire(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSettings<AnnuaireSettings>(configuration, "Annuaire");
        services.AddSingleton<AnnuaireStore>().AddSingleton<ReleaseRule, DirectoryRelease>().AddSingleton(AnnuaireVendorPage.Section);
        services.AddSingleton(s => new AnnuaireKeys(s.GetRequiredService<Db>(), s.GetRequiredService<AnnuaireStore>(), s.GetRequiredService<Keys>(),
            s.GetRequiredService<AccessDesk>(), s.GetRequiredService<AnnuaireSettings>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<Chance>()));
        services.AddFhirDoor(AnnuaireDoor.Root, AnnuaireDoor.Challenge, s => AnnuaireDoor.Of(s.GetRequiredService<AnnuaireKeys>()));
    }

    public override async Task Start(IServiceProvider services, CancellationToken stop)
    {
        await AnnuaireParameters.Keep(services.GetRequiredService<RecordStore>(), services.GetRequiredService<AccessDesk>(), stop);
        await RorParameters.Keep(services.GetRequiredService<RecordStore>(), services.GetRequiredService<AccessDesk>(), stop);
        if (services.GetRequiredService<DataFolder>().IsDemonstration) await services.GetRequiredService<AnnuaireKeys>().KeepDemonstration(stop);
        services.GetRequiredService<Jobs>().Every(SuspendedEntries.Period, "suspended-entries", services.GetRequiredService<SuspendedEntries>().Apply);
        services.GetService<Practitioners>()?.Fill(services.GetRequiredService<PractitionerReading>().Facts);
        services.GetRequiredService<Jobs>().Every(EmployedRoles.Period, "ended-roles", services.GetRequiredService<EmployedRoles>().Apply);
        services.GetService<DemoPeople>()?.Add(_ => Task.FromResult(DemoOffice(services.GetRequiredService<Keys>())));
    }

    static IReadOnlyList<DemoPerson> DemoOffice(Keys keys)
    {
        var texts = Texts.Of(typeof(DirectoriesModule).Assembly);
        var registrar = Agents.Steward(keys, Mandates.DemoRegistrar) with { Name = texts["demo.registrar"] };
        var hospital = DemoHospital.First;
        var employer = Agents.System(keys, Mandates.DemoEmployer, hospital.Finess, hospital.Name) with { Name = texts["demo.employer"] };
        return
        [
            new(Mandates.DemoRegistrar, registrar.Name, DemoPerson.Professional, texts["demo.registrar-text"], registrar),
            new("employeur", employer.Name, DemoPerson.Professional, texts["demo.employer-text", hospital.Name], employer)
        ];
    }

    static void AddOffer(IServiceCollection services)
    {
        services.AddSingleton<OfferStore>().AddSingleton<OfferSearch>().AddSingleton<OfferCards>().AddSingleton<BedSearch>().AddSingleton<PatchCapacity>();
        services.AddSingleton<WriteRule, OfferRule>();
        services.AddSingleton<PopulationStep, DemoOffer>();
        services.AddFhirDoor(RorDoor.Root, RorDoor.Challenge, s => RorDoor.Of(
            s.GetRequiredService<AccessDesk>(), s.GetRequiredService<DirectoriesSettings>(), s.GetRequiredService<PatchCapacity>()));
    }

    public override void MapRoutes(IEndpointRouteBuilder app)
    {
        MapOffer(app);
        MapRegister(app);
    }

    static void MapOffer(IEndpointRouteBuilder app)
    {
        app.MapGet("/offre", ShowOffers.Handle).RequirePolicy(Policy.Open).OpensPermission("geolocation");
        app.MapGet("/bouquet/lits", ShowBeds.Handle).RequirePolicy(Policy.Professional);
    }

    static void MapRegister(IEndpointRouteBuilder app)
    {
        app.MapGet(MyEntry.Path, MyEntry.Show).RequirePolicy(Policy.Professional);
        app.MapPost(MyEntry.Path, MyEntry.Handle).RequirePolicy(Policy.Professional);
        var register = app.MapGroup(ShowRegister.Path).RequirePolicy(Mandates.Registrar);
        register.MapGet("", ShowRegister.Handle);
        register.MapPost("/suspensions", ShowRegister.Suspend);
        register.MapPost("/suspensions/{rpps}/fin", ShowRegister.Lift);
        register.MapGet("/reprises", ShowImports.Handle);
        register.MapGet("/reprises/{id:long}", ShowImport.Handle);
        register.MapGet("/{id:long}", DecideCorrection.Show);
        register.MapPost("/{id:long}/accepter", DecideCorrection.Accept);
        register.MapPost("/{id:long}/refuser", DecideCorrection.Refuse);
        var roles = app.MapGroup(RegisterRole.Path).RequirePolicy(Mandates.Employer);
        roles.MapGet("", RegisterRole.Show);
        roles.MapPost("", RegisterRole.Handle);
        roles.MapGet("/{id:long}", ChangeRole.Show);
        roles.MapPost("/{id:long}/prolonger", ChangeRole.Prolong);
        roles.MapPost("/{id:long}/terminer", ChangeRole.End);
    }
}
