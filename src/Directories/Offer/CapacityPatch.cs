using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Directories;

/// <summary>
/// The FHIRPath Patch that regions send: <c>replace</c> first, <c>add</c> when there was nothing to replace, <c>delete</c>. What names an indicator in
/// a path is its codes, however the path compares them; the value comes as an extension in a part, or as parts inside parts.
/// </summary>
sealed partial class CapacityPatch
{
    const int Most = 100;
    const string Where = $"Location.extension.where(url='{Capacity.Url}')";
    static readonly string Element = $"Location.extension('{Capacity.Url}')";

    readonly List<Operation> operations;

    CapacityPatch(List<Operation> operations) => this.operations = operations;

    sealed record Operation(string Type, IReadOnlyDictionary<string, string> Criteria, bool CountOnly, JsonObject? Value, int? Count);

    public static CapacityPatch Read(JsonNode? body)
    {
        if (body is not JsonObject root || Capacity.Text(root["resourceType"]) != "Parameters" || root["parameter"] is not JsonArray { Count: > 0 and <= Most } parameters)
            throw Fault(null, "Le corps est une ressource Parameters avec une opération au moins");
        return new([.. parameters.Select(parameter => Read(parameter as JsonObject ?? []))]);
    }

    static Operation Read(JsonObject parameter)
    {
        var parts = (parameter["part"] as JsonArray ?? []).OfType<JsonObject>().ToList();
        // « valueString » where the standard says code: what regions send, and what is published.
        string? Part(string name) => parts.FirstOrDefault(p => Capacity.Text(p["name"]) == name) is { } part ? Capacity.Code(part) : null;
        var type = Part("type") ?? "";
        var path = Part("path") ?? "";
        if (Capacity.Text(parameter["name"]) != "operation" || type is not ("add" or "replace" or "delete"))
            throw Fault(null, $"L’opération « {Short(type)} » n’est pas add, replace ou delete");
        if (!path.StartsWith("Location", StringComparison.Ordinal)) throw Fault(null, $"Le chemin « {Short(path)} » ne part pas de Location");
        if (type != "add" && !path.Contains(Capacity.Url, StringComparison.Ordinal)) throw Fault(null, $"Le chemin « {Short(path)} » ne désigne pas une capacité de prise en charge");
        var value = Extension(parts);
        var number = value is null && parts.FirstOrDefault(p => Capacity.Text(p["name"]) == "value") is { } plain ? Capacity.Number(plain) : null;
        if (type != "delete" && value is null && (number is null || type == "add")) throw Fault(null, "L’opération ne porte aucune capacité");
        return new(type, Criteria(path), path.Contains("'nbCapacity'", StringComparison.Ordinal), value, number);
    }

    // By whatever nesting: the first object that is the extension, or parts named « url » and « extension » that spell it out.
    static JsonObject? Extension(IEnumerable<JsonObject> parts)
    {
        foreach (var part in parts)
        {
            if ((part["extension"] as JsonArray ?? []).OfType<JsonObject>().FirstOrDefault(IsCapacity) is { } found) return found;
            if (part["valueExtension"] is JsonObject whole && IsCapacity(whole)) return whole;
            if (part["part"] is not JsonArray inner) continue;
            var children = inner.OfType<JsonObject>().ToList();
            if (children.Any(c => Capacity.Text(c["name"]) == "url" && Capacity.Code(c) is { } url && Same(url)))
                return Spelled(children.FirstOrDefault(c => Capacity.Text(c["name"]) == "extension"));
            if (Extension(children) is { } deeper) return deeper;
        }
        return null;
    }

    static bool IsCapacity(JsonObject extension) => Capacity.Text(extension["url"]) is { } url && Same(url);

    // The published samples write it with a hyphen as well.
    static bool Same(string url) => url == Capacity.Url || url.EndsWith("StructureDefinition-ror-location-supported-capacity", StringComparison.Ordinal);

