using System.Security.Cryptography;
using System.Text.Json;
using Socle.Access;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Bulk;

/// <summary>
/// Takes in lines, some at a time in one transaction; where one of them is refused, each goes alone and the refused ones are told with their
/// line. Ids are kept, so that lines that were written before a kill and come again change nothing.
/// </summary>
sealed class RunImport(BulkStore store, RecordStore records, AccessDesk desk, EgressClient egress, BulkSettings settings)
{
    const int LinesAtOnce = 200;
    const int BytesAtOnce = 1 << 20;
    const int LongestLine = 5 << 20;
    const string Accept = "application/fhir+ndjson";

    static readonly WriteOptions Options = WriteOptions.Default with { KeepIds = true, Quarantine = true };

    public async Task Run(Job job, CancellationToken stop)
    {
        var plan = job.Request.Import!;
        var progress = job.Progress;
        for (var step = progress.Step; step < plan.Inputs.Count; step++)
        {
            var file = await Input(job, plan.Inputs[step], step + 1, progress, stop);
            if (file is not null) progress = await Read(job, plan.Inputs[step], file, progress, stop);
            progress = progress with { Step = step + 1, Offset = 0, Line = 0, Faults = progress.Faults + (file is null ? 1 : 0) };
            var unit = new Unit();
            BulkStore.DropInputs(unit, job.Id, file is null ? [] : [file]);
            store.Advance(unit, job.Id, progress);
            await store.Commit(unit, stop);
        }
        var end = new Unit();
        store.End(end, job.Id, Job.Done, null, settings.Kept);
        await store.Commit(end, stop);
    }

    // What stands at an address is fetched whole before its first line is written: a run that is cut short goes on from our copy.
    async Task<JobFile?> Input(Job job, ImportInput input, int number, JobProgress progress, CancellationToken stop)
    {
        if ((await store.Files(job.Id, stop)).Find(file => file.Number == number) is { } there) return there;
        if (input.Url is not { } url) return null;
        var unit = new Unit();
        try
        {
            var most = (long)settings.ImportMebibytes << 20;
            var blob = await egress.Download(url, Accept, most, async (status, content, cancel) =>
                status == 200 ? await store.Stage(content, most, cancel) : throw PlatformRefusals.EgressUnreachable.With(), stop);
            store.Publish(unit, blob);
            var file = new JobFile(number, JobFile.Input, input.Type ?? "", blob.Id, 0, blob.Size);
            BulkStore.AddFile(unit, job.Id, file);
            store.Advance(unit, job.Id, progress);
            await store.Commit(unit, stop);
            return file;
        }
        catch (Refusal refusal) when (refusal.Kind == PlatformRefusals.EgressUnreachable || refusal.Kind == PlatformRefusals.EgressTooLarge
            || refusal.Kind == PlatformRefusals.EgressNotAllowed)
        {
            var told = new Unit();
            store.AddFault(told, job.Id, progress.Faults, Outcomes.Line(0, url, "transient", refusal.French));
            store.Advance(told, job.Id, progress with { Faults = progress.Faults + 1 });
            await store.Commit(told, stop);
            return null;
        }
    }

    async Task<JobProgress> Read(Job job, ImportInput input, JobFile file, JobProgress progress, CancellationToken stop)
    {
        await using var content = await store.Open(file, stop);
        await Skip(content, progress.Offset, stop);
        var batch = new Batch();
        await foreach (var line in NdjsonReader.Read(content, LongestLine, progress.Line, progress.Offset, stop))
        {
            if (line.TooLong) batch.Faults.Add((line.Number, "too-long", $"La ligne dépasse {LongestLine >> 20} Mio."));
            else if (!line.Bytes.IsEmpty) batch.Add(line.Number, line.Bytes.ToArray());
            (batch.LastLine, batch.End) = (line.Number, line.End);
            if (batch.Lines.Count < LinesAtOnce && batch.Bytes < BytesAtOnce && batch.Faults.Count < LinesAtOnce) continue;
            progress = await Write(job, input, batch, progress, stop);
            batch = new();
        }
        return batch.LastLine == 0 ? progress : await Write(job, input, batch, progress, stop);
    }

