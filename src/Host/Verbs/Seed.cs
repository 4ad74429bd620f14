using Socle.Identities;
using Socle.Platform;

namespace Socle.Host.Verbs;

/// <summary>Adds invented people to a demonstration folder.</summary>
static class Seed
{
    public const int AtFirstStart = 300;

    public static async Task<int> Run(IServiceProvider services, VerbCall call, VerbOutput output, CancellationToken stop)
    {
        if (!services.GetRequiredService<DataFolder>().IsDemonstration)
        {
            await output.Error("socle : ce dossier n’est pas de démonstration ; on n’y met pas de personnes inventées.");
            return 1;
        }
        var patients = call.Number("--patients", AtFirstStart);
        if (patients is < 1 or > 1_000_000)
        {
            await output.Error("socle : --patients attend un nombre de 1 à 1 000 000.");
            return 1;
        }
        await Fill(services, patients, output, stop);
        await output.Line($"{patients} personnes inventées sont dans le dossier.");
        return 0;
    }

    public static Task Fill(IServiceProvider services, int patients, VerbOutput output, CancellationToken stop) =>
        services.GetRequiredService<Population>().Seed(patients, new Told(output), stop);

    sealed class Told(VerbOutput output) : IProgress<PopulationProgress>
    {
        public void Report(PopulationProgress value) => output.Progress($"{value.What} : {value.Done} / {value.Total}").GetAwaiter().GetResult();
    }
}
