using System.Text;

namespace Socle.Platform;

/// <summary>All that differs between the databases, by name. Everything else is one text.</summary>
public abstract class Dialect
{
    public abstract string Name { get; }

    /// <summary>
    /// A migration's text with its tokens replaced: {long} {text} {bytes} {bool} {strict}; a line that begins with {postgres} or {sqlite}
    /// is kept for that database only. {text} is ordered by bytes in both.
    /// </summary>
    public abstract string Migration(string text);

    /// <summary>Ends a <c>select</c> that takes rows to work on: rows taken by another transaction are passed over.</summary>
    public abstract Sql SkipLocked { get; }

    /// <summary>True where the packed 8-byte hashes of a bytes column hold this one. May be true by chance across two neighbours: check the body.</summary>
    public abstract Sql ContainsHash(Sql column, long hash);

    /// <summary>Rows of one table in as few statements as the database likes best.</summary>
    public abstract IEnumerable<Sql> Insert(Table table, IReadOnlyList<object?[]> rows);

    /// <summary>A setting for the rest of the transaction, which row security reads; null where there is no row security.</summary>
    public abstract Sql? SetLocal(string name, string value);

    /// <summary>The statement that shows how a statement would run.</summary>
    public abstract Sql Explain(Sql sql);

    /// <summary>The bytes of the database, for the page that tells the operator.</summary>
    public abstract Sql SizeInBytes { get; }

    /// <summary>Several processes may write at once.</summary>
    public abstract bool IsShared { get; }

    /// <summary>How long the oldest transaction that has written something is under way, in microseconds; 0 without one.</summary>
    public abstract Sql OldestWrite { get; }

    internal abstract void WriteList(StringBuilder text, int number);

    internal static byte[] HashBytes(long hash)
    {
        var bytes = new byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(bytes, hash);
        return bytes;
    }

    /// <summary>One row as plain values.</summary>
    protected static Sql Values(Table table, object?[] row)
    {
        var insert = Sql.Trusted(table.Head);
        for (var i = 0; i < row.Length; i++)
        {
            insert.AppendLiteral(i == 0 ? "values (" : ", ");
            Append(insert, row[i], table.Columns[i].Kind);
        }
        return insert.Add(Sql.Trusted(table.Tail));
    }

    static void Append(Sql insert, object? value, ColumnKind kind)
    {
        switch (kind)
        {
            case ColumnKind.Long: insert.AppendFormatted((long?)value); break;
            case ColumnKind.Text: insert.AppendFormatted((string?)value); break;
            case ColumnKind.Bytes: insert.AppendFormatted((byte[]?)value); break;
            default: insert.AppendFormatted((bool)value!); break;
        }
    }

    protected static string Replace(string text, string mine, string other, params (string Token, string Type)[] tokens)
    {
        var kept = new StringBuilder(text.Length);
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            var start = line.TrimStart();
            if (start.StartsWith(other, StringComparison.Ordinal)) continue;
            kept.Append(start.StartsWith(mine, StringComparison.Ordinal) ? start[mine.Length..] : line).Append('\n');
        }
        foreach (var (token, type) in tokens) kept.Replace(token, type);
        return kept.ToString();
    }
}

public sealed class SqliteDialect : Dialect
{
    public override string Name => "sqlite";

    public override Sql SkipLocked => Sql.Empty;

    public override string Migration(string text) => Replace(text, "{sqlite}", "{postgres}",
        ("{long}", "integer"), ("{text}", "text"), ("{bytes}", "blob"), ("{bool}", "integer"), ("{strict}", "strict"));

    public override Sql ContainsHash(Sql column, long hash) => $"instr({column}, {HashBytes(hash)}) > 0";

    public override IEnumerable<Sql> Insert(Table table, IReadOnlyList<object?[]> rows)
    {
        foreach (var row in rows) yield return Values(table, row);
    }

    public override Sql? SetLocal(string name, string value) => null;

    public override Sql Explain(Sql sql) => $"explain query plan {sql}";

    public override bool IsShared => false;

    public override Sql OldestWrite => $"select 0";

    public override Sql SizeInBytes => $"select page_count * page_size from pragma_page_count(), pragma_page_size()";

    internal override void WriteList(StringBuilder text, int number) =>
        text.Append("(select value from json_each($").Append(number).Append("))");
}

public sealed class PostgresDialect : Dialect
{
    public override string Name => "postgresql";

    public override Sql SkipLocked => $"for update skip locked";

    public override string Migration(string text) => Replace(text, "{postgres}", "{sqlite}",
        ("{long}", "bigint"), ("{text}", "text collate \"C\""), ("{bytes}", "bytea"), ("{bool}", "boolean"), ("{strict}", ""));

    public override Sql ContainsHash(Sql column, long hash) => $"position({HashBytes(hash)} in {column}) > 0";

    // One text for any number of rows: each column goes as one array.
    public override IEnumerable<Sql> Insert(Table table, IReadOnlyList<object?[]> rows)
    {
        if (rows.Count == 1) yield return Values(table, rows[0]);
        if (rows.Count < 2) yield break;
        var insert = Sql.Trusted(table.Head + "select * from unnest(");
        for (var i = 0; i < table.Columns.Count; i++)
        {
            if (i > 0) insert.AppendLiteral(", ");
            insert.AppendFormatted(ColumnOf(rows, i, table.Columns[i].Kind));
        }
        yield return insert.Add(Sql.Trusted(table.Tail));
    }

    public override Sql? SetLocal(string name, string value) => $"select set_config({name}, {value}, true)";

    public override Sql Explain(Sql sql) => $"explain {sql}";

    public override bool IsShared => true;

    public override Sql OldestWrite => $"""
        select coalesce(max(extract(epoch from clock_timestamp() - xact_start) * 1000000), 0)::bigint from pg_stat_activity
        where datname = current_database() and backend_xid is not null
        """;

    public override Sql SizeInBytes => $"select pg_database_size(current_database())";

    // `in` becomes `= any(array)`: one parameter and one plan for any number of values.
    internal override void WriteList(StringBuilder text, int number)
    {
        const string NotIn = "not in ", In = "in ";
        var end = text.Length >= NotIn.Length ? text.ToString(text.Length - NotIn.Length, NotIn.Length) : text.ToString();
        if (end == NotIn) text.Length -= NotIn.Length;
        else if (end.EndsWith(In, StringComparison.Ordinal)) text.Length -= In.Length;
        else throw new InvalidOperationException("A list stands after `in` or `not in`.");
        text.Append(end == NotIn ? "<> all($" : "= any($").Append(number).Append(')');
    }

    static Sql ColumnOf(IReadOnlyList<object?[]> rows, int column, ColumnKind kind) => kind switch
    {
        ColumnKind.Long => Sql.Array(rows.Select(r => (long?)r[column]).ToArray(), SqlKind.LongArray),
        ColumnKind.Text => Sql.Array(rows.Select(r => (string?)r[column]).ToArray(), SqlKind.TextArray),
        ColumnKind.Bytes => Sql.Array(rows.Select(r => (byte[]?)r[column]).ToArray(), SqlKind.BytesArray),
        _ => Sql.Array(rows.Select(r => (bool)r[column]!).ToArray(), SqlKind.BoolArray)
    };
}
