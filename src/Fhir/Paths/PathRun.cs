namespace Socle.Fhir;

/// <summary>One evaluation: its budget, its environment and the variables it defines.</summary>
sealed class PathRun(FhirNode context, FhirPathEnvironment env)
{
    public const int LongestText = 1_000_000;

    int steps;
    FhirNode? resource, rootResource;
    Dictionary<string, System.Text.RegularExpressions.Regex>? patterns;

    public int Steps => steps;

    public FhirNode Context => context;

    public FhirPathEnvironment Env => env;

    /// <summary>The resource around the context: the one in a bundle's entry or a contained one before the whole document.</summary>
    public FhirNode Resource => resource ??= env.Resource.Exists ? env.Resource : Around(context);

    /// <summary>The same, but of a contained resource the one that contains it.</summary>
    public FhirNode RootResource =>
        rootResource ??= Resource is { Exists: true, ElementName: "contained" } inner ? Around(inner.Parent) : Resource;

    static FhirNode Around(FhirNode node)
    {
        while (node.Exists && !node.IsResource) node = node.Parent;
        return node;
    }

    /// <summary>Regular expressions that this evaluation made already.</summary>
    public Dictionary<string, System.Text.RegularExpressions.Regex> Patterns => patterns ??= new(StringComparer.Ordinal);

    /// <summary>The budget is counted in items touched, and the evaluation ends here when it is spent.</summary>
    public void Spend(int count = 1)
    {
        steps += count;
        if (steps > FhirPath.MaxSteps || steps < 0)
            throw new FhirException("too-costly", null, $"FHIRPath: more than {FhirPath.MaxSteps} steps.");
    }

    /// <summary>What looking at these costs: the text of a node is made anew at each look.</summary>
    public void Look(List<FhirValue> items) =>
        Spend(items.Count == 1 ? CostOf(items[0]) : items.Count / 4);

    public void Look(FhirValue a, FhirValue b) => Spend(1 + CostOf(a) + CostOf(b));

    static int CostOf(FhirValue item) => item.Kind switch
    {
        FhirValueKind.Node => item.Node.Length < 1024 || !item.Node.IsPrimitive ? 0 : item.Node.Length / 64,
        FhirValueKind.String => item.String.Length / 64,
        _ => 0,
    };

    public FhirValue Text(string text)
    {
        if (text.Length > LongestText) throw new FhirException("too-costly", null, "FHIRPath: a text grew too long.");
        Spend(1 + text.Length / 64);
        return FhirValue.Of(text);
    }

    public static FhirException Fault(string why) => new("processing", null, "FHIRPath: " + why);
}

/// <summary>$this, $index, $total and the variables defined to the left. All: a focus of several items.</summary>
readonly record struct PathScope(FhirValue? This, int Index, List<FhirValue>? Total, PathVariable? Defined = null, List<FhirValue>? All = null)
{
    public List<FhirValue> Focus => All ?? (This is { } item ? [item] : FhirValue.None);

    public PathScope On(FhirValue item, int index) => this with { This = item, Index = index, All = null };
}

/// <summary>What defineVariable() defined, and what was defined before it.</summary>
sealed record PathVariable(string Name, List<FhirValue> Items, PathVariable? Before)
{
    public static List<FhirValue>? Find(PathVariable? last, string name)
    {
        for (var at = last; at is not null; at = at.Before)
            if (at.Name == name) return at.Items;
        return null;
    }
}
