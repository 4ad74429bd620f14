using System.Buffers;

namespace Socle.Fhir;

ref partial struct ResourceParser
{
    const int MaxString = 1 << 20;
    const int MaxNumber = 64;

    bool Scalar(Property property, int nameStart, bool inList)
    {
        var type = property.Type;
        switch (Peek)
        {
            case (byte)'"':
                return Text(property, nameStart);
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                return Numeric(type, Push(JsonKind.Number, property.Number, nameStart, type.Index));
            case (byte)'{' or (byte)'[':
                return Report("structure", $"A single value is expected: the type is {type.Name}.") && Skip();
            default:
                return Word(property, nameStart, inList);
        }
    }

    bool Word(Property property, int nameStart, bool inList)
    {
        var entry = Push(JsonKind.Null, property.Number, nameStart, property.Type.Index);
        if (!Literal(out var kind)) return false;
        (Tape[entry].Kind, Tape[entry].Length) = (kind, at - Tape[entry].Start);
        if (kind == JsonKind.Null)
            return inList || Report("structure", "null is not a value: leave the property out.");
        return property.Type.Primitive == Primitive.Boolean || Report("structure", $"{property.Type.Name} is not written as true or false.");
    }

    bool Numeric(TypeDefinition type, int entry)
    {
        if (!Number(out var whole)) return false;
        Tape[entry].Length = at - Tape[entry].Start;
        var text = bytes.Slice(Tape[entry].Start, Tape[entry].Length);
        switch (type.Primitive)
        {
            case Primitive.Decimal:
                if (text.Length > MaxNumber) return Report("value", $"A decimal has at most {MaxNumber} characters.");
                return Primitives.ExponentIsSmall(text) || Report("value", "The exponent of a decimal has at most three digits.");
            case Primitive.Integer or Primitive.PositiveInt or Primitive.UnsignedInt:
                if (!whole) return Report("value", $"{type.Name} is a whole number.");
                return Primitives.IntegerFault(type.Primitive, text) is not { } fault || Report("value", fault);
            default:
                return Report("structure", type.Primitive == Primitive.Boolean
                    ? "boolean is written true or false." : $"{type.Name} is written as a string, in quotes.");
        }
    }

    bool Text(Property property, int nameStart)
    {
        var entry = Push(JsonKind.String, property.Number, nameStart, property.Type.Index);
        if (!String(out var token)) return false;
        ref var written = ref Tape[entry];
        written.Length = at - written.Start;
        if (token.Escaped) written.Flags |= TapeFlags.Escaped;
        var text = bytes.Slice(written.Start + 1, written.Length - 2);
        if (token.Surrogate) return Report("value", "Half of a surrogate pair is not a character.");
        if (token.Control) return Report("value", "A string must not have control characters other than tab, carriage return and line feed.");
        if (text.IsEmpty) return Report("value", "A string must not be empty.");
        return CheckText(property, text, token.Escaped);
    }

    bool CheckText(Property property, ReadOnlySpan<byte> text, bool escaped)
    {
        var primitive = property.Type.Primitive;
        switch (primitive)
        {
            case Primitive.String or Primitive.Markdown:
                return text.Length <= MaxString || Report("too-long", "A string has at most 1 MiB.");
            case Primitive.Boolean or Primitive.Integer or Primitive.PositiveInt or Primitive.UnsignedInt or Primitive.Decimal:
                return Report("structure", $"{property.Type.Name} is written without quotes.");
        }
        if (!escaped) return CheckFormat(property, primitive, text);
        var buffer = ArrayPool<byte>.Shared.Rent(text.Length);
        var going = CheckFormat(property, primitive, buffer.AsSpan(0, FhirJson.Unescape(text, buffer)));
        ArrayPool<byte>.Shared.Return(buffer);
        return going;
    }

    bool CheckFormat(Property property, Primitive primitive, ReadOnlySpan<byte> text)
    {
        if (Primitives.Fault(primitive, text) is { } fault) return Report("value", fault);
        if (primitive == Primitive.Code && property.Element.Codes is { } codes && codes.Find(text) < 0)
            return Report("code-invalid", $"{Show(text)} is not in the value set {property.Element.ValueSet}, which is required.");
        return true;
    }
}
