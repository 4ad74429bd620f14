namespace Socle.Fhir;

/// <summary>
/// Contained resources that refer to each other in a circle. Who follows references would never come to an end; a contained resource
/// may refer to the one that contains it (« # »), which is no circle.
/// </summary>
public static class ContainedCircle
{
    /// <summary>« #a → #b → #a »; null when there is none.</summary>
    public static string? Find(FhirDocument document)
    {
        Dictionary<string, List<string>>? links = null;
        foreach (var contained in document.Root.All("contained"))
            if (contained["id"].Text is { } id) (links ??= new(StringComparer.Ordinal)).TryAdd(id, LinksOf(contained));
        if (links is null) return null;
        var done = new HashSet<string>(StringComparer.Ordinal);
        foreach (var start in links.Keys)
            if (Follow(start, links, done) is { } circle) return circle;
        return null;
    }

    // Without recursion: a sender chooses how long the chain is.
    static string? Follow(string start, Dictionary<string, List<string>> links, HashSet<string> done)
    {
        if (!done.Add(start)) return null;
        var way = new List<(string Id, int Next)> { (start, 0) };
        var onWay = new HashSet<string>(StringComparer.Ordinal) { start };
        while (way.Count > 0)
        {
            var (id, next) = way[^1];
            if (next == links[id].Count)
            {
                way.RemoveAt(way.Count - 1);
                onWay.Remove(id);
                continue;
            }
            way[^1] = (id, next + 1);
            var target = links[id][next];
            if (onWay.Contains(target)) return Written(way.Select(step => step.Id).SkipWhile(step => step != target).Append(target));
            if (!links.ContainsKey(target) || !done.Add(target)) continue;
            way.Add((target, 0));
            onWay.Add(target);
        }
        return null;
    }

    static string Written(IEnumerable<string> circle)
    {
        var steps = circle.Select(step => "#" + step).ToList();
        return string.Join(" → ", steps.Count <= 10 ? steps : [.. steps.Take(9), "…", steps[^1]]);
    }

    static List<string> LinksOf(FhirNode resource)
    {
        var found = new List<string>();
        var waiting = new Stack<FhirNode>();
        waiting.Push(resource);
        while (waiting.TryPop(out var node))
            foreach (var child in node.Children)
            {
                if (node.Type == "Reference" && child.Name == "reference")
                {
                    if (child.Text is ['#', _, ..] text) found.Add(text[1..]);
                }
                else if (!child.IsPrimitive) waiting.Push(child);
            }
        return found;
    }
}
