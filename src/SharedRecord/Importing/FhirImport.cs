using System.Security.Cryptography;
using System.Text.Json;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.SharedRecord;

/// <summary>
/// FHIR resources and bundles of any kind. Ids are kept (by alias); a resource without one is given one that its content decides, so
/// that the same file again changes nothing. Whoever's patient is not known here waits in quarantine.
/// </summary>
sealed class FhirImport(RecordStore store)
{
    const int Batch = 200, BatchBytes = 4 << 20, LongestLine = 64 << 20;
    readonly ConditionalReferences conditional = new(store);
    static readonly WriteOptions Options = WriteOptions.Default with { KeepIds = true, Quarantine = true };

    public async Task<ImportOutcome> Resource(Scope scope, string path, ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        if (bytes.Span.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        using var document = ProfileMending.Parse(bytes);
        if (document.ResourceType != "Bundle") return await Write(scope, path, document.ResourceType, [new(document.Bytes.ToArray(), null)], atomic: false, stop);
        var type = document.Root["type"].Text ?? "";
        var entries = Entries(document.Root, type);
        // A document or message is signed and read as one: it is kept whole, beside what stands in it.
        if (type is "document" or "message") entries.Add(new(document.Bytes.ToArray(), null));
        return await Write(scope, path, $"FHIR {type}", entries, atomic: type == "transaction", stop);
    }

    /// <summary>Line by line: no more of the file is in memory than what is written at once.</summary>
    public async Task<ImportOutcome> Lines(Scope scope, string path, Stream content, CancellationToken stop)
    {
        var (entries, tally, count, size) = (new List<Entry>(), new Tally(), 0, 0);
        await foreach (var line in NdjsonReader.Read(content, LongestLine, stop: stop))
        {
            if (line.TooLong) tally.Faults.Add($"ligne {line.Number} : elle dépasse {LongestLine >> 20} Mio.");
            if (line.Bytes.IsEmpty) continue;
            var one = line.Bytes.ToArray();
            if (!FhirDocument.TryParse(one, out var document, out var issues))
            {
                tally.Faults.Add($"ligne {line.Number} : {Importer.Text(new FhirException(issues))}");
                continue;
            }
            document.Dispose();
            entries.Add(new(one, null));
            (count, size) = (count + 1, size + one.Length);
            if (entries.Count < Batch && size < BatchBytes) continue;
            await Together(scope, entries, tally, stop);
            (entries, size) = ([], 0);
        }
        if (entries.Count > 0) await Together(scope, entries, tally, stop);
        return Outcome(path, "NDJSON", count, tally);
    }

    static List<Entry> Entries(FhirNode bundle, string type)
    {
        var entries = new List<Entry>();
        foreach (var entry in bundle.All("entry"))
        {
            if (entry["resource"] is not { Exists: true } resource) continue;
            // A patch speaks of a resource of the sender's server; it is no resource itself.
            if (entry["request"]["method"].Text is "PATCH" or "DELETE" or "GET" or "HEAD") continue;
            if (type == "searchset" && resource.Type == "OperationOutcome") continue;
            entries.Add(new(resource.Raw.ToArray(), entry["fullUrl"].Text));
        }
        return entries;
    }

    async Task<ImportOutcome> Write(Scope scope, string path, string kind, List<Entry> entries, bool atomic, CancellationToken stop)
    {
        var tally = new Tally();
        // References inside a bundle resolve only together, so a bundle goes in whole when its size allows.
        foreach (var group in atomic ? [entries.ToArray()] : entries.Chunk(Batch)) await Together(scope, group, tally, stop);
        return Outcome(path, kind, entries.Count, tally);
    }

    static ImportOutcome Outcome(string path, string kind, int count, Tally tally)
    {
        if (count == 0 && tally.Faults.Count == 0) return new(path, ImportState.Ignored, kind, 0, 0, "Rien à ranger dans ce fichier.");
        var state = tally.Stored > 0 ? ImportState.Filed : tally.Same > 0 ? ImportState.Unchanged : ImportState.Refused;
        var detail = state == ImportState.Refused ? string.Join(" ", tally.Faults.Take(2)) : $"{count} ressources";
        return new(path, state, kind, tally.Stored, tally.Quarantined, detail) { Faults = state == ImportState.Refused ? [] : tally.Faults };
    }

    async Task Together(Scope scope, IReadOnlyList<Entry> entries, Tally tally, CancellationToken stop)
    {
        if (await TryWrite(scope, entries, tally, report: entries.Count == 1, stop)) return;
        // One of them is refused: the others are not to blame, and go in one by one.
        if (entries.Count > 1)
            foreach (var entry in entries) await Alone(scope, entry, tally, stop);
    }

    async Task Alone(Scope scope, Entry entry, Tally tally, CancellationToken stop)
    {
        if (await TryWrite(scope, [entry], tally, report: false, stop)) return;
        // The id may be somebody else's here: another sender's « example ». It gets one of its own.
        await TryWrite(scope, [entry with { OwnId = true }], tally, report: true, stop);
    }

    async Task<bool> TryWrite(Scope scope, IReadOnlyList<Entry> entries, Tally tally, bool report, CancellationToken stop)
    {
        var bodies = new List<FhirDocument>();
        try
        {
            foreach (var entry in entries) bodies.Add(FhirDocument.Parse(await conditional.Settle(scope, WithId(entry), stop)));
            var ops = bodies.Select((body, i) => (WriteOp)new WriteOp.Create(body, null, entries[i].FullUrl)).ToList();
            foreach (var result in await store.Write(scope, ops, Options, stop)) tally.Add(result);
            return true;
        }
        catch (Refusal refusal)
        {
            if (report) tally.Faults.Add($"{NameOf(entries[0])} : {refusal.French}");
            return false;
        }
        catch (FhirException error)
        {
            if (report) tally.Faults.Add($"{NameOf(entries[0])} : {Importer.Text(error)}");
            return false;
        }
        finally
        {
            foreach (var body in bodies) body.Dispose();
        }
    }

    static byte[] WithId(Entry entry)
    {
        using var document = FhirDocument.Parse(entry.Bytes);
        var id = document.Root["id"].Text;
        if (id is not null && !entry.OwnId) return entry.Bytes;
        var hash = Convert.ToHexStringLower(SHA256.HashData(entry.Bytes).AsSpan(0, 12));
        var splice = new Splice(document);
        splice.SetProperty(document.Root, "id", JsonSerializer.SerializeToUtf8Bytes($"i-{hash}"));
        return splice.Apply();
    }

    static string NameOf(Entry entry)
    {
        using var document = FhirDocument.Parse(entry.Bytes);
        return $"{document.ResourceType}/{document.Root["id"].Text ?? "?"}";
    }

    sealed record Entry(byte[] Bytes, string? FullUrl)
    {
        public bool OwnId { get; init; }
    }

    sealed class Tally
    {
        public int Stored { get; private set; }

        public int Same { get; private set; }

        public int Quarantined { get; private set; }

        public List<string> Faults { get; } = [];

        public void Add(WriteResult result)
        {
            if (result.Status == 201 || result.Stored.Version > 1) Stored++;
            else Same++;
            if (PatientKeys.IsQuarantine(result.Stored.PatientKey)) Quarantined++;
        }
    }
}
