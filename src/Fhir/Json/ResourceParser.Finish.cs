using System.Text;

namespace Socle.Fhir;

/// <summary>Which elements of an object were met. Per element: the property that gave its value, then the one that gave its `_name`; the
/// last place is for resourceType. The places are a piece of one rented array, as objects nest.</summary>
struct Seen
{
    readonly int[] marks;
    readonly int start, elements;

    public Seen(int[] marks, int start, int elements)
    {
        (this.marks, this.start, this.elements) = (marks, start, elements);
        Array.Clear(marks, start, Size);
    }

    public readonly int Size => elements * 2 + 1;

    public readonly bool ResourceType
    {
        get => marks[start + Size - 1] != 0;
        set => marks[start + Size - 1] = value ? 1 : 0;
    }

    public bool AnySibling { get; private set; }
    public int Members { get; private set; }

    /// <summary>Number of the property that gave the element's value, 0 for none.</summary>
    public readonly int Value(int element) => marks[start + element];

    public readonly int Sibling(int element) => marks[start + elements + element];

    public readonly bool Has(int element) => Value(element) != 0 || Sibling(element) != 0;

    /// <summary>Notes the property; answers what is wrong with it, null when nothing is.</summary>
    public string? Add(Property property, bool sibling)
    {
        Members++;
        AnySibling |= sibling;
        ref var place = ref marks[start + (sibling ? elements : 0) + property.Element.Index];
        if (place != 0)
            return place == property.Number ? "The property is there twice." : $"Only one type of {property.Element.Name}[x] is allowed.";
        place = property.Number;
        return null;
    }
}

