namespace Socle.Fhir;

enum JsonKind : byte { Object, Array, String, Number, True, False, Null }

[Flags]
enum TapeFlags : byte
{
    None = 0,
    Escaped = 1,

    /// <summary>The value of `_name`: id and extensions of a primitive, or a list of those.</summary>
    Sibling = 2,

    /// <summary>A sibling whose value is there: seen through the value only.</summary>
    Linked = 4
}

/// <summary>One JSON value of a document. Its subtree follows it at once.</summary>
struct TapeEntry
{
    /// <summary>The value in the bytes; a string with its quotes.</summary>
    public int Start, Length;

    /// <summary>Object, array: the entry after the subtree. Scalar: the entry of its `_name` object, 0 when it has none.</summary>
    public int Link;

    /// <summary>The opening quote of the property's name; -1 for an item of an array and for the root.</summary>
    public int NameStart;

    /// <summary>Number of the <see cref="Socle.Fhir.Property"/>; 0 for resourceType, -1 for the root.</summary>
    public int Property;

    public ushort Type;
    public JsonKind Kind;
    public TapeFlags Flags;
}
