using System.Xml;

namespace Socle.Fhir;

/// <summary>Counts depth, elements and attributes node by node, so that a bomb is refused where it begins.</summary>
sealed class BoundedXmlReader(XmlReader inner) : XmlReader, IXmlLineInfo
{
    int elements;

    public override bool Read()
    {
        try
        {
            if (!inner.Read()) return false;
        }
        catch (Exception error) when (error is XmlException or ArgumentException or System.Text.DecoderFallbackException)
        {
            throw SafeXml.Refused(error, this);
        }
        if (inner.NodeType == XmlNodeType.Element) Count();
        return true;
    }

    void Count()
    {
        if (inner.Depth >= SafeXml.MaxDepth) throw SafeXml.Refused($"more than {SafeXml.MaxDepth} levels of elements{Where()}.");
        if (++elements > SafeXml.MaxElements) throw SafeXml.Refused($"more than {SafeXml.MaxElements} elements{Where()}.");
        if (inner.AttributeCount > SafeXml.MaxAttributes)
            throw SafeXml.Refused($"more than {SafeXml.MaxAttributes} attributes on one element{Where()}.");
    }

    string Where() => HasLineInfo() ? $" (line {LineNumber}, column {LinePosition})" : "";

    public bool HasLineInfo() => inner is IXmlLineInfo info && info.HasLineInfo();
    public int LineNumber => (inner as IXmlLineInfo)?.LineNumber ?? 0;
    public int LinePosition => (inner as IXmlLineInfo)?.LinePosition ?? 0;
    public override XmlReaderSettings? Settings => inner.Settings;
    public override int AttributeCount => inner.AttributeCount;
    public override string BaseURI => inner.BaseURI;
    public override int Depth => inner.Depth;
    public override bool EOF => inner.EOF;
    public override bool IsEmptyElement => inner.IsEmptyElement;
    public override bool IsDefault => inner.IsDefault;
    public override bool HasValue => inner.HasValue;
    public override string LocalName => inner.LocalName;
    public override string Name => inner.Name;
    public override string NamespaceURI => inner.NamespaceURI;
    public override XmlNameTable NameTable => inner.NameTable;
    public override XmlNodeType NodeType => inner.NodeType;
    public override string Prefix => inner.Prefix;
    public override char QuoteChar => inner.QuoteChar;
    public override ReadState ReadState => inner.ReadState;
    public override string Value => SafeXml.Guarded(() => inner.Value);
    public override string XmlLang => inner.XmlLang;
    public override XmlSpace XmlSpace => inner.XmlSpace;
    public override string GetAttribute(int i) => inner.GetAttribute(i);
    public override string? GetAttribute(string name) => inner.GetAttribute(name);
    public override string? GetAttribute(string name, string? namespaceURI) => inner.GetAttribute(name, namespaceURI);
    public override string? LookupNamespace(string prefix) => inner.LookupNamespace(prefix);
    public override void MoveToAttribute(int i) => inner.MoveToAttribute(i);
    public override bool MoveToAttribute(string name) => inner.MoveToAttribute(name);
    public override bool MoveToAttribute(string name, string? ns) => inner.MoveToAttribute(name, ns);
    public override bool MoveToElement() => inner.MoveToElement();
    public override bool MoveToFirstAttribute() => inner.MoveToFirstAttribute();
    public override bool MoveToNextAttribute() => inner.MoveToNextAttribute();
    public override bool ReadAttributeValue() => inner.ReadAttributeValue();
    public override void ResolveEntity() => inner.ResolveEntity();

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }
}
