using System.Globalization;

namespace Socle.Api;

/// <summary>GET [type]/[id]/_history/[version].</summary>
static class ReadVersion
{
    public static async Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop)
    {
        var request = call.Http.Request;
        var raw = call.Type == "Binary" && !Negotiation.AsksForFhir(request);
        if (!raw) Negotiation.Choose(request);
        var answer = await Answer(call, call.Type, call.Id, (string?)request.RouteValues["version"] ?? "", stop);
        if (Freshness.IsKnown(request, answer.Resource!)) return new FhirAnswer(304) { Resource = answer.Resource };
        return call.Type == "Binary" ? await BinaryContent.Answer(call, answer.Resource!, raw, stop) : answer;
    }

    public static async Task<FhirAnswer> Answer(FhirCall call, string type, string id, string version, CancellationToken stop)
    {
        // A version that is no number of ours does not exist.
        var number = long.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) ? parsed : 0;
        return FhirAnswer.Of(call.Shown(ReadResource.Visible(await call.Store.ReadVersion(call.Scope, type, id, number, stop))));
    }
}
