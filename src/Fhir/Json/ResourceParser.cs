using System.Buffers;

namespace Socle.Fhir;

/// <summary>A step of the path to the value being read; Index -1: not in a list.</summary>
struct PathFrame
{
    public int Property;
    public int Index;
}

/// <summary>The one forward pass: JSON, structure and primitive formats are checked and the tape is written. A fault of structure is noted and
/// the pass goes on; a fault of JSON ends it. Methods answer false when the pass must end.</summary>
ref partial struct ResourceParser
{
    readonly ReadOnlySpan<byte> bytes;
    readonly Span<PathFrame> path;
    readonly int[] marks;
    readonly TypeTable types;
    int at;
    int depth;
    int pathDepth;
    int marked;
    string root;
    bool inContained;

    public ResourceParser(ReadOnlySpan<byte> bytes, Span<PathFrame> path, TapeEntry[] tape, int[] marks)
    {
        this.bytes = bytes;
        this.path = path;
        this.marks = marks;
        Tape = tape;
        types = TypeTable.Instance;
        root = "";
    }

    public TapeEntry[] Tape { get; private set; }
    public int Count { get; private set; }
    public List<Issue>? Issues { get; private set; }

    public bool Run()
    {
        SkipBlanks();
        if (Peek != '{') return Fatal("A resource is a JSON object: it starts with {.");
        if (!Resource(-1, -1)) return false;
        SkipBlanks();
        if (at < bytes.Length) return Fatal("There is more after the end of the resource.");
        return Issues is null;
    }

    readonly byte Peek => at < bytes.Length ? bytes[at] : (byte)0;

    int Push(JsonKind kind, int property, int nameStart, int type, TapeFlags flags = TapeFlags.None)
    {
        if (Count == Tape.Length) Grow();
        ref var entry = ref Tape[Count];
        (entry.Start, entry.Length, entry.Link, entry.NameStart, entry.Property) = (at, 0, 0, nameStart, property);
        (entry.Type, entry.Kind, entry.Flags) = ((ushort)type, kind, flags);
        return Count++;
    }

    void Close(int entry)
    {
        Tape[entry].Length = at - Tape[entry].Start;
        Tape[entry].Link = Count;
    }

    void Grow()
    {
        var larger = ArrayPool<TapeEntry>.Shared.Rent(Tape.Length * 2);
        Tape.AsSpan(0, Count).CopyTo(larger);
        ArrayPool<TapeEntry>.Shared.Return(Tape);
        Tape = larger;
    }

    /// <summary>At the brace of a resource: its type is looked for first, as it may stand anywhere among the properties.</summary>
    bool Resource(int property, int nameStart)
    {
        if (!FindResourceType(out var name)) return false;
        var type = name.IsEmpty ? null : types.FindResource(name);
        if (type is null)
        {
            if (property < 0) root = "Resource";
            if (name.IsEmpty) return Report("structure", "A resource must say its resourceType.") && Skip();
            return Report("structure", $"{Show(name)} is not a resource type of FHIR R4.", "resourceType") && Skip();
        }
        if (property < 0) root = type.Name;
        var outer = inContained;
        inContained = property > 0 && types.Properties[property].Name == "contained";
        if (inContained && outer && !Report("structure", "A contained resource must not contain another one.")) return false;
        var entry = Count;
        if (!Object(type, property, nameStart, TapeFlags.None)) return false;
        if (inContained && !HasId(entry) && !Report("required", "A contained resource must have an id.", "id")) return false;
        inContained = outer;
        return true;
    }

    readonly bool HasId(int entry)
    {
        for (var child = entry + 1; child < Tape[entry].Link; child = Tape[child].Kind <= JsonKind.Array ? Tape[child].Link : child + 1)
            if (Tape[child].Property > 0 && types.Properties[Tape[child].Property].Name == "id") return true;
        return false;
    }

    bool Object(TypeDefinition type, int property, int nameStart, TapeFlags flags)
    {
        if (++depth > FhirDocument.MaxDepth) return TooDeep();
        var shown = (flags & TapeFlags.Sibling) != 0 ? types.Properties[property].Type : type;
        var me = Push(JsonKind.Object, property, nameStart, shown.Index, flags);
        var seen = new Seen(marks, marked, type.Elements.Length);
        marked += seen.Size;
        at++;
        SkipBlanks();
        if (Peek == '}')
        {
            at++;
            depth--;
            marked -= seen.Size;
            Close(me);
            return Report("structure", "An object must not be empty.");
        }
        while (true)
        {
            if (!Member(type, ref seen)) return false;
            SkipBlanks();
            if (Peek == '}') break;
            if (Peek != ',') return Fatal(Ended ? "The content ends inside an object." : "A comma or } is expected after a property.");
            at++;
            SkipBlanks();
        }
        at++;
        depth--;
        marked -= seen.Size;
        Close(me);
        return FinishObject(type, me, ref seen);
    }

    bool Member(TypeDefinition type, ref Seen seen)
    {
        var nameStart = at;
        if (Peek != '"') return Fatal(Ended ? "The content ends inside an object." : "The name of a property is expected, in quotes.");
        if (!String(out var token)) return false;
        var name = bytes.Slice(nameStart + 1, at - nameStart - 2);
        if (token.Escaped) name = FhirJson.UnescapeBytes(name);
        SkipBlanks();
        if (Peek != ':') return Fatal("A colon is expected after the name of a property.");
        at++;
        SkipBlanks();
        if (type.IsResource && name.SequenceEqual("resourceType"u8)) return ResourceTypeMember(type, nameStart, ref seen);
        var sibling = name.Length > 1 && name[0] == '_';
        var property = type.Find(sibling ? name[1..] : name);
        if (property is null || (sibling && !MayHaveSibling(type, property)))
            return Report("structure", $"{type.Name} has no property {Show(name)}.", Show(name)) && Skip();
        path[pathDepth++] = new PathFrame { Property = property.Number, Index = -1 };
        var going = seen.Add(property, sibling) is { } fault ? Report("structure", fault) : true;
        going = going && Value(property, nameStart, sibling);
        pathDepth--;
        return going;
    }

    bool ResourceTypeMember(TypeDefinition type, int nameStart, ref Seen seen)
    {
        if (seen.ResourceType && !Report("structure", "resourceType is there twice.", "resourceType")) return false;
        seen.ResourceType = true;
        if (Peek != '"') return Fatal("resourceType must be a string.");
        var entry = Push(JsonKind.String, 0, nameStart, type.Index);
        if (!String(out _)) return false;
        Tape[entry].Length = at - Tape[entry].Start;
        return true;
    }

    // What XML writes as an attribute or as a whole fragment has no place for extensions.
    static bool MayHaveSibling(TypeDefinition type, Property property) =>
        property.Type.Kind == TypeKind.Primitive && property.Type.Primitive != Primitive.Xhtml
        && !(property.Name == "id" && !type.IsResource) && !(property.Name == "url" && type.FhirType == "Extension");

    bool Value(Property property, int nameStart, bool sibling)
    {
        if (property.Element.IsList)
        {
            if (Peek == '[') return List(property, nameStart, sibling);
            return Report("structure", "A list is expected: the element may repeat.") && Skip();
        }
        if (Peek == '[') return Report("structure", "A list is not allowed: the element does not repeat.") && Skip();
        return sibling ? SiblingItem(property, nameStart, inList: false) : Item(property, nameStart, inList: false);
    }

    bool List(Property property, int nameStart, bool sibling)
    {
        if (++depth > FhirDocument.MaxDepth) return TooDeep();
        var me = Push(JsonKind.Array, property.Number, nameStart, property.Type.Index, sibling ? TapeFlags.Sibling : TapeFlags.None);
        at++;
        SkipBlanks();
        var count = 0;
        while (Peek != ']')
        {
            path[pathDepth - 1].Index = count++;
            if (!(sibling ? SiblingItem(property, -1, inList: true) : Item(property, -1, inList: true))) return false;
            SkipBlanks();
            if (Peek == ']') break;
            if (Peek != ',') return Fatal(Ended ? "The content ends inside a list." : "A comma or ] is expected after an item.");
            at++;
            SkipBlanks();
            if (Peek == ']') return Fatal("An item is expected after the comma.");
        }
        at++;
        depth--;
        Close(me);
        path[pathDepth - 1].Index = -1;
        if (count == 0) return Report("structure", "A list must not be empty.");
        var max = property.Element.Max;
        return max == 0 || count <= max || Report("structure", $"At most {max} items are allowed, there are {count}.");
    }

    bool Item(Property property, int nameStart, bool inList)
    {
        var type = property.Type;
        if (type.Kind == TypeKind.Primitive) return Scalar(property, nameStart, inList);
        if (Peek != '{') return Report("structure", $"An object is expected: the type is {type.FhirType}.") && Skip();
        return type.Kind == TypeKind.AbstractResource
            ? Resource(property.Number, nameStart)
            : Object(type, property.Number, nameStart, TapeFlags.None);
    }

    bool SiblingItem(Property property, int nameStart, bool inList)
    {
        if (Peek == '{') return Object(types.Element, property.Number, nameStart, TapeFlags.Sibling);
        if (inList && bytes[at..].StartsWith("null"u8))
        {
            Null(property, nameStart, TapeFlags.Sibling);
            return true;
        }
        return Report("structure", "An object with id or extension is expected beside the value.") && Skip();
    }

    void Null(Property property, int nameStart, TapeFlags flags)
    {
        var entry = Push(JsonKind.Null, property.Number, nameStart, property.Type.Index, flags);
        at += 4;
        Tape[entry].Length = 4;
    }
}
