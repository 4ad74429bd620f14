using System.Text;
using System.Text.Json.Nodes;

namespace Socle.Fhir.Tests.Xml;

/// <summary>Resources of any type, made from the definitions: every primitive type, choices, `_name` siblings with holes, contained resources,
/// strings with all that JSON and XML escape.</summary>
static class GeneratedResource
{
    static readonly string[] Strings =
    [
        "a", " deux  blancs ", "l'été", "\"quoted\"", "a<b>&c;", "tab\tline\nreturn\r\n", "]]>", "𝄞 clef", "&amp;", "\u00a0", "\\", "/", "<!-- x -->",
    ];

    public static byte[] Write(Random random)
    {
        var types = TypeTable.Instance.Resources;
        return Encoding.UTF8.GetBytes(Resource(types[random.Next(types.Length)], random, 0, contained: false).ToJsonString());
    }

    static JsonObject Resource(TypeDefinition type, Random random, int depth, bool contained)
    {
        var json = new JsonObject { ["resourceType"] = type.Name };
        if (contained) json["id"] = "c" + random.Next(1000);
        Fill(json, type, random, depth);
        return json;
    }

    static void Fill(JsonObject json, TypeDefinition type, Random random, int depth)
    {
        var part = depth <= 3 && random.Next(4) == 0 ? "extension" : "value";
        var chosen = type == TypeTable.Instance.Extension
            ? type.Elements.Where(e => e.Name == part || e.Name == "url").ToArray()
            : type.Elements.Where(e => e.Min > 0 || Wanted(e, random, depth)).ToArray();
        if (chosen.Length == 0 || (chosen is [{ Name: "id" }] && !type.IsResource)) chosen = [.. chosen, type.Elements.First(e => e.Name != "id" && e.Name != "extension" && e.Name != "modifierExtension")];
        foreach (var element in chosen)
        {
            var property = Pick([.. type.Properties.Where(p => p.Element == element)], random);
            if (!json.ContainsKey(property.Name)) Property(json, type, property, random, depth + 1);
        }
    }

    static bool Wanted(ElementDefinition element, Random random, int depth) => element.Name switch
    {
        "contained" => depth == 0 && random.Next(4) == 0,
        "extension" or "modifierExtension" => depth < 4 && random.Next(8) == 0,
        _ => random.Next(depth < 3 ? 4 : depth < 6 ? 10 : 1_000_000) == 0,
    };

    static void Property(JsonObject json, TypeDefinition owner, Property property, Random random, int depth)
    {
        var count = property.Element.IsList ? random.Next(1, 4) : 1;
        if (property.Element.Max > 0) count = Math.Min(count, property.Element.Max);
        if (property.Type.Kind == TypeKind.Primitive)
        {
            var attribute = property.Name == "id" && !owner.IsResource || property.Name == "url" && owner.FhirType == "Extension"
                || property.Type.Primitive == Primitive.Xhtml;
            Primitives(json, property, count, attribute || depth > 5, random);
            return;
        }
        JsonNode One() => property.Type.Kind == TypeKind.AbstractResource
            ? Resource(TypeTable.Instance.Find("Basic")!, random, Math.Max(depth, 3), contained: property.Name == "contained")
            : Complex(property.Type, random, depth);
        json[property.Name] = property.Element.IsList ? new JsonArray([.. Enumerable.Range(0, count).Select(_ => One())]) : One();
    }

    static JsonObject Complex(TypeDefinition type, Random random, int depth)
    {
        var json = new JsonObject();
        Fill(json, type, random, depth);
        return json;
    }

    static void Primitives(JsonObject json, Property property, int count, bool plain, Random random)
    {
        var values = new JsonNode?[count];
        var siblings = new JsonNode?[count];
        for (var i = 0; i < count; i++)
        {
            if (!plain && random.Next(4) == 0) siblings[i] = Sibling(random);
            if (siblings[i] is null || random.Next(2) == 0) values[i] = Value(property, random);
        }
        if (values.Any(v => v is not null)) json[property.Name] = property.Element.IsList ? new JsonArray(values) : values[0];
        if (siblings.Any(s => s is not null)) json["_" + property.Name] = property.Element.IsList ? new JsonArray(siblings) : siblings[0];
    }

    static JsonObject Sibling(Random random)
    {
        var json = new JsonObject();
        if (random.Next(2) == 0) json["id"] = "x" + random.Next(100);
        json["extension"] = new JsonArray(new JsonObject { ["url"] = "http://example.org/e?a=1&b=2", ["valueString"] = Pick(Strings, random) });
        return json;
    }

    static JsonNode Value(Property property, Random random) => property.Type.Primitive switch
    {
        Primitive.Boolean => JsonValue.Create(random.Next(2) == 0),
        Primitive.Integer or Primitive.PositiveInt or Primitive.UnsignedInt => JsonValue.Create(random.Next(1, int.MaxValue)),
        Primitive.Decimal => JsonNode.Parse(Pick(["1.50", "0.0", "-0.000", "1e5", "12345678901234567890.1234567890", "3E-2"], random))!,
        Primitive.Code => JsonValue.Create(property.Element.Codes is { } codes ? Encoding.UTF8.GetString(codes[random.Next(codes.Count)]) : "a b"),
        Primitive.Id => JsonValue.Create("id-" + random.Next()),
        Primitive.Uri or Primitive.Url or Primitive.Canonical => JsonValue.Create("http://example.org/?a=1&b=<2>#" + random.Next()),
        Primitive.Oid => JsonValue.Create("urn:oid:1.2.250." + random.Next()),
        Primitive.Uuid => JsonValue.Create("urn:uuid:0d2f2e6e-3c0b-4c8e-9a5d-" + random.Next(0x10000000).ToString("x12", System.Globalization.CultureInfo.InvariantCulture)),
        Primitive.Date => JsonValue.Create("2026-02-28"),
        Primitive.DateTime => JsonValue.Create("2026-02"),
        Primitive.Time => JsonValue.Create("12:34:56.7890"),
        Primitive.Instant => JsonValue.Create("2026-02-28T12:34:56.120+01:00"),
        Primitive.Base64Binary => JsonValue.Create("AAEC"),
        Primitive.Xhtml => JsonValue.Create("<div xmlns=\"http://www.w3.org/1999/xhtml\"><p class='a'>été &lt; &amp;<br/></p><p></p></div>"),
        _ => JsonValue.Create(Pick(Strings, random)),
    };

    static T Pick<T>(T[] from, Random random) => from[random.Next(from.Length)];
}
