namespace Socle.Fhir;

/// <summary>Lays the elements of one differential (or snapshot) over the rules of the parent.</summary>
sealed class SnapshotBuilder(ProfileSource source, ElementRule root, List<string> problems)
{
    const int DeepestPath = 40;
    readonly Dictionary<string, string> openSlices = new(StringComparer.Ordinal);

    public void Apply(IReadOnlyList<ElementSource> elements)
    {
        root.Profile = source.Canonical;
        foreach (var element in elements)
        {
            if (Find(element) is { } rule) Lay(element, rule);
            else problems.Add($"{source.Canonical}: {element.Id ?? element.Path} is no element of {source.Type}; it is not checked.");
        }
        Settle(root);
    }

    // The id says each slice on the way; where it does not fit the path, the order of the elements does.
    ElementRule? Find(ElementSource element)
    {
        var path = element.Path.Split('.');
        if (path.Length > DeepestPath) return null;
        var id = element.Id?.Split('.');
        var fits = id is not null && id.Length == path.Length && id.Zip(path).All(p => SameName(p.First.Split(':')[0], p.Second))
            && (element.SliceName is null || id[^1].EndsWith(":" + element.SliceName, StringComparison.Ordinal));
        Remember(element, path);
        var rule = root;
        var type = TypeTable.Instance.Find(source.Type);
        for (var i = 1; i < path.Length; i++)
        {
            var slice = fits ? id![i].Split(':', 2) is [_, var named] ? named : null : openSlices.GetValueOrDefault(string.Join('.', path[..(i + 1)]));
            if (Step(rule, path[i], slice, ref type) is not { } next) return null;
            rule = next;
        }
        return rule;
    }

    static bool SameName(string id, string path) => id == path || id.Replace("[x]", "", StringComparison.Ordinal) == path.Replace("[x]", "", StringComparison.Ordinal);

    void Remember(ElementSource element, string[] path)
    {
        var whole = element.Path;
        foreach (var longer in openSlices.Keys.Where(k => k == whole || k.StartsWith(whole + ".", StringComparison.Ordinal)).ToList()) openSlices.Remove(longer);
        if (element.SliceName is { } slice && path.Length > 1) openSlices[whole] = slice;
    }

    // One level down, made when it is not there. The type is followed as far as it is one, to tell « valueQuantity » from an element's name.
    static ElementRule? Step(ElementRule at, string name, string? slice, ref TypeDefinition? type)
    {
        var bare = name.EndsWith("[x]", StringComparison.Ordinal) ? name[..^3] : name;
        var element = type?.Elements.FirstOrDefault(e => e.Name == bare);
        string? only = null;
        if (element is null && type is not null)
        {
            // « valueQuantity » is the slice of value[x] that is a Quantity.
            if (type.Find(System.Text.Encoding.UTF8.GetBytes(bare)) is not { Element.IsChoice: true } property) return null;
            (element, bare, only) = (property.Element, property.Element.Name, property.Type.Name);
            slice ??= name;
        }
        var shown = element is { IsChoice: true } ? bare + "[x]" : bare;
        var rule = at.Child(bare);
        if (rule is null) at.Children.Add(rule = new ElementRule(bare, null, $"{at.Id}.{shown}") { Profile = at.Profile });
        if (slice is not null)
        {
            rule = SliceOf(rule, slice);
            if (only is not null) rule.Types ??= [new(only, [], [])];
            else if (element is { IsChoice: true } && rule.Types is null && TypeOfSlice(element, slice) is { } named) rule.Types = [new(named, [], [])];
        }
        rule.Base = element;
        type = TypeOf(rule, element);
        return rule;
    }

    static ElementRule SliceOf(ElementRule rule, string slice)
    {
        if (rule.SliceNamed(slice) is { } there) return there;
        var holder = rule;
        // « a/b » is a slice b of the slice a.
        if (slice.LastIndexOf('/') is > 0 and var last && rule.SliceNamed(slice[..last]) is { } outer) holder = outer;
        var made = new ElementRule(rule.Name, slice, $"{rule.Id}:{slice}") { Profile = rule.Profile };
        holder.Slices.Add(made);
        return made;
    }

