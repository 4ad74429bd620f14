using System.Collections.Concurrent;
using Npgsql;

namespace Socle.Platform;

/// <summary>Statements as Npgsql takes them.</summary>
static class PostgresCommands
{
    const int MostTexts = 2_000;

    // Fails inside the database when nothing was touched, so that the whole transaction is given up before it commits.
    public static NpgsqlBatchCommand Touching(Sql sql) =>
        Of($"with touched as ({sql} returning 1) select 1 / count(*) from touched");

    public static NpgsqlBatchCommand Of(Sql sql)
    {
        var values = new List<SqlPart>();
        if (texts.TryGetValue(sql, out var text)) sql.Values(values);
        else
        {
            text = sql.Render(Shared, values);
            if (texts.Count >= MostTexts) texts.Clear();
            texts[sql.WithoutValues()] = text;
        }
        var command = new NpgsqlBatchCommand();
#pragma warning disable CA2100 // Sql has no values in its text
        command.CommandText = text;
#pragma warning restore CA2100
        foreach (var value in values) command.Parameters.Add(PostgresValues.Parameter(value));
        return command;
    }

    static readonly PostgresDialect Shared = new();

    // Written out once: the same object each time, so that Npgsql finds its prepared statement by reference.
    static readonly ConcurrentDictionary<Sql, string> texts = new(SameText.Comparer);
}
