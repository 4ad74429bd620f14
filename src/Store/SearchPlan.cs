using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>Makes the filter of a search: resolves what references, chains and ids lead to, as the scope sees it.</summary>
sealed class SearchPlan(Rows rows, Hashes hashes, Ids ids, Searching searching)
{
    const int MostChained = 500;
    const int MostReverse = 20_000;

    // An id without its type, where any type may stand: found by the id alone.
    const int MostSpellings = 5;

    public async Task<SearchFilter> Of(Scope scope, SearchQuery query, CancellationToken stop)
    {
        var filter = new SearchFilter();
        if (query.Filters.Count > 0 || query.Clauses.Any(clause => clause.Param == SearchParam.List)) throw StoreRefusals.SearchTooBroad.With();
        foreach (var clause in query.Clauses)
        {
            var check = clause switch
            {
                { Param.Code: "_id", Modifier: null } => await OfIds(scope, query.ResourceType, clause, stop),
                { Chain: not null } => await OfChain(scope, clause, stop),
                { Param.Kind: SearchKind.Reference } when IsPlain(clause) => await OfReferences(scope, clause, stop),
                { Param.Kind: SearchKind.Token, Modifier: null } => OfTokens(clause),
                { Param.Kind: SearchKind.Uri, Modifier: null } => OfUris(clause),
                _ => new ClauseCheck(clause)
            };
            filter.Add(check);
            if (check.Settled && check.AnyHash is { Length: 0 } || check.Places is { Count: 0 }) filter.Nothing = true;
        }
        foreach (var has in query.Has)
        {
            var check = await OfReverse(scope, has, stop);
            filter.Add(check);
            if (check.Places is { Count: 0 }) filter.Nothing = true;
        }
        return filter;
    }

    // `subject=…`, `subject:Patient=…`; not :missing, :identifier and the like.
    static bool IsPlain(SearchClause clause) => clause.Modifier is null || Definitions.IsResourceType(clause.Modifier);

    async ValueTask<ClauseCheck> OfIds(Scope scope, string type, SearchClause clause, CancellationToken stop)
    {
        var places = new HashSet<(long, long)>();
        foreach (var value in clause.Values)
        {
            if ((value.Code ?? value.Text) is { } id && await rows.Find(scope, type, id, stop) is { } row) places.Add((row.Patient, row.Number));
        }
        return new(clause, Places: places, Settled: true);
    }

    async ValueTask<ClauseCheck> OfReferences(Scope scope, SearchClause clause, CancellationToken stop)
    {
        var targets = new List<string>();
        var places = new List<Place>();
        foreach (var value in clause.Values)
        {
            if ((value.Text ?? value.Code) is not { } text) continue;
            var spellings = Spellings(clause, Ids.WithoutVersion(text)).ToList();
            if (spellings.Count > MostSpellings)
                return new(clause, [.. clause.Values.Select(id => hashes.OfValue(clause.Param.Number, id.Code ?? id.Text!))]);
            foreach (var reference in spellings) await Follow(scope, reference, targets, places, stop);
        }
        return Settled(clause, targets, places);
    }

    async ValueTask Follow(Scope scope, string reference, List<string> targets, List<Place> places, CancellationToken stop)
    {
        targets.Add(reference);
        if (ids.TryRead(reference, out var place)) places.Add(place);
        if (place is { Type: "Patient" } || !Ids.TrySplit(reference, out var type, out var id)) return;
        if (await rows.Find(scope, type, id, stop) is not { Deleted: false } row) return;
        if (!places.Contains(row.Place)) places.Add(row.Place);
        targets.Add(ids.Reference(row.Place));
        // Brought along under an id of its own: references that were written before it came spell it so.
        targets.Add((await rows.Open(row, stop)).Reference);
    }

