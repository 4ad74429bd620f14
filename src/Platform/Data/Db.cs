namespace Socle.Platform;

/// <summary>The database: reads run at once, changes are handed to the one writer, which answers after the disk has them.</summary>
public sealed class Db : IAsyncDisposable
{
    readonly Engine engine;
    readonly Writer writer;

    Db(Engine engine, int writerQueue, Action<Exception> fatal, TimeProvider clock, Chance chance)
    {
        this.engine = engine;
        writer = new(engine, writerQueue, fatal);
        Changes = new(this, clock, chance);
    }

    /// <summary>What is kept in memory and was changed, here or by another process.</summary>
    public ChangeFeed Changes { get; }

    public Dialect Dialect => engine.Dialect;

    internal Engine Engine => engine;

    /// <summary>How many commits were made since the start; with the units, it tells how well they share.</summary>
    public long Commits => writer.Commits;

    public long Units => writer.Units;

    public Task<List<T>> Query<T>(Sql sql, Func<Row, T> read, CancellationToken stop) => engine.Query(sql, read, int.MaxValue, stop);

    /// <summary>The first row, or default when there is none (for a number, ask for <c>long?</c>).</summary>
    public async Task<T?> First<T>(Sql sql, Func<Row, T> read, CancellationToken stop)
    {
        var rows = await engine.Query(sql, read, 1, stop);
        return rows.Count == 0 ? default : rows[0];
    }

    /// <summary>Rows while they come, without a limit of time; holds a connection until the last one or until disposed.</summary>
    public IAsyncEnumerable<T> Stream<T>(Sql sql, Func<Row, T> read, CancellationToken stop) => engine.Stream(sql, read, stop);

    /// <summary>
    /// Returns once the unit is durable; throws its <see cref="Refusal"/> when it changed nothing. Given up by <paramref name="stop"/> only
    /// while it still waits in the queue; once begun, its outcome is told.
    /// </summary>
    public async Task Commit(Unit unit, CancellationToken stop)
    {
        await unit.Prepare(stop);
        await writer.Commit(unit, stop);
    }

    /// <summary>How the database would run this statement, one line each; with planner figures on PostgreSQL.</summary>
    public Task<List<string>> Explain(Sql sql, CancellationToken stop) =>
        Query(Dialect.Explain(sql), row => row.Text(Dialect is SqliteDialect ? 3 : 0), stop);

    public async ValueTask DisposeAsync()
    {
        await Changes.DisposeAsync();
        await writer.DisposeAsync();
        await engine.DisposeAsync();
    }

    internal static async Task<Db> Open(StorageSettings settings, DataFolder folder, TimeProvider clock, Chance chance, Action<Exception> fatal, CancellationToken stop)
    {
        Engine engine = settings.Connection is { Length: > 0 } connection
            ? await PostgresEngine.Open(connection, settings.Readers, settings.StatementBudget, chance, clock, stop)
            : new SqliteEngine(folder.NewFile("socle.db"), settings.Readers, settings.StatementBudget);
        return new(engine, settings.WriterQueue, fatal, clock, chance);
    }

    internal void Follow(Trail trail) => writer.Follow(trail);
}
