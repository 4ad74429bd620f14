using Microsoft.AspNetCore.Http;
using Socle.Fhir;
using Socle.Store;

namespace Socle.Api;

/// <summary>GET [type]/[id].</summary>
static class ReadResource
{
    public static async Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop)
    {
        var request = call.Http.Request;
        var raw = call.Type == "Binary" && !Negotiation.AsksForFhir(request);
        if (!raw) Negotiation.Choose(request);
        var stored = Visible(await call.Store.Read(call.Scope, call.Type, call.Id, stop));
        if (Freshness.IsKnown(request, stored)) return new FhirAnswer(304) { Resource = stored };
        if (call.Type == "Binary") return await BinaryContent.Answer(call, stored, raw, stop);
        return Subset.Apply(FhirAnswer.Of(call.Shown(stored)), Subset.Of(request.Query["_summary"], request.Query["_elements"]));
    }

    /// <summary>The same, for an entry of a batch.</summary>
    public static async Task<FhirAnswer> Answer(FhirCall call, BundleEntry entry, string type, string id, CancellationToken stop)
    {
        var stored = Visible(await call.Store.Read(call.Scope, type, id, stop));
        return Freshness.IsKnown(entry.IfNoneMatch, entry.IfModifiedSince, stored) ? new FhirAnswer(304) { Resource = stored } : FhirAnswer.Of(stored);
    }

    /// <summary>Unknown and not for the caller are one answer; deleted is told only to whom the resource was open.</summary>
    public static Stored Visible(Stored? stored) =>
        stored is null ? throw StoreRefusals.NotFound.With() : stored.Deleted ? throw StoreRefusals.Deleted.With() : stored;
}
