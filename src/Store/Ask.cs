using Socle.Fhir;

namespace Socle.Store;

/// <summary>The resources of one compartment: « Patient/abc ».</summary>
public sealed record Compartment(string Type, string Id);

/// <summary>One search of one type as the Store runs it: what a request asks, or one hop of a chain.</summary>
sealed record Ask(string Type, IReadOnlyList<SearchNode> Nodes, IReadOnlyList<SortKey> Sort)
{
    public static Ask Of(SearchQuery query) => new(query.ResourceType, query.Criteria, query.Sort);

    public static Ask Hop(string type, SearchNode node) => new(type, [node], []);

    /// <summary>Only this patient's record.</summary>
    public long? Record { get; init; }

    /// <summary>Conditions that are settled already: a compartment, or those that a hop is asked about.</summary>
    public IReadOnlyList<ClauseCheck> More { get; init; } = [];
}
