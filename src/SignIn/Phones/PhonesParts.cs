using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>What the module holds of phones.</summary>
static class PhonesParts
{
    static readonly TimeSpan Kept = TimeSpan.FromDays(1);

    public static void AddServices(IServiceCollection services)
    {
        services.AddSingleton<PhonesStore>().AddSingleton<RequestStore>().AddSingleton<PhoneDesk>().AddSingleton<PhonePerson>();
        services.AddSingleton<EnrolPhone>().AddSingleton<SignInByPhone>();
        services.AddSingleton<AskCiba>().AddSingleton<RedeemCiba>().AddSingleton<CibaPing>();
        services.AddSingleton(s => new TokenGrant(RedeemCiba.Type, s.GetRequiredService<RedeemCiba>().Handle));
        services.AddSingleton<PhonePapers>().AddSingleton<SignatureRequester>().AddSingleton<SignatureApi>();
        services.AddSingleton(s => new PhoneSignatures(
            s.GetRequiredService<PhoneDesk>(), s.GetRequiredService<PhonePerson>(), s.GetRequiredService<PhonePapers>(), s.GetRequiredService<Chance>()));
        services.AddSingleton(s => new Phones(
            s.GetRequiredService<Db>(), s.GetRequiredService<PhonesStore>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<Chance>()));
    }

    public static void MapRoutes(IEndpointRouteBuilder app)
    {
        var (enrol, desktop) = (app.ServiceProvider.GetRequiredService<EnrolPhone>(), app.ServiceProvider.GetRequiredService<SignInByPhone>());
        app.MapGet(PhonePaths.Manifest, PhoneApp.Manifest).RequirePolicy(Policy.Open);
        app.MapGet(PhonePaths.Worker, PhoneApp.Worker).RequirePolicy(Policy.Open);
        app.MapGet(PhonePaths.Offline, PhoneApp.Offline).RequirePolicy(Policy.Open);
        app.MapGet(PhonePaths.SignIn, SignInByPhone.Show).RequirePolicy(Policy.Open);
        app.MapPost(PhonePaths.SignIn, desktop.Ask).RequirePolicy(Policy.Open);
        app.MapGet(PhonePaths.Wait, (Delegate)desktop.Wait).RequirePolicy(Policy.Open);
        app.MapPost(PhonePaths.Wait, (Delegate)desktop.Enter).RequirePolicy(Policy.Open);
        app.MapGet(PhonePaths.FollowSignIn, desktop.Follow).RequirePolicy(Policy.Open);
        foreach (var paths in ProviderPaths.All)
            app.MapPost(paths.Ciba, (Delegate)app.ServiceProvider.GetRequiredService<AskCiba>().Handle).RequirePolicy(Policy.Open).WithMetadata(new AuthenticatesSoftware());
        var signing = app.ServiceProvider.GetRequiredService<SignatureApi>();
        app.MapPost(SignatureApi.Path, (Delegate)signing.Ask).RequirePolicy(Policy.Professional);
        app.MapGet(SignatureApi.Path + "/{id}", signing.Look).RequirePolicy(Policy.Professional);
        app.MapPost(SignatureApi.Path + "/verification", (Delegate)signing.Verify).RequirePolicy(Policy.SignedIn);
        app.MapGet(SignatureApi.KeysPath, signing.ServerKeys).RequirePolicy(Policy.Open);
        app.MapGet(SignatureApi.KeysPath + "/{thumbprint}", signing.KeysOf).RequirePolicy(Policy.Open);
        var phone = app.MapGroup(PhonePaths.Home).RequirePolicy(Policy.SignedIn);
        phone.MapGet("", OpenPhone.Show);
        phone.MapGet("/suivi", OpenPhone.Follow);
        phone.MapGet("/enregistrer", (Delegate)enrol.Show);
        phone.MapPost("/enregistrer", (Delegate)enrol.Handle);
        phone.MapPost("/retirer", RemovePhone.Handle);
        phone.MapGet("/demandes/{id}", AnswerOnPhone.Show);
        phone.MapPost("/demandes/{id}", AnswerOnPhone.Handle);
    }

    public static void Start(IServiceProvider services)
    {
        var (store, clock) = (services.GetRequiredService<RequestStore>(), services.GetRequiredService<TimeProvider>());
        services.GetRequiredService<Outbox>().Handle(PhoneDesk.PingKind, services.GetRequiredService<CibaPing>().Tell);
        services.GetRequiredService<Jobs>().Every(TimeSpan.FromHours(1), "phone-requests", stop => store.RemoveOld(clock.GetUtcNow() - Kept, stop));
    }
}
