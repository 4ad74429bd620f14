using System.Threading.Channels;

namespace Socle.Platform;

/// <summary>The one writer: takes what waits, commits it together, answers after the disk has it. Its queue is bounded.</summary>
sealed class Writer : IAsyncDisposable
{
    const int UnitsPerBatch = 256, BytesPerBatch = 4 << 20, AnswersPerItem = 8, DrainPause = 1_000;

    readonly Engine engine;
    readonly Action<Exception> fatal;
    readonly Channel<Pending> queue;
    readonly Task loop;
    volatile Trail? trail;
    volatile bool closed;
    long nextDrain;

    public Writer(Engine engine, int capacity, Action<Exception> fatal)
    {
        this.engine = engine;
        this.fatal = fatal;
        queue = Channel.CreateBounded<Pending>(new BoundedChannelOptions(capacity) { SingleReader = true });
        loop = engine.Blocks
            ? Task.Factory.StartNew(() => Run().GetAwaiter().GetResult(), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            : Task.Run(Run);
    }

    public long Commits { get; private set; }

    public long Units { get; private set; }

    public void Follow(Trail newTrail) => trail = newTrail;

    public async Task Commit(Unit unit, CancellationToken stop)
    {
        var pending = new Pending(unit);
        if (!queue.Writer.TryWrite(pending))
            throw (closed ? PlatformRefusals.ShuttingDown : PlatformRefusals.TooManyWrites).With();
        if (!stop.CanBeCanceled)
        {
            await pending.Answer;
            return;
        }
        await using var watch = stop.UnsafeRegister(static (waiting, token) =>
        {
            if (((Pending)waiting!).Withdraw()) ((Pending)waiting).Complete(token);
        }, pending);
        await pending.Answer;
    }

    public async ValueTask DisposeAsync()
    {
        closed = true;
        queue.Writer.TryComplete();
        await loop;
    }

    async Task Run()
    {
        var batch = new List<Pending>();
        while (await More())
        {
            Take(batch);
            if (batch.Count == 0) continue;
            try
            {
                await engine.Commit(batch, trail);
                await Rescue(batch);
            }
            catch (Exception error)
            {
                foreach (var pending in batch) pending.Failure ??= error;
                Answer(batch);
                fatal(error);
                continue;
            }
            Commits++;
            Units += batch.Count;
            Answer(batch);
        }
    }

    // A full disk stops changes, not the reading of a record: its trace goes to a file that has its place already.
    async ValueTask Rescue(List<Pending> batch)
    {
        if (trail is not { } following) return;
        var kept = false;
        foreach (var pending in batch)
        {
            if (pending.Failure is null) kept = true;
            else if (pending is { Failure: Refusal { Kind: var kind }, Unit.OnlyTraces: true }
                && kind == PlatformRefusals.DiskFull && following.Rescue(pending.Unit)) pending.Failure = null;
        }
        if (!kept || Environment.TickCount64 < nextDrain || following.Rescued is not { } rescued) return;
        var late = new Pending(rescued);
        await engine.Commit([late], following);
        if (late.Failure is null) following.Drained();
        else nextDrain = Environment.TickCount64 + DrainPause;
    }

    // A blocking engine keeps its own thread: an await that has to wait would leave it.
    ValueTask<bool> More()
    {
        var more = queue.Reader.WaitToReadAsync();
        return more.IsCompleted || !engine.Blocks ? more : new(more.AsTask().GetAwaiter().GetResult());
    }

    void Take(List<Pending> batch)
    {
        batch.Clear();
        var bytes = 0;
        while (batch.Count < UnitsPerBatch && bytes < BytesPerBatch && queue.Reader.TryRead(out var next))
        {
            if (!next.Take()) continue;
            if (next.Unit.TooLate() is { } refusal)
            {
                next.Failure = refusal;
                ThreadPool.UnsafeQueueUserWorkItem(static late => late.Complete(), next, preferLocal: false);
                continue;
            }
            bytes += next.Size;
            batch.Add(next);
        }
    }

    static void Answer(List<Pending> batch)
    {
        foreach (var pending in batch)
        {
            try
            {
                if (pending.Failure is null) pending.Unit.Committed();
            }
            catch (Exception error)
            {
                // A bug of the caller's: told to the caller, and the writer goes on.
                pending.Failure = error;
            }
        }
        for (var start = 0; start < batch.Count; start += AnswersPerItem)
        {
            var some = batch.GetRange(start, Math.Min(AnswersPerItem, batch.Count - start));
            ThreadPool.UnsafeQueueUserWorkItem(static answers =>
            {
                foreach (var pending in answers) pending.Complete();
            }, some, preferLocal: false);
        }
    }
}
