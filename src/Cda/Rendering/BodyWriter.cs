using System.Globalization;

namespace Socle.Cda.Rendering;

/// <summary>The table of contents and the sections, or the file of a level 1 document.</summary>
sealed class BodyWriter
{
    readonly HtmlWriter html;
    readonly CdaDocument document;
    readonly CdaRenderOptions options;
    readonly Labels labels;
    readonly string? ours;
    readonly NarrativeWriter narrative;

    public BodyWriter(HtmlWriter html, CdaDocument document, CdaRenderOptions options, Labels labels, string? ours)
    {
        (this.html, this.document, this.options, this.labels, this.ours) = (html, document, options, labels, ours);
        narrative = new NarrativeWriter(html, document, options, labels);
        narrative.Prepare(document.Sections);
    }

    public void Contents()
    {
        html.Open("nav", ("class", "contents"), ("aria-labelledby", "contents")).Leaf("h2", labels.Contents, ("id", "contents"), ("lang", ours));
        html.Open("ol");
        if (document.IsStructured) Contents(document.Sections, "s");
        else Entry("body", labels.Body).Close();
        Entry("people", labels.People).Close();
        html.Close().Close().Line();
    }

    void Contents(IReadOnlyList<CdaSection> sections, string prefix)
    {
        for (var i = 0; i < sections.Count; i++)
        {
            var id = Id(prefix, i);
            Entry(id, Title(sections[i]));
            if (sections[i].Sections.Count > 0)
            {
                html.Open("ol");
                Contents(sections[i].Sections, id);
                html.Close();
            }
            html.Close();
        }
    }

    HtmlWriter Entry(string id, string words) => html.Open("li").Leaf("a", words, ("href", "#" + id));

    public void Write()
    {
        if (document.AttachedBody is { } file) Attached(file);
        else if (document.Sections.Count == 0) html.Leaf("p", labels.NoSection, ("class", "remark"), ("lang", ours));
        else Sections(document.Sections, "s", 2);
        OtherMedia();
    }

    void Sections(IReadOnlyList<CdaSection> sections, string prefix, int level)
    {
        for (var i = 0; i < sections.Count; i++) Section(sections[i], Id(prefix, i), level);
    }

    void Section(CdaSection section, string id, int level)
    {
        html.Open("section", ("id", id), ("aria-labelledby", id + "-title"), ("lang", SectionLanguage(section)));
        html.Leaf(Heading(level), Title(section), ("id", id + "-title")).Line();
        if (section.Text is { } text && section.IsReadable) narrative.Write(text, Title(section));
        else if (section.EntryCount > 0) html.Leaf("p", labels.OnlyCoded, ("class", "remark"), ("lang", ours));
        else if (section.Sections.Count == 0) html.Leaf("p", labels.EmptySection, ("class", "remark"), ("lang", ours));
        Sections(section.Sections, id, level + 1);
        html.Close().Line();
    }

    static string Heading(int level) => level switch
    {
        2 => "h2",
        3 => "h3",
        4 => "h4",
        5 => "h5",
        _ => "h6",
    };

    string? SectionLanguage(CdaSection section) => section.Language is { } code && code != document.Header.Language && code.All(c => char.IsAsciiLetter(c) || c == '-') ? code : null;

    string Title(CdaSection section) => section.Title.Text(labels.Section, section.Code);

    static string Id(string prefix, int index) => string.Create(CultureInfo.InvariantCulture, $"{prefix}-{index + 1}");

    // A file of an entry that no narrative shows is not hidden from the reader.
    void OtherMedia()
    {
        var rest = document.Media.Values.Where(m => !narrative.Shown.Contains(m.Id)).ToArray();
        if (rest.Length == 0) return;
        html.Open("section", ("id", "other-media"), ("aria-labelledby", "other-media-title")).Leaf("h2", labels.OtherAttachments, ("id", "other-media-title"), ("lang", ours));
        foreach (var media in rest) new MediaWriter(html, options, labels).Write(media, null);
        html.Close().Line();
    }

    void Attached(CdaAttachedBody file)
    {
        var kind = MediaWriter.Kind(file.DetectedType, file.MediaType, labels);
        html.Open("section", ("id", "body"), ("aria-labelledby", "body-title")).Leaf("h2", labels.Body, ("id", "body-title"), ("lang", ours));
        html.Leaf("p", $"{labels.BodyIsFile} ({kind}, {MediaWriter.Size(file.Content.Length, labels)}).");
        if (!file.Agrees) html.Leaf("p", labels.BodyMismatch, ("class", "remark"), ("lang", ours));
        if (options.AttachedBodyUrl is { } address)
        {
            html.Open("p").Leaf("a", labels.OpenBody, ("class", "button"), ("href", address)).Close();
            if (options.EmbedAttachedBody) html.Open("iframe", ("src", address), ("title", labels.Body), ("class", "file")).Close();
        }
        html.Close().Line();
    }
}

static class Titles
{
    /// <summary>The title, else the words of the code, else ours.</summary>
    public static string Text(this string? title, string otherwise, CdaCode? code) => title ?? code?.Words ?? otherwise;
}
