using System.Collections.Concurrent;
using Npgsql;

namespace Socle.Platform;

/// <summary>
/// Short reads that wait travel together: whoever finds a free lane takes along all that waits, in one round trip. A read that finds
/// nobody else goes at once, alone. What fails in company is tried again alone, so that each gets its own fault.
/// </summary>
sealed class PostgresReads(NpgsqlDataSource source) : IAsyncDisposable
{
    /// <summary>The fewer the lanes, the more travel together; with a second one, while the rows of one are read here, the database works on others.</summary>
    public static readonly int Lanes = Math.Max(2, Environment.ProcessorCount);

    const int MostTogether = 32, AnswersPerItem = 4;

    readonly ConcurrentQueue<WaitingRead> waiting = new();

    // A lane keeps its connection: the database process behind it has the plans and the catalogue at hand.
    readonly ConcurrentStack<NpgsqlConnection> lines = new();
    int free = Lanes;

    /// <summary>False: it has to be asked for alone.</summary>
    public Task<bool> Run(WaitingRead read)
    {
        waiting.Enqueue(read);
        Depart();
        return read.Done;
    }

    public async ValueTask DisposeAsync()
    {
        while (lines.TryPop(out var line)) await Drop(line);
    }

    void Depart()
    {
        while (!waiting.IsEmpty)
        {
            if (Interlocked.Decrement(ref free) < 0)
            {
                // The lanes look at the queue after they say that they are free, so nothing stays behind.
                if (Interlocked.Increment(ref free) <= 0) return;
                continue;
            }
            _ = Drive();
            return;
        }
    }

    async Task Drive()
    {
        var together = new List<WaitingRead>(MostTogether);
        while (together.Count < MostTogether && waiting.TryDequeue(out var next)) together.Add(next);
        if (together.Count > 0) await Send(together);
        Interlocked.Increment(ref free);
        Depart();
        if (together.Count > 0) Answer(together);
    }

    async Task Send(List<WaitingRead> together)
    {
        NpgsqlConnection? line = null;
        try
        {
            if (!lines.TryPop(out line)) line = await source.OpenConnectionAsync();
            await Ask(line, together);
            lines.Push(line);
        }
        catch (Exception)
        {
            // Whatever it was, it is met again, and told, by each of them alone: nobody may be left waiting here.
            if (line is not null) await Drop(line);
        }
    }

    // The lane goes on before: this thread may serve some of those who waited itself.
    static void Answer(List<WaitingRead> together)
    {
        for (var start = AnswersPerItem; start < together.Count; start += AnswersPerItem)
        {
            ThreadPool.UnsafeQueueUserWorkItem(static some =>
            {
                foreach (var one in some) one.Complete();
            }, together.GetRange(start, Math.Min(AnswersPerItem, together.Count - start)), preferLocal: false);
        }
        for (var i = 0; i < Math.Min(AnswersPerItem, together.Count); i++) together[i].Complete();
    }

    static async Task Ask(NpgsqlConnection line, List<WaitingRead> together)
    {
        await using var batch = new NpgsqlBatch(line);
        foreach (var one in together) batch.BatchCommands.Add(PostgresCommands.Of(one.Sql));
        await using var reader = await batch.ExecuteReaderAsync();
        var row = new Row(reader);
        foreach (var one in together)
        {
            while (await reader.ReadAsync()) one.Take(row);
            one.Whole = true;
            await reader.NextResultAsync();
        }
    }

    static async Task Drop(NpgsqlConnection line)
    {
        try
        {
            await line.DisposeAsync();
        }
        catch (Exception error) when (error is NpgsqlException or IOException)
        {
            // It was broken, which is why it is dropped.
        }
    }
}

/// <summary>A read in the queue, with the one who waits for it.</summary>
abstract class WaitingRead(Sql sql)
{
    readonly TaskCompletionSource<bool> done = new();

    public Sql Sql => sql;

    /// <summary>Every row of it was taken.</summary>
    public bool Whole { get; set; }

    protected bool Failed { get; set; }

    public Task<bool> Done => done.Task;

    public abstract void Take(Row row);

    public void Complete() => done.TrySetResult(Whole && !Failed);
}

sealed class WaitingRead<T>(Sql sql, Func<Row, T> read, int limit) : WaitingRead(sql)
{
    public List<T> Rows { get; } = [];

    // A reader that throws is the caller's fault and is met again, with its own stack, when the read is tried alone.
    public override void Take(Row row)
    {
        if (Failed || Rows.Count >= limit) return;
        try
        {
            Rows.Add(read(row));
        }
        catch (Exception)
        {
            Failed = true;
        }
    }
}
