using Socle.Fhir;

namespace Socle.Store;

/// <summary>Makes the filter of a search: resolves what references, chains and ids lead to, as the scope sees it.</summary>
sealed class SearchPlan(Rows rows, Hashes hashes, Ids ids, Searching searching)
{
    const int MostChained = 500;

    // An id without its type, where any type may stand: found by the id alone.
    const int MostSpellings = 5;

    public async Task<SearchFilter> Of(Scope scope, SearchQuery query, CancellationToken stop)
    {
        var filter = new SearchFilter();
        foreach (var clause in query.Clauses)
        {
            var check = clause switch
            {
                { Param.Code: "_id", Modifier: null } => await OfIds(scope, query.ResourceType, clause, stop),
                { Chain: not null } => await OfChain(scope, clause, stop),
                { Param.Kind: SearchKind.Reference } when IsPlain(clause) => await OfReferences(scope, clause, stop),
                { Param.Kind: SearchKind.Token, Modifier: null } => new ClauseCheck(clause, OfTokens(clause)),
                { Param.Kind: SearchKind.Uri, Modifier: null } => new ClauseCheck(clause, OfUris(clause)),
                _ => new ClauseCheck(clause)
            };
            filter.Add(check);
            if (check.Settled && check.AnyHash is { Length: 0 } || check.Places is { Count: 0 }) filter.Nothing = true;
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
            if (spellings.Count > MostSpellings) return new(clause, [.. clause.Values.Select(id => hashes.OfValue(clause.Param.Number, id.Code ?? id.Text!))]);
            foreach (var reference in spellings) await Follow(scope, reference, targets, places, stop);
        }
        return Settled(clause, targets, places);
    }

    async ValueTask Follow(Scope scope, string reference, List<string> targets, List<Place> places, CancellationToken stop)
    {
        targets.Add(reference);
        if (ids.TryRead(reference, out var place)) places.Add(place);
        if (!Ids.TrySplit(reference, out var type, out var id)) return;
        if (await rows.Find(scope, type, id, stop) is not { Deleted: false } row) return;
        place = row.Place;
        if (!places.Contains(place)) places.Add(place);
        targets.Add(ids.Reference(place));
        // Brought along under an id of its own: older references spell it so.
        if (place.Patient == 0 || type != "Patient" || id.Length == 26) targets.Add((await rows.Open(row, stop)).Reference);
    }

    static IEnumerable<string> Spellings(SearchClause clause, string text) =>
        text.Contains('/', StringComparison.Ordinal) || text.Contains(':', StringComparison.Ordinal)
            ? [text]
            : (clause.Modifier is { } type ? [type] : clause.Param.Targets).Select(target => $"{target}/{text}");

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
        foreach (var query in clause.ChainQueries())
        {
            if (!scope.Types.Allows(query.ResourceType, Interaction.Search)) continue;
            foreach (var row in await searching.FindRows(scope, query, MostChained, stop))
            {
                places.Add(row.Place);
                targets.Add(ids.Reference(row.Place));
                targets.Add((await rows.Open(row, stop)).Reference);
            }
        }
        return Settled(clause, targets, places);
    }

    long[]? OfTokens(SearchClause clause)
    {
        var any = new List<long>();
        foreach (var value in clause.Values)
        {
            if (value.Code is not { Length: > 0 } code) return null;
            any.Add(value.System is { Length: > 0 } system
                ? hashes.OfToken(clause.Param.Number, system, code)
                : hashes.OfValue(clause.Param.Number, code));
        }
        return any.Count == 0 ? null : [.. any];
    }

    long[]? OfUris(SearchClause clause)
    {
        var any = clause.Values.Select(value => value.Text).OfType<string>().Select(text => hashes.OfValue(clause.Param.Number, text)).ToArray();
        return any.Length == clause.Values.Count && any.Length > 0 ? any : null;
    }
}
