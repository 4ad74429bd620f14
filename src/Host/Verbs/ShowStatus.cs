using System.Globalization;
using Socle.Platform;
using Socle.Store;

namespace Socle.Host.Verbs;

/// <summary>What the folder holds, without a word about anybody.</summary>
static class ShowStatus
{
    public static async Task<int> Run(IServiceProvider services, VerbCall call, VerbOutput output, CancellationToken stop)
    {
        var folder = services.GetRequiredService<DataFolder>();
        var french = CultureInfo.GetCultureInfo("fr-FR");
        var serving = services.GetService<ServedAddresses>();
        await output.Line($"Dossier : {folder.Path}{(folder.IsDemonstration ? " (démonstration)" : "")}");
        await output.Line($"Base de données : {(services.GetRequiredService<Dialect>() is SqliteDialect ? "SQLite" : "PostgreSQL")}");
        await output.Line(serving is { All.Count: > 0 } ? $"Serveur : en marche sur {string.Join(", ", serving.All)}" : "Serveur : arrêté");
        var counts = await services.GetRequiredService<RecordStore>().Counts(stop);
        await output.Line(string.Create(french, $"Ressources : {counts.Sum(c => c.Resources):N0}"));
        foreach (var count in counts.OrderByDescending(c => c.Resources).Take(12))
            await output.Line(string.Create(french, $"  {count.Type,-24} {count.Resources,12:N0}"));
        return 0;
    }
}

/// <summary>Where the server listens, known once it does.</summary>
sealed class ServedAddresses
{
    public IReadOnlyList<string> All { get; set; } = [];
}
