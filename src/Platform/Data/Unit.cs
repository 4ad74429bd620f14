namespace Socle.Platform;

/// <summary>
/// What changes together: a list of statements prepared beforehand, with no read between. It is committed whole or not at all, in one
/// commit shared with its neighbours in the queue.
/// </summary>
public sealed class Unit
{
    readonly List<UnitCommand> commands = [];
    readonly List<UnitRow> rows = [];
    List<Func<CancellationToken, ValueTask>>? beforeCommit;
    List<(AuditLog Log, AuditEntry Entry, long At)>? unsealed;
    List<Action>? afterCommit;
    HashSet<string>? told;
    (long Tick, Func<Refusal> Otherwise)? latest;

    internal IReadOnlyList<UnitCommand> Commands => commands;

    internal IReadOnlyList<UnitRow> Rows => rows;

    /// <summary>Nothing but audit entries: what a read leaves.</summary>
    internal bool OnlyTraces => commands.Count == 0 && rows.Count == 0 && Trace.Count > 0;

    /// <summary>The audit entries in their final bytes, sealed by <see cref="AuditLog"/> before the unit is queued.</summary>
    internal List<SealedEntry> Trace { get; } = [];

    /// <summary>Keys of patients made by this very unit: nobody else may use them before it is committed.</summary>
    internal Dictionary<long, PatientCipher>? NewCiphers { get; set; }

    /// <summary>The journal this unit empties into the database, for a unit made by <see cref="Trail.Rescued"/>.</summary>
    internal long? Drains { get; init; }

    /// <summary>Set where what this unit deletes must also leave the write-ahead log at once (an erased key).</summary>
    internal bool ScrubLog { get; set; }

    public void Add(Sql command) => commands.Add(new(command, UnitRule.Plain, null));

    /// <summary>An insert, update or delete that must touch at least one row.</summary>
    public void Expect(Sql command, Func<Refusal> otherwise) => commands.Add(new(command, UnitRule.Touches, otherwise));

    /// <summary>A unique violation in this statement becomes this refusal.</summary>
    public void Unique(Sql insert, Func<Refusal> onDuplicate) => commands.Add(new(insert, UnitRule.Unique, onDuplicate));

    /// <summary>
    /// A row that goes in before the unit's statements, with the rows of its neighbours in as few statements as the database likes best.
    /// </summary>
    public void Insert(Table table, Func<Refusal>? onDuplicate, params object?[] values) => rows.Add(new(table, values, onDuplicate));

    public void AddRows(Dialect dialect, Table table, IReadOnlyList<object?[]> rows)
    {
        foreach (var insert in dialect.Insert(table, rows)) Add(insert);
    }

    /// <summary>Runs once the change is durable, before the one who asked is answered. It must be short and must not throw.</summary>
    public void AfterCommit(Action action) => (afterCommit ??= []).Add(action);

    /// <summary>The first time for a kind: one row says it, however much of the kind changes.</summary>
    internal bool Tells(string kind) => (told ??= new(StringComparer.Ordinal)).Add(kind);

    /// <summary>Runs when the unit is handed over, before it is queued: last statements that need an await.</summary>
    internal void BeforeCommit(Func<CancellationToken, ValueTask> action) => (beforeCommit ??= []).Add(action);

    /// <summary>An entry that is sealed when the unit is handed over: until then the unit may still make the key it is sealed under.</summary>
    internal void Sealing(AuditLog log, AuditEntry entry, long at) => (unsealed ??= []).Add((log, entry, at));

    internal ValueTask Prepare(CancellationToken stop) => beforeCommit is null ? Seal(stop) : Run(stop);

    async ValueTask Run(CancellationToken stop)
    {
        foreach (var action in beforeCommit!) await action(stop);
        beforeCommit = null;
        await Seal(stop);
    }

    ValueTask Seal(CancellationToken stop)
    {
        for (var i = 0; i < unsealed?.Count; i++)
        {
            var sealing = unsealed[i].Log.Seal(this, unsealed[i].Entry, unsealed[i].At, stop);
            if (!sealing.IsCompletedSuccessfully) return Rest(sealing, i + 1, stop);
            Trace.Add(sealing.Result);
        }
        unsealed = null;
        return default;
    }

    async ValueTask Rest(ValueTask<SealedEntry> first, int next, CancellationToken stop)
    {
        Trace.Add(await first);
        for (; next < unsealed!.Count; next++) Trace.Add(await unsealed[next].Log.Seal(this, unsealed[next].Entry, unsealed[next].At, stop));
        unsealed = null;
    }

    /// <summary>Once this time (of <see cref="Environment.TickCount64"/>) is over, a unit that still waits is not begun any more but refused.</summary>
    public void MustBeginBefore(long tick, Func<Refusal> otherwise) => latest = (tick, otherwise);

    internal Refusal? TooLate() => latest is { } known && Environment.TickCount64 > known.Tick ? known.Otherwise() : null;

    internal void Committed()
    {
        if (afterCommit is null) return;
        foreach (var action in afterCommit) action();
    }

    internal int Size()
    {
        var size = 128;
        foreach (var command in commands) size += command.Sql.Size();
        foreach (var row in rows)
            foreach (var value in row.Values) size += value switch { byte[] bytes => bytes.Length, string text => 2 * text.Length, _ => 8 };
        foreach (var entry in Trace) size += entry.Bytes.Length;
        return size;
    }
}

enum UnitRule : byte { Plain, Touches, Unique }

readonly record struct UnitCommand(Sql Sql, UnitRule Rule, Func<Refusal>? Otherwise);

readonly record struct UnitRow(Table Table, object?[] Values, Func<Refusal>? OnDuplicate);

/// <summary>A unit in the writer's queue, with the one who waits for it.</summary>
sealed class Pending(Unit unit)
{
    const int Waiting = 0, Taken = 1, Withdrawn = 2;

    // Its continuations run where the writer completes it: one thread-pool item for several units, not one each.
    readonly TaskCompletionSource answer = new();
    int state;

    public Unit Unit { get; } = unit;

    public int Size { get; } = unit.Size();

    public Exception? Failure { get; set; }

    public Task Answer => answer.Task;

    public bool Take() => Interlocked.CompareExchange(ref state, Taken, Waiting) == Waiting;

    /// <summary>Gives up while nobody has begun; once begun, the outcome is waited for.</summary>
    public bool Withdraw() => Interlocked.CompareExchange(ref state, Withdrawn, Waiting) == Waiting;

    public void Complete(CancellationToken withdrawn = default)
    {
        if (state == Withdrawn) answer.TrySetCanceled(withdrawn);
        else if (Failure is { } failure) answer.TrySetException(failure);
        else answer.TrySetResult();
    }
}
