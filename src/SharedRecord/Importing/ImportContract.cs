using System.Security.Cryptography;
using Socle.Access;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.Store;

namespace Socle.SharedRecord;

/// <summary>
/// Takes in files that other software wrote: FHIR JSON, NDJSON, CDA, and single documents for one person. Each file stands for itself:
/// one that is refused says why and the run goes on. The same files again add nothing.
/// </summary>
public sealed class Importer
{
    static readonly Agent Steward = new(AgentKind.Steward, "program:import", "Reprise de données", null, null, null, 0, 0);

    readonly AccessDesk desk;
    readonly SharedRecordStore marks;
    readonly CdaImport cda;
    readonly FhirImport fhir;
    readonly FileImport files;
    readonly ImportFormat[] formats;
    readonly TimeProvider time;

    internal Importer(
        RecordStore store, AccessDesk desk, IdentitySearch identities, SharedRecordStore marks, Deposit deposit, TimeProvider time,
        IEnumerable<ImportFormat> formats)
    {
        (this.desk, this.marks, this.time) = (desk, marks, time);
        cda = new(store, identities, deposit);
        fhir = new(store);
        files = new(identities, deposit);
        this.formats = [.. formats];
    }

    /// <summary>Files in the order of their paths; of a folder, all that are below it.</summary>
    public async Task<ImportSummary> Import(
        IReadOnlyList<string> paths, ImportOptions options, IProgress<ImportProgress>? progress, CancellationToken stop)
    {
        var scope = await desk.Enter(Steward, Purposes.Operation, stop);
        var all = paths.SelectMany(FilesOf).ToList();
        var outcomes = new List<ImportOutcome>(all.Count);
        foreach (var path in all)
        {
            outcomes.Add(await One(scope, path, options, stop));
            progress?.Report(new(outcomes.Count, all.Count, outcomes[^1]));
        }
        return new(outcomes);
    }

    static IEnumerable<string> FilesOf(string path) => Directory.Exists(path)
        ? Directory.EnumerateFiles(path, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.Hidden | FileAttributes.ReparsePoint })
            .Where(file => !Path.GetFileName(file).StartsWith('.')).Order(StringComparer.Ordinal)
        : [path];

    async Task<ImportOutcome> One(Scope scope, string path, ImportOptions options, CancellationToken stop)
    {
        try
        {
            if (!File.Exists(path)) return Refused(path, "fichier", "Ce fichier n’existe pas.");
            if (path.EndsWith(".ndjson", StringComparison.OrdinalIgnoreCase)) return await Lines(scope, path, options, stop);
            if (await Start(path, stop) is var start && Array.Find(formats, format => format.ReadsFile && format.Recognizes(start, path)) is { } reader)
                return Told(path, reader, await reader.ImportFile(scope, path, new(options.Encoding, options.MayRemoveMany), stop));
            if (new FileInfo(path).Length > Largest) return Refused(path, "fichier", "Ce fichier dépasse 200 Mio.");
            var bytes = await File.ReadAllBytesAsync(path, stop);
            if (bytes.Length == 0) return Refused(path, "fichier", "Ce fichier est vide.");
            var hash = MarkOf(SHA256.HashData(bytes), options);
            if (await marks.WasImported(hash, stop)) return new(path, ImportState.Unchanged, FormatOf(bytes, path)?.Kind ?? KindOf(bytes, path), 0, 0, "Déjà repris, au même contenu.");
            var outcome = await Sorted(scope, path, bytes, options, stop);
            if (outcome.State != ImportState.Refused && outcome.Faults.Count == 0) await marks.RememberImport(hash, time.GetUtcNow(), stop);
            return outcome;
        }
        catch (Refusal refusal)
        {
            return Refused(path, "fichier", refusal.French);
        }
        catch (FhirException error)
        {
            return Refused(path, "FHIR", Text(error));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return Refused(path, "fichier", $"Ce fichier ne peut pas être lu : {error.Message}");
        }
    }

    // Of any length: it is read twice, once to know it again and once line by line.
    async Task<ImportOutcome> Lines(Scope scope, string path, ImportOptions options, CancellationToken stop)
    {
        await using var content = File.OpenRead(path);
        if (content.Length == 0) return Refused(path, "fichier", "Ce fichier est vide.");
        var hash = MarkOf(await SHA256.HashDataAsync(content, stop), options);
        if (await marks.WasImported(hash, stop)) return new(path, ImportState.Unchanged, "NDJSON", 0, 0, "Déjà repris, au même contenu.");
        content.Position = 0;
        var outcome = await fhir.Lines(scope, path, content, stop);
        if (outcome.State != ImportState.Refused && outcome.Faults.Count == 0) await marks.RememberImport(hash, time.GetUtcNow(), stop);
        return outcome;
    }

    static async Task<byte[]> Start(string path, CancellationToken stop)
    {
        await using var content = File.OpenRead(path);
        var start = new byte[Math.Min(content.Length, 16 << 10)];
        await content.ReadExactlyAsync(start, stop);
        return start;
    }

    static byte[] MarkOf(byte[] content, ImportOptions options) =>
        SHA256.HashData([.. content, .. System.Text.Encoding.UTF8.GetBytes(options.Ins ?? "")]);

    async Task<ImportOutcome> Sorted(Scope scope, string path, byte[] bytes, ImportOptions options, CancellationToken stop) =>
        FormatOf(bytes, path) is { } format ? Told(path, format, await format.Import(scope, path, bytes, stop)) : KindOf(bytes, path) switch
    {
        "JSON" => await fhir.Resource(scope, path, bytes, stop),
        "NDJSON" => await fhir.Lines(scope, path, new MemoryStream(bytes, writable: false), stop),
        "CDA" => await cda.Import(scope, path, bytes, options, stop),
        _ => await files.Import(scope, path, bytes, options, stop)
    };

    ImportFormat? FormatOf(byte[] bytes, string path) => Array.Find(formats, format => !format.ReadsFile && format.Recognizes(bytes, path));

    static ImportOutcome Told(string path, ImportFormat format, Imported imported)
    {
        var state = imported.Added > 0 ? ImportState.Filed : imported.Same > 0 ? ImportState.Unchanged
            : imported.Faults.Count > 0 ? ImportState.Refused : ImportState.Ignored;
        var detail = state == ImportState.Refused ? string.Join(" ", imported.Faults.Take(2)) : imported.Detail;
        return new(path, state, format.Kind, imported.Added, 0, detail) { Faults = state == ImportState.Refused ? [] : imported.Faults };
    }

    static string KindOf(byte[] bytes, string path)
    {
        var start = bytes.AsSpan(bytes.AsSpan().StartsWith("\uFEFF"u8) ? 3 : 0).TrimStart(" \t\r\n"u8);
        if (start.StartsWith("{"u8)) return IsLines(start, path) ? "NDJSON" : "JSON";
        // A list is no resource: that is said with its place, as of any JSON that is none.
        if (start.StartsWith("["u8) && path.EndsWith(".json", StringComparison.OrdinalIgnoreCase)) return "JSON";
        try
        {
            return FileSorter.KindOf(bytes) == FileKind.Cda ? "CDA" : "fichier";
        }
        catch (Refusal)
        {
            return "fichier";
        }
    }

    // Several resources, one a line: the first line is a whole object and another follows.
    static bool IsLines(ReadOnlySpan<byte> start, string path)
    {
        if (path.EndsWith(".ndjson", StringComparison.OrdinalIgnoreCase)) return true;
        var end = start.IndexOf((byte)'\n');
        return end > 0 && start[..end].TrimEnd(" \r"u8).EndsWith("}"u8) && start[(end + 1)..].TrimStart(" \t\r\n"u8).StartsWith("{"u8);
    }

    const long Largest = 200L << 20;

    internal static ImportOutcome Refused(string path, string kind, string why) => new(path, ImportState.Refused, kind, 0, 0, why);

    internal static string Text(FhirException error) => string.Join(" ", error.Issues.Take(3).Select(issue => issue.Expression is { } at ? $"{at} : {issue.Diagnostics}" : issue.Diagnostics));
}

