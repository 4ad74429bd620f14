using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Socle.Platform;

/// <summary>
/// SQLite in WAL mode: one connection writes and checkpoints, under the writer loop; the others only read. A commit makes a reader forget every page
/// it knows, and each read leaves an audit entry: so short reads, which never read those, go on looking at one state until something else was
/// written, or the log is to be carried home.
/// </summary>
sealed class SqliteEngine : Engine
{
    // A checkpoint after so many pages; past the second limit readers are waited for, so that the log starts again from its beginning.
    const int CheckpointPages = 4_000, RestartPages = 16_000;

    static readonly Version Oldest = new(3, 44, 0);

    readonly string file;
    readonly TimeSpan budget;
    readonly SqliteLink writer;
    readonly ConcurrentStack<SqliteLink> readers = new();
    readonly SemaphoreSlim places;
    readonly List<Pending> accepted = [];
    readonly int maxReaders;
    int pagesWritten;

    // While the log is on its way home nobody goes on looking at one state: that would keep the log from starting again.
    volatile bool homeward, closed;

    // Counts what was written beside audit entries. Raised after the commit and before its answer: who was answered sees what was written.
    long state;

    public SqliteEngine(string file, int maxReaders, TimeSpan budget)
    {
        (this.file, this.maxReaders, this.budget) = (file, maxReaders, budget);
        Batteries_V2.Init();
        // Nobody asks how much memory the library holds, and counting it takes one lock for all connections. Refused once it is in use: as good.
        raw.sqlite3_config(raw.SQLITE_CONFIG_MEMSTATUS, 0);
        var version = Version.Parse(raw.sqlite3_libversion().utf8_to_string());
        if (version < Oldest) throw PlatformRefusals.DatabaseTooOld.With("SQLite", version, Oldest);
        places = new(maxReaders);
        writer = new(file, readOnly: false, Dialect);
    }

    public override Dialect Dialect { get; } = new SqliteDialect();

    public override bool Blocks => true;

    public override async Task<List<T>> Query<T>(Sql sql, Func<Row, T> read, int limit, CancellationToken stop)
    {
        await places.WaitAsync(stop);
        var link = Rent();
        try
        {
            link.Begin(Environment.TickCount64 + (long)budget.TotalMilliseconds, stop);
            // In this order: whoever meets the new state knows that the log is on its way.
            var now = Volatile.Read(ref state);
            if (sql.IsShort && !homeward) link.Show(now);
            else link.LetGo();
            var rows = new List<T>();
            link.Read(sql, row =>
            {
                rows.Add(read(row));
                return rows.Count < limit;
            });
            return rows;
        }
        catch (SqliteException error) when (error.SqliteErrorCode == raw.SQLITE_INTERRUPT)
        {
            stop.ThrowIfCancellationRequested();
            throw PlatformRefusals.StatementTooLong.With();
        }
        finally
        {
            Return(link);
        }
    }

    public override async IAsyncEnumerable<T> Stream<T>(Sql sql, Func<Row, T> read, [EnumeratorCancellation] CancellationToken stop)
    {
        await places.WaitAsync(stop);
        var link = Rent();
        try
        {
            link.Begin(long.MaxValue, stop);
            link.LetGo();
            foreach (var row in link.Rows(sql))
            {
                stop.ThrowIfCancellationRequested();
                yield return read(row);
            }
        }
        finally
        {
            Return(link);
        }
    }

