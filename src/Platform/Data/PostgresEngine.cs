using System.Data.Common;
using System.Runtime.CompilerServices;
using Npgsql;

namespace Socle.Platform;

/// <summary>PostgreSQL: readers from a pool; one connection commits every unit that waits in one round trip, which is one transaction.</summary>
sealed class PostgresEngine : Engine
{
    // A page of twenty resources in one look at the socket.
    const int Attempts = 5, ReadBuffer = 64 * 1024;

    static readonly Version Oldest = new(15, 0);

    readonly NpgsqlDataSource source;
    readonly PostgresReads together;
    readonly Chance chance;
    readonly TimeProvider clock;
    NpgsqlConnection? writer;
    TrailStep? inDoubt;
    bool landed;

    PostgresEngine(NpgsqlDataSource source, Chance chance, TimeProvider clock) =>
        (this.source, together, this.chance, this.clock) = (source, new(source), chance, clock);

    public override Dialect Dialect { get; } = new PostgresDialect();

    public override bool Blocks => false;

    public static async Task<PostgresEngine> Open(string connection, int maxReaders, TimeSpan budget, Chance chance, TimeProvider clock, CancellationToken stop)
    {
        var settings = Parse(connection);
        settings.MaxPoolSize = maxReaders + 1 + PostgresReads.Lanes;
        settings.ReadBufferSize = ReadBuffer;
        settings.MaxAutoPrepare = 300;
        settings.AutoPrepareMinUsages = 2;
        settings.NoResetOnClose = true;
        settings.Enlist = false;
        settings.ApplicationName = "socle";
        settings.IncludeErrorDetail = false;
        settings.IncludeFailedBatchedCommand = true;
        // Every statement goes by an index and by keys: a plan made once serves, a table without statistics must not tempt the planner, and
        // helpers cost more than any of them: a range that looks large in four million rows was given two processes of its own for one row.
        settings.Options = $"{settings.Options} -c synchronous_commit=on -c statement_timeout={(long)budget.TotalMilliseconds} -c jit=off -c plan_cache_mode=force_generic_plan -c enable_hashjoin=off -c enable_mergejoin=off -c enable_seqscan=off -c max_parallel_workers_per_gather=0".Trim();
        var source = new NpgsqlDataSourceBuilder(settings.ToString()).Build();
        try
        {
            await using var probe = await source.OpenConnectionAsync(stop);
            if (probe.PostgreSqlVersion < Oldest) throw PlatformRefusals.DatabaseTooOld.With("PostgreSQL", probe.PostgreSqlVersion, Oldest);
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
        return new(source, chance, clock);
    }

    // The text holds a password: it is not repeated.
    static NpgsqlConnectionStringBuilder Parse(string connection)
    {
        try
        {
            return new(connection);
        }
        catch (Exception error) when (error is ArgumentException or FormatException)
        {
            throw new SettingsException("la chaîne de connexion PostgreSQL ne se lit pas ; elle a la forme « Host=…;Database=…;Username=… ».");
        }
    }

    public override async Task<List<T>> Query<T>(Sql sql, Func<Row, T> read, int limit, CancellationToken stop)
    {
        if (sql is { IsShort: true, Session: null })
        {
            var waiting = new WaitingRead<T>(sql, read, limit);
            var whole = await together.Run(waiting).WaitAsync(stop);
            stop.ThrowIfCancellationRequested();   // also where the answer was as quick
            if (whole) return waiting.Rows;
        }
        try
        {
            await using var connection = await source.OpenConnectionAsync(stop);
            await using var reader = await Read(connection, sql, stop);
            var (row, rows) = (new Row(reader), new List<T>());
            while (rows.Count < limit && await reader.ReadAsync(stop)) rows.Add(read(row));
            return rows;
        }
        catch (PostgresException error) when (error.SqlState == PostgresErrorCodes.QueryCanceled)
        {
            stop.ThrowIfCancellationRequested();
            throw PlatformRefusals.StatementTooLong.With();
        }
        catch (NpgsqlException error) when (new PostgresFault(error, null).IsLost)
        {
            throw PlatformRefusals.DatabaseUnavailable.With();
        }
    }

    public override async IAsyncEnumerable<T> Stream<T>(Sql sql, Func<Row, T> read, [EnumeratorCancellation] CancellationToken stop)
    {
        await using var connection = await source.OpenConnectionAsync(stop);
        await using var unbounded = await connection.BeginTransactionAsync(stop);
        await using (var budget = new NpgsqlCommand("set local statement_timeout = 0", connection)) await budget.ExecuteNonQueryAsync(stop);
        await using var reader = await Read(connection, sql, stop);
        var row = new Row(reader);
        while (await reader.ReadAsync(stop)) yield return read(row);
    }

    public override async ValueTask Commit(IReadOnlyList<Pending> batch, Trail? trail)
    {
        if (await Try(batch, trail) is not { } fault) return;
        if (fault.IsLost) await Lost(batch, trail);
        else if (batch.Count == 1 && !fault.IsRetried) batch[0].Failure = fault.ForCaller();
        else
            foreach (var pending in batch) await Alone(pending, trail);
    }

    public override async Task Migrate(string script, IReadOnlyList<Sql> records, CancellationToken stop)
    {
        await using var connection = await source.OpenConnectionAsync(stop);
        await using var transaction = await connection.BeginTransactionAsync(stop);
#pragma warning disable CA2100 // embedded migrations only
        await using (var command = new NpgsqlCommand("set local statement_timeout = 0;\n" + script, connection) { CommandTimeout = 0 })
#pragma warning restore CA2100
            await command.ExecuteNonQueryAsync(stop);
        await using var batch = new NpgsqlBatch(connection);
        foreach (var record in records) batch.BatchCommands.Add(PostgresCommands.Of(record));
        if (records.Count > 0) await batch.ExecuteNonQueryAsync(stop);
        await transaction.CommitAsync(stop);
    }

    public override async ValueTask DisposeAsync()
    {
        await together.DisposeAsync();
        if (writer is not null) await writer.DisposeAsync();
        await source.DisposeAsync();
    }

    async Task Alone(Pending pending, Trail? trail)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await Try([pending], trail) is not { } fault) return;
            if (fault.IsLost)
            {
                await Lost([pending], trail);
                return;
            }
            if (!fault.IsRetried || attempt == Attempts)
            {
                pending.Failure = fault.ForCaller();
                return;
            }
            // Jitter: two that met once do not meet again at the same instant.
            await Task.Delay(TimeSpan.FromMilliseconds(5 * attempt + chance.NextLong() % (20 * attempt)), clock, CancellationToken.None);
        }
    }

    // All statements go in one message with one Sync at its end: PostgreSQL runs them as one transaction, in one round trip.
    async Task<PostgresFault?> Try(IReadOnlyList<Pending> batch, Trail? trail)
    {
        var commands = new Dictionary<DbBatchCommand, UnitCommand>();
        NpgsqlBatchCommand? guard = null;
        TrailStep? step = null;
        try
        {
            await Connect(trail);
            await using var message = new NpgsqlBatch(writer) { Timeout = 60 };
            AddRows(batch, message, commands);
            foreach (var command in batch.SelectMany(p => p.Unit.Commands))
            {
                message.BatchCommands.Add(command.Rule == UnitRule.Touches ? PostgresCommands.Touching(command.Sql) : PostgresCommands.Of(command.Sql));
                commands[message.BatchCommands[^1]] = command;
            }
            step = trail?.Next(batch);
            if (step is not null)
            {
                foreach (var command in Dialect.Insert(step.Table, step.Rows)) message.BatchCommands.Add(PostgresCommands.Of(command));
                message.BatchCommands.Add(guard = PostgresCommands.Touching(step.Guard));
            }
            if (message.BatchCommands.Count > 0) await message.ExecuteNonQueryAsync();
            if (step is not null) trail!.Committed(step);
            return null;
        }
        catch (PostgresException error)
        {
            var fault = new PostgresFault(error, error.BatchCommand is { } failed && commands.TryGetValue(failed, out var guilty) ? guilty : null);
            // A broken disk, or somebody else's hand on this audit log: the process ends.
            if (fault.IsBroken || (guard is not null && error.BatchCommand == guard)) throw;
            if (fault.IsLost) inDoubt = step;
            return fault;
        }
        catch (Exception error) when (error is NpgsqlException or IOException or TimeoutException)
        {
            inDoubt = step;
            return new(error, null);
        }
        catch (Exception error) when (error is InvalidCastException or ArgumentException or OverflowException or InvalidOperationException)
        {
            return new(error, null);
        }
    }

    // The rows of all units, table by table: one statement each.
    void AddRows(IReadOnlyList<Pending> batch, NpgsqlBatch message, Dictionary<DbBatchCommand, UnitCommand> commands)
    {
        Dictionary<Table, (List<object?[]> Rows, Func<Refusal>? OnDuplicate)>? byTable = null;
        foreach (var pending in batch)
        {
            foreach (var row in pending.Unit.Rows)
            {
                byTable ??= [];
                if (byTable.TryGetValue(row.Table, out var same)) same.Rows.Add(row.Values);
                else byTable[row.Table] = ([row.Values], row.OnDuplicate);
            }
        }
        if (byTable is null) return;
        foreach (var (table, (rows, onDuplicate)) in byTable)
        {
            foreach (var insert in Dialect.Insert(table, rows))
            {
                message.BatchCommands.Add(PostgresCommands.Of(insert));
                commands[message.BatchCommands[^1]] = new(insert, onDuplicate is null ? UnitRule.Plain : UnitRule.Unique, onDuplicate);
            }
        }
    }

    // The connection broke before the answer came. The log's position tells whether the batch landed; where nobody can tell, it is refused
    // and not tried again, for it may be there.
    async Task Lost(IReadOnlyList<Pending> batch, Trail? trail)
    {
        var sent = inDoubt;
        try
        {
            await DropWriter();
            await Connect(trail);
            if (sent is not null && landed) return;
        }
        catch (Exception error) when (error is NpgsqlException or IOException or TimeoutException)
        {
            inDoubt = sent;
        }
        foreach (var pending in batch) pending.Failure = PlatformRefusals.DatabaseUnavailable.With();
    }

    async Task Connect(Trail? trail)
    {
        if (writer is { State: System.Data.ConnectionState.Open }) return;
        await DropWriter();
        var fresh = await source.OpenConnectionAsync();
        if (inDoubt is { } doubtful && trail is not null)
        {
            await using var reader = await Read(fresh, trail.Position, CancellationToken.None);
            landed = await reader.ReadAsync() && reader.GetInt64(0) >= doubtful.Last;
            if (landed) trail.Committed(doubtful);
        }
        inDoubt = null;
        writer = fresh;
    }

    async Task DropWriter()
    {
        if (writer is null) return;
        await writer.DisposeAsync();
        writer = null;
    }

    static async Task<NpgsqlDataReader> Read(NpgsqlConnection connection, Sql sql, CancellationToken stop)
    {
        var batch = new NpgsqlBatch(connection);
        if (sql.Session is { } session) batch.BatchCommands.Add(PostgresCommands.Of($"select set_config({session.Name}, {session.Value}, true)"));
        batch.BatchCommands.Add(PostgresCommands.Of(sql));
        var reader = await batch.ExecuteReaderAsync(stop);
        if (sql.Session is not null) await reader.NextResultAsync(stop);
        return reader;
    }
}
