using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Socle.Identities;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>Who asks: demonstration sign-in, sessions, bearer tokens; and the first page.</summary>
public sealed class SignInModule : Module
{
    public override void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        var settings = services.AddSettings<SignInSettings>(configuration, "SignIn");
        services.AddSingleton<DemoPeople>().AddSingleton<Practitioners>().AddSingleton<SignInStore>().AddSingleton<SessionEnds>().AddSingleton<Recognition>();
        AccountsParts.AddServices(services);
        PhonesParts.AddServices(services);
        ProviderParts.AddServices(services, settings);
        services.AddSingleton(s => new Tokens(
            s.GetRequiredService<Keys>(), s.GetRequiredService<SignInSettings>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<Chance>()));
        services.AddSingleton(s => new Sessions(
            s.GetRequiredService<SignInStore>(), s.GetRequiredService<Db>(), s.GetRequiredService<AuditLog>(), s.GetRequiredService<SessionEnds>(),
            s.GetRequiredService<SignInSettings>(), s.GetRequiredService<TimeProvider>(), s.GetRequiredService<Chance>()));
    }

    public override void UseMiddleware(IApplicationBuilder app) => app.Use(app.ApplicationServices.GetRequiredService<Recognition>().Handle);

    public override void MapRoutes(IEndpointRouteBuilder app)
    {
        app.MapGet("/", OpenWelcome.Handle).RequirePolicy(Policy.Open);
        app.MapGet(Paths.SignIn, ChoosePerson.Show).RequirePolicy(Policy.Open);
        app.MapPost(Paths.SignIn, ChoosePerson.Handle).RequirePolicy(Policy.Open);
        app.MapPost(Paths.SignOut, SignOut.Handle).RequirePolicy(Policy.Open);
        PhonesParts.MapRoutes(app);
        AccountsParts.MapRoutes(app);
        ProviderParts.MapRoutes(app);
    }

    public override Task Start(IServiceProvider services, CancellationToken stop)
    {
        if (services.GetService<Population>() is { } population)
            services.GetRequiredService<DemoPeople>().Add(stop => Faces(population, services.GetRequiredService<Keys>(), stop));
        PhonesParts.Start(services);
        AccountsParts.Start(services);
        ProviderParts.Start(services);
        services.GetRequiredService<Jobs>().Every(TimeSpan.FromMinutes(10), "ended-sessions", services.GetRequiredService<Sessions>().RemoveEnded);
        return Task.CompletedTask;
    }

    /// <summary>The faces of the demonstration population, as agents.</summary>
    static async Task<IReadOnlyList<DemoPerson>> Faces(Population population, Keys keys, CancellationToken stop) =>
        [.. (await population.Faces(stop)).Select(face => face.Rpps is { } rpps
            ? new DemoPerson(rpps, face.Name, DemoPerson.Professional, $"{face.Role}, {face.StructureName}",
                Agents.Professional(keys, rpps, face.Name, face.Role ?? "", face.Finess, face.StructureName))
            : new DemoPerson(face.PatientId!, face.Name, DemoPerson.Citizen, face.Note, Agents.Citizen(keys, face.PatientKey, face.PatientId!, face.Name)))];
}
