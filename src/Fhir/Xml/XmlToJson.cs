using System.Text;
using System.Xml;

namespace Socle.Fhir;

/// <summary>One pass over the XML. Elements of one name become a list or a value by the definition; a primitive's id and extensions go to
/// a second buffer until its run of elements ends, as JSON has them in a list of their own. Each method starts on a start tag and ends on
/// the end tag of that element.</summary>
sealed partial class XmlToJson(XmlReader xml)
{
    readonly TypeTable types = TypeTable.Instance;
    readonly List<(string Name, int Index)> path = [];
    readonly List<Issue> issues = [];
    ByteBuffer output = new(16 * 1024);

    public byte[] Run()
    {
        try
        {
            while (xml.Read() && xml.NodeType != XmlNodeType.Element) { }
            path.Add((xml.LocalName, -1));
            Resource();
            while (xml.Read()) { }
        }
        catch (FhirException error) when (issues.Count > 0 || error.Issues[0].Expression is null)
        {
            issues.AddRange(error.Issues.Select(issue => issue with { Expression = issue.Expression ?? Path(null) }));
        }
        return issues.Count == 0 ? output.Written.ToArray() : throw new FhirException(issues);
    }

    void Resource()
    {
        if (xml.NamespaceURI != FhirXml.Namespace)
            Fault("structure", null, $"a resource stands in the namespace {FhirXml.Namespace}, {Shown(xml.Name)} does not.");
        var name = xml.LocalName;
        if (types.Find(name) is not { Kind: TypeKind.Resource } type)
        {
            Fault("structure", null, $"{Shown(name)} is not a resource type of FHIR R4.");
            Skip();
            return;
        }
        output.Add("{\"resourceType\":\""u8);
        output.Add(name);
        output.Add((byte)'"');
        Attributes(type);
        Members(type, comma: true);
        output.Add((byte)'}');
    }

    void Complex(TypeDefinition type)
    {
        output.Add((byte)'{');
        var comma = Attributes(type);
        Members(type, comma);
        output.Add((byte)'}');
    }

    /// <summary>Answers whether one of them was written.</summary>
    bool Attributes(TypeDefinition type)
    {
        var any = false;
        while (xml.MoveToNextAttribute())
        {
            if (IsOfXml()) continue;
            var isOurs = xml.NamespaceURI.Length == 0 && !type.IsResource
                && (xml.LocalName == "id" || xml.LocalName == "url" && type.FhirType == "Extension");
            if (!isOurs)
            {
                NoAttribute(type.Name);
                continue;
            }
            if (any) output.Add((byte)',');
            any = true;
            Name(xml.LocalName);
            output.AddJsonString(xml.Value);
        }
        xml.MoveToElement();
        return any;
    }

    // Declarations of namespaces and xsi:schemaLocation say nothing of the resource.
    bool IsOfXml() => xml.NamespaceURI is "http://www.w3.org/2000/xmlns/" or "http://www.w3.org/2001/XMLSchema-instance";

    void NoAttribute(string where) => Fault("structure", null, $"{where} has no attribute {Shown(xml.Name)}.");

    void Members(TypeDefinition type, bool comma)
    {
        if (xml.IsEmptyElement) return;
        var seen = new HashSet<int>();
        var more = Next();
        while (more) more = Run(type, seen, ref comma);
    }

    /// <summary>To the next element inside the same parent; false at the parent's end.</summary>
    bool Next()
    {
        while (xml.Read())
        {
            switch (xml.NodeType)
            {
                case XmlNodeType.Element: return true;
                case XmlNodeType.EndElement: return false;
                case XmlNodeType.Text or XmlNodeType.CDATA:
                    Fault("structure", null, "Text stands between the elements: values are written as attributes.");
                    break;
            }
        }
        return false;
    }

