using Socle.Store;

namespace Socle.Api;

/// <summary>PUT [type]/[id] and PUT [type]?criteria.</summary>
static class UpdateResource
{
    public static async Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop)
    {
        WriteRights.MustHave(call, call.Type, Interaction.Update);
        var (id, version) = (call.Id, call.IfMatch);
        var body = await CreateResource.ReadBody(call, id, stop);
        using var document = body.Parse();
        if (document.ResourceType != call.Type) throw ApiRefusals.WrongType.With(call.Type, document.ResourceType);
        if (document.Root["id"].Text != id) throw ApiRefusals.WrongId.With();
        return await WriteOne.Answer(call, new WriteOp.Update(call.Type, id, null, document, version), body.Options, stop);
    }

    public static async Task<FhirAnswer> HandleConditional(FhirCall call, CancellationToken stop)
    {
        WriteRights.MustHave(call, call.Type, Interaction.Update);
        var condition = call.Condition ?? throw ApiRefusals.NoCondition.With();
        var version = call.IfMatch;
        var body = await CreateResource.ReadBody(call, null, stop);
        using var document = body.Parse();
        if (document.ResourceType != call.Type) throw ApiRefusals.WrongType.With(call.Type, document.ResourceType);
        return await WriteOne.Answer(call, new WriteOp.Update(call.Type, null, condition, document, version), body.Options, stop);
    }
}
