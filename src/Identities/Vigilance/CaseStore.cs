using Socle.Platform;

namespace Socle.Identities;

/// <summary>One piece of work of the identity cell, about two records.</summary>
/// <param name="Kind">« doublon » or « collision ».</param>
/// <param name="One">The smaller key of the two.</param>
/// <param name="Note">French: why it was opened.</param>
/// <param name="Decision">« merged », « different », « unmerged », null while it is open.</param>
sealed record IdentityCase(
    long Id, string Kind, bool IsOpen, long One, long Other, double Score, DateTimeOffset Opened, string OpenedBy, string Note,
    DateTimeOffset? Closed, string? ClosedBy, string? Decision, string? Why);

static class CaseKind
{
    public const string Duplicate = "doublon", Collision = "collision";

    public static readonly IReadOnlyList<string> All = [Collision, Duplicate];
}

/// <summary>The SQL of the identity cell's work.</summary>
sealed class CaseStore(Db db, Chance chance, TimeProvider clock)
{
    /// <summary>Opens a case unless the pair has one of this kind: what was decided of them stays decided.</summary>
    public void Open(Unit unit, string kind, long one, long other, double score, string openedBy, string note)
    {
        var (id, now, tenths) = (chance.NextLong() & long.MaxValue, Clock.Micros(clock), (long)Math.Round(score * 10));
        unit.Add($"""
            insert into identities_case (id, kind, state, one, other, score, opened, opened_by, note)
            values ({id}, {kind}, 'open', {Math.Min(one, other)}, {Math.Max(one, other)}, {tenths}, {now}, {openedBy}, {note})
            on conflict (one, other, kind) do nothing
            """);
    }

    /// <summary>The same, and again where it was closed: the fact came back.</summary>
    public void OpenAgain(Unit unit, string kind, long one, long other, string openedBy, string note)
    {
        Open(unit, kind, one, other, 0, openedBy, note);
        unit.Add($"""
            update identities_case set state = 'open', closed = null, closed_by = null, decision = null, why = null
            where one = {Math.Min(one, other)} and other = {Math.Max(one, other)} and kind = {kind} and state = 'closed'
            """);
    }

    /// <summary>Only while it is open: two who decide at once do not both.</summary>
    public void Close(Unit unit, long id, string decision, string closedBy, string why) => unit.Expect($"""
        update identities_case set state = 'closed', closed = {Clock.Micros(clock)}, closed_by = {closedBy}, decision = {decision}, why = {why}
        where id = {id} and state = 'open'
        """, () => IdentitiesRefusals.CaseClosed.With());

    public void CloseAll(Unit unit, long one, long other, string decision, string closedBy, string why) => unit.Add($"""
        update identities_case set state = 'closed', closed = {Clock.Micros(clock)}, closed_by = {closedBy}, decision = {decision}, why = {why}
        where one = {Math.Min(one, other)} and other = {Math.Max(one, other)} and state = 'open'
        """);

    /// <summary>What was decided of a pair, whether a case was open or closed: it is not brought up again.</summary>
    public void Decide(Unit unit, long one, long other, string decision, string closedBy, string why) => unit.Add($"""
        update identities_case set state = 'closed', closed = {Clock.Micros(clock)}, closed_by = {closedBy}, decision = {decision}, why = {why}
        where one = {Math.Min(one, other)} and other = {Math.Max(one, other)}
        """);

    /// <summary>The queue, oldest first; another page begins after the last one of this.</summary>
    public Task<List<IdentityCase>> Queue(bool open, string? kind, int most, CancellationToken stop)
    {
        var state = open ? "open" : "closed";
        var ofKind = kind is null ? Sql.Empty : (Sql)$" and kind = {kind}";
        var order = open ? (Sql)$"order by opened, id" : $"order by closed desc, id";
        return db.Query($"select {Columns} from identities_case where state = {state}{ofKind} {order} limit {(long)most}", Read, stop);
    }

    public async Task<IReadOnlyDictionary<string, long>> Counts(CancellationToken stop) =>
        (await db.Query($"select kind, count(*) from identities_case where state = 'open' group by kind", row => (row.Text(0), row.Long(1)), stop))
            .ToDictionary(row => row.Item1, row => row.Item2);

    public Task<IdentityCase?> ById(long id, CancellationToken stop) =>
        db.First($"select {Columns} from identities_case where id = {id}", Read, stop)!;

    /// <summary>Every case a record has a part in.</summary>
    public Task<List<IdentityCase>> Of(long patient, CancellationToken stop) =>
        db.Query($"select {Columns} from identities_case where one = {patient} or other = {patient} order by opened", Read, stop);

    static Sql Columns => $"id, kind, state, one, other, score, opened, opened_by, note, closed, closed_by, decision, why";

    static IdentityCase Read(Row row) => new(
        row.Long(0), row.Text(1), row.Text(2) == "open", row.Long(3), row.Long(4), row.Long(5) / 10.0, Clock.FromMicros(row.Long(6)), row.Text(7), row.Text(8),
        row.LongOrNull(9) is { } closed ? Clock.FromMicros(closed) : null, row.TextOrNull(10), row.TextOrNull(11), row.TextOrNull(12));
}
