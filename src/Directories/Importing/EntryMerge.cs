using System.Text.Json.Nodes;

namespace Socle.Directories;

/// <summary>What an extract says now, laid over the entry that stands: what it does not know of (a mailbox, a corrected phone, degrees) stays.</summary>
static class EntryMerge
{
    /// <summary>Null: nothing has changed.</summary>
    public static byte[]? Person(ReadOnlyMemory<byte> standing, byte[] fresh) => Merged(standing, fresh, (before, after) =>
    {
        Identifiers(before, after);
        // Only the one who suspended may say that the entry is active again.
        if (Mark(before) is null) Take(before, after, "active");
        Take(before, after, "name");
        if (after["qualification"] is JsonArray qualifications) Add(before, "qualification", qualifications);
    });

    public static byte[]? Role(ReadOnlyMemory<byte> standing, byte[] fresh) => Merged(standing, fresh, (before, after) =>
    {
        if (Mark(before) is null) Take(before, after, "active");
        foreach (var name in (string[])["period", "practitioner", "organization", "code"]) Take(before, after, name);
        // A correction that was validated is fresher than what its extract has said all along.
        if (!IsCorrected(before["telecom"])) Take(before, after, "telecom");
    });

    public static byte[]? Organization(ReadOnlyMemory<byte> standing, byte[] fresh, bool byFiness) => Merged(standing, fresh, (before, after) =>
    {
        // FINESS answers for its own structures: what an activity says of one of them is by hearsay.
        if (!byFiness && before["meta"]?["source"]?.GetValue<string>() == EntrySystems.FinessSource) return;
        Identifiers(before, after);
        foreach (var name in (string[])["active", "extension", "type", "name", "alias", "address", "partOf"])
            if (after[name] is not null || byFiness && name is "extension") Take(before, after, name);
        if (!IsCorrected(before["telecom"])) Take(before, after, "telecom");
    });

    public static byte[]? Qualifications(ReadOnlyMemory<byte> standing, byte[] fresh) => Merged(standing, fresh, (before, after) =>
    {
        if (after["qualification"] is JsonArray qualifications) Add(before, "qualification", qualifications);
    });

    /// <summary>
    /// Two entries of one person, under the former number and under the new one: the elder goes on with what the younger says now, and a suspension holds on.
    /// </summary>
    public static byte[] Joined(ReadOnlyMemory<byte> elder, string former, ReadOnlyMemory<byte> younger)
    {
        var fresh = (JsonObject)JsonNode.Parse(younger.Span)!;
        var suspended = Mark(fresh) is not null;
        if (suspended) fresh["active"] = true;
        var before = (JsonObject)JsonNode.Parse(Passage(elder, former, younger.ToArray()) ?? elder.ToArray())!;
        foreach (var name in (string[])["telecom", "address"])
            if (before[name] is null && fresh[name] is { } value) before[name] = value.DeepClone();
        var joined = Person(EntryJson.Bytes(before), EntryJson.Bytes(fresh)) ?? EntryJson.Bytes(before);
        return suspended ? Suspended(joined) ?? joined : joined;
    }

    /// <summary>The same situation, of the entry that goes on.</summary>
    public static byte[] Of(ReadOnlyMemory<byte> role, string practitioner)
    {
        var entry = (JsonObject)JsonNode.Parse(role.Span)!;
        entry["practitioner"] = new JsonObject { ["reference"] = practitioner };
        return EntryJson.Bytes(entry);
    }

    public static bool IsReplaced(ReadOnlyMemory<byte> entry) => entry.Span.IndexOf("urn:socle:directories:replaced-by"u8) >= 0;

    /// <summary>Merged into another, which took over.</summary>
    public static byte[]? Replaced(ReadOnlyMemory<byte> standing, string by)
    {
        var entry = (JsonObject)JsonNode.Parse(standing.Span)!;
        var extensions = entry["extension"] as JsonArray ?? [];
        if (extensions.Any(one => Text(one?["url"]) == EntrySystems.ReplacedBy)) return null;
        extensions.Add(new JsonObject { ["url"] = EntrySystems.ReplacedBy, ["valueReference"] = new JsonObject { ["reference"] = by } });
        if (extensions.Parent is null) entry["extension"] = extensions;
        entry["active"] = false;
        return EntryJson.Bytes(entry);
    }

    /// <summary>No longer in its extract: kept, but out of every search for what is active.</summary>
    public static byte[]? Ended(ReadOnlyMemory<byte> standing, string? day)
    {
        var entry = (JsonObject)JsonNode.Parse(standing.Span)!;
        if (entry["active"] is JsonValue active && !active.GetValue<bool>()) return null;
        entry["active"] = false;
        if (day is not null)
        {
            entry["period"] ??= new JsonObject();
            entry["period"]!["end"] ??= day;
        }
        return EntryJson.Bytes(entry);
    }

