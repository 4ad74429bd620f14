using System.Text;
using Microsoft.AspNetCore.WebUtilities;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Api;

/// <summary>GET [type]?…, POST [type]/_search, and the pages that follow.</summary>
static class SearchType
{
    public static Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop) =>
        Answer(call, call.Type, Criteria.Read(call.Http.Request.QueryString.Value), stop);

    public static async Task<FhirAnswer> HandleForm(FhirCall call, CancellationToken stop)
    {
        var parameters = Criteria.Read(call.Http.Request.QueryString.Value);
        var form = await FhirBody.ReadForm(call.Http.Request, stop);
        if (QueryHelpers.ParseQuery(form).TryGetValue("_format", out var format)) Negotiation.Choose(call.Http.Request, format[^1]);
        parameters.AddRange(Criteria.Read(form));
        return await Answer(call, call.Type, parameters, stop);
    }

    public static async Task<FhirAnswer> Answer(FhirCall call, string type, List<KeyValuePair<string, string>> parameters, CancellationToken stop)
    {
        var page = parameters.FirstOrDefault(p => p.Key == SearchPages.Parameter).Value;
        if (page is not null) parameters = SearchPages.Open(call, type, page);
        var query = SearchQuery.Parse(type, parameters, call.Prefer.Strict);
        var found = type == "Patient" ? await PatientSearch.Run(call, query, page is null, stop) : await call.Store.Search(call.Scope, query, stop);

        var self = Self(call.Base, type, query);
        var next = found.NextToken is null ? null : SearchPages.Link(call, type, query, found.NextToken);
        var subset = Subset.Of(query.Summary, query.Elements);
        var matches = subset is null ? found.Matches : [.. found.Matches.Select(match => Subset.Apply(match, subset))];
        var ignored = query.Unknown.Count == 0 ? null : Ignored(query.Unknown);
        var countOnly = query.Summary == "count";
        return new FhirAnswer(200)
        {
            Body = BundleWriter.Searchset(
                call.Base, found.Total, self, next, countOnly ? [] : matches, countOnly ? [] : found.Included, ignored)
        };
    }

    static string Self(string baseUrl, string type, SearchQuery query)
    {
        var criteria = query.Canonical();
        return criteria.Length == 0 ? baseUrl + type : $"{baseUrl}{type}?{criteria}";
    }

    // Told, as FHIR asks: a criterion that was dropped widens what is found (never beyond the scope).
    static byte[] Ignored(IReadOnlyList<string> unknown) => Outcome.Warn(
        [.. unknown.Select(name => new RefusalIssue("warning", "not-supported", null, $"Unknown search parameter, ignored: {name}"))],
        "Certains critères de recherche ne sont pas connus et ont été ignorés.");
}

/// <summary>
/// Next links: the criteria and the place to go on from, sealed for this caller. Nobody can read an INS in such an address, change
/// it, or follow somebody else's.
/// </summary>
static class SearchPages
{
    public const string Parameter = "_page";

    public static string Link(FhirCall call, string type, SearchQuery query, string token) =>
        $"{call.Base}{type}?{Parameter}={Uri.EscapeDataString(call.Services.Keys.SealToken(Purpose(call, type), Encoding.UTF8.GetBytes(token + "\n" + query.Canonical())))}";

    public static List<KeyValuePair<string, string>> Open(FhirCall call, string type, string page)
    {
        if (!call.Services.Keys.TryOpenToken(Purpose(call, type), page, out var plain)) throw ApiRefusals.BadPage.With();
        var text = Encoding.UTF8.GetString(plain);
        var line = text.IndexOf('\n', StringComparison.Ordinal);
        var parameters = Criteria.Read("?" + text[(line + 1)..]);
        parameters.Add(new(Parameter, text[..line]));
        return parameters;
    }

    static string Purpose(FhirCall call, string type) => $"fhir-page|{type}|{call.Agent.Id}";
}
