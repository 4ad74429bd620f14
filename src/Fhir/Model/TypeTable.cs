namespace Socle.Fhir;

/// <summary>All types, read once from the embedded definitions.</summary>
sealed class TypeTable
{
    const int HeadLength = 7;
    static readonly Lazy<TypeTable> Loaded = new(() => new TypeTable(DefinitionReader.Open(0)));
    readonly Dictionary<string, TypeDefinition> byName;
    readonly Utf8Table resourceTable;
    readonly string[] strings;
    readonly int[] numbers;
    readonly (int At, int Elements, int Number)[] blocks;

    public static TypeTable Instance => Loaded.Value;

    TypeTable(DefinitionReader reader)
    {
        var count = reader.Int();
        (strings, numbers) = (reader.Strings, reader.Rest());
        All = new TypeDefinition[count];
        blocks = new (int, int, int)[count];
        byName = new(count, StringComparer.Ordinal);
        var (at, property) = (0, 1);
        for (var i = 0; i < count; i++)
        {
            var head = numbers.AsSpan(at, HeadLength);
            All[i] = new TypeDefinition(i, strings[head[0]], strings[head[1]], strings[head[2]], (TypeKind)head[3], ReadShape);
            blocks[i] = (at + HeadLength, head[4], property);
            MostElements = Math.Max(MostElements, head[4]);
            byName.Add(All[i].Name, All[i]);
            property += head[5];
            at += HeadLength + head[6];
        }
        Properties = new Property[property];
        Resources = [.. All.Where(t => t.Kind == TypeKind.Resource).OrderBy(t => t.Name, StringComparer.Ordinal)];
        resourceTable = new Utf8Table([.. Resources.Select(r => System.Text.Encoding.UTF8.GetBytes(r.Name))]);
        Element = byName["Element"];
        Extension = byName["Extension"];
        ExtensionValue = Extension.Elements.Single(e => e.Name == "value").Index;
        ExtensionExtension = Extension.Elements.Single(e => e.Name == "extension").Index;
        ReferenceText = byName["Reference"].Find("reference"u8)!.Number;
        Coding = byName["Coding"];
        CodingCode = Coding.Find("code"u8)!.Number;
    }

    public TypeDefinition[] All { get; }

    /// <summary>By number; 0 is resourceType. Those of a type are there once the type was used: what a tape holds always is.</summary>
    public Property[] Properties { get; }

    public TypeDefinition[] Resources { get; }
    public TypeDefinition Element { get; }
    public TypeDefinition Extension { get; }

    public TypeDefinition Coding { get; }

    /// <summary>Places of value[x] and of extension among the elements of Extension.</summary>
    public int ExtensionValue { get; }

    public int ExtensionExtension { get; }

    /// <summary>Places to note the elements met in objects nested as deep as may be.</summary>
    public int MarksNeeded => (FhirDocument.MaxDepth + 1) * (2 * MostElements + 1);

    int MostElements { get; }

    /// <summary>Number of the property Reference.reference.</summary>
    public int ReferenceText { get; }

    /// <summary>The property number of Coding.code.</summary>
    public int CodingCode { get; }

    public TypeDefinition? Find(string name) => byName.GetValueOrDefault(name);

    public TypeDefinition? FindResource(ReadOnlySpan<byte> name)
    {
        var position = resourceTable.Find(name);
        return position < 0 ? null : Resources[position];
    }

    TypeShape ReadShape(TypeDefinition type)
    {
        var (at, count, number) = blocks[type.Index];
        var elements = new ElementDefinition[count];
        var properties = new List<Property>(count);
        for (var i = 0; i < count; i++)
        {
            var head = numbers.AsSpan(at, 7);
            at += 7;
            var types = new TypeReference[head[6]];
            for (var t = 0; t < types.Length; t++) types[t] = ReadType(ref at);
            elements[i] = new ElementDefinition(i, strings[head[0]], head[1], head[2], head[3], (BindingStrength)head[4], strings[head[5]], types);
            foreach (var reference in types)
                properties.Add(new Property(number++, type, elements[i], reference, byName[reference.Type]));
        }
        foreach (var property in properties) Properties[property.Number] = property;
        return new TypeShape(elements, [.. properties]);
    }

    TypeReference ReadType(ref int at)
    {
        var name = strings[numbers[at++]];
        var targets = new string[numbers[at++]];
        for (var i = 0; i < targets.Length; i++) targets[i] = strings[numbers[at++]];
        return new TypeReference(name, targets);
    }
}
