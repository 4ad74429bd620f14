using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>What the module holds of accounts: services, routes, what is done in the background.</summary>
static class AccountsParts
{
    public static void AddServices(IServiceCollection services)
    {
        services.AddSingleton<AccountStore>().AddSingleton<PasskeyStore>().AddSingleton<JourneyStore>().AddSingleton<PasskeyUsers>();
        services.AddSingleton<Passkeys>().AddSingleton<Tries>().AddSingleton<Situations>().AddSingleton<Entrance>().AddSingleton<SignInPages>();
        services.AddSingleton<People>().AddSingleton<CodeChannel>().AddSingleton<Journeys>().AddSingleton<JourneyNews>().AddSingleton<JourneyChange>();
        services.AddSingleton<MeansReading>().AddSingleton<MeansChange>().AddSingleton<PaperRecovery>().AddSingleton<HandOverDesk>().AddSingleton<EndedPractice>();
        services.AddSingleton(s => new CardNumbers(s.GetRequiredService<Keys>(), s.GetRequiredService<DataFolder>()));
        services.AddSingleton(s => new Accounts(
            s.GetRequiredService<AccountStore>(), s.GetRequiredService<Sessions>(), s.GetRequiredService<Db>(), s.GetRequiredService<Keys>(),
            s.GetRequiredService<AuditLog>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<Chance>()));
    }

    public static void MapRoutes(IEndpointRouteBuilder app)
    {
        app.MapPost(SignInByPasskey.Question, SignInByPasskey.Ask).RequirePolicy(Policy.Open);
        app.MapPost(SignInByPasskey.Path, SignInByPasskey.Handle).RequirePolicy(Policy.Open);
        app.MapPost(ChooseSituation.AtSignIn, ChooseSituation.Handle).RequirePolicy(Policy.Open);
        app.MapGet(ChooseSituation.Later, ChooseSituation.Show).RequirePolicy(Policy.Professional);
        app.MapPost(ChooseSituation.Later, ChooseSituation.Switch).RequirePolicy(Policy.Professional);
        app.MapGet(ShowMessages.Path, ShowMessages.Handle).RequirePolicy(Policy.Open);
        MapOpening(app);
        MapRecovery(app);
        MapMeans(app.MapGroup(MyMeans.Path).RequirePolicy(Policy.SignedIn));
        MapRegistrar(app.MapGroup(HandOver.Path).RequirePolicy(Policy.Steward));
    }

    public static void Start(IServiceProvider services)
    {
        var (outbox, jobs, news) = (services.GetRequiredService<Outbox>(), services.GetRequiredService<Jobs>(), services.GetRequiredService<JourneyNews>());
        outbox.Handle(Journeys.Asked, news.Asked);
        outbox.Handle(JourneyNews.Notice, news.Tell);
        jobs.Every(EndedPractice.Period, "ended-practice", services.GetRequiredService<EndedPractice>().Apply);
        var (clock, passkeys, journeys) = (services.GetRequiredService<TimeProvider>(), services.GetRequiredService<PasskeyStore>(), services.GetRequiredService<JourneyStore>());
        jobs.Every(TimeSpan.FromMinutes(5), "signin-forget", async stop =>
        {
            await passkeys.Forget(clock.GetUtcNow(), stop);
            await journeys.Forget(clock.GetUtcNow(), stop);
        });
    }

    static void MapOpening(IEndpointRouteBuilder app)
    {
        var open = app.MapGroup("").RequirePolicy(Policy.Open);
        open.MapGet(OpenAccount.Path, OpenAccount.Show);
        open.MapGet(OpenAccount.Professional, OpenAccount.ShowProfessional);
        open.MapPost(OpenAccount.Professional, OpenAccount.AskProfessional);
        open.MapGet(OpenAccount.Citizen, OpenAccount.ShowCitizen);
        open.MapPost(OpenAccount.Citizen, OpenAccount.AskCitizen);
        open.MapGet(OpenAccount.Codes, OpenAccount.ShowCodes);
        open.MapPost(OpenAccount.Codes, OpenAccount.TryCodes);
        open.MapPost(OpenAccount.Help, OpenAccount.AskHelp);
        open.MapGet(OpenAccount.Counter, OpenAccount.ShowCounter);
        open.MapPost(OpenAccount.Counter, OpenAccount.TryCounter);
        open.MapGet(OpenAccount.Key, OpenAccount.ShowKey);
        open.MapPost(OpenAccount.Question, OpenAccount.AskKey);
        open.MapPost(OpenAccount.Key, OpenAccount.MakeKey);
    }

    static void MapRecovery(IEndpointRouteBuilder app)
    {
        var open = app.MapGroup("").RequirePolicy(Policy.Open);
        open.MapGet(RecoverAccount.Path, RecoverAccount.Show);
        open.MapPost(RecoverAccount.WithPaper, RecoverAccount.TryPaper);
        open.MapPost(RecoverAccount.WithDevices, RecoverAccount.BeginDevices);
        open.MapGet(RecoverAccount.WithDevices, RecoverAccount.ShowDevices);
    }

    static void MapMeans(RouteGroupBuilder mine)
    {
        mine.MapGet("", MyMeans.Show);
        mine.MapPost("/defi", MyMeans.AskProof);
        mine.MapPost("/confirmer", MyMeans.Prove);
        mine.MapPost("/cle/defi", MyMeans.AskNew);
        mine.MapPost("/cle", MyMeans.Add);
        mine.MapPost("/cle/{id}/revoquer", MyMeans.RevokeKey);
        mine.MapPost("/telephone/{id}/revoquer", MyMeans.RevokePhone);
        mine.MapPost("/papier", MyMeans.MakePaper);
        mine.MapPost("/recuperation/refuser", MyMeans.RefuseRecovery);
        mine.MapGet("/aider", RecoverAccount.ShowVouch);
        mine.MapPost("/aider", RecoverAccount.Vouch);
    }

    static void MapRegistrar(RouteGroupBuilder registrar)
    {
        registrar.MapGet("", HandOver.Show);
        registrar.MapPost("", HandOver.Handle);
        registrar.MapPost("/aide/{number}", HandOver.EndHelp);
    }
}
