using Socle.Platform;
using Socle.Store;

namespace Socle.Api;

/// <summary>$everything of a Patient or an Encounter: the whole record, page by page, each page bounded.</summary>
static class ShowEverything
{
    const int MostCount = 1_000;
    static readonly string[] Known = ["start", "end", "_since", "_type", "_count", SearchPages.Parameter];

    public static Task<FhirAnswer> OfPatient(FhirCall call, CancellationToken stop) => Answer(call, "Patient", call.Id, stop);

    public static Task<FhirAnswer> OfEncounter(FhirCall call, CancellationToken stop) => Answer(call, "Encounter", call.Id, stop);

    /// <summary>A citizen's own record; for everybody else there is the bulk export.</summary>
    public static Task<FhirAnswer> OfMyself(FhirCall call, CancellationToken stop) => call.Agent is { Kind: AgentKind.Citizen, PatientKey: not 0 } citizen
        ? Answer(call, "Patient", call.Store.IdOf(citizen.PatientKey, 1), stop)
        : throw ApiRefusals.EverythingOfWhom.With();

    static async Task<FhirAnswer> Answer(FhirCall call, string type, string id, CancellationToken stop)
    {
        var input = await OperationInput.Read(call, stop);
        using var body = input.Body;
        var path = $"{type}/{id}/$everything";
        var unknown = input.Unknown(call, Known);
        IReadOnlyList<KeyValuePair<string, string>> asked = [.. input.All.Where(pair => Known.Contains(pair.Key))];
        string? token = null;
        if (input[SearchPages.Parameter] is { } page) (token, asked) = OperationPages.Open(call, path, page);

        var query = Query(asked) with { PageToken = token };
        var found = await call.Store.Everything(call.Scope, type, id, query, stop) ?? throw StoreRefusals.NotFound.With();
        var next = found.NextToken is null ? null : OperationPages.Link(call, path, asked, found.NextToken);
        return FhirAnswer.Of(BundleWriter.Searchset(call.Base, null, call.Base + path, next, found.Resources, found.Included, unknown));
    }

    static EverythingQuery Query(IReadOnlyList<KeyValuePair<string, string>> asked)
    {
        string? Value(string name) => asked.LastOrDefault(pair => pair.Key == name).Value;
        var types = asked.Where(pair => pair.Key == "_type")
            .SelectMany(pair => pair.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)).Select(FhirCall.KnownType).ToHashSet();
        var (start, end) = (Moments.Period("start", Value("start")), Moments.Period("end", Value("end")));
        if (start is { } from && end is { } to && from.Low >= to.High) throw ApiRefusals.BadParameter.With("end");
        return new(
            types.Count == 0 ? null : types,
            Moments.Instant("_since", Value("_since")),
            start is null && end is null ? null : (start?.Low ?? long.MinValue, end?.High ?? long.MaxValue),
            Moments.Count("_count", Value("_count"), MostCount));
    }
}
