using System.Runtime.CompilerServices;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>A row that matches; opened already where its body had a say in it.</summary>
sealed record Hit(HeadRow Row, Stored? Opened, SortValue[] Values);

/// <summary>Finds what matches, as the scope sees it. It releases nothing: whoever answers writes the trace.</summary>
sealed class Searching(Scoped scoped, Rows rows, Hashes hashes, Ids ids, SearchParameters parameters, Persons persons)
{
    const int Chunk = 100;
    const int MostFound = 100;
    const int MostRead = 200_000;

    public async Task<List<HeadRow>> FindRows(Scope scope, SearchQuery query, int most, CancellationToken stop) =>
        (await First(scope, Ask.Of(query), most, stop)).ConvertAll(hit => hit.Row);

    public async Task<List<(HeadRow Row, Stored Stored)>> Found(Scope scope, Ask ask, int most, CancellationToken stop)
    {
        var found = new List<(HeadRow, Stored)>();
        foreach (var hit in await First(scope, ask, most, stop)) found.Add((hit.Row, await Open(hit, stop)));
        return found;
    }

    public async Task<IReadOnlyList<Stored>> Find(Scope scope, SearchQuery query, long? record, CancellationToken stop) =>
        (await Found(scope, Ask.Of(query) with { Record = record }, MostFound, stop)).ConvertAll(pair => pair.Stored);

    public ValueTask<Stored> Open(Hit hit, CancellationToken stop) => hit.Opened is { } opened ? new(opened) : rows.Open(hit.Row, stop);

    public async Task<long> Count(Scope scope, Ask ask, CancellationToken stop)
    {
        var filter = await Plan().Of(scope, ask, stop);
        if (filter.Nothing) return 0;
        var candidates = CandidatesOf(scope, ask, filter);
        if ((filter.IsEmpty || filter.IsOfTime) && candidates.IsWholeType) return await candidates.CountOfType(stop) ?? 0;
        var count = 0L;
        if (candidates.IsWholeType)
        {
            await foreach (var _ in Hits(scope, ask with { Sort = [] }, null, Chunk, stop)) count++;
            return count;
        }
        // Only what hashes and places leave open is opened.
        var undecided = new List<HeadRow>();
        foreach (var row in await candidates.All(stop))
        {
            var verdict = filter.Verdict(row);
            if (verdict == true) count++;
            else if (verdict is null) undecided.Add(row);
        }
        await foreach (var _ in Sorted(scope, undecided, filter, new SearchOrder(ask.Type, []), null, stop)) count++;
        return count;
    }

    /// <summary>Matches in their order, from after a position.</summary>
    /// <param name="wanted">How many will be taken, as a hint.</param>
    public async IAsyncEnumerable<Hit> Hits(Scope scope, Ask ask, Position? after, int wanted, [EnumeratorCancellation] CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        var filter = await Plan().Of(scope, ask, stop);
        if (filter.Nothing) yield break;
        var order = new SearchOrder(ask.Type, ask.Sort);
        var candidates = CandidatesOf(scope, ask, filter);
        if (candidates.IsWholeType) RefuseWholeType(ask);
        var hits = candidates.OneRange is { } range && order.NewestDateFirst ? OfRange(candidates, range, filter, order, after, wanted, stop)
            : candidates.IsWholeType && (order.NewestChangeFirst || order.OldestChangeFirst) ? OfType(candidates, filter, order, after, wanted, stop)
            : await candidates.Opened(rows, stop) is { } few ? OfFew(few, filter, order, after, stop)
            : order.ByColumns ? Sorted(scope, await candidates.All(stop), filter, order, after, stop)
            : SortedByBody(scope, await candidates.All(stop), filter, order, after, stop);
        await foreach (var hit in hits.WithCancellation(stop)) yield return hit;
    }

    /// <summary>The matches of several types in one order.</summary>
    public async IAsyncEnumerable<Hit> Merged(
        Scope scope, IReadOnlyList<Ask> asks, Position? after, int wanted, [EnumeratorCancellation] CancellationToken stop)
    {
        if (asks is [var one])
        {
            await foreach (var hit in Hits(scope, one, after, wanted, stop)) yield return hit;
            yield break;
        }
        var order = new SearchOrder(asks[0].Type, asks[0].Sort);
        var next = new PriorityQueue<IAsyncEnumerator<Hit>, Hit>(Comparer<Hit>.Create(order.Compare));
        try
        {
            foreach (var ask in asks)
            {
                var hits = Hits(scope, ask, after, wanted, stop).GetAsyncEnumerator(stop);
                if (await hits.MoveNextAsync()) next.Enqueue(hits, hits.Current);
                else await hits.DisposeAsync();
            }
            while (next.TryDequeue(out var hits, out var hit))
            {
                yield return hit;
                if (await hits.MoveNextAsync()) next.Enqueue(hits, hits.Current);
                else await hits.DisposeAsync();
            }
        }
        finally
        {
            foreach (var (hits, _) in next.UnorderedItems) await hits.DisposeAsync();
        }
    }

    public Candidates CandidatesOf(Scope scope, Ask ask, SearchFilter filter) =>
        new(scoped, hashes, scope, ask, filter, parameters);

