using AngleSharp.Dom;

namespace Socle.Cda.Tests;

public sealed class CdaRendererTests
{
    static IElement Narrative(string text, string entries = "") => PageRules.Check(Sample.Page(text, entries)).QuerySelector("#s-1")!;

    [Fact]
    public void The_header_is_always_there()
    {
        var xml = Sample.Xml(more: """
            <legalAuthenticator><time value="20240302"/><signatureCode code="S"/><assignedEntity><id root="1.2" extension="9"/><assignedPerson><name><given>Paul</given><family>ESSAI</family></name></assignedPerson></assignedEntity></legalAuthenticator>
            """);
        var header = PageRules.Check(CdaRenderer.Render(Sample.Parse(xml), new CdaRenderOptions())).QuerySelector("header")!;
        var text = PageRules.Folded(header.TextContent);
        foreach (var said in new[] { "LEROUX-ESSAI", "MARTIN-ESSAI", "ANNE MARIE", "ANNIE", "Féminin", "juillet 1977", "2 77 07 63 220 829 10", "matricule de test", "DR Léa ESSAI", "1er mars 2024 à 10 h 15", "Paul ESSAI", "le 2 mars 2024", "Laboratoire d’essai", "Résultats d’examens de biologie" })
            text.ShouldContain(PageRules.Folded(said));
        header.QuerySelector("h1")!.TextContent.ShouldBe("Résultats d’essai");
    }

    [Theory]
    [InlineData("<paragraph styleCode=\"Bold xColorRed\">a</paragraph>", "<p class=\"bold danger\">a</p>")]
    [InlineData("<content styleCode=\"BoldItalics Underline\" ID=\"x y\">a</content>", "<span id=\"n-x_20y\" class=\"bold italics underline\">a</span>")]
    [InlineData("<content styleCode=\"xFgColourWhite color:red\">a</content>", "<span>a</span>")]
    [InlineData("<content revised=\"delete\">a</content>", "<span class=\"strikeout\">a</span>")]
    [InlineData("H<sub>2</sub>O<br/>x<sup>2</sup>", "H<sub>2</sub>O<br>x<sup>2</sup>")]
    [InlineData("<list listType=\"ordered\" styleCode=\"LittleRoman\"><caption>c</caption><item>a</item></list>", "<span class=\"list-caption\">c</span><ol class=\"list-little-roman\"><li>a</li></ol>")]
    [InlineData("<list><item><caption>c</caption>a<list><item>b</item></list></item></list>", "<ul><li><strong class=\"caption\">c</strong>a<ul><li>b</li></ul></li></ul>")]
    [InlineData("<paragraph>a<list><item>b</item></list></paragraph>", "<div class=\"paragraph\">a<ul><li>b</li></ul></div>")]
    [InlineData("<paragraph>a<paragraph>b</paragraph></paragraph>", "<div class=\"paragraph\">a<p>b</p></div>")]
    [InlineData("<content>a<table><tr><td>b</td></tr></table></content>", "<div>a<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"Tableau 1 : Conclusion\"><table><tbody><tr><td>b</td></tr></tbody></table></div></div>")]
    [InlineData("<inconnu onclick=\"x\">a<b>c</b></inconnu>", "<div>a<div>c</div></div>")]
    public void Narrative_becomes_our_elements(string cda, string html) =>
        Narrative(cda).QuerySelector(".narrative")!.InnerHtml.Replace("\n", "", StringComparison.Ordinal).Replace("\u202f", " ", StringComparison.Ordinal).ShouldBe(html);