    static string? TypeOfSlice(ElementDefinition element, string slice)
    {
        foreach (var type in element.Types)
            if (slice == element.Name + char.ToUpperInvariant(type.Type[0]) + type.Type[1..]) return type.Type;
        return null;
    }

    static TypeDefinition? TypeOf(ElementRule rule, ElementDefinition? element)
    {
        if (rule.Types is [{ Code: { Length: > 0 } code }] && code is not ("BackboneElement" or "Element")) return TypeTable.Instance.Find(code);
        if (element is null) return null;
        return element.Types.Length == 1 ? TypeTable.Instance.Find(element.Types[0].Type) : null;
    }

    void Lay(ElementSource from, ElementRule to)
    {
        to.Profile = source.Canonical;
        to.Min = from.Min ?? to.Min;
        to.Max = from.Max ?? to.Max;
        to.Types = from.Types is { Length: > 0 } types ? types : to.Types;
        to.Expected = from.Expected ?? to.Expected;
        to.MaxLength = from.MaxLength ?? to.MaxLength;
        if (from.ValueSet is not null) (to.Binding, to.ValueSet, to.IsBoundByBase) = (from.Binding, from.ValueSet, IsBindingOfBase(from, to));
        if (from.Slicing is not null) to.Slicing = from.Slicing;
        foreach (var limit in from.Limits)
        {
            to.Limits.RemoveAll(l => l.Lowest == limit.Lowest);
            to.Limits.Add(limit);
        }
        foreach (var (key, isError, human, expression) in from.Invariants)
        {
            if (IsOfBase(key, expression)) continue;
            to.Invariants.RemoveAll(i => i.Key == key);
            to.Invariants.Add(new Invariant(key, isError, human, expression, source.Canonical, NativeInvariants.OfProfile(expression)));
        }
    }

    // The same: what R4 requires of a code is judged anyway.
    static bool IsBindingOfBase(ElementSource from, ElementRule to) =>
        from.Binding == BindingStrength.Required && to.Base is { Binding: BindingStrength.Required } own && own.ValueSet == Canonical.WithoutVersion(from.ValueSet!);

    // A snapshot repeats the invariants of R4, which are judged anyway.
    static bool IsOfBase(string key, string expression) =>
        NativeInvariants.Find(key) is not null || Known.Value.Contains((key, expression));

    static readonly Lazy<HashSet<(string, string)>> Known = new(() => [.. TypeTable.Instance.All
        .SelectMany(t => t.Elements.Select(e => $"{t.Name}.{e.Name}{(e.IsChoice ? "[x]" : "")}").Prepend(t.Name))
        .SelectMany(Constraints.Of).Select(c => (c.Key, c.Expression))]);

    // Extensions are told apart by their url and choices by their type, also where nobody says so.
    void Settle(ElementRule rule)
    {
        foreach (var child in rule.Children)
        {
            if (child.Slices.Count > 0 && child.Slicing is null)
            {
                if (child.Name is "extension" or "modifierExtension") child.Slicing = ByUrl;
                else if (child.Id.EndsWith("[x]", StringComparison.Ordinal)) child.Slicing = ByType;
                else problems.Add($"{source.Canonical}: {child.Id} has slices but no slicing; they are not checked.");
            }
            Settle(child);
        }
        foreach (var slice in rule.Slices)
        {
            slice.Expectations = null;
            Settle(slice);
        }
    }

    static readonly Slicing ByUrl = new([new(DiscriminatorKind.Value, "url", [new(StepKind.Name, "url")])], SliceRules.Open, false);
    static readonly Slicing ByType = new([new(DiscriminatorKind.Type, "$this", [])], SliceRules.Open, false);
}