    // The elements of one name that follow each other; answers whether another element comes.
    bool Run(TypeDefinition type, HashSet<int> seen, ref bool comma)
    {
        var name = xml.LocalName;
        if (Known(type, name) is not { } property)
        {
            Fault("structure", name, $"{type.Name} has no element {Shown(name)}{(IsHere() ? "" : " of the namespace " + Shown(xml.NamespaceURI))}.");
            Skip();
            return Next();
        }
        path.Add((property.Element.Name, -1));
        if (!seen.Add(property.Element.Index))
            Fault("structure", null, property.Element.IsList ? "The repetitions of an element stand together." : "The element is there twice.");
        var more = property.Type.Kind == TypeKind.Primitive ? Primitives(property, ref comma) : Complexes(property, ref comma);
        path.RemoveAt(path.Count - 1);
        return more;
    }

    bool IsHere() => xml.NamespaceURI is FhirXml.Namespace || xml.LocalName == "div" && xml.NamespaceURI == Narrative.Xhtml;

    Property? Known(TypeDefinition type, string name)
    {
        if (name.Length > 128 || !IsHere()) return null;
        Span<byte> utf8 = stackalloc byte[name.Length * 3];
        var property = type.Find(utf8[..Encoding.UTF8.GetBytes(name, utf8)]);
        if (property is null || name == "id" && !type.IsResource || name == "url" && type.FhirType == "Extension") return null;
        return property.Type.Primitive == Primitive.Xhtml == (xml.NamespaceURI == Narrative.Xhtml) ? property : null;
    }

    bool Complexes(Property property, ref bool comma)
    {
        if (comma) output.Add((byte)',');
        comma = true;
        Name(property.Name);
        var (name, list, count) = (xml.LocalName, property.Element.IsList, 0);
        if (list) output.Add((byte)'[');
        bool more;
        do
        {
            if (Repeats(list, count))
            {
                if (count > 0) output.Add((byte)',');
                if (property.Type.Kind == TypeKind.AbstractResource) Holder();
                else Complex(property.Type);
            }
            count++;
            more = Next();
        }
        while (more && xml.LocalName == name && IsHere());
        if (list) output.Add((byte)']');
        return more;
    }

    bool Repeats(bool list, int count)
    {
        if (list)
        {
            path[^1] = (path[^1].Name, count);
            return true;
        }
        if (count == 0) return true;
        Fault("structure", null, "The element does not repeat.");
        Skip();
        return false;
    }

    // contained, Bundle.entry.resource: an element around one resource.
    void Holder()
    {
        while (xml.MoveToNextAttribute())
            if (!IsOfXml()) NoAttribute(path[^1].Name);
        xml.MoveToElement();
        if (xml.IsEmptyElement || !Next())
        {
            Fault("structure", null, "A resource is expected inside.");
            return;
        }
        Resource();
        while (Next())
        {
            Fault("structure", null, "One resource is expected inside, there are more.");
            Skip();
        }
    }

    void Name(string name)
    {
        output.Add((byte)'"');
        output.Add(name);
        output.Add("\":"u8);
    }

    void Skip()
    {
        if (xml.IsEmptyElement) return;
        var depth = xml.Depth;
        while (xml.Read() && xml.Depth > depth) { }
    }

    void Fault(string code, string? member, string diagnostics)
    {
        var line = xml is IXmlLineInfo info && info.HasLineInfo() ? $" (line {info.LineNumber}, column {info.LinePosition})" : "";
        issues.Add(new Issue("error", code, Path(member), diagnostics + line));
        if (issues.Count >= FhirDocument.MaxIssues) throw new FhirException(issues);
    }

    string Path(string? member)
    {
        var text = new StringBuilder();
        foreach (var (name, index) in path)
        {
            if (text.Length > 0) text.Append('.');
            text.Append(Shown(name));
            if (index >= 0) text.Append('[').Append(index).Append(']');
        }
        if (member is not null) text.Append('.').Append(Shown(member));
        return text.ToString();
    }

    static string Shown(string text) => text.Length <= 64 ? text : text[..64];
}
