using System.Diagnostics;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Socle.Bench;

/// <summary>
/// What the machine gives to a bare client that does the same durable work, and nothing else: a head row and an audit row
/// per create, a row by key (or a range of twenty) and an audit row per read, grouped as the server groups them; a directory entry
/// without its audit row. No parsing, no HTTP, no rule.
/// </summary>
static class RawLimit
{
    static long nextRead = 1_000_000_000_000;

    static readonly byte[] Body = RandomBytes(600);
    static readonly byte[] Audit = RandomBytes(220);

    public static async Task<RawRates> OfPostgres(Postgres postgres, TimeSpan length)
    {
        var raw = await postgres.NewDatabase("raw");
        var creates = await PostgresCreates(raw, 12, length);
        var transactions = await PostgresCreates(await postgres.NewDatabase("raw100"), 100, length) / 100;
        return new(creates, transactions, await PostgresReads(raw, 8, 1, true, length), await PostgresReads(raw, 32, 1, true, length),
            await PostgresReads(raw, 8, 1, false, length), await PostgresReads(raw, 8, 20, true, length));
    }

    public static async Task<RawRates> OfSqlite(TimeSpan length)
    {
        var folder = Directory.CreateTempSubdirectory("socle-bench-raw-").FullName;
        var file = Path.Combine(folder, "raw.db");
        var creates = await SqliteCreates(file, 12, length);
        var transactions = await SqliteCreates(Path.Combine(folder, "raw100.db"), 100, length) / 100;
        var rates = new RawRates(creates, transactions, await SqliteReads(file, 12, 1, true, length), await SqliteReads(file, 48, 1, true, length),
            await SqliteReads(file, 12, 1, false, length), await SqliteReads(file, 12, 20, true, length));
        Directory.Delete(folder, recursive: true);
        return rates;
    }

    static byte[] RandomBytes(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        return bytes;
    }

    static async Task<double> PostgresCreates(string db, int rowsPerCommit, TimeSpan length)
    {
        await using var connection = await Open(db);
        return await Rate(length, rowsPerCommit, async turn =>
        {
            await using var batch = new NpgsqlBatch(connection);
            for (var i = 0; i < rowsPerCommit; i++)
            {
                var number = turn * rowsPerCommit + i;
                Add(batch, "insert into raw_head values ($1, $2, $3, $4, $5)", number % 1000, number, number & 0xFF, number * 7, Body);
                Add(batch, "insert into raw_audit values ($1, $2)", number, Audit);
            }
            await batch.ExecuteNonQueryAsync();
        });
    }

    /// <summary>Two connections: so many reads in one round trip, then their audit rows in one commit.</summary>
    /// <param name="rows">1: by key; more: a range of one patient's rows.</param>
    static async Task<double> PostgresReads(string db, int together, int rows, bool audited, TimeSpan length)
    {
        var lanes = Enumerable.Range(0, 2).Select(async lane =>
        {
            await using var connection = await Open(db);
            return await Rate(length, together, async turn =>
            {
                await using var reads = new NpgsqlBatch(connection);
                for (var i = 0; i < together; i++)
                {
                    var number = (turn * together + i) * 31 % 20_000;
                    Add(reads, "select body from raw_head where patient = $1 and number between $2 and $3", number % 1000, number, number + 1000 * (rows - 1));
                }
                await using (var found = await reads.ExecuteReaderAsync())
                {
                    do
                    {
                        while (await found.ReadAsync()) _ = found.GetFieldValue<byte[]>(0);
                    }
                    while (await found.NextResultAsync());
                }
                if (!audited) return;
                await using var entries = new NpgsqlBatch(connection);
                for (var i = 0; i < together; i++) Add(entries, "insert into raw_audit values ($1, $2)", Interlocked.Increment(ref nextRead), Audit);
                await entries.ExecuteNonQueryAsync();
            });
        });
        return (await Task.WhenAll(lanes)).Sum();
    }