    /// <summary>The same situation until another moment.</summary>
    public static byte[] Until(ReadOnlyMemory<byte> standing, string end, bool active)
    {
        var entry = (JsonObject)JsonNode.Parse(standing.Span)!;
        var period = entry["period"] as JsonObject ?? [];
        period["end"] = end;
        if (period.Parent is null) entry["period"] = period;
        entry["active"] = active;
        return EntryJson.Bytes(entry);
    }

    /// <summary>Null: it is inactive already.</summary>
    public static byte[]? Suspended(ReadOnlyMemory<byte> standing)
    {
        var entry = (JsonObject)JsonNode.Parse(standing.Span)!;
        if (entry["active"] is JsonValue active && !active.GetValue<bool>()) return null;
        entry["active"] = false;
        var extensions = entry["extension"] as JsonArray ?? [];
        extensions.Add(new JsonObject { ["url"] = EntrySystems.Suspended, ["valueBoolean"] = true });
        if (extensions.Parent is null) entry["extension"] = extensions;
        return EntryJson.Bytes(entry);
    }

    /// <summary>Null: no suspension had made it inactive.</summary>
    public static byte[]? Resumed(ReadOnlyMemory<byte> standing)
    {
        var entry = (JsonObject)JsonNode.Parse(standing.Span)!;
        if (Mark(entry) is not { } mark) return null;
        var extensions = (JsonArray)mark.Parent!;
        extensions.Remove(mark);
        if (extensions.Count == 0) entry.Remove("extension");
        entry["active"] = true;
        return EntryJson.Bytes(entry);
    }

    /// <summary>Professions and skills that no line of the extract tells any more are gone; degrees are another extract's.</summary>
    public static byte[]? Without(ReadOnlyMemory<byte> standing, Func<string, string, bool> isGone)
    {
        var entry = (JsonObject)JsonNode.Parse(standing.Span)!;
        if (entry["qualification"] is not JsonArray all) return null;
        var gone = all.Where(one => one?["code"]?["coding"] is JsonArray codings && codings.Any(coding => isGone(Text(coding?["system"]), Text(coding?["code"])))).ToList();
        foreach (var one in gone) all.Remove(one);
        if (all.Count == 0) entry.Remove("qualification");
        return gone.Count == 0 ? null : EntryJson.Bytes(entry);
    }

    /// <summary>The number of before stays, marked as old; the new one is the official one.</summary>
    public static byte[]? Passage(ReadOnlyMemory<byte> standing, string former, byte[] fresh) => Merged(standing, fresh, (before, after) =>
    {
        foreach (var one in before["identifier"] as JsonArray ?? [])
            if (Text(one?["value"]) is var value && (value == former || value == former[1..])) one!["use"] = "old";
        Identifiers(before, after);
    });

    static byte[]? Merged(ReadOnlyMemory<byte> standing, byte[] fresh, Action<JsonObject, JsonObject> lay)
    {
        var before = (JsonObject)JsonNode.Parse(standing.Span)!;
        var original = before.DeepClone();
        var after = (JsonObject)JsonNode.Parse(fresh)!;
        lay(before, after);
        if (JsonNode.DeepEquals(before, original)) return null;
        var meta = before["meta"] as JsonObject ?? [];
        if (after["meta"]?["source"] is { } source) meta["source"] = source.DeepClone();
        if (after["meta"]?["extension"] is { } extension) meta["extension"] = extension.DeepClone();
        before["meta"] = meta.Parent is null ? meta : meta.DeepClone();
        return EntryJson.Bytes(before);
    }

    static void Take(JsonObject before, JsonObject after, string name)
    {
        if (after[name] is { } value) before[name] = value.DeepClone();
        else before.Remove(name);
    }

    static void Identifiers(JsonObject before, JsonObject after)
    {
        if (after["identifier"] is not JsonArray fresh) return;
        var standing = before["identifier"] as JsonArray ?? [];
        foreach (var one in fresh)
        {
            var same = standing.FirstOrDefault(other => Text(other?["system"]) == Text(one?["system"]) && Text(other?["value"]) == Text(one?["value"]));
            if (same is null) standing.Add(one!.DeepClone());
        }
        if (standing.Parent is null) before["identifier"] = standing;
    }

    static void Add(JsonObject before, string name, JsonArray fresh)
    {
        var standing = before[name] as JsonArray ?? [];
        foreach (var one in fresh)
            if (!standing.Any(other => Codes(other).SetEquals(Codes(one)))) standing.Add(one!.DeepClone());
        if (standing.Parent is null) before[name] = standing;
    }

    static HashSet<string> Codes(JsonNode? qualification) =>
        [.. (qualification?["code"]?["coding"] as JsonArray ?? []).Select(coding => $"{Text(coding?["system"])}|{Text(coding?["code"])}")];

    static JsonNode? Mark(JsonObject entry) => (entry["extension"] as JsonArray)?.FirstOrDefault(one => Text(one?["url"]) == EntrySystems.Suspended);

    static bool IsCorrected(JsonNode? telecom) => telecom is JsonArray all && all.Any(one => one?["extension"] is JsonArray extensions
        && extensions.Any(extension => Text(extension?["url"]) == EntrySystems.DataTrace));

    static string Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : "";
}
