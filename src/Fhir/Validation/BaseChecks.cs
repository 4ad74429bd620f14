namespace Socle.Fhir;

/// <summary>What R4 asks of a type and of its properties beyond what the parser checks while it reads. Built at first use, per type.</summary>
sealed class BaseChecks
{
    /// <summary>Invariants that are not asked, and why.</summary>
    public static readonly IReadOnlyDictionary<string, string> NotEvaluated = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["ele-1"] = "the parser refuses empty elements",
        ["ext-1"] = "the parser refuses an extension with both a value and extensions, or with neither",
        ["dom-2"] = "the parser refuses contained in contained",
        ["txt-2"] = "the same question as txt-1"
    };

    static readonly TypeTable Types = TypeTable.Instance;
    static readonly Rules?[] OfTypes = new Rules[Types.All.Length];
    static readonly PropertyChecks?[] OfProperties = new PropertyChecks[Types.Properties.Length];

    /// <summary>Those that stand on the type itself: what it inherits is listed with it.</summary>
    public static Rules OfType(TypeDefinition type) => OfTypes[type.Index] ??= new(Load(type.Name));

    public static PropertyChecks OfProperty(int property) => OfProperties[property] ??= Build(Types.Properties[property]);

    static PropertyChecks Build(Property property)
    {
        var element = property.Element;
        var path = $"{property.Owner.Name}.{element.Name}{(element.IsChoice ? "[x]" : "")}";
        var isReference = property.Type.Name == "Reference";
        var targets = isReference ? property.Reference.Targets : [];
        if (targets.Contains("Resource", StringComparer.Ordinal)) targets = [];
        var simple = property.Type.Name == "Quantity" && property.Reference.Targets.Contains("SimpleQuantity", StringComparer.Ordinal);
        var coded = property.Type.FhirType is "Coding" or "CodeableConcept" or "Quantity" || property.Type.Kind == TypeKind.Primitive;
        // The parser has looked a code up already when its value set can be listed.
        var byParser = property.Type.Primitive == Primitive.Code && element.Codes is not null;
        var binding = coded && !byParser && element.Binding is BindingStrength.Required or BindingStrength.Extensible ? element.Binding : BindingStrength.None;
        // A backbone element's own invariants stand on the type that it is.
        return new(new Rules(property.Type.Name == path ? [] : Load(path)), isReference, targets, simple, binding, element.ValueSet);
    }

    static Invariant[] Load(string path) =>
    [
        .. Constraints.Of(path).Where(c => !NotEvaluated.ContainsKey(c.Key))
            .Select(c => new Invariant(c.Key, c.IsError, c.Human, c.Expression, null, NativeInvariants.Find(c.Key)))
    ];
}

/// <summary>Invariants, and those of them that are errors.</summary>
sealed record Rules(Invariant[] All)
{
    public Invariant[] Errors { get; } = [.. All.Where(i => i.IsError)];
}

/// <param name="Targets">Types that a reference may lead to; none: any.</param>
/// <param name="IsSimpleQuantity">A quantity that must not have a comparator.</param>
sealed record PropertyChecks(Rules Rules, bool IsReference, string[] Targets, bool IsSimpleQuantity, BindingStrength Binding, string ValueSet)
{
    readonly HashSet<TypeDefinition> targets = [.. Targets.Select(TypeTable.Instance.Find).OfType<TypeDefinition>()];

    /// <summary>Nothing that could be an error.</summary>
    public bool IsHarmless { get; } = Rules.Errors.Length == 0 && !IsReference && !IsSimpleQuantity && Binding != BindingStrength.Required;

    public bool Nothing { get; } = Rules.All.Length == 0 && !IsReference && !IsSimpleQuantity && Binding == BindingStrength.None;

    public bool MayLeadTo(TypeDefinition type) => targets.Count == 0 || targets.Contains(type);
}
