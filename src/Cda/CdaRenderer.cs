using System.Text.RegularExpressions;
using Socle.Cda.Rendering;

namespace Socle.Cda;

/// <summary>What the page needs from whoever serves it. Addresses are http, https or relative: anything else is refused.</summary>
public sealed record CdaRenderOptions(string StylesheetUrl = "cda.css")
{
    /// <summary>Language of our own words: fr or en. The document keeps its own.</summary>
    public string Language { get; init; } = "fr";
    /// <summary>Where the file of a level 1 document is served; null: the page says only what the file is.</summary>
    public string? AttachedBodyUrl { get; init; }
    /// <summary>Also show it in a frame. Chrome shows no PDF in a frame of a sandboxed page.</summary>
    public bool EmbedAttachedBody { get; init; }
    /// <summary>Where a file carried by an entry is served, by its id; null: not served.</summary>
    public Func<CdaMedia, string?>? MediaUrl { get; init; }

    internal string? AddressOf(CdaMedia media) => MediaUrl?.Invoke(media);
}

/// <summary>A CDA document as one HTML page that runs nothing and loads nothing but the stylesheet it is told of.</summary>
public static partial class CdaRenderer
{
    static readonly Lazy<string> Css = new(ReadStylesheet);

    /// <summary>The stylesheet of the page, to serve at StylesheetUrl.</summary>
    public static string Stylesheet => Css.Value;

    public static string Render(CdaDocument doc, CdaRenderOptions options)
    {
        var labels = Labels.For(options.Language);
        var html = new HtmlWriter([options.StylesheetUrl, options.AttachedBodyUrl, .. doc.Media.Values.Select(options.AddressOf)]);
        var language = Language(doc.Header.Language);
        var ours = language.StartsWith(labels.Code, StringComparison.OrdinalIgnoreCase) ? null : labels.Code;
        html.Open("html", ("lang", language)).Open("head");
        html.Open("meta", ("charset", "utf-8")).Open("meta", ("name", "viewport"), ("content", "width=device-width, initial-scale=1"));
        html.Open("meta", ("name", "referrer"), ("content", "no-referrer"));
        html.Leaf("title", doc.Header.Title).Open("link", ("rel", "stylesheet"), ("href", options.StylesheetUrl)).Close().Line();
        html.Open("body").Leaf("a", labels.Skip, ("class", "skip"), ("href", "#content"), ("lang", ours)).Line();
        Page(html, doc, options, labels, ours);
        return html.Close().Close().Line().ToString();
    }

    static void Page(HtmlWriter html, CdaDocument doc, CdaRenderOptions options, Labels labels, string? ours)
    {
        var header = new HeaderWriter(html, doc.Header, labels, ours);
        header.Write();
        var body = new BodyWriter(html, doc, options, labels, ours);
        body.Contents();
        html.Open("main", ("id", "content"), ("tabindex", "-1")).Line();
        body.Write();
        html.Close().Line();
        header.People();
        header.Footer();
    }

    // The document's own language, when it is a language tag at all.
    static string Language(string code) => LanguageTag().IsMatch(code) ? code : "fr-FR";

    [GeneratedRegex("^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}$", RegexOptions.CultureInvariant)]
    private static partial Regex LanguageTag();

    static string ReadStylesheet()
    {
        using var reader = new StreamReader(typeof(CdaRenderer).Assembly.GetManifestResourceStream("cda.css")!);
        return reader.ReadToEnd();
    }
}
