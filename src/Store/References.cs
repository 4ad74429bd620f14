using System.Text;
using System.Text.Json;
using Socle.Fhir;

namespace Socle.Store;

/// <summary>References of a transaction: urn:uuid and conditional ones become references to what is stored.</summary>
static class References
{
    /// <summary>« Patient?identifier=… » in a Reference.</summary>
    public static IEnumerable<string> Conditional(FhirDocument body)
    {
        foreach (var (node, isReference) in Links(body.Root))
        {
            if (isReference && node.Text is { } text && IsConditional(text)) yield return text;
        }
    }

    /// <summary>The text of every link: references and the addresses of attachments.</summary>
    public static IEnumerable<string> Texts(FhirDocument body) => Links(body.Root).Select(link => link.Node.Text).OfType<string>();

    /// <summary>The texts of References only, local ones left out.</summary>
    public static IEnumerable<string> OfReferences(FhirDocument body) =>
        Links(body.Root).Where(link => link.IsReference).Select(link => link.Node.Text).OfType<string>().Where(text => !text.StartsWith('#'));

    public static bool IsConditional(string text)
    {
        var mark = text.IndexOf('?', StringComparison.Ordinal);
        return mark > 0 && Definitions.IsResourceType(text[..mark]);
    }

    /// <summary>The body with each link that the map knows led to its new place; null when nothing changed.</summary>
    public static byte[]? Rewrite(FhirDocument body, IReadOnlyDictionary<string, string> map)
    {
        Splice? splice = null;
        foreach (var (node, _) in Links(body.Root))
        {
            if (node.Text is not { } text) continue;
            var fragment = text.StartsWith('#') ? 0 : text.IndexOf('#', StringComparison.Ordinal);
            if (!map.TryGetValue(fragment > 0 ? text[..fragment] : text, out var target)) continue;
            if (target == text) continue;
            splice ??= new Splice(body);
            splice.Replace(node, Quoted(fragment > 0 ? target + text[fragment..] : target));
        }
        return splice?.Apply();
    }

    public static byte[] Quoted(string text) => Encoding.UTF8.GetBytes($"\"{JsonEncodedText.Encode(text)}\"");

    static IEnumerable<(FhirNode Node, bool IsReference)> Links(FhirNode root)
    {
        var waiting = new Stack<FhirNode>();
        waiting.Push(root);
        while (waiting.TryPop(out var node))
        {
            var inReference = node.Type == "Reference";
            foreach (var child in node.Children)
            {
                if (child.Type is "uri" or "url" or "oid" or "uuid" or "canonical") yield return (child, false);
                else if (inReference && child.Name == "reference") yield return (child, true);
                else waiting.Push(child);
            }
        }
    }
}
