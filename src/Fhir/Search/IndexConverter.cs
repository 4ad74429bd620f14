using System.Text;

namespace Socle.Fhir;

/// <summary>An element of any type as the values of a search parameter's kind.</summary>
static class IndexConverter
{
    public static void Convert(FhirNode node, PlanLeaf leaf, List<IndexValue> into) => Convert(node, leaf.Type, leaf, into);

    /// <summary>For expressions that no plan can hold; an item may be a value of the language.</summary>
    public static void Convert(FhirValue item, SearchParam param, List<IndexValue> into)
    {
        if (item.Kind == FhirValueKind.Node && item.Resolved is null)
            Convert(item.Node, item.Node.Type, new PlanLeaf(param.Kind, item.Node.Type, null, [new LeafParam(param, null)]), into);
        else if (item.Text is { } text && param.Kind == SearchKind.Token)
            into.Add(new IndexValue { Param = param, Kind = SearchKind.Token, Code = text });
        else if (item.Text is { } other && param.Kind == SearchKind.String)
            into.Add(new IndexValue { Param = param, Kind = SearchKind.String, Text = other, Normal = FrenchText.Normal(other) });
    }

    /// <summary>Has an element of that type values of the kind?</summary>
    public static bool Fits(SearchKind kind, string type) => kind switch
    {
        SearchKind.Token => FhirValue.IsPrimitive(type) || type is "CodeableConcept" or "Coding" or "Identifier" or "ContactPoint",
        SearchKind.String => FhirValue.IsPrimitive(type) || type is "HumanName" or "Address",
        SearchKind.Date => type is "date" or "dateTime" or "instant" or "Period" or "Timing",
        SearchKind.Reference => type is "Reference" or "canonical" or "uri" or "url" or "oid" or "uuid",
        SearchKind.Uri => type is "uri" or "url" or "canonical" or "oid" or "uuid",
        SearchKind.Number or SearchKind.Quantity => type is "decimal" or "integer" or "positiveInt" or "unsignedInt" or "Money" or "Range"
            or "SampledData" || PathTypes.IsA(type, "Quantity"),
        _ => true,
    };

    static void Convert(FhirNode node, string type, PlanLeaf leaf, List<IndexValue> into)
    {
        switch (leaf.Kind)
        {
            case SearchKind.Token: Token(node, type, leaf, into); break;
            case SearchKind.String: Text(node, type, leaf, into); break;
            case SearchKind.Date: Date(node, type, leaf, into); break;
            case SearchKind.Reference: IndexReference.Add(node, type, leaf, into); break;
            case SearchKind.Uri:
                if (Read(node) is { } uri) Emit(node, new IndexValue { Kind = SearchKind.Uri, Text = uri }, leaf, into);
                break;
            case SearchKind.Number or SearchKind.Quantity: IndexNumber.Add(node, type, leaf, into); break;
        }
    }

    public static void Emit(FhirNode node, IndexValue value, PlanLeaf leaf, List<IndexValue> into)
    {
        foreach (var (param, filter) in leaf.Params)
            if (filter is null || Accepts(filter, node, value)) into.Add(value with { Param = param });
    }

    static bool Accepts(LeafFilter filter, FhirNode node, in IndexValue value)
    {
        if (filter.Child is { } child) return node[child].Text == filter.Equal;
        // A reference by identifier alone may be of any type: it is findable under each.
        return value.System is { } type && value.Kind == SearchKind.Reference ? type == filter.TargetType
            : FhirFunctions.Target(node) is { } target ? target.TypeName == filter.TargetType : value.Kind == SearchKind.Token;
    }

    /// <summary>The text of a primitive; systems, codes and units come from a pool because they repeat.</summary>
    public static string? Read(FhirNode node, bool pooled = false) =>
        !node.Exists ? null : pooled && node.Raw is [(byte)'"', .., (byte)'"'] raw && !raw.Contains((byte)'\\') ? TextPool.Get(raw[1..^1])
            : node.Text;

    static void Token(FhirNode node, string type, PlanLeaf leaf, List<IndexValue> into)
    {
        switch (type)
        {
            case "CodeableConcept": Concept(node, leaf, into); break;
            case "Coding": Coding(node, node, null, leaf, into); break;
            case "Identifier": Identifier(node, leaf, into); break;
            case "ContactPoint":
                if (Read(node["value"]) is { } contact)
                    Emit(node, new IndexValue { Kind = SearchKind.Token, System = Read(node["system"], true), Code = contact }, leaf, into);
                break;
            case "code":
                Emit(node, new IndexValue { Kind = SearchKind.Token, Aspect = IndexAspect.Code, System = leaf.System, Code = Read(node,
                    true) }, leaf, into);
                break;
            default:
                if (FhirValue.IsPrimitive(type) && node.Text is { } text) Emit(node, new IndexValue { Kind = SearchKind.Token,
                    Code = text }, leaf, into);
                break;
        }
    }

