namespace Socle.Fhir;

/// <summary>Singletons, logic of three values, equality, equivalence, order and types.</summary>
static class PathOps
{
    /// <summary>The one item's value; null for none; a fault for several.</summary>
    public static FhirValue? Single(List<FhirValue> items, string what) => items.Count switch
    {
        0 => null,
        1 => items[0].Atom(),
        _ => throw PathRun.Fault($"one value expected by {what}, {items.Count} found."),
    };

    public static bool? Truth(List<FhirValue> items, string what) => items.Count switch
    {
        0 => null,
        1 => items[0].Atom() is not { } atom || atom.Kind != FhirValueKind.Boolean || atom.Boolean,
        _ => throw PathRun.Fault($"one value expected by {what}, {items.Count} found."),
    };

    public static bool? Logic(string sign, bool? a, bool? b) => sign switch
    {
        "and" => a & b,
        "or" => a | b,
        "xor" => a ^ b,
        _ => a == true ? b : a == false || b == true ? true : null,
    };

    public static bool? Equal(PathRun run, List<FhirValue> a, List<FhirValue> b)
    {
        if (a.Count == 0 || b.Count == 0) return null;
        if (a.Count != b.Count) return false;
        for (var i = 0; i < a.Count; i++)
        {
            var same = Equal(run, a[i], b[i]);
            if (same != true) return same;
        }
        return true;
    }

    public static bool? Equal(PathRun run, FhirValue x, FhirValue y)
    {
        run.Look(x, y);
        if (x.Atom() is not { } a || y.Atom() is not { } b)
            return x.Kind == FhirValueKind.Node && y.Kind == FhirValueKind.Node && SameTree(run, x.Node, y.Node);
        if (a.Kind == FhirValueKind.Node || b.Kind == FhirValueKind.Node)
            return a.Kind == b.Kind && SameTree(run, a.Node, b.Node);
        if (a.IsNumber && b.IsNumber) return a.Decimal == b.Decimal;
        if (a.IsDate && b.IsDate) return SameKindOfTime(a, b) ? a.Date.CompareTo(b.Date) is { } order ? order == 0 : null : false;
        if (a.IsDate && b.Kind == FhirValueKind.String) (a, b) = (b, a);
        if (a.Kind == FhirValueKind.String && b.IsDate) return ReadDate(a.String, b) is { } read && read.CompareTo(b.Date) == 0;
        if (a.Kind == FhirValueKind.Quantity && b.Kind == FhirValueKind.Quantity)
            return a.Quantity.Compare(b.Quantity) is { } difference ? difference == 0 : null;
        if (a.Kind != b.Kind) return false;
        return a.Kind switch
        {
            FhirValueKind.Boolean => a.Boolean == b.Boolean,
            FhirValueKind.Type => a.TypeInfo == b.TypeInfo,
            _ => a.String == b.String,
        };
    }

    static bool SameKindOfTime(FhirValue a, FhirValue b) => a.Kind == FhirValueKind.Time == (b.Kind == FhirValueKind.Time);

    static PartialDate? ReadDate(string text, FhirValue like) => like.Kind == FhirValueKind.Time
        ? PartialDate.TryParseTime(text.TrimStart('T'), out var time) ? time : null
        : PartialDate.TryParse(text, out var date) ? date : null;

    static bool SameTree(PathRun run, FhirNode a, FhirNode b)
    {
        run.Look(FhirValue.Of(a), FhirValue.Of(b));
        if (a.Text != b.Text) return false;
        var mine = new List<FhirNode>();
        foreach (var child in a.Children) mine.Add(child);
        var at = 0;
        foreach (var child in b.Children)
        {
            if (at >= mine.Count) return false;
            if (mine[at].Name == child.Name)
            {
                if (!SameTree(run, mine[at], child)) return false;
            }
            else return SameInAnyOrder(run, a, b);
            at++;
        }
        return at == mine.Count;
    }

    // Properties may come in any order; items of one list may not.
    static bool SameInAnyOrder(PathRun run, FhirNode a, FhirNode b)
    {
        var mine = Grouped(a);
        var theirs = Grouped(b);
        if (mine.Count != theirs.Count) return false;
        foreach (var (name, items) in mine)
        {
            if (!theirs.TryGetValue(name, out var others) || others.Count != items.Count) return false;
            for (var i = 0; i < items.Count; i++)
                if (!SameTree(run, items[i], others[i])) return false;
        }
        return true;
    }

    static Dictionary<string, List<FhirNode>> Grouped(FhirNode node)
    {
        var groups = new Dictionary<string, List<FhirNode>>(StringComparer.Ordinal);
        foreach (var child in node.Children)
        {
            if (!groups.TryGetValue(child.Name, out var items)) groups[child.Name] = items = [];
            items.Add(child);
        }
        return groups;
    }

    public static bool Equivalent(PathRun run, List<FhirValue> a, List<FhirValue> b)
    {
        if (a.Count != b.Count) return false;
        var left = new List<FhirValue>(b);
        foreach (var item in a)
        {
            var at = left.FindIndex(other => Equivalent(run, item, other));
            if (at < 0) return false;
            left.RemoveAt(at);
        }
        return true;
    }

