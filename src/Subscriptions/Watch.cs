using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Subscriptions;

/// <summary>How much a notification says.</summary>
enum Content { Empty, IdOnly, FullResource }

/// <summary>What a Subscription asks for, with the rights of the one who asked: all that later work starts from.</summary>
/// <param name="Base">« https://…/fhir/ ».</param>
/// <param name="Topic">Canonical.</param>
/// <param name="Now">Criteria that the written version alone decides, as a query string.</param>
/// <param name="Later">Criteria about other resources: decided when it is told, as the subscriber sees them.</param>
/// <param name="Endpoint">Null for a websocket.</param>
/// <param name="Bundle">False: R4 as it was without topics and without a payload, a bare call.</param>
/// <param name="Heartbeat">Seconds; 0 without.</param>
sealed record Watch(
    string Id, Agent Agent, string Scopes, string Purpose, string Base, string Topic, string Type, string Now, string Later, string? Endpoint,
    Content Content, bool Bundle, int Heartbeat, int Timeout, int MostAtOnce, DateTimeOffset? End)
{
    SearchQuery? now;

    internal bool IsSocket => Endpoint is null;

    internal string Reference => $"{Base}Subscription/{Id}";

    internal SearchQuery NowQuery => now ??= SearchQuery.Parse(Type, Now, strict: true);

    /// <summary>The criteria about other resources as the subscriber may ask them now; refused when there is one of either kind that they may not ask.</summary>
    internal SearchQuery LaterFor(RecordStore records, Scope scope)
    {
        var asked = records.SearchEnvironment(Base, scope);
        SearchQuery.Parse(Type, Now, strict: true, asked);
        return SearchQuery.Parse(Type, Later, strict: true, asked);
    }
}

/// <summary>Where a subscription stands.</summary>
sealed record WatchState(string Status, long Tries, DateTimeOffset DueAt, long LastNumber, DateTimeOffset SentAt)
{
    public const string Requested = "requested", Active = "active", Error = "error", Off = "off";
}

/// <summary>Something that happened, by its place.</summary>
/// <param name="Number">Null: not told yet.</param>
/// <param name="Gone">The version that deleted it; 0 when it was created or updated.</param>
sealed record WatchEvent(long At, long Patient, long Place, long? Number, long Gone)
{
    public DateTimeOffset Time => Clock.FromMicros(At);
}
