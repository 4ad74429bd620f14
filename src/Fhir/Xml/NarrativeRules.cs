using System.Text;
using System.Xml;

namespace Socle.Fhir;

/// <summary>The rules of a narrative, txt-1 and txt-2 (R4 narrative.html): formatting elements of HTML 4.0 only, nothing that acts, and
/// something to read.</summary>
static class NarrativeRules
{
    internal static readonly HashSet<string> Elements = new(StringComparer.Ordinal)
    {
        "a", "abbr", "acronym", "address", "area", "b", "bdo", "big", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd", "dfn",
        "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "img", "kbd", "li", "map", "ol", "p", "pre", "q", "samp", "small",
        "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "tt", "ul", "var",
    };

    static readonly HashSet<string> Anywhere = new(StringComparer.Ordinal)
    {
        "title", "style", "class", "id", "lang", "xml:lang", "xml:space", "dir", "accesskey", "tabindex", "span", "width", "height", "align", "valign",
        "char", "charoff", "abbr", "axis", "headers", "scope", "rowspan", "colspan", "bgcolor",
    };

    static readonly HashSet<string> OfElement = new(StringComparer.Ordinal)
    {
        "a.href", "a.name", "a.type", "a.charset", "a.hreflang", "a.rel", "a.rev", "a.shape", "a.coords", "area.href", "area.shape", "area.coords",
        "area.alt", "area.nohref", "blockquote.cite", "q.cite", "img.src", "img.alt", "img.border", "img.longdesc", "img.name", "img.usemap",
        "img.ismap", "map.name", "table.summary", "table.border", "table.frame", "table.rules", "table.cellspacing", "table.cellpadding",
        "td.nowrap", "th.nowrap", "ol.start", "ol.type", "ul.type", "li.value", "li.type", "hr.size", "hr.noshade", "br.clear", "pre.space",
    };

    /// <summary>A plain narrative is told from its bytes; any other is read as XML.</summary>
    public static bool? Hold(FhirNode div)
    {
        if (div.Raw is not [(byte)'"', .. var raw, (byte)'"']) return null;
        return PlainNarrative.Holds(raw) ? true : Hold(div.Text!);
    }

    public static bool Hold(string div)
    {
        try
        {
            using var reader = SafeXml.Read(Encoding.UTF8.GetBytes(Narrative.WithoutHtmlEntities(div)));
            var (first, shows) = (true, false);
            while (reader.Read())
            {
                if (reader.NodeType == XmlNodeType.Element)
                {
                    if (first && !Narrative.IsDiv(reader) || !MayStand(reader)) return false;
                    first = false;
                    shows |= reader.LocalName == "img";
                }
                else if (reader.NodeType is XmlNodeType.Text or XmlNodeType.CDATA) shows |= !string.IsNullOrWhiteSpace(reader.Value);
                else if (reader.NodeType == XmlNodeType.ProcessingInstruction) return false;
            }
            return shows;
        }
        catch (FhirException)
        {
            return false;
        }
    }

    static bool MayStand(XmlReader reader)
    {
        var element = reader.LocalName;
        if (!Elements.Contains(element) || Narrative.SpaceOf(reader) != Narrative.Xhtml) return false;
        var right = true;
        while (reader.MoveToNextAttribute())
        {
            if (reader.NamespaceURI == "http://www.w3.org/2000/xmlns/") continue;
            var name = reader.Name;
            right &= Anywhere.Contains(name) || OfElement.Contains($"{element}.{name}");
            // An address that is a program is an action.
            if (name is "href" or "src" && reader.Value.TrimStart().StartsWith("javascript:", StringComparison.OrdinalIgnoreCase)) right = false;
        }
        reader.MoveToElement();
        return right;
    }
}
