using System.Text;

namespace Socle.Fhir;

enum TypeKind : byte { Primitive, DataType, Backbone, Resource, AbstractResource }

enum Primitive : byte
{
    None, Boolean, Integer, UnsignedInt, PositiveInt, Decimal, String, Code, Id, Uri, Url, Canonical, Oid, Uuid,
    Date, DateTime, Time, Instant, Base64Binary, Markdown, Xhtml
}

enum BindingStrength : byte { None, Required, Extensible, Preferred, Example }

/// <summary>One of the types an element may have; Targets, of a reference: resource types, or profiles by their URL; of a Quantity: the
/// profile that it is of (SimpleQuantity).</summary>
sealed record TypeReference(string Type, string[] Targets);

/// <summary>A FHIR type; a backbone element is one named by its path (Patient.contact). Its elements are read at first use.</summary>
sealed class TypeDefinition(int index, string name, string fhirType, string baseType, TypeKind kind, Func<TypeDefinition, TypeShape> load)
{
    TypeShape? shape;

    public int Index { get; } = index;
    public string Name { get; } = name;

    /// <summary>What FHIRPath calls it: for a backbone element BackboneElement or Element.</summary>
    public string FhirType { get; } = fhirType;

    public string Base { get; } = baseType;
    public TypeKind Kind { get; } = kind;
    public bool IsResource => Kind is TypeKind.Resource or TypeKind.AbstractResource;
    public Primitive Primitive { get; } =
        kind == TypeKind.Primitive && Enum.TryParse<Primitive>(name, ignoreCase: true, out var primitive) ? primitive : Primitive.None;

    public ElementDefinition[] Elements => Shape.Elements;
    public Property[] Properties => Shape.Properties;

    TypeShape Shape
    {
        get
        {
            if (Volatile.Read(ref shape) is { } there) return there;
            // One at a time: two threads must not make two properties of one number.
            lock (this)
            {
                if (shape is null) Volatile.Write(ref shape, load(this));
                return shape!;
            }
        }
    }

    /// <summary>The property of that JSON name, null when the type has none.</summary>
    public Property? Find(ReadOnlySpan<byte> name)
    {
        var (properties, position) = (Shape.Properties, Shape.Names.Find(name));
        return position < 0 ? null : properties[position];
    }

    public override string ToString() => Name;
}

sealed record TypeShape(ElementDefinition[] Elements, Property[] Properties)
{
    public Utf8Table Names { get; } = new([.. Properties.Select(p => Encoding.UTF8.GetBytes(p.Name))]);
}

/// <summary>An element as its type declares it. Max 0 means any number.</summary>
sealed class ElementDefinition(
    int index, string name, int min, int max, int flags, BindingStrength binding, string valueSet, TypeReference[] types)
{
    public int Index { get; } = index;
    public string Name { get; } = name;
    public int Min { get; } = min;
    public int Max { get; } = max;
    public bool IsChoice { get; } = (flags & 1) != 0;
    public bool IsModifier { get; } = (flags & 2) != 0;
    public bool IsSummary { get; } = (flags & 4) != 0;
    public bool IsList { get; } = (flags & 8) != 0;
    public BindingStrength Binding { get; } = binding;
    public string ValueSet { get; } = valueSet;
    public TypeReference[] Types { get; } = types;

    /// <summary>The codes of a required binding that can be enumerated; null otherwise.</summary>
    public Utf8Table? Codes => Binding != BindingStrength.Required ? null : codes ??= ValueSets.Codes(ValueSet);

    Utf8Table? codes;
}

/// <summary>A JSON property: an element, or one type of a choice element (valueQuantity).</summary>
sealed class Property(int number, TypeDefinition owner, ElementDefinition element, TypeReference reference, TypeDefinition type)
{
    /// <summary>Unique over all types: what the tape holds. 0 is resourceType.</summary>
    public int Number { get; } = number;

    /// <summary>The type that declares the element.</summary>
    public TypeDefinition Owner { get; } = owner;

    public ElementDefinition Element { get; } = element;
    public TypeDefinition Type { get; } = type;
    public TypeReference Reference { get; } = reference;

    public string Name { get; } = !element.IsChoice ? element.Name : element.Name + char.ToUpperInvariant(type.Name[0]) + type.Name[1..];

    public bool Answers(string name) => Name == name || (Element.IsChoice && Element.Name == name);
}
