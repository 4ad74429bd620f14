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

    public static async Task<long> Size(string data, string? db)
    {
        if (db is null) return Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);
        await using var connection = new NpgsqlConnection(db + ";Pooling=false");
        await connection.OpenAsync();
        await using var size = new NpgsqlCommand("select pg_database_size(current_database())", connection);
        return (long)(await size.ExecuteScalarAsync())!;
    }
}
