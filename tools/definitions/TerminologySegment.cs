using System.Text.Json;

namespace Socle.Tools.Definitions;

/// <summary>Value sets of the bindings of one strength, expanded. One that cannot be enumerated (all of BCP 47, UCUM, MIME types) is left out.</summary>
sealed class TerminologySegment
{
    readonly Dictionary<string, JsonElement> sets = new(StringComparer.Ordinal);
    readonly Dictionary<string, JsonElement> systems = new(StringComparer.Ordinal);

    TerminologySegment(Package package)
    {
        foreach (var resource in package.Terminology)
        {
            if (resource.Text("url") is not { } url) continue;
            (Package.Kind(resource) == "ValueSet" ? sets : systems).TryAdd(url, resource);
        }
    }

    public static byte[] Write(Package package, string strength)
    {
        var terminology = new TerminologySegment(package);
        var bound = Bound(package, strength).Except(strength == "required" ? [] : Bound(package, "required")).Order(StringComparer.Ordinal);
        var expanded = new List<(string Url, SortedDictionary<string, SortedSet<string>> Codes)>();
        foreach (var url in bound)
        {
            var codes = terminology.Expand(url, 0);
            if (codes is null) Console.WriteLine($"not enumerable: {url}");
            else expanded.Add((url, codes));
        }
        var segment = new Segment();
        segment.Int(expanded.Count);
        foreach (var (url, codes) in expanded)
        {
            segment.Text(url);
            segment.Int(codes.Count);
            foreach (var (system, list) in codes)
            {
                segment.Text(system);
                segment.Texts(list);
            }
        }
        Console.WriteLine($"{expanded.Count} {strength} value sets");
        return segment.Compressed();
    }

    static IEnumerable<string> Bound(Package package, string strength) => package.Types.SelectMany(t => TypeSegment.Elements(package, t))
        .Concat(package.Profiles.Concat(package.Extensions).SelectMany(p => p.GetProperty("differential").List("element")))
        .Where(e => Package.ValueSet(e) is not null && e.GetProperty("binding").Text("strength") == strength)
        .Select(e => Package.ValueSet(e)!)
        .Distinct();

    SortedDictionary<string, SortedSet<string>>? Expand(string url, int depth)
    {
        if (depth > 8 || !sets.TryGetValue(url, out var set) || !set.TryGetProperty("compose", out var compose)) return null;
        var codes = new SortedDictionary<string, SortedSet<string>>(StringComparer.Ordinal);
        foreach (var include in compose.List("include"))
        {
            if (Include(include, depth) is not { } part) return null;
            foreach (var (system, list) in part)
            {
                if (!codes.TryGetValue(system, out var known)) codes.Add(system, known = new(StringComparer.Ordinal));
                known.UnionWith(list);
            }
        }
        foreach (var exclude in compose.List("exclude"))
        {
            if (Include(exclude, depth) is not { } part) return null;
            foreach (var (system, list) in part) codes.GetValueOrDefault(system)?.ExceptWith(list);
        }
        return codes.Values.Sum(c => c.Count) is 0 or > 5000 ? null : codes;
    }

    SortedDictionary<string, SortedSet<string>>? Include(JsonElement include, int depth)
    {
        if (include.Text("system") is not { } system)
            return include.List("valueSet").ToList() is [var only] ? Expand(only.GetString()!.Split('|')[0], depth + 1) : null;
        if (include.TryGetProperty("valueSet", out _)) return null;
        var listed = include.List("concept").Select(c => c.Text("code")!).ToList();
        if (listed.Count == 0)
        {
            if (!systems.TryGetValue(system, out var codeSystem) || codeSystem.Text("content") != "complete") return null;
            listed = [.. Filtered(codeSystem, [.. include.List("filter")]) ?? []];
            if (listed.Count == 0) return null;
        }
        return new(StringComparer.Ordinal) { [system] = new(listed.Where(c => c != "SubscriptionStatus"), StringComparer.Ordinal) };
    }

    static IEnumerable<string>? Filtered(JsonElement codeSystem, List<JsonElement> filters)
    {
        var all = Concepts(codeSystem.List("concept"), []).ToList();
        if (filters.Count == 0) return all.Where(c => !IsAbstract(c.Concept)).Select(c => c.Concept.Text("code")!);
        if (filters.Count != 1 || filters[0].Text("property") != "concept") return null;
        var root = filters[0].Text("value")!;
        return filters[0].Text("op") switch
        {
            "is-a" => all.Where(c => c.Above.Contains(root) || c.Concept.Text("code") == root).Select(c => c.Concept.Text("code")!),
            "descendent-of" => all.Where(c => c.Above.Contains(root)).Select(c => c.Concept.Text("code")!),
            _ => null
        };
    }

    static bool IsAbstract(JsonElement concept) =>
        concept.List("property").Any(p => p.Text("code") == "notSelectable" && p.TryGetProperty("valueBoolean", out var v) && v.GetBoolean());

    // v3 code systems say their hierarchy by the property subsumedBy too; none of the required value sets filters on one.
    static IEnumerable<(JsonElement Concept, string[] Above)> Concepts(IEnumerable<JsonElement> concepts, string[] above)
    {
        foreach (var concept in concepts)
        {
            yield return (concept, above);
            foreach (var below in Concepts(concept.List("concept"), [.. above, concept.Text("code")!])) yield return below;
        }
    }
}
