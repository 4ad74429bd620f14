using System.Xml.Linq;

namespace Socle.Cda.Rendering;

/// <summary>styleCode and align of the narrative → classes of our stylesheet. What is not here is ignored: no colour can hide a text.</summary>
static class StyleCodes
{
    static readonly Dictionary<string, string> Classes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["Bold"] = "bold", ["Italics"] = "italics", ["Italic"] = "italics", ["BoldItalics"] = "bold italics", ["BoldItalic"] = "bold italics",
        ["Underline"] = "underline", ["Emphasis"] = "emphasis", ["Strikeout"] = "strikeout",
        ["Lrule"] = "rule-left", ["Rrule"] = "rule-right", ["Toprule"] = "rule-top", ["Botrule"] = "rule-bottom",
        ["Arabic"] = "list-arabic", ["LittleRoman"] = "list-little-roman", ["BigRoman"] = "list-big-roman",
        ["LittleAlpha"] = "list-little-alpha", ["BigAlpha"] = "list-big-alpha", ["Disc"] = "list-disc", ["Circle"] = "list-circle", ["Square"] = "list-square",
        ["xLeft"] = "left", ["xCenter"] = "center", ["xRight"] = "right", ["xJustify"] = "justify", ["xMono"] = "mono", ["xPre"] = "pre",
        ["xSmall"] = "small", ["xLarge"] = "large", ["xTitle"] = "large bold",
    };

    static readonly Dictionary<string, string> Colours = new(StringComparer.OrdinalIgnoreCase)
    {
        ["red"] = "danger", ["rouge"] = "danger", ["orange"] = "warning", ["yellow"] = "warning", ["jaune"] = "warning", ["green"] = "good", ["vert"] = "good",
        ["blue"] = "primary", ["bleu"] = "primary", ["gray"] = "muted", ["grey"] = "muted", ["gris"] = "muted",
    };

    public static string? Of(XElement element)
    {
        var classes = (element.Value("styleCode") ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(Class)
            .Append(element.Value("align")?.ToLowerInvariant() switch
            {
                "center" => "center",
                "right" => "right",
                "justify" => "justify",
                _ => null,
            })
            .OfType<string>().Distinct();
        return string.Join(' ', classes) is { Length: > 0 } all ? all : null;
    }

    // xColorRed, xFgColorRed, xBgColorRed: the colour becomes a token that can be read in light and in dark.
    static string? Class(string code)
    {
        if (Classes.TryGetValue(code, out var known)) return known;
        var at = code.IndexOf("Colo", StringComparison.OrdinalIgnoreCase);
        if (at < 1 || code[0] is not ('x' or 'X')) return null;
        var name = code[(at + 4)..].TrimStart('u').TrimStart('r', '-', '_');
        // TrimStart ate the r of red.
        return Colours.GetValueOrDefault(name) ?? Colours.GetValueOrDefault("r" + name);
    }
}
