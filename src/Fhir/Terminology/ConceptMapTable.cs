namespace Socle.Fhir;

/// <summary>A ConceptMap read once.</summary>
public sealed class ConceptMapTable
{
    public string? Url { get; init; }
    public string? Id { get; init; }
    public string? Version { get; init; }
    public string? Date { get; init; }

    /// <summary>Value sets it maps from and to.</summary>
    public string? Source { get; init; }

    public string? Target { get; init; }
    public IReadOnlyList<Group> Groups { get; init; } = [];

    /// <param name="Mode">unmapped: provided, fixed or other-map; null without.</param>
    public sealed record Group(
        string? Source, string? SourceVersion, string? Target, string? TargetVersion, IReadOnlyList<Element> Elements, string? Mode, string? FixedCode, string? FixedDisplay, string? OtherMap);

    public sealed record Element(string Code, string? Display, IReadOnlyList<To> Targets);

    public sealed record To(string? Code, string? Display, string Equivalence, string? Comment, IReadOnlyList<Condition> DependsOn, IReadOnlyList<Condition> Products);

    public sealed record Condition(string Property, string? System, string Value, string? Display);

    public static ConceptMapTable Of(FhirNode map) => new()
    {
        Url = map["url"].Text,
        Id = map["id"].Text,
        Version = map["version"].Text,
        Date = map["date"].Text,
        Source = map["source"].Text,
        Target = map["target"].Text,
        Groups = [.. map.All("group").Select(GroupOf)]
    };

    static Group GroupOf(FhirNode group)
    {
        var unmapped = group["unmapped"];
        return new(
            group["source"].Text, group["sourceVersion"].Text, group["target"].Text, group["targetVersion"].Text,
            [.. group.All("element").Where(e => e["code"].Text is not null).Select(e => new Element(e["code"].Text!, e["display"].Text, [.. e.All("target").Select(ToOf)]))],
            unmapped["mode"].Text, unmapped["code"].Text, unmapped["display"].Text, unmapped["url"].Text);
    }

    static To ToOf(FhirNode target) => new(
        target["code"].Text, target["display"].Text, target["equivalence"].Text ?? "equivalent", target["comment"].Text, Conditions(target, "dependsOn"), Conditions(target, "product"));

    static Condition[] Conditions(FhirNode target, string name) =>
        [.. target.All(name).Select(d => new Condition(d["property"].Text ?? "", d["system"].Text, d["value"].Text ?? "", d["display"].Text))];
}
