namespace Socle.Fhir;

/// <summary>One evaluation: its budget, its environment and the variables it defines.</summary>
sealed class PathRun(FhirNode context, FhirPathEnvironment env)
{
    const int LongestText = 1_000_000;

    int steps;

    public FhirNode Context => context;

    public FhirPathEnvironment Env => env;

    /// <summary>The resource around the context: the one in a bundle's entry or a contained one before the whole document.</summary>
    public FhirNode Resource => env.Resource.Exists ? env.Resource : Around(context);

    /// <summary>The same, but of a contained resource the one that contains it.</summary>
    public FhirNode RootResource => Resource is { Exists: true, ElementName: "contained" } inner ? Around(inner.Parent) : Resource;

    static FhirNode Around(FhirNode node)
    {
        while (node.Exists && !node.IsResource) node = node.Parent;
        return node;
    }

    public Dictionary<string, List<FhirValue>>? Defined { get; set; }

    /// <summary>The budget is counted in items touched, and the evaluation ends here when it is spent.</summary>
    public void Spend(int count = 1)
    {
        steps += count;
        if (steps > FhirPath.MaxSteps || steps < 0)
            throw new FhirException("too-costly", null, $"FHIRPath: more than {FhirPath.MaxSteps} steps.");
    }

    public FhirValue Text(string text)
    {
        if (text.Length > LongestText) throw new FhirException("too-costly", null, "FHIRPath: a text grew too long.");
        Spend(1 + text.Length / 64);
        return FhirValue.Of(text);
    }

    public static FhirException Fault(string why) => new("processing", null, "FHIRPath: " + why);
}

/// <summary>$this, $index and $total.</summary>
readonly record struct PathScope(FhirValue? This, int Index, List<FhirValue>? Total)
{
    public List<FhirValue> Focus => This is { } item ? [item] : FhirValue.None;
}
