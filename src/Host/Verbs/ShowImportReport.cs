using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Socle.Directories;

namespace Socle.Host.Verbs;

/// <summary>What an import of an extract changed, line by line; without a number the last imports and what they counted.</summary>
static class ShowImportReport
{
    const int LastRuns = 20;

    static readonly CultureInfo French = CultureInfo.GetCultureInfo("fr-FR");
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static async Task<int> Run(IServiceProvider services, VerbCall call, VerbOutput output, CancellationToken stop)
    {
        var reports = services.GetRequiredService<ImportReports>();
        if (call.One("--run") is not { } text)
        {
            foreach (var run in await reports.Last(LastRuns, stop)) await output.Line(call.Has("--json") ? JsonSerializer.Serialize(run, Json) : Told(run));
            return 0;
        }
        if (!long.TryParse(text, CultureInfo.InvariantCulture, out var id) || await reports.Find(id, stop) is null)
        {
            await output.Error($"socle : la reprise n° {text} n’existe pas.");
            return 1;
        }
        await foreach (var change in reports.Report(id, stop))
            await output.Line(call.Has("--json") ? JsonSerializer.Serialize(change, Json) : Told(change));
        return 0;
    }

    static string Told(RunRow run) => string.Create(French,
        $"n° {run.Id}, {run.Began:g}, {run.File} : {run.Counts.Lines:N0} lignes, {run.Counts.Added:N0} ajoutées, {run.Counts.Changed:N0} changées, {run.Counts.Removed:N0} retirées, {run.Counts.Same:N0} inchangées, {run.Counts.Skipped:N0} écartées{(run.Ended is null ? " (interrompue ou en cours)" : "")}");

    static string Told(RunChange change)
    {
        var what = change.What switch { "added" => "ajoutée", "changed" => "changée", "removed" => "retirée", _ => "écartée" };
        return (change.Line == 0 ? what : $"ligne {change.Line} {what}") + $" : {change.Label}" + (change.Detail.Length == 0 ? "" : $" – {change.Detail}");
    }
}
