using System.Globalization;
using System.Text.Json.Nodes;
using Socle.Fhir;

namespace Socle.Directories;

/// <summary>One indicator of beds or places: what is counted, how many, and when that was so.</summary>
/// <param name="Codes">By element; those that were not said are absent.</param>
sealed record Capacity(IReadOnlyDictionary<string, string> Codes, int Count, DateTimeOffset Updated)
{
    public const string Url = "https://interop.esante.gouv.fr/ig/fhir/ror/StructureDefinition/ror-location-supported-capacity";

    public const string Installed = "01", Available = "02";
    public const string Current = "01";

    const string Table = "https://mos.esante.gouv.fr/NOS/";

    /// <summary>The coded elements, in the order of the profile, with the table of their codes. Those with <c>Key</c> tell indicators apart.</summary>
    public static readonly (string Name, string System, bool Key, bool Required)[] Elements =
    [
        ("capacityType", Table + "TRE_R329-NatureCapacite/FHIR/TRE-R329-NatureCapacite", true, true),
        ("capacityStatus", Table + "TRE_R330-TypeStatutCapacite/FHIR/TRE-R330-TypeStatutCapacite", true, true),
        ("temporalityCapacity", Table + "TRE_R331-TemporaliteCapacite/FHIR/TRE-R331-TemporaliteCapacite", true, true),
        ("capacitySourceType", Table + "TRE_R335-TypeSourceCapacite/FHIR/TRE-R335-TypeSourceCapacite", false, false),
        ("genderCapacityAvailable", Table + "TRE_R332-GenreCapacite/FHIR/TRE-R332-GenreCapacite", true, false),
        ("capacityClosingType", Table + "TRE_R333-TypeFermetureCapacite/FHIR/TRE-R333-TypeFermetureCapacite", true, false),
        ("additionalBedType", Table + "TRE_R334-TypeLitSupplementaire/FHIR/TRE-R334-TypeLitSupplementaire", true, false),
        ("crisisType", Table + "TRE_R336-TypeCrise/FHIR/TRE-R336-TypeCrise", true, false),
        ("temporaryAssignement", Table + "TRE_R337-AffectationTemporaire/FHIR/TRE-R337-AffectationTemporaire", true, false)
    ];

    static readonly HashSet<string> Types = ["01", "02"];   // beds, places
    static readonly HashSet<string> Statuses = ["01", "02", "03", "04", "05", "06", "08", "09"];   // 07 is worked out, and not exchanged

    public string Status => Codes.GetValueOrDefault("capacityStatus", "");

    public bool IsCurrent => Codes.GetValueOrDefault("temporalityCapacity") == Current;

    public bool IsSameIndicator(Capacity other) =>
        Elements.Where(e => e.Key).All(e => Codes.GetValueOrDefault(e.Name) == other.Codes.GetValueOrDefault(e.Name));

    public bool Fits(IReadOnlyDictionary<string, string> criteria) => criteria.All(c => Codes.GetValueOrDefault(c.Key) == c.Value);

    /// <summary>Older than the threshold: what it says may be over, so that it counts for nothing.</summary>
    public static bool IsStale(DateTimeOffset updated, DateTimeOffset now, TimeSpan freshness) => now - updated > freshness;

    /// <summary>Lenient: a code may come as code, string, Coding or CodeableConcept; a wrong one stays for <see cref="Faults"/> to name.</summary>
    /// <param name="extension">The extension with its parts.</param>
    /// <param name="received">The moment of what carries none.</param>
    public static Capacity Read(JsonObject extension, DateTimeOffset received)
    {
        var codes = new Dictionary<string, string>(StringComparer.Ordinal);
        var count = -1;
        var updated = received;
        foreach (var part in (extension["extension"] as JsonArray ?? []).OfType<JsonObject>())
        {
            var name = Text(part["url"]) ?? "";
            if (name == "nbCapacity") count = Number(part) ?? -1;
            else if (name == "capacityUpdateDate") updated = Moment(part) ?? DateTimeOffset.MaxValue;
            else if (Elements.Any(e => e.Name == name) && Code(part) is { } code) codes[name] = code;
        }
        return new(codes, count, updated);
    }

    public static IEnumerable<Capacity> Of(FhirNode location)
    {
        foreach (var extension in location.All("extension"))
            if (extension["url"].Text == Url && JsonNode.Parse(extension.Raw) is JsonObject json && Read(json, DateTimeOffset.MinValue) is { Count: >= 0 } capacity) yield return capacity;
    }

    /// <summary>What the business rules find; empty when it is an indicator.</summary>
    public IEnumerable<(string? Element, string Why)> Faults(DateTimeOffset now)
    {
        foreach (var (name, _, _, required) in Elements)
            if (required && !Codes.ContainsKey(name)) yield return (name, $"« {name} » est absent");
        if (Codes.TryGetValue("capacityType", out var type) && !Types.Contains(type)) yield return ("capacityType", $"« capacityType » a un code inconnu : {type}");
        if (Codes.TryGetValue("capacityStatus", out var status) && !Statuses.Contains(status)) yield return ("capacityStatus", $"« capacityStatus » a un code inconnu : {status}");
        foreach (var (name, code) in Codes)
            if (code.Length > 4 || !code.All(char.IsAsciiLetterOrDigit)) yield return (name, $"« {name} » n’est pas un code");
        if (Count is < 0 or > 100_000) yield return ("nbCapacity", "« nbCapacity » est un nombre entier positif ou nul");
        if (Updated > now.AddMinutes(5)) yield return ("capacityUpdateDate", "« capacityUpdateDate » n’est pas une date passée");
    }

    /// <summary>As the profile writes it, however it came.</summary>
    public JsonObject Write()
    {
        var parts = new JsonArray();
        foreach (var (name, system, _, _) in Elements)
            if (Codes.TryGetValue(name, out var code))
                parts.Add(new JsonObject
                {
                    ["url"] = name,
                    ["valueCodeableConcept"] = new JsonObject { ["coding"] = new JsonArray(new JsonObject { ["system"] = system, ["code"] = code }) }
                });
        parts.Add(new JsonObject { ["url"] = "nbCapacity", ["valueInteger"] = Count });
        parts.Add(new JsonObject { ["url"] = "capacityUpdateDate", ["valueDateTime"] = Updated.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture) });
        return new() { ["extension"] = parts, ["url"] = Url };
    }

    /// <summary>« capacityStatus: 02 / temporalityCapacity: 01 / … » as the published errors say it.</summary>
    public static string Said(IReadOnlyDictionary<string, string> codes) =>
        string.Join(" / ", Elements.Where(e => e.Key && e.Name != "capacityType").Select(e => $"{e.Name}: {codes.GetValueOrDefault(e.Name, "null")}"));

    internal static string? Code(JsonObject part)
    {
        foreach (var (name, value) in part)
        {
            if (!name.StartsWith("value", StringComparison.Ordinal)) continue;
            if (value is JsonObject concept) return Text(concept["code"]) ?? Text((concept["coding"] as JsonArray)?.FirstOrDefault()?["code"]);
            return Text(value);
        }
        return null;
    }

    internal static int? Number(JsonObject part) =>
        part.FirstOrDefault(p => p.Key.StartsWith("value", StringComparison.Ordinal)).Value is { } value
            && int.TryParse(value.ToJsonString().Trim('"'), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    static DateTimeOffset? Moment(JsonObject part) =>
        part.FirstOrDefault(p => p.Key.StartsWith("value", StringComparison.Ordinal)).Value is { } value && Text(value) is { Length: >= 19 } text
            && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;

    internal static string? Text(JsonNode? node) => node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;
}
