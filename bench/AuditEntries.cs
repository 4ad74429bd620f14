using Microsoft.Data.Sqlite;
using Npgsql;

namespace Socle.Bench;

/// <summary>A fast answer without its trace is no answer: after each work the audit log must have grown by exactly what was answered.</summary>
static class AuditEntries
{
    const string Sum = "select coalesce(sum(seq), 0) from platform_audit_log";

    public static async Task<long> Count(string data, string? db)
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

    public static async Task MustBe(Work work, string data, string? db, long expected)
    {
        var found = await Count(data, db);
        if (found != expected)
            throw new InvalidOperationException($"« {work.Name} » left {found} audit entries where its answers make {expected}: the run is worth nothing.");
    }
}
