using System.Text;
using System.Text.Json.Nodes;

namespace Socle.Fhir.Tests.Validation;

/// <summary>One mistake in a resource that was right, and where a validator must point.</summary>
sealed record Fault(string Kind, string Expression);

/// <summary>A value of a resource: the object that has it, its property, and its path.</summary>
sealed record Place(JsonObject Parent, string ParentPath, Property Property, int Index, string Path)
{
    public JsonNode? Value => Index < 0 ? Parent[Property.Name] : Parent[Property.Name]!.AsArray()[Index];

    public void Set(JsonNode? value)
    {
        if (Index < 0) Parent[Property.Name] = value;
        else Parent[Property.Name]!.AsArray()[Index] = value;
    }
}

/// <summary>Mistakes that follow from the definitions: each kind at any place where it is one.</summary>
static class Faults
{
    public static readonly IReadOnlyList<string> Kinds = ["drop", "retype", "rename", "repeat", "code", "format", "empty", "choice"];

    public static Fault? Make(string kind, JsonObject resource, Random random)
    {
        var places = Places(resource).ToList();
        for (var attempt = 0; attempt < 40; attempt++)
            if (Make(kind, places[random.Next(places.Count)], random) is { } fault) return fault;
        return null;
    }

    static Fault? Make(string kind, Place at, Random random) => kind switch
    {
        "drop" => Drop(at),
        "retype" => Retype(at),
        "rename" => Rename(at),
        "repeat" => Repeat(at),
        "code" => Code(at, random),
        "format" => Format(at),
        "empty" => Empty(at),
        _ => Choice(at)
    };

    static Fault? Drop(Place at)
    {
        var list = at.Index >= 0 ? at.Parent[at.Property.Name]!.AsArray() : null;
        if (at.Property.Element.Min == 0 || list is { Count: > 1 } || at.Parent.Count < 2) return null;
        at.Parent.Remove(at.Property.Name);
        return new("drop", $"{at.ParentPath}.{at.Property.Element.Name}");
    }

    static Fault? Retype(Place at)
    {
        if (at.Property.Type.Kind == TypeKind.AbstractResource) return null;
        var isText = at.Value is JsonValue value && value.TryGetValue<string>(out _);
        at.Set(isText ? JsonValue.Create(12345) : JsonValue.Create("texte"));
        return new("retype", at.Path);
    }

    static Fault? Rename(Place at)
    {
        var value = at.Parent[at.Property.Name]!.DeepClone();
        at.Parent.Remove(at.Property.Name);
        at.Parent[at.Property.Name + "s2"] = value;
        return new("rename", $"{at.ParentPath}.{at.Property.Name}s2");
    }

    static Fault? Repeat(Place at)
    {
        if (at.Property.Element.IsList) return null;
        at.Parent[at.Property.Name] = new JsonArray(at.Value!.DeepClone(), at.Value.DeepClone());
        return new("repeat", at.Path);
    }

    static Fault? Code(Place at, Random random)
    {
        if (at.Property.Type.Primitive != Primitive.Code || at.Property.Element.Codes is null) return null;
        at.Set($"hors-jeu-{random.Next(100)}");
        return new("code", at.Path);
    }

    static Fault? Format(Place at)
    {
        var wrong = at.Property.Type.Primitive switch
        {
            Primitive.Date or Primitive.DateTime => "2026-02-30",
            Primitive.Instant => "2026-01-10T25:00:00Z",
            Primitive.Id => new string('a', 65),
            Primitive.Uri or Primitive.Canonical or Primitive.Url => "deux mots",
            Primitive.Base64Binary => "###",
            _ => null
        };
        if (wrong is null) return null;
        at.Set(wrong);
        return new("format", at.Path);
    }

    static Fault? Empty(Place at)
    {
        if (at.Property.Type.Kind == TypeKind.AbstractResource) return null;
        at.Set(at.Value is JsonObject ? new JsonObject() : at.Value!.GetValueKind() == System.Text.Json.JsonValueKind.String ? JsonValue.Create("") : null);
        if (at.Index >= 0 && at.Value is null) return null;
        return new("empty", at.Path);
    }

    static Fault? Choice(Place at)
    {
        if (!at.Property.Element.IsChoice) return null;
        var other = at.Property.Element.Types.Select(t => t.Type).FirstOrDefault(t => t is "boolean" or "string" or "dateTime" && t != at.Property.Type.Name);
        if (other is null) return null;
        at.Parent[at.Property.Element.Name + char.ToUpperInvariant(other[0]) + other[1..]] = other == "boolean" ? JsonValue.Create(true) : JsonValue.Create("2026-01-01");
        return new("choice", at.Path);
    }

    public static IEnumerable<Place> Places(JsonObject resource) =>
        Places(resource, TypeTable.Instance.FindResource(Encoding.UTF8.GetBytes(resource["resourceType"]!.GetValue<string>()))!, resource["resourceType"]!.GetValue<string>());

    static IEnumerable<Place> Places(JsonObject at, TypeDefinition type, string path)
    {
        foreach (var (name, value) in at)
        {
            if (type.Find(Encoding.UTF8.GetBytes(name)) is not { } property) continue;
            var here = $"{path}.{property.Element.Name}";
            if (value is JsonArray list)
            {
                for (var i = 0; i < list.Count; i++)
                {
                    yield return new(at, path, property, i, $"{here}[{i}]");
                    if (list[i] is JsonObject item) foreach (var below in Below(item, property, $"{here}[{i}]")) yield return below;
                }
            }
            else
            {
                yield return new(at, path, property, -1, here);
                if (value is JsonObject inner) foreach (var below in Below(inner, property, here)) yield return below;
            }
        }
    }

    static IEnumerable<Place> Below(JsonObject at, Property property, string path) =>
        Places(at, property.Type.Kind == TypeKind.AbstractResource ? TypeTable.Instance.FindResource(Encoding.UTF8.GetBytes(at["resourceType"]!.GetValue<string>()))! : property.Type, path);
}
