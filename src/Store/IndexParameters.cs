using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>
/// Walks the resources that stand already when a search parameter is new, in pages, oldest change first, and adds what they are found by.
/// Where it is stands in the database with each page: a restart goes on from there. Writes meanwhile index themselves.
/// </summary>
sealed class IndexParameters(StoreParts parts)
{
    const int PageSize = 200;

    // A write that was being prepared when the parameter came does not know it, nor does one of a process that has not heard of it yet (two
    // seconds at the most): the walk looks once more at what changed since then.
    static readonly TimeSpan Grace = TimeSpan.FromSeconds(10), Overlap = TimeSpan.FromSeconds(60);

    /// <summary>So many pages; false when nothing is left to do.</summary>
    public async Task<bool> Some(int pages, CancellationToken stop)
    {
        parts.Parameters.Changed();
        await parts.Parameters.Ready(stop);
        while (pages > 0)
        {
            var waiting = (await parts.Parameters.All(stop)).Where(row => row.IsWalked && !IsTooSoon(row)).ToList();
            if (waiting.Count == 0) break;
            var row = waiting[0];
            for (var done = false; !done && pages > 0; pages--) (row, done) = await Page(row, stop);
        }
        parts.Parameters.Changed();
        await parts.Parameters.Ready(stop);
        return (await parts.Parameters.All(stop)).Exists(row => row.IsWalked);
    }

    bool IsTooSoon(SearchParameters.Known row) => row.State == "finishing" && Now < row.Since + Grace.Ticks / 10;

    long Now => Rows.Microseconds(parts.Clock.GetUtcNow());

    async Task<(SearchParameters.Known, bool)> Page(SearchParameters.Known row, CancellationToken stop)
    {
        var unit = new Unit();
        var type = row.WalkedType == 0 ? await NextType(row, stop) : row.WalkedType;
        var found = type is null ? [] : await Next(row, type.Value, stop);
        await parts.Rows.Warm(found, stop);
        foreach (var one in found) await Index(unit, one, stop);
        var end = false;
        if (found.Count == PageSize)
            row = row with { WalkedType = type!.Value, WalkedUpdated = found[^1].Updated, WalkedPatient = found[^1].Patient, WalkedNumber = found[^1].Number };
        else if (type is not null && await NextType(row with { WalkedType = type.Value }, stop) is { } next)
            row = row with { WalkedType = next, WalkedUpdated = Start(row), WalkedPatient = 0, WalkedNumber = 0 };
        else end = true;
        row = row with { Walked = row.Walked + (row.State == "waiting" ? found.Count : 0) };
        SearchParameters.Advance(unit, row, end, Again(row));
        if (end) parts.Db.Changes.Tell(unit, SearchParameters.Kind);
        await parts.Db.Commit(unit, stop);
        return (row, end);
    }

    // The second round begins shortly before the parameter came.
    static long Again(SearchParameters.Known row) => row.Since - Overlap.Ticks / 10;

    static long Start(SearchParameters.Known row) => row.State == "waiting" ? long.MinValue : Again(row);

    Task<int?> NextType(SearchParameters.Known row, CancellationToken stop) => parts.Scoped.TypeAfter(row.WalkedType, type => Fits(row.Type, type), stop);

    static bool Fits(string declared, string type) =>
        declared == type || declared == "Resource" || declared == "DomainResource" && Definitions.BaseType(type) == "DomainResource";

    Task<List<HeadRow>> Next(SearchParameters.Known row, int type, CancellationToken stop) => parts.Scoped.Unscoped(
        "the index of a new search parameter; answers nobody", $"""
        select {Rows.Columns} from store_resource r
        where r.type = {type} and (r.updated, r.patient, r.number) > ({row.WalkedUpdated}, {row.WalkedPatient}, {row.WalkedNumber}) and r.deleted = 0
        order by r.updated, r.patient, r.number limit {(long)PageSize}
        """, Rows.Read, stop);

    async Task Index(Unit unit, HeadRow row, CancellationToken stop)
    {
        Stored stored;
        try
        {
            stored = await parts.Rows.Open(row, stop);
        }
        catch (Refusal refusal) when (refusal.Kind == PlatformRefusals.PatientErased || refusal.Kind == PlatformRefusals.PatientKeyUnknown)
        {
            return;   // erased since the page was read
        }
        using var document = FhirDocument.Parse(stored.Bytes);
        var values = parts.Parameters.ValuesOf(document);
        var texts = values.Where(value => value.Kind == SearchKind.Reference).Select(value => value.Text).OfType<string>().Select(Ids.WithoutVersion);
        var places = await parts.Rows.Resolve(Scope.ForDecision, texts.Where(text => !parts.Ids.TryRead(text, out _)).ToHashSet(), stop);
        var index = Indexed.Of(stored.Type, values, document, parts.Hashes, parts.Ids, places, row.Patient);
        if (!index.Hashes.AsSpan().SequenceEqual(row.Hashes))
            unit.Add($"""
                update store_resource set hashes = {index.Hashes}
                where patient = {row.Patient} and number = {row.Number} and version = {row.Version}
                """);
        Commands.Complete(unit, row, index);
    }
}