ref partial struct ResourceParser
{
    bool FinishObject(TypeDefinition type, int me, ref Seen seen)
    {
        if (seen.AnySibling && !LinkSiblings(type, me, ref seen)) return false;
        foreach (var element in type.Elements)
        {
            if (element.Min == 0 || seen.Has(element.Index)) continue;
            if (!Report("required", $"{type.Name} must have {element.Name}{(element.IsChoice ? "[x]" : "")}.", element.Name)) return false;
        }
        if (type == types.Extension)
        {
            if (seen.Has(types.ExtensionValue) == seen.Has(types.ExtensionExtension))
                return Report("invariant", "An extension has either a value or extensions of its own, never both and never none.");
        }
        else if ((Tape[me].Flags & TapeFlags.Sibling) == 0 && seen.Members == 1 && !type.IsResource && seen.Value(0) != 0
            && type.Elements[0].Name == "id")
        {
            return Report("structure", "An element must have more than an id.");
        }
        return true;
    }

    // Each value learns its `_name` object. Cost: the members of this object squared, only when it has a `_name` at all.
    bool LinkSiblings(TypeDefinition type, int me, ref Seen seen)
    {
        foreach (var element in type.Elements)
        {
            var (value, sibling) = (seen.Value(element.Index), seen.Sibling(element.Index));
            if (sibling == 0) continue;
            if (value == 0)
            {
                if (!HasMoreThanIds(Member(me, sibling, TapeFlags.Sibling)) && !Report("structure", "An element must have more than an id.", element.Name)) return false;
                continue;
            }
            if (value != sibling)
            {
                if (!Report("structure", $"Only one type of {element.Name}[x] is allowed.", element.Name)) return false;
                continue;
            }
            var (v, s) = (Member(me, value, TapeFlags.None), Member(me, sibling, TapeFlags.Sibling));
            if (v < 0 || s < 0 || Tape[v].Kind == JsonKind.Array != (Tape[s].Kind == JsonKind.Array)) continue;   // already reported
            if (!(Tape[v].Kind == JsonKind.Array ? LinkItems(element, v, s) : Link(v, s))) return false;
        }
        return true;
    }

    // Without a value beside it, an id of a primitive is the id of nothing.
    readonly bool HasMoreThanIds(int sibling)
    {
        if (sibling < 0 || Tape[sibling].Link == sibling + 1) return true;
        if (Tape[sibling].Kind == JsonKind.Object) return After(sibling + 1) < Tape[sibling].Link || types.Properties[Tape[sibling + 1].Property].Name != "id";
        for (var item = sibling + 1; item < Tape[sibling].Link; item = After(item))
            if (Tape[item].Kind == JsonKind.Object && !HasMoreThanIds(item)) return false;
        return true;
    }

    readonly int Member(int me, int property, TapeFlags flags)
    {
        for (var child = me + 1; child < Tape[me].Link; child = After(child))
            if (Tape[child].Property == property && (Tape[child].Flags & TapeFlags.Sibling) == flags) return child;
        return -1;
    }

    readonly int After(int entry) => Tape[entry].Kind <= JsonKind.Array ? Tape[entry].Link : entry + 1;

    readonly bool Link(int value, int sibling)
    {
        if (Tape[value].Kind > JsonKind.Array) Tape[value].Link = sibling;
        Tape[sibling].Flags |= TapeFlags.Linked;
        return true;
    }

    bool LinkItems(ElementDefinition element, int values, int siblings)
    {
        var (v, s) = (values + 1, siblings + 1);
        var (valuesEnd, siblingsEnd) = (Tape[values].Link, Tape[siblings].Link);
        Tape[siblings].Flags |= TapeFlags.Linked;
        for (; v < valuesEnd && s < siblingsEnd; v = After(v), s = After(s))
        {
            if (Tape[s].Kind == JsonKind.Object)
            {
                Link(v, s);
                if (Tape[v].Kind == JsonKind.Null && !HasMoreThanIds(s)) return Report("structure", "An element must have more than an id.", element.Name);
            }
            else if (Tape[v].Kind == JsonKind.Null)
                return Report("structure", $"An item of {element.Name} is null and has no extension either.", element.Name);
        }
        // The official suite leaves out the last nulls of `_given`: what is meant is clear.
        for (; v < valuesEnd; v = After(v))
        {
            if (Tape[v].Kind == JsonKind.Null)
                return Report("structure", $"An item of {element.Name} is null and has no extension either.", element.Name);
        }
        return s >= siblingsEnd || Report("structure", $"_{element.Name} must not have more items than {element.Name}.", element.Name);
    }

    bool Report(string code, string diagnostics, string? member = null)
    {
        Issues ??= [];
        Issues.Add(new Issue("error", code, Path(member), diagnostics));
        return Issues.Count < FhirDocument.MaxIssues;
    }

    bool Fatal(string diagnostics)
    {
        Issues ??= [];
        if (Issues.Count == FhirDocument.MaxIssues) return false;
        var read = bytes[..Math.Min(at, bytes.Length)];
        var line = 1 + read.Count((byte)'\n');
        var column = 1 + Encoding.UTF8.GetCharCount(read[(read.LastIndexOf((byte)'\n') + 1)..]);
        Issues.Add(new Issue("fatal", "structure", root.Length == 0 ? null : Path(null), $"{diagnostics} (line {line}, column {column}, byte {at})"));
        return false;
    }

    bool TooDeep() => Fatal($"Objects and lists are nested more than {FhirDocument.MaxDepth} deep.");

    readonly string Path(string? member)
    {
        var text = new StringBuilder(root);
        foreach (ref readonly var frame in path[..pathDepth])
        {
            text.Append('.').Append(types.Properties[frame.Property].Element.Name);
            if (frame.Index >= 0) text.Append('[').Append(frame.Index).Append(']');
        }
        return member is null ? text.ToString() : text.Append('.').Append(member).ToString();
    }

    static string Show(ReadOnlySpan<byte> text)
    {
        var shown = Encoding.UTF8.GetString(text[..Math.Min(text.Length, 64)]);
        return string.Create(shown.Length, shown, (into, from) =>
        {
            for (var i = 0; i < into.Length; i++) into[i] = char.IsControl(from[i]) || char.IsSurrogate(from[i]) ? '?' : from[i];
        });
    }
}
