using System.Text.Json;
using Socle.Platform;

namespace Socle.Bulk;

/// <summary>All SQL of Bulk.</summary>
sealed partial class BulkStore(Db db, Keys keys, Blobs blobs, TimeProvider clock)
{
    public const int MostFaults = 10_000;

    static readonly Table Persons = new("bulk_person", Column.Text("job"), Column.Long("patient"));

    /// <summary>A caller's jobs are found by this; nobody else's request leads to them.</summary>
    public long OwnerOf(Agent agent) => keys.Hash("bulk.owner", $"{agent.Kind} {agent.Id} {agent.OwnerKey}");

    public async Task Add(Unit unit, string id, string kind, JobRequest request, TimeSpan kept, int most, CancellationToken stop)
    {
        var owner = OwnerOf(request.Agent);
        var running = await db.First($"select count(*) from bulk_job where owner = {owner} and state in ({Job.Waiting}, {Job.Held})", row => row.Long(0), stop);
        if (running >= most) throw BulkRefusals.TooManyJobs.With(running);
        var now = clock.GetUtcNow();
        unit.Add($"""
            insert into bulk_job (id, kind, state, owner, made_at, ended_at, expires_at, request, progress, fault)
            values ({id}, {kind}, {Job.Waiting}, {owner}, {Clock.Micros(now)}, null, {Clock.Micros(now + kept)}, {Seal(request)}, null, null)
            """);
    }

    public Task<Job?> Find(string id, CancellationToken stop) =>
        db.First($"select {Columns} from bulk_job where id = {id}", Read, stop);

    /// <summary>The caller's own job; anybody else's is as unknown as one that never was.</summary>
    public async Task<Job> GetOwn(Agent agent, string id, CancellationToken stop) =>
        await Find(id, stop) is { } job && job.Owner == OwnerOf(agent) && job.State != Job.Cancelled
            && (job.State == Job.Waiting || job.ExpiresAt > clock.GetUtcNow())
            ? job
            : throw BulkRefusals.UnknownJob.With();

    public Task<List<string>> Unfinished(CancellationToken stop) =>
        db.Query($"select id from bulk_job where state = {Job.Waiting} order by made_at, id", row => row.Text(0), stop);

    public Task<List<JobFile>> Files(string job, CancellationToken stop) => db.Query($"""
        select number, kind, type, blob, lines, bytes from bulk_file where job = {job} order by number
        """, row => new JobFile(row.Int(0), row.Text(1), row.Text(2), row.Long(3), row.Long(4), row.Long(5)), stop);

    public async Task<IReadOnlySet<long>> Told(string job, long[] patients, CancellationToken stop) =>
        (await db.Query($"select patient from bulk_person where job = {job} and patient in {patients}", row => row.Long(0), stop)).ToHashSet();

    /// <summary>Of these patients, those whose records went into the job.</summary>
    public async Task<IReadOnlyList<long>> Concerned(string job, IReadOnlyList<long> patients, CancellationToken stop)
    {
        var found = new List<long>();
        foreach (var some in patients.Chunk(1_000)) found.AddRange(await Told(job, some, stop));
        return found;
    }

    public Task<long> Faults(string job, CancellationToken stop) =>
        db.First($"select count(*) from bulk_fault where job = {job}", row => row.Long(0), stop);

    public IAsyncEnumerable<byte[]> FaultLines(string job, CancellationToken stop) =>
        db.Stream($"select box from bulk_fault where job = {job} order by number", row => keys.Unseal(row.Bytes(0)), stop);

    /// <summary>Rows of one part of the work: they come with the progress that says it is done.</summary>
    public static void AddFile(Unit unit, string job, JobFile file) => unit.Add($"""
        insert into bulk_file (job, number, kind, type, blob, lines, bytes)
        values ({job}, {file.Number}, {file.Kind}, {file.Type}, {file.Blob}, {file.Lines}, {file.Bytes})
        """);

    public void AddPersons(Unit unit, string job, IEnumerable<long> patients)
    {
        foreach (var some in patients.Distinct().Chunk(5_000)) unit.AddRows(db.Dialect, Persons, [.. some.Select(patient => new object?[] { job, patient })]);
    }

