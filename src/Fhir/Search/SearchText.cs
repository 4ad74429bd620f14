using System.Net;
using System.Text;

namespace Socle.Fhir;

/// <summary>The words of _text (the narrative) and _content (every text of the resource): normalised, whole, in no order.</summary>
public static class SearchText
{
    /// <summary>Letters and digits that stand together, without accents, lower case.</summary>
    public static IReadOnlySet<string> Words(string text)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        Add(text, words);
        return words;
    }

    public static IReadOnlySet<string> WordsOf(FhirDocument doc, bool narrativeOnly)
    {
        var words = new HashSet<string>(StringComparer.Ordinal);
        if (doc.Root["text"]["div"].Text is { } div) Add(Plain(div), words);
        if (!narrativeOnly) Add(doc.Root, words);
        return words;
    }

    static void Add(FhirNode node, HashSet<string> words)
    {
        foreach (var child in node.Children)
        {
            if (child.IsPrimitive && child.Type is not ("xhtml" or "base64Binary") && child.Text is { } text) Add(text, words);
            Add(child, words);
        }
    }

    static void Add(string text, HashSet<string> words)
    {
        var normal = FrenchText.Normal(text);
        var start = -1;
        for (var i = 0; i <= normal.Length; i++)
        {
            if (i < normal.Length && char.IsLetterOrDigit(normal[i]))
            {
                if (start < 0) start = i;
            }
            else if (start >= 0)
            {
                words.Add(normal[start..i]);
                start = -1;
            }
        }
    }

    // Tags part words as a reader sees them; comments are no text.
    static string Plain(string div)
    {
        var plain = new StringBuilder(div.Length);
        for (var i = 0; i < div.Length; i++)
        {
            if (div[i] != '<')
            {
                plain.Append(div[i]);
                continue;
            }
            var end = string.CompareOrdinal(div, i, "<!--", 0, 4) == 0 ? div.IndexOf("-->", i, StringComparison.Ordinal) + 2 : div.IndexOf('>', i);
            if (end < i) break;
            plain.Append(' ');
            i = end;
        }
        return WebUtility.HtmlDecode(plain.ToString());
    }
}
