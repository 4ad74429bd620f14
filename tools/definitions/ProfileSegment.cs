using System.Text.Encodings.Web;
using System.Text.Json;

namespace Socle.Tools.Definitions;

/// <summary>The profiles and the extensions that R4 itself publishes: of each its differential, without what only people read.</summary>
static class ProfileSegment
{
    static readonly string[] Kept = ["resourceType", "url", "version", "name", "type", "baseDefinition", "derivation", "contextInvariant"];

    static readonly string[] OfElement = ["id", "path", "sliceName", "min", "max", "maxLength", "isModifier"];
    static readonly string[] Values = ["fixed", "pattern", "minValue", "maxValue"];

    static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static byte[] Write(IReadOnlyList<JsonElement> profiles, string what)
    {
        var segment = new Segment();
        segment.Int(profiles.Count);
        foreach (var profile in profiles)
        {
            segment.Text(profile.Text("url"));
            segment.Text(Trimmed(profile));
        }
        Console.WriteLine($"{profiles.Count} {what}");
        return segment.Compressed();
    }

    static string Trimmed(JsonElement profile)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Plain))
        {
            json.WriteStartObject();
            Keep(json, profile, Kept);
            if (profile.TryGetProperty("context", out var contexts))
            {
                json.WriteStartArray("context");
                foreach (var context in contexts.EnumerateArray()) Object(json, context, "type", "expression");
                json.WriteEndArray();
            }
            json.WriteStartObject("differential");
            json.WriteStartArray("element");
            foreach (var element in profile.GetProperty("differential").List("element")) Element(json, element);
            json.WriteEndArray();
            json.WriteEndObject();
            json.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }

    static void Element(Utf8JsonWriter json, JsonElement element)
    {
        json.WriteStartObject();
        Keep(json, element, OfElement);
        foreach (var member in element.EnumerateObject())
            if (Array.Exists(Values, v => member.Name.StartsWith(v, StringComparison.Ordinal))) member.WriteTo(json);
        if (element.TryGetProperty("slicing", out var slicing))
        {
            json.WriteStartObject("slicing");
            Keep(json, slicing, "discriminator", "ordered", "rules");
            json.WriteEndObject();
        }
        if (element.TryGetProperty("type", out var types))
        {
            json.WriteStartArray("type");
            foreach (var type in types.EnumerateArray()) Object(json, type, "code", "profile", "targetProfile");
            json.WriteEndArray();
        }
        if (element.TryGetProperty("binding", out var binding))
        {
            json.WriteStartObject("binding");
            Keep(json, binding, "strength", "valueSet");
            json.WriteEndObject();
        }
        if (element.TryGetProperty("constraint", out var constraints))
        {
            json.WriteStartArray("constraint");
            foreach (var constraint in constraints.EnumerateArray()) Object(json, constraint, "key", "severity", "human", "expression");
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }

    static void Object(Utf8JsonWriter json, JsonElement from, params string[] names)
    {
        json.WriteStartObject();
        Keep(json, from, names);
        json.WriteEndObject();
    }

    static void Keep(Utf8JsonWriter json, JsonElement from, params string[] names)
    {
        foreach (var name in names)
            if (from.TryGetProperty(name, out var value))
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }
    }
}
