using System.Text;

namespace Socle.Fhir;

/// <summary>Exclusive XML Canonicalization 1.0 without comments (W3C, 18 July 2002): the bytes that a signature is about.</summary>
public static class CanonicalXml
{
    /// <param name="part">The apex of what is written.</param>
    /// <param name="without">A descendant that is left out: the signature itself.</param>
    /// <param name="inclusive">Prefixes that count as used wherever they are declared; « #default » is the empty one.</param>
    public static byte[] Of(XmlPart part, XmlPart? without, IReadOnlyCollection<string> inclusive)
    {
        var text = new StringBuilder();
        Write(text, part, without, [.. inclusive.Select(prefix => prefix == "#default" ? "" : prefix)], []);
        return Encoding.UTF8.GetBytes(text.ToString());
    }

    static void Write(StringBuilder text, XmlPart part, XmlPart? without, string[] inclusive, Dictionary<string, string> written)
    {
        var name = part.Prefix.Length == 0 ? part.Name : $"{part.Prefix}:{part.Name}";
        text.Append('<').Append(name);
        var now = written;
        foreach (var (prefix, uri) in Namespaces(part, inclusive))
        {
            // An empty default needs words only where another is in force.
            if (written.TryGetValue(prefix, out var before) ? before == uri : uri.Length == 0) continue;
            if (now == written) now = new(written);
            now[prefix] = uri;
            text.Append(prefix.Length == 0 ? " xmlns" : $" xmlns:{prefix}").Append("=\"");
            Escape(text, uri, attribute: true);
            text.Append('"');
        }
        foreach (var mark in part.Attributes.OrderBy(mark => mark.Namespace, StringComparer.Ordinal).ThenBy(mark => mark.Name, StringComparer.Ordinal))
        {
            text.Append(' ').Append(mark.Prefix.Length == 0 ? mark.Name : $"{mark.Prefix}:{mark.Name}").Append("=\"");
            Escape(text, mark.Value, attribute: true);
            text.Append('"');
        }
        text.Append('>');
        foreach (var item in part.Content)
        {
            if (item is string value) Escape(text, value, attribute: false);
            else if (!ReferenceEquals(item, without)) Write(text, (XmlPart)item, without, inclusive, now);
        }
        text.Append("</").Append(name).Append('>');
    }

    // Those whose prefix is seen in the tag, and the listed ones that are in force.
    static IEnumerable<(string Prefix, string Uri)> Namespaces(XmlPart part, string[] inclusive) =>
        part.Attributes.Where(mark => mark.Prefix.Length > 0 && mark.Prefix != "xml").Select(mark => mark.Prefix).Append(part.Prefix)
            .Concat(inclusive.Where(prefix => part.Lookup(prefix) is not null)).Distinct().Order(StringComparer.Ordinal)
            .Select(prefix => (prefix, part.Lookup(prefix) ?? ""));

    static void Escape(StringBuilder text, string value, bool attribute)
    {
        foreach (var c in value)
        {
            _ = c switch
            {
                '&' => text.Append("&amp;"),
                '<' => text.Append("&lt;"),
                '\r' => text.Append("&#xD;"),
                '>' when !attribute => text.Append("&gt;"),
                '"' when attribute => text.Append("&quot;"),
                '\t' when attribute => text.Append("&#x9;"),
                '\n' when attribute => text.Append("&#xA;"),
                _ => text.Append(c)
            };
        }
    }
}
