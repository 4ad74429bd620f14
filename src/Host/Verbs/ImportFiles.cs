using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Socle.Platform;
using Socle.SharedRecord;

namespace Socle.Host.Verbs;

/// <summary>Takes in files and folders; each file has its line, and the run its summary. A file that is refused does not stop the others.</summary>
static class ImportFiles
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<int> Run(IServiceProvider services, VerbCall call, VerbOutput output, CancellationToken stop)
    {
        var json = call.Has("--json");
        var options = new ImportOptions(call.Has("--open-records") || services.GetRequiredService<DataFolder>().IsDemonstration, call.One("--ins"))
        {
            Encoding = call.One("--encoding"), MayRemoveMany = call.Has("--allow-removals")
        };
        var summary = await services.GetRequiredService<Importer>().Import(call.Many("paths"), options, new Told(output, json), stop);
        if (json) return summary.IsWhole ? 0 : 1;
        await output.Line(string.Create(CultureInfo.GetCultureInfo("fr-FR"),
            $"Fichiers versés : {summary.Count(ImportState.Filed):N0}, déjà là : {summary.Count(ImportState.Unchanged):N0}, ignorés : {summary.Count(ImportState.Ignored):N0}, refusés : {summary.Count(ImportState.Refused):N0}. Ressources ajoutées : {summary.Resources:N0}, dont en quarantaine : {summary.Quarantined:N0}."));
        return summary.IsWhole ? 0 : 1;
    }

    /// <summary>In the order of the files, and not before each is durable.</summary>
    sealed class Told(VerbOutput output, bool json) : IProgress<ImportProgress>
    {
        public void Report(ImportProgress value)
        {
            var last = value.Last;
            if (json)
            {
                Wait(output.Line(JsonSerializer.Serialize(new { file = last.Path, state = last.State.ToString().ToLowerInvariant(), kind = last.Kind, resources = last.Resources, quarantined = last.Quarantined, detail = last.Detail, faults = last.Faults }, Json)));
                return;
            }
            if (last.State == ImportState.Refused) Wait(output.Line($"refusé : {Path.GetFileName(last.Path)} – {last.Detail}"));
            if (last.State is ImportState.Filed or ImportState.Unchanged && last.Kind is "paquet FHIR" or "extraction") Wait(output.Line($"{Path.GetFileName(last.Path)} – {last.Detail}"));
            foreach (var fault in last.Faults) Wait(output.Line($"  {Path.GetFileName(last.Path)} – {fault}"));
            Wait(output.Progress($"{value.Files} / {value.Total} fichiers"));
        }

        static void Wait(Task line) => line.GetAwaiter().GetResult();
    }
}
