using Microsoft.AspNetCore.Http;
using Socle.Store;

namespace Socle.Api;

/// <summary>POST [type], with or without If-None-Exist.</summary>
static class CreateResource
{
    public static async Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop)
    {
        var request = call.Http.Request;
        WriteRights.MustHave(call, call.Type, Interaction.Create);
        var body = await ReadBody(call, null, stop);
        using var document = body.Parse();
        if (document.ResourceType != call.Type) throw ApiRefusals.WrongType.With(call.Type, document.ResourceType);
        var condition = Criteria.IfNoneExist(call.Type, request.Headers["If-None-Exist"], call.SearchEnvironment);
        return await WriteOne.Answer(call, new WriteOp.Create(document, condition), body.Options, stop);
    }

    /// <summary>A Binary may come as its own content; everything else is a resource.</summary>
    public static Task<FhirBody> ReadBody(FhirCall call, string? id, CancellationToken stop)
    {
        var request = call.Http.Request;
        if (call.Type == "Binary" && !Negotiation.IsFhirBody(request)) return FhirBody.ReadRaw(call, id, stop);
        Negotiation.MustBeFhir(request);
        return FhirBody.Read(call, BodyLimits.Of(call.Type), stop);
    }
}
