using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>If-None-Exist and its kind: only what the scope reaches counts, so that a condition reveals nothing.</summary>
static class Conditions
{
    public static async ValueTask<HeadRow?> AtMostOne(WriteRun run, Scope scope, SearchQuery? condition, CancellationToken stop)
    {
        if (condition is null || condition.Criteria.Count == 0) throw StoreRefusals.EmptyCondition.With();
        Demand.Allowed(scope, condition.ResourceType, Interaction.Search);
        var found = await Rows(run, scope, condition, stop);
        return found.Count switch
        {
            0 => null,
            1 => found[0],
            _ => throw StoreRefusals.ManyMatches.With(condition.Canonical())
        };
    }

    /// <summary>« Patient?identifier=… » in a reference: exactly one.</summary>
    public static async ValueTask<HeadRow> One(WriteRun run, string reference, CancellationToken stop)
    {
        var mark = reference.IndexOf('?', StringComparison.Ordinal);
        var query = SearchQuery.Parse(reference[..mark], reference[(mark + 1)..], strict: true, run.Parts.SearchEnvironment(run.Options.BaseUrl, run.Scope));
        if (query.Criteria.Count == 0) throw StoreRefusals.EmptyCondition.With();
        Demand.Allowed(run.Scope, query.ResourceType, Interaction.Search);
        var found = await Rows(run, run.Scope, query, stop);
        return found.Count switch
        {
            0 => throw StoreRefusals.ReferenceWithoutMatch.With(reference),
            1 => found[0],
            _ => throw StoreRefusals.ReferenceWithManyMatches.With(reference)
        };
    }

    static Task<List<HeadRow>> Rows(WriteRun run, Scope scope, SearchQuery query, CancellationToken stop) =>
        run.Parts.Budget.Run([query], limit => run.Parts.Searching.FindRows(NamesOne(query) ? scope : scope.WithoutTypesOfEveryone(), query, 2, limit), stop);

    // A software finds a person by identifier, one at a time, and a condition is no other door.
    static bool NamesOne(SearchQuery query) => query.Clauses.Any(clause => clause is { Param.Code: "identifier", Chain: null, Modifier: null, Values.Count: 1 }
        && clause.Values[0] is { System.Length: > 0, Code.Length: > 0 });
}