    public override ValueTask Commit(IReadOnlyList<Pending> batch, Trail? trail)
    {
        if (!Together(batch, trail, savepoints: false) && !Together(batch, trail, savepoints: true))
            foreach (var pending in batch.Where(p => p.Failure is null)) Alone(pending, trail);
        if (batch.Any(p => !p.Unit.OnlyTraces)) Interlocked.Increment(ref state);
        if (batch.Any(p => p.Unit.ScrubLog)) Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);
        else BoundLog();
        return ValueTask.CompletedTask;
    }

    public override Task Migrate(string script, IReadOnlyList<Sql> records, CancellationToken stop)
    {
        writer.Script("begin immediate");
        try
        {
            writer.Script(script);
            foreach (var record in records) writer.Execute(record);
            writer.Script("commit");
            Interlocked.Increment(ref state);
        }
        catch
        {
            if (writer.InTransaction) writer.Script("rollback");
            throw;
        }
        return Task.CompletedTask;
    }

    public override ValueTask DisposeAsync()
    {
        closed = true;
        while (readers.TryPop(out var reader)) reader.Dispose();
        Checkpoint(raw.SQLITE_CHECKPOINT_TRUNCATE);
        writer.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>One statement on the writer's own connection, for a test that narrows the database.</summary>
    internal void OnWriter(string pragma) => writer.Script(pragma);

    // A savepoint keeps a copy of each page that its unit touches, so the first try goes without: nearly always no unit is refused.
    // False: nothing was kept because the whole batch had to be given up, and it is to be tried with savepoints, or each unit alone.
    bool Together(IReadOnlyList<Pending> batch, Trail? trail, bool savepoints)
    {
        try
        {
            writer.Execute($"begin immediate");
            accepted.Clear();
            foreach (var pending in batch)
            {
                if (Run(pending, savepoints)) accepted.Add(pending);
                else if (!savepoints) return GiveUp(batch);
            }
            var step = Follow(trail);
            writer.Execute($"commit");
            if (step is not null) trail!.Committed(step);
            return true;
        }
        catch (SqliteException error) when (!IsFatal(error))
        {
            if (writer.InTransaction) writer.Execute($"rollback");
            foreach (var pending in batch) pending.Failure = null;
            if (batch.Count > 1) return false;
            batch[0].Failure = IsPassing(error) ? RefusalOf(error) : error;
            return true;
        }
    }

    // True when there was one unit only: its refusal stands.
    bool GiveUp(IReadOnlyList<Pending> batch)
    {
        writer.Execute($"rollback");
        if (batch.Count == 1) return true;
        foreach (var pending in batch) pending.Failure = null;
        return false;
    }

    void Alone(Pending pending, Trail? trail) => Together([pending], trail, savepoints: false);

    TrailStep? Follow(Trail? trail)
    {
        if (trail?.Next(accepted) is not { } step) return null;
        foreach (var row in step.Rows) writer.Insert(step.Table, row);
        if (writer.Execute(step.Guard) == 0) throw new InvalidOperationException("Another process writes this audit log.");
        return step;
    }

    // Under its own savepoint what a unit did is undone when it is refused, and its neighbours go on.
    bool Run(Pending pending, bool savepoint)
    {
        if (pending.Unit.OnlyTraces) return true;
        if (savepoint) writer.Execute($"savepoint unit");
        pending.Failure = Fault(pending.Unit);
        if (savepoint && pending.Failure is not null) writer.Execute($"rollback to unit");
        if (savepoint) writer.Execute($"release unit");
        return pending.Failure is null;
    }

    Exception? Fault(Unit unit)
    {
        Func<Refusal>? onDuplicate = null;
        try
        {
            foreach (var row in unit.Rows)
            {
                onDuplicate = row.OnDuplicate;
                writer.Insert(row.Table, row.Values);
            }
            foreach (var command in unit.Commands)
            {
                onDuplicate = command.Rule == UnitRule.Unique ? command.Otherwise : null;
                var touched = writer.Execute(command.Sql);
                if (command.Rule == UnitRule.Touches && touched == 0) return command.Otherwise!();
            }
            return null;
        }
        catch (SqliteException error) when (!IsPassing(error) && !IsFatal(error))
        {
            return onDuplicate is not null && IsDuplicate(error) ? onDuplicate() : error;
        }
        catch (Exception error) when (error is not SqliteException)
        {
            return error;
        }
    }

    // PASSIVE never waits for readers, so the log could grow for as long as one reads: past the second limit the writer waits a moment.
    void BoundLog()
    {
        raw.sqlite3_db_status(writer.Handle, raw.SQLITE_DBSTATUS_CACHE_WRITE, out var pages, out _, 1);
        pagesWritten += pages;
        if (pagesWritten < CheckpointPages)
        {
            homeward = false;
            return;
        }
        if (!homeward)
        {
            // With the next commit: until then whoever reads just now is done.
            Clear();
            return;
        }
        var inLog = Checkpoint(raw.SQLITE_CHECKPOINT_PASSIVE);
        if (inLog < RestartPages) return;
        raw.sqlite3_busy_timeout(writer.Handle, 100);
        Checkpoint(raw.SQLITE_CHECKPOINT_RESTART);
        raw.sqlite3_busy_timeout(writer.Handle, 5_000);
    }

    int Checkpoint(int mode)
    {
        pagesWritten = 0;
        Clear();
        var code = raw.sqlite3_wal_checkpoint_v2(writer.Handle, null!, mode, out var inLog, out _);
        // A full disk or a reader in the way: the log stays, and the next commit tries again.
        if ((code & 0xff) == raw.SQLITE_IOERR) throw new SqliteException("checkpoint", raw.SQLITE_IOERR, code);
        return inLog;
    }

    // Nobody who only rests is in the log's way; who reads just now lets go when it is done.
    void Clear()
    {
        homeward = true;
        Interlocked.Increment(ref state);
        LetGo();
    }

    SqliteLink Rent() => readers.TryPop(out var link) ? link : new(file, readOnly: true, Dialect);

    void Return(SqliteLink link)
    {
        if (link.Shown != Volatile.Read(ref state)) link.LetGo();
        var shown = link.Shown;
        if (closed || readers.Count >= maxReaders) link.Dispose();
        else readers.Push(link);
        places.Release();
        // The state went on between the look and the return: whoever raised it may not have met this reader.
        if (shown is not null && shown != Volatile.Read(ref state)) LetGo();
    }

    void LetGo()
    {
        var resting = new List<SqliteLink>();
        while (readers.TryPop(out var link)) resting.Add(link);
        foreach (var link in resting)
        {
            link.LetGo();
            if (closed) link.Dispose();
            else readers.Push(link);
        }
    }

    static Refusal RefusalOf(SqliteException error) =>
        error.SqliteErrorCode is raw.SQLITE_FULL or raw.SQLITE_IOERR ? PlatformRefusals.DiskFull.With() : PlatformRefusals.DatabaseUnavailable.With();

    // These say nothing about the unit, so each unit is tried once more alone. No room for the shared memory file is a full disk too.
    static bool IsPassing(SqliteException error) =>
        error.SqliteErrorCode is raw.SQLITE_FULL or raw.SQLITE_NOMEM or raw.SQLITE_INTERRUPT or raw.SQLITE_BUSY or raw.SQLITE_LOCKED
        || error.SqliteExtendedErrorCode == raw.SQLITE_IOERR_SHMSIZE;

    // After a failed fsync nobody knows what the disk holds: it is never tried again, the process ends.
    static bool IsFatal(SqliteException error) =>
        error.SqliteErrorCode is raw.SQLITE_IOERR or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB or raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY;

    static bool IsDuplicate(SqliteException error) =>
        error.SqliteExtendedErrorCode is raw.SQLITE_CONSTRAINT_UNIQUE or raw.SQLITE_CONSTRAINT_PRIMARYKEY or raw.SQLITE_CONSTRAINT_ROWID;
}
