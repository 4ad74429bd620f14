using System.Xml.Linq;

namespace Socle.Cda.Rendering;

/// <summary>Copies a narrative into our own elements. An element we do not know gives only its text: nothing of it is lost, nothing of it runs.</summary>
sealed class NarrativeWriter(HtmlWriter html, CdaDocument document, CdaRenderOptions options, Labels labels)
{
    static readonly HashSet<string> Inline = ["content", "linkHtml", "sub", "sup", "br", "footnote", "footnoteRef", "caption"];

    // Written without an element of their own: nothing can point to them.
    static readonly HashSet<string> Unmarked = ["br", "footnoteRef", "col", "colgroup"];

    readonly HashSet<XElement> blocks = [];
    readonly HashSet<string> anchors = [];
    readonly Dictionary<XElement, int> notes = [];
    readonly Dictionary<string, int> notesById = [];
    readonly Queue<XElement> pending = new();
    readonly HashSet<string> shown = [];
    int tables;

    /// <summary>Media that a narrative has shown.</summary>
    public IReadOnlySet<string> Shown => shown;

    /// <summary>Before any section: which elements hold blocks, which ids exist, how notes are numbered.</summary>
    public void Prepare(IEnumerable<CdaSection> sections)
    {
        foreach (var section in sections)
        {
            if (section.Text is { } text)
                foreach (var element in text.Descendants()) Prepare(element, text);
            Prepare(section.Sections);
        }
    }

    void Prepare(XElement element, XElement top)
    {
        if (element.Value("ID") is { } id && !Unmarked.Contains(element.Name.LocalName)) anchors.Add(id);
        if (element.Name.LocalName == "footnote")
        {
            notes[element] = notes.Count + 1;
            if (element.Value("ID") is { } note) notesById.TryAdd(note, notes.Count);
        }
        if (Inline.Contains(element.Name.LocalName)) return;
        for (var e = element; e is not null && e != top && blocks.Add(e); e = e.Parent) { }
    }

    public void Write(XElement text, string title)
    {
        html.Open("div", ("class", "narrative"));
        Flow(text, title);
        html.Close().Line();
        Notes(title);
    }

    void Flow(XElement parent, string title)
    {
        foreach (var node in parent.Nodes()) Node(node, title);
    }

    void Node(XNode node, string title)
    {
        if (node is XText text) html.Text(text.Value);
        if (node is XElement element) Element(element, title);
    }

    void Element(XElement e, string title)
    {
        switch (e.Name.LocalName)
        {
            case "paragraph": Paragraph(e, title); break;
            case "list": List(e, title); break;
            case "table": Table(e, title); break;
            case "linkHtml": Link(e, title); break;
            case "br": Break(e, title); break;
            case "footnote": Footnote(e); break;
            case "footnoteRef": FootnoteRef(e, title); break;
            case "renderMultiMedia": MultiMedia(e, title); break;
            case "sub" or "sup" when !blocks.Contains(e): Wrap(e.Name.LocalName, e, title); break;
            case "content" when e.Value("revised") is "delete": Wrap(Span(e), e, title, "strikeout"); break;
            case "caption" when !blocks.Contains(e): Wrap("strong", e, title, "caption"); break;
            // Cells and rows outside of a table, and whatever we do not know.
            default: Wrap(Span(e), e, title); break;
        }
    }

    string Span(XElement e) => blocks.Contains(e) ? "div" : "span";

    void Wrap(string element, XElement e, string title, string? more = null)
    {
        html.Open(element, ("id", Anchor(e)), ("class", Class(e, more)));
        Flow(e, title);
        html.Close();
    }

    void Paragraph(XElement e, string title)
    {
        var holdsBlocks = e.Elements().Any(blocks.Contains);
        Wrap(holdsBlocks ? "div" : "p", e, title, holdsBlocks ? "paragraph" : null);
    }

    void List(XElement e, string title)
    {
        foreach (var caption in e.All("caption")) Wrap(Span(caption), caption, title, "list-caption");
        var items = e.Nodes().Where(n => !IsNamed(n, "caption") && !IsBlank(n)).ToArray();
        if (items.Length == 0)
        {
            html.Leaf("span", null, ("id", Anchor(e)));
            return;
        }
        html.Open(e.Value("listType") == "ordered" ? "ol" : "ul", ("id", Anchor(e)), ("class", Class(e)));
        foreach (var item in items)
            if (item is XElement li && IsNamed(item, "item"))
                Wrap("li", li, title);
            else
                Node(html.Open("li"), item, title);
        html.Close().Line();
    }

    // A node alone in the element just opened.
    void Node(HtmlWriter opened, XNode node, string title)
    {
        Node(node, title);
        opened.Close();
    }

