using Socle.Store;

namespace Socle.Api;

/// <summary>DELETE [type]/[id] and DELETE [type]?criteria. Earlier versions stay in the history of those who may see it.</summary>
static class DeleteResource
{
    public static Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop) =>
        Delete(call, new WriteOp.Delete(call.Type, call.Id, null, call.IfMatch), stop);

    public static Task<FhirAnswer> HandleConditional(FhirCall call, CancellationToken stop) =>
        Delete(call, new WriteOp.Delete(call.Type, null, call.Condition ?? throw ApiRefusals.NoCondition.With(), call.IfMatch), stop);

    static Task<FhirAnswer> Delete(FhirCall call, WriteOp.Delete delete, CancellationToken stop)
    {
        WriteRights.MustHave(call, call.Type, Interaction.Delete);
        return WriteOne.Answer(call, delete, WriteOptions.Default, stop);
    }
}