    [Fact]
    public void A_table_keeps_its_parts_in_an_order_a_browser_accepts()
    {
        var table = Narrative("""
            <table ID="t"><col width="1%"/>stray<caption>Titre</caption><tfoot><tr><td colspan="2">pied</td></tr></tfoot><thead><tr><th>A</th><th colspan="9999" rowspan="2">B</th><th/></tr></thead>
            <tbody><tr><th>r</th><td styleCode="Toprule" align="right">1</td>perdu</tr>égaré</tbody></table>
            """).QuerySelector("table")!;
        table.Children.Select(c => c.LocalName).ShouldBe(["caption", "thead", "tbody", "tfoot"]);
        table.QuerySelectorAll("thead > tr > *").Select(c => (c.LocalName, c.GetAttribute("scope"), c.GetAttribute("colspan"), c.GetAttribute("rowspan")))
            .ShouldBe([("th", "col", null, null), ("th", "col", null, "2"), ("td", null, null, null)]);
        table.QuerySelector("tbody th")!.GetAttribute("scope").ShouldBe("row");
        table.QuerySelector("tbody td")!.ClassName.ShouldBe("rule-top right");
        table.TextContent.ShouldContain("égaré");
        table.ParentElement!.GetAttribute("aria-label")!.ShouldEndWith("Titre");
        table.ParentElement.NextElementSibling!.TextContent.ShouldBe("stray");
    }

    [Fact]
    public void Footnotes_are_numbered_and_linked_both_ways()
    {
        var section = Narrative("<paragraph>a<footnote ID=\"f\">première <content>note</content></footnote> b<footnote>seconde</footnote> c<footnoteRef IDREF=\"f\"/><footnoteRef IDREF=\"?\"/></paragraph>");
        section.QuerySelectorAll(".note-call").Select(c => c.TextContent).ShouldBe(["[1]", "[2]", "[1]"]);
        section.QuerySelectorAll(".notes > li").Select(n => n.GetAttribute("value")).ShouldBe(["1", "2"]);
        section.QuerySelector("#note-1")!.TextContent.ShouldStartWith("première note");
    }

    [Theory]
    [InlineData("<linkHtml href=\"#a\">x</linkHtml>", "#n-a", "x")]
    [InlineData("<linkHtml href=\"#inconnu\">x</linkHtml>", null, "x")]
    [InlineData("<linkHtml href=\"https://exemple.fr/a\">x</linkHtml>", null, "x (https://exemple.fr/a)")]
    [InlineData("<linkHtml href=\"https://exemple.fr\">https://exemple.fr</linkHtml>", null, "https://exemple.fr")]
    [InlineData("<linkHtml href=\"javascript:alert(1)\">x</linkHtml>", null, "x")]
    [InlineData("<linkHtml href=\" java&#10;script:alert(1)\">x</linkHtml>", null, "x")]
    [InlineData("<linkHtml href=\"data:text/html,x\">x</linkHtml>", null, "x")]
    public void A_link_stays_in_the_document(string link, string? href, string text)
    {
        var narrative = Narrative(link + "<paragraph ID=\"a\">ici</paragraph>").QuerySelector(".narrative")!;
        narrative.QuerySelector("a")?.GetAttribute("href").ShouldBe(href);
        PageRules.Folded(narrative.TextContent).ShouldBe(text + "ici");
    }

    public static TheoryData<byte[], string, string?> Pictures => new()
    {
        { Sample.Png, "image/png", "image/png" },
        { Sample.Jpeg, "image/png", "image/jpeg" },
        { Sample.Gif, "text/html", "image/gif" },
        { "<svg xmlns=\"http://www.w3.org/2000/svg\" onload=\"x\"/>"u8.ToArray(), "image/svg+xml", null },
        { "<svg/>"u8.ToArray(), "image/png", null },
        { Sample.Pdf, "application/pdf", null },
        { "<html>"u8.ToArray(), "image/jpeg;\"><script>", null },
    };

    [Theory, MemberData(nameof(Pictures))]
    public void Only_bytes_of_a_picture_are_a_picture(byte[] content, string declared, string? shown)
    {
        var section = Narrative("<renderMultiMedia referencedObject=\"m\"><caption>Radio</caption></renderMultiMedia>", Sample.Media("m", System.Security.SecurityElement.Escape(declared), content));
        var image = section.QuerySelector("img");
        if (shown is null)
        {
            image.ShouldBeNull();
            section.QuerySelector("figure:has(.attachment)")!.TextContent.ShouldContain("Radio");
            return;
        }
        image!.GetAttribute("src").ShouldBe($"data:{shown};base64,{Convert.ToBase64String(content)}");
        (image.GetAttribute("alt"), section.QuerySelector("figcaption")!.TextContent).ShouldBe(("Radio", "Radio"));
    }