    static void Concept(FhirNode node, PlanLeaf leaf, List<IndexValue> into)
    {
        var text = default(FhirNode);
        foreach (var child in node.Children)
        {
            if (child.Name == "coding") Coding(node, child, null, leaf, into);
            else if (child.Name == "text") text = child;
        }
        if (text.Text is { } written)
            Emit(node, new IndexValue { Kind = SearchKind.Token, Aspect = IndexAspect.TextOnly, Text = written }, leaf, into);
    }

    static void Coding(FhirNode owner, FhirNode coding, string? text, PlanLeaf leaf, List<IndexValue> into)
    {
        string? system = null, code = null;
        foreach (var child in coding.Children)
        {
            switch (child.Name)
            {
                case "system": system = Read(child, true); break;
                case "code": code = Read(child, true); break;
                case "display": text = Read(child, true); break;
            }
        }
        if (system is null && code is null && text is null) return;
        var aspect = code is null && system is null ? IndexAspect.TextOnly : IndexAspect.Plain;
        Emit(owner, new IndexValue { Kind = SearchKind.Token, Aspect = aspect, System = system, Code = code, Text = text }, leaf, into);
    }

    static void Identifier(FhirNode node, PlanLeaf leaf, List<IndexValue> into)
    {
        var value = Read(node["value"]);
        var system = Read(node["system"], true);
        var type = node["type"];
        if (value is not null || system is not null)
            Emit(node, new IndexValue { Kind = SearchKind.Token, System = system, Code = value, Text = Read(type["text"], true) }, leaf,
                into);
        if (value is null) return;
        foreach (var coding in type.All("coding"))
        {
            if (Read(coding["code"], true) is not { } code) continue;
            Emit(node, new IndexValue
            {
                Kind = SearchKind.Token, Aspect = IndexAspect.OfType, System = Read(coding["system"], true), Code = code, Text = value,
            }, leaf, into);
        }
    }

    static void Text(FhirNode node, string type, PlanLeaf leaf, List<IndexValue> into)
    {
        if (FhirValue.IsPrimitive(type))
        {
            if (node.Text is { } text) Emit(node, new IndexValue { Kind = SearchKind.String, Text = text,
                Normal = FrenchText.Normal(text) }, leaf, into);
            return;
        }
        if (type is not ("HumanName" or "Address")) return;
        foreach (var part in node.Children)
        {
            if (part.Name is "use" or "type" or "period" or "extension" or "id" || part.Text is not { } text) continue;
            Emit(node, new IndexValue { Kind = SearchKind.String, Text = text, Normal = FrenchText.Normal(text) }, leaf, into);
        }
    }

    static void Date(FhirNode node, string type, PlanLeaf leaf, List<IndexValue> into)
    {
        if (RangeOf(node, type) is not { } range) return;
        Emit(node, new IndexValue { Kind = SearchKind.Date, Low = range.Low, High = range.High }, leaf, into);
    }

    static (long Low, long High)? RangeOf(FhirNode node, string type) => type switch
    {
        "date" or "dateTime" or "instant" => Partial(node) is { } date ? (date.Low, date.High) : null,
        "Period" => PeriodOf(node),
        "Timing" => TimingOf(node),
        _ => null,
    };

    static PartialDate? Partial(FhirNode node) =>
        node.Exists && node.Raw is [(byte)'"', .., (byte)'"'] raw && PartialDate.TryParse(raw[1..^1], out var date) ? date : null;

    static (long, long)? PeriodOf(FhirNode node)
    {
        var (start, end) = (Partial(node["start"]), Partial(node["end"]));
        return start is null && end is null ? null : (start?.Low ?? long.MinValue, end?.High ?? long.MaxValue);
    }

    // The outer limits: first to last event, and the bounds of the repetition.
    static (long, long)? TimingOf(FhirNode node)
    {
        var (low, high) = (long.MaxValue, long.MinValue);
        foreach (var moment in node.All("event"))
        {
            if (Partial(moment) is not { } date) continue;
            (low, high) = (Math.Min(low, date.Low), Math.Max(high, date.High));
        }
        if (node["repeat"]["boundsPeriod"] is { Exists: true } bounds && PeriodOf(bounds) is var (from, to))
            (low, high) = (Math.Min(low, from), Math.Max(high, to));
        return low == long.MaxValue ? null : (low, high);
    }
}

/// <summary>Short texts that come back in resource after resource, kept once. Bounded: a newer text takes the place of an older
/// one.</summary>
static class TextPool
{
    const int Longest = 100;
    static readonly string?[] Slots = new string?[2048];

    public static string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > Longest) return Encoding.UTF8.GetString(utf8);
        var hash = 2166136261u;
        foreach (var b in utf8) hash = (hash ^ b) * 16777619;
        ref var slot = ref Slots[hash & 2047];
        if (slot is { } known && Ascii.Equals(utf8, known)) return known;
        return slot = Encoding.UTF8.GetString(utf8);
    }
}
