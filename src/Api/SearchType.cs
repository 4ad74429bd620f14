using Socle.Fhir;
using Socle.Platform;

namespace Socle.Api;

/// <summary>GET [type]?…, POST [type]/_search, and the pages that follow.</summary>
static class SearchType
{
    public static Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop) =>
        Answer(call, call.Type, Criteria.Read(call.Http.Request.QueryString.Value), stop);

    public static async Task<FhirAnswer> HandleForm(FhirCall call, CancellationToken stop) =>
        await Answer(call, call.Type, await Criteria.ReadForm(call, stop), stop);

    public static async Task<FhirAnswer> Answer(FhirCall call, string type, List<KeyValuePair<string, string>> parameters, CancellationToken stop)
    {
        IReadOnlyList<KeyValuePair<string, string>> asked = SearchPages.Open(call, type, parameters);
        IReadOnlyList<string> ignored = [];
        // A next link was read by the view when it was made, and is sealed.
        if (call.View is { } view && ReferenceEquals(asked, parameters)) (asked, ignored) = view.Ask(type, parameters, call.Prefer.Handling);
        var query = SearchQuery.Parse(type, asked, call.Prefer.Strict, call.SearchEnvironment);
        var first = query.PageToken is null;
        var found = type == "Patient" ? await PatientSearch.Run(call, query, first, stop) : await call.Store.Search(call.Scope, query, stop, call.View is { IsSettled: true });
        return SearchAnswer.Of(call, type, [query], found, ignored: ignored);
    }
}
