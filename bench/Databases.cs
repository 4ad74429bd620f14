using Microsoft.Data.Sqlite;
using Npgsql;

namespace Socle.Bench;

/// <summary>What is looked at behind the server's back, in its database.</summary>
static class Databases
{
    const string Sum = "select coalesce(sum(seq), 0) from platform_audit_log";

    /// <summary>How many entries the audit log says it has.</summary>
    public static async Task<long> AuditEntries(string data, string? db)
    {
        if (db is null)
        {
            await using var file = new SqliteConnection($"Data Source={Path.Combine(data, "socle.db")};Mode=ReadOnly;Pooling=False");
            await file.OpenAsync();
            await using var command = file.CreateCommand();
            command.CommandText = Sum;
            return (long)(await command.ExecuteScalarAsync())!;
        }
        await using var connection = new NpgsqlConnection(db + ";Pooling=false");
        await connection.OpenAsync();
        await using var query = new NpgsqlCommand(Sum, connection);
        return (long)(decimal)(await query.ExecuteScalarAsync())!;
    }

    /// <summary>A fast answer without its trace is no answer: the audit log must have grown by exactly what was answered.</summary>
    public static async Task MustHaveEntries(Work work, string data, string? db, long expected)
    {
        var found = await AuditEntries(data, db);
        if (found != expected)
            throw new InvalidOperationException($"« {work.Name} » left {found} audit entries where its answers make {expected}: the run is worth nothing.");
    }

    /// <summary>After a load: what PostgreSQL's own daemons would do in the next minutes, and a moment for the server's queues.</summary>
    public static async Task Settle(string? db)
    {
        await Task.Delay(TimeSpan.FromSeconds(3));
        if (db is null) return;
        await using var connection = new NpgsqlConnection(db + ";Pooling=false;Command Timeout=0");
        await connection.OpenAsync();
        await using (var vacuum = new NpgsqlCommand("vacuum (analyze)", connection)) await vacuum.ExecuteNonQueryAsync();
        await using (var checkpoint = new NpgsqlCommand("checkpoint", connection)) await checkpoint.ExecuteNonQueryAsync();
    }

    public static async Task<long> Size(string data, string? db)
    {
        if (db is null) return Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);
        await using var connection = new NpgsqlConnection(db + ";Pooling=false");
        await connection.OpenAsync();
        await using var size = new NpgsqlCommand("select pg_database_size(current_database())", connection);
        return (long)(await size.ExecuteScalarAsync())!;
    }
}
