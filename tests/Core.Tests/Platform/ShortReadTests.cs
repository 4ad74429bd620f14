using Socle.Platform;
using Socle.Support;

namespace Socle.Core.Tests.Platform;

/// <summary>Short reads go on looking at one state of the database (SQLite) or travel together (PostgreSQL): nobody may see less for it.</summary>
public sealed class ShortReadTests
{
    static readonly Agent Nurse = new(AgentKind.Professional, "rpps:invented", "Camille Invente", "Infirmière", "999999999", "Structure inventée", 5, 0);

    static readonly Migration Shelf = new("shelf", 1, "shelf", """
        create table shelf_book (
            patient {long} not null,
            number {long} not null,
            primary key (patient, number)
        ) {strict};
        """);

    [Theory, OnEachDatabase]
    public async Task A_short_read_sees_all_that_was_answered_before_it(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind, Shelf);
        await Task.WhenAll(Enumerable.Range(1, 8).Select(patient => Task.Run(async () =>
        {
            for (var number = 0; number < 60; number++)
            {
                var unit = new Unit();
                unit.Add($"insert into shelf_book (patient, number) values ({(long)patient}, {(long)number})");
                await on.Db.Commit(unit, default);
                (await Count(on, patient)).ShouldBe(number + 1);
                await on.Db.Commit(Traces(on, 1, "Observation/x"), default);
                (await Count(on, patient)).ShouldBe(number + 1);
            }
        })));
    }

    [Fact]
    public async Task What_is_no_short_read_sees_the_audit_entry_that_was_just_written()
    {
        await using var on = await TestDatabase.Open(DatabaseKind.Sqlite, s => s with { Readers = 1 }, Shelf);
        for (var i = 1; i <= 20; i++)
        {
            await Count(on, 1);
            await on.Db.Commit(Traces(on, 1, "Observation/x"), default);
            (await on.Audit.Latest(null, 100, default)).Count.ShouldBe(i);
        }
    }

    [Fact]
    public async Task A_reader_that_goes_on_looking_does_not_keep_the_log_from_starting_again()
    {
        await using var on = await TestDatabase.Open(DatabaseKind.Sqlite, Shelf);
        var target = new string('x', 6_000);
        for (var commits = 0; commits < 120; commits++)
        {
            await Count(on, 1);
            await on.Db.Commit(Traces(on, 50, target), default);
        }

        // Nine thousand pages went through it, and it is carried home after each four thousand.
        new FileInfo(Path.Combine(on.Folder, "socle.db-wal")).Length.ShouldBeInRange(16_000_000, 24_000_000);
    }

    static Task<long> Count(TestDatabase on, long patient) =>
        on.Db.First(((Sql)$"select count(*) from shelf_book where patient = {patient}").Short(), row => row.Long(0), default);

    static Unit Traces(TestDatabase on, int entries, string target)
    {
        var unit = new Unit();
        for (var i = 0; i < entries; i++) on.Audit.Append(unit, new() { Agent = Nurse, Action = "read", Target = target });
        return unit;
    }
}
