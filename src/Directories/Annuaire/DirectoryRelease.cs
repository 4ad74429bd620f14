using System.Collections.Frozen;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Socle.Platform;
using Socle.Store;

namespace Socle.Directories;

/// <summary>
/// What the public view of the annuaire hides leaves by no other door either: mailboxes of the « liste rouge », cards and what is the person's own. To whom it is
/// not shown, nothing can be asked by it. The person sees their own entry whole; the registrar and the holder of a key have their own rules.
/// </summary>
sealed class DirectoryRelease : ReleaseRule
{
    static readonly FrozenSet<string> Asks = FrozenSet.Create(
        "mailbox-mss", "mailbox-mss-type", "number-smartcard", "type-smartcard", "telecom", "email", "phone", "_content", "_text");

    static readonly byte[][] Urls = [.. AnnuaireUrls.Restricted.Select(Encoding.UTF8.GetBytes)];

    public override IReadOnlySet<string> Types { get; } = AnnuaireDoor.Types.ToFrozenSet();

    public override IReadOnlySet<string> NotAsked(Scope scope) => IsShownAll(scope) ? FrozenSet<string>.Empty : Asks;

    public override Stored Apply(Scope scope, Stored stored)
    {
        if (IsShownAll(scope) || !MayHide(stored.Bytes.Span)) return stored;
        var body = JsonNode.Parse(stored.Bytes.Span, documentOptions: new() { MaxDepth = 128 })!.AsObject();
        if (IsOwn(scope.Agent, body) || !Hide(body)) return stored;
        body.Remove("text");   // a narrative may tell it again
        var meta = body["meta"]?.AsObject();
        if (meta is null) body["meta"] = meta = [];
        if (meta["tag"] is not JsonArray tags) meta["tag"] = tags = [];
        tags.Add(new JsonObject { ["system"] = "http://terminology.hl7.org/CodeSystem/v3-ObservationValue", ["code"] = "SUBSETTED" });
        return stored with { Bytes = EntryJson.Bytes(body) };
    }

    static bool IsShownAll(Scope scope) => scope.Agent is { Kind: AgentKind.Steward or AgentKind.Program } || scope.Agent.Id.StartsWith(AnnuaireKeys.AgentPrefix, StringComparison.Ordinal);

    // Most entries are not even read. An escape in a name is no way round.
    static bool MayHide(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IndexOf("listeRouge"u8) >= 0 || bytes.IndexOf((byte)'\\') >= 0) return true;
        foreach (var url in Urls)
            if (bytes.IndexOf(url) >= 0) return true;
        return false;
    }

    static bool IsOwn(Agent agent, JsonObject body) => agent.Kind == AgentKind.Professional && agent.Id.StartsWith("rpps:", StringComparison.Ordinal)
        && (string?)body["resourceType"] == "Practitioner" && body["identifier"] is JsonArray all
        && all.Any(one => (string?)one?["system"] == EntrySystems.Rpps && (string?)one?["value"] == agent.Id["rpps:".Length..]);

    static bool Hide(JsonNode? node)
    {
        var hid = false;
        switch (node)
        {
            case JsonObject element:
                foreach (var (name, value) in element.ToList())
                {
                    if (name is "extension" or "modifierExtension" or "telecom" && value is JsonArray items)
                    {
                        var gone = items.Where(item => name == "telecom" ? IsRed(item) : IsRestricted(item)).ToList();
                        foreach (var item in gone) items.Remove(item);
                        hid |= gone.Count > 0;
                        if (items.Count == 0) element.Remove(name);
                    }
                    hid |= Hide(value);
                }
                break;
            case JsonArray list:
                foreach (var item in list) hid |= Hide(item);
                break;
        }
        return hid;
    }

    static bool IsRestricted(JsonNode? extension) => extension is JsonObject && (string?)extension["url"] is { } url && AnnuaireUrls.Restricted.Contains(url);

    // Whoever does not say plainly « false » does not want to be shown.
    static bool IsRed(JsonNode? contact) => Extensions(contact).Where(one => (string?)one?["url"] == AnnuaireUrls.Mailbox).SelectMany(Extensions)
        .Any(one => (string?)one?["url"] == "listeRouge" && one?["valueBoolean"]?.GetValueKind() != JsonValueKind.False);

    static IEnumerable<JsonNode?> Extensions(JsonNode? element) => element is JsonObject && element["extension"] is JsonArray list ? list : [];
}
