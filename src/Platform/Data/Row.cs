using System.Data.Common;

namespace Socle.Platform;

/// <summary>The row a reader function is looking at. It is the same object for every row: take values out, never keep it.</summary>
public sealed class Row
{
    readonly DbDataReader reader;

    internal Row(DbDataReader reader) => this.reader = reader;

    public long Long(int column) => reader.GetInt64(column);

    public long? LongOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetInt64(column);

    public int Int(int column) => checked((int)reader.GetInt64(column));

    public string Text(int column) => reader.GetString(column);

    public string? TextOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetString(column);

    public byte[] Bytes(int column) => reader.GetFieldValue<byte[]>(column);

    public byte[]? BytesOrNull(int column) => reader.IsDBNull(column) ? null : reader.GetFieldValue<byte[]>(column);

    public bool Bool(int column) => reader.GetBoolean(column);

    public bool IsNull(int column) => reader.IsDBNull(column);
}
