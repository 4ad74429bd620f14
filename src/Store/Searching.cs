using System.Runtime.CompilerServices;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>A row that matches, opened.</summary>
sealed record Hit(HeadRow Row, Stored Stored, SortValue[] Values);

/// <summary>Finds what matches, as the scope sees it. It releases nothing: whoever answers writes the trace.</summary>
sealed class Searching(Scoped scoped, Rows rows, Hashes hashes, Ids ids, Keys keys)
{
    const int Chunk = 100;
    const int MostFound = 100;
    const int MostRead = 200_000;

    public Keys Keys => keys;

    public async Task<List<HeadRow>> FindRows(Scope scope, SearchQuery query, int most, CancellationToken stop)
    {
        var found = new List<HeadRow>();
        await foreach (var hit in Hits(scope, query, null, null, most, stop))
        {
            found.Add(hit.Row);
            if (found.Count == most) break;
        }
        return found;
    }

    public async Task<IReadOnlyList<Stored>> Find(Scope scope, SearchQuery query, long? record, CancellationToken stop)
    {
        var found = new List<Stored>();
        await foreach (var hit in Hits(scope, query, record, null, MostFound, stop))
        {
            found.Add(hit.Stored);
            if (found.Count == MostFound) break;
        }
        return found;
    }

    public async Task<long> Count(Scope scope, SearchQuery query, CancellationToken stop)
    {
        var filter = await Plan().Of(scope, query, stop);
        var candidates = new Candidates(scoped, hashes, scope, query, filter, null);
        if (filter.IsEmpty && candidates.IsWholeType) return await candidates.CountOfType(stop) ?? 0;
        var count = 0L;
        await foreach (var _ in Hits(scope, query, null, null, Chunk, stop)) count++;
        return count;
    }

    /// <summary>Matches in their order, from after a position.</summary>
    /// <param name="record">Only this patient's record.</param>
    /// <param name="wanted">How many will be taken, as a hint.</param>
    public async IAsyncEnumerable<Hit> Hits(
        Scope scope, SearchQuery query, long? record, Position? after, int wanted, [EnumeratorCancellation] CancellationToken stop)
    {
        var filter = await Plan().Of(scope, query, stop);
        if (filter.Nothing) yield break;
        var order = new SearchOrder(query);
        var candidates = new Candidates(scoped, hashes, scope, query, filter, record);
        var hits = candidates.OneRange is { } range && order.NewestDateFirst ? OfRange(candidates, range, filter, order, after, wanted, stop)
            : candidates.IsWholeType && order.NewestChangeFirst ? OfType(candidates, filter, order, after, wanted, stop)
            : order.ByColumns ? Sorted(scope, await candidates.All(stop), filter, order, after, stop)
            : SortedByBody(scope, await candidates.All(stop), filter, order, after, stop);
        await foreach (var hit in hits.WithCancellation(stop)) yield return hit;
    }

    SearchPlan Plan() => new(rows, hashes, ids, this);

    // One range of the index, in its order: the bodies come with the rows.
    async IAsyncEnumerable<Hit> OfRange(
        Candidates candidates, (long Patient, long[] Codes) range, SearchFilter filter, SearchOrder order, Position? after, int wanted,
        [EnumeratorCancellation] CancellationToken stop)
    {
        var last = after is null
            ? null
            : HeadRow.At(after.Patient, after.Number, after.Values[0] is { Exists: true, Long: var date } ? date : Indexed.NoDate);
        var chunk = Math.Min(wanted, Chunk) + 1;
        while (true)
        {
            var found = await candidates.NextOfRange(range, last, chunk, stop);
            var next = found.OrderByDescending(row => row.MainDate).ThenByDescending(row => row.Patient).ThenByDescending(row => row.Number)
                .DistinctBy(row => (row.Patient, row.Number)).Take(chunk).ToList();
            foreach (var row in next)
            {
                if (await Check(row, filter, order, stop) is { } hit) yield return hit;
            }
            if (next.Count < chunk) yield break;
            last = next[^1];
        }
    }

