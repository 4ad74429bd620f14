using System.Collections.Concurrent;
using System.Collections.Frozen;
using Socle.Platform;

namespace Socle.Subscriptions;

/// <summary>The subscriptions in memory: a write asks it whether anybody wants to know, and that must cost nothing.</summary>
sealed class Registry
{
    readonly ConcurrentDictionary<string, (Watch Watch, string Status)> known = new(StringComparer.Ordinal);
    readonly Lock gate = new();
    volatile FrozenDictionary<string, Watch[]> byType = FrozenDictionary<string, Watch[]>.Empty;
    volatile FrozenSet<string> types = FrozenSet<string>.Empty;
    volatile bool stale;
    long ownChanges;

    /// <summary>Types that somebody watches now.</summary>
    public IReadOnlySet<string> Types => types;

    public IReadOnlyCollection<Watch> Watches => [.. known.Values.Select(pair => pair.Watch)];

    public Watch[] Of(string type) => byType.GetValueOrDefault(type, []);

    public Watch? Find(string id) => known.TryGetValue(id, out var found) ? found.Watch : null;

    public string? StatusOf(string id) => known.TryGetValue(id, out var found) ? found.Status : null;

    public int CountOf(Agent agent) => known.Values.Count(pair => pair.Watch.Agent.Id == agent.Id && pair.Status != WatchState.Off);

    public void Put(Watch watch, string status)
    {
        lock (gate)
        {
            known[watch.Id] = (watch, status);
            ownChanges++;
            Sort();
        }
    }

    public void Become(string id, string status)
    {
        if (Find(id) is { } watch) Put(watch, status);
    }

    /// <summary>Another process changed one: the courier reads them anew.</summary>
    public void Changed() => stale = true;

    /// <summary>All as they stand in the database, where another process changed any.</summary>
    public async Task Refresh(SubscriptionsStore store, Sockets sockets, CancellationToken stop)
    {
        if (!stale) return;
        stale = false;
        var before = Volatile.Read(ref ownChanges);
        try
        {
            var all = await store.All(stop);
            lock (gate)
            {
                // What this process changed while it was read is not in it: once more, in the next round.
                if (before != ownChanges)
                {
                    stale = true;
                    return;
                }
                var there = all.Select(pair => pair.Watch.Id).ToHashSet(StringComparer.Ordinal);
                foreach (var id in known.Keys.Where(id => !there.Contains(id)).ToList()) known.TryRemove(id, out _);
                foreach (var (watch, status) in all) known[watch.Id] = (watch, status);
                Sort();
            }
            foreach (var id in sockets.Bound.Where(id => StatusOf(id) is null or WatchState.Off)) sockets.Close(id);
        }
        catch
        {
            stale = true;
            throw;
        }
    }

    public void Remove(string id)
    {
        lock (gate)
        {
            known.TryRemove(id, out _);
            ownChanges++;
            Sort();
        }
    }

    void Sort()
    {
        byType = known.Values.Where(pair => pair.Status == WatchState.Active).GroupBy(pair => pair.Watch.Type)
            .ToFrozenDictionary(group => group.Key, group => group.Select(pair => pair.Watch).ToArray());
        types = byType.Keys.ToFrozenSet();
    }
}
