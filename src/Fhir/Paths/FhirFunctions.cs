namespace Socle.Fhir;

/// <summary>What FHIR adds to the language.</summary>
static class FhirFunctions
{
    public static void AddTo(Action<string, int, int, PathFunction> add)
    {
        add("extension", 1, 1, Extension);
        add("hasValue", 0, 0, (_, input) => PathFunctions.Bool(input.Count == 1 && HasValue(input[0])));
        add("getValue", 0, 0, (_, input) => input.Count == 1 && HasValue(input[0]) && input[0].Atom() is { } value ? [value]
            : FhirValue.None);
        add("resolve", 0, 0, Resolve);
        add("type", 0, 0, (_, input) => input.ConvertAll(TypeOf));
        add("conformsTo", 1, 1, ConformsTo);
        add("htmlChecks", 0, 0, HtmlChecks);
        add("comparable", 1, 1, Comparable);
    }

    static bool HasValue(FhirValue item) =>
        item.Kind != FhirValueKind.Node || FhirValue.IsPrimitive(item.Node.Type) && item.Node.Text is not null;

    static List<FhirValue> Extension(PathCall call, List<FhirValue> input)
    {
        if (call.Text(0) is not { } url) return FhirValue.None;
        var found = new List<FhirValue>();
        foreach (var item in input)
        {
            if (item.Kind != FhirValueKind.Node || item.Resolved is not null) continue;
            foreach (var extension in item.Node.All("extension"))
            {
                call.Run.Spend();
                if (extension["url"].Text == url) found.Add(FhirValue.Of(extension));
            }
        }
        return found;
    }

    static List<FhirValue> HtmlChecks(PathCall call, List<FhirValue> input)
    {
        if (input.Count != 1 || input[0].Text is not { } text) return FhirValue.None;
        call.Run.Spend(text.Length / 16);
        return PathFunctions.Bool(NarrativeRules.Hold(text));
    }

    /// <summary>Nothing is fetched here: a contained resource and one of the same bundle are found, others by the environment; without it a
    /// target is known by its type only.</summary>
    static List<FhirValue> Resolve(PathCall call, List<FhirValue> input)
    {
        var found = new List<FhirValue>();
        foreach (var item in input)
        {
            call.Run.Spend();
            if (item.Kind == FhirValueKind.Node && (InBundle(call.Run, item.Node) ?? Outside(call.Run, item.Node) ?? Target(item.Node)) is { } target)
                found.Add(target);
        }
        return found;
    }

    static string? Literal(FhirNode node) => node.Type == "Reference" ? node["reference"].Text : node.Text;

    static FhirValue? InBundle(PathRun run, FhirNode node)
    {
        if (node.Document.ResourceType != "Bundle" || Literal(node) is not { Length: > 0 } literal || literal[0] == '#') return null;
        var exact = System.Text.Encoding.UTF8.GetBytes(literal);
        var relative = ReferenceText.Split(literal) is (null, _, _) ? "/" + literal : null;
        foreach (var entry in node.Document.Root.All("entry"))
        {
            run.Spend();
            var url = entry["fullUrl"];
            if (url.TextIs(exact) || relative is not null && url.Text?.EndsWith(relative, StringComparison.Ordinal) == true)
                return entry["resource"] is { Exists: true } resource ? FhirValue.Of(resource) : null;
        }
        return null;
    }

    static FhirValue? Outside(PathRun run, FhirNode node)
    {
        if (run.Env.Resolve is not { } resolve || Literal(node) is not { Length: > 0 } literal || literal[0] == '#') return null;
        run.Spend(100);
        return resolve(literal) is { Exists: true } found ? FhirValue.Of(found) : null;
    }

    internal static FhirValue? Target(FhirNode node)
    {
        var literal = Literal(node);
        if (literal is { Length: > 1 } && literal[0] == '#')
        {
            foreach (var contained in Holder(node).All("contained"))
                if (contained["id"].TextIs(System.Text.Encoding.UTF8.GetBytes(literal[1..]))) return FhirValue.Of(contained);
            return null;
        }
        return (ReferenceText.TypeOf(literal) ?? node["type"].Text) is { } type ? FhirValue.OfResolved(node, type) : null;
    }

    // The resource whose contained ones a reference inside may name: of a bundle the entry, not the bundle.
    static FhirNode Holder(FhirNode node)
    {
        if (node.Document.ResourceType is not ("Bundle" or "Parameters")) return node.Document.Root;
        while (node.Exists && (!node.IsResource || node.ElementName == "contained")) node = node.Parent;
        return node;
    }

    static FhirValue TypeOf(FhirValue item)
    {
        if (item.Kind != FhirValueKind.Node) return FhirValue.OfType("System", item.Kind.ToString());
        return FhirValue.OfType("FHIR", item.TypeName);
    }

    static List<FhirValue> ConformsTo(PathCall call, List<FhirValue> input)
    {
        const string Core = "http://hl7.org/fhir/StructureDefinition/";
        if (PathOps.Single(input, "conformsTo()") is not { Kind: FhirValueKind.Node } item || call.Text(0) is not { } profile)
            return FhirValue.None;
        if (call.Run.Env.ConformsTo is { } check)
        {
            call.Run.Spend(1_000);
            if (check(item.Node, profile) is { } verdict) return PathFunctions.Bool(verdict);
        }
        // Only the profiles that are types of R4 are known here.
        if (!profile.StartsWith(Core, StringComparison.Ordinal) || !Definitions.IsType(profile[Core.Length..]))
            throw PathRun.Fault($"conformsTo(): unknown profile {profile}.");
        return PathFunctions.Bool(PathTypes.IsA(item.Node.Type, profile[Core.Length..]));
    }

    static List<FhirValue> Comparable(PathCall call, List<FhirValue> input)
    {
        if (PathOps.Single(input, "comparable()") is not { Kind: FhirValueKind.Quantity } a
            || call.Value(0) is not { Kind: FhirValueKind.Quantity } b)
            return FhirValue.None;
        return PathFunctions.Bool(a.Quantity.In(b.Quantity, loosely: true) is not null);
    }
}
