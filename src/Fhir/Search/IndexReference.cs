using System.Text;

namespace Socle.Fhir;

static class IndexReference
{
    public static void Add(FhirNode node, string type, PlanLeaf leaf, List<IndexValue> into)
    {
        if (type == "Reference")
        {
            var before = into.Count;
            Literal(node, node["reference"], leaf, into);
            if (node["identifier"] is { Exists: true } identifier) Identifier(node, identifier, leaf, into);
            // A contained resource or a mere name cannot be looked for, but the parameter is not missing.
            if (into.Count == before) IndexConverter.Emit(node, new IndexValue { Kind = SearchKind.Reference }, leaf, into);
        }
        else if (node.IsResource) Inside(node, leaf, into);
        else if (node.Text is { } canonical) Canonical(node, canonical, leaf, into);
    }

    // Bundle.composition and Bundle.message lead to a resource that stands in the bundle itself.
    static void Inside(FhirNode node, PlanLeaf leaf, List<IndexValue> into)
    {
        if (node["id"].Text is not { } id) return;
        IndexConverter.Emit(node, new IndexValue { Kind = SearchKind.Reference, System = node.Type, Code = id, Text = $"{node.Type}/{id}" },
            leaf with { Params = [.. leaf.Params.Where(one => one.Param.Targets.Contains(node.Type))] }, into);
    }

    static void Literal(FhirNode node, FhirNode reference, PlanLeaf leaf, List<IndexValue> into)
    {
        if (!reference.Exists || reference.Raw is not [(byte)'"', .., (byte)'"'] raw || raw.Length < 3) return;
        var bytes = raw[1..^1];
        // « Patient/x »: the common case, without cutting strings.
        var slash = bytes.IndexOf((byte)'/');
        if (slash > 0 && bytes[(slash + 1)..].IndexOfAny((byte)'/', (byte)'\\') < 0
            && TypeTable.Instance.FindResource(bytes[..slash]) is { } target)
        {
            IndexConverter.Emit(node, new IndexValue
            {
                Kind = SearchKind.Reference, System = target.Name, Code = Encoding.UTF8.GetString(bytes[(slash + 1)..]),
                    Text = Encoding.UTF8.GetString(bytes),
            }, leaf, into);
            return;
        }
        var text = reference.Text!;
        if (text[0] == '#') return;
        var split = ReferenceText.Split(text);
        var history = text.IndexOf("/_history/", StringComparison.Ordinal);
        IndexConverter.Emit(node, new IndexValue
        {
            Kind = SearchKind.Reference, System = split?.Type ?? IndexConverter.Read(node["type"], true), Code = split?.Id,
            Text = split is not null && history > 0 ? text[..history] : text,
        }, leaf, into);
    }

    static void Identifier(FhirNode node, FhirNode identifier, PlanLeaf leaf, List<IndexValue> into)
    {
        var (system, value) = (IndexConverter.Read(identifier["system"], true), IndexConverter.Read(identifier["value"]));
        if (system is null && value is null) return;
        IndexConverter.Emit(node, new IndexValue { Kind = SearchKind.Token, System = system, Code = value }, leaf, into);
    }

    static void Canonical(FhirNode node, string text, PlanLeaf leaf, List<IndexValue> into)
    {
        var bar = text.IndexOf('|', StringComparison.Ordinal);
        IndexConverter.Emit(node, new IndexValue { Kind = SearchKind.Reference, Code = bar < 0 ? text
            : text[..bar], Text = text }, leaf, into);
    }
}
