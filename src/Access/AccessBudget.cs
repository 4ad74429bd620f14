using Socle.Platform;

namespace Socle.Access;

/// <summary>How many people a professional may look for in an hour, and how many of these searches may find nobody.</summary>
public sealed class AccessBudget
{
    /// <summary>Searches by one professional in one hour of the clock.</summary>
    public const int SearchesPerHour = 60;

    /// <summary>Searches that found nobody: guessing at INS numbers.</summary>
    public const int UnknownPerHour = 20;

    readonly AccessStore store;
    readonly Keys keys;
    readonly TimeProvider clock;

    internal AccessBudget(AccessStore store, Keys keys, TimeProvider clock) => (this.store, this.keys, this.clock) = (store, keys, clock);

    /// <summary>To be called before a search for a person. Refuses when the hour's searches, or its vain ones, are used up.</summary>
    public async Task SpendSearch(Agent agent, CancellationToken stop)
    {
        if (agent.Kind != AgentKind.Professional) return;
        if (await store.Spent(Actor(agent), "unknown", Hour, stop) >= UnknownPerHour) throw AccessRefusals.TooManyUnknown.With();
        await store.Spend(Actor(agent), "search", Hour, SearchesPerHour, () => AccessRefusals.TooManySearches.With(SearchesPerHour), stop);
    }

    /// <summary>To be called after a search that found nobody.</summary>
    public Task SpendUnknown(Agent agent, CancellationToken stop) =>
        agent.Kind == AgentKind.Professional
            ? store.Spend(Actor(agent), "unknown", Hour, UnknownPerHour, () => AccessRefusals.TooManyUnknown.With(), stop)
            : Task.CompletedTask;

    long Actor(Agent agent) => keys.Hash("access-professional", agent.Id);

    long Hour => clock.GetUtcNow().ToUnixTimeSeconds() / 3600;
}
