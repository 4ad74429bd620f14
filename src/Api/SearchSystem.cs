using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Api;

/// <summary>GET [base]?…, POST [base]/_search: several types, or all that the token allows.</summary>
static class SearchSystem
{
    public static Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop) => Answer(call, Criteria.Read(call.Http.Request.QueryString.Value), stop);

    public static async Task<FhirAnswer> HandleForm(FhirCall call, CancellationToken stop) => await Answer(call, await Criteria.ReadForm(call, stop), stop);

    public static async Task<FhirAnswer> Answer(FhirCall call, List<KeyValuePair<string, string>> parameters, CancellationToken stop)
    {
        var asked = SearchPages.Open(call, "", parameters);
        var types = TypesNamed(asked);
        // An unknown type, a value that is wrong for any type: said before anything is looked at.
        if (types.Count == 0 && SearchQuery.Parse(SearchQuery.AnyType, asked, call.Prefer.Strict, call.SearchEnvironment).Criteria.Count == 0)
            throw ApiRefusals.NotSearchable.With();
        if (types is ["Patient"])
        {
            var query = Parse(call, types, asked)[0];
            return SearchAnswer.Of(call, "", [query], await PatientSearch.Run(call, query, query.PageToken is null, stop), types);
        }
        var named = types.Count > 0;
        if (!named) types = [.. (await call.Store.TypesPresent(stop)).Where(type => call.Scope.Types.Allows(type, Interaction.Search))];
        // A software finds a person by identifier, one at a time, and by no other door.
        if (call.Agent.Kind == AgentKind.System && types.Remove("Patient") && named) throw ApiRefusals.IdentifierNeeded.With();
        if (types.Count == 0) return SearchAnswer.Of(call, "", [Parse(call, ["Basic"], asked)[0]], SearchPage.None, []);
        var queries = Parse(call, types, asked);
        return SearchAnswer.Of(call, "", queries, await call.Store.Search(call.Scope, queries, null, stop), named ? types : []);
    }

    /// <summary>One query per type. A criterion that only some of the types have is refused: elsewhere it would be dropped.</summary>
    public static IReadOnlyList<SearchQuery> Parse(FhirCall call, IReadOnlyList<string> types, IReadOnlyList<KeyValuePair<string, string>> asked)
    {
        var environment = call.SearchEnvironment;
        var rest = asked.Where(parameter => parameter.Key != "_type").ToList();
        var queries = types.Select(type => SearchQuery.Parse(type, rest, call.Prefer.Strict, environment)).ToList();
        foreach (var query in queries)
        {
            foreach (var name in query.Unknown)
            {
                if (queries.TrueForAll(other => other.Unknown.Contains(name))) continue;
                throw new FhirException("not-supported", null, $"Search parameter {name}: {query.ResourceType} has no such parameter; in a search "
                    + "over several types each must have it.");
            }
        }
        return queries;
    }

    public static List<string> TypesNamed(IEnumerable<KeyValuePair<string, string>> asked) => [.. asked.Where(parameter => parameter.Key == "_type")
        .SelectMany(parameter => parameter.Value.Split(',')).Select(FhirCall.KnownType).Distinct()];
}
