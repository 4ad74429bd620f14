using Microsoft.Extensions.DependencyInjection;
using Socle.Directories;

namespace Socle.Host.Verbs;

/// <summary>Gives out or takes back a key of the Annuaire Santé interface; the last line is the key, told this once.</summary>
static class AnnuaireKey
{
    public static async Task<int> Run(IServiceProvider services, VerbCall call, VerbOutput output, CancellationToken stop)
    {
        var keys = services.GetRequiredService<AnnuaireKeys>();
        if (call.One("--system") is not { } name)
        {
            foreach (var row in await keys.List(stop))
                await output.Line($"{row.Name}\t{(row.Level == AnnuaireLevel.Restricted ? "restreinte" : "publique")}\t{row.PerSecond?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "-"}");
            return 0;
        }
        if (call.Has("--revoke"))
        {
            if (await keys.Revoke(name, stop)) return 0;
            await output.Error($"socle : aucune clé ne s’appelle « {name} ».");
            return 1;
        }
        if (name.Length is 0 or > 100 || call.One("--quota") is not null && call.Number("--quota", 0) is < 1 or > 1_000_000)
        {
            await output.Error("socle : un nom de 100 caractères au plus, et un nombre de requêtes par seconde de 1 à 1 000 000.");
            return 1;
        }
        int? quota = call.One("--quota") is null ? null : call.Number("--quota", 0);
        var level = call.Has("--restricted") ? AnnuaireLevel.Restricted : AnnuaireLevel.Public;
        var key = await keys.Issue(name, level, quota, stop);
        await output.Error($"Clé de {name}, vue {(level == AnnuaireLevel.Restricted ? "restreinte" : "publique")} (en-tête ESANTE-API-KEY) ; elle ne sera plus montrée :");
        await output.Line(key);
        return 0;
    }
}
