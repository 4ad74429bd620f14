using System.IO.Pipelines;
using System.Text.Json;
using System.Text.Json.Nodes;
using Socle.Access;
using Socle.Api;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Bulk;

/// <summary>
/// Writes the files of an export. One file is one part of the work: read page by page, sealed while it is written, and committed with
/// the place to go on from. Killed in the middle of a file, that file is written again from its beginning and the others stand.
/// </summary>
sealed class RunExport(BulkStore store, RecordStore records, AccessDesk desk, AuditLog audit, BulkSettings settings, TimeProvider clock)
{
    const int DeletedPerBundle = 500;

    /// <summary>To its end, or to the point where a second person is asked; returns the state it is left in.</summary>
    public async Task<string> Run(Job job, CancellationToken stop)
    {
        var plan = job.Request.Export!;
        await Settle(plan, stop);
        var progress = job.Progress;
        while (true)
        {
            if (!plan.Released && await store.PersonsTaken(job, EndJobs.Day, stop) is var persons && persons > settings.ReleaseAbove)
            {
                await Hold(job, persons, stop);
                return Job.Held;
            }
            if (progress.Step == plan.Types.Count) break;
            // Decided again for each file: who lost a right in the middle gets no more.
            var scope = await ScopeOf(job.Request, stop);
            progress = await WriteFile(job, plan, scope, progress, stop);
        }
        var unit = new Unit();
        store.End(unit, job.Id, Job.Done, null, settings.Kept);
        await store.Commit(unit, stop);
        return Job.Done;
    }

    /// <summary>Exports that were released and have waited long enough begin again, and read what there is then.</summary>
    public async Task GoOn(CancellationToken stop)
    {
        foreach (var job in await store.Released(stop))
        {
            var plan = job.Request.Export!;
            var until = plan.UntilIsAsked ? plan.Until : ToMilliseconds(clock.GetUtcNow());
            await store.GoOn(job, job.Request with { Export = plan with { Released = true, Until = until } }, stop);
        }
    }

    /// <summary>The precision in which changes are dated.</summary>
    public static DateTimeOffset ToMilliseconds(DateTimeOffset time) => time.AddTicks(-(time.Ticks % TimeSpan.TicksPerMillisecond));

    async Task Hold(Job job, long persons, CancellationToken stop)
    {
        var dueAt = clock.GetUtcNow() + settings.ReleaseDelay;
        var unit = new Unit();
        audit.Append(unit, new()
        {
            Agent = job.Request.Agent, Action = "export-hold", Target = job.Id, Purpose = job.Request.Purpose, Correlation = job.Request.Correlation
        });
        await store.Hold(unit, job, new(job.Id, persons, dueAt, null), dueAt + settings.DecideWithin, stop);
    }

    public async Task<Scope> ScopeOf(JobRequest request, CancellationToken stop) =>
        (await desk.Enter(request.Agent, request.Purpose, GrantedScopes.Parse(request.Scopes), stop)).WithCorrelation(request.Correlation);

    async Task Settle(ExportPlan plan, CancellationToken stop)
    {
        var rest = plan.Until + settings.Settle - clock.GetUtcNow();
        if (rest > TimeSpan.Zero && rest <= settings.Settle) await Task.Delay(rest, clock, stop);
    }

