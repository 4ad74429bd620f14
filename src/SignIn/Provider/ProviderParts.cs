using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Socle.Access;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>What the module holds of the OpenID provider: services, routes, jobs. A kind of grant more is one line in <see cref="AddGrants"/>.</summary>
static class ProviderParts
{
    public static void AddServices(IServiceCollection services, SignInSettings settings)
    {
        services.AddSingleton<ProviderAddress>().AddSingleton<ProviderStore>().AddSingleton<Clients>().AddSingleton<ClientKeys>().AddSingleton<Dpop>()
            .AddSingleton<ClientAuthentication>().AddSingleton<SigningKeys>().AddSingleton<Grants>().AddSingleton<IssueTokens>().AddSingleton<AskToken>()
            .AddSingleton<AuthorizationDesk>().AddSingleton<PushedRequests>().AddSingleton<Launches>().AddSingleton<TokenLooks>().AddSingleton<IdTokenHints>()
            .AddSingleton<TellLogout>().AddSingleton<TokenBinding>();
        services.AddSingleton(s => new SoftwareRegistry(s.GetRequiredService<Clients>(), s.GetRequiredService<ClientKeys>()));
        AddGrants(services);
        foreach (var path in ProviderPaths.OfPrograms)
        {
            services.AddSingleton(new RefusalFormatter(path, ProviderAnswer.Refuse));
            services.AddSingleton(new OpenDoor(path, settings.Origins));
        }
    }

    static void AddGrants(IServiceCollection services)
    {
        services.AddSingleton(s => new TokenGrant(RedeemCode.Type, (call, stop) =>
            RedeemCode.Handle(call, s.GetRequiredService<Grants>(), s.GetRequiredService<IssueTokens>(), s.GetRequiredService<Suspensions>(), stop)));
        services.AddSingleton(s => new TokenGrant(Refresh.Type, (call, stop) =>
            Refresh.Handle(call, s.GetRequiredService<Grants>(), s.GetRequiredService<IssueTokens>(), s.GetRequiredService<Suspensions>(), s.GetRequiredService<Sessions>(), stop)));
        services.AddSingleton(s => new TokenGrant(AskAsSoftware.Type, (call, stop) =>
            AskAsSoftware.Handle(call, s.GetRequiredService<IssueTokens>(), s.GetRequiredService<Keys>(), s.GetRequiredService<ProviderAddress>(), s.GetRequiredService<TimeProvider>(), stop)));
    }

    public static void MapRoutes(IEndpointRouteBuilder app)
    {
        foreach (var paths in ProviderPaths.All)
        {
            app.MapGet(paths.Authorize, Authorize.Handle).RequirePolicy(Policy.Open);
            app.MapPost(paths.Authorize, Authorize.Handle).RequirePolicy(Policy.Open).WithMetadata(new TakesForeignForms());
            app.MapGet(paths.EndSession, EndSession.Handle).RequirePolicy(Policy.Open);
            app.MapPost(paths.EndSession, EndSession.Handle).RequirePolicy(Policy.Open).WithMetadata(new TakesForeignForms());
            app.MapPost(paths.Token, app.ServiceProvider.GetRequiredService<AskToken>().Handle).RequirePolicy(Policy.Open).WithMetadata(new AuthenticatesSoftware());
            app.MapPost(paths.Introspect, Introspect.Handle).RequirePolicy(Policy.Open).WithMetadata(new AuthenticatesSoftware());
            app.MapPost(paths.Revoke, RevokeToken.Handle).RequirePolicy(Policy.Open).WithMetadata(new AuthenticatesSoftware());
            if (paths.Push is { } push) app.MapPost(push, PushRequest.Handle).RequirePolicy(Policy.Open).WithMetadata(new AuthenticatesSoftware());
            app.MapMethods(paths.UserInfo, ["GET", "POST"], ShowUserInfo.Handle).RequirePolicy(Policy.SignedIn);
            app.MapGet(paths.Keys, ShowDiscovery.Keys).RequirePolicy(Policy.Open);
            app.MapGet(paths.Issuer + "/.well-known/openid-configuration", ShowDiscovery.Handle).RequirePolicy(Policy.Open);
        }
        app.MapGet(ProviderPaths.Psc.Issuer + "/.well-known/wallet-openid-configuration", ShowDiscovery.Handle).RequirePolicy(Policy.Open);
        app.MapGet("/.well-known/oauth-authorization-server", ShowDiscovery.Handle).RequirePolicy(Policy.Open);
        app.MapGet("/fhir/.well-known/smart-configuration", ShowDiscovery.Smart).RequirePolicy(Policy.Open);
        app.MapGet(RegisterSoftware.Path, RegisterSoftware.Show).RequirePolicy(Policy.Open);
        app.MapPost(RegisterSoftware.Path, RegisterSoftware.Handle).RequirePolicy(Policy.Open);
        app.MapGet(DecideSoftware.Path, DecideSoftware.Show).RequirePolicy(Policy.Steward);
        app.MapPost(DecideSoftware.Path + "/{id}/valider", DecideSoftware.Validate).RequirePolicy(Policy.Steward);
        app.MapPost(DecideSoftware.Path + "/{id}/retirer", DecideSoftware.Revoke).RequirePolicy(Policy.Steward);
        app.MapGet(AnswerRequest.Path + "/{name}", AnswerRequest.Show).RequirePolicy(Policy.Open);
        app.MapPost(AnswerRequest.Path + "/{name}", AnswerRequest.Handle).RequirePolicy(Policy.SignedIn);
    }

    public static void Start(IServiceProvider services)
    {
        services.GetRequiredService<TellLogout>().Register(services.GetRequiredService<SessionEnds>());
        var (jobs, clock, store) = (services.GetRequiredService<Jobs>(), services.GetRequiredService<TimeProvider>(), services.GetRequiredService<ProviderStore>());
        jobs.Every(TimeSpan.FromHours(1), "signing-keys", services.GetRequiredService<SigningKeys>().Rotate);
        jobs.Every(TimeSpan.FromMinutes(5), "ended-grants", stop => store.Forget(clock.GetUtcNow(), stop));
    }
}
