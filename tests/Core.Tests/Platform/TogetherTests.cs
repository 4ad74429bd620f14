using Socle.Platform;
using Socle.Support;

namespace Socle.Core.Tests.Platform;

/// <summary>What travels together for speed still succeeds and fails each for itself.</summary>
public sealed class TogetherTests
{
    static readonly RefusalKind Taken = new("taken", Reason.Conflict, "Pris.");

    static readonly Migration Drawer = new("drawer", 1, "drawer", """
        create table drawer_card (patient {long} not null, number {long} not null, title {text}, blob {long}, body {bytes} not null, primary key (patient, number)) {strict};
        create table drawer_word (word {text} not null, patient {long} not null, primary key (word, patient)) {strict};
        """);

    static readonly Table Cards = new("drawer_card", Column.Long("patient"), Column.Long("number"), Column.Text("title"), Column.Long("blob"), Column.Bytes("body"));
    static readonly Table Words = new("drawer_word", Column.Text("word"), Column.Long("patient")) { KeepsFirst = true };

    [Theory, OnEachDatabase]
    public async Task A_row_that_stands_already_refuses_its_own_unit_and_no_other(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind, Drawer);
        await on.Db.Commit(Card(1, 7), default);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 60).Select(async i =>
        {
            try
            {
                await on.Db.Commit(Card(1, i), default);
                return true;
            }
            catch (Refusal refusal) when (refusal.Kind == Taken)
            {
                return false;
            }
        }));

        outcomes.Count(landed => !landed).ShouldBe(1);
        outcomes[7].ShouldBeFalse();
        var numbers = await on.Db.Query($"select number, title, blob, body from drawer_card where patient = {1L} order by number",
            row => (row.Long(0), row.TextOrNull(1), row.LongOrNull(2), row.Bytes(3)[0]), default);
        numbers.ShouldBe(Enumerable.Range(0, 60).Select(i => ((long)i, i % 2 == 0 ? null : $"carte {i}", i % 3 == 0 ? (long?)null : i, (byte)i)));
        // Each unit brought the same word: the first stays, nobody is refused.
        (await on.Db.Query($"select patient from drawer_word where word = {"carte"}", row => row.Long(0), default)).ShouldBe([1L]);
    }

    [Theory, OnEachDatabase]
    public async Task Rows_go_in_before_the_statements_of_a_commit(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind, Drawer);
        var erase = new Unit();
        erase.Add($"delete from drawer_card where patient = {2L}");
        erase.Insert(Cards, () => Taken.With(), 2L, 1L, null, null, new byte[] { 1 });

        await on.Db.Commit(erase, default);

        (await on.Db.Query($"select number from drawer_card where patient = {2L}", row => row.Long(0), default)).ShouldBeEmpty();
    }

    [Theory, OnEachDatabase]
    public async Task Short_reads_find_their_own_rows_and_fail_each_for_itself(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind, Drawer);
        for (var i = 0; i < 20; i++) await on.Db.Commit(Card(3, i), default);

        var reads = await Task.WhenAll(Enumerable.Range(0, 100).Select(async i =>
        {
            try
            {
                if (i % 10 == 3) return (await on.Db.Query(((Sql)$"select number from drawer_nothing where number = {(long)i}").Short(), row => row.Long(0), default)).Count;
                if (i % 10 == 6)
                    return (await on.Db.Query(((Sql)$"select number from drawer_card where patient = {3L}").Short(), Refuse, default)).Count;
                return (int)(await on.Db.First(((Sql)$"select number from drawer_card where patient = {3L} and number = {(long)(i % 20)}").Short(), row => row.Long(0), default));
            }
            catch (Exception error) when (error is not Shouldly.ShouldAssertException)
            {
                return error is InvalidCastException ? -2 : -1;
            }
        }));

        reads.ShouldBe(Enumerable.Range(0, 100).Select(i => i % 10 == 3 ? -1 : i % 10 == 6 ? -2 : i % 20));
    }

    [Theory, OnEachDatabase]
    public async Task A_short_read_that_nobody_waits_for_any_more_disturbs_nobody(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind, Drawer);
        await on.Db.Commit(Card(4, 1), default);
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();

        var reads = Enumerable.Range(0, 30).Select(i => on.Db.Query(((Sql)$"select number from drawer_card where patient = {4L}").Short(),
            row => row.Long(0), i % 3 == 0 ? gone.Token : default)).ToList();

        for (var i = 0; i < reads.Count; i++)
        {
            if (i % 3 == 0) await Should.ThrowAsync<OperationCanceledException>(() => reads[i]);
            else (await reads[i]).ShouldBe([1L]);
        }
    }

    static long Refuse(Row row) => throw new InvalidCastException($"{row.Long(0)} is not what was expected.");

    static Unit Card(long patient, int number)
    {
        var unit = new Unit();
        unit.Insert(Cards, () => Taken.With(), patient, (long)number, number % 2 == 0 ? null : $"carte {number}", number % 3 == 0 ? null : (long)number, new[] { (byte)number });
        unit.Insert(Words, null, "carte", patient);
        return unit;
    }
}
