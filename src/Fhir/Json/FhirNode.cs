using System.Globalization;
using System.Text;

namespace Socle.Fhir;

/// <summary>A typed view of one value of a document; default: does not exist. A primitive that has only extensions exists without Text.</summary>
public readonly struct FhirNode : IEquatable<FhirNode>
{
    readonly FhirDocument? doc;

    internal FhirNode(FhirDocument doc, int index) => (this.doc, Index) = (doc, index);

    internal int Index { get; }
    ref TapeEntry Entry => ref doc!.Tape[Index];
    internal TypeDefinition? Definition => doc is null ? null : FhirDocument.Types.All[Entry.Type];
    internal Property? Property => doc is null || Entry.Property <= 0 ? null : FhirDocument.Types.Properties[Entry.Property];

    public bool Exists => doc is not null;
    public FhirDocument Document => doc!;
    public bool IsResource => Definition is { IsResource: true };
    public bool IsPrimitive => Definition is { Kind: TypeKind.Primitive };

    /// <summary>As written in JSON (valueQuantity), without the underscore of a sibling; of the root: the resource type.</summary>
    public string Name => doc is null ? "" : Property?.Name ?? doc.ResourceType;

    /// <summary>The element's name: of a choice without its type (value).</summary>
    public string ElementName => doc is null ? "" : Property?.Element.Name ?? doc.ResourceType;

    public string Type => Definition?.FhirType ?? "";

    /// <summary>The first child of that name; a choice answers to « value » as well as to « valueQuantity ».</summary>
    public FhirNode this[string name]
    {
        get
        {
            foreach (var node in All(name)) return node;
            return default;
        }
    }

    public FhirNodes All(string name) => doc is null ? default : new FhirNodes(doc, Container, name);

    public FhirNodes Children => doc is null ? default : new FhirNodes(doc, Container, null);

    // Of a primitive the children are those of its `_name`.
    int Container => Entry.Kind <= JsonKind.Array ? Index : Entry.Link == 0 ? -1 : Entry.Link;

    /// <summary>A primitive's text: unescaped string, digits as they were written, true or false. Null without a value.</summary>
    public string? Text => doc is null
        ? null
        : Entry.Kind switch
        {
            JsonKind.String => (Entry.Flags & TapeFlags.Escaped) != 0 ? FhirJson.Unescape(Raw[1..^1]) : Encoding.UTF8.GetString(Raw[1..^1]),
            JsonKind.Number => Encoding.ASCII.GetString(Raw),
            JsonKind.True => "true",
            JsonKind.False => "false",
            _ => null
        };

    /// <summary>True when the primitive's text is this; makes no string.</summary>
    public bool TextIs(ReadOnlySpan<byte> utf8) => doc is not null && Entry.Kind switch
    {
        JsonKind.String when (Entry.Flags & TapeFlags.Escaped) == 0 => Raw[1..^1].SequenceEqual(utf8),
        JsonKind.String => Text == Encoding.UTF8.GetString(utf8),
        JsonKind.Number or JsonKind.True or JsonKind.False => Raw.SequenceEqual(utf8),
        _ => false
    };

    public ReadOnlySpan<byte> Raw => doc is null ? default : doc.Bytes.Span.Slice(Entry.Start, Entry.Length);
    /// <summary>The object of `_name` beside a primitive: its id and extensions.</summary>
    internal ReadOnlySpan<byte> Sibling => doc is null || Entry.Kind == JsonKind.Array ? default
        : Entry.Kind == JsonKind.Object ? IsPrimitive ? Raw : default
        : Entry.Link == 0 ? default : doc.Bytes.Span.Slice(doc.Tape[Entry.Link].Start, doc.Tape[Entry.Link].Length);

    public int Start => doc is null ? 0 : Entry.Start;
    public int Length => doc is null ? 0 : Entry.Length;

    /// <summary>The complex node (or primitive, for its extensions) that holds this one; none for the root.</summary>
    public FhirNode Parent
    {
        get
        {
            if (doc is null || Index == 0) return default;
            Span<int> chain = stackalloc int[FhirDocument.MaxDepth + 1];
            var depth = Tree.Chain(doc, Index, chain);
            for (var i = depth - 2; i >= 0; i--)
                if (doc.Tape[chain[i]].Kind == JsonKind.Object) return new FhirNode(doc, Tree.ValueOf(doc, chain[..(i + 1)]));
            return default;
        }
    }

    /// <summary>FHIRPath from the root: Patient.name[0].given[1].</summary>
    public string Path
    {
        get
        {
            if (doc is null) return "";
            Span<int> chain = stackalloc int[FhirDocument.MaxDepth + 1];
            var depth = Tree.Chain(doc, Index, chain);
            var text = new StringBuilder(doc.ResourceType);
            for (var i = 1; i < depth; i++)
            {
                ref var entry = ref doc.Tape[chain[i]];
                if (doc.Tape[chain[i - 1]].Kind == JsonKind.Array)
                    text.Append(CultureInfo.InvariantCulture, $"[{Tree.Position(doc, chain[i - 1], chain[i])}]");
                else if (entry.Property > 0) text.Append('.').Append(FhirDocument.Types.Properties[entry.Property].Element.Name);
            }
            return text.ToString();
        }
    }

    public bool Equals(FhirNode other) => ReferenceEquals(doc, other.doc) && Index == other.Index;
    public override bool Equals(object? obj) => obj is FhirNode other && Equals(other);
    public override int GetHashCode() => HashCode.Combine(doc, Index);
    public static bool operator ==(FhirNode left, FhirNode right) => left.Equals(right);
    public static bool operator !=(FhirNode left, FhirNode right) => !left.Equals(right);
    public override string ToString() => Path;
}
