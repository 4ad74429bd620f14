using Socle.Platform;
using Socle.Support;

namespace Socle.Core.Tests.Platform;

public sealed class DbTests
{
    static readonly RefusalKind Taken = new("taken", Reason.Conflict, "Pris.");
    static readonly RefusalKind Stale = new("stale", Reason.PreconditionFailed, "Dépassé.");

    static readonly Migration Shelf = new("shelf", 1, "shelf", """
        create table shelf_book (
            patient {long} not null,
            number {long} not null,
            title {text},
            body {bytes},
            lent {bool} not null,
            primary key (patient, number)
        ) {strict};
        """);

    [Theory, OnEachDatabase]
    public async Task What_is_written_is_read_back_in_every_type(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind, Shelf);
        var unit = new Unit();
        unit.Add(Insert(1, 10, "L’été", [1, 0, 255], lent: true));
        unit.Add(Insert(1, 11, null, null, lent: false));
        await on.Db.Commit(unit, default);

        var rows = await on.Db.Query($"select number, title, body, lent from shelf_book where patient = {1L} order by number",
            r => (r.Long(0), r.TextOrNull(1), r.BytesOrNull(2), r.Bool(3)), default);

        rows[0].Item1.ShouldBe(10);
        rows[0].Item2.ShouldBe("L’été");
        rows[0].Item3.ShouldBe([1, 0, 255]);
        rows[0].Item4.ShouldBeTrue();
        rows[1].ShouldBe((11L, null, null, false));
    }

    [Theory, OnEachDatabase]
    public async Task Lists_and_spliced_pieces_are_parameters_too(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind, Shelf);
        await on.Db.Commit(Books(1, ["a", "b", "c' or 1=1 --"]), default);
        long[] some = [0, 2, 99];
        string[] titles = ["b", "c' or 1=1 --"];
        Sql patient = $"patient = {1L}";

        (await Numbers(on, $"{patient} and number in {some}")).ShouldBe([0, 2]);
        (await Numbers(on, $"{patient} and number not in {some}")).ShouldBe([1]);
        (await Numbers(on, $"{patient} and number in {Array.Empty<long>()}")).ShouldBeEmpty();
        (await Numbers(on, $"{patient} and title in {titles}")).ShouldBe([1, 2]);
        (await Numbers(on, Sql.Join($" and ", [patient, $"title = {"a"}"]))).ShouldBe([0]);
        (await Numbers(on, $"title = {"' or 1=1 --"}")).ShouldBeEmpty();
    }

#if DEBUG
    [Fact]
    public void Text_made_while_running_never_becomes_sql() =>
        Should.Throw<InvalidOperationException>(() => new Sql(0, 0).AppendLiteral(string.Concat("drop ", DateTime.UtcNow.Year.ToString("D", null))));
#endif

    [Theory, OnEachDatabase]
    public async Task One_bad_unit_among_a_hundred_changes_nothing_of_the_others(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind, Shelf);
        await on.Db.Commit(Books(7, ["taken"]), default);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            var unit = new Unit();
            unit.Add(Insert(100, i, "before"));
            if (i == 13) unit.Unique(Insert(7, 0, "again"), () => Taken.With());
            else if (i == 29) unit.Expect($"update shelf_book set title = {"x"} where patient = {7L} and number = {5L}", () => Stale.With());
            else if (i == 31) unit.Add($"insert into shelf_book (patient, number, lent) values ({7L}, {0L}, {true})");
            else unit.Expect($"update shelf_book set title = {"after"} where patient = {100L} and number = {i}", () => Stale.With());
            return await Outcome(on.Db.Commit(unit, default));
        }));

        (outcomes[13] as Refusal)!.Code.ShouldBe("taken");
        (outcomes[29] as Refusal)!.Code.ShouldBe("stale");
        outcomes[31].ShouldNotBeNull();
        outcomes.Count(o => o is null).ShouldBe(97);
        (await Numbers(on, $"patient = {100L} and title = {"after"}")).ShouldBe(Enumerable.Range(0, 100).Where(i => i is not 13 and not 29 and not 31).Select(i => (long)i));
        (await Numbers(on, $"patient = {100L}")).Count.ShouldBe(97);
        on.Fatal.ShouldBeEmpty();
    }

    [Theory, OnEachDatabase]
    public async Task Units_that_wait_share_a_commit(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind, Shelf);
        using var held = await HeldWriter.Of(on);
        var before = (on.Db.Commits, on.Db.Units);
        var commits = Enumerable.Range(0, 400).Select(i => on.Db.Commit(Books(i + 2, ["x"]), default)).ToArray();
        held.Release();
        await Task.WhenAll(commits);

        (on.Db.Units - before.Units).ShouldBeGreaterThanOrEqualTo(400);
        (on.Db.Commits - before.Commits).ShouldBeLessThan(20);
    }

    [Theory, OnEachDatabase]
    public async Task A_full_queue_answers_too_many(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind, s => s with { WriterQueue = 4 }, Shelf);
        using var held = await HeldWriter.Of(on);
        var commits = Enumerable.Range(0, 50).Select(i => Outcome(on.Db.Commit(Books(i + 2, ["x"]), default))).ToArray();
        held.Release();
        var outcomes = await Task.WhenAll(commits);

        // The log's own heads may have a place in the queue too.
        outcomes.Count(o => o is null).ShouldBeInRange(1, 4);
        outcomes.ShouldAllBe(o => o == null || ((Refusal)o).Reason == Reason.TooMany);
        (await on.Db.First($"select count(*) from shelf_book where patient > {1L}", r => r.Long(0), default)).ShouldBe(outcomes.Count(o => o is null));
    }

    [Theory, OnEachDatabase]
    public async Task A_unit_that_was_cancelled_in_time_changes_nothing(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind, Shelf);
        using var stop = new CancellationTokenSource();
        await stop.CancelAsync();

        var outcome = await Outcome(on.Db.Commit(Books(1, ["x"]), stop.Token));
        await on.Db.Commit(Books(2, ["y"]), default);

        var there = (await Numbers(on, $"patient = {1L}")).Count;
        there.ShouldBe(outcome is null ? 1 : 0);
    }

    [Theory, OnEachDatabase]
    public async Task What_must_happen_after_the_commit_happens_once_and_only_then(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind, Shelf);
        var calls = 0;
        var good = Books(1, ["x"]);
        good.AfterCommit(() => calls++);
        var bad = new Unit();
        bad.Unique(Insert(1, 0, "again"), () => Taken.With());
        bad.AfterCommit(() => calls += 100);

        await on.Db.Commit(good, default);
        await Outcome(on.Db.Commit(bad, default));

        calls.ShouldBe(1);
    }

    [Theory, OnEachDatabase]
    public async Task Many_rows_go_in_one_call_and_packed_hashes_are_found(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind, Shelf);
        var table = new Table("shelf_book", Column.Long("patient"), Column.Long("number"), Column.Text("title"), Column.Bytes("body"), Column.Bool("lent"));
        byte[] packed = [.. Dialect.HashBytes(-5), .. Dialect.HashBytes(long.MaxValue), .. Dialect.HashBytes(77)];
        var unit = new Unit();
        unit.AddRows(on.Db.Dialect, table, [.. Enumerable.Range(0, 500).Select(i => new object?[] { 3L, (long)i, i % 2 == 0 ? null : "t", i == 9 ? packed : null, i == 9 })]);
        await on.Db.Commit(unit, default);

        (await Numbers(on, $"patient = {3L}")).Count.ShouldBe(500);
        (await Numbers(on, on.Db.Dialect.ContainsHash($"body", 77))).ShouldBe([9]);
        (await Numbers(on, on.Db.Dialect.ContainsHash($"body", -5))).ShouldBe([9]);
        (await Numbers(on, on.Db.Dialect.ContainsHash($"body", 78))).ShouldBeEmpty();
        Should.Throw<ArgumentException>(() => new Table("x; drop table y", Column.Long("a")));
    }

    [Theory, OnEachDatabase]
    public async Task A_read_that_lasts_too_long_is_stopped(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind, s => s with { StatementBudget = TimeSpan.FromSeconds(3) }, Shelf);
        Sql endless = $"with recursive n(i) as (select 1 union all select i + 1 from n where i < 2000000000) select count(*) from n";

        (await Outcome(on.Db.Query(endless, r => r.Long(0), default)) as Refusal)!.Code.ShouldBe("statement-too-long");

        using var stop = new CancellationTokenSource(TimeSpan.FromMilliseconds(50));
        (await Outcome(on.Db.Query(endless, r => r.Long(0), stop.Token))).ShouldBeAssignableTo<Exception>();
        (await on.Db.First($"select 1", r => r.Long(0), default)).ShouldBe(1);
    }

    [Theory, OnEachDatabase]
    public async Task Rows_stream_and_a_plan_can_be_asked_for(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind, Shelf);
        await on.Db.Commit(Books(1, [.. Enumerable.Range(0, 50).Select(i => $"t{i}")]), default);
        var seen = 0;

        await foreach (var number in on.Db.Stream($"select number from shelf_book where patient = {1L} order by number", r => r.Long(0), default))
        {
            number.ShouldBe(seen++);
            if (seen == 20) break;
        }

        seen.ShouldBe(20);
        (await on.Db.Explain($"select number from shelf_book where patient = {1L}", default)).ShouldNotBeEmpty();
        (await on.Db.First(on.Db.Dialect.SizeInBytes, r => r.Long(0), default)).ShouldBeGreaterThan(10_000);
    }

    [PostgresFact]
    public async Task No_statement_is_given_parallel_workers_or_a_plan_of_its_own()
    {
        await using var on = await TestDatabase.Open(DatabaseKind.Postgres);
        foreach (var (name, value) in new[] { ("max_parallel_workers_per_gather", "0"), ("plan_cache_mode", "force_generic_plan"), ("enable_seqscan", "off"), ("jit", "off") })
        {
            (await on.Db.First($"select current_setting({name})", row => row.Text(0), default)).ShouldBe(value, name);
            (await on.Db.First(((Sql)$"select current_setting({name})").Short(), row => row.Text(0), default)).ShouldBe(value, name);
        }
    }

    [PostgresFact]
    public async Task Row_security_sees_the_setting_of_its_own_statement_only()
    {
        await using var on = await TestDatabase.Open(DatabaseKind.Postgres, Shelf);
        Sql asked = $"select current_setting('socle.subject', true)";

        (await on.Db.First(asked.Under("socle.subject", "p1"), r => r.TextOrNull(0), default)).ShouldBe("p1");
        (await on.Db.First($"select current_setting('socle.subject', true)", r => r.TextOrNull(0) ?? "", default)).ShouldBeEmpty();
    }

    [Theory, OnEachDatabase]
    public async Task What_was_committed_is_there_after_a_restart_and_waiting_units_are_drained(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind, Shelf);
        var commits = Enumerable.Range(1, 200).Select(i => on.Db.Commit(Books(i, ["x"]), default)).ToArray();
        await on.Restart();
        await Task.WhenAll(commits);
        (await on.Db.First($"select count(*) from shelf_book", r => r.Long(0), default)).ShouldBe(200);
    }

    [Fact]
    public async Task A_disk_that_fails_under_a_commit_ends_the_process_and_nobody_is_told_it_worked()
    {
        var fatal = new List<Exception>();
        await using var writer = new Writer(new BrokenDisk(), 10, fatal.Add);
        (await Outcome(writer.Commit(new(), default))).ShouldBeOfType<IOException>();
        fatal.Count.ShouldBe(1);
    }

    static async Task<Exception?> Outcome(Task task)
    {
        try
        {
            await task;
            return null;
        }
        catch (Exception error)
        {
            return error;
        }
    }

    static Unit Books(long patient, IReadOnlyList<string> titles)
    {
        var unit = new Unit();
        for (var i = 0; i < titles.Count; i++) unit.Add(Insert(patient, i, titles[i]));
        return unit;
    }

    static Task<List<long>> Numbers(TestDatabase on, Sql where) =>
        on.Db.Query($"select number from shelf_book where {where} order by number", r => r.Long(0), default);

    static Sql Insert(long patient, long number, string? title, byte[]? body = null, bool lent = false) =>
        $"insert into shelf_book (patient, number, title, body, lent) values ({patient}, {number}, {title}, {body}, {lent})";

    /// <summary>The writer stands still after a commit, however quick the disk: what is handed over meanwhile waits together.</summary>
    sealed class HeldWriter : IDisposable
    {
        readonly ManualResetEventSlim gate = new();

        public static async Task<HeldWriter> Of(TestDatabase on)
        {
            var (held, reached) = (new HeldWriter(), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
            var unit = Books(1, ["first"]);
            unit.AfterCommit(() =>
            {
                reached.SetResult();
                held.gate.Wait();
            });
            _ = on.Db.Commit(unit, default);
            await reached.Task;
            return held;
        }

        public void Release() => gate.Set();

        // Not the event itself: the writer may stand in it still.
        public void Dispose() => gate.Set();
    }

    sealed class BrokenDisk : Engine
    {
        public override Dialect Dialect { get; } = new SqliteDialect();

        public override bool Blocks => true;

        public override ValueTask Commit(IReadOnlyList<Pending> batch, Trail? trail) => throw new IOException("fsync");

        public override Task<List<T>> Query<T>(Sql sql, Func<Row, T> read, int limit, CancellationToken stop) => throw new NotSupportedException();

        public override IAsyncEnumerable<T> Stream<T>(Sql sql, Func<Row, T> read, CancellationToken stop) => throw new NotSupportedException();

        public override Task Migrate(string script, IReadOnlyList<Sql> records, CancellationToken stop) => throw new NotSupportedException();

        public override ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
