using Socle.Fhir;

namespace Socle.Store;

/// <summary>
/// All conditions of a search on one row: first by its packed hashes and its place, then on the body. What only the Store can follow
/// (chains, _has, _list, ids) was resolved beforehand.
/// </summary>
sealed class SearchFilter(IReadOnlyList<SearchNode> nodes, IReadOnlyDictionary<SearchNode, ClauseCheck> known, IReadOnlyList<ClauseCheck> more)
{
    /// <summary>Those that every match fulfils: any of them may lead to the candidates.</summary>
    public IReadOnlyList<ClauseCheck> Checks { get; } = [.. more, .. nodes.SelectMany(Conjuncts).Where(known.ContainsKey).Select(node => known[node])];

    /// <summary>The parameters of its conditions: no other value of a body is looked at.</summary>
    public IReadOnlySet<SearchParam> Asked { get; } = nodes.SelectMany(node => node.Leaves).OfType<SearchClause>().Select(clause => clause.Param).ToHashSet();

    public bool IsEmpty => nodes.Count == 0 && more.Count == 0;

    /// <summary>Nothing but the time of the change is asked, and that stands in the index.</summary>
    public bool IsOfTime => more.All(check => check.Updated is not null)
        && nodes.All(node => known.TryGetValue(node, out var check) && check is { Updated: not null, Settled: true });

    /// <summary>Known from the start: a chain or an id that leads nowhere.</summary>
    public bool Nothing => Checks.Any(check => check.IsNever);

    /// <summary>False: no match. True: a match. Null: the body decides.</summary>
    public bool? Verdict(HeadRow row)
    {
        bool? all = true;
        foreach (var check in more)
        {
            if (check.Verdict(row) == false) return false;
        }
        foreach (var node in nodes)
        {
            var verdict = Verdict(node, row);
            if (verdict == false) return false;
            if (verdict is null) all = null;
        }
        return all;
    }

    public bool Matches(HeadRow row, IReadOnlyList<IndexValue> values, FhirDocument document)
    {
        foreach (var node in nodes)
        {
            if (!node.Matches(values, document, leaf => known.TryGetValue(leaf, out var check) ? check.Verdict(row) : null)) return false;
        }
        return true;
    }

    static IEnumerable<SearchNode> Conjuncts(SearchNode node) => node is SearchGroup { IsAll: true } group ? group.Parts.SelectMany(Conjuncts) : [node];

    // Three values: what is unknown stays unknown unless its neighbours decide.
    bool? Verdict(SearchNode node, HeadRow row)
    {
        switch (node)
        {
            case SearchGroup group:
                bool? verdict = group.IsAll;
                foreach (var part in group.Parts)
                {
                    var one = Verdict(part, row);
                    if (one == !group.IsAll) return one;
                    if (one is null) verdict = null;
                }
                return verdict;
            case SearchNot not: return !Verdict(not.Inner, row);
            default: return known.TryGetValue(node, out var check) ? check.Verdict(row) : null;
        }
    }
}

/// <param name="Clause">Null for _has, _list and compartments.</param>
/// <param name="AnyHash">A row that matches holds one of these.</param>
/// <param name="Places">A row that matches is one of these.</param>
/// <param name="Settled">Hash and place decide; the body is not asked again. So it is always without a clause.</param>
sealed record ClauseCheck(SearchClause? Clause, long[]? AnyHash = null, HashSet<(long Patient, long Number)>? Places = null, bool Settled = false)
{
    /// <summary>The texts and places that a reference clause accepts.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    public IReadOnlyList<Place> TargetPlaces { get; init; } = [];

    public const string LastUpdated = "_lastUpdated";

    /// <summary>A row that matches was changed in this time, in microseconds, the end excluded.</summary>
    public (long Low, long High)? Updated { get; init; }

    // A time of change is a millisecond long: the same meaning of the prefixes as for any other date.
    const long Millisecond = 1_000;

    /// <summary>One condition on the time of the change is settled by its column; null: it is another kind.</summary>
    public static ClauseCheck? OfTime(SearchClause clause)
    {
        if (clause is not { Modifier: null, Chain: null, Values: [var value] }) return null;
        (long Low, long High)? bounds = value.Prefix switch
        {
            SearchPrefix.Eq => (value.Low, value.High - Millisecond + 1),
            SearchPrefix.Ge => (value.Low - Millisecond + 1, long.MaxValue),
            SearchPrefix.Gt => (value.High - Millisecond + 1, long.MaxValue),
            SearchPrefix.Sa => (value.High, long.MaxValue),
            SearchPrefix.Le => (long.MinValue, value.High),
            SearchPrefix.Lt => (long.MinValue, value.Low),
            SearchPrefix.Eb => (long.MinValue, value.Low - Millisecond + 1),
            _ => null
        };
        return bounds is null ? null : new(clause, Settled: true) { Updated = bounds };
    }

    /// <summary>One of the two is enough: what is in a compartment, or is its very subject.</summary>
    public bool Either { get; init; }

    /// <summary>A reference that leads to one of these.</summary>
    public static ClauseCheck Referring(Hashes hashes, SearchClause clause, List<string> targets, List<Place> places) =>
        Referring(hashes, clause.Param, clause, targets, places);

    public static ClauseCheck Referring(Hashes hashes, SearchParam param, SearchClause? clause, List<string> targets, List<Place> places)
    {
        long[] any = [.. targets.Distinct().Select(target => hashes.OfValue(param.Number, target))];
        return new(clause, any, Settled: true) { Targets = targets, TargetPlaces = places };
    }

    public bool IsNever => !Either && (Places is { Count: 0 } || Settled && AnyHash is { Length: 0 });

    /// <summary>Rows can be reached by their places alone.</summary>
    public bool ByPlaces => Places is not null && !Either;

    public bool? Verdict(HeadRow row)
    {
        var here = Places?.Contains((row.Patient, row.Number));
        if (Either && here == true) return true;
        if (!Either && here == false) return false;
        if (Updated is { } time && (row.Updated < time.Low || row.Updated >= time.High)) return false;
        if (AnyHash is { } hashes && !ContainsAny(row.Hashes, hashes)) return false;
        return Settled ? true : null;
    }

    static bool ContainsAny(byte[] packed, long[] hashes)
    {
        foreach (var hash in hashes)
        {
            if (Hashes.Contains(packed, hash)) return true;
        }
        return false;
    }
}
