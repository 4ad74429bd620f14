namespace Socle.Fhir;

/// <summary>R4's own rules, in one walk over the tape: invariants, bindings, targets of references. It notes on its way what profiles are
/// claimed and whether extensions stand in it.</summary>
sealed class BaseScan(FhirDocument doc, ITerminology terminology, EnvironmentSource source, Findings findings)
{
    static readonly int ProfileNumber = FhirDocument.Types.Find("Meta")!.Find("profile"u8)!.Number;

    // The resource that the walk is in, and those around it.
    (int End, Surroundings Around) current;
    Stack<(int End, Surroundings Around)>? outer;
    BundleEntries? entries;

    /// <summary>The resources of the document, outermost first; filled only when they are asked for.</summary>
    public List<FhirNode>? Resources { get; init; }

    /// <summary>A resource claims a profile.</summary>
    public bool HasClaims { get; private set; }

    public bool HasExtensions { get; private set; }

    /// <summary>Known when the walk is over; noted only beside the resources.</summary>
    public List<FhirNode> Extensions => extensions ?? [];

    List<FhirNode>? extensions;

    /// <summary>The entries of the bundle that the whole document is.</summary>
    public BundleEntries? Entries => doc.ResourceType == "Bundle" ? entries ??= new BundleEntries(doc.Root) : null;

    /// <param name="judge">False: only noted, not judged.</param>
    public void Run(bool judge)
    {
        var types = FhirDocument.Types;
        var tape = doc.Tape;
        for (var i = 0; i < doc.Count && !findings.IsFull; i++)
        {
            ref var entry = ref tape[i];
            if (entry.Property == ProfileNumber) HasClaims = true;
            if (entry.Kind == JsonKind.Array || entry.Property == 0 || (entry.Flags & TapeFlags.Sibling) != 0) continue;
            if (entry.Kind == JsonKind.Null && entry.Link == 0) continue;
            while (outer is { Count: > 0 } && current.End <= i) current = outer.Pop();
            if (entry.Kind == JsonKind.Object)
            {
                var type = types.All[entry.Type];
                if (type.IsResource) Enter(new(doc, i), entry.Link, judge);
                if (type == types.Extension)
                {
                    HasExtensions = true;
                    if (Resources is not null) (extensions ??= []).Add(new(doc, i));
                }
                if (judge) Judge(new(doc, i), BaseChecks.OfType(type));
                if (judge && !findings.ErrorsOnly && type == types.Coding) DisplayCheck.Judge(new(doc, i), terminology, findings);
            }
            if (entry.Property <= 0 || !judge) continue;
            var checks = BaseChecks.OfProperty(entry.Property);
            if (findings.ErrorsOnly ? !checks.IsHarmless : !checks.Nothing) Check(new(doc, i), checks);
        }
    }

    void Enter(FhirNode resource, int end, bool judge)
    {
        var root = resource.Index > 0 && resource.ElementName == "contained" ? current.Around.Resource : resource;
        if (resource.Index > 0) (outer ??= new()).Push(current);
        current = (end, new Surroundings(resource, root, source));
        Resources?.Add(resource);
        if (judge && root == resource && ContainedLinks.Cyclic(resource) is { } cyclic)
            findings.Error("invariant", cyclic.Path, "A contained resource refers to itself over resources of its own type: break the circle.");
    }

    void Judge(FhirNode node, Rules rules)
    {
        foreach (var invariant in findings.ErrorsOnly ? rules.Errors : rules.All) InvariantCheck.Judge(node, invariant, current.Around, findings);
    }

    void Check(FhirNode node, PropertyChecks checks)
    {
        Judge(node, checks.Rules);
        if (checks.IsReference) ReferenceCheck.Judge(node, checks, current.Around.Root, Entries, findings);
        if (checks.IsSimpleQuantity && node["comparator"] is { Exists: true } comparator)
            findings.Error("invariant", comparator.Path, "Invariant sqty-1: this quantity must not have a comparator.");
        if (checks.Binding == BindingStrength.Required || (checks.Binding == BindingStrength.Extensible && !findings.ErrorsOnly))
            BindingCheck.Judge(node, checks.Binding, checks.ValueSet, null, terminology, findings);
    }
}

static class InvariantCheck
{
    public static void Judge(FhirNode node, Invariant invariant, in Surroundings around, Findings findings)
    {
        try
        {
            if (invariant.Holds(node, around))
            {
                if (invariant.Fault is not { } fault || invariant.Profile is null) return;
                findings.Warning("not-supported", node.Path, $"Invariant {invariant.Key} of {invariant.Profile} cannot be judged: {fault}");
                return;
            }
        }
        catch (FhirException error)
        {
            if (!findings.ErrorsOnly)
                findings.Warning(error.Issues[0].Code, node.Path, $"Invariant {invariant.Key} could not be judged: {error.Issues[0].Diagnostics}");
            return;
        }
        if (invariant.Profile is { } profile)
            findings.Add(invariant.IsError ? "error" : "warning", "invariant", node.Path, $"Invariant {invariant.Key} of {profile}: {invariant.Human}");
        else if (invariant.IsError) findings.Breach(invariant.Key, node, "invariant", $"Invariant {invariant.Key}: {invariant.Human}");
        else findings.Warning("invariant", node.Path, $"Invariant {invariant.Key}: {invariant.Human}");
    }
}