    /// <summary>The full rows of light ones, by place.</summary>
    public async Task<Dictionary<(long, long), HeadRow>> WithBodies(Scope scope, IEnumerable<HeadRow> light, CancellationToken stop)
    {
        var full = new Dictionary<(long, long), HeadRow>();
        foreach (var ofPatient in light.GroupBy(row => row.Patient))
        {
            long[] numbers = [.. ofPatient.Select(row => row.Number)];
            foreach (var row in await rows.At(scope, ofPatient.Key, numbers, stop)) full[(row.Patient, row.Number)] = row;
        }
        await rows.Warm(full.Values, stop);
        return full;
    }

    async Task<List<Hit>> First(Scope scope, Ask ask, int most, CancellationToken stop)
    {
        var first = new List<Hit>();
        await foreach (var hit in Hits(scope, ask, null, most, stop))
        {
            first.Add(hit);
            if (first.Count == most) break;
        }
        return first;
    }

    SearchPlan Plan() => new(rows, hashes, ids, parameters, this, persons);

    // Through a whole type only where hashes or columns leave little to read.
    void RefuseWholeType(Ask ask)
    {
        foreach (var clause in ask.Nodes.SelectMany(node => node.Leaves).OfType<SearchClause>())
        {
            if (clause.Param.Number > SearchParameters.LastOfR4 && parameters.IsBeingIndexed(clause.Param))
                throw StoreRefusals.BeingIndexed.With(clause.Param.Code);
            if (clause.Param == SearchParam.Content || clause.Param == SearchParam.Narrative)
            {
                if (!Homes.IsShared(ask.Type)) throw new TooBroad();
            }
        }
    }

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
            found.Sort(NewestDateFirst);
            var given = 0;
            foreach (var row in found)
            {
                // The same row may come by two ways.
                if (given > 0 && NewestDateFirst(last!, row) == 0) continue;
                last = row;
                if (await Check(row, filter, order, stop) is { } hit) yield return hit;
                if (++given == chunk) break;
            }
            if (given < chunk) yield break;
        }
    }

    async IAsyncEnumerable<Hit> OfType(
        Candidates candidates, SearchFilter filter, SearchOrder order, Position? after, int wanted, [EnumeratorCancellation] CancellationToken stop)
    {
        var oldestFirst = order.OldestChangeFirst;
        var start = oldestFirst ? long.MinValue : long.MaxValue;
        var (updated, patient, number) = after is null ? (start, start, start) : (after.Values[0].Long, after.Patient, after.Number);
        var chunk = filter.IsEmpty || filter.IsOfTime ? Math.Min(wanted, Chunk) + 1 : 500;
        for (var read = 0; read < MostRead; read += chunk)
        {
            var found = oldestFirst
                ? await candidates.NextOfTypeUp(updated, patient, number, chunk, stop)
                : await candidates.NextOfType(updated, patient, number, chunk, stop);
            await rows.Warm(found.FindAll(row => filter.Verdict(row) != false), stop);
            foreach (var row in found)
            {
                if (await Check(row, filter, order, stop) is { } hit) yield return hit;
            }
            if (found.Count < chunk) yield break;
            (updated, patient, number) = (found[^1].Updated, found[^1].Patient, found[^1].Number);
        }
        throw new TooBroad();
    }

    // So few that each came with its body.
    async IAsyncEnumerable<Hit> OfFew(
        List<HeadRow> few, SearchFilter filter, SearchOrder order, Position? after, [EnumeratorCancellation] CancellationToken stop)
    {
        var hits = new List<Hit>();
        foreach (var row in few)
        {
            if (await Check(row, filter, order, stop) is { } hit && (after is null || order.IsAfter(hit.Values, row, after))) hits.Add(hit);
        }
        hits.Sort(order.Compare);
        foreach (var hit in hits) yield return hit;
    }

    // Sorted by what stands in columns: bodies are opened only as far as the page needs.
    async IAsyncEnumerable<Hit> Sorted(
        Scope scope, List<HeadRow> light, SearchFilter filter, SearchOrder order, Position? after, [EnumeratorCancellation] CancellationToken stop)
    {
        var sorted = light.Where(row => filter.Verdict(row) != false).Select(row => (Values: order.OfColumns(row), Row: row))
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
        foreach (var part in light.Where(row => filter.Verdict(row) != false).Chunk(Chunk))
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

    static int NewestDateFirst(HeadRow x, HeadRow y) =>
        x.MainDate != y.MainDate ? y.MainDate.CompareTo(x.MainDate) : x.Patient != y.Patient ? y.Patient.CompareTo(x.Patient) : y.Number.CompareTo(x.Number);

    async ValueTask<Hit?> Check(HeadRow row, SearchFilter filter, SearchOrder order, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (row.Deleted) return null;
        var verdict = filter.Verdict(row);
        if (verdict == false) return null;
        if (verdict == true && order.ByColumns) return new(row, null, order.OfColumns(row));
        var stored = await rows.Open(row, stop);
        using var document = FhirDocument.Parse(stored.Bytes);
        var values = parameters.ValuesOf(document, order.ByColumns ? filter.Asked : null);
        if (verdict is null && !filter.Matches(row, values, document)) return null;
        return new(row, stored, order.ByColumns ? order.OfColumns(row) : order.OfBody(row, stored.Id, values));
    }
}
