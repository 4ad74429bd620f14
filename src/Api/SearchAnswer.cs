using System.Text;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Api;

/// <summary>The searchset: matches, what they include, what was really asked (self), what follows (next), what was ignored.</summary>
static class SearchAnswer
{
    /// <param name="path">What the links lead to, relative to the base.</param>
    /// <param name="types">Of a search over the system: the types that were named.</param>
    public static FhirAnswer Of(FhirCall call, string path, IReadOnlyList<SearchQuery> queries, SearchPage found, IReadOnlyList<string>? types = null,
        IReadOnlyList<string>? ignored = null)
    {
        var query = queries[0];
        if (query.Summary == "text" && query.Includes.Count + query.RevIncludes.Count > 0) throw ApiRefusals.TextWithIncludes.With();
        var criteria = Used(query, types);
        var said = call.View is null ? criteria : call.View.Said(path, criteria);
        var self = said.Length == 0 ? call.Base + path : $"{call.Base}{path}?{said}";
        var next = found.NextToken is null ? null : SearchPages.Link(call, path, criteria, found.NextToken);
        var (subset, ofIncluded) = (Subset.Of(query.Summary, query.Elements), Subset.OfIncluded(query.Summary, query.Elements));
        var countOnly = query.Summary == "count" || query.Count == 0;
        return new FhirAnswer(200)
        {
            Body = BundleWriter.Searchset(
                call.Base, found.Total, self, next, countOnly ? [] : [.. found.Matches.Select(match => Subset.Apply(call.Shown(match), subset))],
                countOnly ? [] : [.. found.Included.Select(other => Subset.Apply(call.Shown(other), ofIncluded))], Remarks([.. query.Unknown, .. ignored ?? []], found))
        };
    }

    // What was really used: without what is unknown, with the count that is really given.
    static string Used(SearchQuery query, IReadOnlyList<string>? types)
    {
        var criteria = query.Canonical();
        if (query.Count > RecordStore.MostCount)
            criteria = criteria.Replace($"_count={query.Count}", $"_count={RecordStore.MostCount}", StringComparison.Ordinal);
        return types is not { Count: > 0 } ? criteria : $"_type={string.Join(',', types)}{(criteria.Length == 0 ? "" : "&")}{criteria}";
    }

    // Told, as FHIR asks: a criterion that was dropped widens what is found (never beyond the scope).
    static byte[]? Remarks(IReadOnlyList<string> unknown, SearchPage found)
    {
        var remarks = unknown.Select(name => new RefusalIssue("warning", "not-supported", null, $"Unknown search parameter, ignored: {name}")).ToList();
        var french = remarks.Count > 0 ? "Certains critères de recherche ne sont pas connus et ont été ignorés." : "";
        if (found.Cut)
        {
            remarks.Add(new("warning", "too-costly", null, "More resources could be included than are sent with one page: ask for fewer matches (_count)."));
            french = $"{french} Tout ce qui devait accompagner ces résultats n’a pas pu être joint\u202f: demandez-en moins à la fois (_count).".Trim();
        }
        return remarks.Count == 0 ? null : Outcome.Warn(remarks, french);
    }
}

/// <summary>
/// Next links: the criteria and the place to go on from, sealed for this caller. Nobody can read an INS in such an address, change
/// it, or follow somebody else's.
/// </summary>
static class SearchPages
{
    public const string Parameter = "_page";
    const string Purpose = "fhir-page";

    public static string Link(FhirCall call, string path, string criteria, string token) => $"{call.Base}{path}?{Parameter}="
        + Uri.EscapeDataString(call.Services.Keys.SealToken(Purpose, Encoding.UTF8.GetBytes($"{token}\n{criteria}"), Holder(call, path)));

    /// <summary>The parameters as they were asked first, with the place to go on from; those given, when they name no page.</summary>
    public static List<KeyValuePair<string, string>> Open(FhirCall call, string path, List<KeyValuePair<string, string>> parameters)
    {
        if (parameters.FirstOrDefault(parameter => parameter.Key == Parameter).Value is not { } page) return parameters;
        if (!call.Services.Keys.TryOpenToken(Purpose, page, out var plain, Holder(call, path))) throw ApiRefusals.BadPage.With();
        var text = Encoding.UTF8.GetString(plain);
        var line = text.IndexOf('\n', StringComparison.Ordinal);
        return [.. Criteria.Read("?" + text[(line + 1)..]), new(Parameter, text[..line])];
    }

    static string Holder(FhirCall call, string path) => $"{path}|{call.Agent.Id}{call.Door?.Root}";
}
