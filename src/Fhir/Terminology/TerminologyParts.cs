namespace Socle.Fhir;

/// <summary>The resources that a <see cref="TerminologyIndex"/> is made of, each read once, under its « type/id ».</summary>
public sealed class TerminologyParts
{
    readonly Dictionary<string, CodeSystemTable> systems = new(StringComparer.Ordinal);
    readonly Dictionary<string, ValueSetTable> sets = new(StringComparer.Ordinal);
    readonly Dictionary<string, ConceptMapTable> maps = new(StringComparer.Ordinal);
    readonly Dictionary<string, KeyValuePair<string, string>[]> namings = new(StringComparer.Ordinal);

    public static IReadOnlySet<string> Types { get; } = new HashSet<string> { "CodeSystem", "ValueSet", "ConceptMap", "NamingSystem" };

    /// <summary>Reads a resource of one of the types, in the place of the one that stood under that reference.</summary>
    public void Put(string reference, FhirDocument document)
    {
        Remove(reference);
        switch (document.ResourceType)
        {
            case "CodeSystem" when CodeSystemTable.Of(document.Root) is { } system: systems[reference] = system; break;
            case "ValueSet": sets[reference] = ValueSetTable.Of(document.Root); break;
            case "ConceptMap": maps[reference] = ConceptMapTable.Of(document.Root); break;
            case "NamingSystem" when Names(document.Root) is { Length: > 0 } names: namings[reference] = names; break;
        }
    }

    public void Remove(string reference)
    {
        systems.Remove(reference);
        sets.Remove(reference);
        maps.Remove(reference);
        namings.Remove(reference);
    }

    public CodeSystemTable? System(string reference) => systems.GetValueOrDefault(reference);
    public ValueSetTable? Set(string reference) => sets.GetValueOrDefault(reference);
    public ConceptMapTable? Map(string reference) => maps.GetValueOrDefault(reference);

    public int Count => systems.Count + sets.Count + maps.Count + namings.Count;

    public TerminologyIndex Index(Func<DateTimeOffset> now) =>
        new([.. systems.Values], [.. sets.Values], [.. maps.Values], namings.Values.SelectMany(n => n), now);

    // The address is what FHIR uses; an OID is another name of it.
    static KeyValuePair<string, string>[] Names(FhirNode naming)
    {
        if (naming["kind"].Text != "codesystem") return [];
        var ids = naming.All("uniqueId").Select(u => (Type: u["type"].Text, Value: u["value"].Text)).ToList();
        if (ids.Find(u => u.Type == "uri").Value is not { } uri) return [];
        return [.. ids.Where(u => u is { Type: "oid", Value: not null })
            .Select(u => KeyValuePair.Create(u.Value!.StartsWith("urn:", StringComparison.Ordinal) ? u.Value : "urn:oid:" + u.Value, uri))];
    }
}
