using System.Text.Json.Nodes;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Api;

/// <summary>
/// $meta-add and $meta-delete. FHIR leaves it open whether that makes a new version; here it does: labels decide who sees a resource, and
/// who changed them and when must stay in its history. What is there already, or is not there, changes nothing.
/// </summary>
static class ChangeMeta
{
    const int MostAttempts = 5;

    public static Task<FhirAnswer> Add(FhirCall call, CancellationToken stop) => Change(call, (list, value, same) =>
    {
        if (list.Any(same)) return false;
        list.Add(value.DeepClone());
        return true;
    }, stop);

    public static Task<FhirAnswer> Delete(FhirCall call, CancellationToken stop) => Change(call, (list, _, same) =>
    {
        var found = list.Where(same).ToList();
        foreach (var one in found) list.Remove(one);
        return found.Count > 0;
    }, stop);

    static async Task<FhirAnswer> Change(FhirCall call, Func<JsonArray, JsonNode, Func<JsonNode?, bool>, bool> change, CancellationToken stop)
    {
        WriteRights.MustHave(call, call.Type, Interaction.Update);
        var asked = await AskedMeta(call, stop);
        var once = call.Services.Idempotency.Of(call);
        using var held = once?.Hold();
        if (once is not null && await once.Before(call, stop) is { } before) return ShowMeta.Answer(before);
        for (var attempt = 1; ; attempt++)
        {
            var stored = ReadResource.Visible(await call.Store.Read(call.Scope, call.Type, call.Id, stop));
            if (call.IfMatch is { } version && version != stored.Version) throw StoreRefusals.StaleVersion.With();
            if (Changed(stored, asked, change) is not { } bytes)
            {
                if (once is not null) await once.Remember(stored, stop);
                return ShowMeta.Answer(stored);
            }
            using var document = FhirDocument.Parse(bytes);
            var update = new WriteOp.Update(call.Type, call.Id, null, document, stored.Version);
            try
            {
                var options = WriteOptions.Default with { BaseUrl = call.Base };
                var results = await call.Store.Write(call.Scope, [update], once?.With(options, null) ?? options, stop);
                return ShowMeta.Answer(WriteOne.ResultOf(results, update).Stored);
            }
            catch (Refusal refusal) when (refusal.Kind == StoreRefusals.StaleVersion && call.IfMatch is null && attempt < MostAttempts)
            {
                // Somebody wrote in between: the same change of what stands there now.
            }
        }
    }

    static async Task<JsonObject> AskedMeta(FhirCall call, CancellationToken stop)
    {
        using var body = await call.ReadBody(stop);
        if (body is null) throw ApiRefusals.Empty.With();
        if (body.ResourceType != "Parameters") throw ApiRefusals.WrongType.With("une opération (Parameters)", body.ResourceType);
        foreach (var parameter in body.Root.All("parameter"))
            if (parameter["name"].Text == "meta" && parameter["value"] is { Exists: true, Type: "Meta" } meta) return (JsonObject)JsonNode.Parse(meta.Raw)!;
        throw ApiRefusals.BadParameter.With("meta");
    }

    static byte[]? Changed(Stored stored, JsonObject asked, Func<JsonArray, JsonNode, Func<JsonNode?, bool>, bool> change)
    {
        using var document = FhirDocument.Parse(stored.Bytes);
        var meta = (JsonObject)JsonNode.Parse(document.Root["meta"].Raw)!;
        var changed = false;
        foreach (var name in (string[])["profile", "tag", "security"])
        {
            if (asked[name] is not JsonArray values) continue;
            var list = meta[name] as JsonArray ?? [];
            foreach (var value in values) changed |= value is not null && change(list, value, other => Same(other, value));
            if (list.Parent is null && list.Count > 0) meta[name] = list;
            if (list.Count == 0) meta.Remove(name);
        }
        if (!changed) return null;
        var splice = new Splice(document);
        splice.SetProperty(document.Root, "meta", System.Text.Encoding.UTF8.GetBytes(meta.ToJsonString()));
        return splice.Apply();
    }

    // A profile by its address, a tag or a label by its system and code.
    static bool Same(JsonNode? one, JsonNode other) => (one, other) switch
    {
        (JsonObject a, JsonObject b) => (string?)a["system"] == (string?)b["system"] && (string?)a["code"] == (string?)b["code"],
        (JsonValue a, JsonValue b) => (string?)a == (string?)b,
        _ => false
    };
}
