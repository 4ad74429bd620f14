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

    static readonly Sql Opening = $"begin", Closing = $"commit";

    readonly sqlite3 connection;
    readonly Dictionary<Sql, sqlite3_stmt> prepared = new(SameText.Comparer);
    readonly Dictionary<Table, sqlite3_stmt> inserts = [];
    readonly List<SqlPart> values = [];
    readonly Dialect dialect;
    readonly delegate_progress look;
    long deadline = long.MaxValue;
    CancellationToken cancel;

    public SqliteLink(string file, bool readOnly, Dialect dialect)
    {
        this.dialect = dialect;
        // One caller at a time: no look into a row needs a lock of the library's.
        var code = raw.sqlite3_open_v2(file, out connection, (readOnly ? raw.SQLITE_OPEN_READONLY : raw.SQLITE_OPEN_READWRITE) | raw.SQLITE_OPEN_NOMUTEX, null);
        if (code != raw.SQLITE_OK)
        {
            connection.Dispose();
            throw new SqliteException($"{file}: {raw.sqlite3_errstr(code).utf8_to_string()}", code & 0xff, code);
        }
        // The packaged SQLite has the WAL-reset race: only the writer may checkpoint, so a reader does not even when it closes.
        if (readOnly) raw.sqlite3_db_config(connection, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
        // Plans do not depend on what is bound: a bound limit would be compiled anew at each run, which costs ten times the search.
        raw.sqlite3_db_config(connection, raw.SQLITE_DBCONFIG_ENABLE_QPSG, 1, out _);
        Script("pragma busy_timeout=5000");
        if (!readOnly) Script("pragma journal_mode=wal; pragma synchronous=full; pragma secure_delete=on; pragma journal_size_limit=67108864");
        Script("pragma foreign_keys=on; pragma trusted_schema=off; pragma cell_size_check=on; pragma temp_store=memory; pragma mmap_size=0; "
            + "pragma wal_autocheckpoint=0");
        // A reader forgets its pages when it looks at a newer state of the database. The writer keeps its own.
        Script(readOnly ? "pragma query_only=1; pragma cache_size=-2000" : "pragma cache_size=-16000");
        look = Look;
        if (readOnly) raw.sqlite3_progress_handler(connection, StepsPerLook, look, null);
    }

    public sqlite3 Handle => connection;

    public bool InTransaction => raw.sqlite3_get_autocommit(Handle) == 0;

    /// <summary>The state of the database that this reader goes on looking at, by the engine's count; null: each statement looks at the newest.</summary>
    public long? Shown { get; private set; }

    public void Begin(long until, CancellationToken stop) => (deadline, cancel) = (until, stop);

    /// <summary>Looks at this state or a newer one, and goes on doing so: what it read of the file is still known to the next statement.</summary>
    public void Show(long state)
    {
        if (Shown == state) return;
        LetGo();
        Execute(Opening);
        Shown = state;
    }

    public void LetGo()
    {
        if (Shown is null) return;
        Shown = null;
        // A fault of the file may have ended it already.
        if (InTransaction) Execute(Closing);
    }

    /// <summary>Constant text only: pragmas and migrations.</summary>
    public void Script(string text)
    {
        var code = raw.sqlite3_exec(Handle, text);
        if (code != raw.SQLITE_OK) throw Fault(code);
    }

    /// <summary>How many rows an insert, update or delete touched.</summary>
    public int Execute(Sql sql)
    {
        var statement = Prepare(sql);
        try
        {
            while (Step(statement))
            {
            }
            return raw.sqlite3_changes(Handle);
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    /// <summary>One row, bound as it is: most of what a write does, so no statement is put together for it.</summary>
    public void Insert(Table table, object?[] row)
    {
        if (!inserts.TryGetValue(table, out var statement)) inserts[table] = statement = Prepare(table.Insert);
        try
        {
            for (var i = 0; i < row.Length; i++)
                if (Bind(statement, i + 1, row[i]) is var bound && bound != raw.SQLITE_OK) throw Fault(bound);
            while (Step(statement))
            {
            }
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    /// <summary>Calls for each row until the reader says that it has enough.</summary>
    public void Read(Sql sql, Func<Row, bool> next)
    {
        var statement = Prepare(sql);
        try
        {
            var row = new Row(statement);
            while (Step(statement) && next(row))
            {
            }
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    /// <summary>Rows one by one, for a reader that goes on later.</summary>
    public IEnumerable<Row> Rows(Sql sql)
    {
        var statement = Prepare(sql);
        try
        {
            var row = new Row(statement);
            while (Step(statement)) yield return row;
        }
        finally
        {
            raw.sqlite3_reset(statement);
        }
    }

    public void Dispose()
    {
        Forget();
        connection.Dispose();
    }

    // A step that failed is reset before anything else is asked, so its code is taken here.
    bool Step(sqlite3_stmt statement)
    {
        var code = raw.sqlite3_step(statement);
        return code == raw.SQLITE_ROW || (code == raw.SQLITE_DONE ? false : throw Fault(code));
    }

    SqliteException Fault(int code) => new(raw.sqlite3_errmsg(Handle).utf8_to_string(), code & 0xff, raw.sqlite3_extended_errcode(Handle));

    sqlite3_stmt Prepare(Sql sql)
    {
        values.Clear();
        if (prepared.TryGetValue(sql, out var statement)) sql.Values(values);
        else
        {
            if (prepared.Count >= MaxPrepared) Forget();
            prepared[sql.WithoutValues()] = statement = Prepare(sql.Render(dialect, values));
        }
        for (var i = 0; i < values.Count; i++)
            if (Bind(statement, i + 1, values[i]) is var bound && bound != raw.SQLITE_OK) throw Fault(bound);
        return statement;
    }

    sqlite3_stmt Prepare(string text)
    {
        var code = raw.sqlite3_prepare_v3(Handle, text, raw.SQLITE_PREPARE_PERSISTENT, out var statement);
        return code == raw.SQLITE_OK ? statement : throw Fault(code);
    }

    static int Bind(sqlite3_stmt statement, int index, object? value) => value switch
    {
        null => raw.sqlite3_bind_null(statement, index),
        long number => raw.sqlite3_bind_int64(statement, index, number),
        bool truth => raw.sqlite3_bind_int64(statement, index, truth ? 1 : 0),
        byte[] bytes => Bind(statement, index, bytes),
        _ => raw.sqlite3_bind_text(statement, index, (string)value)
    };

    static int Bind(sqlite3_stmt statement, int index, byte[] bytes) =>
        bytes.Length == 0 ? raw.sqlite3_bind_zeroblob(statement, index, 0) : raw.sqlite3_bind_blob(statement, index, bytes);

    static int Bind(sqlite3_stmt statement, int index, SqlPart part) => (part.Kind, part.Value) switch
    {
        (SqlKind.Long or SqlKind.Bool, _) => raw.sqlite3_bind_int64(statement, index, part.Number),
        (SqlKind.NullLong, _) or (_, null) => raw.sqlite3_bind_null(statement, index),
        (SqlKind.Bytes, byte[] bytes) => Bind(statement, index, bytes),
        (SqlKind.Longs, long[] numbers) => raw.sqlite3_bind_text(statement, index, JsonSerializer.Serialize(numbers)),
        (SqlKind.Texts, string[] texts) => raw.sqlite3_bind_text(statement, index, JsonSerializer.Serialize(texts)),
        (_, var text) => raw.sqlite3_bind_text(statement, index, (string)text!)
    };

    void Forget()
    {
        foreach (var statement in prepared.Values.Concat(inserts.Values)) statement.Dispose();
        prepared.Clear();
        inserts.Clear();
    }

    int Look(object data) => cancel.IsCancellationRequested || Environment.TickCount64 > deadline ? 1 : 0;
}
