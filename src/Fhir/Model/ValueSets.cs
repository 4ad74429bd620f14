using System.Text;

namespace Socle.Fhir;

/// <summary>The value sets of R4's required and extensible bindings that can be enumerated; the latter are read when first asked for.</summary>
static class ValueSets
{
    static readonly Lazy<Dictionary<string, Dictionary<string, string[]>>> Loaded = new(() => Load(3));
    static readonly Lazy<Dictionary<string, Dictionary<string, string[]>>> Extensible = new(() => Load(5));

    /// <summary>Codes of the value set whatever their system; null when it cannot be enumerated.</summary>
    public static Utf8Table? Codes(string url) =>
        Loaded.Value.TryGetValue(url, out var systems)
            ? new Utf8Table([.. systems.Values.SelectMany(c => c).Distinct(StringComparer.Ordinal).Select(Encoding.UTF8.GetBytes)])
            : null;

    /// <summary>System → codes; null when it cannot be enumerated.</summary>
    public static IReadOnlyDictionary<string, string[]>? Find(string url) =>
        Loaded.Value.GetValueOrDefault(url) ?? Extensible.Value.GetValueOrDefault(url);

    static Dictionary<string, Dictionary<string, string[]>> Load(int segment)
    {
        var reader = DefinitionReader.Open(segment);
        var sets = new Dictionary<string, Dictionary<string, string[]>>(StringComparer.Ordinal);
        for (var left = reader.Int(); left > 0; left--)
        {
            var url = reader.Text();
            var systems = new Dictionary<string, string[]>(StringComparer.Ordinal);
            for (var count = reader.Int(); count > 0; count--) systems.Add(reader.Text(), reader.Texts());
            sets.Add(url, systems);
        }
        return sets;
    }
}
