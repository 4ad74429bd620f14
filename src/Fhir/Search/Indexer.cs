namespace Socle.Fhir;

/// <summary>Takes the searchable values out of a resource: one walk over the tape along a plan compiled once per resource type.</summary>
public static class Indexer
{
    /// <param name="asked">Whose values are wanted: others whose path has to be evaluated are left out. Null: all.</param>
    public static void Extract(FhirDocument doc, List<IndexValue> into, SearchParamSet? parameters = null, IReadOnlySet<SearchParam>? asked = null)
    {
        var plan = (parameters ?? SearchParamSet.R4).PlanOf(doc.ResourceType);
        Walk(doc, plan.Root, 0, into);
        foreach (var (param, path, needs) in plan.General)
        {
            if (asked?.Contains(param) == false || needs is not null && !HasOne(doc, needs)) continue;
            foreach (var item in Evaluated(path, doc.Root)) IndexConverter.Convert(item, param, into);
        }
    }

    static bool HasOne(FhirDocument doc, int[] properties)
    {
        var tape = doc.Tape;
        for (var at = 1; at < tape[0].Link; at = doc.Next(at))
            if (properties.AsSpan().Contains(tape[at].Property)) return true;
        return false;
    }

    /// <summary>The values that one parameter has below a node: for components of composites.</summary>
    internal static void Extract(FhirNode context, FhirPath path, SearchParam typedBy, List<IndexValue> into)
    {
        foreach (var item in Evaluated(path, context)) IndexConverter.Convert(item, typedBy, into);
    }

    // A resource whose content spends an expression's budget is stored without that parameter's values.
    static IReadOnlyList<FhirValue> Evaluated(FhirPath path, FhirNode context)
    {
        try
        {
            return path.Evaluate(context);
        }
        catch (FhirException)
        {
            return [];
        }
    }

    static void Walk(FhirDocument doc, PlanNode plan, int container, List<IndexValue> into)
    {
        var tape = doc.Tape;
        var end = tape[container].Link;
        for (var at = container + 1; at < end; at = doc.Next(at))
        {
            ref var entry = ref tape[at];
            var place = entry.Property - plan.First;
            if ((uint)place >= (uint)plan.Children.Length || plan.Children[place] is not { } next
                || (entry.Flags & TapeFlags.Sibling) != 0) continue;
            if (entry.Kind != JsonKind.Array) Visit(doc, next, at, into);
            else
                for (var item = at + 1; item < entry.Link; item = doc.Next(item)) Visit(doc, next, item, into);
        }
    }

    static void Visit(FhirDocument doc, PlanNode plan, int entry, List<IndexValue> into)
    {
        if (plan.Leaves.Length > 0 && doc.Tape[entry].Kind != JsonKind.Null)
            foreach (var leaf in plan.Leaves) IndexConverter.Convert(new FhirNode(doc, entry), leaf, into);
        if (plan.HasChildren && doc.Tape[entry].Kind == JsonKind.Object) Walk(doc, plan, entry, into);
    }
}
