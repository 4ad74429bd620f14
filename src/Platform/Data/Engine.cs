namespace Socle.Platform;

/// <summary>One kind of database under <see cref="Db"/>: how to read, and how to commit a batch of units.</summary>
abstract class Engine : IAsyncDisposable
{
    public abstract Dialect Dialect { get; }

    /// <summary>True where a commit blocks its thread: the writer loop then has a thread of its own.</summary>
    public abstract bool Blocks { get; }

    public abstract Task<List<T>> Query<T>(Sql sql, Func<Row, T> read, int limit, CancellationToken stop);

    public abstract IAsyncEnumerable<T> Stream<T>(Sql sql, Func<Row, T> read, CancellationToken stop);

    /// <summary>Commits them together; one that is refused gets its <see cref="Pending.Failure"/> and changes nothing of the others.</summary>
    public abstract ValueTask Commit(IReadOnlyList<Pending> batch, Trail? trail);

    /// <summary>Migrations, outside the writer loop, before anything else runs: a script and what records it, all or nothing.</summary>
    public abstract Task Migrate(string script, IReadOnlyList<Sql> records, CancellationToken stop);

    public abstract ValueTask DisposeAsync();
}
