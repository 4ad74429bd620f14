namespace Socle.Fhir;

/// <summary>One element of a profile with what its parents and its base type say of it.</summary>
/// <param name="Max">int.MaxValue: any number.</param>
/// <param name="Types">Codes of the types that are allowed.</param>
/// <param name="Binding">« required http://… », null for none.</param>
/// <param name="Expected">JSON of fixed[x] or pattern[x]; null for none.</param>
public sealed record SnapshotElement(string Id, int Min, int Max, IReadOnlyList<string> Types, string? Binding, string? Expected);

/// <summary>Writes the rules of a profile as the list of elements that the standard calls a snapshot.</summary>
static class SnapshotWriter
{
    const int Most = 20_000;

    public static IReadOnlyList<SnapshotElement> Write(ElementRule root, string type)
    {
        var elements = new List<SnapshotElement> { new(root.Id, 0, int.MaxValue, [], null, null) };
        Below(root, TypeTable.Instance.Find(type), elements);
        return elements;
    }

    static void Below(ElementRule? rule, TypeDefinition? type, List<SnapshotElement> into)
    {
        if (type is null || into.Count >= Most) return;
        foreach (var element in type.Elements)
        {
            var child = rule?.Child(element.Name);
            var id = $"{rule?.Id ?? type.Name}.{element.Name}{(element.IsChoice ? "[x]" : "")}";
            into.Add(Of(id, element, child, null));
            Open(child, element, into);
            if (child is not null) Slices(child, child, element, into);
        }
    }

    static void Slices(ElementRule all, ElementRule rule, ElementDefinition element, List<SnapshotElement> into)
    {
        foreach (var slice in rule.Slices)
        {
            into.Add(Of(slice.Id, element, slice, all));
            Open(slice, element, into);
            Slices(all, slice, element, into);
        }
    }

    // What nobody constrains below is as the type has it: it is not written out.
    static void Open(ElementRule? rule, ElementDefinition element, List<SnapshotElement> into)
    {
        var types = rule?.Types is { Length: > 0 } said && said.All(t => t.Code.Length > 0) ? said.Select(t => t.Code) : element.Types.Select(t => t.Type);
        var backbone = element.Types.Length == 1 && TypeTable.Instance.Find(element.Types[0].Type) is { Kind: TypeKind.Backbone } one ? one : null;
        if (rule is null || rule.Children.Count == 0) return;
        Below(rule, backbone ?? (types.Take(2).ToList() is [var only] ? TypeTable.Instance.Find(only) : null), into);
    }

    static SnapshotElement Of(string id, ElementDefinition element, ElementRule? rule, ElementRule? all)
    {
        var max = rule?.Max ?? all?.Max ?? (element.Max == 0 ? int.MaxValue : element.Max);
        var types = (rule?.Types ?? all?.Types)?.Select(t => t.Code).Where(c => c.Length > 0).ToList() ?? [.. element.Types.Select(t => FhirType(t.Type))];
        var (strength, set) = rule?.ValueSet is { } own ? (rule.Binding, own) : all?.ValueSet is { } shared ? (all.Binding, shared) : (element.Binding, element.ValueSet);
        return new(id, rule?.Min ?? (all is null ? element.Min : 0), max, types,
            strength == BindingStrength.None ? null : $"{strength.ToString().ToLowerInvariant()} {set}",
            rule?.Expected is { } expected ? System.Text.Encoding.UTF8.GetString(expected.Value.Raw) : null);
    }

    static string FhirType(string name) => TypeTable.Instance.Find(name)?.FhirType ?? name;
}
