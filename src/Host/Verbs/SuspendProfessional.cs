using System.Globalization;
using Socle.Directories;
using Socle.Platform;

namespace Socle.Host.Verbs;

/// <summary>On the order's or the registrar's word: who may not practise is out everywhere within the minute.</summary>
static class SuspendProfessional
{
    static readonly Agent Operator = new(AgentKind.Steward, "program:suspend", "Exploitant (ligne de commande)", null, null, null, 0, 0);

    public static async Task<int> Run(IServiceProvider services, VerbCall call, VerbOutput output, CancellationToken stop)
    {
        if (call.One("--rpps") is not { } rpps || call.One("--why") is not { } why) return await Refuse(output, "dites qui et pourquoi : --rpps NUMÉRO --why RAISON.");
        DateTimeOffset? since = null;
        if (call.One("--since") is { } text)
        {
            if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out var moment)) return await Refuse(output, $"« {text} » n’est pas un moment.");
            since = moment;
        }
        var register = services.GetRequiredService<ProfessionalRegister>();
        if (call.Has("--lift")) await register.Lift(Operator, rpps, why, stop);
        else await register.Suspend(Operator, rpps, since, why, stop);
        await output.Line(call.Has("--lift") ? $"La suspension de {rpps} est levée." : $"{rpps} est suspendu.");
        return 0;
    }

    static async Task<int> Refuse(VerbOutput output, string sentence)
    {
        await output.Error("socle : " + sentence);
        return 1;
    }
}