    // url, value, url, value… in one list.
    static JsonObject Spelled(JsonObject? list)
    {
        var made = new JsonArray();
        string? url = null;
        foreach (var part in (list?["part"] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (Capacity.Text(part["name"]) == "url") url = Capacity.Code(part);
            else if (url is not null && part.FirstOrDefault(p => p.Key.StartsWith("value", StringComparison.Ordinal)) is { Key: { } key, Value: { } value })
                made.Add(new JsonObject { ["url"] = url, [key == "valueInt" ? "valueInteger" : key] = value.DeepClone() });
        }
        return new() { ["url"] = Capacity.Url, ["extension"] = made };
    }

    static Dictionary<string, string> Criteria(string path)
    {
        var criteria = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (Match match in Criterion().Matches(path))
            if (!Capacity.Elements.Any(e => e.Name == match.Groups[2].Value)) criteria[match.Groups[1].Value] = match.Groups[2].Value;
        return criteria;
    }

    // The name of an element, then — past the address of its table — the code it is compared with.
    [GeneratedRegex("'(capacityType|capacityStatus|temporalityCapacity|capacitySourceType|genderCapacityAvailable|capacityClosingType|additionalBedType|crisisType|temporaryAssignement)'"
        + "(?:[^']*'[^']*/[^']*')*[^']*'([^'/]{1,20})'")]
    private static partial Regex Criterion();

    /// <summary>The capacities as they are after the patch; null when nothing differs. Nothing changes unless all of it can.</summary>
    public JsonObject? Apply(JsonObject location, DateTimeOffset now)
    {
        var changed = (JsonObject)location.DeepClone();
        if (changed["extension"] is not JsonArray extensions) changed["extension"] = extensions = [];
        foreach (var operation in operations) Apply(extensions, operation, now);
        if (extensions.Count == 0) changed.Remove("extension");
        return JsonNode.DeepEquals(changed, location) ? null : changed;
    }

    static void Apply(JsonArray extensions, Operation operation, DateTimeOffset now)
    {
        var known = extensions.Select((node, at) => (node, at)).Where(e => e.node is JsonObject json && IsCapacity(json))
            .Select(e => (At: e.at, Capacity: Capacity.Read((JsonObject)e.node!, DateTimeOffset.MinValue))).ToList();
        var fresh = operation.Value is { } value ? Capacity.Read(value, now) : null;
        if (fresh is not null) Check(fresh, now);
        if (operation.Type == "add")
        {
            // Sent again, it is there already: then it is the same indicator with a newer count.
            var same = known.Where(k => k.Capacity.IsSameIndicator(fresh!)).ToList();
            if (same.Count > 0) Put(extensions, same[0].At, same[0].Capacity, fresh!);
            else extensions.Add(fresh!.Write());
            return;
        }
        var named = known.Where(k => k.Capacity.Fits(operation.Criteria)).ToList();
        if (named.Count > 1 && fresh is not null) named = [.. named.Where(k => k.Capacity.IsSameIndicator(fresh))];
        if (named.Count == 0)
            throw OfferRefusals.NoIndicator.With([new RefusalIssue("error", "not-found", Where,
                $"Les données fournies ne permettent pas de déterminer l’indicateur à mettre à jour : aucun indicateur présent ne correspond ({Capacity.Said(operation.Criteria)})")]);
        if (named.Count > 1) throw Fault(Element, $"Les critères du FHIRPath désignent {named.Count} indicateurs : {Capacity.Said(operation.Criteria)}");
        if (operation.Type == "delete")
        {
            extensions.RemoveAt(named[0].At);
            return;
        }
        if (fresh is null)
        {
            if (!operation.CountOnly) throw Fault(Element, "Le chemin désigne un indicateur entier et la valeur n’en est pas un");
            fresh = named[0].Capacity with { Count = operation.Count!.Value, Updated = now };
            Check(fresh, now);
        }
        else if (!named[0].Capacity.IsSameIndicator(fresh)) throw Fault(Element, $"Les valeurs du nouvel objet ne sont pas celles de l’indicateur désigné : {Capacity.Said(fresh.Codes)}");
        Put(extensions, named[0].At, named[0].Capacity, fresh);
    }

    // A message that was under way for long must not undo a later one.
    static void Put(JsonArray extensions, int at, Capacity before, Capacity after)
    {
        if (after.Updated < before.Updated.AddSeconds(-1))
            throw Fault($"{Element}.extension('capacityUpdateDate')", "La donnée est plus ancienne que celle qui est déjà connue");
        var written = after.Write();
        if (!JsonNode.DeepEquals(extensions[at], written)) extensions[at] = written;
    }

    static void Check(Capacity capacity, DateTimeOffset now)
    {
        var faults = capacity.Faults(now).ToList();
        if (faults.Count > 0)
            throw OfferRefusals.NotAnIndicator.With([.. faults.Select(f => new RefusalIssue("error", "business-rule", f.Element is null ? Element : $"{Element}.extension('{f.Element}')", f.Why))]);
    }

    static Refusal Fault(string? expression, string why) => OfferRefusals.NotAnIndicator.With([new RefusalIssue("error", "business-rule", expression, why)]);

    static string Short(string text) => text.Length <= 80 ? text : text[..80] + "…";
}
