using Socle.Fhir;

namespace Socle.Store;

/// <summary>
/// All clauses of a search on one row: first on its packed hashes, which only ever say no, then on the body. Clauses about references,
/// chains and ids were resolved beforehand and are settled by hash.
/// </summary>
sealed class SearchFilter
{
    readonly List<ClauseCheck> checks = [];

    public IReadOnlyList<ClauseCheck> Checks => checks;

    public bool IsEmpty => checks.Count == 0;

    /// <summary>Known from the start: a chain or an id that leads nowhere.</summary>
    public bool Nothing { get; set; }

    public void Add(ClauseCheck check) => checks.Add(check);

    public bool MayMatch(HeadRow row)
    {
        foreach (var check in checks)
        {
            if (check.Places is { } places && !places.Contains((row.Patient, row.Number))) return false;
            if (check.AnyHash is { } hashes && !ContainsAny(row.Hashes, hashes)) return false;
        }
        return true;
    }

    public bool NeedsBody => checks.Exists(check => !check.Settled);

    public bool Matches(IReadOnlyList<IndexValue> values, FhirDocument document) =>
        checks.TrueForAll(check => check.Settled || check.Clause!.Matches(values, document));

    static bool ContainsAny(byte[] packed, long[] hashes)
    {
        foreach (var hash in hashes)
        {
            if (Hashes.Contains(packed, hash)) return true;
        }
        return false;
    }
}

/// <param name="Clause">Null for _has.</param>
/// <param name="AnyHash">A row that matches holds one of these.</param>
/// <param name="Places">A row that matches is one of these.</param>
/// <param name="Settled">Hash or place decide; the body is not asked again.</param>
sealed record ClauseCheck(SearchClause? Clause, long[]? AnyHash = null, HashSet<(long Patient, long Number)>? Places = null, bool Settled = false)
{
    /// <summary>The texts and places that a reference clause accepts.</summary>
    public IReadOnlyList<string> Targets { get; init; } = [];

    public IReadOnlyList<Place> TargetPlaces { get; init; } = [];
}
