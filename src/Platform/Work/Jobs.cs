using Microsoft.Extensions.Logging;

namespace Socle.Platform;

/// <summary>What is done again and again. When a job is due stands in the database: a restart neither forgets nor repeats it.</summary>
public sealed class Jobs : IAsyncDisposable
{
    static readonly TimeSpan FirstLook = TimeSpan.FromSeconds(1), Look = TimeSpan.FromSeconds(5);

    readonly Db db;
    readonly TimeProvider clock;
    readonly ILogger log;
    readonly List<Job> jobs = [];
    readonly CancellationTokenSource ending = new();
    Task loop = Task.CompletedTask;
    int started;

    internal Jobs(Db db, TimeProvider clock, ILogger log) => (this.db, this.clock, this.log) = (db, clock, log);

    /// <summary>Registers a job; its first run is soon after the start. It must bear to be run twice.</summary>
    public void Every(TimeSpan period, string name, Func<CancellationToken, Task> run) => jobs.Add(new(name, period, run));

    /// <summary>Begins, once every module has registered its jobs.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref started, 1) == 0) loop = Task.Run(Run);
    }

    /// <summary>Runs the jobs that are due now, one after the other; returns how many ran.</summary>
    public async Task<int> RunDue(CancellationToken stop)
    {
        var due = (await db.Query($"select name, due_at from platform_job", row => (Name: row.Text(0), At: row.Long(1)), stop))
            .ToDictionary(j => j.Name, j => j.At, StringComparer.Ordinal);
        var ran = 0;
        foreach (var job in jobs.ToList())
        {
            var now = clock.GetUtcNow();
            if (due.TryGetValue(job.Name, out var at) && at > Clock.Micros(now)) continue;
            await Run(job, stop);
            ran++;
        }
        return ran;
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await loop;
        ending.Dispose();
    }

    async Task Run(Job job, CancellationToken stop)
    {
        var outcome = "ok";
        try
        {
            await job.Run(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error)
        {
            outcome = error is Refusal refusal ? refusal.Code : error.GetType().Name;
            log.LogError("Job {Job} failed with {Error}", job.Name, outcome);
        }
        var now = clock.GetUtcNow();
        var (ranAt, dueAt) = (Clock.Micros(now), Clock.Micros(now + job.Period));
        var unit = new Unit();
        unit.Add($"""
            insert into platform_job (name, due_at, ran_at, outcome) values ({job.Name}, {dueAt}, {ranAt}, {outcome})
            on conflict (name) do update set due_at = excluded.due_at, ran_at = excluded.ran_at, outcome = excluded.outcome
            """);
        await db.Commit(unit, stop);
    }

    async Task Run()
    {
        using var timer = new PeriodicTimer(Look, clock);
        try
        {
            // At its start the machine belongs to the first who ask.
            await Task.Delay(FirstLook, clock, ending.Token);
            do
            {
                try
                {
                    await RunDue(ending.Token);
                }
                catch (Refusal refusal)
                {
                    log.LogWarning("Jobs wait: {Code}", refusal.Code);
                }
            }
            while (await timer.WaitForNextTickAsync(ending.Token));
        }
        catch (OperationCanceledException)
        {
        }
    }

    sealed record Job(string Name, TimeSpan Period, Func<CancellationToken, Task> Run);
}
