using System.Text.Json;

namespace Socle.Fhir;

/// <summary>
/// The JSON form of resources as schemas of OpenAPI 3.0 (a subset of JSON Schema): names, types, lists, required codes. It says what a program
/// needs to have types for; what it cannot say (invariants, partial dates, an extension in place of a value) is validation's.
/// </summary>
public static class JsonSchemas
{
    /// <summary>A list of codes longer than that is no type for a program (currencies, MIME types).</summary>
    const int MostCodes = 100;

    /// <summary>The key of the schema that is any of the resources.</summary>
    public const string AnyResource = "Resource";

    /// <summary>Into an open object: these resources, the data types they are made of, and <see cref="AnyResource"/>, one of them.</summary>
    /// <param name="reference">What a reference to a schema begins with: « #/components/schemas/ ».</param>
    public static void Write(Utf8JsonWriter json, IReadOnlyList<string> resourceTypes, string reference)
    {
        WriteAnyResource(json, resourceTypes, reference);
        var table = TypeTable.Instance;
        var known = new HashSet<TypeDefinition>();
        var open = new Stack<TypeDefinition>();
        void Meet(TypeDefinition type)
        {
            if (type.Kind is not (TypeKind.Primitive or TypeKind.AbstractResource) && known.Add(type)) open.Push(type);
        }
        Meet(table.Element);   // what stands beside a primitive
        foreach (var name in resourceTypes.Reverse()) Meet(table.Find(name)!);
        while (open.TryPop(out var type))
        {
            new Writer(json, type, reference).Write();
            foreach (var property in type.Properties) Meet(property.Type);
        }
    }

    /// <summary>The key of a type's schema: a part of a resource by its path (Patient_contact).</summary>
    static string KeyOf(TypeDefinition type) => type.Kind == TypeKind.AbstractResource ? AnyResource : type.Name.Replace('.', '_');

    static void WriteAnyResource(Utf8JsonWriter json, IReadOnlyList<string> resourceTypes, string reference)
    {
        json.WriteStartObject(AnyResource);
        json.WriteStartArray("oneOf");
        foreach (var name in resourceTypes)
        {
            json.WriteStartObject();
            json.WriteString("$ref", reference + name);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteStartObject("discriminator");
        json.WriteString("propertyName", "resourceType");
        json.WriteEndObject();
        json.WriteEndObject();
    }

    readonly struct Writer(Utf8JsonWriter json, TypeDefinition type, string reference)
    {
        public void Write()
        {
            json.WriteStartObject(KeyOf(type));
            json.WriteString("type"u8, "object"u8);
            // A primitive may be absent and have an extension in its place, so that only what is no primitive can be demanded.
            var required = type.Properties.Where(property => property is { Element: { Min: > 0, IsChoice: false }, Type.Kind: not TypeKind.Primitive }).ToList();
            if (type.IsResource || required.Count > 0)
            {
                json.WriteStartArray("required"u8);
                if (type.IsResource) json.WriteStringValue("resourceType"u8);
                foreach (var property in required) json.WriteStringValue(property.Name);
                json.WriteEndArray();
            }
            json.WriteStartObject("properties"u8);
            if (type.IsResource) ResourceType();
            foreach (var property in type.Properties) Property(property);
            json.WriteEndObject();
            if (type.IsResource)
            {
                json.WriteStartObject("externalDocs"u8);
                json.WriteString("url"u8, $"http://hl7.org/fhir/R4/{type.Name.ToLowerInvariant()}.html");
                json.WriteEndObject();
            }
            json.WriteEndObject();
        }

        void ResourceType()
        {
            json.WriteStartObject("resourceType"u8);
            json.WriteString("type"u8, "string"u8);
            json.WriteStartArray("enum"u8);
            json.WriteStringValue(type.Name);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        void Property(Property property)
        {
            json.WriteStartObject(property.Name);
            var isList = property.Element.IsList;
            if (isList) OpenList();
            if (property.Type.Kind == TypeKind.Primitive) Primitive(property, isList);
            else json.WriteString("$ref"u8, reference + KeyOf(property.Type));
            if (isList) json.WriteEndObject();
            json.WriteEndObject();
            if (property.Type.Kind == TypeKind.Primitive && HasSibling(property)) Sibling(property, isList);
        }

        // Ids of elements and the address of an extension have no extensions of their own; a narrative is one string.
        static bool HasSibling(Property property) => property.Type.Primitive is not (Fhir.Primitive.Xhtml or Fhir.Primitive.None)
            && property.Name != "id" && !(property.Owner.Name == "Extension" && property.Name == "url");

        void Sibling(Property property, bool isList)
        {
            json.WriteStartObject("_" + property.Name);
            if (isList)
            {
                OpenList();
                // Where a value has nothing beside it, null keeps the place.
                json.WriteBoolean("nullable"u8, true);
                json.WriteStartArray("allOf"u8);
                json.WriteStartObject();
                json.WriteString("$ref"u8, reference + "Element");
                json.WriteEndObject();
                json.WriteEndArray();
                json.WriteEndObject();
            }
            else json.WriteString("$ref"u8, reference + "Element");
            json.WriteEndObject();
        }

        void OpenList()
        {
            json.WriteString("type"u8, "array"u8);
            json.WriteStartObject("items"u8);
        }

        void Primitive(Property property, bool inList)
        {
            var (name, format) = NamesOf(property.Type.Primitive);
            json.WriteString("type"u8, name);
            if (format is not null) json.WriteString("format"u8, format);
            if (inList) json.WriteBoolean("nullable"u8, true);
            if (property.Type.Primitive != Fhir.Primitive.Code || property.Element.Codes is not { Count: > 0 and <= MostCodes } codes) return;
            json.WriteStartArray("enum"u8);
            for (var i = 0; i < codes.Count; i++) json.WriteStringValue(codes[i]);
            // An enumeration says all there may be: where null keeps a place, it is among them.
            if (inList) json.WriteNullValue();
            json.WriteEndArray();
        }

        // A date may be a year or a month only: no format of JSON Schema allows that.
        static (string Type, string? Format) NamesOf(Primitive primitive) => primitive switch
        {
            Fhir.Primitive.Boolean => ("boolean", null),
            Fhir.Primitive.Integer or Fhir.Primitive.UnsignedInt or Fhir.Primitive.PositiveInt => ("integer", "int32"),
            Fhir.Primitive.Decimal => ("number", null),
            Fhir.Primitive.Instant => ("string", "date-time"),
            Fhir.Primitive.Base64Binary => ("string", "byte"),
            _ => ("string", null)
        };
    }
}
