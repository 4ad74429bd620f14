using System.Collections.Concurrent;
using Socle.Platform;

namespace Socle.Store;

/// <summary>
/// The per-patient counters of local numbers. They live in memory and start from the last row; should another process have taken
/// a number, the primary key refuses it and the write is played again with a fresh counter.
/// </summary>
sealed class Numbers(Scoped scoped)
{
    const int MostCounters = 200_000;
    readonly ConcurrentDictionary<long, Counter> counters = new();

    /// <summary>1 is the Patient resource itself.</summary>
    public async ValueTask<long> Next(long patient, CancellationToken stop)
    {
        if (counters.TryGetValue(patient, out var counter)) return counter.Next();
        var last = await scoped.Unscoped("allocates a number, answers nobody",
            $"select coalesce(max(number), 1) from store_resource where patient = {patient}", row => row.Long(0), stop);
        if (counters.Count > MostCounters) counters.Clear();
        return counters.GetOrAdd(patient, new Counter(Math.Max(1, last[0]))).Next();
    }

    /// <summary>A patient who is being made: nothing stands there yet.</summary>
    public void Begin(long patient)
    {
        if (counters.Count > MostCounters) counters.Clear();
        counters.TryAdd(patient, new Counter(1));
    }

    public void Forget(long patient) => counters.TryRemove(patient, out _);

    sealed class Counter(long last)
    {
        long value = last;

        public long Next() => Interlocked.Increment(ref value);
    }
}
