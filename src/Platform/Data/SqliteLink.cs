using System.Text.Json;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Socle.Platform;

/// <summary>One SQLite connection with its prepared statements. Used by one caller at a time.</summary>
sealed class SqliteLink : IDisposable
{
    const int MaxPrepared = 300;

    // How many virtual machine steps between two looks at the clock.
    const int StepsPerLook = 20_000;

    readonly SqliteConnection connection;
    readonly Dictionary<string, SqliteCommand> prepared = new(StringComparer.Ordinal);
    readonly List<SqlPart> values = [];
    readonly Dialect dialect;
    readonly delegate_progress look;
    long deadline = long.MaxValue;
    CancellationToken cancel;

    public SqliteLink(string file, bool readOnly, Dialect dialect)
    {
        this.dialect = dialect;
        connection = new(new SqliteConnectionStringBuilder
        {
            DataSource = file,
            Pooling = false,
            Mode = readOnly ? SqliteOpenMode.ReadOnly : SqliteOpenMode.ReadWrite
        }.ToString());
        connection.Open();
        // The packaged SQLite has the WAL-reset race: only the writer may checkpoint, so a reader does not even when it closes.
        if (readOnly) raw.sqlite3_db_config(connection.Handle!, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
        // Plans do not depend on what is bound: a bound limit would be compiled anew at each run, which costs ten times the search.
        raw.sqlite3_db_config(connection.Handle!, raw.SQLITE_DBCONFIG_ENABLE_QPSG, 1, out _);
        Script("pragma busy_timeout=5000");
        if (!readOnly) Script("pragma journal_mode=wal; pragma synchronous=full; pragma secure_delete=on; pragma journal_size_limit=67108864");
        Script("pragma foreign_keys=on; pragma trusted_schema=off; pragma cell_size_check=on; pragma temp_store=memory; pragma mmap_size=0; "
            + "pragma wal_autocheckpoint=0; pragma cache_size=-16000");
        if (readOnly) Script("pragma query_only=1");
        look = Look;
        if (readOnly) raw.sqlite3_progress_handler(connection.Handle!, StepsPerLook, look, null);
    }

    public sqlite3 Handle => connection.Handle!;

    public bool InTransaction => raw.sqlite3_get_autocommit(Handle) == 0;

    public void Begin(long until, CancellationToken stop) => (deadline, cancel) = (until, stop);

    /// <summary>Constant text only: pragmas and migrations.</summary>
    public void Script(string text)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // constants of this assembly and embedded migrations
        command.CommandText = text;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    public int Execute(Sql sql) => Prepare(sql).ExecuteNonQuery();

    public SqliteDataReader Read(Sql sql) => Prepare(sql).ExecuteReader();

    public void Dispose()
    {
        Forget();
        connection.Dispose();
    }

    SqliteCommand Prepare(Sql sql)
    {
        values.Clear();
        var text = sql.Render(dialect, values);
        if (!prepared.TryGetValue(text, out var command))
        {
            if (prepared.Count >= MaxPrepared) Forget();
            command = connection.CreateCommand();
#pragma warning disable CA2100 // Sql has no values in its text
            command.CommandText = text;
#pragma warning restore CA2100
            for (var i = 1; i <= values.Count; i++) command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            prepared[text] = command;
        }
        for (var i = 0; i < values.Count; i++) Bind(command.Parameters[i], values[i]);
        return command;
    }

    static void Bind(SqliteParameter parameter, SqlPart part)
    {
        (parameter.SqliteType, parameter.Value) = part.Kind switch
        {
            SqlKind.Long or SqlKind.Bool => (SqliteType.Integer, (object)part.Number),
            SqlKind.NullLong => (SqliteType.Integer, DBNull.Value),
            SqlKind.Bytes => (SqliteType.Blob, part.Value ?? DBNull.Value),
            SqlKind.Longs => (SqliteType.Text, JsonSerializer.Serialize((long[])part.Value!)),
            SqlKind.Texts => (SqliteType.Text, JsonSerializer.Serialize((string[])part.Value!)),
            _ => (SqliteType.Text, part.Value ?? DBNull.Value)
        };
    }

    void Forget()
    {
        foreach (var command in prepared.Values) command.Dispose();
        prepared.Clear();
    }

    int Look(object data) => cancel.IsCancellationRequested || Environment.TickCount64 > deadline ? 1 : 0;
}
