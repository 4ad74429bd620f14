using System.Text;

namespace Socle.Fhir;

sealed partial class XmlToJson
{
    bool Primitives(Property property, ref bool comma)
    {
        var (name, list, count, values) = (xml.LocalName, property.Element.IsList, 0, 0);
        var start = output.Length;
        var siblings = new Siblings();
        if (comma) output.Add((byte)',');
        Name(property.Name);
        if (list) output.Add((byte)'[');
        bool more;
        do
        {
            if (Repeats(list, count))
            {
                if (count > 0) output.Add((byte)',');
                if (One(property, ref siblings, list ? count : 0)) values++;
                else output.Add("null"u8);
            }
            count++;
            more = Next();
        }
        while (more && xml.LocalName == name && IsHere());
        if (list) output.Add((byte)']');
        // Nothing but extensions: the property itself is left out.
        if (values == 0) output.Length = start;
        else comma = true;
        if (siblings.Buffer is { } beside) Beside(property, beside, siblings.Count, list ? count : 0, ref comma);
        return more;
    }

    /// <summary>The `_name` of a property while its elements are read; Count: items written so far, nulls included.</summary>
    struct Siblings
    {
        public ByteBuffer? Buffer;
        public int Count;
    }

    void Beside(Property property, ByteBuffer beside, int written, int count, ref bool comma)
    {
        if (comma) output.Add((byte)',');
        comma = true;
        Name("_" + property.Name);
        if (count > 0) output.Add((byte)'[');
        output.Add(beside.Written);
        for (; written < count; written++) output.Add(",null"u8);
        if (count > 0) output.Add((byte)']');
    }

    /// <summary>One element; answers whether it has a value.</summary>
    bool One(Property property, ref Siblings siblings, int index)
    {
        if (property.Type.Primitive == Primitive.Xhtml)
        {
            Div();
            return true;
        }
        var (hasValue, id) = (false, (string?)null);
        while (xml.MoveToNextAttribute())
        {
            if (IsOfXml()) continue;
            if (xml.NamespaceURI.Length > 0 || xml.LocalName is not ("value" or "id")) NoAttribute(property.Type.Name);
            else if (xml.LocalName == "id") id = xml.Value;
            else
            {
                hasValue = true;
                Value(property.Type, xml.Value);
            }
        }
        xml.MoveToElement();
        var inside = !xml.IsEmptyElement && Next();
        if (!inside && id is null)
        {
            if (!hasValue) Fault("structure", null, "The element has neither a value nor an extension.");
            return hasValue;
        }
        var (main, beside) = (output, siblings.Buffer ??= new ByteBuffer(256));
        for (; siblings.Count < index; siblings.Count++) beside.Add(beside.Length > 0 ? ",null"u8 : "null"u8);
        if (beside.Length > 0) beside.Add((byte)',');
        siblings.Count++;
        output = beside;
        Sibling(id, inside);
        output = main;
        return hasValue;
    }

    void Sibling(string? id, bool inside)
    {
        output.Add((byte)'{');
        if (id is not null)
        {
            Name("id");
            output.AddJsonString(id);
        }
        var (comma, seen) = (id is not null, new HashSet<int>());
        while (inside) inside = Run(types.Element, seen, ref comma);
        output.Add((byte)'}');
    }

    void Div()
    {
        var text = new ByteBuffer(1024);
        Narrative.Copy(xml, text);
        output.Add((byte)'"');
        output.EscapeJson(text.Written);
        output.Add((byte)'"');
    }

    void Value(TypeDefinition type, string text)
    {
        switch (type.Primitive)
        {
            case Primitive.Boolean:
                if (text is not ("true" or "false")) Fault("value", null, $"boolean is true or false, not {Shown(text)}.");
                else output.Add(text);
                break;
            case Primitive.Integer or Primitive.PositiveInt or Primitive.UnsignedInt or Primitive.Decimal:
                if (!IsNumber(text)) Fault("value", null, $"{Shown(text)} is not a number of type {type.Name}.");
                else output.Add(text);
                break;
            default:
                output.AddJsonString(text);
                break;
        }
    }

    // The grammar of numbers is the same for FHIR and for JSON.
    static bool IsNumber(string text)
    {
        var rest = text.AsSpan();
        if (rest is ['-', ..]) rest = rest[1..];
        var whole = Digits(rest);
        if (whole == 0 || whole > 1 && rest[0] == '0') return false;
        rest = rest[whole..];
        if (rest is ['.', ..])
        {
            var fraction = Digits(rest[1..]);
            if (fraction == 0) return false;
            rest = rest[(1 + fraction)..];
        }
        if (rest is ['e' or 'E', ..])
        {
            rest = rest[1..];
            if (rest is ['+' or '-', ..]) rest = rest[1..];
            var exponent = Digits(rest);
            if (exponent == 0) return false;
            rest = rest[exponent..];
        }
        return rest.IsEmpty;
    }

    static int Digits(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') is >= 0 and var end ? end : text.Length;
}