    // An id without its type may be of any type the parameter leads to; an external id of number 1 is a Patient's and nothing else.
    IEnumerable<string> Spellings(SearchClause clause, string text)
    {
        if (text.Contains('/', StringComparison.Ordinal) || text.Contains(':', StringComparison.Ordinal)) return [text];
        if (clause.Modifier is { } type) return [$"{type}/{text}"];
        if (clause.Param.Code == "patient") return [$"Patient/{text}"];
        var isPatient = ids.TryRead("Patient", text, out var place) && place.Number == 1 && PatientKeys.IsPerson(place.Patient);
        return isPatient && clause.Param.Targets.Contains("Patient")
            ? [$"Patient/{text}"]
            : clause.Param.Targets.Select(target => $"{target}/{text}");
    }

    ClauseCheck Settled(SearchClause clause, List<string> targets, List<Place> places)
    {
        long[] any = [.. targets.Distinct().Select(target => hashes.OfValue(clause.Param.Number, target))];
        return new(clause, any, Settled: true) { Targets = targets, TargetPlaces = places };
    }

    // `patient.identifier=…`: what the scope finds at the other end.
    async ValueTask<ClauseCheck> OfChain(Scope scope, SearchClause clause, CancellationToken stop)
    {
        var targets = new List<string>();
        var places = new List<Place>();
        foreach (var target in clause.Chain!.Targets)
        {
            if (!scope.Types.Allows(target.ResourceType, Interaction.Search)) continue;
            var query = Alone(target.ResourceType, target.Inner);
            foreach (var row in await searching.FindRows(scope, query, MostChained, stop))
            {
                places.Add(row.Place);
                targets.Add(ids.Reference(row.Place));
                targets.Add((await rows.Open(row, stop)).Reference);
            }
        }
        return Settled(clause, targets, places);
    }

    // `_has:Observation:patient:code=…`: what those refer to that the scope finds.
    async ValueTask<ClauseCheck> OfReverse(Scope scope, ReverseChain has, CancellationToken stop)
    {
        var places = new HashSet<(long, long)>();
        if (!scope.Types.Allows(has.ResourceType, Interaction.Search)) return new(null, Places: places, Settled: true);
        var texts = new HashSet<string>();
        var count = 0;
        await foreach (var hit in searching.Hits(scope, Alone(has.ResourceType, has.Inner), null, null, MostChained, stop))
        {
            if (++count > MostReverse) throw StoreRefusals.SearchTooBroad.With();
            using var document = FhirDocument.Parse(hit.Stored.Bytes);
            var values = new List<IndexValue>();
            Indexer.Extract(document, values);
            foreach (var value in values)
            {
                if (value.Param == has.Param && value is { Kind: SearchKind.Reference, Text: { } text }) texts.Add(Ids.WithoutVersion(text));
            }
        }
        foreach (var text in texts)
        {
            if (ids.TryRead(text, out var place)) places.Add((place.Patient, place.Number));
        }
        foreach (var place in (await rows.Resolve(scope, texts, stop)).Values) places.Add((place.Patient, place.Number));
        return new(null, Places: places, Settled: true);
    }

    static SearchQuery Alone(string type, SearchNode condition) => SearchQuery.Of(type, condition);

    ClauseCheck OfTokens(SearchClause clause)
    {
        var any = new List<long>();
        var exact = true;
        foreach (var value in clause.Values)
        {
            if (value.Code is not { Length: > 0 } code) return new(clause);
            any.Add(value.System is { Length: > 0 } system
                ? hashes.OfToken(clause.Param.Number, system, code)
                : hashes.OfValue(clause.Param.Number, code));
            exact &= value.System is not "";   // « |code »: without a system, which the body tells
        }
        return any.Count == 0 ? new(clause) : new(clause, [.. any], Settled: exact);
    }

    ClauseCheck OfUris(SearchClause clause)
    {
        var any = clause.Values.Select(value => value.Text).OfType<string>().Select(text => hashes.OfValue(clause.Param.Number, text)).ToArray();
        return any.Length == clause.Values.Count && any.Length > 0 ? new(clause, any, Settled: true) : new(clause);
    }
}
