using System.Text.Json;

namespace Socle.Tools.Definitions;

/// <summary>The unpacked package: its files, read once, without what is not FHIR 4.0.1.</summary>
sealed class Package
{
    // Additions of the package that it makes in the schema too: the comparison cannot find them.
    static readonly HashSet<string> AddedByThePackage =
        ["Meta.project", "Meta.author", "Meta.account", "Meta.compartment"];

    static readonly HashSet<string> LaterTypes = ["SubscriptionStatus"];

    readonly JsonElement schema;
    readonly string folder;

    public Package(string folder)
    {
        this.folder = folder;
        schema = Load("fhir.schema.json").GetProperty("definitions");
        Types = [.. Resources("profiles-types.json").Concat(Resources("profiles-resources.json"))
            .Where(r => Kind(r) == "StructureDefinition" && r.Text("kind") != "logical" && r.Text("derivation") != "constraint")
            .Where(r => r.Text("fhirVersion") == "4.0.1" && !LaterTypes.Contains(r.Text("name")!))
            .OrderBy(r => r.Text("name"), StringComparer.Ordinal)];
        SearchParameters = [.. Resources("search-parameters.json").Where(r => r.Text("version") == "4.0.1")];
        Compartments = [.. Resources("profiles-resources.json").Where(r => Kind(r) == "CompartmentDefinition")];
        Profiles = Constraints("profiles-others.json");
        Extensions = Constraints("extension-definitions.json");
        Terminology = [.. Resources("valuesets.json").Concat(Resources("v3-codesystems.json")).Concat(Resources("v2-tables.json"))];
    }

    public IReadOnlyList<JsonElement> Types { get; }
    public IReadOnlyList<JsonElement> SearchParameters { get; }
    public IReadOnlyList<JsonElement> Compartments { get; }
    public IReadOnlyList<JsonElement> Terminology { get; }

    /// <summary>Of R4 itself: vital signs and the like; and its extensions.</summary>
    public IReadOnlyList<JsonElement> Profiles { get; }
    public IReadOnlyList<JsonElement> Extensions { get; }

    public static string Kind(JsonElement resource) => resource.Text("resourceType")!;

    /// <summary>False for an element that the R4 schema does not have. Only the first three levels can be compared:
    /// below, the schema joins the names in ways that are not unique.</summary>
    public bool IsR4(JsonElement element)
    {
        var path = element.Text("path")!;
        if (AddedByThePackage.Contains(path)) return false;
        var parts = path.Split('.');
        for (var depth = 2; depth <= Math.Min(parts.Length, 3); depth++)
        {
            var owner = string.Join('_', parts[..(depth - 1)].Select(Upper));
            if (!schema.TryGetProperty(owner, out var type) || !type.TryGetProperty("properties", out var properties)) continue;
            var last = depth == parts.Length;
            var names = last && parts[^1].EndsWith("[x]", StringComparison.Ordinal)
                ? element.List("type").Select(t => parts[^1][..^3] + Upper(t.Text("code")!))
                : [parts[depth - 1]];
            if (!names.Any(n => properties.TryGetProperty(n, out _))) return false;
        }
        return true;
    }

    /// <summary>The value set that the element is bound to, without its version; null for none.</summary>
    public static string? ValueSet(JsonElement element)
    {
        if (!element.TryGetProperty("binding", out var binding) || binding.ValueKind != JsonValueKind.Object) return null;
        // The package binds it to a value set of 5.0.0; all other required bindings say 4.0.1.
        if (element.Text("path") == "DetectedIssue.status") return "http://hl7.org/fhir/ValueSet/observation-status";
        return binding.Text("valueSet")?.Split('|')[0];
    }

    static string Upper(string name) => char.ToUpperInvariant(name[0]) + name[1..];

    JsonElement Load(string file) => JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, file))).RootElement;

    List<JsonElement> Constraints(string file) =>
    [
        .. Resources(file).Where(r => Kind(r) == "StructureDefinition" && r.Text("derivation") == "constraint" && r.Text("version") == "4.0.1" && r.Text("fhirVersion") == "4.0.1")
            .OrderBy(r => r.Text("url"), StringComparer.Ordinal)
    ];

    IEnumerable<JsonElement> Resources(string file) => Load(file).List("entry").Select(e => e.GetProperty("resource"));
}

static class Json
{
    public static string? Text(this JsonElement at, string name) => at.TryGetProperty(name, out var value) ? value.GetString() : null;

    public static bool Flag(this JsonElement at, string name) => at.TryGetProperty(name, out var value) && value.GetBoolean();

    public static IEnumerable<JsonElement> List(this JsonElement at, string name) =>
        at.TryGetProperty(name, out var value) ? value.EnumerateArray() : [];
}