/// <param name="OpenRecords">Opens a provisional record for a CDA whose INS is unknown here.</param>
/// <param name="Ins">The record that files without identity (PDF, images, text) go to.</param>
public sealed record ImportOptions(bool OpenRecords = false, string? Ins = null)
{
    /// <summary>Of extracts that are not in UTF-8.</summary>
    public string? Encoding { get; init; }

    /// <summary>An extract that lost many of its lines is meant to: what they said ends.</summary>
    public bool MayRemoveMany { get; init; }
}

/// <summary>Filed: at least one thing was added. Unchanged: all of it was there. Ignored: nothing in it is for storing.</summary>
public enum ImportState { Filed, Unchanged, Ignored, Refused }

/// <summary>What became of one file.</summary>
/// <param name="Kind">« CDA », « FHIR transaction », « NDJSON », « PDF »…</param>
/// <param name="Resources">Resources stored now.</param>
/// <param name="Quarantined">Of those, how many wait in quarantine because their patient is not known here.</param>
/// <param name="Detail">French: the title, or why it was refused.</param>
public sealed record ImportOutcome(string Path, ImportState State, string Kind, int Resources, int Quarantined, string Detail)
{
    /// <summary>Refusals of single entries of a file whose others were stored.</summary>
    public IReadOnlyList<string> Faults { get; init; } = [];
}

public sealed record ImportProgress(int Files, int Total, ImportOutcome Last);

public sealed record ImportSummary(IReadOnlyList<ImportOutcome> Outcomes)
{
    public int Count(ImportState state) => Outcomes.Count(outcome => outcome.State == state);

    public int Resources => Outcomes.Sum(outcome => outcome.Resources);

    public int Quarantined => Outcomes.Sum(outcome => outcome.Quarantined);

    /// <summary>False when a file, or an entry of one, was refused.</summary>
    public bool IsWhole => Outcomes.All(outcome => outcome.State != ImportState.Refused && outcome.Faults.Count == 0);
}
