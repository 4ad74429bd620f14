using System.Text.Json;

namespace Socle.Tools.Definitions;

/// <summary>Types with their elements in the order of the specification; a backbone element is a type named by its path.</summary>
static class TypeSegment
{
    const string FhirTypeExtension = "http://hl7.org/fhir/StructureDefinition/structuredefinition-fhir-type";
    const string Profiles = "http://hl7.org/fhir/StructureDefinition/";

    public static IReadOnlyList<JsonElement> Elements(Package package, JsonElement type)
    {
        var published = type.GetProperty("snapshot").List("element");
        if (type.Text("name") == "EvidenceVariable") published = EvidenceVariableR4.Elements(published);
        var kept = new List<JsonElement>();
        foreach (var element in published)
        {
            if (package.IsR4(element)) kept.Add(element);
            else Console.WriteLine($"dropped {element.Text("path")}: not in 4.0.1");
        }
        return kept;
    }

    public static byte[] Write(Package package)
    {
        var segment = new Segment();
        var types = package.Types.SelectMany(t => Split(package, t)).ToList();
        segment.Int(types.Count);
        foreach (var type in types)
        {
            segment.Text(type.Name);
            segment.Text(type.FhirType);
            segment.Text(type.Base);
            segment.Int(type.Kind);
            segment.Int(type.Elements.Count);
            segment.Int(type.Elements.Sum(e => e.Text("contentReference") is null ? e.List("type").Count() : 1));
            var block = segment.BeginBlock();
            foreach (var element in type.Elements) WriteElement(segment, element, types);
            segment.EndBlock(block);
        }
        return segment.Compressed();
    }

    sealed record TypeRecord(string Name, string FhirType, string Base, int Kind, List<JsonElement> Elements);

    // Kinds: 0 primitive, 1 data type, 2 backbone, 3 resource, 4 abstract resource.
    static List<TypeRecord> Split(Package package, JsonElement type)
    {
        var name = type.Text("name")!;
        var kind = type.Text("kind") switch { "primitive-type" => 0, "complex-type" => 1, _ => type.Flag("abstract") ? 4 : 3 };
        var parent = type.Text("baseDefinition") is { } url ? url[(url.LastIndexOf('/') + 1)..] : "";
        var owners = new Dictionary<string, TypeRecord>(StringComparer.Ordinal) { [name] = new(name, name, parent, kind, []) };
        foreach (var element in Elements(package, type))
        {
            var path = element.Text("path")!;
            if (path == name || (kind == 0 && path.EndsWith(".value", StringComparison.Ordinal))) continue;
            owners[path[..path.LastIndexOf('.')]].Elements.Add(element);
            if (element.List("type").Select(t => t.Text("code")).FirstOrDefault() is "BackboneElement" or "Element")
            {
                var code = element.List("type").First().Text("code")!;
                owners.Add(path, new(path, code, code, 2, []));
            }
        }
        return [.. owners.Values];
    }

    static void WriteElement(Segment segment, JsonElement element, List<TypeRecord> types)
    {
        var path = element.Text("path")!;
        var name = path[(path.LastIndexOf('.') + 1)..];
        var choice = name.EndsWith("[x]", StringComparison.Ordinal);
        var max = element.Text("max")!;
        var valueSet = Package.ValueSet(element);
        segment.Text(choice ? name[..^3] : name);
        segment.Int(element.GetProperty("min").GetInt32());
        segment.Int(max == "*" ? 0 : int.Parse(max, System.Globalization.CultureInfo.InvariantCulture));
        segment.Int((choice ? 1 : 0) | (element.Flag("isModifier") ? 2 : 0) | (element.Flag("isSummary") ? 4 : 0) | (max != "1" ? 8 : 0));
        segment.Int(valueSet is null ? 0 : Strength(element.GetProperty("binding").Text("strength")));
        segment.Text(valueSet);
        WriteTypes(segment, element, path, types);
    }

    static int Strength(string? name) => name switch { "required" => 1, "extensible" => 2, "preferred" => 3, _ => 4 };

    static void WriteTypes(Segment segment, JsonElement element, string path, List<TypeRecord> types)
    {
        if (element.Text("contentReference") is { } reference)
        {
            var target = reference[(reference.IndexOf('#', StringComparison.Ordinal) + 1)..];
            if (!types.Any(t => t.Name == target)) throw new InvalidDataException(path + " refers to " + target);
            segment.Int(1);
            segment.Text(target);
            segment.Int(0);
            return;
        }
        var listed = element.List("type").ToList();
        segment.Int(listed.Count);
        foreach (var type in listed)
        {
            segment.Text(TypeName(type, path));
            // Of a reference what it may lead to; of a Quantity the profile it is of (SimpleQuantity). No type has both.
            segment.Texts([.. type.List("targetProfile").Concat(type.List("profile")).Select(p => p.GetString()!)
                .Select(p => p.StartsWith(Profiles, StringComparison.Ordinal) ? p[Profiles.Length..] : p)]);
        }
    }

    static string TypeName(JsonElement type, string path)
    {
        var code = type.Text("code")!;
        if (code is "BackboneElement" or "Element") return path;
        if (!code.StartsWith("http://hl7.org/fhirpath/", StringComparison.Ordinal)) return code;
        var named = type.List("extension").FirstOrDefault(e => e.Text("url") == FhirTypeExtension);
        // 4.0.1 says « string » for Resource.id in its types and « id » in its text: the text is meant.
        var isResourceId = path.EndsWith(".id", StringComparison.Ordinal) && path.Count(c => c == '.') == 1
            && named.ValueKind == JsonValueKind.Object
            && named.Text("valueUrl") == "string" && ResourceNames.Contains(path[..^3]);
        return isResourceId ? "id" : named.ValueKind == JsonValueKind.Object ? named.Text("valueUrl") ?? "string" : "string";
    }

    public static HashSet<string> ResourceNames { get; } = new(StringComparer.Ordinal);
}
