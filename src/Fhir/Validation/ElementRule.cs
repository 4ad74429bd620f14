namespace Socle.Fhir;

enum DiscriminatorKind : byte { Value, Exists, Pattern, Type, Profile }

sealed record Discriminator(DiscriminatorKind Kind, string Path, PathStep[] Steps)
{
    public bool IsPlain { get; } = Steps.All(s => s.Kind == StepKind.Name);
}

enum SliceRules : byte { Open, Closed, OpenAtEnd }

sealed record Slicing(Discriminator[] Discriminators, SliceRules Rules, bool Ordered);

/// <summary>A type that a profile allows; of a reference also the profiles of its targets.</summary>
sealed record AllowedType(string Code, string[] Profiles, string[] Targets)
{
    readonly HashSet<TypeDefinition> types = [.. Targets.Select(t => Canonical.CoreType(Canonical.WithoutVersion(t))).OfType<string>().Select(t => TypeTable.Instance.Find(t)!)];

    public bool Fits(string type) => Code.Length == 0 || PathTypes.IsA(type, Code);

    /// <summary>True: a target of that very type is allowed whatever it has in it.</summary>
    public bool MayLeadTo(TypeDefinition type) => types.Contains(type);
}

/// <summary>fixed[x] or pattern[x]: a value that stands in a small document of its own.</summary>
sealed record ExpectedValue(FhirNode Value, bool Exact);

/// <summary>minValue[x] or maxValue[x].</summary>
sealed record ValueLimit(FhirNode Value, bool Lowest);

/// <summary>What a profile and its parents say of one element. What they do not say is the base type's business, which is always checked.
/// A tree of these is a snapshot without what it repeats of the base.</summary>
sealed class ElementRule(string name, string? slice, string id)
{
    public string Name { get; } = name;
    public string? Slice { get; } = slice;

    /// <summary>« MedicationRequest.medication[x]:medicationReference ».</summary>
    public string Id { get; } = id;

    /// <summary>The profile that said most lately something of this element.</summary>
    public string Profile { get; set; } = "";

    public int? Min { get; set; }

    /// <summary>int.MaxValue: any number.</summary>
    public int? Max { get; set; }

    public AllowedType[]? Types { get; set; }
    public ExpectedValue? Expected { get; set; }
    public List<ValueLimit> Limits { get; private set; } = [];
    public int? MaxLength { get; set; }
    public BindingStrength Binding { get; set; }
    public string? ValueSet { get; set; }

    /// <summary>The binding only repeats what R4 requires, which is judged anyway.</summary>
    public bool IsBoundByBase { get; set; }

    public List<Invariant> Invariants { get; private set; } = [];
    public Slicing? Slicing { get; set; }
    public List<ElementRule> Slices { get; } = [];
    public List<ElementRule> Children { get; } = [];

    /// <summary>The element of R4 that this is about; null when its type is not known.</summary>
    public ElementDefinition? Base { get; set; }

    /// <summary>It says how often, and nothing of what stands there.</summary>
    public bool IsBare => Types is null && Expected is null && MaxLength is null && (ValueSet is null || IsBoundByBase) && Limits.Count == 0 && Invariants.Count == 0
        && Slices.Count == 0 && Children.Count == 0;

    /// <summary>What each discriminator wants of a value of this slice; found once.</summary>
    public SliceExpectation[]? Expectations { get; set; }

    public ElementRule? Child(string name) => Children.Find(c => c.Name == name);

    public ElementRule? SliceNamed(string name)
    {
        foreach (var slice in Slices)
        {
            if (slice.Slice == name) return slice;
            if (name.StartsWith(slice.Slice + "/", StringComparison.Ordinal) && slice.SliceNamed(name) is { } below) return below;
        }
        return null;
    }

    /// <summary>All of the tree, for a profile that is derived from this one.</summary>
    public ElementRule Copy()
    {
        var copy = new ElementRule(Name, Slice, Id)
        {
            Profile = Profile, Base = Base, Min = Min, Max = Max, Types = Types, Expected = Expected, MaxLength = MaxLength, Binding = Binding,
            ValueSet = ValueSet, IsBoundByBase = IsBoundByBase, Slicing = Slicing, Limits = [.. Limits], Invariants = [.. Invariants]
        };
        foreach (var slice in Slices) copy.Slices.Add(slice.Copy());
        foreach (var child in Children) copy.Children.Add(child.Copy());
        return copy;
    }
}
