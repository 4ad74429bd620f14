namespace Socle.Fhir;

/// <summary>One document against profiles. Work is bounded: profiles that name one another, and values without end, stop at a limit.</summary>
sealed class ProfileRun
{
    const int MostSteps = 500_000, Deepest = 100;

    readonly DateTimeOffset? now;
    readonly BundleEntries? entries;
    readonly List<(int, string)> running = [];
    EnvironmentSource? source;
    SliceMatcher? slices;
    Dictionary<(int, string), bool>? known;
    Findings findings;
    int steps, depth;

    public ProfileRun(ProfileSet profiles, ITerminology terminology, DateTimeOffset? now, BundleEntries? entries, Findings findings)
    {
        (Profiles, Terminology, this.now, this.entries, this.findings) = (profiles, terminology, now, entries, findings);
    }

    // conformsTo() of an invariant is this run's question too, so that profiles that ask of one another end.
    EnvironmentSource Source => source ??= new(Terminology, now, (node, profile) => Profiles.IsKnown(profile) ? Conforms(node, profile) : null);

    public ProfileSet Profiles { get; }
    public ITerminology Terminology { get; }

    /// <summary>Against one profile; what is unknown of it is a warning.</summary>
    public void Check(FhirNode node, string canonical)
    {
        var type = Canonical.CoreType(Canonical.WithoutVersion(canonical));
        if (type is not null)
        {
            if (!PathTypes.IsA(node.Type, type)) findings.Error("structure", node.Path, $"This is of type {node.Type}; {canonical} is about {type}.");
            return;
        }
        if (Profiles.Get(canonical) is not { } profile)
        {
            findings.Warning("not-found", node.Path, $"The profile {canonical} is not loaded here: what it asks was not checked.");
            return;
        }
        foreach (var problem in profile.Problems) findings.Warning("not-supported", node.Path, problem);
        if (!PathTypes.IsA(node.Type, profile.Type))
        {
            findings.Error("structure", node.Path, $"This is of type {node.Type}; the profile {profile.Canonical} is about {profile.Type}.");
            return;
        }
        if (profile.Root is not { } root || running.Contains((node.Index, profile.Canonical))) return;
        running.Add((node.Index, profile.Canonical));
        Apply(node, root, profile);
        running.RemoveAt(running.Count - 1);
    }

    /// <summary>Without saying why not. A question that is being answered already is answered with yes: what names itself breaks no rule by it.</summary>
    public bool Conforms(FhirNode node, string canonical)
    {
        var key = (node.Index, canonical);
        if ((known ??= []).TryGetValue(key, out var answer)) return answer;
        var outer = findings;
        findings = new Findings(errorsOnly: true);
        Check(node, canonical);
        answer = !findings.HasErrors;
        findings = outer;
        return known[key] = answer;
    }

    public string? TypeOfProfile(string canonical) =>
        Canonical.CoreType(Canonical.WithoutVersion(canonical)) ?? Profiles.Get(canonical)?.Type;

    public ReferenceTarget Target(FhirNode reference) => ReferenceTarget.Of(reference, RootOf(reference), entries);

    static FhirNode RootOf(FhirNode node)
    {
        while (node.Exists && (!node.IsResource || node.ElementName == "contained")) node = node.Parent;
        return node;
    }

    void Apply(FhirNode node, ElementRule rule, Profile profile)
    {
        if (findings.IsFull) return;
        if (++steps > MostSteps || depth > Deepest)
        {
            findings.Warning("too-costly", null, "The profiles ask for more work than one validation may do: the rest was not checked.");
            return;
        }
        depth++;
        Value(node, rule);
        if (rule.Types is { } types) Types(node, rule, types);
        foreach (var invariant in rule.Invariants) InvariantCheck.Judge(node, invariant, new(default, default, Source), findings);
        foreach (var child in rule.Children) Child(node, child, profile);
        if (node.Definition is { } type)
            foreach (var (name, target) in ContentReferences.Of(type))
                if (rule.Child(name) is null && profile.At(target) is { } there)
                    foreach (var below in node.All(name)) Apply(below, there, profile);
        depth--;
    }