    void Table(XElement e, string title)
    {
        var caption = e.One("caption");
        var name = $"{labels.Table} {++tables}{labels.Colon}{caption.Text() ?? title}";
        html.Open("div", ("class", "scroll"), ("role", "region"), ("tabindex", "0"), ("aria-label", name));
        html.Open("table", ("id", Anchor(e)), ("class", Class(e)));
        if (caption is not null) Wrap("caption", caption, title);
        new TableWriter(html, Node, Anchor, Class, title).Rows(e);
        html.Close().Close().Line();
        foreach (var stray in e.Nodes().Where(n => TableWriter.IsStray(n) && n != caption)) Node(html.Open("div"), stray, title);
    }

    void Link(XElement e, string title)
    {
        var href = e.Value("href");
        if (href is ['#', .. var id] && anchors.Contains(id) && !IsInLink(e))
        {
            html.Open("a", ("id", Anchor(e)), ("class", Class(e)), ("href", "#" + Anchor(id)));
            Flow(e, title);
            html.Close();
            return;
        }
        Wrap(Span(e), e, title, "outside-link");
        // An address outside of the document is shown, never followed.
        if (href is not null && IsAddress(href) && e.Text()?.Contains(href, StringComparison.OrdinalIgnoreCase) != true)
            html.Leaf("span", $" ({href})", ("class", "address"));
    }

    static bool IsInLink(XElement e) => e.Ancestors().Any(a => a.Name.LocalName == "linkHtml");

    static bool IsAddress(string href) =>
        href[0] != '#' && (href.IndexOf(':') < 0 || href.StartsWith("http://", StringComparison.OrdinalIgnoreCase)
            || href.StartsWith("https://", StringComparison.OrdinalIgnoreCase) || href.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase));

    void Footnote(XElement e)
    {
        pending.Enqueue(e);
        NoteCall(notes[e], "call-" + notes[e], e);
    }

    // br and footnoteRef are empty elements; what a stranger puts in them is shown all the same.
    void Break(XElement e, string title)
    {
        html.Open("br");
        Flow(e, title);
    }

    void FootnoteRef(XElement e, string title)
    {
        if (e.Value("IDREF") is { } id && notesById.TryGetValue(id, out var number)) NoteCall(number, null, e);
        Flow(e, title);
    }

    void NoteCall(int number, string? id, XElement at)
    {
        html.Open("sup", ("class", "note-call"), ("id", id));
        if (IsInLink(at)) html.Text($"[{number}]");
        else html.Leaf("a", $"[{number}]", ("href", $"#note-{number}"), ("aria-label", $"{labels.Note} {number}"));
        html.Close();
    }

    void Notes(string title)
    {
        if (pending.Count == 0) return;
        html.Open("ol", ("class", "notes"));
        while (pending.TryDequeue(out var note))
        {
            var number = notes[note];
            html.Open("li", ("id", $"note-{number}"), ("value", $"{number}"));
            Wrap(Span(note), note, title);
            html.Text(" ").Leaf("a", "↑", ("href", $"#call-{number}"), ("aria-label", $"{labels.BackToNote} {number}")).Close();
        }
        html.Close().Line();
    }

    void MultiMedia(XElement e, string title)
    {
        var caption = e.One("caption").Text();
        html.Open("figure", ("id", Anchor(e)), ("class", Class(e)));
        foreach (var id in (e.Value("referencedObject") ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)) Media(id, caption);
        foreach (var node in e.Nodes().Where(n => !IsBlank(n)))
            if (IsNamed(node, "caption")) Wrap("figcaption", (XElement)node, title);
            else Node(html.Open("div"), node, title);
        html.Close().Line();
    }

    void Media(string id, string? caption)
    {
        if (!document.Media.TryGetValue(id, out var media))
        {
            html.Leaf("p", labels.MissingMedia, ("class", "remark"));
            return;
        }
        shown.Add(id);
        new MediaWriter(html, options, labels).Write(media, caption);
    }

    string? Anchor(XElement e) => e.Value("ID") is { } id ? Anchor(id) : null;

    // The document's ids are prefixed: they can neither take the place of ours nor name a property of the page.
    static string Anchor(string id) => "n-" + string.Concat(id.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' ? $"{c}" : $"_{(int)c:x}"));

    static string? Class(XElement e, string? more = null) => (StyleCodes.Of(e), more) switch
    {
        (null, _) => more,
        (var style, null) => style,
        var (style, other) => $"{other} {style}",
    };

    static string? Class(XElement e) => StyleCodes.Of(e);

    public static bool IsNamed(XNode node, string name) => node is XElement e && e.Name == CdaXml.V3 + name;

    public static bool IsBlank(XNode node) => node switch
    {
        XText text => string.IsNullOrWhiteSpace(text.Value),
        XElement => false,
        _ => true,
    };
}
