using Microsoft.Net.Http.Headers;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Api;

/// <summary>PATCH [type]/[id] and PATCH [type]?criteria, as FHIRPath Patch, JSON Patch or XML Patch.</summary>
static class PatchResource
{
    public static Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop) => Patch(call, call.Id, null, stop);

    public static Task<FhirAnswer> HandleConditional(FhirCall call, CancellationToken stop) =>
        Patch(call, null, call.Condition ?? throw ApiRefusals.NoCondition.With(), stop);

    static async Task<FhirAnswer> Patch(FhirCall call, string? id, SearchQuery? condition, CancellationToken stop)
    {
        WriteRights.MustHave(call, call.Type, Interaction.Patch);
        var kind = Kind(call.Http.Request.ContentType);
        var version = call.IfMatch;
        var body = await FhirBody.Read(call, BodyLimits.Resource, stop);
        using var parameters = kind == FhirPathPatchKind ? body.Parse() : null;
        if (parameters is not (null or { ResourceType: "Parameters" })) throw ApiRefusals.WrongType.With("une modification (Parameters)", parameters.ResourceType);
        var patch = parameters is not null ? ResourcePatch.FhirPath(parameters) : kind == JsonPatchKind ? ResourcePatch.Json(body.Json) : ResourcePatch.Xml(body.Json);
        try
        {
            return await WriteOne.Answer(call, new WriteOp.Patch(call.Type, id, condition, patch, version), body.Options, stop);
        }
        // RFC 5789 §2.2: understood, and not possible on this resource; a failed test says so by its code.
        catch (FhirException error)
        {
            throw ApiRefusals.PatchFails.With(Outcome.Issues(error));
        }
    }

    const string FhirPathPatchKind = "application/fhir+json";
    const string JsonPatchKind = "application/json-patch+json";
    const string XmlPatchKind = "application/xml-patch+xml";

    static string Kind(string? contentType)
    {
        if (!MediaTypeHeaderValue.TryParse(contentType, out var media)) throw ApiRefusals.BadPatchType.With(Negotiation.Shown(contentType ?? "sans type"));
        if (Negotiation.IsFhir(media)) return FhirPathPatchKind;
        Negotiation.MustBeUtf8(media);
        return media.MediaType.ToString().ToLowerInvariant() is var type and (JsonPatchKind or XmlPatchKind)
            ? type
            : throw ApiRefusals.BadPatchType.With(Negotiation.Shown(contentType!));
    }
}
