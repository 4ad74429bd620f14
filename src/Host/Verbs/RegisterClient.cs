using Socle.Platform;
using Socle.SignIn;

namespace Socle.Host.Verbs;

/// <summary>Registers a software for the OpenID provider, validated at once; validates or takes back one; without a name, lists. The secret is the last line.</summary>
static class RegisterClient
{
    static readonly Agent Operator = new(AgentKind.Steward, "program:client-register", "Exploitant (ligne de commande)", null, null, null, 0, 0);

    public static async Task<int> Run(IServiceProvider services, VerbCall call, VerbOutput output, CancellationToken stop)
    {
        var registry = services.GetRequiredService<SoftwareRegistry>();
        if (call.One("--validate") is { } waiting)
        {
            await registry.Validate(waiting, Operator, stop);
            return 0;
        }
        if (call.One("--revoke") is { } gone)
        {
            await registry.Revoke(gone, Operator, stop);
            return 0;
        }
        if (call.One("--name") is not { } name)
        {
            foreach (var one in await registry.All(stop)) await output.Line($"{one.Id}\t{one.State}\t{one.Profile}\t{one.Name}");
            return 0;
        }
        var keys = call.One("--keys");
        if (keys is not null && !keys.StartsWith("http", StringComparison.Ordinal) && !keys.StartsWith('{')) keys = await File.ReadAllTextAsync(keys, stop);
        var (id, secret) = await registry.Register(new(name, call.One("--profile") ?? "strict", call.One("--redirect") ?? "", call.One("--scopes") ?? "openid")
        {
            LogoutUris = call.One("--logout") ?? "", BackchannelLogout = call.One("--backchannel"), Keys = keys, Certificate = call.One("--certificate"),
            IsPublic = call.Has("--public"), Ciba = call.Has("--ciba"), Structure = call.One("--structure"), Contact = call.One("--contact")
        }, Operator, isValidated: true, stop);
        await output.Error(secret is null ? "Identifiant (client_id) :" : "Identifiant (client_id), puis secret (client_secret) ; il ne sera plus montré :");
        await output.Line(id);
        if (secret is not null) await output.Line(secret);
        return 0;
    }
}