    async IAsyncEnumerable<Hit> OfType(
        Candidates candidates, SearchFilter filter, SearchOrder order, Position? after, int wanted, [EnumeratorCancellation] CancellationToken stop)
    {
        var (updated, patient, number) = after is null
            ? (long.MaxValue, long.MaxValue, long.MaxValue)
            : (after.Values[0].Long, after.Patient, after.Number);
        var chunk = filter.IsEmpty ? Math.Min(wanted, Chunk) + 1 : 500;
        for (var read = 0; read < MostRead; read += chunk)
        {
            var found = await candidates.NextOfType(updated, patient, number, chunk, stop);
            foreach (var row in found)
            {
                if (await Check(row, filter, order, stop) is { } hit) yield return hit;
            }
            if (found.Count < chunk) yield break;
            (updated, patient, number) = (found[^1].Updated, found[^1].Patient, found[^1].Number);
        }
        throw StoreRefusals.SearchTooBroad.With();
    }

    // Sorted by what stands in columns: bodies are opened only as far as the page needs.
    async IAsyncEnumerable<Hit> Sorted(
        Scope scope, List<HeadRow> light, SearchFilter filter, SearchOrder order, Position? after, [EnumeratorCancellation] CancellationToken stop)
    {
        var sorted = light.Where(filter.MayMatch).Select(row => (Values: order.OfColumns(row), Row: row))
            .Where(pair => after is null || order.IsAfter(pair.Values, pair.Row, after))
            .ToList();
        sorted.Sort(order);
        foreach (var part in sorted.Chunk(Chunk))
        {
            var full = await WithBodies(scope, part.Select(pair => pair.Row), stop);
            foreach (var (_, row) in part)
            {
                if (full.TryGetValue((row.Patient, row.Number), out var opened) && await Check(opened, filter, order, stop) is { } hit)
                    yield return hit;
            }
        }
    }

    async IAsyncEnumerable<Hit> SortedByBody(
        Scope scope, List<HeadRow> light, SearchFilter filter, SearchOrder order, Position? after, [EnumeratorCancellation] CancellationToken stop)
    {
        var hits = new List<(SortValue[] Values, HeadRow Row, Hit Hit)>();
        foreach (var part in light.Where(filter.MayMatch).Chunk(Chunk))
        {
            foreach (var row in (await WithBodies(scope, part, stop)).Values)
            {
                if (await Check(row, filter, order, stop) is not { } hit) continue;
                if (after is null || order.IsAfter(hit.Values, row, after)) hits.Add((hit.Values, row, hit));
            }
        }
        hits.Sort((x, y) => order.Compare((x.Values, x.Row), (y.Values, y.Row)));
        foreach (var (_, _, hit) in hits) yield return hit;
    }

    async Task<Dictionary<(long, long), HeadRow>> WithBodies(Scope scope, IEnumerable<HeadRow> light, CancellationToken stop)
    {
        var full = new Dictionary<(long, long), HeadRow>();
        foreach (var ofPatient in light.GroupBy(row => row.Patient))
        {
            long[] numbers = [.. ofPatient.Select(row => row.Number)];
            foreach (var row in await rows.At(scope, ofPatient.Key, numbers, stop)) full[(row.Patient, row.Number)] = row;
        }
        return full;
    }

    async ValueTask<Hit?> Check(HeadRow row, SearchFilter filter, SearchOrder order, CancellationToken stop)
    {
        if (row.Deleted || !filter.MayMatch(row)) return null;
        var stored = await rows.Open(row, stop);
        if (!filter.NeedsBody && order.ByColumns) return new(row, stored, order.OfColumns(row));
        using var document = FhirDocument.Parse(stored.Bytes);
        var values = new List<IndexValue>();
        Indexer.Extract(document, values);
        if (!filter.Matches(values, document)) return null;
        return new(row, stored, order.ByColumns ? order.OfColumns(row) : order.OfBody(row, stored.Id, values));
    }
}
