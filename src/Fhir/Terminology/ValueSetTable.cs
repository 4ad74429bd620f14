namespace Socle.Fhir;

/// <summary>A ValueSet read once: how it is composed, not yet what is in it.</summary>
public sealed class ValueSetTable
{
    /// <summary>On a concept of an include: from when until when it may be used in this value set (valuePeriod).</summary>
    public const string PeriodExtension = "urn:socle:fhir:concept-period";

    public string? Url { get; init; }
    public string? Id { get; init; }
    public string? Version { get; init; }
    public string? Name { get; init; }
    public string? Title { get; init; }
    public string? Date { get; init; }
    public string Status { get; init; } = "active";
    public IReadOnlyList<string> Identifiers { get; init; } = [];
    public IReadOnlyList<Rule> Includes { get; init; } = [];
    public IReadOnlyList<Rule> Excludes { get; init; } = [];

    /// <summary>compose.inactive: codes out of use are in it unless it says false.</summary>
    public bool WithInactive { get; init; } = true;

    /// <summary>One include or exclude: codes of a system, and of all the value sets it names.</summary>
    public sealed record Rule(string? System, string? Version, IReadOnlyList<Listed> Concepts, IReadOnlyList<Filter> Filters, IReadOnlyList<string> ValueSets);

    public sealed record Listed(string Code, string? Display, Validity Validity, IReadOnlyList<Designation> Designations)
    {
        public bool Abstract { get; init; }
        public bool Inactive { get; init; }
    }

    public sealed record Filter(string Property, string Op, string Value);

    public static ValueSetTable Of(FhirNode set)
    {
        var compose = set["compose"];
        return new ValueSetTable
        {
            Url = set["url"].Text,
            Id = set["id"].Text,
            Version = set["version"].Text,
            Name = set["name"].Text,
            Title = set["title"].Text,
            Date = set["date"].Text,
            Status = set["status"].Text ?? "active",
            Identifiers = [.. set.All("identifier").Select(i => i["value"].Text).OfType<string>().Where(v => v.StartsWith("urn:", StringComparison.Ordinal))],
            Includes = compose.Exists ? Rules(compose, "include") : Expanded(set["expansion"]),
            Excludes = compose.Exists ? Rules(compose, "exclude") : [],
            WithInactive = compose["inactive"].Text != "false"
        };
    }

    static Rule[] Rules(FhirNode compose, string name) =>
    [
        .. compose.All(name).Select(rule => new Rule(
            rule["system"].Text, rule["version"].Text,
            [.. rule.All("concept").Where(c => c["code"].Text is not null).Select(ListedOf)],
            [.. rule.All("filter").Select(f => new Filter(f["property"].Text ?? "", f["op"].Text ?? "", f["value"].Text ?? ""))],
            [.. rule.All("valueSet").Select(v => v.Text).OfType<string>()]))
    ];

    static Listed ListedOf(FhirNode concept)
    {
        var period = concept.All("extension").FirstOrDefault(e => e["url"].Text == PeriodExtension)["valuePeriod"];
        return new Listed(concept["code"].Text!, concept["display"].Text,
            new(Validity.Moment(period["start"].Text), Validity.Moment(period["end"].Text)), CodeSystemTable.DesignationsOf(concept));
    }

    // A value set that comes with its expansion only is what it was expanded to.
    static Rule[] Expanded(FhirNode expansion)
    {
        var lists = new Dictionary<string, List<Listed>>(StringComparer.Ordinal);
        foreach (var contains in expansion.All("contains")) Take(contains, lists);
        return [.. lists.Select(list => new Rule(list.Key, null, list.Value, [], []))];
    }

    static void Take(FhirNode contains, Dictionary<string, List<Listed>> lists)
    {
        if (contains["system"].Text is { } system && contains["code"].Text is { } code)
        {
            if (!lists.TryGetValue(system, out var list)) lists.Add(system, list = []);
            list.Add(new Listed(code, contains["display"].Text, default, CodeSystemTable.DesignationsOf(contains))
            {
                Abstract = contains["abstract"].Text == "true", Inactive = contains["inactive"].Text == "true"
            });
        }
        foreach (var child in contains.All("contains")) Take(child, lists);
    }
}
