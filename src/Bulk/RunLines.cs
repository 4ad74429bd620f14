using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Bulk;

/// <summary>
/// Does another module's work on many lines. Each part commits the file of its answers with the place to go on from: killed in the middle, only the part
/// that was cut short is done again.
/// </summary>
sealed class RunLines(BulkStore store, IEnumerable<LineWork> works, BulkSettings settings)
{
    const int LinesAtOnce = 200, LinesAPart = 5_000, LongestLine = 64 << 10;

    public LineWork? Find(string kind) => works.FirstOrDefault(work => work.Kind == kind);

    public async Task Run(Job job, LineWork work, CancellationToken stop)
    {
        var input = (await store.Files(job.Id, stop)).Find(file => file.Kind == JobFile.Input);
        var progress = job.Progress;
        if (input is not null)
        {
            await using var content = await store.Open(input, stop);
            await RunImport.Skip(content, progress.Offset, stop);
            var part = new Part();
            await foreach (var line in NdjsonReader.Read(content, LongestLine, progress.Line, progress.Offset, stop))
            {
                part.Add(line);
                if (part.Count < Math.Min(LinesAPart, settings.LinesPerFile)) continue;
                progress = await Write(job, work, part, progress, stop);
                part = new();
            }
            if (part.Count > 0) await Write(job, work, part, progress, stop);
        }
        var end = new Unit();
        BulkStore.DropInputs(end, job.Id, input is null ? [] : [input]);
        store.End(end, job.Id, Job.Done, null, settings.Kept);
        await store.Commit(end, stop);
    }

    async Task<JobProgress> Write(Job job, LineWork work, Part part, JobProgress progress, CancellationToken stop)
    {
        // A right that was lost meanwhile ends the work here.
        var scope = await work.Enter(job.Request.Agent, GrantedScopes.Parse(job.Request.Scopes), job.Request.Correlation, stop);
        using var output = new MemoryStream();
        var answered = await Answer(work, scope, part, output, stop);
        var unit = new Unit();
        var next = progress with { Offset = part.End, Line = part.LastLine, Faults = progress.Faults + part.Faults.Count };
        if (answered > 0)
        {
            output.Position = 0;
            var blob = await store.Stage(output, long.MaxValue, stop);
            store.Publish(unit, blob);
            // The input is the first file.
            BulkStore.AddFile(unit, job.Id, new(progress.Files + 2, JobFile.Output, "Parameters", blob.Id, answered, blob.Size));
            next = next.Counting("Parameters", answered) with { Files = progress.Files + 1 };
        }
        var number = progress.Faults;
        foreach (var (line, code, french) in part.Faults.OrderBy(fault => fault.Line)) store.AddFault(unit, job.Id, number++, Outcomes.Line(line, null, code, french));
        store.Advance(unit, job.Id, next);
        await store.Commit(unit, stop);
        return next.Faults <= BulkStore.MostFaults ? next : throw BulkRefusals.TooManyFaults.With(BulkStore.MostFaults);
    }

    static async Task<int> Answer(LineWork work, Scope scope, Part part, MemoryStream output, CancellationToken stop)
    {
        var answered = 0;
        foreach (var some in part.Lines.Chunk(LinesAtOnce))
        {
            var answers = await work.Do(scope, some, stop);
            foreach (var (line, answer) in some.Zip(answers))
            {
                if (answer.Fault is { } fault)
                {
                    part.Faults.Add((line.Number, "invalid", fault));
                    continue;
                }
                output.Write(answer.Json.Span);
                output.WriteByte((byte)'\n');
                answered++;
            }
        }
        return answered;
    }

    sealed class Part
    {
        public List<BulkLine> Lines { get; } = [];
        public List<(long Line, string Code, string French)> Faults { get; } = [];
        public int Count { get; private set; }
        public long LastLine { get; private set; }
        public long End { get; private set; }

        public void Add(NdjsonLine line)
        {
            (LastLine, End) = (line.Number, line.End);
            Count++;
            if (line.TooLong) Faults.Add((line.Number, "too-long", $"La ligne dépasse {LongestLine >> 10} Kio."));
            else if (!line.Bytes.IsEmpty) Lines.Add(new(line.Number, line.Bytes.ToArray()));
        }
    }
}
