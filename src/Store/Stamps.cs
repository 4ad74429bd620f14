using Socle.Platform;

namespace Socle.Store;

/// <summary>
/// The times of changes (<c>meta.lastUpdated</c>). A change gets its time before it is committed, and two may be committed in the other order: who reads
/// in the order of times must not go beyond a time that a change under way may still bear. This process knows the times of its own
/// changes under way; of other processes of the database see <see cref="Horizon"/>.
/// </summary>
sealed class Stamps(TimeProvider clock)
{
    readonly Lock gate = new();
    readonly SortedDictionary<long, int> underWay = [];
    long last = long.MinValue;

    /// <summary>The time of a change that begins now: never before one that was given out, or that was said to be over.</summary>
    public Stamp Begin()
    {
        lock (gate)
        {
            last = Math.Max(last, Now());
            underWay[last] = underWay.GetValueOrDefault(last) + 1;
            return new(this, last);
        }
    }

    /// <summary>Each change of this process with a time before this one is in the database, or never will be.</summary>
    public long Settled()
    {
        lock (gate)
        {
            last = Math.Max(last, Now());
            foreach (var (time, _) in underWay) return time;
            return last;
        }
    }

    void End(long time)
    {
        lock (gate)
        {
            if (underWay[time] == 1) underWay.Remove(time);
            else underWay[time]--;
        }
    }

    // What meta.lastUpdated can say: milliseconds.
    long Now() => Rows.Microseconds(clock.GetUtcNow()) / 1_000 * 1_000;

    public sealed class Stamp(Stamps stamps, long time) : IDisposable
    {
        bool ended;

        public long Time => time;

        public void Dispose()
        {
            if (ended) return;
            ended = true;
            stamps.End(time);
        }
    }
}

/// <summary>
/// How far one may read in the order of times. Beside this process's own changes: another process of the same database (PostgreSQL; a
/// SQLite folder has one process) hands a change over within <see cref="Held"/> of its time or plays it again under a new one, and
/// what it has begun to write stands among the database's transactions.
/// </summary>
sealed class Horizon(Db db, Stamps stamps, TimeProvider clock, StoreSettings settings)
{
    // The clocks of two machines, and the way from the writer's queue into a transaction.
    static readonly TimeSpan Margin = TimeSpan.FromSeconds(2);

    /// <summary>A change that waited longer for the writer is played again; null: nobody else writes here.</summary>
    public TimeSpan? Held => db.Dialect.IsShared ? settings.Settle - Margin : null;

    /// <summary>Microseconds, excluded.</summary>
    public async Task<long> Of(CancellationToken stop)
    {
        var own = stamps.Settled();
        if (!db.Dialect.IsShared) return own;
        var now = Rows.Microseconds(clock.GetUtcNow());
        var oldest = await db.First(db.Dialect.OldestWrite, row => (long?)row.Long(0), stop) ?? 0;
        return Math.Min(own, now - oldest - settings.Settle.Ticks / 10);
    }
}