    async Task<JobProgress> WriteFile(Job job, ExportPlan plan, Scope scope, JobProgress progress, CancellationToken stop)
    {
        var file = new Writing(plan.Types[progress.Step], progress);
        var unit = new Unit();
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 1 << 20, resumeWriterThreshold: 1 << 19, useSynchronizationContext: false));
        using var cancel = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var filling = Fill(job, plan, scope, file, pipe.Writer, cancel.Token);
        try
        {
            var blob = await store.Stage(pipe.Reader.AsStream(), long.MaxValue, stop);
            await filling;
            if (file.Lines > 0)
            {
                store.Publish(unit, blob);
                BulkStore.AddFile(unit, job.Id, new(progress.Files + 1, file.Deleted ? JobFile.Deleted : JobFile.Output,
                    file.Deleted ? "Bundle" : file.Type, blob.Id, file.Lines, blob.Size));
            }
        }
        catch
        {
            await cancel.CancelAsync();
            throw;
        }
        finally
        {
            await pipe.Reader.CompleteAsync();
        }
        store.AddPersons(unit, job.Id, file.Persons);
        var next = file.Next(plan) with { Files = progress.Files + (file.Lines > 0 ? 1 : 0) };
        store.Advance(unit, job.Id, next);
        await store.Commit(unit, stop);
        return next;
    }

    async Task Fill(Job job, ExportPlan plan, Scope scope, Writing file, PipeWriter writer, CancellationToken stop)
    {
        try
        {
            var subset = Subset.Of(null, plan.Elements);
            var filters = plan.Filters.GetValueOrDefault(file.Type, []);
            var output = writer.AsStream(leaveOpen: true);
            if (!scope.Types.Allows(file.Type, Interaction.Read) || !scope.Types.Allows(file.Type, Interaction.Search)) file.TypeIsOver = true;
            while (!file.TypeIsOver && file.Lines < settings.LinesPerFile && file.Bytes < (long)settings.FileMebibytes << 20)
            {
                var range = new ExportRange(file.Type, plan.Until)
                {
                    Since = plan.Since, Patients = plan.Patients, RecordsOnly = plan.Records, Deleted = file.Deleted, After = file.After,
                    Count = (int)(settings.LinesPerFile - file.Lines),
                    AnyOf = [.. filters.Select(filter => SearchQuery.Parse(file.Type, filter, strict: true, records.SearchEnvironment(job.Request.Base, scope)))]
                };
                var page = await records.Export(scope, range, (patients, cancel) => Told(job.Id, file, patients, cancel), stop);
                if (file.Deleted) await WriteDeleted(page, file, plan.Released ? job.Id : null, output, stop);
                else await WriteLines(scope, page, stored => Line(stored, subset, plan.Released ? job.Id : null), file, output, stop);
                (file.After, file.TypeIsOver) = (page.Next, page.Next is null);
            }
            await writer.CompleteAsync();
        }
        catch (Exception error)
        {
            await writer.CompleteAsync(error);
            throw;
        }
    }

    async Task<IReadOnlySet<long>> Told(string job, Writing file, long[] patients, CancellationToken stop)
    {
        var known = new HashSet<long>(await store.Told(job, patients, stop));
        known.UnionWith(patients.Where(file.Persons.Contains));
        file.Persons.UnionWith(patients.Where(patient => !known.Contains(patient)));
        return known;
    }

    static Stored Line(Stored stored, Subset? subset, string? mark)
    {
        var line = Subset.Apply(stored, subset);
        // A part of a Binary has no content to look for.
        if (subset is not null) line = line with { BlobId = null };
        return mark is null ? line : Watermark.In(line, mark);
    }

    async Task WriteLines(Scope scope, ExportPage page, Func<Stored, Stored> lineOf, Writing file, Stream output, CancellationToken stop)
    {
        foreach (var stored in page.Resources)
        {
            var line = lineOf(stored);
            if (line.BlobId is not null && await records.OpenBinary(scope, stored.Id, stop) is { } content)
            {
                await using (content) await RecordStore.InlineBinary(line, content, new OneLine(output), stop);
                file.Bytes += content.Length * 4 / 3;
            }
            else await new OneLine(output).WriteAsync(line.Bytes, stop);
            await output.WriteAsync("\n"u8.ToArray(), stop);
            file.Lines++;
            file.Bytes += line.Bytes.Length + 1;
        }
        await output.FlushAsync(stop);
    }

    static async Task WriteDeleted(ExportPage page, Writing file, string? mark, Stream output, CancellationToken stop)
    {
        foreach (var some in page.Resources.Chunk(DeletedPerBundle))
        {
            using var line = new MemoryStream();
            using (var json = new Utf8JsonWriter(line))
            {
                json.WriteStartObject();
                json.WriteString("resourceType", "Bundle");
                if (mark is not null)
                {
                    json.WritePropertyName("meta");
                    new JsonObject { ["tag"] = new JsonArray(Watermark.Tag(mark)) }.WriteTo(json);
                }
                json.WriteString("type", "transaction");
                json.WriteStartArray("entry");
                foreach (var deleted in some)
                {
                    json.WriteStartObject();
                    json.WriteStartObject("request");
                    json.WriteString("method", "DELETE");
                    json.WriteString("url", deleted.Reference);
                    json.WriteEndObject();
                    json.WriteEndObject();
                }
                json.WriteEndArray();
                json.WriteEndObject();
            }
            line.WriteByte((byte)'\n');
            await output.WriteAsync(line.ToArray(), stop);
            file.Lines++;
            file.Bytes += line.Length;
        }
        await output.FlushAsync(stop);
    }

    /// <summary>The file that is being written.</summary>
    sealed class Writing(string type, JobProgress from)
    {
        public string Type => type;
        public bool Deleted => from.Deleted;
        public string? After { get; set; } = from.After;
        public bool TypeIsOver { get; set; }
        public long Lines { get; set; }
        public long Bytes { get; set; }

        /// <summary>Patient keys this file is the first of the job to speak of.</summary>
        public HashSet<long> Persons { get; } = [];

        public JobProgress Next(ExportPlan plan)
        {
            var counted = from.Counting(Deleted ? "Bundle" : type, Lines);
            if (!TypeIsOver) return counted with { After = After };
            var asksForDeleted = plan.Deleted && !Deleted && !plan.Filters.ContainsKey(type);
            return asksForDeleted ? counted with { Deleted = true, After = null } : counted with { Step = from.Step + 1, Deleted = false, After = null };
        }
    }
}
