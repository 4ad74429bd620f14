using System.Xml;

namespace Socle.Fhir;

/// <summary>An attribute with its prefix, which a signature is about too.</summary>
public sealed record XmlMark(string Prefix, string Name, string Namespace, string Value);

/// <summary>
/// An element of a signed message as it was written, prefixes and blanks included, read by <see cref="SafeXml"/>. What was verified and what is used are the
/// same object: there is no second look that could find another element.
/// </summary>
public sealed class XmlPart
{
    const string Xmlns = "http://www.w3.org/2000/xmlns/";

    readonly List<object> content = [];
    readonly List<XmlMark> attributes = [];
    readonly List<(string Prefix, string Uri)> declared = [];

    XmlPart(XmlPart? parent, string prefix, string name, string uri) => (Parent, Prefix, Name, Namespace) = (parent, prefix, name, uri);

    public XmlPart? Parent { get; }
    public string Prefix { get; }
    public string Name { get; }
    public string Namespace { get; }

    public IReadOnlyList<XmlMark> Attributes => attributes;

    /// <summary>Namespaces declared on this very element.</summary>
    public IReadOnlyList<(string Prefix, string Uri)> Declared => declared;

    /// <summary>Elements and texts, in their order.</summary>
    public IReadOnlyList<object> Content => content;

    public IEnumerable<XmlPart> Children => content.OfType<XmlPart>();

    public IEnumerable<XmlPart> Descendants => Children.SelectMany(child => child.Descendants.Prepend(child));

    public XmlPart Root => Parent?.Root ?? this;

    /// <summary>An attribute without a namespace.</summary>
    public string? this[string attribute] => attributes.Find(mark => mark.Name == attribute && mark.Namespace.Length == 0)?.Value;

    public bool Is(string uri, string name) => Name == name && Namespace == uri;

    /// <summary>The whole text; null where there are elements. Comments are no part of it and do not cut it.</summary>
    public string? Text => Children.Any() ? null : string.Concat(content);

    /// <summary>The one child of this name; null when there is none or another beside it.</summary>
    public XmlPart? Only(string uri, string name)
    {
        XmlPart? found = null;
        foreach (var child in Children)
        {
            if (!child.Is(uri, name)) continue;
            if (found is not null) return null;
            found = child;
        }
        return found;
    }

    /// <summary>What a prefix stands for here; null when it is not declared.</summary>
    public string? Lookup(string prefix)
    {
        if (prefix == "xml") return "http://www.w3.org/XML/1998/namespace";
        for (var at = this; at is not null; at = at.Parent)
            foreach (var (known, uri) in at.declared)
                if (known == prefix) return uri;
        return null;
    }

    /// <summary>Reads a message. Processing instructions have no place in one and are refused like a document type.</summary>
    public static XmlPart Read(ReadOnlyMemory<byte> xml)
    {
        using var reader = SafeXml.Read(xml);
        XmlPart? root = null, at = null;
        while (reader.Read())
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    var part = new XmlPart(at, reader.Prefix, reader.LocalName, reader.NamespaceURI);
                    var empty = reader.IsEmptyElement;
                    part.ReadAttributes(reader);
                    at?.content.Add(part);
                    root ??= part;
                    if (!empty) at = part;
                    break;
                case XmlNodeType.EndElement:
                    at = at!.Parent;
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.Whitespace or XmlNodeType.SignificantWhitespace:
                    at?.Append(reader.Value);
                    break;
                case XmlNodeType.XmlDeclaration or XmlNodeType.None:
                    break;
                default:
                    throw SafeXml.Refused($"{reader.NodeType} has no place in a message.");
            }
        }
        return root ?? throw SafeXml.Refused("no element.");
    }

    void ReadAttributes(XmlReader reader)
    {
        while (reader.MoveToNextAttribute())
        {
            if (reader.NamespaceURI == Xmlns) declared.Add((reader.Prefix.Length == 0 ? "" : reader.LocalName, reader.Value));
            else attributes.Add(new(reader.Prefix, reader.LocalName, reader.NamespaceURI, reader.Value));
        }
        reader.MoveToElement();
    }

    void Append(string text)
    {
        if (content is [.., string before]) content[^1] = before + text;
        else content.Add(text);
    }
}