    async Task<JobProgress> Write(Job job, ImportInput input, Batch batch, JobProgress progress, CancellationToken stop)
    {
        // Cancelled, or a right lost, in the middle: nothing more is written.
        var request = job.Request;
        var scope = (await desk.Enter(request.Agent, request.Purpose, GrantedScopes.Parse(request.Scopes), stop)).WithCorrelation(request.Correlation);
        var entries = Parsed(batch, input.Type);
        var counts = progress;
        try
        {
            if (!await TryWrite(scope, entries, batch, stop))
                foreach (var entry in entries) await Alone(scope, entry, batch, stop);
            foreach (var ofType in entries.Where(entry => entry.Written).GroupBy(entry => entry.Body.ResourceType))
                counts = counts.Counting(ofType.Key, ofType.Count());
        }
        finally
        {
            foreach (var entry in entries) entry.Body.Dispose();
        }
        var next = counts with { Offset = batch.End, Line = batch.LastLine, Faults = progress.Faults + batch.Faults.Count };
        var unit = new Unit();
        var number = progress.Faults;
        foreach (var (line, code, french) in batch.Faults.OrderBy(fault => fault.Line))
            store.AddFault(unit, job.Id, number++, Outcomes.Line(line, input.Url, code, french));
        store.Advance(unit, job.Id, next);
        await store.Commit(unit, stop);
        return next.Faults <= BulkStore.MostFaults ? next : throw BulkRefusals.TooManyFaults.With(BulkStore.MostFaults);
    }

    static List<Entry> Parsed(Batch batch, string? type)
    {
        var entries = new List<Entry>(batch.Lines.Count);
        foreach (var (number, bytes) in batch.Lines)
        {
            if (!FhirDocument.TryParse(bytes, out var document, out var issues))
            {
                batch.Faults.Add((number, "invalid", string.Join(" ", issues.Take(3).Select(issue => $"{issue.Expression}\u00a0: {issue.Diagnostics}"))));
                continue;
            }
            if (type is not null && document.ResourceType != type)
            {
                batch.Faults.Add((number, "invalid", $"Le fichier annonce des {type}, cette ligne est un {document.ResourceType}."));
                document.Dispose();
                continue;
            }
            entries.Add(new(number, WithId(document)));
        }
        return entries;
    }

    // Without an id of its own a resource gets one that its content decides: the same line again is the same resource.
    static FhirDocument WithId(FhirDocument document)
    {
        if (document.Root["id"].Exists) return document;
        using (document)
        {
            var hash = Convert.ToHexStringLower(SHA256.HashData(document.Bytes.Span).AsSpan(0, 12));
            var splice = new Splice(document);
            splice.SetProperty(document.Root, "id", JsonSerializer.SerializeToUtf8Bytes($"i-{hash}"));
            return FhirDocument.Parse(splice.Apply());
        }
    }

    async Task<bool> TryWrite(Scope scope, List<Entry> entries, Batch batch, CancellationToken stop)
    {
        if (entries.Count == 0) return true;
        if (entries.Count == 1)
        {
            await Alone(scope, entries[0], batch, stop);
            return true;
        }
        try
        {
            await records.Write(scope, [.. entries.Select(entry => new WriteOp.Create(entry.Body))], Options, stop);
            foreach (var entry in entries) entry.Written = true;
            return true;
        }
        catch (Exception error) when (IsOfTheLine(error))
        {
            return false;
        }
    }

    async Task Alone(Scope scope, Entry entry, Batch batch, CancellationToken stop)
    {
        try
        {
            await records.Write(scope, [new WriteOp.Create(entry.Body)], Options, stop);
            entry.Written = true;
        }
        catch (Refusal refusal) when (IsOfTheLine(refusal))
        {
            var detail = refusal.Issues.Count > 0 ? string.Join(" ", refusal.Issues.Take(3).Select(issue => issue.Diagnostics)) : refusal.French;
            batch.Faults.Add((entry.Line, refusal.Reason == Reason.Forbidden ? "forbidden" : "processing", detail));
        }
        catch (FhirException error)
        {
            batch.Faults.Add((entry.Line, "invalid", string.Join(" ", error.Issues.Take(3).Select(issue => issue.Diagnostics))));
        }
    }

    // The server being busy or full is not the line's fault: the whole part is tried again later.
    static bool IsOfTheLine(Exception error) =>
        error is FhirException || error is Refusal refusal && refusal.Reason is not (Reason.Unavailable or Reason.InsufficientStorage or Reason.TooMany);

    public static async Task Skip(Stream content, long offset, CancellationToken stop)
    {
        var buffer = new byte[64 << 10];
        for (var left = offset; left > 0;)
        {
            var read = await content.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), stop);
            if (read == 0) return;
            left -= read;
        }
    }

    sealed class Entry(long line, FhirDocument body)
    {
        public long Line => line;
        public FhirDocument Body => body;
        public bool Written { get; set; }
    }

    sealed class Batch
    {
        public List<(long Number, byte[] Bytes)> Lines { get; } = [];
        public List<(long Line, string Code, string French)> Faults { get; } = [];
        public long Bytes { get; private set; }
        public long LastLine { get; set; }
        public long End { get; set; }

        public void Add(long number, byte[] bytes)
        {
            Lines.Add((number, bytes));
            Bytes += bytes.Length;
        }
    }
}
