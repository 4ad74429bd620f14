using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using Socle.Platform;

namespace Socle.Bulk;

/// <summary>
/// Runs what waits, some at a time. What is done stands in the tables with each part of the work: a run that was cut short is begun
/// again from there when the program starts.
/// </summary>
sealed class JobRunner(BulkStore store, RunExport exports, RunImport imports, RunLines lines, BulkSettings settings, TimeProvider clock, ILogger<JobRunner> log)
    : ServingLoop
{
    const int MostAttempts = 3;
    static readonly TimeSpan Look = TimeSpan.FromMinutes(1);

    readonly ConcurrentDictionary<string, Task> running = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, int> attempts = new(StringComparer.Ordinal);
    readonly SemaphoreSlim wake = new(0, 1);

    /// <summary>There is something to do, or room for it.</summary>
    public void Wake()
    {
        try
        {
            if (wake.CurrentCount == 0) wake.Release();
        }
        catch (Exception error) when (error is SemaphoreFullException or ObjectDisposedException)
        {
            // Awake already, or ending: the job waits in its table.
        }
    }

    /// <summary>One job to its end, or to its refusal; returns the state it is left in.</summary>
    public async Task<string> Run(string id, CancellationToken stop)
    {
        if (await store.Find(id, stop) is not { State: Job.Waiting } job) return Job.Cancelled;
        try
        {
            if (job.Kind == Job.Export) return await exports.Run(job, stop);
            if (lines.Find(job.Kind) is { } work) await lines.Run(job, work, stop);
            else await imports.Run(job, stop);
            return Job.Done;
        }
        catch (Refusal refusal) when (refusal.Kind == BulkRefusals.Cancelled)
        {
            return Job.Cancelled;
        }
        catch (Refusal refusal) when (refusal.Reason is not Reason.Unavailable and not Reason.InsufficientStorage)
        {
            await Fail(id, refusal.Code, stop);
            return Job.Failed;
        }
    }

    public override void Dispose()
    {
        wake.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await Begin(stoppingToken);
                await wake.WaitAsync(Look, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
            catch (Refusal refusal)
            {
                log.LogWarning("Bulk jobs wait: {Code}", refusal.Code);
                await Task.Delay(TimeSpan.FromSeconds(5), clock, stoppingToken).ContinueWith(static _ => { }, TaskScheduler.Default);
            }
        }
        // Their work so far is committed; they stop at the next wait.
        await Task.WhenAll(running.Values);
    }

    async Task Begin(CancellationToken stop)
    {
        await exports.GoOn(stop);
        foreach (var id in await store.Unfinished(stop))
        {
            if (running.Count >= settings.Parallel) return;
            if (running.ContainsKey(id)) continue;
            running[id] = Task.CompletedTask;
            running[id] = Task.Run(() => Guarded(id, stop), CancellationToken.None);
        }
    }

    async Task Guarded(string id, CancellationToken stop)
    {
        try
        {
            await Run(id, stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Goes on at the next start.
        }
        catch (Exception error)
        {
            log.LogError("Bulk job failed with {Error}", error.GetType().Name);
            await TryAgainOrFail(id, error, stop);
        }
        finally
        {
            running.TryRemove(id, out _);
            Wake();
        }
    }

    async Task TryAgainOrFail(string id, Exception error, CancellationToken stop)
    {
        try
        {
            if (attempts.AddOrUpdate(id, 1, static (_, before) => before + 1) >= MostAttempts)
                await Fail(id, error is Refusal refusal ? refusal.Code : "internal-error", stop);
            else await Task.Delay(TimeSpan.FromSeconds(5), clock, stop);
        }
        catch (Exception again) when (again is Refusal or OperationCanceledException)
        {
            // It stays in its table for the next start.
        }
    }

    async Task Fail(string id, string code, CancellationToken stop)
    {
        var unit = new Unit();
        store.End(unit, id, Job.Failed, code, settings.Kept);
        await store.Commit(unit, stop);
    }
}
