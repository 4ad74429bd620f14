using System.Buffers;
using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Socle.Fhir;

/// <summary>Small parts of JSON text.</summary>
public static class FhirJson
{
    /// <summary>Letters of every script stay as they are: people read these files.</summary>
    internal static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The text as a JSON string in UTF-8, with its quotes.</summary>
    public static byte[] String(string text)
    {
        var escaped = JsonEncodedText.Encode(text, Plain.Encoder).EncodedUtf8Bytes;
        var json = new byte[escaped.Length + 2];
        json[0] = json[^1] = (byte)'"';
        escaped.CopyTo(json.AsSpan(1));
        return json;
    }

    internal static string Unescape(ReadOnlySpan<byte> inside)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(inside.Length);
        var text = Encoding.UTF8.GetString(buffer, 0, Unescape(inside, buffer));
        ArrayPool<byte>.Shared.Return(buffer);
        return text;
    }

    internal static byte[] UnescapeBytes(ReadOnlySpan<byte> inside)
    {
        var buffer = new byte[inside.Length];
        return buffer[..Unescape(inside, buffer)];
    }

    /// <summary>Inside of a checked JSON string to plain UTF-8, which is never longer; half a surrogate pair becomes U+FFFD. Answers the
    /// length.</summary>
    internal static int Unescape(ReadOnlySpan<byte> inside, Span<byte> into)
    {
        var (at, length) = (0, 0);
        while (at < inside.Length)
        {
            var plain = inside[at..].IndexOf((byte)'\\');
            if (plain < 0) plain = inside.Length - at;
            inside.Slice(at, plain).CopyTo(into[length..]);
            (at, length) = (at + plain, length + plain);
            if (at >= inside.Length) break;
            if (inside[at + 1] != 'u')
            {
                into[length++] = inside[at + 1] switch
                {
                    (byte)'n' => (byte)'\n',
                    (byte)'r' => (byte)'\r',
                    (byte)'t' => (byte)'\t',
                    (byte)'b' => (byte)'\b',
                    (byte)'f' => (byte)'\f',
                    var same => same
                };
                at += 2;
                continue;
            }
            TryHex(inside[(at + 2)..], out var unit);
            at += 6;
            var rune = char.IsSurrogate(unit) ? Rune.ReplacementChar : new Rune(unit);
            if (char.IsHighSurrogate(unit) && inside[at..].StartsWith("\\u"u8)
                && TryHex(inside[(at + 2)..], out var low) && char.IsLowSurrogate(low))
            {
                rune = new Rune(unit, low);
                at += 6;
            }
            length += rune.EncodeToUtf8(into[length..]);
        }
        return length;
    }

    internal static bool TryHex(ReadOnlySpan<byte> text, out char unit)
    {
        unit = default;
        if (text.Length < 4) return false;
        foreach (var b in text[..4])
        {
            if (!char.IsAsciiHexDigit((char)b)) return false;
            unit = (char)((unit << 4) | (b <= '9' ? b - '0' : (b | 0x20) - 'a' + 10));
        }
        return true;
    }

    /// <summary>Each `reference` of a Reference, contained resources and bundle entries included, in the order of the document.</summary>
    public static IEnumerable<FhirNode> References(this FhirDocument doc)
    {
        var property = FhirDocument.Types.ReferenceText;
        for (var i = 0; i < doc.Count; i++)
            if (doc.Tape[i].Property == property && doc.Tape[i].Kind == JsonKind.String) yield return new FhirNode(doc, i);
    }

    /// <summary>Each uri, url, canonical, oid or uuid that starts with urn:uuid: or urn:oid:.</summary>
    public static IEnumerable<FhirNode> Urns(this FhirDocument doc)
    {
        for (var i = 0; i < doc.Count; i++)
        {
            var node = new FhirNode(doc, i);
            if (doc.Tape[i].Kind == JsonKind.String && doc.Tape[i].Property > 0 && IsUrn(node)) yield return node;
        }
    }

    static bool IsUrn(FhirNode node) =>
        node.Definition!.Primitive is Primitive.Uri or Primitive.Url or Primitive.Canonical or Primitive.Oid or Primitive.Uuid
        && (node.Raw[1..].StartsWith("urn:uuid:"u8) || node.Raw[1..].StartsWith("urn:oid:"u8));

    /// <summary>As FHIR writes an instant: UTC, milliseconds.</summary>
    public static string Instant(DateTimeOffset moment) =>
        moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
}
