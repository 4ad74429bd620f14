using Socle.Platform;

namespace Socle.Support;

/// <summary>A whole storage of its own for one test, in a temporary folder, on either database.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    readonly string folder;
    readonly string? connection;
    readonly IReadOnlyList<Migration> migrations;
    readonly Func<StorageSettings, StorageSettings> adjust;

    TestDatabase(DatabaseKind kind, string folder, string? connection, IReadOnlyList<Migration> migrations, Func<StorageSettings, StorageSettings> adjust) =>
        (Kind, this.folder, this.connection, this.migrations, this.adjust) = (kind, folder, connection, migrations, adjust);

    public DatabaseKind Kind { get; }

    public TestClock Clock { get; } = new();

    public Chance Chance { get; } = new();

    public Storage Storage { get; private set; } = null!;

    public Db Db => Storage.Db;

    public Keys Keys => Storage.Keys;

    public AuditLog Audit => Storage.Audit;

    public Blobs Blobs => Storage.Blobs;

    /// <summary>What a failing disk would have ended the process with.</summary>
    public List<Exception> Fatal { get; } = [];

    public string Folder => folder;

    public static Task<TestDatabase> Open(DatabaseKind kind, params Migration[] migrations) => Open(kind, s => s, migrations);

    public static async Task<TestDatabase> Open(DatabaseKind kind, Func<StorageSettings, StorageSettings> adjust, params IEnumerable<Migration> migrations)
    {
        var folder = Directory.CreateTempSubdirectory("socle-test-").FullName;
        var connection = kind == DatabaseKind.Postgres ? await PostgresServer.NewDatabase() : null;
        var database = new TestDatabase(kind, folder, connection, [.. migrations], adjust);
        try
        {
            await database.Start();
        }
        catch
        {
            await database.Remove();
            throw;
        }
        return database;
    }

    /// <summary>Stops the storage and opens it again, as after a restart of the server; in between, <paramref name="meanwhile"/>.</summary>
    public async Task Restart(Func<Task>? meanwhile = null)
    {
        await Storage.DisposeAsync();
        if (meanwhile is not null) await meanwhile();
        await Start();
    }

    /// <summary>
    /// What a second process on this database works with: on PostgreSQL a storage of its own in a folder of its own, with the same keys. SQLite belongs to one
    /// process: a second host in it shares its storage. The caller disposes what is not <see cref="Storage"/>.
    /// </summary>
    public async Task<Storage> Beside()
    {
        if (connection is null) return Storage;
        var beside = Path.Combine(folder, "beside-" + Path.GetRandomFileName());
        Directory.CreateDirectory(beside);
        foreach (var key in Directory.GetFiles(folder, "*.key")) File.Copy(key, Path.Combine(beside, Path.GetFileName(key)));
        return await Open(beside);
    }

    /// <summary>Stops for good but leaves the files, for a test that looks at them.</summary>
    public ValueTask Stop() => Storage.DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await Storage.DisposeAsync();
        await Remove();
    }

    async Task Remove()
    {
        if (connection is not null) await PostgresServer.Drop(connection);
        Directory.Delete(folder, recursive: true);
    }

    async Task Start() => Storage = await Open(folder);

    async Task<Storage> Open(string at)
    {
        // One pool per test database: small, or many tests at once would use up the server's connections.
        var settings = adjust(new StorageSettings { Connection = connection, Readers = connection is null ? 16 : 8, StatementBudget = TimeSpan.FromSeconds(60) });
        return await Storage.Open(DataFolder.Open(at, demonstration: null), settings, migrations, Clock, Chance, fatal: Fatal.Add);
    }
}

/// <summary>The real clock, moved at will.</summary>
public sealed class TestClock : TimeProvider
{
    TimeSpan shift;
    DateTimeOffset? stopped;

    public override DateTimeOffset GetUtcNow() => stopped ?? base.GetUtcNow() + shift;

    public override TimeZoneInfo LocalTimeZone => TimeZoneInfo.Utc;

    /// <summary>It is this moment for ever: what is asked of it twice is answered alike.</summary>
    public void Stop() => stopped = GetUtcNow();

    public void Move(TimeSpan by) => shift += by;

    public void MoveTo(DateTimeOffset to) => shift = to - base.GetUtcNow();
}
