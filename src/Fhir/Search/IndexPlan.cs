namespace Socle.Fhir;

/// <summary>A condition at the end of a path: where(resolve() is Patient), where(system='phone').</summary>
sealed record LeafFilter(string? TargetType, string? Child, string? Equal);

readonly record struct LeafParam(SearchParam Param, LeafFilter? Filter);

/// <summary>The parameters of one kind that read one element; System: what the element's binding implies for a code.</summary>
sealed record PlanLeaf(SearchKind Kind, string Type, string? System, LeafParam[] Params);

/// <summary>A property on the way to an element that a parameter reads; children by the number of their property.</summary>
sealed class PlanNode(TypeDefinition type)
{
    public TypeDefinition Type => type;
    public int First { get; } = type.Properties.Length > 0 ? type.Properties[0].Number : int.MaxValue;
    public PlanNode?[] Children { get; } = new PlanNode?[type.Properties.Length];
    public bool HasChildren { get; private set; }
    public PlanLeaf[] Leaves { get; private set; } = [];

    public PlanNode Child(Property property)
    {
        HasChildren = true;
        return Children[property.Number - First] ??= new PlanNode(property.Type);
    }

    public void Add(SearchParam param, LeafFilter? filter, string? system)
    {
        var at = Array.FindIndex(Leaves, leaf => leaf.Kind == param.Kind);
        var one = new LeafParam(param, filter);
        if (at < 0) Leaves = [.. Leaves, new PlanLeaf(param.Kind, type.FhirType, system, [one])];
        else if (!Leaves[at].Params.Contains(one)) Leaves[at] = Leaves[at] with { Params = [.. Leaves[at].Params, one] };
    }
}

/// <param name="Needs">One of these properties of the resource must be there, or the path leads to nothing; null where that cannot be told.</param>
sealed record GeneralParam(SearchParam Param, FhirPath Path, int[]? Needs);

/// <summary>How the values of one resource type are found: simple paths in one tree, the rest by evaluation.</summary>
sealed class IndexPlan
{
    sealed record Step(string Name, string? Type, LeafFilter? Filter);

    IndexPlan(string resourceType) => Root = new PlanNode(TypeTable.Instance.Find(resourceType)!);

    public PlanNode Root { get; }

    public List<GeneralParam> General { get; } = [];

    public static IndexPlan Of(string resourceType, IReadOnlyList<SearchParam>? parameters = null)
    {
        var plan = new IndexPlan(resourceType);
        foreach (var param in parameters ?? Definitions.SearchParams(resourceType))
            if (param.Kind is not (SearchKind.Composite or SearchKind.Special) && param.Expression.Length > 0) plan.Add(param);
        return plan;
    }

    /// <summary>The types that a parameter's plain paths end at, none for a path that its type does not have; null when the expression is
    /// no plain path.</summary>
    public static List<string>? Ends(SearchParam param)
    {
        var plan = new IndexPlan(param.Type);
        var branches = new List<List<Step>>();
        if (!plan.Branches(param.Path.Root, branches) || !branches.TrueForAll(IsPlain)) return null;
        if (!branches.TrueForAll(steps => Insert(plan.Root, steps, 0, null))) return [];
        foreach (var steps in branches) Insert(plan.Root, steps, 0, param);
        var (types, waiting) = (new List<string>(), new Stack<PlanNode>([plan.Root]));
        while (waiting.TryPop(out var node))
        {
            types.AddRange(node.Leaves.Select(leaf => leaf.Type));
            foreach (var child in node.Children)
                if (child is not null) waiting.Push(child);
        }
        return types;
    }

    /// <summary>Whether a resource has at most one value of the parameter: one plain path that goes through no list.</summary>
    public static bool IsSingle(SearchParam param)
    {
        var (node, branches) = (new IndexPlan(param.Type).Root, new List<List<Step>>());
        if (!new IndexPlan(param.Type).Branches(param.Path.Root, branches) || branches is not [var steps]) return false;
        foreach (var step in steps)
        {
            var property = Array.Find(node.Type.Properties, property => property.Element.Name == step.Name);
            if (property is null || property.Element.IsList) return false;
            node = node.Child(property);
        }
        return true;
    }

