using System.Text;
using System.Text.Json;

namespace Socle.Fhir;

/// <summary>One element of a StructureDefinition as it is written.</summary>
sealed record ElementSource(string Path, string? Id, string? SliceName)
{
    public int? Min { get; init; }
    public int? Max { get; init; }
    public AllowedType[]? Types { get; init; }
    public ExpectedValue? Expected { get; init; }
    public IReadOnlyList<ValueLimit> Limits { get; init; } = [];
    public int? MaxLength { get; init; }
    public BindingStrength Binding { get; init; }
    public string? ValueSet { get; init; }
    public IReadOnlyList<(string Key, bool IsError, string Human, string Expression)> Invariants { get; init; } = [];
    public Slicing? Slicing { get; init; }
}

/// <summary>A StructureDefinition as it was loaded: what of it the rules are made of. Read leniently: what is not understood is said, not refused.</summary>
sealed record ProfileSource(string Url, string? Version, string Type, string? Base)
{
    public string? Name { get; init; }
    public IReadOnlyList<ElementSource> Differential { get; init; } = [];

    /// <summary>Kept only when the differential cannot be used.</summary>
    public IReadOnlyList<ElementSource> Snapshot { get; set; } = [];

    public IReadOnlyList<string> Problems { get; init; } = [];

    /// <summary>Of an extension: where it may stand; none: that is not said.</summary>
    public IReadOnlyList<ExtensionContext> Contexts { get; init; } = [];

    /// <summary>Of an extension: FHIRPath that holds where it stands.</summary>
    public IReadOnlyList<string> ContextInvariants { get; init; } = [];

    /// <summary>Of an extension: it belongs into modifierExtension; null: its parent says.</summary>
    public bool? IsModifier { get; init; }

    public string Canonical { get; } = Version is null ? Url : $"{Url}|{Version}";
}

/// <summary>Reads StructureDefinitions of constraints; types and logical models are none.</summary>
sealed class ProfileReader
{
    /// <summary>Elements of one view; more are not read.</summary>
    public const int MostElements = 5_000;

    readonly List<string> problems = [];

