using Socle.Access;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Api;

/// <summary>
/// Looking for a person. A professional finds anybody by identifier, or by name and birth date, sees name, birth date and sex
/// until a care relation is declared, and is counted; a software asks by identifier whether a record exists.
/// </summary>
static class PatientSearch
{
    // What the search for a person may speak of, and is answered with.
    static readonly string[] Traits = ["identifier", "name", "family", "given", "birthdate", "gender", "active", "_id", "_lastUpdated"];

    public static Task<SearchPage> Run(FhirCall call, SearchQuery query, bool first, CancellationToken stop) => call.Agent.Kind switch
    {
        AgentKind.Professional => ByProfessional(call, query, first, stop),
        AgentKind.System => BySystem(call, query, stop),
        _ => call.Store.Search(call.Scope, query, stop)
    };

    static async Task<SearchPage> BySystem(FhirCall call, SearchQuery query, CancellationToken stop)
    {
        if (!ByIdentifier(query)) throw ApiRefusals.IdentifierNeeded.With();
        var found = await call.Store.Search(call.Scope, query, stop);
        // One or none: several under one identifier are a fault of identities, and nobody picks one.
        return found.Matches.Count <= 1 ? found : found with { Matches = [], Included = [], NextToken = null, Total = found.Total is null ? null : 0 };
    }

    static async Task<SearchPage> ByProfessional(FhirCall call, SearchQuery query, bool first, CancellationToken stop)
    {
        // Any other criterion would tell of a stranger what is not shown of them (an address, a word of the whole content).
        if (!query.Criteria.All(IsTrait) || query.Sort.Any(key => !Traits.Contains(key.Param.Code))) return await Known(call, query, stop);
        if (!Has(query, "identifier", _ => true) && !(Has(query, "birthdate", IsDay) && (Has(query, "name", IsName) || Has(query, "family", IsName))))
            return await Known(call, query, stop);
        var (desk, budget) = (call.Services.Desk, call.Services.Budget);
        var scope = await desk.EnterToFindPatient(call.Agent, Purposes.Care, call.Granted, stop);
        if (first) await budget.SpendSearch(call.Agent, stop);
        var found = await call.Store.Search(scope.WithCorrelation(call.Scope.Correlation), query, stop);
        if (first && found.Matches.Count == 0) await budget.SpendUnknown(call.Agent, stop);
        var open = (await desk.RelationsOf(call.Agent, stop)).Select(relation => relation.Patient).ToHashSet();
        return found with
        {
            Matches = [.. found.Matches.Select(match => open.Contains(match.PatientKey) ? match : Subset.Apply(match, Subset.Traits))],
            Included = []
        };
    }

    // Other criteria look among the people the professional already cares for; a professional of nobody is told what to ask.
    static async Task<SearchPage> Known(FhirCall call, SearchQuery query, CancellationToken stop)
    {
        if ((await call.Services.Desk.RelationsOf(call.Agent, stop)).Count == 0) throw ApiRefusals.PatientSearchTooWide.With();
        return await call.Store.Search(call.Scope, query, stop);
    }

    // One value: a list would be many searches counted as one.
    static bool Has(SearchQuery query, string code, Func<SearchValue, bool> selects) => query.Clauses.Any(clause =>
        clause.Param.Code == code && clause.Chain is null && clause.Modifier is null or "exact" && clause.Values.Count == 1 && selects(clause.Values[0]));

    static bool IsTrait(SearchNode node) => node is SearchClause { Chain: null } clause && Traits.Contains(clause.Param.Code);

    static bool IsName(SearchValue value) => value.Written.Trim().Length >= 2;

    // A month at most: some are born on a day that nobody wrote down.
    static bool IsDay(SearchValue value) => value.Prefix == SearchPrefix.Eq && value.High - value.Low <= 32L * 24 * 3600 * 1_000_000;

    static bool ByIdentifier(SearchQuery query) => query.Clauses.Any(clause =>
        clause.Param.Code == "identifier" && clause.Chain is null && clause.Modifier is null && clause.Values.Count == 1
        && clause.Values[0] is { System.Length: > 0, Code.Length: > 0 });
}
