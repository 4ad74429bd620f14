namespace Socle.Fhir;

/// <summary>All types, read once from the embedded definitions.</summary>
sealed class TypeTable
{
    static readonly Lazy<TypeTable> Loaded = new(() => new TypeTable(DefinitionReader.Open(0)));
    readonly Dictionary<string, TypeDefinition> byName;
    readonly Utf8Table resourceTable;

    public static TypeTable Instance => Loaded.Value;

    TypeTable(DefinitionReader reader)
    {
        All = new TypeDefinition[reader.Int()];
        byName = new(All.Length, StringComparer.Ordinal);
        for (var i = 0; i < All.Length; i++) byName.Add((All[i] = ReadType(ref reader, i)).Name, All[i]);
        var number = 1;
        foreach (var type in All) number = type.Connect(name => byName[name], number);
        Properties = new Property[number];
        foreach (var type in All)
            foreach (var property in type.Properties) Properties[property.Number] = property;
        Resources = [.. All.Where(t => t.Kind == TypeKind.Resource).OrderBy(t => t.Name, StringComparer.Ordinal)];
        resourceTable = new Utf8Table([.. Resources.Select(r => System.Text.Encoding.UTF8.GetBytes(r.Name))]);
        Element = byName["Element"];
        Extension = byName["Extension"];
        ExtensionValue = Extension.Elements.Single(e => e.Name == "value").Index;
        ExtensionExtension = Extension.Elements.Single(e => e.Name == "extension").Index;
        MarksNeeded = (FhirDocument.MaxDepth + 1) * (2 * All.Max(t => t.Elements.Length) + 1);
        ReferenceText = byName["Reference"].Find("reference"u8)!.Number;
    }

    public TypeDefinition[] All { get; }

    /// <summary>By number; the first place is empty: 0 is resourceType.</summary>
    public Property[] Properties { get; }

    public TypeDefinition[] Resources { get; }
    public TypeDefinition Element { get; }
    public TypeDefinition Extension { get; }

    /// <summary>Places of value[x] and of extension among the elements of Extension.</summary>
    public int ExtensionValue { get; }

    public int ExtensionExtension { get; }

    /// <summary>Places to note the elements met in objects nested as deep as may be.</summary>
    public int MarksNeeded { get; }

    /// <summary>Number of the property Reference.reference.</summary>
    public int ReferenceText { get; }

    public TypeDefinition? Find(string name) => byName.GetValueOrDefault(name);

    public TypeDefinition? FindResource(ReadOnlySpan<byte> name)
    {
        var position = resourceTable.Find(name);
        return position < 0 ? null : Resources[position];
    }

    static TypeDefinition ReadType(ref DefinitionReader reader, int index)
    {
        var (name, fhirType, baseType, kind) = (reader.Text(), reader.Text(), reader.Text(), (TypeKind)reader.Int());
        var elements = new ElementDefinition[reader.Int()];
        for (var i = 0; i < elements.Length; i++)
        {
            elements[i] = new ElementDefinition(
                i, reader.Text(), reader.Int(), reader.Int(), reader.Int(), (BindingStrength)reader.Int(), reader.Text(), ReadTypes(ref reader));
        }
        return new TypeDefinition(index, name, fhirType, baseType, kind, elements);
    }

    static TypeReference[] ReadTypes(ref DefinitionReader reader)
    {
        var types = new TypeReference[reader.Int()];
        for (var i = 0; i < types.Length; i++) types[i] = new TypeReference(reader.Text(), reader.Texts());
        return types;
    }
}
