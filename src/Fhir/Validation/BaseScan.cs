namespace Socle.Fhir;

/// <summary>R4's own rules, in one walk over the tape: invariants, bindings, targets of references. It notes on its way what profiles are
/// claimed and which extensions stand where.</summary>
sealed class BaseScan(FhirDocument doc, ITerminology terminology, FhirPathEnvironment environment, Findings findings)
{
    readonly List<(int End, Surroundings Around)> open = [];
    BundleEntries? entries;

    /// <summary>The resources of the document, outermost first.</summary>
    public List<FhirNode> Resources { get; } = [];

    /// <summary>Filled only when they are asked for.</summary>
    public List<FhirNode>? Extensions { get; init; }

    /// <summary>The entries of the bundle that the whole document is.</summary>
    public BundleEntries? Entries => doc.ResourceType == "Bundle" ? entries ??= new BundleEntries(doc.Root) : null;

    /// <param name="judge">False: only noted, not judged.</param>
    public void Run(bool judge)
    {
        var types = FhirDocument.Types;
        for (var i = 0; i < doc.Count && !findings.IsFull; i++)
        {
            ref var entry = ref doc.Tape[i];
            if (entry.Kind == JsonKind.Array || entry.Property == 0 || (entry.Flags & TapeFlags.Sibling) != 0) continue;
            if (entry.Kind == JsonKind.Null && entry.Link == 0) continue;
            while (open.Count > 0 && open[^1].End <= i) open.RemoveAt(open.Count - 1);
            var node = new FhirNode(doc, i);
            var type = types.All[entry.Type];
            if (entry.Kind == JsonKind.Object)
            {
                if (type.IsResource) Enter(node, entry.Link, judge);
                if (type == types.Extension) Extensions?.Add(node);
                if (!judge) continue;
                var own = BaseChecks.OfType(type);
                if (own.Length > 0) Judge(node, own, open[^1].Around);
            }
            if (entry.Property <= 0 || !judge) continue;
            var checks = BaseChecks.OfProperty(entry.Property);
            if (!checks.Nothing) Check(node, checks, open[^1].Around);
        }
    }

    void Enter(FhirNode resource, int end, bool judge)
    {
        var root = resource.Index > 0 && resource.ElementName == "contained" ? open[^1].Around.Resource : resource;
        open.Add((end, new Surroundings(resource, root, environment with { Resource = resource })));
        Resources.Add(resource);
        if (judge && root == resource && ContainedLinks.Cyclic(resource) is { } cyclic)
            findings.Error("invariant", cyclic.Path, "A contained resource refers to itself over resources of its own type: break the circle.");
    }

    void Judge(FhirNode node, Invariant[] invariants, in Surroundings around)
    {
        foreach (var invariant in invariants)
            if ((invariant.IsError || !findings.ErrorsOnly) && findings.Judges(invariant.Key)) InvariantCheck.Judge(node, invariant, around, findings);
    }

    void Check(FhirNode node, PropertyChecks checks, in Surroundings around)
    {
        Judge(node, checks.Invariants, around);
        if (checks.Targets.Length > 0 && findings.Judges(ValidationOptions.Targets)) CheckTarget(node, checks.Targets, around);
        if (checks.IsSimpleQuantity && node["comparator"] is { Exists: true } comparator)
            findings.Error("invariant", comparator.Path, "Invariant sqty-1: this quantity must not have a comparator.");
        if (checks.Binding == BindingStrength.Required || (checks.Binding == BindingStrength.Extensible && !findings.ErrorsOnly))
            BindingCheck.Judge(node, checks.Binding, checks.ValueSet, null, terminology, findings);
    }

    void CheckTarget(FhirNode reference, string[] allowed, in Surroundings around)
    {
        if (ReferenceTarget.Of(reference, around.Root, Entries).Type is not { } type || !Definitions.IsResourceType(type)) return;
        if (allowed.Contains(type, StringComparer.Ordinal)) return;
        findings.Error("structure", reference.Path, $"The reference leads to {type}; allowed here: {string.Join(", ", allowed)}.");
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
        var of = invariant.Profile is { } profile ? $" of {profile}" : "";
        findings.Add(invariant.IsError ? "error" : "warning", "invariant", node.Path, $"Invariant {invariant.Key}{of}: {invariant.Human}");
    }
}