    void Value(FhirNode node, ElementRule rule)
    {
        if (rule.Expected is { } expected && !ValueMatch.Matches(node, expected))
            findings.Error("value", node.Path, $"{Said(rule)}: the value must {(expected.Exact ? "be" : "have")} {Short(expected.Value)}.");
        if (rule.MaxLength is { } longest && node.Text is { } text && text.Length > longest)
            findings.Error("too-long", node.Path, $"{Said(rule)}: at most {longest} characters, there are {text.Length}.");
        foreach (var limit in rule.Limits)
            if (ValueMatch.Breaks(node, limit) is { } wanted) findings.Error("value", node.Path, $"{Said(rule)}: the value must be {wanted}.");
        if (rule.ValueSet is { } set && !rule.IsBoundByBase && (rule.Binding == BindingStrength.Required || (rule.Binding == BindingStrength.Extensible && !findings.ErrorsOnly)))
            BindingCheck.Judge(node, rule.Binding, set, rule.Profile, Terminology, findings);
    }

    void Types(FhirNode node, ElementRule rule, AllowedType[] types)
    {
        var (fits, free) = (false, false);
        foreach (var type in types)
            if (type.Fits(node.Type)) (fits, free) = (true, free || type.Profiles.Length == 0);
        if (!fits)
        {
            findings.Error("structure", node.Path, $"{Said(rule)}: the type must be {string.Join(" or ", types.Select(t => t.Code))}, it is {node.Type}.");
            return;
        }
        if (!free) OneOf(node, rule, [.. types.Where(t => t.Fits(node.Type)).SelectMany(t => t.Profiles)]);
        if (node.Type == "Reference") Reference(node, rule, types);
    }

    void OneOf(FhirNode node, ElementRule rule, string[] profiles)
    {
        if (profiles is [var only]) Check(node, only);
        else if (!profiles.Any(p => Conforms(node, p))) findings.Error("structure", node.Path, $"{Said(rule)}: this conforms to none of {string.Join(", ", profiles)}.");
    }

    void Reference(FhirNode node, ElementRule rule, AllowedType[] types)
    {
        if (ReferenceCheck.PlainType(node, entries) is { } plain)
            foreach (var allowed in types)
                if (allowed.Fits("Reference") && allowed.MayLeadTo(plain)) return;
        string[] targets = [.. types.Where(t => t.Fits("Reference")).SelectMany(t => t.Targets)];
        if (targets.Length == 0 || targets.Any(t => Canonical.CoreType(t) is "Resource")) return;
        var target = Target(node);
        if (target.Type is not { } type) return;
        var known = targets.Where(t => TypeOfProfile(t) is not null).ToList();
        var fitting = known.Where(t => PathTypes.IsA(type, TypeOfProfile(t)!)).ToList();
        if (fitting.Count == 0)
        {
            // A target whose profile is not loaded may be of this type.
            if (known.Count == targets.Length)
                findings.Error("structure", node.Path, $"{Said(rule)}: the reference must lead to {string.Join(" or ", known.Select(TypeOfProfile).Distinct())}, it leads to {type}.");
            return;
        }
        if (!target.Node.Exists || fitting.Any(t => Conforms(target.Node, t))) return;
        findings.Error("structure", node.Path,
            $"{Said(rule)}: {node["reference"].Text} leads to a {type} that does not conform to {string.Join(" or ", fitting)}{Why(target.Node, fitting[0])}.");
    }

    string Why(FhirNode node, string profile)
    {
        var outer = findings;
        findings = new Findings(errorsOnly: true);
        Check(node, profile);
        var first = findings.Issues.Count > 0 ? findings.Issues[0] : null;
        findings = outer;
        return first is null ? "" : $" ({first.Expression}: {first.Diagnostics.TrimEnd('.')})";
    }

