using Socle.Fhir;

namespace Socle.Support;

/// <summary>Compartments, and references that make a tree.</summary>
public sealed partial class PlainSearch
{
    /// <summary>Whether the actor is told no instead of what is found.</summary>
    public bool IsRefused(PlainView view, PlainQuestion question) => !question.Types.All(view.MaySearch)
        || question.Inside is { } inside && (!view.MayRead(inside.Split('/')[0]) || Resolve(view, inside) is null);

    // One of the parameters that the compartment's definition names leads to its subject; the subject itself is inside too.
    bool IsInside(PlainView view, PlainItem item, string? compartment)
    {
        if (compartment is null) return true;
        if (Resolve(view, compartment) is not { } subject) return false;
        return item == subject || Definitions.Compartment(subject.Type, item.Type)
            .Any(code => References(item, code).Any(text => Resolve(view, text) == subject));
    }

    static readonly Dictionary<string, string> Parents = new() { ["Encounter"] = "part-of", ["Location"] = "partof", ["Organization"] = "partof" };

    static List<string> RootsOf(SearchParam param, string text) => text.Contains('/', StringComparison.Ordinal) || text.Contains(':', StringComparison.Ordinal)
        ? [text.Split("/_history/")[0]] : [.. param.Targets.Where(Parents.ContainsKey).Select(type => $"{type}/{text}")];

    // One step after the other until nothing new comes.
    HashSet<PlainItem> Tree(PlainView view, SearchParam param, string modifier, string text)
    {
        var asked = (view, modifier, string.Join(' ', RootsOf(param, text)));
        if (trees.TryGetValue(asked, out var there)) return there;
        var tree = RootsOf(param, text).Select(root => Resolve(view, root)).OfType<PlainItem>().Where(root => Parents.ContainsKey(root.Type)).ToHashSet();
        for (var before = -1; before != tree.Count;)
        {
            before = tree.Count;
            var next = modifier == "above"
                ? tree.SelectMany(node => References(node, Parents[node.Type]).Select(up => Resolve(view, up)).OfType<PlainItem>())
                : view.Visible.Where(item => Parents.TryGetValue(item.Type, out var code) && References(item, code).Any(up => Resolve(view, up) is { } parent && tree.Contains(parent)));
            tree.UnionWith([.. next.Where(node => view.MaySearch(node.Type) && tree.Any(root => root.Type == node.Type))]);
        }
        return trees[asked] = tree;
    }
}
