using Socle.Fhir;
using Socle.Store;

namespace Socle.Subscriptions;

/// <summary>
/// Writes down, in the very transaction of a change, for whom it may be news. It stands on the types that somebody watches, and on none when
/// nobody does. Whether the subscriber may know of it is decided when it is told.
/// </summary>
sealed class ChangeRule(SubscriptionsStore store, Registry registry, Bell bell) : WriteRule
{
    public override IReadOnlySet<string> Types => registry.Types;

    public override ValueTask Apply(WriteContext write, CancellationToken stop)
    {
        // What is deleted is looked at as it was.
        using var before = write.Before is { Deleted: false } older ? FhirDocument.Parse(older.Bytes) : null;
        if ((write.Body ?? before) is not { } body) return ValueTask.CompletedTask;
        var gone = write.Body is null ? write.Before!.Version + 1 : 0;
        var values = new List<IndexValue>();
        Indexer.Extract(body, values);
        var topics = new Dictionary<string, bool>(StringComparer.Ordinal);
        var happened = new List<(string, long, long, long)>();
        foreach (var watch in registry.Of(write.Type))
        {
            if (!topics.TryGetValue(watch.Topic, out var isOfTopic))
                topics[watch.Topic] = isOfTopic = Topic.Find(watch.Topic) is { } topic && (gone > 0 ? topic.TellsDeletions : topic.Happened(body, values, before));
            if (isOfTopic && watch.NowQuery.Matches(values, body)) happened.Add((watch.Id, write.Patient, write.Number, gone));
        }
        if (happened.Count == 0) return ValueTask.CompletedTask;
        store.Happened(write.Unit, happened);
        write.Unit.AfterCommit(bell.Ring);
        return ValueTask.CompletedTask;
    }
}
