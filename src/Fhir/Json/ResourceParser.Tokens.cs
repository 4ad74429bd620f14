using System.Buffers;

namespace Socle.Fhir;

/// <summary>What a string token holds: escapes, and characters that no FHIR string may have.</summary>
struct StringToken
{
    public bool Escaped, Control, Surrogate;
}

ref partial struct ResourceParser
{
    static readonly SearchValues<byte> Stops = SearchValues.Create(
        [(byte)'"', (byte)'\\', .. Enumerable.Range(0, 32).Select(i => (byte)i)]);

    readonly bool Ended => at >= bytes.Length;

    void SkipBlanks()
    {
        while (at < bytes.Length && bytes[at] is (byte)' ' or (byte)'\n' or (byte)'\r' or (byte)'\t') at++;
    }

    /// <summary>At a quote: to the byte after the closing one.</summary>
    bool String(out StringToken token)
    {
        token = default;
        at++;
        while (true)
        {
            var stop = bytes[at..].IndexOfAny(Stops);
            if (stop < 0)
            {
                at = bytes.Length;
                return Fatal("The content ends inside a string.");
            }
            at += stop;
            if (bytes[at] == '"')
            {
                at++;
                return true;
            }
            if (bytes[at] != '\\') return Fatal("A control character stands unescaped in a string.");
            if (!Escape(ref token)) return false;
        }
    }

    bool Escape(scoped ref StringToken token)
    {
        token.Escaped = true;
        at++;
        switch (Peek)
        {
            case (byte)'"' or (byte)'\\' or (byte)'/' or (byte)'n' or (byte)'r' or (byte)'t':
                at++;
                return true;
            case (byte)'b' or (byte)'f':
                token.Control = true;
                at++;
                return true;
            case (byte)'u':
                return UnicodeEscape(ref token);
            default:
                return Fatal("An escape sequence that JSON does not have.");
        }
    }

    bool UnicodeEscape(scoped ref StringToken token)
    {
        at++;
        if (!FhirJson.TryHex(bytes[at..], out var unit)) return Fatal("Four hexadecimal digits are expected after \\u.");
        at += 4;
        if (unit < 0x20 && unit is not ('\t' or '\n' or '\r')) token.Control = true;
        if (char.IsLowSurrogate(unit)) token.Surrogate = true;
        if (!char.IsHighSurrogate(unit)) return true;
        if (bytes[at..].StartsWith("\\u"u8) && FhirJson.TryHex(bytes[(at + 2)..], out var low) && char.IsLowSurrogate(low)) at += 6;
        else token.Surrogate = true;
        return true;
    }

    /// <summary>At a digit or a minus: to the byte after the number.</summary>
    bool Number(out bool whole)
    {
        whole = true;
        if (Peek == '-') at++;
        if (Peek == '0') at++;
        else if (Digits() == 0) return Fatal("A number has no digits where JSON wants them.");
        if (Peek is >= (byte)'0' and <= (byte)'9') return Fatal("A number must not start with a zero.");
        if (Peek == '.')
        {
            whole = false;
            at++;
            if (Digits() == 0) return Fatal("A number has no digits after its point.");
        }
        if (Peek is (byte)'e' or (byte)'E')
        {
            whole = false;
            at++;
            if (Peek is (byte)'+' or (byte)'-') at++;
            if (Digits() == 0) return Fatal("A number has no digits in its exponent.");
        }
        return true;
    }

    int Digits()
    {
        var start = at;
        while (Peek is >= (byte)'0' and <= (byte)'9') at++;
        return at - start;
    }

    bool Literal(out JsonKind kind)
    {
        var rest = bytes[at..];
        kind = rest.StartsWith("true"u8) ? JsonKind.True : rest.StartsWith("false"u8) ? JsonKind.False : JsonKind.Null;
        if (kind == JsonKind.Null && !rest.StartsWith("null"u8))
            return Fatal(Ended ? "The content ends where a value is expected." : "A value is expected.");
        at += kind == JsonKind.False ? 5 : 4;
        return true;
    }

    /// <summary>Over one value of any shape; JSON is checked, nothing is written.</summary>
    bool Skip()
    {
        switch (Peek)
        {
            case (byte)'{' or (byte)'[':
                return SkipContainer();
            case (byte)'"':
                return String(out _);
            case (byte)'-' or (>= (byte)'0' and <= (byte)'9'):
                return Number(out _);
            default:
                return Literal(out _);
        }
    }

    bool SkipContainer()
    {
        if (++depth > FhirDocument.MaxDepth) return TooDeep();
        var isObject = Peek == '{';
        var end = isObject ? (byte)'}' : (byte)']';
        at++;
        SkipBlanks();
        var first = true;
        while (Peek != end)
        {
            if (!first)
            {
                if (Peek != ',') return Fatal(Ended ? "The content ends too early." : "A comma is expected.");
                at++;
                SkipBlanks();
            }
            first = false;
            if (isObject && !SkipName()) return false;
            if (!Skip()) return false;
            SkipBlanks();
        }
        at++;
        depth--;
        return true;
    }

    bool SkipName()
    {
        if (Peek != '"') return Fatal(Ended ? "The content ends inside an object." : "The name of a property is expected, in quotes.");
        if (!String(out _)) return false;
        SkipBlanks();
        if (Peek != ':') return Fatal("A colon is expected after the name of a property.");
        at++;
        SkipBlanks();
        return true;
    }

    /// <summary>Looks ahead from a brace for the resourceType of that object; empty when it has none. The place is kept.</summary>
    bool FindResourceType(out ReadOnlySpan<byte> type)
    {
        type = default;
        var (start, startDepth) = (at, depth);
        at++;
        depth++;
        SkipBlanks();
        while (Peek == '"')
        {
            var nameStart = at;
            if (!SkipName()) return false;
            var valueStart = at;
            var named = bytes[nameStart..].StartsWith("\"resourceType\""u8);
            if (named && Peek == '"')
            {
                if (!String(out _)) return false;
                type = bytes.Slice(valueStart + 1, at - valueStart - 2);
                break;
            }
            if (!Skip()) return false;
            SkipBlanks();
            if (Peek != ',') break;
            at++;
            SkipBlanks();
        }
        (at, depth) = (start, startDepth);
        return true;
    }
}
