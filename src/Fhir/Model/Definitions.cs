namespace Socle.Fhir;

/// <summary>What FHIR R4 (4.0.1) defines. Each part is read from the embedded definitions at its first use.</summary>
public static class Definitions
{
    static readonly Lazy<SearchTable> Search = new(() => new SearchTable());
    static readonly Lazy<Dictionary<string, Dictionary<string, string[]>>> Compartments = new(LoadCompartments);
    static readonly string[] Names = [.. TypeTable.Instance.Resources.Select(r => r.Name)];
    static readonly Dictionary<string, int> Numbers =
        Names.Select((name, i) => (name, i)).ToDictionary(p => p.name, p => p.i + 1, StringComparer.Ordinal);

    /// <summary>The 146 concrete resource types, in ordinal order.</summary>
    public static IReadOnlyList<string> ResourceTypes => Names;

    public static bool IsResourceType(string name) => Numbers.ContainsKey(name);

    /// <summary>1-based place in <see cref="ResourceTypes"/>: what the database stores.</summary>
    public static int TypeNumber(string resourceType) =>
        Numbers.TryGetValue(resourceType, out var number)
        ? number
        : throw new ArgumentException($"{resourceType} is not a resource type of FHIR R4.", nameof(resourceType));

    public static string TypeName(int typeNumber) => ResourceTypes[typeNumber - 1];

    /// <summary>The type it specialises (Age → Quantity, code → string, Patient → DomainResource); null at the top or when unknown.</summary>
    public static string? BaseType(string type) => TypeTable.Instance.Find(type)?.Base is { Length: > 0 } parent ? parent : null;

    public static bool IsType(string name) => TypeTable.Instance.Find(name) is { Kind: not TypeKind.Backbone };

    /// <summary>Does this property of the resource stand in its summary?</summary>
    public static bool IsSummary(string resourceType, string property) => PropertyOf(resourceType, property)?.Element.IsSummary ?? false;

    /// <summary>Must the resource have this property?</summary>
    public static bool IsMandatory(string resourceType, string property) => PropertyOf(resourceType, property)?.Element.Min > 0;

    static Property? PropertyOf(string type, string property) => TypeTable.Instance.Find(type)?.Find(System.Text.Encoding.UTF8.GetBytes(property));

    /// <summary>Those of the type and those of every resource (_id, _lastUpdated, _profile, _security, _source, _tag).</summary>
    public static IReadOnlyList<SearchParam> SearchParams(string resourceType) => Search.Value.Of(resourceType).List;

    public static SearchParam? SearchParam(string resourceType, string code) =>
        Search.Value.Of(resourceType).ByCode.GetValueOrDefault(code);

    public static SearchParam SearchParam(int number) => Search.Value.ByNumber[number];

    /// <summary>Codes of the search parameters that put a resource of that type in the compartment; none: never in it.</summary>
    public static IReadOnlyList<string> Compartment(string compartment, string resourceType) =>
        Compartments.Value.TryGetValue(compartment, out var types) ? types.GetValueOrDefault(resourceType) ?? [] : [];

    static Dictionary<string, Dictionary<string, string[]>> LoadCompartments()
    {
        var reader = DefinitionReader.Open(2);
        var all = new Dictionary<string, Dictionary<string, string[]>>(StringComparer.Ordinal);
        for (var left = reader.Int(); left > 0; left--)
        {
            var name = reader.Text();
            var types = new Dictionary<string, string[]>(StringComparer.Ordinal);
            for (var count = reader.Int(); count > 0; count--) types.Add(reader.Text(), reader.Texts());
            all.Add(name, types);
        }
        return all;
    }
}
