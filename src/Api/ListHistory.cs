using System.Globalization;
using Socle.Store;

namespace Socle.Api;

/// <summary>GET [type]/[id]/_history, [type]/_history and _history: newest first.</summary>
static class ListHistory
{
    const int MostCount = 1_000;
    static readonly string[] Known = ["_since", "_at", "_count", SearchPages.Parameter];

    public static Task<FhirAnswer> OfInstance(FhirCall call, CancellationToken stop) => Handle(call, call.Type, call.Id, stop);

    public static Task<FhirAnswer> OfType(FhirCall call, CancellationToken stop) => Handle(call, call.Type, null, stop);

    public static Task<FhirAnswer> OfSystem(FhirCall call, CancellationToken stop) => Handle(call, null, null, stop);

    static Task<FhirAnswer> Handle(FhirCall call, string? type, string? id, CancellationToken stop) =>
        Answer(call, type, id, call.Http.Request.QueryString.Value, stop);

    public static async Task<FhirAnswer> Answer(FhirCall call, string? type, string? id, string? criteria, CancellationToken stop)
    {
        var asked = Criteria.Read(criteria);
        string? Value(string name) => asked.LastOrDefault(pair => pair.Key == name).Value;
        if (call.Prefer.Strict && asked.Find(pair => !Known.Contains(pair.Key)).Key is { } unknown) throw ApiRefusals.BadParameter.With(unknown);
        var at = Value("_at");
        var query = new HistoryQuery(
            Moments.Instant("_since", Value("_since")), Moments.Count("_count", Value("_count"), MostCount), Value(SearchPages.Parameter), Moments.Period("_at", at));
        var page = await call.Store.History(call.Scope, type, id, query, stop) ?? throw StoreRefusals.NotFound.With();

        var path = string.Join('/', new[] { type, id, "_history" }.Where(part => part is not null));
        var kept = Kept(query, at);
        var self = call.Base + path + (kept.Length == 0 ? "" : "?" + kept);
        var next = page.NextToken is null
            ? null
            : $"{call.Base}{path}?{kept}{(kept.Length == 0 ? "" : "&")}{SearchPages.Parameter}={Uri.EscapeDataString(page.NextToken)}";
        return new FhirAnswer(200) { Body = BundleWriter.History(call.Base, self, next, page.Versions) };
    }

    static string Kept(HistoryQuery query, string? at)
    {
        var parts = new List<string>();
        if (query.Since is { } since) parts.Add("_since=" + Uri.EscapeDataString(since.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)));
        if (query.At is not null) parts.Add("_at=" + Uri.EscapeDataString(at!));
        if (query.Count is { } count) parts.Add("_count=" + count.ToString(CultureInfo.InvariantCulture));
        return string.Join('&', parts);
    }
}