    static bool Equivalent(PathRun run, FhirValue x, FhirValue y)
    {
        run.Look(x, y);
        if (x.Atom() is not { } a || y.Atom() is not { } b) return false;
        if (a.Kind == FhirValueKind.Node || b.Kind == FhirValueKind.Node) return a.Kind == b.Kind && EquivalentTree(run, a.Node, b.Node);
        if (a.IsNumber && b.IsNumber)
        {
            var scale = Math.Min(a.Decimal.Scale, b.Decimal.Scale);
            return decimal.Round(a.Decimal, scale) == decimal.Round(b.Decimal, scale);
        }
        if (a.IsDate && b.IsDate) return SameKindOfTime(a, b) && a.Date.Precision == b.Date.Precision && a.Date.CompareTo(b.Date) == 0;
        if (a.Kind == FhirValueKind.Quantity && b.Kind == FhirValueKind.Quantity) return a.Quantity.IsLike(b.Quantity);
        if (a.Kind == FhirValueKind.String && b.Kind == FhirValueKind.String) return Folded(a.String) == Folded(b.String);
        return Equal(run, a, b) == true;
    }

    static bool EquivalentTree(PathRun run, FhirNode a, FhirNode b)
    {
        var mine = new List<FhirNode>();
        var theirs = new List<FhirNode>();
        foreach (var child in a.Children) mine.Add(child);
        foreach (var child in b.Children) theirs.Add(child);
        if (mine.Count != theirs.Count) return false;
        foreach (var child in mine)
        {
            var at = theirs.FindIndex(other => other.Name == child.Name && Equivalent(run, FhirValue.Of(child), FhirValue.Of(other)));
            if (at < 0) return false;
            theirs.RemoveAt(at);
        }
        return true;
    }

    static string Folded(string text) =>
        string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).ToLowerInvariant();

    public static bool? Compare(string sign, List<FhirValue> a, List<FhirValue> b)
    {
        if (Single(a, sign) is not { } x || Single(b, sign) is not { } y) return null;
        return Order(x, y) is not { } order ? null : sign switch { "<" => order < 0, "<=" => order <= 0, ">" => order > 0,
            _ => order >= 0 };
    }

    /// <summary>Null when it cannot be known; a fault when the kinds have no order.</summary>
    public static int? Order(FhirValue a, FhirValue b)
    {
        if (a.IsNumber && b.IsNumber) return a.Decimal.CompareTo(b.Decimal);
        if (a.Kind == FhirValueKind.String && b.Kind == FhirValueKind.String) return string.CompareOrdinal(a.String, b.String);
        if (a.IsDate && b.IsDate && SameKindOfTime(a, b)) return a.Date.CompareTo(b.Date);
        if (a.IsDate && b.Kind == FhirValueKind.String && ReadDate(b.String, a) is { } right) return a.Date.CompareTo(right);
        if (b.IsDate && a.Kind == FhirValueKind.String && ReadDate(a.String, b) is { } left) return left.CompareTo(b.Date);
        if (a.Kind == FhirValueKind.Quantity && b.Kind == FhirValueKind.Quantity) return a.Quantity.Compare(b.Quantity);
        if (a.Kind == FhirValueKind.Quantity && b.IsNumber) return a.Quantity.Compare(new(b.Decimal, "1", false));
        if (b.Kind == FhirValueKind.Quantity && a.IsNumber) return new PathQuantity(a.Decimal, "1", false).Compare(b.Quantity);
        throw PathRun.Fault($"{a.TypeName} and {b.TypeName} have no order.");
    }

    public static bool? In(PathRun run, List<FhirValue> item, List<FhirValue> items)
    {
        if (item.Count == 0) return null;
        if (item.Count > 1) throw PathRun.Fault("one value expected by in and contains.");
        return Has(run, items, item[0]);
    }

    public static bool Has(PathRun run, List<FhirValue> items, FhirValue item)
    {
        foreach (var other in items)
            if (Equal(run, item, other) == true) return true;
        return false;
    }

    public static List<FhirValue> Distinct(PathRun run, List<FhirValue> items)
    {
        if (items.Count < 2) return items;
        if (items.Count > 8 && DistinctTexts(run, items) is { } texts) return texts;
        var kept = new List<FhirValue>(items.Count);
        foreach (var item in items)
            if (!Has(run, kept, item)) kept.Add(item);
        return kept;
    }

    // Long lists are codes and ids: texts only, compared by hash. Null when an item is anything else.
    static List<FhirValue>? DistinctTexts(PathRun run, List<FhirValue> items)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        var kept = new List<FhirValue>(items.Count);
        foreach (var item in items)
        {
            run.Spend();
            if (item.Atom() is not { Kind: FhirValueKind.String } text) return null;
            if (known.Add(text.String)) kept.Add(item);
        }
        return kept;
    }

    public static List<FhirValue> IsType(List<FhirValue> input, string? space, string name) => input.Count switch
    {
        0 => FhirValue.None,
        1 => [FhirValue.Of(PathTypes.Is(input[0], space, name))],
        _ => throw PathRun.Fault("one value expected by is."),
    };

    /// <summary>Exactly the type for primitives: « as string » does not keep a code.</summary>
    public static List<FhirValue> OfType(PathRun run, List<FhirValue> input, string? space, string name)
    {
        var kept = new List<FhirValue>();
        foreach (var item in input)
        {
            run.Spend();
            if (PathTypes.Is(item, space, name) && (item.Kind != FhirValueKind.Node || !FhirValue.IsPrimitive(name)
                || item.Node.Type == name))
                kept.Add(item);
        }
        return kept;
    }
}
