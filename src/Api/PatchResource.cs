using Socle.Fhir;
using Socle.Store;

namespace Socle.Api;

/// <summary>PATCH [type]/[id] and PATCH [type]?criteria, as FHIRPath Patch.</summary>
static class PatchResource
{
    public static Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop) => Patch(call, call.Id, null, stop);

    public static Task<FhirAnswer> HandleConditional(FhirCall call, CancellationToken stop) =>
        Patch(call, null, call.Condition ?? throw ApiRefusals.NoCondition.With(), stop);

    static async Task<FhirAnswer> Patch(FhirCall call, string? id, SearchQuery? condition, CancellationToken stop)
    {
        WriteRights.MustHave(call, call.Type, Interaction.Patch);
        if (!Negotiation.IsFhirBody(call.Http.Request)) throw ApiRefusals.BadPatchType.With(Negotiation.Shown(call.Http.Request.ContentType ?? "sans type"));
        Negotiation.MustBeFhir(call.Http.Request);
        var version = call.IfMatch;
        var body = await FhirBody.Read(call, BodyLimits.Resource, stop);
        using var parameters = body.Parse();
        if (parameters.ResourceType != "Parameters") throw ApiRefusals.WrongType.With("une modification (Parameters)", parameters.ResourceType);
        return await WriteOne.Answer(call, new WriteOp.Patch(call.Type, id, condition, parameters, version), body.Options, stop);
    }
}
