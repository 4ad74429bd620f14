using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Socle.Platform;

/// <summary>Everything that keeps data, opened together and closed in the right order.</summary>
public sealed class Storage : IAsyncDisposable
{
    int closed;

    Storage(DataFolder folder, Db db, Keys keys, AuditLog audit, Blobs blobs, Outbox outbox, Jobs jobs) =>
        (Folder, Db, Keys, Audit, Blobs, Outbox, Jobs) = (folder, db, keys, audit, blobs, outbox, jobs);

    public DataFolder Folder { get; }

    public Db Db { get; }

    public Keys Keys { get; }

    public AuditLog Audit { get; }

    public Blobs Blobs { get; }

    public Outbox Outbox { get; }

    public Jobs Jobs { get; }

    /// <summary>The platform's own tables; the modules' come after them.</summary>
    public static IReadOnlyList<Migration> OwnMigrations => Migration.Of("platform", typeof(Storage).Assembly);

    /// <summary>
    /// Opens the folder's database, brings its tables up to date, and makes sure that what was erased stays erased. The folder is
    /// disposed with the storage, or when it cannot be opened.
    /// </summary>
    /// <param name="fatal">What to do when the disk fails under a commit: end the process. Null does that.</param>
    public static async Task<Storage> Open(
        DataFolder folder, StorageSettings settings, IEnumerable<Migration> migrations, TimeProvider clock, Chance chance,
        ILoggerFactory? logs = null, Action<Exception>? fatal = null, CancellationToken stop = default)
    {
        logs ??= NullLoggerFactory.Instance;
        Db? db = null;
        try
        {
            db = await Db.Open(settings, folder, clock, chance, fatal ?? EndProcess, stop);
            await Migrator.Run(db, [.. OwnMigrations, .. migrations], clock, stop);
            await db.Changes.LookNow(stop);   // whatever is read from here on is no older than this
            var keys = new Keys(db, folder, settings.CachedKeys, clock, chance);
            await keys.Start(stop);
            var audit = new AuditLog(db, keys, folder, settings.AuditHeadsCopy, clock, chance);
            await audit.Start(stop);
            var blobs = new Blobs(db, keys, clock, chance);
            var jobs = new Jobs(db, clock, logs.CreateLogger<Jobs>());
            jobs.Every(TimeSpan.FromMinutes(10), "orphan-blobs", blobs.CollectOrphans);
            return new(folder, db, keys, audit, blobs, new(db, clock, chance, logs.CreateLogger<Outbox>()), jobs);
        }
        catch
        {
            if (db is not null) await db.DisposeAsync();
            folder.Dispose();
            throw;
        }
    }

    /// <summary>Each part under its own type.</summary>
    public void AddTo(IServiceCollection services) =>
        services.AddSingleton(this).AddSingleton(Folder).AddSingleton(Db).AddSingleton(Db.Dialect).AddSingleton(Keys)
            .AddSingleton(Audit).AddSingleton(Blobs).AddSingleton(Outbox).AddSingleton(Jobs);

    /// <summary>No new work, then the last signed head, then whatever still waits for the writer, then the files.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref closed, 1) == 1) return;
        await Jobs.DisposeAsync();
        await Outbox.DisposeAsync();
        await Audit.DisposeAsync();
        await Db.DisposeAsync();
        Audit.CloseJournal();
        Keys.Dispose();
        Folder.Dispose();
    }

    static void EndProcess(Exception error) =>
        Environment.FailFast("The disk failed under a commit; what it holds is unknown until the database is opened again.", error);
}
