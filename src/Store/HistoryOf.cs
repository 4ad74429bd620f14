using System.Globalization;
using System.Text;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>history of an instance, a type or everything: newest first, page by page.</summary>
sealed class HistoryOf(StoreParts parts)
{
    const int DefaultCount = 50;
    const int MostCount = 100;
    const string Purpose = "store.history";

    public async Task<HistoryPage?> Page(Scope scope, string? type, string? id, HistoryQuery query, CancellationToken stop)
    {
        HeadRow? instance = null;
        if (type is not null) Demand.Allowed(scope, type, Interaction.History);
        if (id is not null && (instance = await parts.Rows.Find(scope, type!, id, stop)) is null) return null;
        var count = Math.Clamp(query.Count ?? DefaultCount, 1, MostCount);
        var since = Rows.Since(query.Since);
        var subject = $"{scope.Agent.Id}\n{type}/{id}";
        var after = After(subject, query.PageToken);

        List<HeadRow> rows;
        var at = query.At ?? (long.MinValue, long.MaxValue);
        if (instance is not null) rows = await OfInstance(scope, instance, since, at, after, count, stop);
        else rows = await OfTypes(
            scope, type is null ? await Types(scope, Interaction.History, stop) : [Definitions.TypeNumber(type)], since, at, after, count, stop);

        var more = rows.Count > count;
        var released = new List<Stored>();
        await parts.Rows.Warm(rows, stop);
        foreach (var row in rows.Take(count)) released.Add(await Open(row, id, stop));
        await parts.Trace.Release(scope, "history", type ?? "*", released, stop);
        return new(parts.Trace.Outgoing(scope, released), more ? Token(subject, rows[count - 1]) : null);
    }

    public static HeadRow ReadOlder(Row row) => new(
        row.Int(0), row.Long(1), row.Long(2), row.Long(3), row.Long(4), row.Long(5) != 0, row.Long(6), 0, Indexed.NoDate,
        row.LongOrNull(7), [], row.Bytes(8));

    async ValueTask<Stored> Open(HeadRow row, string? id, CancellationToken stop)
    {
        var stored = await parts.Rows.Open(row, stop);
        if (!stored.Deleted) return stored;
        return stored with { Id = id ?? await NameOf(row, stop) };
    }

    // A deleted version is called as the one before it was.
    async ValueTask<string> NameOf(HeadRow row, CancellationToken stop)
    {
        var before = await parts.Scoped.Unscoped("the name of a version that was just released", $"""
            select v.type, v.patient, v.number, v.version, v.updated, v.deleted, v.owner, v.blob, v.body from store_version v
            where v.patient = {row.Patient} and v.number = {row.Number} and v.version = {row.Version - 1}
            """, ReadOlder, stop);
        return before is [{ Deleted: false } older] ? (await parts.Rows.Open(older, stop)).Id : parts.Ids.External(row.Patient, row.Number);
    }

    async Task<List<HeadRow>> OfInstance(
        Scope scope, HeadRow head, long since, (long Low, long High) at, HistoryPosition? after, int count, CancellationToken stop)
    {
        var before = after?.Version ?? long.MaxValue;
        var older = await parts.Scoped.Query(scope, visible => $"""
            select v.type, v.patient, v.number, v.version, v.updated, v.deleted, v.owner, v.blob, v.body
            from store_version v join store_resource r on r.patient = v.patient and r.number = v.number
            where v.patient = {head.Patient} and v.number = {head.Number} and v.version < {before} and v.updated >= {since}
                and {Current(at)} and (v.labels & {(long)scope.ReadReach.Hidden}) = 0 and {visible}
            order by v.version desc limit {(long)count + 1}
            """, ReadOlder, stop);
        if (head.Version < before && head.Updated >= since && head.Updated < at.High) older.Insert(0, head);
        return older;
    }

    // A version was current from its own time until the one after it came.
    static Sql Current((long Low, long High) at) => at == (long.MinValue, long.MaxValue) ? $"1 = 1" : (Sql)$"""
        v.updated < {at.High} and (r.version = v.version + 1 and r.updated > {at.Low} or exists (
            select 1 from store_version n where n.patient = v.patient and n.number = v.number and n.version = v.version + 1 and n.updated > {at.Low}))
        """;

    // Head and older versions have an index each, by type and time: both are read as far as the page needs, then merged.
    async Task<List<HeadRow>> OfTypes(
        Scope scope, IEnumerable<int> types, long since, (long Low, long High) period, HistoryPosition? after, int count, CancellationToken stop)
    {
        var at = after ?? new(long.MaxValue, long.MaxValue, long.MaxValue, long.MaxValue);
        var found = new List<HeadRow>();
        foreach (var type in types)
        {
            found.AddRange(await parts.Scoped.Query(scope, visible => $"""
                select {Rows.Columns} from store_resource r
                where r.type = {type} and r.updated >= {since} and r.updated <= {Math.Min(at.Updated, period.High - 1)}
                    and (r.updated, r.patient, r.number, r.version) < ({at.Updated}, {at.Patient}, {at.Number}, {at.Version}) and {visible}
                order by r.updated desc, r.patient desc, r.number desc limit {(long)count + 1}
                """, Rows.Read, stop));
            found.AddRange(await parts.Scoped.Query(scope, visible => $"""
                select v.type, v.patient, v.number, v.version, v.updated, v.deleted, v.owner, v.blob, v.body
                from store_version v join store_resource r on r.patient = v.patient and r.number = v.number
                where v.type = {type} and v.updated >= {since} and v.updated <= {at.Updated}
                    and (v.updated, v.patient, v.number, v.version) < ({at.Updated}, {at.Patient}, {at.Number}, {at.Version})
                    and {Current(period)} and (v.labels & {(long)scope.ReadReach.Hidden}) = 0 and {visible}
                order by v.updated desc, v.patient desc, v.number desc, v.version desc limit {(long)count + 1}
                """, ReadOlder, stop));
        }
        return [.. found.OrderByDescending(row => (row.Updated, row.Patient, row.Number, row.Version)).Take(count + 1)];
    }

    public async Task<List<int>> Types(Scope scope, Interaction interaction, CancellationToken stop)
    {
        var found = new List<int>();
        for (var last = 0; await parts.Scoped.TypeAfter(last, type => scope.Types.Allows(type, interaction), stop) is { } type; last = type)
            found.Add(type);
        return found;
    }

    string Token(string subject, HeadRow last) => parts.Keys.SealToken(Purpose, Encoding.UTF8.GetBytes(string.Create(
        CultureInfo.InvariantCulture, $"{parts.Keys.Hash(Purpose, subject)} {last.Updated} {last.Patient} {last.Number} {last.Version}")));

    HistoryPosition? After(string subject, string? token)
    {
        if (token is null) return null;
        if (!parts.Keys.TryOpenToken(Purpose, token, out var plain)) throw StoreRefusals.BadPageToken.With();
        long[] numbers = [.. Encoding.UTF8.GetString(plain).Split(' ').Select(text => long.Parse(text, CultureInfo.InvariantCulture))];
        if (numbers[0] != parts.Keys.Hash(Purpose, subject)) throw StoreRefusals.BadPageToken.With();
        return new(numbers[1], numbers[2], numbers[3], numbers[4]);
    }

    sealed record HistoryPosition(long Updated, long Patient, long Number, long Version);
}
