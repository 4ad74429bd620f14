using System.Collections.Frozen;
using System.Text;

namespace Socle.Cda.Rendering;

/// <summary>Writes HTML out of closed lists: an element, attribute or address that is not on them stops the program, whatever the document says.</summary>
sealed class HtmlWriter(IEnumerable<string?> callerAddresses)
{
    static readonly FrozenSet<string> Elements = FrozenSet.Create(
        "html", "head", "meta", "title", "link", "body", "header", "nav", "main", "section", "footer", "div", "span", "p", "h1", "h2", "h3", "h4", "h5", "h6",
        "a", "ol", "ul", "li", "dl", "dt", "dd", "table", "caption", "thead", "tbody", "tfoot", "tr", "th", "td", "figure", "figcaption", "img", "iframe",
        "strong", "em", "sub", "sup", "br");

    static readonly FrozenSet<string> Attributes = FrozenSet.Create(
        "lang", "charset", "name", "content", "rel", "id", "class", "href", "src", "alt", "title", "role", "tabindex", "aria-label", "aria-labelledby",
        "colspan", "rowspan", "scope", "value");

    static readonly FrozenSet<string> Void = FrozenSet.Create("meta", "link", "br", "img");

    readonly StringBuilder html = new("<!DOCTYPE html>\n", 16 * 1024);
    readonly Stack<string> open = new();
    readonly HashSet<string> trusted = [.. callerAddresses.OfType<string>().Select(Address)];
    readonly HashSet<string> ids = new(StringComparer.Ordinal);

    /// <summary>An attribute whose value is null is left out; a second element with the same id loses it.</summary>
    public HtmlWriter Open(string element, params ReadOnlySpan<(string Name, string? Value)> attributes)
    {
        if (!Elements.Contains(element)) throw new InvalidOperationException($"Element {element} is not on the list.");
        html.Append('<').Append(element);
        foreach (var (name, value) in attributes)
            if (value is not null) Attribute(name, value);
        html.Append('>');
        if (!Void.Contains(element)) open.Push(element);
        return this;
    }

    public HtmlWriter Text(string? text)
    {
        if (text is not null) Escape(text);
        return this;
    }

    public HtmlWriter Close()
    {
        html.Append("</").Append(open.Pop()).Append('>');
        return this;
    }

    /// <summary>An element with nothing but a text.</summary>
    public HtmlWriter Leaf(string element, string? text, params ReadOnlySpan<(string Name, string? Value)> attributes) => Open(element, attributes).Text(text).Close();

    public HtmlWriter Line()
    {
        html.Append('\n');
        return this;
    }

    public override string ToString() => open.Count == 0 ? html.ToString() : throw new InvalidOperationException($"Element {open.Peek()} is still open.");

    void Attribute(string name, string value)
    {
        if (!Attributes.Contains(name)) throw new InvalidOperationException($"Attribute {name} is not on the list.");
        if (name == "id" && !ids.Add(value)) return;
        if (name == "href" && value[0] != '#' && !trusted.Contains(value)) throw new InvalidOperationException("A link goes inside the page or where the caller says.");
        if (name == "src" && !IsPicture(value) && !trusted.Contains(value)) throw new InvalidOperationException("A source is a picture in the page or what the caller says.");
        html.Append(' ').Append(name).Append("=\"");
        Escape(value);
        html.Append('"');
    }

    static bool IsPicture(string value) =>
        value.StartsWith("data:image/png;base64,", StringComparison.Ordinal)
        || value.StartsWith("data:image/jpeg;base64,", StringComparison.Ordinal)
        || value.StartsWith("data:image/gif;base64,", StringComparison.Ordinal);

    static string Address(string address)
    {
        var path = address.Split('?', '#')[0];
        var scheme = path.IndexOf(':');
        var isWeb = address.StartsWith("https://", StringComparison.Ordinal) || address.StartsWith("http://", StringComparison.Ordinal);
        return address.Length > 0 && (scheme < 0 || isWeb) ? address : throw new ArgumentException("Only http, https and relative addresses.", nameof(address));
    }

    void Escape(string text)
    {
        foreach (var c in text)
            switch (c)
            {
                case '<': html.Append("&lt;"); break;
                case '>': html.Append("&gt;"); break;
                case '&': html.Append("&amp;"); break;
                case '"': html.Append("&quot;"); break;
                case '\'': html.Append("&#39;"); break;
                default: html.Append(c); break;
            }
    }
}
