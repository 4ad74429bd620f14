using System.Globalization;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>
/// Everything of one type that changed within a time, page by page in an order that new writes do not disturb: what changes meanwhile
/// leaves the range. One statement reads a bounded number of rows, however few of them the scope reaches.
/// </summary>
sealed class ExportResources(StoreParts parts, Scope scope, ExportRange range)
{
    const int MostWindow = 1_000;
    const int PatientsAtOnce = 100;
    const int FewPatients = 10_000;

    // Whom a software may find by identifier, one at a time, it does not list.
    readonly Scope reached = scope.WithoutTypesOfEveryone();

    readonly int type = Definitions.TypeNumber(range.Type);
    readonly long since = Rows.Since(range.Since);
    readonly long until = Rows.Microseconds(range.Until);
    readonly long deleted = range.Deleted ? 1 : 0;
    readonly long window = Math.Clamp(range.Count ?? MostWindow, 1, MostWindow);

    public async Task<ExportPage> Page(Func<long[], CancellationToken, Task<IReadOnlySet<long>>> told, CancellationToken stop)
    {
        Demand.Allowed(scope, range.Type, Interaction.Read);
        Demand.Allowed(scope, range.Type, Interaction.Search);
        var patients = range.Patients is { } named ? [.. named.Order()] : PatientsReached();
        var (rows, next) = patients is null ? await OfType(stop) : await OfPatients(patients, stop);
        var filters = new List<RowMatch>();
        foreach (var query in range.AnyOf) filters.Add(await RowMatch.Of(parts, scope, query, stop));
        var found = new List<Stored>(rows.Count);
        await parts.Rows.Warm(rows, stop);
        foreach (var row in rows)
            if (await Open(row, filters, stop) is { } stored) found.Add(stored);
        await Release(found, told, stop);
        return new(parts.Trace.Outgoing(scope, found), next);
    }

    // A record's rows stand together: few records are read one after the other instead of looking through the type.
    long[]? PatientsReached()
    {
        var reach = reached.ReadReach;
        if (!range.RecordsOnly || reach.Everyone || reach.Owner is not null) return null;
        return reach.Patients.Count > FewPatients ? null : [.. reach.Patients.Order()];
    }

    async Task<(List<HeadRow>, string?)> OfType(CancellationToken stop)
    {
        var at = Position.Read(range.After) ?? new(since, long.MinValue, long.MinValue);
        var last = await parts.Scoped.Unscoped("how far one page goes, answers nobody", $"""
            select updated, patient, number from store_resource
            where type = {type} and updated >= {at.First} and updated <= {until}
                and (updated, patient, number) > ({at.First}, {at.Second}, {at.Third})
            order by updated, patient, number limit 1 offset {window - 1}
            """, row => new Position(row.Long(0), row.Long(1), row.Long(2)), stop);
        var end = last.Count == 1 ? last[0] : new(until, long.MaxValue, long.MaxValue);
        var rows = await parts.Scoped.Query(reached, visible => $"""
            select {Rows.Columns} from store_resource r
            where r.type = {type} and r.updated >= {at.First} and r.updated <= {end.First}
                and (r.updated, r.patient, r.number) > ({at.First}, {at.Second}, {at.Third})
                and (r.updated, r.patient, r.number) <= ({end.First}, {end.Second}, {end.Third})
                and r.deleted = {deleted}{Records()}{WasVisible()} and {visible}
            order by r.updated, r.patient, r.number
            """, Rows.Read, stop);
        return (rows, last.Count == 1 ? end.Write() : null);
    }

    async Task<(List<HeadRow>, string?)> OfPatients(long[] patients, CancellationToken stop)
    {
        var at = Position.Read(range.After) ?? new(long.MinValue, long.MinValue, 0);
        var rest = patients.Where(patient => patient >= at.First).ToArray();
        long[] some = [.. rest.Take(PatientsAtOnce)];
        if (some.Length == 0) return ([], null);
        var rows = await parts.Scoped.Query(reached, visible => $"""
            select {Rows.Columns} from store_resource r
            where r.patient in {some} and r.type = {type} and r.updated >= {since} and r.updated <= {until}
                and (r.patient, r.number) > ({at.First}, {at.Second})
                and r.deleted = {deleted}{Records()}{WasVisible()} and {visible}
            order by r.patient, r.number limit {window}
            """, Rows.Read, stop);
        if (rows.Count == window) return (rows, new Position(rows[^1].Patient, rows[^1].Number, 0).Write());
        return (rows, rest.Length > some.Length ? new Position(some[^1], long.MaxValue, 0).Write() : null);
    }

    Sql Records()
    {
        if (!range.RecordsOnly) return Sql.Empty;
        return $" and r.patient > 0 and r.patient < {PatientKeys.Quarantine}";
    }

    // A deleted row carries no labels any more: those of the version before it decide whether its id may be told.
    Sql WasVisible()
    {
        if (!range.Deleted || scope.ReadReach.Hidden == Labels.None) return Sql.Empty;
        return $"""
             and exists (select 1 from store_version v where v.patient = r.patient and v.number = r.number and v.version = r.version - 1
                and (v.labels & {(long)scope.ReadReach.Hidden}) = 0)
            """;
    }

    async ValueTask<Stored?> Open(HeadRow row, List<RowMatch> filters, CancellationToken stop)
    {
        if (row.Deleted) return (await parts.Rows.Open(row, stop)) with { Id = await NameOf(row, stop) };
        if (filters.Count > 0 && !filters.Exists(filter => filter.MayMatch(row))) return null;
        var stored = await parts.Rows.Open(row, stop);
        return filters.Count == 0 || RowMatch.Any(filters, row, stored) ? stored : null;
    }

    async ValueTask<string> NameOf(HeadRow row, CancellationToken stop)
    {
        var before = await parts.Scoped.Unscoped("the name of a version that is about to be released", $"""
            select v.type, v.patient, v.number, v.version, v.updated, v.deleted, v.owner, v.blob, v.body from store_version v
            where v.patient = {row.Patient} and v.number = {row.Number} and v.version = {row.Version - 1}
            """, HistoryOf.ReadOlder, stop);
        return before is [{ Deleted: false } older] ? (await parts.Rows.Open(older, stop)).Id : parts.Ids.External(row.Patient, row.Number);
    }

    async Task Release(List<Stored> found, Func<long[], CancellationToken, Task<IReadOnlySet<long>>> told, CancellationToken stop)
    {
        long[] patients = [.. found.Select(stored => stored.PatientKey).Where(patient => patient != 0).Distinct()];
        if (patients.Length == 0) return;
        var known = await told(patients, stop);
        await parts.Trace.Release(scope, "export", "*", found.Where(stored => !known.Contains(stored.PatientKey)), stop);
    }

    readonly record struct Position(long First, long Second, long Third)
    {
        public string Write() => string.Create(CultureInfo.InvariantCulture, $"{First} {Second} {Third}");

        public static Position? Read(string? text)
        {
            if (text is null) return null;
            var numbers = text.Split(' ');
            return new(Number(numbers[0]), Number(numbers[1]), Number(numbers[2]));
        }

        static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
    }
}