    [Fact]
    public void A_file_that_no_narrative_shows_is_listed_and_a_missing_one_is_said()
    {
        var page = PageRules.Check(Sample.Page("<renderMultiMedia referencedObject=\"absent\"/>", Sample.Media("m", "application/pdf", Sample.Pdf)));
        page.QuerySelector("#other-media .attachment")!.TextContent.ShouldContain("PDF");
        page.QuerySelector("#s-1 .remark")!.TextContent.ShouldContain("pas dans le document");
    }

    [Theory]
    [InlineData("<component><section><title>A</title><entry/></section></component>", "Cette section ne contient pas de texte lisible")]
    [InlineData("<component><section><title>A</title><text> </text><entry/></section></component>", "Cette section ne contient pas de texte lisible")]
    [InlineData("<component><section><title>A</title></section></component>", "Cette section est vide")]
    [InlineData("", "aucune section")]
    public void What_cannot_be_read_is_said(string sections, string words) =>
        PageRules.Check(CdaRenderer.Render(Sample.Parse(Sample.Xml(Sample.Body(sections))), new CdaRenderOptions())).QuerySelector("main .remark")!.TextContent.ShouldContain(words);

    [Fact]
    public void Sections_nest_and_the_contents_lead_to_them()
    {
        var nested = "<component><section><title>A</title><component><section><code code=\"1\" displayName=\"B\"/><text>b</text></section></component></section></component>";
        var page = PageRules.Check(CdaRenderer.Render(Sample.Parse(Sample.Xml(Sample.Body(nested), language: "en-GB&quot;&gt;&lt;script&gt;")), new CdaRenderOptions()));
        page.QuerySelectorAll("nav a").Select(a => (a.GetAttribute("href"), a.TextContent)).ShouldBe([("#s-1", "A"), ("#s-1-1", "B"), ("#people", "Personnes et structures citées")]);
        (page.QuerySelector("h2#s-1-title")!.TextContent, page.QuerySelector("h3#s-1-1-title")!.TextContent).ShouldBe(("A", "B"));
        page.DocumentElement.GetAttribute("lang").ShouldBe("fr-FR");
    }

    [Fact]
    public void The_file_of_a_level_1_document_is_where_the_caller_says()
    {
        var document = Sample.Parse(Sample.Xml(Sample.File(Convert.ToBase64String(Sample.Pdf))));
        CdaRenderer.Render(document, new CdaRenderOptions { AttachedBodyUrl = "/doc/1/body" }).ShouldContain("<a class=\"button\" href=\"/doc/1/body\">Ouvrir le contenu du document</a>");
        CdaRenderer.Render(document, new CdaRenderOptions { AttachedBodyUrl = "/doc/1/body", EmbedAttachedBody = true }).ShouldContain("<iframe src=\"/doc/1/body\" title=");
        CdaRenderer.Render(document, new CdaRenderOptions()).ShouldNotContain("class=\"button\"");
        Should.Throw<ArgumentException>(() => CdaRenderer.Render(document, new CdaRenderOptions { AttachedBodyUrl = "javascript:alert(1)" }));
    }

    [Fact]
    public void Our_words_are_also_in_English_and_say_so()
    {
        var html = CdaRenderer.Render(Sample.Parse(Sample.Xml()), new CdaRenderOptions { Language = "en" });
        PageRules.Check(html).QuerySelector("dt")!.ShouldSatisfyAllConditions(t => t.TextContent.ShouldBe("Birth name"), t => t.GetAttribute("lang").ShouldBe("en"));
        html.ShouldContain("1\u00a0March 2024 at 10:15");
    }

    [Fact]
    public void The_stylesheet_loads_nothing() => CdaRenderer.Stylesheet.ShouldSatisfyAllConditions(
        s => s.Length.ShouldBeGreaterThan(1000), s => s.ShouldNotContain("url("), s => s.ShouldNotContain("@import"));
}
