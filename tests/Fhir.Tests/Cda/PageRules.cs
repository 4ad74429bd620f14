using AngleSharp.Dom;
using AngleSharp.Html.Parser;

namespace Socle.Cda.Tests;

/// <summary>What every rendered page must hold, read by an HTML parser that is not ours.</summary>
static class PageRules
{
    static readonly HashSet<string> Elements = [.. ("html head meta title link body header nav main section footer div span p h1 h2 h3 h4 h5 h6 a ol ul li dl dt dd table caption thead tbody tfoot tr th td "
        + "figure figcaption img strong em sub sup br").Split(' ')];

    public static AngleSharp.Html.Dom.IHtmlDocument Check(string html)
    {
        // Strict: the first parse error throws.
        var page = new HtmlParser(new HtmlParserOptions { IsStrictMode = true }).ParseDocument(html);
        page.All.Select(e => e.LocalName).Where(e => !Elements.Contains(e)).ShouldBeEmpty();
        foreach (var element in page.All) CheckAttributes(element, page);
        page.All.Select(e => e.GetAttribute("id")).OfType<string>().GroupBy(i => i).Where(g => g.Count() > 1).Select(g => g.Key).ShouldBeEmpty();
        page.QuerySelectorAll("h1").Length.ShouldBe(1);
        page.QuerySelectorAll("main").Length.ShouldBe(1);
        page.DocumentElement.GetAttribute("lang").ShouldNotBeNullOrEmpty();
        page.QuerySelectorAll("table").ShouldAllBe(t => t.ParentElement!.ClassName == "scroll");
        page.QuerySelectorAll("[role=region]").Select(r => r.GetAttribute("aria-label")).ShouldBeUnique();
        page.QuerySelectorAll("img").ShouldAllBe(i => !string.IsNullOrEmpty(i.GetAttribute("alt")));
        return page;
    }

    static void CheckAttributes(IElement element, IDocument page)
    {
        foreach (var attribute in element.Attributes)
        {
            attribute.Name.ShouldNotStartWith("on", Case.Insensitive);
            attribute.Name.ShouldNotBe("style");
            if (attribute.Name == "href" && element.LocalName == "a")
            {
                attribute.Value.ShouldStartWith("#");
                page.GetElementById(attribute.Value[1..]).ShouldNotBeNull(attribute.Value);
            }
            else if (attribute.Name == "href")
                (element.LocalName, attribute.Value).ShouldBe(("link", "cda.css"));
            if (attribute.Name == "src") attribute.Value.ShouldMatch("^data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=]*$");
        }
    }

    public static string Folded(string text) => string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
}
