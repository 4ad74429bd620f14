using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>Makes the filter of a search: resolves what references, chains and ids lead to, as the scope sees it.</summary>
sealed class SearchPlan(Rows rows, Hashes hashes, Ids ids, SearchParameters parameters, Searching searching, Persons persons)
{
    // An id without its type, where any type may stand: found by the id alone.
    const int MostSpellings = 5;

    // A code list longer than this is left to the body.
    const int MostCodes = 1_000;

    public async Task<SearchFilter> Of(Scope scope, Ask ask, CancellationToken stop)
    {
        var known = new Dictionary<SearchNode, ClauseCheck>(ReferenceEqualityComparer.Instance);
        var leaves = ask.Nodes.SelectMany(node => node.Leaves).Distinct().ToList();
        if (leaves.Exists(leaf => (leaf as SearchClause)?.Param.Number > SearchParameters.LastOfR4 || (leaf as ReverseChain)?.Param.Number > SearchParameters.LastOfR4))
            await parameters.Confirm(stop);
        foreach (var leaf in leaves)
        {
            if (leaf is SearchClause clause && await OfClause(scope, ask.Type, clause, stop) is { } check) known[leaf] = check;
        }
        // Hops last: what is known by then makes them small.
        foreach (var leaf in leaves.Where(leaf => leaf is ReverseChain or SearchClause { Chain: not null }))
        {
            var hops = new Hops(scope, ask, new SearchFilter(ask.Nodes, known, ask.More), rows, hashes, ids, parameters, searching, persons);
            known[leaf] = leaf is ReverseChain has ? await hops.Backward(has, stop) : await hops.Forward((SearchClause)leaf, stop);
            if (known[leaf].IsNever && ask.Nodes.Contains(leaf)) break;
        }
        return new SearchFilter(ask.Nodes, known, ask.More);
    }

    async ValueTask<ClauseCheck?> OfClause(Scope scope, string type, SearchClause clause, CancellationToken stop) => clause switch
    {
        { Chain: not null } => null,
        { Param.Code: "_id", Modifier: null } => await OfIds(scope, type, clause, stop),
        { Param.Code: "_list" } => await OfLists(scope, clause, stop),
        { Param.Kind: SearchKind.Reference, Modifier: "above" or "below" } when SearchHierarchies.TypesOf(clause.Param).Any() =>
            await OfTrees(scope, clause, stop),
        { Param.Code: ClauseCheck.LastUpdated } when ClauseCheck.OfTime(clause) is { } check => check,
        _ when parameters.IsBeingIndexed(clause.Param) => new ClauseCheck(clause),
        { Param.Kind: SearchKind.Reference } when IsPlain(clause) => await OfReferences(scope, clause, stop),
        { Param.Kind: SearchKind.Token, Modifier: null } => OfTokens(clause),
        { Param.Kind: SearchKind.Token, Modifier: "in" or "above" or "below" } => OfCodes(clause),
        { Param.Kind: SearchKind.Uri, Modifier: null } => OfUris(clause),
        _ => new ClauseCheck(clause)
    };

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

    // `_list=42`: what the entries of that List refer to, those marked as deleted left out.
    async ValueTask<ClauseCheck> OfLists(Scope scope, SearchClause clause, CancellationToken stop)
    {
        var places = new HashSet<(long, long)>();
        foreach (var value in clause.Values)
        {
            var id = value.Code ?? value.Text ?? "";
            if (id.StartsWith("List/", StringComparison.Ordinal)) id = id["List/".Length..];
            if (!scope.Types.Allows("List", Interaction.Read) || await rows.Find(scope, "List", id, stop) is not { Deleted: false } row) continue;
            using var list = FhirDocument.Parse((await rows.Open(row, stop)).Bytes);
            var texts = list.Root.All("entry").Where(entry => entry["deleted"].Text != "true")
                .Select(entry => entry["item"]["reference"].Text).OfType<string>().Select(Ids.WithoutVersion).ToHashSet();
            foreach (var text in texts)
            {
                if (ids.TryRead(text, out var place)) places.Add((place.Patient, place.Number));
            }
            foreach (var place in (await rows.Resolve(scope, texts, stop)).Values) places.Add((place.Patient, place.Number));
        }
        return new(null, Places: places, Settled: true);
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
        await persons.Widen(scope, targets, places, stop);
        return ClauseCheck.Referring(hashes, clause, targets, places);
    }

    async ValueTask<ClauseCheck> OfTrees(Scope scope, SearchClause clause, CancellationToken stop)
    {
        // Its hashes are not all there yet, and a body does not know what it refers to.
        if (parameters.IsBeingIndexed(clause.Param)) throw StoreRefusals.BeingIndexed.With(clause.Param.Code);
        var asked = clause.Values.Select(value => value.Text ?? value.Code).OfType<string>().Select(Ids.WithoutVersion)
            .SelectMany(text => text.Contains('/', StringComparison.Ordinal) || text.Contains(':', StringComparison.Ordinal)
                ? [text] : SearchHierarchies.TypesOf(clause.Param).Select(type => $"{type}/{text}"));
        return await new Trees(scope, rows, hashes, ids, parameters, searching).Of(clause, [.. asked.Distinct()], stop);
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

    // `code:in=…` of a value set that can be listed.
    ClauseCheck OfCodes(SearchClause clause)
    {
        var any = new HashSet<long>();
        foreach (var value in clause.Values)
        {
            if (value.Codes is not { Count: <= MostCodes } codes) return new(clause);
            foreach (var (system, code) in codes)
                any.Add(system is null ? hashes.OfValue(clause.Param.Number, code) : hashes.OfToken(clause.Param.Number, system, code));
        }
        return new(clause, [.. any]);
    }

    ClauseCheck OfUris(SearchClause clause)
    {
        var any = clause.Values.Select(value => value.Text).OfType<string>().Select(text => hashes.OfValue(clause.Param.Number, text)).ToArray();
        return any.Length == clause.Values.Count && any.Length > 0 ? new(clause, any, Settled: true) : new(clause);
    }
}
