using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Socle.Fhir;

/// <summary>XML Patch (RFC 5261) on the XML form of a resource. The prefixes f (FHIR) and h (XHTML) need no declaration; a name without
/// prefix is of the patch's default namespace.</summary>
sealed class XmlPatch : ResourcePatch
{
    static readonly XmlWriterSettings Written = new()
    {
        Encoding = new UTF8Encoding(false), OmitXmlDeclaration = true, NewLineHandling = NewLineHandling.Entitize,
    };

    readonly List<XmlChange> changes;

    XmlPatch(List<XmlChange> changes) => this.changes = changes;

    public static XmlPatch Parse(ReadOnlyMemory<byte> patch) => new(Read(SafeXml.Load(patch, LoadOptions.PreserveWhitespace | LoadOptions.SetLineInfo)));

    internal static XmlPatch Of(XElement patch) => new(Read(patch));

    static List<XmlChange> Read(XElement patch)
    {
        var changes = new List<XmlChange>();
        foreach (var element in patch.Elements())
        {
            if (changes.Count >= MaxOperations) throw new FhirException("too-long", null, $"XML Patch: more than {MaxOperations} operations.");
            changes.Add(XmlChange.Read(element, changes.Count));
        }
        return changes.Count > 0 ? changes : throw new FhirException("structure", null, "XML Patch: no operation add, replace or remove in element 1.");
    }

    public override byte[] Apply(FhirDocument doc)
    {
        var holder = new XDocument(SafeXml.Load(FhirXml.OfJson(doc.Bytes)));
        Apply(holder);
        using var text = new MemoryStream();
        using (var writer = XmlWriter.Create(text, Written)) holder.WriteTo(writer);
        return Checked(FhirXml.ToJson(text.ToArray()), doc);
    }

    internal void Apply(XDocument doc)
    {
        var budget = XmlSelector.MaxVisits;
        foreach (var change in changes) change.Apply(doc, ref budget);
        if (doc.Root is null) throw new FhirException("processing", null, $"XML Patch: nothing is left after operation {changes.Count}.");
    }
}

/// <summary>One operation. Kind: add, replace or remove.</summary>
sealed record XmlChange(string Kind, XmlSelector Selector, string? Type, string? Position, XElement Element, string Where)
{
    public static XmlChange Read(XElement element, int index)
    {
        var kind = element.Name.LocalName;
        var where = $"XML Patch, operation {index} ({(kind.Length <= 40 ? kind : kind[..40])}): ";
        FhirException Wrong(string why) => new("structure", null, where + why);
        if (kind is not ("add" or "replace" or "remove")) throw Wrong("an operation is add, replace or remove.");
        if (element.Attribute("sel")?.Value is not { } sel) throw Wrong("the attribute « sel » is missing.");
        var position = element.Attribute("pos")?.Value;
        if (position is not (null or "before" or "after" or "prepend")) throw Wrong("« pos » is before, after or prepend.");
        var type = element.Attribute("type")?.Value;
        if (type is not null && (kind != "add" || !(type.StartsWith('@') && type.Length > 1 || type.StartsWith("namespace::", StringComparison.Ordinal) && type.Length > 11)))
            throw Wrong("« type » is @name or namespace::prefix, of an add.");
        return new XmlChange(kind, XmlSelector.Parse(sel, element, where), type, position, element, where);
    }

    public void Apply(XDocument doc, ref int budget)
    {
        var found = Selector.Find(doc, ref budget);
        if (found.Count != 1) throw Failed($"« sel » finds {(found.Count == 0 ? "nothing" : found.Count.ToString(System.Globalization.CultureInfo.InvariantCulture) + " nodes")}, one is expected.");
        try
        {
            if (Kind == "add") Add(found[0]);
            else if (Kind == "replace") Replace(found[0]);
            else Remove(found[0]);
        }
        // Names, duplicate attributes and second roots that XML cannot have.
        catch (Exception error) when (error is XmlException or InvalidOperationException or ArgumentException)
        {
            throw Failed(error.Message);
        }
    }

    FhirException Failed(string why) => new("processing", null, Where + why);

    void Add(XObject target)
    {
        if (Type is not null)
        {
            if (target is not XElement owner) throw Failed("only an element has attributes.");
            var name = Type[0] == '@' ? Selector.NameOf(Type[1..], attribute: true) : XNamespace.Xmlns + Type["namespace::".Length..];
            if (owner.Attribute(name) is not null) throw Failed("the attribute is there already.");
            owner.SetAttributeValue(name, Element.Value);
            return;
        }
        var content = Copies();
        switch (Position, target)
        {
            case ("before", XNode node): node.AddBeforeSelf(content); break;
            case ("after", XNode node): node.AddAfterSelf(content); break;
            case ("prepend", XElement parent): parent.AddFirst(content); break;
            case (null, XElement parent): parent.Add(content); break;
            default: throw Failed("there is no place for nodes.");
        }
    }

    object[] Copies() => [.. Element.Nodes().Select(node => node is XElement element ? (object)new XElement(element) : node is XText text ? new XText(text) : node)];

    void Replace(XObject target)
    {
        switch (target)
        {
            case XAttribute attribute: attribute.Value = Element.Value; break;
            case XText text: text.Value = Element.Value; break;
            case XElement element:
                if (Element.Elements().Count() != 1) throw Failed("an element is replaced by one element.");
                element.ReplaceWith(new XElement(Element.Elements().Single()));
                break;
            case XComment comment:
                comment.Value = Element.Nodes().OfType<XComment>().FirstOrDefault()?.Value ?? throw Failed("a comment is replaced by a comment.");
                break;
        }
    }

    static void Remove(XObject target)
    {
        if (target is XAttribute attribute) attribute.Remove();
        else ((XNode)target).Remove();
    }
}
