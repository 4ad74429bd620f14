using System.Data.Common;
using SQLitePCL;

namespace Socle.Platform;

/// <summary>The row a reader function is looking at. It is the same object for every row: take values out, never keep it.</summary>
public sealed class Row
{
    readonly DbDataReader? reader;
    readonly sqlite3_stmt? statement;

    internal Row(DbDataReader reader) => this.reader = reader;

    internal Row(sqlite3_stmt statement) => this.statement = statement;

    public long Long(int column)
    {
        if (statement is null) return reader!.GetInt64(column);
        var value = raw.sqlite3_column_int64(statement, column);
        return value != 0 || !IsNull(column) ? value : throw Null(column);
    }

    public long? LongOrNull(int column) => IsNull(column) ? null : Long(column);

    public int Int(int column) => checked((int)Long(column));

    public string Text(int column) => statement is null ? reader!.GetString(column)
        : raw.sqlite3_column_text(statement, column).utf8_to_string() ?? throw Null(column);

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public byte[] Bytes(int column)
    {
        if (statement is null) return reader!.GetFieldValue<byte[]>(column);
        var bytes = raw.sqlite3_column_blob(statement, column);
        return bytes.Length > 0 || !IsNull(column) ? bytes.ToArray() : throw Null(column);
    }

    public byte[]? BytesOrNull(int column) => IsNull(column) ? null : Bytes(column);

    public bool Bool(int column) => statement is null ? reader!.GetBoolean(column) : Long(column) != 0;

    public bool IsNull(int column) => statement is null ? reader!.IsDBNull(column) : raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    static InvalidCastException Null(int column) => new($"Column {column} is null.");
}
