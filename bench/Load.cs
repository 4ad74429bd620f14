using System.Diagnostics;

namespace Socle.Bench;

/// <summary>What a closed-loop load gave: answers per second, the answer time at two quantiles in milliseconds, and processor time per answer.</summary>
sealed record Measured(double PerSecond, double P50, double P95, double P99, long Count, long Failures, Cpu Cpu)
{
    /// <summary>What the cores would give to this work if nothing else ran on them.</summary>
    public double PerSecondOfCores => Environment.ProcessorCount * 1_000_000 / Cpu.Total;
}

/// <summary>Closed-loop clients on 127.0.0.1: each sends its next request when the last answer is whole. Bounded in time.</summary>
sealed class Load(Server server, CpuMeter meter) : IDisposable
{
    readonly Connection own = new(server.Address, server.Token);

    /// <summary>Sent along where it is known: the works of the Annuaire Santé interface need it.</summary>
    public string? AnnuaireKey { get; set; }

    /// <summary>One request; answers its status.</summary>
    public delegate int Ask(Connection connection, int client, long turn);

    public Measured Run(int clients, TimeSpan warmUp, long warmAnswers, TimeSpan length, Ask ask)
    {
        var connections = Enumerable.Range(0, clients).Select(_ => new Connection(server.Address, server.Token, AnnuaireKey)).ToArray();
        try
        {
            // On a busy machine the runtime takes longer to compile what is used often: so many answers at least, or ten times the time.
            var (watch, first) = (Stopwatch.StartNew(), Answered);
            do Drive(connections, warmUp, 0, ask);
            while (Answered - first < warmAnswers && watch.Elapsed < 10 * warmUp);
            return Drive(connections, length, 1_000_000, ask);
        }
        finally
        {
            foreach (var connection in connections) connection.Dispose();
        }
    }

    /// <summary>Every request that was ever answered with success, warm-up included.</summary>
    public long Answered { get; private set; }

    Measured Drive(Connection[] connections, TimeSpan length, long firstTurn, Ask ask)
    {
        var all = new (List<double> Times, long Failures)[connections.Length];
        var before = meter.Read();
        var watch = Stopwatch.StartNew();
        var threads = connections.Select((connection, client) => new Thread(() => all[client] = OneClient(connection, client, watch, length, firstTurn, ask), 256 << 10)).ToArray();
        foreach (var thread in threads) thread.Start();
        foreach (var thread in threads) thread.Join();
        var seconds = watch.Elapsed.TotalSeconds;
        var cpu = meter.Read();
        var times = all.SelectMany(a => a.Times).Order().ToArray();
        Answered += times.Length;
        return new Measured(times.Length / seconds, At(times, 0.50), At(times, 0.95), At(times, 0.99), times.Length, all.Sum(a => a.Failures), cpu.Since(before, times.Length));
    }

    static (List<double> Times, long Failures) OneClient(Connection connection, int client, Stopwatch watch, TimeSpan length, long firstTurn, Ask ask)
    {
        var times = new List<double>(8192);
        long failures = 0;
        for (var turn = firstTurn; watch.Elapsed < length; turn++)
        {
            var start = Stopwatch.GetTimestamp();
            if (ask(connection, client, turn) is >= 200 and < 300) times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            else failures++;
        }
        return (times, failures);
    }

    public Connection NewConnection() => new(server.Address, server.Token);

    public (int Status, byte[] Body) Post(string path, byte[] body)
    {
        var status = own.Post(path, body);
        return (status, own.Body.ToArray());
    }

    static double At(double[] sorted, double quantile) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * quantile))];

    public void Dispose() => own.Dispose();
}
