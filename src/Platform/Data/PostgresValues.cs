using Npgsql;
using NpgsqlTypes;

namespace Socle.Platform;

/// <summary>Each hole goes with its type, so that a null never leaves PostgreSQL guessing.</summary>
static class PostgresValues
{
    public static NpgsqlParameter Parameter(SqlPart part) => part.Kind switch
    {
        SqlKind.Long => new NpgsqlParameter<long> { TypedValue = part.Number, NpgsqlDbType = NpgsqlDbType.Bigint },
        SqlKind.Bool => new NpgsqlParameter<bool> { TypedValue = part.Number != 0, NpgsqlDbType = NpgsqlDbType.Boolean },
        SqlKind.NullLong => new NpgsqlParameter { NpgsqlDbType = NpgsqlDbType.Bigint, Value = DBNull.Value },
        SqlKind.Bytes => Of(NpgsqlDbType.Bytea, part.Value),
        SqlKind.Longs or SqlKind.LongArray => Of(NpgsqlDbType.Array | NpgsqlDbType.Bigint, part.Value),
        SqlKind.Texts or SqlKind.TextArray => Of(NpgsqlDbType.Array | NpgsqlDbType.Text, part.Value),
        SqlKind.BytesArray => Of(NpgsqlDbType.Array | NpgsqlDbType.Bytea, part.Value),
        SqlKind.BoolArray => Of(NpgsqlDbType.Array | NpgsqlDbType.Boolean, part.Value),
        _ => Of(NpgsqlDbType.Text, part.Value)
    };

    static NpgsqlParameter Of(NpgsqlDbType type, object? value) => new() { NpgsqlDbType = type, Value = value ?? DBNull.Value };
}
