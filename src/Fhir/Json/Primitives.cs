using System.Buffers;
using System.Buffers.Text;

namespace Socle.Fhir;

/// <summary>Formats of the primitive types (R4 §2.24.0.1), by hand: no expression that could run away. Each answers the fault, or null.</summary>
static class Primitives
{
    static readonly SearchValues<byte> IdBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-."u8);
    static readonly SearchValues<byte> Blanks = SearchValues.Create(" \t\r\n\v\f"u8);

    public static string? Fault(Primitive type, ReadOnlySpan<byte> text) => type switch
    {
        Primitive.Code => CodeFault(text),
        Primitive.Id => text.Length <= 64 && text.IndexOfAnyExcept(IdBytes) < 0
            ? null
            : "An id has 1 to 64 letters, digits, hyphens and points.",
        Primitive.Uri or Primitive.Url or Primitive.Canonical =>
            text.IndexOfAny(Blanks) < 0 ? null : $"A {Name(type)} has no blanks.",
        Primitive.Oid => IsOid(text) ? null : "An oid is written urn:oid: and numbers separated by points.",
        Primitive.Uuid => IsUuid(text) ? null : "A uuid is written urn:uuid: and 32 lower-case hexadecimal digits in groups.",
        Primitive.Date => Dates.IsDate(text) ? null : "A date is a real day, month or year written YYYY-MM-DD, YYYY-MM or YYYY.",
        Primitive.DateTime => Dates.IsDateTime(text) ? null : "A dateTime is a date, or a real moment with seconds and a time zone.",
        Primitive.Instant => Dates.IsInstant(text) ? null : "An instant is a real moment with seconds and a time zone.",
        Primitive.Time => Dates.IsTime(text) ? null : "A time is written hh:mm:ss.",
        Primitive.Base64Binary => IsBase64(text) ? null : "The content is not base64.",
        Primitive.Xhtml => text.TrimStart(" \t\r\n"u8).StartsWith("<div"u8) ? null : "A narrative is an XHTML div.",
        _ => null
    };

    static string Name(Primitive type) => type switch { Primitive.Url => "url", Primitive.Canonical => "canonical", _ => "uri" };

    static string? CodeFault(ReadOnlySpan<byte> text)
    {
        var blank = true;   // at the start, and after a blank, another blank is one too many
        foreach (var b in text)
        {
            var isBlank = Blanks.Contains(b);
            if (isBlank && blank) return "A code has no blanks around it and single ones inside.";
            blank = isBlank;
        }
        return blank ? "A code has no blanks around it and single ones inside." : null;
    }

    public static string? IntegerFault(Primitive type, ReadOnlySpan<byte> text)
    {
        if (!Utf8Parser.TryParse(text, out int value, out var used) || used != text.Length) return "A whole number has at most 32 bits.";
        return type switch
        {
            Primitive.PositiveInt when value < 1 => "A positiveInt is 1 or more.",
            Primitive.UnsignedInt when value < 0 => "An unsignedInt is 0 or more.",
            _ => null
        };
    }

    public static bool ExponentIsSmall(ReadOnlySpan<byte> number)
    {
        var e = number.IndexOfAny((byte)'e', (byte)'E');
        return e < 0 || number[(e + 1)..].TrimStart("+-0"u8).Length <= 3;
    }

    static bool IsOid(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("urn:oid:"u8) || text.Length < 11 || text[8] is < (byte)'0' or > (byte)'2' || text[9] != '.') return false;
        var previous = (byte)'.';
        for (var i = 10; i < text.Length; i++)
        {
            var b = text[i];
            if (b == '.' ? previous == '.' : b is < (byte)'0' or > (byte)'9') return false;
            if (b != '.' && previous == '0' && text[i - 2] == '.') return false;   // 01
            previous = b;
        }
        return previous != '.';
    }

    static bool IsUuid(ReadOnlySpan<byte> text)
    {
        if (!text.StartsWith("urn:uuid:"u8) || text.Length != 45) return false;
        for (var i = 0; i < 36; i++)
        {
            var b = text[9 + i];
            if (i is 8 or 13 or 18 or 23
                ? b != '-'
                : b is not ((>= (byte)'0' and <= (byte)'9') or (>= (byte)'a' and <= (byte)'f')))
                return false;
        }
        return true;
    }

    // Base64.IsValid skips blanks, as the specification allows them, and wants the padding right.
    static bool IsBase64(ReadOnlySpan<byte> text) => Base64.IsValid(text, out var decoded) && decoded > 0;
}
