using Socle.Platform;

namespace Socle.Bulk;

/// <summary>The SQL of exports that wait for a second person, and of the addresses of files.</summary>
sealed partial class BulkStore
{
    static Sql HoldColumns => $"job, persons, due_at, decided_at, box";

    /// <summary>
    /// How many people's records this caller's exports of a day speak of together: many small exports are a large one. What a second person
    /// has decided is not counted again, nor what nobody could fetch. 0 for a job that speaks of nobody.
    /// </summary>
    public Task<long> PersonsTaken(Job job, TimeSpan day, CancellationToken stop)
    {
        var (owner, since) = (job.Owner, Clock.Micros(clock.GetUtcNow() - day));
        return db.First($"""
            select count(*) from (
                select distinct p.patient from bulk_person p join bulk_job j on j.id = p.job
                where j.owner = {owner} and j.kind = {Job.Export} and j.made_at > {since} and j.state in ({Job.Waiting}, {Job.Done}, {Job.Cancelled})
                    and exists (select 1 from bulk_person own where own.job = {job.Id})
                    and not exists (select 1 from bulk_release r where r.job = j.id and r.decided_at is not null)) as taken
            """, row => row.Long(0), stop);
    }

    /// <summary>It stops here: what was made ready goes, and is made again once it is released.</summary>
    public async Task Hold(Unit unit, Job job, Hold hold, DateTimeOffset expiresAt, CancellationToken stop)
    {
        unit.Expect($"""
            update bulk_job set state = {Job.Held}, progress = {Seal(FromTheStart(job))}, expires_at = {Clock.Micros(expiresAt)}
            where id = {job.Id} and state = {Job.Waiting}
            """, () => BulkRefusals.Cancelled.With());
        unit.Add($"""
            insert into bulk_release (job, persons, due_at, decided_at, box) values ({job.Id}, {hold.Persons}, {Clock.Micros(hold.DueAt)}, null, null)
            on conflict (job) do nothing
            """);
        await db.Commit(unit, stop);
        await DropFiles(job.Id, stop);
    }

    public Task<Hold?> FindHold(string job, CancellationToken stop) =>
        db.First($"select {HoldColumns} from bulk_release where job = {job}", ReadHold, stop);

    /// <summary>Those that wait: for a decision, or for the end of their delay.</summary>
    public Task<List<Hold>> Holds(CancellationToken stop) => db.Query($"""
        select {HoldColumns} from bulk_release where job in (select id from bulk_job where state = {Job.Held}) order by due_at, job
        """, ReadHold, stop);

    /// <summary>One decision, the first one.</summary>
    public void Decide(Unit unit, string job, ReleaseDecision decision) => unit.Expect($"""
        update bulk_release set decided_at = {Clock.Micros(clock)}, box = {Seal(decision)}
        where job = {job} and decided_at is null and exists (select 1 from bulk_job where id = {job} and state = {Job.Held})
        """, () => BulkRefusals.NotHeld.With());

    public void Refuse(Unit unit, string job, TimeSpan kept)
    {
        var now = clock.GetUtcNow();
        unit.Expect($"""
            update bulk_job set state = {Job.Failed}, fault = {BulkRefusals.NotReleased.Code}, ended_at = {Clock.Micros(now)}, expires_at = {Clock.Micros(now + kept)}
            where id = {job} and state = {Job.Held}
            """, () => BulkRefusals.NotHeld.With());
    }

    public async Task<IReadOnlyList<Job>> Released(CancellationToken stop)
    {
        var now = Clock.Micros(clock);
        return [.. (await db.Query($"""
            select {Columns} from bulk_job where state = {Job.Held}
                and id in (select job from bulk_release where decided_at is not null and due_at <= {now})
            order by made_at, id
            """, Read, stop))];
    }

    /// <summary>It begins again from its start, under its new plan; everybody it speaks of is told anew.</summary>
    public async Task GoOn(Job job, JobRequest request, CancellationToken stop)
    {
        await DropFiles(job.Id, stop);
        var unit = new Unit();
        unit.Add($"delete from bulk_person where job = {job.Id}");
        unit.Expect($"""
            update bulk_job set state = {Job.Waiting}, request = {Seal(request)}, progress = {Seal(FromTheStart(job))} where id = {job.Id} and state = {Job.Held}
            """, () => BulkRefusals.Cancelled.With());
        await db.Commit(unit, stop);
    }

    public Task<List<long>> PersonsOf(string job, int most, CancellationToken stop) =>
        db.Query($"select patient from bulk_person where job = {job} order by patient limit {most}", row => row.Long(0), stop);

    public static void DropPersons(Unit unit, string job, long[] patients) =>
        unit.Add($"delete from bulk_person where job = {job} and patient in {patients}");

    /// <summary>An address serves once: who comes second, in whatever process, is refused.</summary>
    public static void Use(Unit unit, string nonce, DateTimeOffset until, Func<Refusal> again) =>
        unit.Expect($"insert into bulk_address (nonce, until) values ({nonce}, {Clock.Micros(until)}) on conflict (nonce) do nothing", again);

    static JobProgress FromTheStart(Job job) => new() { Faults = job.Progress.Faults };

    async Task DropFiles(string job, CancellationToken stop)
    {
        foreach (var file in await Files(job, stop))
        {
            var unit = new Unit();
            Blobs.Remove(unit, 0, file.Blob);
            unit.Add($"delete from bulk_file where job = {job} and number = {file.Number}");
            await db.Commit(unit, stop);
        }
    }

    Hold ReadHold(Row row) => new(row.Text(0), row.Long(1), Clock.FromMicros(row.Long(2)), row.BytesOrNull(4) is { } box ? Open<ReleaseDecision>(box) : null);
}
