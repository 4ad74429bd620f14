using System.Net;
using System.Text;
using System.Xml;

namespace Socle.Fhir;

/// <summary>The XHTML of a narrative: the same tree in both formats, written with one default namespace and no prefixes.</summary>
static class Narrative
{
    public const string Xhtml = "http://www.w3.org/1999/xhtml";

    /// <summary>The div of a JSON string, as XML that stands inside a resource.</summary>
    public static void Write(string div, ByteBuffer output)
    {
        using var reader = SafeXml.Read(Encoding.UTF8.GetBytes(WithoutHtmlEntities(div)));
        while (reader.Read() && reader.NodeType != XmlNodeType.Element) { }
        if (!IsDiv(reader)) throw SafeXml.Refused("a narrative is one XHTML div.");
        Copy(reader, output);
        while (reader.Read()) { }
    }

    public static bool IsDiv(XmlReader reader) => reader.LocalName == "div" && SpaceOf(reader) == Xhtml;

    /// <summary>From the start tag of an element to its end.</summary>
    public static void Copy(XmlReader reader, ByteBuffer output)
    {
        var spaces = new Stack<string>();
        spaces.Push("");
        var first = reader.Depth;
        do
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    StartTag(reader, output, spaces);
                    break;
                case XmlNodeType.EndElement:
                    output.Add("</"u8);
                    output.Add(reader.LocalName);
                    output.Add((byte)'>');
                    spaces.Pop();
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                    output.EscapeXml(reader.Value, attribute: false);
                    break;
            }
            if (spaces.Count == 1) return;
        }
        while (reader.Read());
        throw SafeXml.Refused($"the element at depth {first} does not end.");
    }

    static void StartTag(XmlReader reader, ByteBuffer output, Stack<string> spaces)
    {
        var (empty, space) = (reader.IsEmptyElement, SpaceOf(reader));
        output.Add((byte)'<');
        output.Add(reader.LocalName);
        if (space != spaces.Peek()) Attribute(output, "xmlns", space);
        var prefixes = 0;
        while (reader.MoveToNextAttribute())
        {
            if (reader.NamespaceURI == "http://www.w3.org/2000/xmlns/") continue;
            if (reader.NamespaceURI.Length == 0) Attribute(output, reader.LocalName, reader.Value);
            else if (reader.Prefix == "xml") Attribute(output, "xml:" + reader.LocalName, reader.Value);
            else
            {
                var prefix = "ns" + ++prefixes;
                Attribute(output, "xmlns:" + prefix, reader.NamespaceURI);
                Attribute(output, prefix + ":" + reader.LocalName, reader.Value);
            }
        }
        reader.MoveToElement();
        output.Add(empty ? "/>"u8 : ">"u8);
        if (!empty) spaces.Push(space);
    }

    static void Attribute(ByteBuffer output, string name, string value)
    {
        output.Add((byte)' ');
        output.Add(name);
        output.Add("=\""u8);
        output.EscapeXml(value, attribute: true);
        output.Add((byte)'"');
    }

    // JSON written by hand often leaves the namespace out: what is meant is clear.
    public static string SpaceOf(XmlReader reader) => reader.NamespaceURI is { Length: > 0 } space ? space : Xhtml;

    // &nbsp; and its like are known to HTML, not to XML without a DTD.
    public static string WithoutHtmlEntities(string div)
    {
        if (!div.Contains('&', StringComparison.Ordinal)) return div;
        var text = new StringBuilder(div.Length);
        var at = 0;
        while (div.IndexOf('&', at) is >= 0 and var start)
        {
            text.Append(div, at, start - at);
            var end = start + 1;
            while (end < div.Length && end - start < 12 && char.IsAsciiLetterOrDigit(div[end])) end++;
            at = end < div.Length && div[end] == ';' ? end + 1 : start + 1;
            var entity = div[start..at];
            var decoded = entity is "&" or "&amp;" or "&lt;" or "&gt;" or "&quot;" or "&apos;" ? entity : WebUtility.HtmlDecode(entity);
            text.Append(decoded);
        }
        return text.Append(div, at, div.Length - at).ToString();
    }
}
