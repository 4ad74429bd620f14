using System.Text.Json;
using System.Xml.Linq;

namespace Socle.Fhir.Tests.Xml;

/// <summary>Equality of resources: numbers by their digits, a div as a parsed tree, properties in any order, last nulls of a `_name` list
/// left out.</summary>
static class SameJson
{
    /// <summary>The first difference, null when there is none.</summary>
    public static string? Difference(ReadOnlyMemory<byte> a, ReadOnlyMemory<byte> b)
    {
        using var left = JsonDocument.Parse(a);
        using var right = JsonDocument.Parse(b);
        return Difference(left.RootElement, right.RootElement, "$", "");
    }

    static string? Difference(JsonElement a, JsonElement b, string path, string name)
    {
        if (a.ValueKind != b.ValueKind) return $"{path}: {a.ValueKind} and {b.ValueKind}";
        switch (a.ValueKind)
        {
            case JsonValueKind.Object:
                var (left, right) = (Members(a), Members(b));
                if (!left.Keys.Order(StringComparer.Ordinal).SequenceEqual(right.Keys.Order(StringComparer.Ordinal)))
                    return $"{path}: {string.Join(',', left.Keys)} and {string.Join(',', right.Keys)}";
                return left.Select(m => Difference(m.Value, right[m.Key], $"{path}.{m.Key}", m.Key)).FirstOrDefault(d => d is not null);
            case JsonValueKind.Array:
                var (mine, theirs) = (Items(a, name), Items(b, name));
                if (mine.Count != theirs.Count) return $"{path}: {mine.Count} and {theirs.Count} items";
                return mine.Select((item, i) => Difference(item, theirs[i], $"{path}[{i}]", name)).FirstOrDefault(d => d is not null);
            case JsonValueKind.String:
                var (one, other) = (a.GetString()!, b.GetString()!);
                if (one == other || name == "div" && SameTree(one, other)) return null;
                return $"{path}: « {one} » and « {other} »";
            default:
                return a.GetRawText() == b.GetRawText() ? null : $"{path}: {a.GetRawText()} and {b.GetRawText()}";
        }
    }

    static Dictionary<string, JsonElement> Members(JsonElement value) => value.EnumerateObject()
        .Where(m => m.Value.ValueKind != JsonValueKind.Array || m.Value.EnumerateArray().Any(i => i.ValueKind != JsonValueKind.Null))
        .ToDictionary(m => m.Name, m => m.Value, StringComparer.Ordinal);

    static List<JsonElement> Items(JsonElement list, string name)
    {
        var items = list.EnumerateArray().ToList();
        while (name.StartsWith('_') && items.Count > 0 && items[^1].ValueKind == JsonValueKind.Null) items.RemoveAt(items.Count - 1);
        return items;
    }

    static bool SameTree(string a, string b) => Told(SafeXml.Load(System.Text.Encoding.UTF8.GetBytes(a))) == Told(SafeXml.Load(System.Text.Encoding.UTF8.GetBytes(b)));

    static string Told(XNode node) => node switch
    {
        XElement element => $"<{element.Name.LocalName} {string.Join(' ', element.Attributes().Where(x => !x.IsNamespaceDeclaration)
            .OrderBy(x => x.Name.ToString(), StringComparer.Ordinal).Select(x => $"{x.Name}=\"{x.Value}\""))}>{string.Concat(element.Nodes().Select(Told))}</>",
        XText text => text.Value.Replace("\r\n", "\n", StringComparison.Ordinal),
        _ => "",
    };
}