    void Add(SearchParam param)
    {
        var branches = new List<List<Step>>();
        if (!Branches(param.Path.Root, branches) || !branches.TrueForAll(steps => IsPlain(steps) && Insert(Root, steps, 0, null)))
        {
            General.Add(new(param, param.Path, Needs(param.Path.Root)));
            return;
        }
        foreach (var steps in branches) Insert(Root, steps, 0, param);
    }

    // From nothing a member and where() lead to nothing; of other functions that is not said: empty() leads to true.
    int[]? Needs(PathExpr expression) => expression switch
    {
        BinaryExpr { Sign: "|" } union => Needs(union.Left) is { } left && Needs(union.Right) is { } right ? [.. left, .. right] : null,
        MemberExpr { Left: MemberExpr { Left: null } root } member when PathTypes.IsA(Root.Type.Name, root.Name) => Named(member.Name),
        MemberExpr { Left: { } left } => Needs(left),
        CallExpr { Name: "where", Left: { } left } => Needs(left),
        _ => null
    };

    int[]? Named(string name) =>
        Root.Type.Properties.Where(property => property.Answers(name)).Select(property => property.Number).ToArray() is { Length: > 0 } found ? found : null;

    static bool IsPlain(List<Step> steps) =>
        steps.Count > 0 && steps.FindIndex(s => s.Filter is not null) is var at && (at < 0 || at == steps.Count - 1);

    bool Branches(PathExpr expression, List<List<Step>> into)
    {
        if (expression is BinaryExpr { Sign: "|" } union) return Branches(union.Left, into) && Branches(union.Right, into);
        if (Steps(expression) is not { } steps) return false;
        into.Add(steps);
        return true;
    }

    List<Step>? Steps(PathExpr expression)
    {
        switch (expression)
        {
            case MemberExpr { Left: null } first:
                return PathTypes.IsA(Root.Type.Name, first.Name) ? [] : [new Step(first.Name, null, null)];
            case MemberExpr { Left: { } left } member:
                return Steps(left) is { } before ? [.. before, new Step(member.Name, null, null)] : null;
            case TypeExpr { IsTest: false } typed when Steps(typed.Left) is { Count: > 0 } steps:
                return [.. steps[..^1], steps[^1] with { Type = typed.Name }];
            case CallExpr { Name: "where", Left: { } left } where when Steps(left) is { Count: > 0 } steps
                && Filter(where.Arguments[0]) is { } filter:
                return [.. steps[..^1], steps[^1] with { Filter = filter }];
            default: return null;
        }
    }

    static LeafFilter? Filter(PathExpr condition) => condition switch
    {
        TypeExpr { IsTest: true, Left: CallExpr { Name: "resolve", Left: null } } test => new(test.Name, null, null),
        BinaryExpr { Sign: "=", Left: MemberExpr { Left: null } child,
            Right: LiteralExpr { Value: { Kind: FhirValueKind.String } value } } =>
            new(null, child.Name, value.String),
        _ => null,
    };

    // Without a parameter it only answers whether the definitions know the path.
    static bool Insert(PlanNode node, List<Step> steps, int at, SearchParam? param)
    {
        var found = false;
        foreach (var property in node.Type.Properties)
        {
            if (property.Element.Name != steps[at].Name || steps[at].Type is { } type && property.Type.Name != type) continue;
            found = true;
            var child = param is null ? new PlanNode(property.Type) : node.Child(property);
            if (at + 1 < steps.Count) found = Insert(child, steps, at + 1, param);
            else if (param is not null) child.Add(param, steps[at].Filter, ImpliedSystem(property.Element));
        }
        return found;
    }

    // A required binding to http://hl7.org/fhir/ValueSet/x draws from http://hl7.org/fhir/x in almost all of R4.
    static string? ImpliedSystem(ElementDefinition element)
    {
        const string Prefix = "http://hl7.org/fhir/ValueSet/";
        var set = element.ValueSet.Split('|')[0];
        if (element.Binding != BindingStrength.Required || !set.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        return set[Prefix.Length..] switch
        {
            "mimetypes" => "urn:ietf:bcp:13",
            "all-languages" => "urn:ietf:bcp:47",
            var name => "http://hl7.org/fhir/" + name,
        };
    }
}
