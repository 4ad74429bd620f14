using Socle.Fhir;

namespace Socle.Api;

/// <summary>Observation/$lastn: of each kind of observation of one person, the newest few, chosen by any search criterion.</summary>
static class LastObservations
{
    const int MostOfEach = 100;
    static readonly string[] OfTheAnswer = ["max", "_count", "_sort", "_total", SearchPages.Parameter];

    public static async Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop)
    {
        var input = await OperationInput.Read(call, stop);
        using var body = input.Body;
        var max = Moments.Count("max", input["max"], MostOfEach) ?? 1;
        if (max == 0) throw ApiRefusals.BadParameter.With("max");
        var criteria = input.All.Where(pair => !OfTheAnswer.Contains(pair.Key)).Append(new("_sort", "-date"));
        // Strict: a criterion that was dropped would answer with other observations than those asked for.
        var query = SearchQuery.Parse("Observation", criteria, strict: true, call.SearchEnvironment);
        if (!query.Clauses.Any(clause => clause.Param.Code is "patient" or "subject" && clause is { Modifier: null or "Patient", Chain: null, Values.Count: 1 }))
            throw ApiRefusals.LastOfWhom.With();
        var found = await call.Store.LastOfEach(call.Scope, query, max, stop);
        var subset = Subset.Of(query.Summary, query.Elements);
        return FhirAnswer.Of(BundleWriter.Searchset(
            call.Base, found.Count, $"{call.Base}Observation/$lastn?max={max}&{query.Canonical()}", null, [.. found.Select(one => Subset.Apply(one, subset))], [], null));
    }
}
