using System.Globalization;
using System.Xml;
using System.Xml.Linq;

namespace Socle.Fhir;

/// <summary>The part of XPath that RFC 5261 §4.1 lets select: steps to children, an attribute, a text or a comment, with a position or a
/// value in brackets. Nothing that could run away.</summary>
sealed class XmlSelector
{
    public const int MaxVisits = 2_000_000;
    const int MaxLength = 1_000;

    readonly string text, where;
    readonly XElement scope;
    readonly List<Step> steps;
    int at;

    XmlSelector(string text, XElement scope, string where)
    {
        (this.text, this.scope, this.where) = (text, scope, where);
        if (text.Length > MaxLength) throw Wrong($"more than {MaxLength} characters");
        steps = Path(inside: false);
        if (at < text.Length) throw Wrong("an unexpected character");
    }

    enum NodeKind { Element, Any, Attribute, Text, Comment, Self }

    sealed record Step(NodeKind Kind, XName? Name, List<Predicate> Predicates);

    /// <summary>A position, or a relative path that must be there, and have that value when one is given.</summary>
    sealed record Predicate(int Position, List<Step>? Path, string? Value);

    public static XmlSelector Parse(string text, XElement scope, string where) => new(text.Trim(), scope, where);

    FhirException Wrong(string why) => new("structure", null, $"{where}« sel » has {why} at position {at + 1}.");

    bool Take(char c)
    {
        if (at >= text.Length || text[at] != c) return false;
        at++;
        return true;
    }

    bool Take(string word)
    {
        if (!text.AsSpan(at).StartsWith(word)) return false;
        at += word.Length;
        return true;
    }

    void Blanks()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
    }

    List<Step> Path(bool inside)
    {
        var path = new List<Step>();
        if (!inside) Take('/');
        do
        {
            var step = ReadStep();
            path.Add(step);
            while (!inside && Take('[')) step.Predicates.Add(ReadPredicate());
        }
        while (Take('/'));
        return path;
    }

    Step ReadStep()
    {
        if (Take("text()")) return new(NodeKind.Text, null, []);
        if (Take("comment()")) return new(NodeKind.Comment, null, []);
        if (Take('*')) return new(NodeKind.Any, null, []);
        if (Take('@')) return new(NodeKind.Attribute, NameOf(Word(), attribute: true), []);
        if (at < text.Length && text[at] == '.' && Take('.')) return new(NodeKind.Self, null, []);
        return new(NodeKind.Element, NameOf(Word(), attribute: false), []);
    }

    string Word()
    {
        var start = at;
        while (at < text.Length && (char.IsLetterOrDigit(text[at]) || text[at] is '_' or '-' or '.' or ':')) at++;
        return at > start ? text[start..at] : throw Wrong("no name where one is expected");
    }

    Predicate ReadPredicate()
    {
        Blanks();
        var start = at;
        while (at < text.Length && char.IsAsciiDigit(text[at])) at++;
        if (at > start)
        {
            if (!int.TryParse(text.AsSpan(start, at - start), CultureInfo.InvariantCulture, out var position) || position == 0) throw Wrong("a wrong position");
            Blanks();
            return Take(']') ? new(position, null, null) : throw Wrong("no ] after a position");
        }
        var path = Path(inside: true);
        Blanks();
        string? value = null;
        if (Take('='))
        {
            Blanks();
            var quote = at < text.Length && text[at] is '\'' or '"' ? text[at++] : throw Wrong("no text in quotes after =");
            var end = text.IndexOf(quote, at);
            if (end < 0) throw Wrong("a text that does not end");
            (value, at) = (text[at..end], end + 1);
            Blanks();
        }
        return Take(']') ? new(0, path, value) : throw Wrong("no ] where one is expected");
    }

    public XName NameOf(string name, bool attribute)
    {
        var colon = name.IndexOf(':', StringComparison.Ordinal);
        try
        {
            if (colon < 0) return attribute ? XName.Get(name) : scope.GetDefaultNamespace() + name;
            var prefix = name[..colon];
            var space = scope.GetNamespaceOfPrefix(prefix)
                ?? (prefix switch { "f" => (XNamespace)FhirXml.Namespace, "h" => Narrative.Xhtml, _ => throw Wrong($"the unknown prefix '{prefix}'") });
            return space + name[(colon + 1)..];
        }
        catch (Exception error) when (error is XmlException or ArgumentException)
        {
            throw Wrong("a name that XML does not have");
        }
    }

    public List<XObject> Find(XDocument doc, ref int budget) => Find([doc], steps, ref budget);

    List<XObject> Find(List<XObject> from, List<Step> path, ref int budget)
    {
        foreach (var step in path)
        {
            var found = new List<XObject>();
            foreach (var node in from)
            {
                List<XObject> next = [.. Next(node, step)];
                budget -= 1 + next.Count + (node is XContainer parent ? parent.Nodes().Count() : 0);
                if (budget < 0) throw new FhirException("too-costly", null, $"{where}more than {MaxVisits} nodes are looked at.");
                foreach (var predicate in step.Predicates) next = Kept(next, predicate, ref budget);
                found.AddRange(next);
            }
            from = found;
        }
        return from;
    }

    static IEnumerable<XObject> Next(XObject node, Step step) => (step.Kind, node) switch
    {
        (NodeKind.Self, _) => [node],
        (NodeKind.Element, XContainer parent) => parent.Elements(step.Name!),
        (NodeKind.Any, XContainer parent) => parent.Elements(),
        (NodeKind.Text, XContainer parent) => parent.Nodes().OfType<XText>(),
        (NodeKind.Comment, XContainer parent) => parent.Nodes().OfType<XComment>(),
        (NodeKind.Attribute, XElement element) when element.Attribute(step.Name!) is { } attribute => [attribute],
        _ => [],
    };

    List<XObject> Kept(List<XObject> nodes, Predicate predicate, ref int budget)
    {
        if (predicate.Path is not { } path) return predicate.Position <= nodes.Count ? [nodes[predicate.Position - 1]] : [];
        var kept = new List<XObject>();
        foreach (var node in nodes)
        {
            var found = Find([node], path, ref budget);
            if (found.Exists(item => predicate.Value is null || ValueOf(item) == predicate.Value)) kept.Add(node);
        }
        return kept;
    }

    static string ValueOf(XObject item) => item switch
    {
        XAttribute attribute => attribute.Value,
        XElement element => element.Value,
        XText text => text.Value,
        XComment comment => comment.Value,
        _ => "",
    };
}