    void Child(FhirNode parent, ElementRule rule, Profile profile)
    {
        var (count, surplus) = (0, default(FhirNode));
        foreach (var child in parent.All(rule.Name))
            if (child.ElementName == rule.Name && count++ == rule.Max) surplus = child;
        Count(parent, rule, count, surplus);
        if (count > 0 && !rule.IsBare)
            foreach (var child in parent.All(rule.Name))
                if (child.ElementName == rule.Name) Apply(child, rule, profile);
        if (rule.Slices.Count == 0) return;
        var nodes = new List<FhirNode>(count);
        foreach (var child in parent.All(rule.Name))
            if (child.ElementName == rule.Name) nodes.Add(child);
        Slices(parent, rule, nodes, profile);
    }

    void Count(FhirNode parent, ElementRule rule, int count, FhirNode surplus)
    {
        if (rule.Min is { } min && count < min)
            findings.Error("required", $"{parent.Path}.{rule.Name}", $"{Said(rule)}: at least {min} of {rule.Id} {(min == 1 ? "is" : "are")} required, there {(count == 1 ? "is" : "are")} {count}.");
        if (rule.Max is { } max && count > max)
            findings.Error("structure", surplus.Path, max == 0 ? $"{Said(rule)}: {rule.Id} is not allowed." : $"{Said(rule)}: at most {max} of {rule.Id} {(max == 1 ? "is" : "are")} allowed, there are {count}.");
    }

    void Slices(FhirNode parent, ElementRule rule, List<FhirNode> nodes, Profile profile)
    {
        if (rule.Slicing is not { } slicing) return;
        var sorted = rule.Slices.ConvertAll(_ => new List<FhirNode>());
        var places = new int[nodes.Count];
        for (var i = 0; i < nodes.Count; i++)
        {
            places[i] = -1;
            for (var s = 0; s < rule.Slices.Count && places[i] < 0; s++)
            {
                switch ((slices ??= new(this)).Matches(nodes[i], rule.Slices[s], slicing))
                {
                    case null:
                        findings.Warning("not-supported", nodes[i].Path, $"{Said(rule)}: the slice {rule.Slices[s].Slice} of {rule.Id} does not say what tells its values from others, so that its rules were not checked.");
                        return;
                    case true:
                        places[i] = s;
                        sorted[s].Add(nodes[i]);
                        break;
                }
            }
        }
        Order(rule, slicing, nodes, places);
        for (var s = 0; s < rule.Slices.Count; s++)
        {
            Count(parent, rule.Slices[s], sorted[s].Count, rule.Slices[s].Max < sorted[s].Count ? sorted[s][rule.Slices[s].Max!.Value] : default);
            foreach (var node in sorted[s]) Apply(node, rule.Slices[s], profile);
            if (rule.Slices[s].Slices.Count > 0) Slices(parent, rule.Slices[s], sorted[s], profile);
        }
    }

    void Order(ElementRule rule, Slicing slicing, List<FhirNode> nodes, int[] places)
    {
        var last = -1;
        var rest = false;
        for (var i = 0; i < nodes.Count; i++)
        {
            if (places[i] < 0)
            {
                rest = true;
                if (slicing.Rules == SliceRules.Closed)
                    findings.Error("structure", nodes[i].Path, $"{Said(rule)}: this is none of the slices of {rule.Id} ({string.Join(", ", rule.Slices.Select(s => s.Slice))}), and others are not allowed.");
                continue;
            }
            if (rest && slicing.Rules == SliceRules.OpenAtEnd)
                findings.Error("structure", nodes[i].Path, $"{Said(rule)}: {rule.Slices[places[i]].Slice} must stand before the values that are of no slice.");
            if (slicing.Ordered && places[i] < last)
                findings.Error("structure", nodes[i].Path, $"{Said(rule)}: {rule.Slices[places[i]].Slice} must stand before {rule.Slices[last].Slice}.");
            last = Math.Max(last, places[i]);
        }
    }

    static string Said(ElementRule rule) => $"Profile {rule.Profile}";

    static string Short(FhirNode value)
    {
        var text = value.Text ?? System.Text.Encoding.UTF8.GetString(value.Raw);
        return text.Length <= 200 ? text : text[..200] + "…";
    }
}
