using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace Socle.Platform;

/// <summary>
/// What is kept in memory and seldom changes: search parameters, nomenclatures, profiles, subscriptions. Whoever changes it says so in the very commit; who
/// keeps it hears of it, in this process with the commit, in another process of the same database within about a second. A row per kind and
/// process, counted up, so that processes never wait for each other's rows; what nobody keeps in memory leaves nothing here.
/// </summary>
public sealed class ChangeFeed : IAsyncDisposable
{
    static readonly TimeSpan Period = TimeSpan.FromSeconds(1), Kept = TimeSpan.FromDays(7);

    /// <summary>How old what was seen may be for whoever must not work with what is over.</summary>
    static readonly TimeSpan Lease = TimeSpan.FromSeconds(2);

    readonly Db db;
    readonly TimeProvider clock;
    readonly long source;
    readonly CancellationTokenSource ending = new();
    readonly SemaphoreSlim one = new(1, 1);
    readonly ConcurrentDictionary<string, ImmutableList<Action>> listeners = new(StringComparer.Ordinal);
    readonly ConcurrentDictionary<string, bool> again = new(StringComparer.Ordinal);
    Dictionary<(string Kind, long Source), long>? seen;
    Task loop = Task.CompletedTask;
    long lookedAt;
    int started;

    internal ChangeFeed(Db db, TimeProvider clock, Chance chance) => (this.db, this.clock, source) = (db, clock, chance.NextLong());

    /// <summary>True while nothing older than two seconds can have been missed.</summary>
    public bool IsFresh => Volatile.Read(ref seen) is not null && clock.GetElapsedTime(Volatile.Read(ref lookedAt)) < Lease;

    /// <summary>Whoever keeps something of this kind; called from any thread, so it only remembers to read anew.</summary>
    public void Hear(string kind, Action changed) => listeners.AddOrUpdate(kind, [changed], (_, others) => others.Add(changed));

    /// <summary>This unit changes something of the kind.</summary>
    /// <param name="unit">The unit that changes it.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="except">The listener that knows it already.</param>
    public void Tell(Unit unit, string kind, Action? except = null)
    {
        if (!unit.Tells(kind)) return;
        unit.Add($"""
            insert into platform_change (kind, source, version, at) values ({kind}, {source}, {1L}, {Clock.Micros(clock)})
            on conflict (kind, source) do update set version = platform_change.version + 1, at = excluded.at
            """);
        unit.AfterCommit(() => Raise(kind, except));
    }

    /// <summary>Looks at what others changed unless somebody just did; what is kept is told before this returns.</summary>
    public ValueTask Fresh(CancellationToken stop) => IsFresh ? default : new(Look(unlessFresh: true, stop));

    /// <summary>Looks now, whatever was seen before.</summary>
    public Task LookNow(CancellationToken stop) => Look(unlessFresh: false, stop);

    async Task Look(bool unlessFresh, CancellationToken stop)
    {
        await one.WaitAsync(stop);
        try
        {
            if (unlessFresh && IsFresh) return;
            var at = clock.GetTimestamp();
            var rows = await db.Query($"select kind, source, version from platform_change where source <> {source}",
                row => (Key: (row.Text(0), row.Long(1)), Version: row.Long(2)), stop);
            var now = rows.ToDictionary(row => row.Key, row => row.Version);
            // Before the first look everything kept may be older than what was changed: all of it is told.
            var changed = now.Where(row => seen is null || !seen.TryGetValue(row.Key, out var before) || before != row.Value).Select(row => row.Key.Item1);
            foreach (var kind in changed.Concat(again.Keys.Where(kind => again.TryRemove(kind, out _))).Distinct().ToList()) Raise(kind, null);
            Volatile.Write(ref seen, now);
            Volatile.Write(ref lookedAt, at);
        }
        finally
        {
            one.Release();
        }
    }

    /// <summary>Whoever was told of this kind could not read it: it is told once more at the next look.</summary>
    internal void Again(string kind) => again[kind] = true;

    /// <summary>Looks every second from now on.</summary>
    internal void Start()
    {
        if (Interlocked.Exchange(ref started, 1) == 0) loop = Task.Run(Run);
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        await loop;
        ending.Dispose();
        one.Dispose();
    }

    async Task Run()
    {
        using var timer = new PeriodicTimer(Period, clock);
        try
        {
            await Forget(ending.Token);
            do
            {
                try
                {
                    await LookNow(ending.Token);
                }
                catch (Refusal)
                {
                    // The database is away: whoever needs to know looks again and is told so.
                }
            }
            while (await timer.WaitForNextTickAsync(ending.Token));
        }
        catch (OperationCanceledException)
        {
        }
    }

    // A process that ended leaves its rows: after a week nobody can have missed them.
    async Task Forget(CancellationToken stop)
    {
        var unit = new Unit();
        unit.Add($"delete from platform_change where at < {Clock.Micros(clock.GetUtcNow() - Kept)}");
        try
        {
            await db.Commit(unit, stop);
        }
        catch (Refusal)
        {
            // The next start does it.
        }
    }

    void Raise(string kind, Action? except)
    {
        foreach (var listener in listeners.GetValueOrDefault(kind, []))
            if (listener != except) listener();
    }
}