    public void AddFault(Unit unit, string job, long number, byte[] outcome) =>
        unit.Add($"insert into bulk_fault (job, number, box) values ({job}, {number}, {keys.Seal(outcome)})");

    /// <summary>Says how far it is; refuses when the job was cancelled meanwhile, and the whole part with it.</summary>
    public void Advance(Unit unit, string job, JobProgress progress) => unit.Expect(
        $"update bulk_job set progress = {Seal(progress)} where id = {job} and state = {Job.Waiting}", () => BulkRefusals.Cancelled.With());

    public void End(Unit unit, string job, string state, string? fault, TimeSpan kept)
    {
        var now = clock.GetUtcNow();
        unit.Expect($"""
            update bulk_job set state = {state}, fault = {fault}, ended_at = {Clock.Micros(now)}, expires_at = {Clock.Micros(now + kept)}
            where id = {job} and state = {Job.Waiting}
            """, () => BulkRefusals.Cancelled.With());
    }

    public Task Commit(Unit unit, CancellationToken stop) => db.Commit(unit, stop);

    public void Publish(Unit unit, StagedBlob blob) => blobs.Publish(unit, blob, 0);

    public Task<Stream> Open(JobFile file, CancellationToken stop) => blobs.Open(0, file.Blob, stop);

    public Task<StagedBlob> Stage(Stream content, long most, CancellationToken stop) => blobs.Stage(content, most, stop);

    /// <summary>The job is over for everybody, and what it took is free.</summary>
    /// <param name="counted">It was an export that could be fetched: whom it spoke of still counts towards the caller's day.</param>
    public async Task Remove(string job, bool keepName, bool counted, CancellationToken stop)
    {
        var stopped = new Unit();
        stopped.Add($"update bulk_job set state = {Job.Cancelled} where id = {job}");
        await db.Commit(stopped, stop);
        // A part that was being committed at this instant is seen by now: whatever comes later finds the job cancelled.
        await DropFiles(job, stop);
        var rest = new Unit();
        if (!counted) rest.Add($"delete from bulk_person where job = {job}");
        rest.Add($"delete from bulk_fault where job = {job}");
        if (!counted) rest.Add($"delete from bulk_release where job = {job}");
        if (!keepName) rest.Add($"delete from bulk_job where id = {job}");
        await db.Commit(rest, stop);
    }

    /// <summary>Inputs are read once: their bytes go with the end of the job.</summary>
    public static void DropInputs(Unit unit, string job, IEnumerable<JobFile> files)
    {
        foreach (var file in files.Where(file => file.Kind == JobFile.Input))
        {
            Blobs.Remove(unit, 0, file.Blob);
            unit.Add($"delete from bulk_file where job = {job} and number = {file.Number}");
        }
    }

    /// <summary>Jobs whose time is over; a cancelled one is kept by its name as long as it counts towards its caller's day.</summary>
    public Task<List<Job>> Expired(TimeSpan day, CancellationToken stop)
    {
        var (now, dayAgo) = (Clock.Micros(clock), Clock.Micros(clock.GetUtcNow() - day));
        return db.Query($"""
            select {Columns} from bulk_job where expires_at <= {now} and state <> {Job.Waiting} and (state <> {Job.Cancelled} or made_at <= {dayAgo})
            order by expires_at limit 100
            """, Read, stop);
    }

    public Task ForgetAddresses(CancellationToken stop)
    {
        var unit = new Unit();
        unit.Add($"delete from bulk_address where until <= {Clock.Micros(clock)}");
        return db.Commit(unit, stop);
    }

    static Sql Columns => $"id, kind, state, owner, made_at, expires_at, request, progress, fault";

    Job Read(Row row) => new(
        row.Text(0), row.Text(1), row.Text(2), row.Long(3), Clock.FromMicros(row.Long(4)), Clock.FromMicros(row.Long(5)),
        Open<JobRequest>(row.Bytes(6)), row.BytesOrNull(7) is { } progress ? Open<JobProgress>(progress) : new(), row.TextOrNull(8));

    byte[] Seal<T>(T value) => keys.Seal(JsonSerializer.SerializeToUtf8Bytes(value));

    T Open<T>(byte[] box) => JsonSerializer.Deserialize<T>(keys.Unseal(box))!;
}
