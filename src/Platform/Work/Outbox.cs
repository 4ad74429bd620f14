using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Socle.Platform;

/// <summary>News for other modules, written with the change that made it and delivered at least once. Ids only: never a person's data.</summary>
public sealed class Outbox : IAsyncDisposable
{
    const int PerRound = 50, MostAttempts = 20;

    static readonly TimeSpan Poll = TimeSpan.FromSeconds(5), LongestDelay = TimeSpan.FromHours(1);

    readonly Db db;
    readonly TimeProvider clock;
    readonly Chance chance;
    readonly ILogger log;
    readonly ConcurrentDictionary<string, Func<OutboxMessage, CancellationToken, Task>> handlers = new(StringComparer.Ordinal);
    readonly SemaphoreSlim wake = new(0, 1);
    readonly CancellationTokenSource ending = new();
    Task loop = Task.CompletedTask;
    int started;

    internal Outbox(Db db, TimeProvider clock, Chance chance, ILogger log) => (this.db, this.clock, this.chance, this.log) = (db, clock, chance, log);

    public void Add(Unit unit, string kind, byte[] body)
    {
        var now = Clock.Micros(clock);
        unit.Add($"""
            insert into platform_outbox (id, kind, body, made_at, due_at, attempts) values ({chance.NextLong()}, {kind}, {body}, {now}, {now}, {0})
            """);
        unit.AfterCommit(Wake);
    }

    /// <summary>Who hears this kind. It may be told the same news twice: what it does must come to the same.</summary>
    public void Handle(string kind, Func<OutboxMessage, CancellationToken, Task> handler)
    {
        if (!handlers.TryAdd(kind, handler)) throw new InvalidOperationException($"'{kind}' has its handler already.");
    }

    /// <summary>Begins to deliver, once every module has registered its handlers.</summary>
    public void Start()
    {
        if (Interlocked.Exchange(ref started, 1) == 0) loop = Task.Run(Run);
    }

    /// <summary>Delivers what is due now; returns how many were delivered.</summary>
    public async Task<int> Deliver(CancellationToken stop)
    {
        var now = Clock.Micros(clock);
        var kinds = handlers.Keys.ToArray();
        var due = await db.Query($"""
            select id, kind, body, made_at, attempts from platform_outbox
            where due_at <= {now} and attempts < {MostAttempts} and kind in {kinds} order by due_at, id limit {PerRound}
            """, row => new OutboxMessage(row.Long(0), row.Text(1), row.Bytes(2), Clock.FromMicros(row.Long(3)), row.Int(4)), stop);
        var delivered = 0;
        foreach (var message in due)
            if (await Deliver(message, stop)) delivered++;
        return delivered;
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await loop;
        ending.Dispose();
        wake.Dispose();
    }

    async Task<bool> Deliver(OutboxMessage message, CancellationToken stop)
    {
        var unit = new Unit();
        var done = false;
        try
        {
            await handlers[message.Kind](message, stop);
            unit.Add($"delete from platform_outbox where id = {message.Id}");
            done = true;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw;
        }
        catch (Exception error)
        {
            log.LogWarning("Outbox message of kind {Kind} failed with {Error}, attempt {Attempt}", message.Kind, error.GetType().Name, message.Attempts + 1);
            var delay = TimeSpan.FromSeconds(Math.Min(LongestDelay.TotalSeconds, Math.Pow(2, message.Attempts)));
            var due = Clock.Micros(clock.GetUtcNow() + delay);
            unit.Add($"update platform_outbox set attempts = attempts + 1, due_at = {due} where id = {message.Id}");
        }
        await db.Commit(unit, stop);
        return done;
    }

    void Wake()
    {
        try
        {
            if (wake.CurrentCount == 0) wake.Release();
        }
        catch (Exception error) when (error is SemaphoreFullException or ObjectDisposedException)
        {
            // Awake already, or ending: the message waits in its table.
        }
    }

    async Task Run()
    {
        while (!ending.IsCancellationRequested)
        {
            try
            {
                while (await Deliver(ending.Token) == PerRound)
                {
                }
                await wake.WaitAsync(Poll, ending.Token);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                return;
            }
            catch (Refusal refusal)
            {
                log.LogWarning("Outbox waits: {Code}", refusal.Code);
                await Task.Delay(Poll, clock, ending.Token).ContinueWith(static _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            }
        }
    }
}

/// <summary>One piece of news. <paramref name="Attempts"/> counts the earlier tries that failed.</summary>
public sealed record OutboxMessage(long Id, string Kind, byte[] Body, DateTimeOffset MadeAt, int Attempts);