    /// <summary>Null: not a profile. Throws a JsonException for what is not JSON.</summary>
    public static ProfileSource? Read(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json.Span.StartsWith("\uFEFF"u8) ? json[3..] : json, new JsonDocumentOptions { MaxDepth = 128 });
        var root = document.RootElement;
        if (root.ValueKind != JsonValueKind.Object || Text(root, "resourceType") != "StructureDefinition") return null;
        if (Text(root, "derivation") != "constraint" || Text(root, "url") is not { Length: > 0 } url || Text(root, "type") is not { } type) return null;
        if (!Definitions.IsType(type)) return null;
        var reader = new ProfileReader();
        return new ProfileSource(Canonical.WithoutVersion(url), Text(root, "version"), type, Text(root, "baseDefinition"))
        {
            Name = Text(root, "name"),
            Contexts = [.. Items(root, "context").Where(c => Text(c, "expression") is not null).Select(c => new ExtensionContext(Text(c, "type") ?? "", Text(c, "expression")!))],
            ContextInvariants = [.. Texts(root, "contextInvariant")],
            IsModifier = type == "Extension" ? Modifier(root) : null,
            Differential = reader.Elements(root, "differential"),
            Snapshot = reader.Elements(root, "snapshot"),
            Problems = reader.problems
        };
    }

    static bool? Modifier(JsonElement root)
    {
        foreach (var view in (string[])["differential", "snapshot"])
            if (root.TryGetProperty(view, out var list) && list.ValueKind == JsonValueKind.Object)
                foreach (var element in Items(list, "element").Where(e => Text(e, "path") == "Extension"))
                    if (element.TryGetProperty("isModifier", out var says)) return says.ValueKind == JsonValueKind.True;
        return Text(root, "baseDefinition") == "http://hl7.org/fhir/StructureDefinition/Extension" ? false : null;
    }

    List<ElementSource> Elements(JsonElement root, string view)
    {
        var elements = new List<ElementSource>();
        if (!root.TryGetProperty(view, out var list) || list.ValueKind != JsonValueKind.Object) return elements;
        foreach (var element in Items(list, "element"))
        {
            if (elements.Count == MostElements)
            {
                problems.Add($"The {view} has more than {MostElements} elements: the rest is not read.");
                break;
            }
            if (Text(element, "path") is { Length: > 0 and < 500 } path) elements.Add(Element(element, path));
        }
        return elements;
    }

    ElementSource Element(JsonElement at, string path)
    {
        var binding = at.TryGetProperty("binding", out var bound) && bound.ValueKind == JsonValueKind.Object ? bound : default;
        return new ElementSource(path, Text(at, "id"), Text(at, "sliceName"))
        {
            Min = Int(at, "min"),
            Max = Text(at, "max") is not { } max ? null : max == "*" ? int.MaxValue : int.TryParse(max, out var most) ? most : null,
            Types = at.TryGetProperty("type", out _) ? [.. Items(at, "type").Select(Type)] : null,
            Expected = Expected(at, path, "fixed") ?? Expected(at, path, "pattern"),
            Limits = [.. Limits(at, path)],
            MaxLength = Int(at, "maxLength"),
            Binding = binding.ValueKind != JsonValueKind.Object ? BindingStrength.None : Strength(Text(binding, "strength")),
            ValueSet = binding.ValueKind != JsonValueKind.Object ? null : Text(binding, "valueSet") ?? Text(binding, "valueSetUri"),
            Invariants =
            [
                .. Items(at, "constraint").Where(c => Text(c, "expression") is not null && Text(c, "key") is { } key && !BaseChecks.NotEvaluated.ContainsKey(key))
                    .Select(c => (Text(c, "key")!, Text(c, "severity") != "warning", Text(c, "human") ?? "", Text(c, "expression")!))
            ],
            Slicing = at.TryGetProperty("slicing", out var slicing) && slicing.ValueKind == JsonValueKind.Object ? SlicingOf(slicing, path) : null
        };
    }

    static AllowedType Type(JsonElement at)
    {
        var code = Text(at, "code") ?? "";
        // What R4 writes as a type of FHIRPath is a primitive that the parser has checked.
        return new(code.StartsWith("http://hl7.org/fhirpath/", StringComparison.Ordinal) ? "" : Canonical.CoreType(code) ?? code,
            [.. Texts(at, "profile")], [.. Texts(at, "targetProfile")]);
    }

    Slicing SlicingOf(JsonElement at, string path)
    {
        var discriminators = new List<Discriminator>();
        foreach (var one in Items(at, "discriminator"))
        {
            var text = Text(one, "path") ?? "$this";
            if (PathStep.Parse(text) is { } steps && Enum.TryParse<DiscriminatorKind>(Text(one, "type"), ignoreCase: true, out var kind))
                discriminators.Add(new(kind, text, steps));
            else problems.Add($"{path}: the discriminator {Text(one, "type")}:{text} is not understood; its slices are not checked.");
        }
        var rules = Text(at, "rules") switch { "closed" => SliceRules.Closed, "openAtEnd" => SliceRules.OpenAtEnd, _ => SliceRules.Open };
        return new([.. discriminators], rules, at.TryGetProperty("ordered", out var ordered) && ordered.ValueKind == JsonValueKind.True);
    }

    ExpectedValue? Expected(JsonElement at, string path, string kind)
    {
        foreach (var member in at.EnumerateObject())
        {
            if (!member.Name.StartsWith(kind, StringComparison.Ordinal) || member.Name.Length == kind.Length) continue;
            if (Value(member, member.Name[kind.Length..], path) is { Exists: true } value) return new(value, kind == "fixed");
        }
        return null;
    }

    IEnumerable<ValueLimit> Limits(JsonElement at, string path)
    {
        foreach (var member in at.EnumerateObject())
        {
            if (member.Name.StartsWith("minValue", StringComparison.Ordinal) && Value(member, member.Name[8..], path) is { Exists: true } low)
                yield return new(low, Lowest: true);
            if (member.Name.StartsWith("maxValue", StringComparison.Ordinal) && Value(member, member.Name[8..], path) is { Exists: true } high)
                yield return new(high, Lowest: false);
        }
    }

    // A value of any type has its place in a parameter; what is wrong in it is said by the parser.
    FhirNode Value(JsonProperty member, string type, string path)
    {
        var json = $$"""{"resourceType":"Parameters","parameter":[{"name":"v","value{{type}}":{{member.Value.GetRawText()}}}]}""";
        if (FhirDocument.TryParse(Encoding.UTF8.GetBytes(json), out var document, out var issues)) return document.Root["parameter"]["value"];
        problems.Add($"{path}: {member.Name} is not a value of its type and is not checked: {issues[0].Diagnostics}");
        return default;
    }

    static BindingStrength Strength(string? text) => text switch
    {
        "required" => BindingStrength.Required, "extensible" => BindingStrength.Extensible, "preferred" => BindingStrength.Preferred,
        "example" => BindingStrength.Example, _ => BindingStrength.None
    };

    static string? Text(JsonElement at, string name) => at.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    static int? Int(JsonElement at, string name) =>
        at.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) ? number : null;

    static IEnumerable<JsonElement> Items(JsonElement at, string name) =>
        at.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.Object) : [];

    static IEnumerable<string> Texts(JsonElement at, string name) =>
        at.TryGetProperty(name, out var list) && list.ValueKind == JsonValueKind.Array
            ? list.EnumerateArray().Where(i => i.ValueKind == JsonValueKind.String).Select(i => i.GetString()!)
            : [];
}
