using System.Buffers;
using System.Text;

namespace Socle.Fhir;

/// <summary>Walks the tape of a document in the order of the definitions. Properties that are attributes in XML (id of an element, url of
/// an extension) come first.</summary>
sealed class JsonToXml(FhirDocument doc, bool indented)
{
    readonly ByteBuffer output = new(doc.Bytes.Length + doc.Bytes.Length / 2 + 256);
    readonly TapeEntry[] tape = doc.Tape;
    readonly TypeTable types = FhirDocument.Types;
    int depth;

    public ReadOnlySpan<byte> Run()
    {
        output.Add("<?xml version=\"1.0\" encoding=\"UTF-8\"?>"u8);
        if (!indented) output.Add((byte)'\n');
        Resource(0);
        if (indented) output.Add((byte)'\n');
        return output.Written;
    }

    void Resource(int entry)
    {
        var type = types.All[tape[entry].Type];
        Open(type.Name);
        if (entry == 0) output.Add(" xmlns=\"http://hl7.org/fhir\""u8);
        Content(type, entry, type.Name, mayHaveAttributes: false);
    }

    /// <summary>From inside a start tag to after the end tag.</summary>
    void Content(TypeDefinition type, int entry, string name, bool mayHaveAttributes)
    {
        Span<(int Value, int Sibling)> places = stackalloc (int, int)[type.Elements.Length];
        places.Clear();
        Sort(entry, places);
        var any = false;
        foreach (var element in type.Elements)
        {
            ref var place = ref places[element.Index];
            if (place is (0, 0)) continue;
            if (mayHaveAttributes && IsAttribute(type, element))
            {
                Attribute(element.Name, place.Value);
                place = default;
            }
            else any = true;
        }
        if (!any)
        {
            output.Add("/>"u8);
            return;
        }
        output.Add((byte)'>');
        depth++;
        foreach (var element in type.Elements)
            if (places[element.Index] is var (value, sibling) && (value, sibling) is not (0, 0)) Element(value, sibling);
        depth--;
        Close(name);
    }

    void Sort(int entry, Span<(int Value, int Sibling)> places)
    {
        for (var member = entry + 1; member < tape[entry].Link; member = doc.Next(member))
        {
            if (tape[member].Property <= 0) continue;
            ref var place = ref places[types.Properties[tape[member].Property].Element.Index];
            if ((tape[member].Flags & TapeFlags.Sibling) != 0) place.Sibling = member;
            else place.Value = member;
        }
    }

    static bool IsAttribute(TypeDefinition type, ElementDefinition element) =>
        element.Name == "id" || element.Name == "url" && type.FhirType == "Extension";

    // Values and siblings are two lists in JSON, one run of elements here.
    void Element(int value, int sibling)
    {
        var one = value != 0 ? value : sibling;
        var property = types.Properties[tape[one].Property];
        if (tape[one].Kind != JsonKind.Array)
        {
            Item(property, value, sibling);
            return;
        }
        var (v, s) = (value + 1, sibling + 1);
        var (valuesEnd, siblingsEnd) = (value == 0 ? 0 : tape[value].Link, sibling == 0 ? 0 : tape[sibling].Link);
        while (v < valuesEnd || s < siblingsEnd)
        {
            Item(property, v < valuesEnd && tape[v].Kind != JsonKind.Null ? v : 0, s < siblingsEnd && tape[s].Kind != JsonKind.Null ? s : 0);
            if (v < valuesEnd) v = doc.Next(v);
            if (s < siblingsEnd) s = doc.Next(s);
        }
    }

    void Item(Property property, int value, int sibling)
    {
        if (property.Type.Kind == TypeKind.Primitive) Primitive(property, value, sibling);
        else if (property.Type.Kind == TypeKind.AbstractResource)
        {
            Open(property.Name);
            output.Add((byte)'>');
            depth++;
            Resource(value);
            depth--;
            Close(property.Name);
        }
        else
        {
            Open(property.Name);
            Content(property.Type, value, property.Name, mayHaveAttributes: true);
        }
    }

    void Primitive(Property property, int value, int sibling)
    {
        if (property.Type.Primitive == Fhir.Primitive.Xhtml)
        {
            Div(value);
            return;
        }
        Open(property.Name);
        if (value != 0) Attribute("value", value);
        if (sibling == 0) output.Add("/>"u8);
        else Content(types.Element, sibling, property.Name, mayHaveAttributes: true);
    }

    void Div(int value)
    {
        Break();
        var node = new FhirNode(doc, value);
        try
        {
            Narrative.Write(node.Text!, output);
        }
        catch (FhirException error)
        {
            throw new FhirException("structure", node.Path, "The narrative cannot be written in XML: " + error.Message);
        }
    }

    void Attribute(string name, int value)
    {
        output.Add((byte)' ');
        output.Add(name);
        output.Add("=\""u8);
        ref var entry = ref tape[value];
        var raw = doc.Bytes.Span.Slice(entry.Start, entry.Length);
        if (entry.Kind != JsonKind.String) output.Add(raw);
        else
        {
            var inside = raw[1..^1];
            if ((entry.Flags & TapeFlags.Escaped) == 0) Escaped(inside, value);
            else
            {
                var buffer = ArrayPool<byte>.Shared.Rent(inside.Length);
                Escaped(buffer.AsSpan(0, FhirJson.Unescape(inside, buffer)), value);
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
        output.Add((byte)'"');
    }

    void Escaped(ReadOnlySpan<byte> utf8, int value)
    {
        // XML 1.0 §2.2 leaves out U+FFFE and U+FFFF, which JSON has.
        if (utf8.IndexOf("\uFFFE"u8) >= 0 || utf8.IndexOf("\uFFFF"u8) >= 0)
            throw new FhirException("not-supported", new FhirNode(doc, value).Path, "XML has no characters U+FFFE and U+FFFF.");
        output.EscapeXml(utf8, attribute: true);
    }

    void Open(string name)
    {
        Break();
        output.Add((byte)'<');
        output.Add(name);
    }

    void Close(string name)
    {
        Break();
        output.Add("</"u8);
        output.Add(name);
        output.Add((byte)'>');
    }

    void Break()
    {
        if (!indented) return;
        output.Add((byte)'\n');
        for (var i = 0; i < depth; i++) output.Add("  "u8);
    }
}
