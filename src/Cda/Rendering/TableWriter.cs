using System.Globalization;
using System.Xml.Linq;

namespace Socle.Cda.Rendering;

/// <summary>Rows and cells: only what HTML allows inside a table, so that a browser moves nothing out of it.</summary>
sealed class TableWriter(HtmlWriter html, Action<XNode, string> write, Func<XElement, string?> anchor, Func<XElement, string?> style, string title)
{
    static readonly string[] Groups = ["thead", "tbody", "tfoot"];

    /// <summary>Something in a table that is no part of a table: shown after it.</summary>
    public static bool IsStray(XNode node) => node is XElement e && e.Name.Namespace == CdaXml.V3
        ? !(e.Name.LocalName is "thead" or "tbody" or "tfoot" or "tr" || (e.Name.LocalName is "col" or "colgroup" && e.Text() is null))
        : !NarrativeWriter.IsBlank(node);

    public void Rows(XElement table)
    {
        foreach (var group in Groups)
        {
            foreach (var part in table.All(group)) Group(part, group);
            if (group != "tbody" || !table.All("tr").Any()) continue;
            html.Open("tbody");
            foreach (var row in table.All("tr")) Row(row, isHead: false);
            html.Close();
        }
    }

    void Group(XElement part, string group)
    {
        html.Open(group, ("id", anchor(part)), ("class", style(part)));
        foreach (var node in part.Nodes().Where(n => !NarrativeWriter.IsBlank(n)))
            if (NarrativeWriter.IsNamed(node, "tr")) Row((XElement)node, group == "thead");
            else Stray(node, isRow: true);
        html.Close();
    }

    void Row(XElement row, bool isHead)
    {
        html.Open("tr", ("id", anchor(row)), ("class", style(row)));
        var isFirst = true;
        foreach (var node in row.Nodes().Where(n => !NarrativeWriter.IsBlank(n)))
        {
            if (NarrativeWriter.IsNamed(node, "th") || NarrativeWriter.IsNamed(node, "td")) Cell((XElement)node, isHead, isFirst);
            else Stray(node, isRow: false);
            isFirst = false;
        }
        html.Close().Line();
    }

    void Cell(XElement cell, bool isHead, bool isFirst)
    {
        // A heading with nothing in it announces nothing.
        var isHeading = cell.Name.LocalName == "th" && (cell.Text() is not null || cell.HasElements);
        html.Open(isHeading ? "th" : "td", ("id", anchor(cell)), ("class", style(cell)), ("colspan", Span(cell, "colspan")), ("rowspan", Span(cell, "rowspan")), ("scope", isHeading ? Scope(cell, isHead, isFirst) : null));
        foreach (var node in cell.Nodes()) write(node, title);
        html.Close();
    }

    static string Scope(XElement cell, bool isHead, bool isFirst) => cell.Value("scope") switch
    {
        "col" or "row" or "colgroup" or "rowgroup" => cell.Value("scope")!,
        _ when isHead => Span(cell, "colspan") is null ? "col" : "colgroup",
        _ => isFirst ? "row" : "col",
    };

    // Bounded: a browser makes every column it is told of.
    static string? Span(XElement cell, string name) =>
        int.TryParse(cell.Value(name), NumberStyles.None, CultureInfo.InvariantCulture, out var span) && span is > 1 and <= 200
            ? span.ToString(CultureInfo.InvariantCulture)
            : null;

    void Stray(XNode node, bool isRow)
    {
        if (isRow) html.Open("tr");
        html.Open("td");
        write(node, title);
        html.Close();
        if (isRow) html.Close();
    }
}
