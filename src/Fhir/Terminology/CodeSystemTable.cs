namespace Socle.Fhir;

/// <summary>A CodeSystem read once: its codes, their tree and what is said of them.</summary>
public sealed class CodeSystemTable
{
    static readonly HashSet<string> ParentProperties = ["parent", "subsumedBy"];

    readonly Dictionary<string, Concept> concepts;

    CodeSystemTable(Dictionary<string, Concept> concepts) => this.concepts = concepts;

    public required string Url { get; init; }
    public string? Id { get; init; }
    public string? Version { get; init; }
    public string? Name { get; init; }
    public string? Title { get; init; }
    public string? Date { get; init; }

    /// <summary>complete, fragment, example, not-present or supplement.</summary>
    public string Content { get; init; } = "complete";

    public bool IsComplete => Content == "complete";
    public bool IsCaseSensitive { get; init; }
    public string? ValueSet { get; init; }

    /// <summary>Other names: « urn:oid:… ».</summary>
    public IReadOnlyList<string> Identifiers { get; init; } = [];

    /// <summary>Whether « below » means « a kind of » here.</summary>
    public bool IsTree { get; init; }

    public IReadOnlyCollection<Concept> Concepts => concepts.Values;
    public Concept? Find(string code) => concepts.GetValueOrDefault(code);

    /// <summary>The code and all below it; null when the code is not known.</summary>
    public HashSet<string>? Below(string code) => Closure(code, concept => concept.Children);

    public HashSet<string>? Above(string code) => Closure(code, concept => concept.Parents);

    public bool Subsumes(string above, string below) => Find(above) is { } one && Above(below)?.Contains(one.Code) == true;

    HashSet<string>? Closure(string code, Func<Concept, IReadOnlyList<string>> next)
    {
        if (Find(code) is not { } first) return null;
        var found = new HashSet<string> { first.Code };
        var left = new Stack<Concept>([first]);
        // A tree that bites its tail ends here as well: nothing is taken twice.
        while (IsTree && left.TryPop(out var one))
            foreach (var other in next(one))
                if (Find(other) is { } concept && found.Add(concept.Code)) left.Push(concept);
        return found;
    }

    /// <summary>Reads a CodeSystem; null for one without url, and for a supplement: what it adds to another is ignored.</summary>
    public static CodeSystemTable? Of(FhirNode system)
    {
        if (system["url"].Text is not { } url || system["content"].Text == "supplement") return null;
        // Absent means sensitive: two codes that differ by case only are two codes unless the system says otherwise.
        var sensitive = system["caseSensitive"].Text != "false";
        var concepts = new Dictionary<string, Concept>(sensitive ? StringComparer.Ordinal : StringComparer.OrdinalIgnoreCase);
        var parents = new Dictionary<string, List<string>>(concepts.Comparer);
        foreach (var concept in system.All("concept")) Add(concept, null, concepts, parents);
        foreach (var (code, above) in parents)
        {
            concepts[code].Parents = above;
            foreach (var parent in above)
                if (concepts.GetValueOrDefault(parent) is { } known && !known.Children.Contains(code)) known.Children = [.. known.Children, code];
        }
        return new CodeSystemTable(concepts)
        {
            Url = url,
            Id = system["id"].Text,
            Version = system["version"].Text,
            Name = system["name"].Text,
            Title = system["title"].Text,
            Date = system["date"].Text,
            Content = system["content"].Text ?? "complete",
            IsCaseSensitive = sensitive,
            ValueSet = system["valueSet"].Text,
            IsTree = system["hierarchyMeaning"].Text is null or "is-a" or "classified-with",
            Identifiers = [.. system.All("identifier").Select(i => i["value"].Text).OfType<string>().Where(v => v.StartsWith("urn:", StringComparison.Ordinal))]
        };
    }

    static void Add(FhirNode node, string? above, Dictionary<string, Concept> concepts, Dictionary<string, List<string>> parents)
    {
        if (node["code"].Text is not { } code) return;
        var properties = node.All("property").Select(PropertyOf).OfType<ConceptProperty>().ToArray();
        // A code twice: the first stands, the second may add a parent.
        concepts.TryAdd(code, ConceptOf(node, code, properties));
        if (above is not null) Under(code, above);
        foreach (var property in properties)
            if (ParentProperties.Contains(property.Code)) Under(code, property.Text);
            else if (property.Code == "child") Under(property.Text, code);
        foreach (var child in node.All("concept")) Add(child, code, concepts, parents);

        void Under(string code, string parent)
        {
            if (!parents.TryGetValue(code, out var list)) parents.Add(code, list = []);
            if (!list.Contains(parent)) list.Add(parent);
        }
    }

    static Concept ConceptOf(FhirNode node, string code, ConceptProperty[] properties)
    {
        string? Said(params string[] names) => properties.FirstOrDefault(p => names.Contains(p.Code))?.Text;
        return new Concept(code)
        {
            Display = node["display"].Text,
            Definition = node["definition"].Text,
            Designations = DesignationsOf(node),
            Properties = properties,
            Inactive = Said("inactive") == "true" || Said("status") is "retired" or "inactive",
            Abstract = Said("notSelectable", "abstract") == "true",
            Validity = new(Validity.Moment(Said("dateValid", "effectiveDate")), Validity.Moment(Said("dateFin", "retirementDate"))),
            ReplacedBy = Said("replacedBy", "replaced-by", "codeRemplacant", "successor")
        };
    }

    internal static Designation[] DesignationsOf(FhirNode concept) =>
        [.. concept.All("designation").Where(d => d["value"].Text is not null)
            .Select(d => new Designation(d["language"].Text, d["use"].Exists ? d["use"].Raw.ToArray() : default, d["value"].Text!))];

    static ConceptProperty? PropertyOf(FhirNode property) =>
        property["code"].Text is { } code && property["value"] is { Exists: true } value
            ? new(code, value.Name, value.IsPrimitive ? value.Text ?? "" : value["code"].Text ?? "", value.Raw.ToArray())
            : null;
}