    static async Task<NpgsqlConnection> Open(string db)
    {
        var connection = new NpgsqlConnection(db + ";Max Auto Prepare=20;Auto Prepare Min Usages=1");
        await connection.OpenAsync();
        await using var create = new NpgsqlCommand("""
            create table if not exists raw_head (patient bigint, number bigint, type bigint, code bigint, body bytea, primary key (patient, number));
            create table if not exists raw_audit (id bigint primary key, body bytea);
            """, connection);
        try { await create.ExecuteNonQueryAsync(); }
        catch (PostgresException e) when (e.SqlState is "23505" or "42P07") { }   // another connection was first
        return connection;
    }

    static void Add(NpgsqlBatch batch, string sql, params object[] values)
    {
        var command = new NpgsqlBatchCommand(sql);
        foreach (var value in values) command.Parameters.Add(new NpgsqlParameter { Value = value });
        batch.BatchCommands.Add(command);
    }

    static async Task<double> SqliteCreates(string file, int rowsPerCommit, TimeSpan length)
    {
        await using var connection = OpenSqlite(file);
        using var head = Prepared(connection, "insert into raw_head values ($1, $2, $3, $4, $5)", 5);
        using var audit = Prepared(connection, "insert into raw_audit values ($1, $2)", 2);
        return await Rate(length, rowsPerCommit, turn =>
        {
            using var transaction = connection.BeginTransaction();
            for (var i = 0; i < rowsPerCommit; i++)
            {
                var number = turn * rowsPerCommit + i;
                Execute(head, transaction, number % 1000, number, number & 0xFF, number * 7, Body);
                Execute(audit, transaction, number, Audit);
            }
            transaction.Commit();
            return Task.CompletedTask;
        });
    }

    static async Task<double> SqliteReads(string file, int together, int rows, bool audited, TimeSpan length)
    {
        await using var connection = OpenSqlite(file);
        using var select = Prepared(connection, "select body from raw_head where patient = $1 and number between $2 and $3", 3);
        using var audit = Prepared(connection, "insert into raw_audit values ($1, $2)", 2);
        return await Rate(length, together, turn =>
        {
            using var transaction = connection.BeginTransaction();
            select.Transaction = transaction;
            for (var i = 0; i < together; i++)
            {
                var number = (turn * together + i) % 10_000;
                (select.Parameters[0].Value, select.Parameters[1].Value, select.Parameters[2].Value) = (number % 1000, number, number + 1000 * (rows - 1));
                using (var found = select.ExecuteReader())
                    while (found.Read()) _ = found.GetFieldValue<byte[]>(0);
                if (audited) Execute(audit, transaction, Interlocked.Increment(ref nextRead), Audit);
            }
            transaction.Commit();
            return Task.CompletedTask;
        });
    }

    static SqliteConnection OpenSqlite(string file)
    {
        var connection = new SqliteConnection($"Data Source={file};Pooling=False");
        connection.Open();
        using var setup = connection.CreateCommand();
        setup.CommandText = """
            pragma journal_mode=wal; pragma synchronous=full; pragma wal_autocheckpoint=0;
            create table if not exists raw_head (patient integer, number integer, type integer, code integer, body blob, primary key (patient, number));
            create table if not exists raw_audit (id integer primary key, body blob);
            """;
        setup.ExecuteNonQuery();
        return connection;
    }

    static SqliteCommand Prepared(SqliteConnection connection, string sql, int parameters)
    {
        var command = connection.CreateCommand();
#pragma warning disable CA2100 // the text is one of the constants above
        command.CommandText = sql;
#pragma warning restore CA2100
        for (var i = 1; i <= parameters; i++) command.Parameters.Add(new SqliteParameter($"${i}", null));
        return command;
    }

    static void Execute(SqliteCommand command, SqliteTransaction transaction, params object[] values)
    {
        command.Transaction = transaction;
        for (var i = 0; i < values.Length; i++) command.Parameters[i].Value = values[i];
        command.ExecuteNonQuery();
    }

    static async Task<double> Rate(TimeSpan length, int each, Func<long, Task> work)
    {
        for (long turn = 0; turn < 20; turn++) await work(turn + 50_000_000);
        var watch = Stopwatch.StartNew();
        long turns = 0;
        while (watch.Elapsed < length) await work(turns++);
        return turns * each / watch.Elapsed.TotalSeconds;
    }
}
