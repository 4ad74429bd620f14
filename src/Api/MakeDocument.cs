using Socle.Fhir;
using Socle.Store;

namespace Socle.Api;

/// <summary>
/// Composition/[id]/$document: the document that the Composition describes, with everything it refers to within the caller's scope. With
/// <c>persist=true</c> it is stored as a Bundle of the same record, without parts of other people's and under the labels of all its parts.
/// </summary>
static class MakeDocument
{
    public static async Task<FhirAnswer> Handle(FhirCall call, CancellationToken stop)
    {
        var input = await OperationInput.Read(call, stop);
        using var body = input.Body;
        var unknown = input.Unknown(call, "persist");
        var persist = input["persist"] switch { null or "false" => false, "true" => true, _ => throw ApiRefusals.BadParameter.With("persist") };
        if (persist) WriteRights.MustHave(call, "Bundle", Interaction.Create);
        if (unknown is not null && input["graph"] is not null) throw ApiRefusals.BadParameter.With("graph");   // it would change what the document holds

        // Without persist nothing is written, and there is nothing to do once only.
        var once = persist ? call.Services.Idempotency.Of(call) : null;
        using var held = once?.Hold();
        if (once is not null && await once.Before(call, stop) is { } before) return Kept(call, before);
        var parts = await call.Store.WithReferences(call.Scope, "Composition", call.Id, ofOneRecord: persist, stop) ?? throw StoreRefusals.NotFound.With();
        var document = BundleWriter.Document(call.Base, NewIdentifier(call), call.Services.Clock.GetUtcNow(), Labels(parts), await WithContents(call, parts, stop));
        if (!persist) return FhirAnswer.Of(document);
        using var parsed = FhirDocument.Parse(document);
        var options = WriteOptions.Default with { BaseUrl = call.Base };
        var create = new WriteOp.Create(parsed);
        return Kept(call, WriteOne.ResultOf(await call.Store.Write(call.Scope, [create], once?.With(options, null) ?? options, stop), create).Stored);
    }

    static FhirAnswer Kept(FhirCall call, Stored stored) => FhirAnswer.Of(stored) with { Location = WriteOne.Address(call, stored) };

    static string NewIdentifier(FhirCall call) => "urn:uuid:" + new Guid(call.Services.Chance.Bytes(16)).ToString("D");

    /// <summary>What is hidden in a part is hidden in the whole.</summary>
    static SortedSet<string> Labels(IEnumerable<Stored> parts)
    {
        var inUse = new MetaInUse([], [], []);
        foreach (var part in parts) inUse.Add(part.Bytes);
        return inUse.Labels;
    }

    // A bundle has room for resources only: the content of a Binary stands in it.
    static async Task<IReadOnlyList<Stored>> WithContents(FhirCall call, IReadOnlyList<Stored> parts, CancellationToken stop)
    {
        if (!parts.Any(part => part.Type == "Binary")) return parts;
        var whole = new List<Stored>(parts.Count);
        foreach (var part in parts)
            whole.Add(part.Type == "Binary" ? part with { Bytes = await BinaryContent.Whole(call, part, stop) } : part);
        return whole;
    }
}
