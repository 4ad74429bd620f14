using Socle.Fhir;

namespace Socle.Subscriptions;

/// <summary>What can be subscribed to by name, as data.</summary>
/// <param name="Type">The resource type; null: that of the filter.</param>
/// <param name="Current">What the version written matches.</param>
/// <param name="Previous">What the version before must not have matched; null: any write counts.</param>
sealed record Topic(string Canonical, string? Type, string? Current, string? Previous)
{
    /// <summary>Whatever is created, updated or deleted, of the type the filter names. A criteria string of R4 is this topic with that filter.</summary>
    public static readonly Topic Change = new("urn:socle:topic:resource-change", null, null, null);

    public static IReadOnlyList<Topic> All { get; } =
    [
        Change,
        new("urn:socle:topic:document", "DocumentReference", "status=current", null),
        new("urn:socle:topic:encounter-start", "Encounter", "status=in-progress", "status=in-progress"),
        new("urn:socle:topic:encounter-end", "Encounter", "status=finished", "status=finished"),
        new("urn:socle:topic:admission-request", "ServiceRequest", "status=active", "status=active")
    ];

    /// <summary>The other topics are about something that begins.</summary>
    public bool TellsDeletions => this == Change;

    public static Topic? Find(string canonical) => All.FirstOrDefault(topic => topic.Canonical == canonical);

    public static bool IsCanonical(string criteria) =>
        criteria.StartsWith("http", StringComparison.Ordinal) || criteria.StartsWith("urn:", StringComparison.Ordinal);

    /// <summary>Whether this write is what the topic is about, whatever else the subscriber filters.</summary>
    public bool Happened(FhirDocument body, IReadOnlyList<IndexValue> values, FhirDocument? before)
    {
        if (Current is not null && !SearchQuery.Parse(body.ResourceType, Current, strict: true).Matches(values, body)) return false;
        if (Previous is null || before is null) return true;
        var then = new List<IndexValue>();
        Indexer.Extract(before, then);
        return !SearchQuery.Parse(body.ResourceType, Previous, strict: true).Matches(then, before);
    }
}
