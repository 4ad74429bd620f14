using Socle.Fhir;

namespace Socle.Store;

/// <summary>
/// Chains and _has: what the scope finds at the other end of a reference, hop by hop, each with the right to search that type. Where the
/// rest of the search leaves few rows, only what those refer to (or what refers to them) is looked at.
/// </summary>
sealed class Hops(
    Scope scope, Ask ask, SearchFilter soFar, Rows rows, Hashes hashes, Ids ids, SearchParameters parameters, Searching searching, Persons persons)
{
    const int MostFound = 2_000;
    const int MostReferring = 20_000;

    // With so few rows left it is cheaper to start from them than from the other end.
    const int Few = 500;

    /// <summary><c>patient.identifier=…</c></summary>
    public async Task<ClauseCheck> Forward(SearchClause clause, CancellationToken stop)
    {
        // Its hashes are not all there yet, and a body does not know what it refers to.
        if (parameters.IsBeingIndexed(clause.Param)) throw StoreRefusals.BeingIndexed.With(clause.Param.Code);
        var targets = new List<string>();
        var places = new List<Place>();
        // What stands above the other end counts too: then those that the rest of the search refers to are not all that may match.
        var near = !clause.Chain!.OrAbove && await Left(stop) is { } left ? await ReferredBy(left, clause.Param, stop) : null;
        foreach (var target in clause.Chain.Targets)
        {
            if (!scope.Types.Allows(target.ResourceType, Interaction.Search)) continue;
            var hop = Ask.Hop(target.ResourceType, target.Inner);
            if (near is not null)
            {
                var those = near.Where(place => place.Type == target.ResourceType).Select(place => (place.Patient, place.Number)).ToHashSet();
                if (those.Count == 0) continue;
                hop = hop with { More = [new ClauseCheck(null, Places: those, Settled: true)] };
            }
            var found = await searching.Found(scope, hop, MostFound + 1, stop);
            if (found.Count > MostFound) throw new TooBroad();
            var reached = found.Select(hit => (hit.Row.Place, hit.Stored)).ToList();
            if (clause.Chain.OrAbove && SearchHierarchies.ParentOf(target.ResourceType) is { } parent)
                reached = await new Trees(scope, rows, hashes, ids, parameters, searching).WithAllBelow(parent, reached, stop);
            foreach (var (place, stored) in reached)
            {
                places.Add(place);
                targets.Add(ids.Reference(place));
                targets.Add(stored.Reference);
            }
        }
        await persons.Widen(scope, targets, places, stop);
        return ClauseCheck.Referring(hashes, clause, targets, places);
    }

    /// <summary><c>_has:Observation:patient:code=…</c></summary>
    public async Task<ClauseCheck> Backward(ReverseChain has, CancellationToken stop)
    {
        var places = new HashSet<(long, long)>();
        if (!scope.Types.Allows(has.ResourceType, Interaction.Search)) return new(null, Places: places, Settled: true);
        var hop = Ask.Hop(has.ResourceType, has.Inner);
        if (!parameters.IsBeingIndexed(has.Param) && await Left(stop) is { } left)
        {
            if (left.Count == 0) return new(null, Places: places, Settled: true);
            hop = hop with { More = [await To(left, has.Param, stop)] };
        }
        var texts = new HashSet<string>();
        var count = 0;
        // What may be found by its identifier only is not found by what it refers to.
        await foreach (var hit in searching.Hits(scope.WithoutTypesOfEveryone(), hop, null, Few, stop))
        {
            if (++count > MostReferring) throw new TooBroad();
            Collect(await searching.Open(hit, stop), has.Param, texts);
        }
        foreach (var place in await PlacesOf(texts, stop))
        {
            places.Add((place.Patient, place.Number));
            if (await persons.Survivor(place, stop) is { } survivor) places.Add((survivor.Patient, survivor.Number));
        }
        return new(null, Places: places, Settled: true);
    }

    // The rows that the rest of the search leaves, when that is known and they are few.
    async Task<List<HeadRow>?> Left(CancellationToken stop)
    {
        var candidates = searching.CandidatesOf(scope, ask, soFar);
        if (soFar.Nothing) return [];
        if (candidates.IsWholeType || candidates.Patients is not null && !soFar.Checks.Any()) return null;
        var light = await candidates.Some(Few * 20, stop);
        light?.RemoveAll(row => soFar.Verdict(row) == false);
        return light is { Count: <= Few } ? light : null;
    }

    // What those rows refer to by the parameter, for which their bodies are read.
    async Task<List<Place>> ReferredBy(List<HeadRow> left, SearchParam param, CancellationToken stop)
    {
        var texts = new HashSet<string>();
        foreach (var row in await searching.WithBodies(scope, left, stop)) Collect(await rows.Open(row.Value, stop), param, texts);
        return await PlacesOf(texts, stop);
    }

    // A condition on the type that refers: only to these.
    async Task<ClauseCheck> To(List<HeadRow> left, SearchParam param, CancellationToken stop)
    {
        var texts = new List<string>();
        foreach (var row in await searching.WithBodies(scope, left, stop)) texts.Add((await rows.Open(row.Value, stop)).Reference);
        texts.AddRange(left.Select(row => ids.Reference(row.Place)));
        texts = [.. texts.Distinct()];
        var places = left.ConvertAll(row => row.Place);
        await persons.Widen(scope, texts, places, stop);
        return ClauseCheck.Referring(hashes, param, null, texts, places);
    }

    void Collect(Stored stored, SearchParam param, HashSet<string> texts)
    {
        using var document = FhirDocument.Parse(stored.Bytes);
        foreach (var value in parameters.ValuesOf(document))
        {
            if (value.Param == param && value is { Kind: SearchKind.Reference, Text: { } text }) texts.Add(Ids.WithoutVersion(text));
        }
    }

    async Task<List<Place>> PlacesOf(HashSet<string> texts, CancellationToken stop)
    {
        var places = new List<Place>();
        foreach (var text in texts)
        {
            if (ids.TryRead(text, out var place)) places.Add(place);
        }
        places.AddRange((await rows.Resolve(scope, texts, stop)).Values);
        return places;
    }
}
