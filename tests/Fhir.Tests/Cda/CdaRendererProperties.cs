using System.Text;
using System.Xml.Linq;
using FsCheck;
using FsCheck.Fluent;

namespace Socle.Cda.Tests;

/// <summary>Random narratives made to harm: whatever they are, the page keeps the rules and every text.</summary>
public sealed class CdaRendererProperties
{
    static readonly string[] Names =
    [
        "paragraph", "list", "item", "table", "caption", "col", "colgroup", "thead", "tbody", "tfoot", "tr", "th", "td", "content", "linkHtml", "sub", "sup", "br", "footnote", "footnoteRef",
        "renderMultiMedia", "script", "style", "iframe", "object", "svg", "math", "img", "form", "input", "base", "meta", "template", "noscript", "textarea", "title", "plaintext", "a", "p", "select",
    ];

    static readonly string[] Attributes =
    [
        "ID", "IDREF", "href", "src", "style", "styleCode", "onclick", "onmouseover", "onload", "colspan", "rowspan", "scope", "align", "listType", "referencedObject", "name", "id", "class", "revised", "border", "background",
    ];

    static readonly string[] Values =
    [
        "a", "b", "#a", "#s-1", "a b", "ordered", "delete", "col", "2", "-1", "99999999999", "Bold", "xColorRed", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html;base64,PHNjcmlwdD4=", "//exemple.fr/x",
        "https://exemple.fr/x", "vbscript:x", "\"><script>alert(1)</script>", "' onload='x", "expression(alert(1))", "url(https://exemple.fr)", "m", "absent", "document", "cookie", "&#106;avascript:", "\u0085\u00a0x", "",
    ];

    static readonly string[] Texts =
    [
        "bonjour", "<script>alert(1)</script>", "</div></main><img src=x onerror=alert(1)>", "&lt;b&gt;", "]]>", "--><svg onload=alert(1)>", "é\u202e renversé", "\u2028", "<!--", "</textarea></title></style>", "{{7*7}}", "😀", "   ",
    ];

    static readonly string Media = Sample.Media("m", "image/png", Sample.Png);

    [Fact]
    public void No_narrative_breaks_the_page_or_loses_a_text() =>
        Prop.ForAll(Gen.Choose(0, int.MaxValue).ToArbitrary(), seed => Holds(Narrative(seed))).Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    static bool Holds(XElement narrative)
    {
        var xml = Sample.Xml(Sample.Body(Sample.Section("", entries: Media).Replace("<text></text>", narrative.ToString(SaveOptions.DisableFormatting), StringComparison.Ordinal)));
        var html = CdaRenderer.Render(CdaDocument.Parse(Encoding.UTF8.GetBytes(xml)), new CdaRenderOptions());
        var text = PageRules.Folded(PageRules.Check(html).Body!.TextContent);
        foreach (var node in narrative.DescendantNodes().OfType<XText>()) text.ShouldContain(PageRules.Folded(node.Value), Case.Sensitive);
        return html == CdaRenderer.Render(CdaDocument.Parse(Encoding.UTF8.GetBytes(xml)), new CdaRenderOptions());
    }

    static XElement Narrative(int seed)
    {
        var random = new System.Random(seed);
        XNamespace v3 = "urn:hl7-org:v3";
        return Element(v3 + "text", 0);

        XElement Element(XName name, int depth)
        {
            var element = new XElement(name);
            foreach (var attribute in Attributes)
                if (depth > 0 && random.Next(8) == 0) element.SetAttributeValue(attribute, Values[random.Next(Values.Length)]);
            for (var i = random.Next(depth == 0 ? 1 : 0, Math.Max(2, 6 - depth)); i > 0; i--)
                element.Add(random.Next(3) == 0 || depth > 8
                    ? new XText(Texts[random.Next(Texts.Length)])
                    : Element((random.Next(12) == 0 ? "http://www.w3.org/1999/xhtml" : v3) + Names[random.Next(Names.Length)], depth + 1));
            return element;
        }
    }
}
