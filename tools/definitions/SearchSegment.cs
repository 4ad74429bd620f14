using System.Text.Json;
using System.Text.RegularExpressions;

namespace Socle.Tools.Definitions;

/// <summary>Search parameters, one per resource type and code, with only that type's branches of the published expression.</summary>
static partial class SearchSegment
{
    static readonly string[] Kinds = ["number", "date", "string", "token", "reference", "composite", "quantity", "uri", "special"];

    public static byte[] Write(Package package, IReadOnlyCollection<string> resourceTypes)
    {
        var byUrl = package.SearchParameters.ToDictionary(p => p.Text("url")!);
        var all = package.SearchParameters
            .Where(p => p.Text("expression") is not null)
            .SelectMany(p => p.List("base").Select(b => (Base: b.GetString()!, Parameter: p)))
            .Where(p => p.Base is "Resource" or "DomainResource" || resourceTypes.Contains(p.Base))
            .OrderBy(p => p.Base is not ("Resource" or "DomainResource"))
            .ThenBy(p => p.Base, StringComparer.Ordinal).ThenBy(p => p.Parameter.Text("code"), StringComparer.Ordinal)
            .DistinctBy(p => (p.Base, p.Parameter.Text("code")))
            .ToList();
        var segment = new Segment();
        segment.Int(all.Count);
        foreach (var (type, parameter) in all)
        {
            segment.Text(type);
            segment.Text(parameter.Text("code"));
            segment.Int(Array.IndexOf(Kinds, parameter.Text("type")));
            segment.Text(Branches(parameter.Text("expression")!, type));
            segment.Texts([.. parameter.List("target").Select(t => t.GetString()!).Where(resourceTypes.Contains)]);
            var components = parameter.List("component").ToList();
            segment.Int(components.Count);
            foreach (var component in components)
            {
                segment.Text(byUrl[component.Text("definition")!].Text("code"));
                segment.Text(component.Text("expression"));
            }
        }
        Console.WriteLine($"{all.Count} search parameters");
        return segment.Compressed();
    }

    static string Branches(string expression, string type)
    {
        var kept = TopLevel(expression).Where(b => FirstName().Match(b) is not { Success: true } m || m.Groups[1].Value == type).ToList();
        if (kept.Count == 0) throw new InvalidDataException(type + ": " + expression);
        return string.Join(" | ", kept);
    }

    static IEnumerable<string> TopLevel(string expression)
    {
        var (depth, start, quoted) = (0, 0, false);
        for (var i = 0; i < expression.Length; i++)
        {
            if (expression[i] == '\'') quoted = !quoted;
            if (quoted) continue;
            depth += expression[i] switch { '(' => 1, ')' => -1, _ => 0 };
            if (expression[i] != '|' || depth > 0) continue;
            yield return expression[start..i].Trim();
            start = i + 1;
        }
        yield return expression[start..].Trim();
    }

    [GeneratedRegex(@"^\(*([A-Z][A-Za-z]+)(?=[.)\s]|$)")]
    private static partial Regex FirstName();
}
