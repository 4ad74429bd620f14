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

    static Sql Insert(long patient, long number, string? title, byte[]? body = null, bool lent = false) =>
        $"insert into shelf_book (patient, number, title, body, lent) values ({patient}, {number}, {title}, {body}, {lent})";
}
