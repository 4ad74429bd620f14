namespace Socle.Fhir;

/// <summary>How the contained resources of a resource hang together: dom-3 asks that each is reached from its container, or refers to it.</summary>
static class ContainedLinks
{
    /// <summary>A contained resource that nothing outside the contained ones leads to, and that does not refer to its container; null when there
    /// is none. Two that only refer to one another are not reached.</summary>
    public static FhirNode? Unreached(FhirNode resource)
    {
        if (!resource["contained"].Exists) return null;
        var contained = resource.All("contained").ToList();
        var reached = new HashSet<string>(StringComparer.Ordinal);
        var waiting = new Queue<string>();
        foreach (var child in resource.Children)
            if (child.ElementName != "contained") Links(child, waiting);
        foreach (var inner in contained)
        {
            var own = new Queue<string>();
            Links(inner, own);
            if (own.Contains("#") && inner["id"].Text is { } id) waiting.Enqueue("#" + id);
        }
        while (waiting.TryDequeue(out var link))
        {
            if (!reached.Add(link)) continue;
            foreach (var inner in contained)
                if ("#" + inner["id"].Text == link) Links(inner, waiting);
        }
        foreach (var inner in contained)
            if (!reached.Contains("#" + inner["id"].Text)) return inner;
        return null;
    }

    /// <summary>A contained resource that leads back to itself over resources of its own type alone (an organisation that is part of itself):
    /// no order of reading ends. Cycles over several types, a person and their relative, are the rule and stay.</summary>
    public static FhirNode? Cyclic(FhirNode resource)
    {
        if (!resource["contained"].Exists) return null;
        var contained = resource.All("contained").ToList();
        foreach (var start in contained)
        {
            var (waiting, seen) = (new Queue<string>(), new HashSet<string>(StringComparer.Ordinal));
            Links(start, waiting);
            while (waiting.TryDequeue(out var link))
            {
                if (link == "#" + start["id"].Text) return start;
                if (!seen.Add(link)) continue;
                foreach (var inner in contained)
                    if (inner.Type == start.Type && "#" + inner["id"].Text == link) Links(inner, waiting);
            }
        }
        return null;
    }

    // Each « #id » in a reference, canonical, uri or url of the subtree.
    static void Links(FhirNode node, Queue<string> found)
    {
        var doc = node.Document;
        var end = doc.Next(node.Index);
        for (var i = node.Index; i < end; i++)
        {
            ref var entry = ref doc.Tape[i];
            if (entry.Kind != JsonKind.String || entry.Property <= 0 || doc.Bytes.Span[entry.Start + 1] != '#') continue;
            var link = new FhirNode(doc, i);
            if (entry.Property == FhirDocument.Types.ReferenceText || link.Definition!.Primitive is Primitive.Uri or Primitive.Url or Primitive.Canonical)
                found.Enqueue(link.Text!);
        }
    }
}
