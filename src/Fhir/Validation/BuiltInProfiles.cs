using System.Collections.Concurrent;
using System.Text;

namespace Socle.Fhir;

/// <summary>What R4 itself publishes: the two profiles of data types that it uses as if they were types, vital signs and its other profiles, and
/// its extensions. The definitions are read at first use, each profile when it is asked for.</summary>
static class BuiltInProfiles
{
    public static IReadOnlyList<ProfileSource> All { get; } =
    [
        Read("""
            {"resourceType":"StructureDefinition","url":"http://hl7.org/fhir/StructureDefinition/SimpleQuantity","version":"4.0.1","name":"SimpleQuantity",
             "type":"Quantity","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Quantity","derivation":"constraint","differential":{"element":[
             {"path":"Quantity"},{"path":"Quantity.comparator","max":"0"}]}}
            """),
        Read("""
            {"resourceType":"StructureDefinition","url":"http://hl7.org/fhir/StructureDefinition/MoneyQuantity","version":"4.0.1","name":"MoneyQuantity",
             "type":"Quantity","baseDefinition":"http://hl7.org/fhir/StructureDefinition/Quantity","derivation":"constraint","differential":{"element":[
             {"path":"Quantity","constraint":[{"key":"mtqy-1","severity":"error","human":"There SHALL be a code if there is a value and it SHALL be an expression of currency.","expression":"(code.exists() or value.empty()) and (system.empty() or system = 'urn:iso:std:iso:4217')"}]}]}}
            """)
    ];

    static readonly Lazy<Dictionary<string, string>> Profiles = new(() => Load(6)), Extensions = new(() => Load(7));
    static readonly ConcurrentDictionary<string, ProfileSource> Known = new(StringComparer.Ordinal);

    /// <summary>Canonical URLs of R4's profiles of resources.</summary>
    public static IEnumerable<string> Urls => Profiles.Value.Keys;

    public static ProfileSource? Find(string url)
    {
        if (!url.StartsWith(Canonical.Core, StringComparison.Ordinal)) return null;
        if (Known.TryGetValue(url, out var known)) return known;
        return Profiles.Value.TryGetValue(url, out var json) || Extensions.Value.TryGetValue(url, out json) ? Known.GetOrAdd(url, Read(json)) : null;
    }

    public static bool IsExtension(string url) => url.StartsWith(Canonical.Core, StringComparison.Ordinal) && Extensions.Value.ContainsKey(url);

    static Dictionary<string, string> Load(int segment)
    {
        var reader = DefinitionReader.Open(segment);
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var left = reader.Int(); left > 0; left--) all.Add(reader.Text(), reader.Text());
        return all;
    }

    static ProfileSource Read(string json) => ProfileReader.Read(Encoding.UTF8.GetBytes(json))!;
}
