using System.Globalization;
using Socle.Store;

namespace Socle.Api;

/// <summary>GET [type]/[id]/_history, [type]/_history and _history: newest first.</summary>
static class ListHistory
{
    public static Task<FhirAnswer> OfInstance(FhirCall call, CancellationToken stop) => Handle(call, call.Type, call.Id, stop);

    public static Task<FhirAnswer> OfType(FhirCall call, CancellationToken stop) => Handle(call, call.Type, null, stop);

    public static Task<FhirAnswer> OfSystem(FhirCall call, CancellationToken stop) => Handle(call, null, null, stop);

    static Task<FhirAnswer> Handle(FhirCall call, string? type, string? id, CancellationToken stop) =>
        Answer(call, type, id, call.Http.Request.QueryString.Value, stop);

    public static async Task<FhirAnswer> Answer(FhirCall call, string? type, string? id, string? criteria, CancellationToken stop)
    {
        var asked = Criteria.Read(criteria);
        string? Value(string name) => asked.LastOrDefault(pair => pair.Key == name).Value;
        var query = new HistoryQuery(Since(Value("_since")), Count(Value("_count")), Value(SearchPages.Parameter));
        var page = await call.Store.History(call.Scope, type, id, query, stop) ?? throw StoreRefusals.NotFound.With();

        var path = string.Join('/', new[] { type, id, "_history" }.Where(part => part is not null));
        var kept = Kept(query);
        var self = call.Base + path + (kept.Length == 0 ? "" : "?" + kept);
        var next = page.NextToken is null
            ? null
            : $"{call.Base}{path}?{kept}{(kept.Length == 0 ? "" : "&")}{SearchPages.Parameter}={Uri.EscapeDataString(page.NextToken)}";
        return new FhirAnswer(200) { Body = BundleWriter.History(call.Base, self, next, page.Versions) };
    }

    static string Kept(HistoryQuery query)
    {
        var parts = new List<string>();
        if (query.Since is { } since) parts.Add("_since=" + Uri.EscapeDataString(since.UtcDateTime.ToString("O", CultureInfo.InvariantCulture)));
        if (query.Count is { } count) parts.Add("_count=" + count.ToString(CultureInfo.InvariantCulture));
        return string.Join('&', parts);
    }

    static DateTimeOffset? Since(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        // A plus sign that was not escaped arrives as a blank.
        return DateTimeOffset.TryParse(text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var since)
            ? since
            : throw ApiRefusals.BadParameter.With("_since");
    }

    static int? Count(string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : throw ApiRefusals.BadParameter.With("_count");
    }
}
