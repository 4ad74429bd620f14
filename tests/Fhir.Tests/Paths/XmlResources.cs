using System.Text;
using System.Text.Json.Nodes;
using System.Xml.Linq;

namespace Socle.Fhir.Tests.Paths;

/// <summary>The official suite's input files are XML: this writes them as FHIR JSON by the definitions.</summary>
static class XmlResources
{
    static readonly XNamespace Xhtml = "http://www.w3.org/1999/xhtml";

    public static FhirDocument Read(byte[] bytes)
    {
        if (bytes.AsSpan().TrimStart("\uFEFF \r\n\t"u8)[0] == '{') return FhirDocument.Parse(bytes);
        return FhirDocument.Parse(Encoding.UTF8.GetBytes(Resource(SafeXml.Load(bytes)).ToJsonString()));
    }

    static JsonObject Resource(XElement element)
    {
        var json = new JsonObject { ["resourceType"] = element.Name.LocalName };
        Fill(json, element, TypeTable.Instance.Find(element.Name.LocalName)!);
        return json;
    }

    static void Fill(JsonObject json, XElement element, TypeDefinition type)
    {
        foreach (var attribute in element.Attributes())
            if (attribute.Name.LocalName is "id" or "url"
                && !attribute.IsNamespaceDeclaration) json[attribute.Name.LocalName] = attribute.Value;
        foreach (var group in element.Elements().GroupBy(e => e.Name.LocalName))
        {
            var property = type.Find(Encoding.UTF8.GetBytes(group.Key)) ?? throw new InvalidOperationException($"{type.Name}.{group.Key}");
            if (property.Type.Kind == TypeKind.Primitive) Primitives(json, group.Key, [.. group], property);
            else if (property.Element.IsList) json[group.Key] = new JsonArray([.. group.Select(e => (JsonNode)Complex(e, property.Type))]);
            else json[group.Key] = Complex(group.Single(), property.Type);
        }
    }

    static JsonObject Complex(XElement element, TypeDefinition type)
    {
        if (type.IsResource) return Resource(element.Elements().Single());
        var json = new JsonObject();
        Fill(json, element, type);
        return json;
    }

    static void Primitives(JsonObject json, string name, XElement[] elements, Property property)
    {
        var values = elements.Select(e => Value(e, property.Type.Primitive)).ToArray();
        var siblings = elements.Select(Sibling).ToArray();
        if (!property.Element.IsList)
        {
            if (values[0] is not null) json[name] = values[0];
            if (siblings[0] is not null) json["_" + name] = siblings[0];
            return;
        }
        json[name] = new JsonArray(values);
        if (siblings.Any(s => s is not null)) json["_" + name] = new JsonArray([.. siblings.Select(s => (JsonNode?)s)]);
    }

    static JsonNode? Value(XElement element, Primitive kind)
    {
        if (element.Name.Namespace == Xhtml) return JsonValue.Create(element.ToString(SaveOptions.DisableFormatting));
        if (element.Attribute("value")?.Value is not { } text) return null;
        return kind switch
        {
            Primitive.Boolean or Primitive.Integer or Primitive.PositiveInt or Primitive.UnsignedInt or Primitive.Decimal =>
                JsonNode.Parse(text),
            _ => JsonValue.Create(text),
        };
    }

    static JsonObject? Sibling(XElement element)
    {
        if (element.Name.Namespace == Xhtml) return null;
        var json = new JsonObject();
        if (element.Attribute("id") is { } id) json["id"] = id.Value;
        var extensions = element.Elements().Where(e => e.Name.LocalName == "extension").ToArray();
        if (extensions.Length > 0)
            json["extension"] = new JsonArray([.. extensions.Select(e => (JsonNode)Complex(e, TypeTable.Instance.Extension))]);
        return json.Count == 0 ? null : json;
    }
}
