using System.Data.Common;
using System.Runtime.InteropServices;
using SQLitePCL;

namespace Socle.Platform;

/// <summary>The row a reader function is looking at. It is the same object for every row: take values out, never keep it.</summary>
public sealed class Row
{
    readonly DbDataReader? reader;
    readonly nint statement;

    internal Row(DbDataReader reader) => this.reader = reader;

    /// <summary>The statement stays open while the row is looked at.</summary>
    internal Row(sqlite3_stmt statement) => this.statement = statement.DangerousGetHandle();

    public long Long(int column)
    {
        if (reader is not null) return reader.GetInt64(column);
        var value = SqliteColumn.Int64(statement, column);
        return value != 0 || !IsNull(column) ? value : throw Null(column);
    }

    public long? LongOrNull(int column) => IsNull(column) ? null : Long(column);

    public int Int(int column) => checked((int)Long(column));

    public string Text(int column)
    {
        if (reader is not null) return reader.GetString(column);
        var start = SqliteColumn.Blob(statement, column);
        if (start == 0) return IsNull(column) ? throw Null(column) : "";
        return Marshal.PtrToStringUTF8(start, SqliteColumn.Length(statement, column));
    }

    public string? TextOrNull(int column) => IsNull(column) ? null : Text(column);

    public byte[] Bytes(int column)
    {
        if (reader is not null) return reader.GetFieldValue<byte[]>(column);
        var start = SqliteColumn.Blob(statement, column);
        if (start == 0) return IsNull(column) ? throw Null(column) : [];
        var bytes = new byte[SqliteColumn.Length(statement, column)];
        Marshal.Copy(start, bytes, 0, bytes.Length);
        return bytes;
    }

    public byte[]? BytesOrNull(int column) => IsNull(column) ? null : Bytes(column);

    public bool Bool(int column) => reader is not null ? reader.GetBoolean(column) : Long(column) != 0;

    public bool IsNull(int column) => reader is not null ? reader.IsDBNull(column) : SqliteColumn.Type(statement, column) == raw.SQLITE_NULL;

    static InvalidCastException Null(int column) => new($"Column {column} is null.");
}

/// <summary>
/// The values of the row a statement stands on, straight from the library that the statement came from: each is a look into memory that was filled by the
/// step, and a page of twenty has three hundred of them.
/// </summary>
static class SqliteColumn
{
    const string Library = "e_sqlite3";

    [DllImport(Library, EntryPoint = "sqlite3_column_type"), SuppressGCTransition]
    public static extern int Type(nint statement, int column);

    [DllImport(Library, EntryPoint = "sqlite3_column_int64"), SuppressGCTransition]
    public static extern long Int64(nint statement, int column);

    [DllImport(Library, EntryPoint = "sqlite3_column_blob"), SuppressGCTransition]
    public static extern nint Blob(nint statement, int column);

    [DllImport(Library, EntryPoint = "sqlite3_column_bytes"), SuppressGCTransition]
    public static extern int Length(nint statement, int column);
}
