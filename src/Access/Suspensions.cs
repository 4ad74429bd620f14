using System.Collections.Frozen;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Access;

/// <summary>A professional may not practise from <paramref name="Since"/> on, until <paramref name="Until"/> (excluded) or until it is lifted.</summary>
/// <param name="Agent">« rpps:… ».</param>
/// <param name="By">Who ordered it.</param>
public sealed record Suspension(string Agent, DateTimeOffset Since, DateTimeOffset? Until, string Why, string By)
{
    public string Rpps => Agent[(Agent.IndexOf(':', StringComparison.Ordinal) + 1)..];

    public bool Holds(DateTimeOffset now) => now >= Since && (Until is not { } until || now < until);
}

/// <summary>
/// Who is suspended. It is asked at every request, so all of them are kept in memory: they are few. What this process decides holds at once;
/// what another process of the same database decides, within about a second by the feed of changes, and within half a minute without it.
/// </summary>
public sealed class Suspensions
{
    public const string Kind = "suspensions";

    const string Employee = "idnat:";

    static readonly TimeSpan Span = TimeSpan.FromSeconds(30);

    readonly Db db;
    readonly AccessStore store;
    readonly AuditLog audit;
    readonly TimeProvider clock;
    Known? known;
    int changes;

    internal Suspensions(Db db, AccessStore store, AuditLog audit, TimeProvider clock)
    {
        (this.db, this.store, this.audit, this.clock) = (db, store, audit, clock);
        db.Changes.Hear(Kind, () => Interlocked.Increment(ref changes));
    }

    /// <summary>Nobody but a professional is suspended here; with the holder of an office those who are employed in it.</summary>
    public async ValueTask<bool> Holds(Agent agent, CancellationToken stop)
    {
        if (agent.Kind != AgentKind.Professional) return false;
        var now = Volatile.Read(ref known);
        if (now is null || now.Changes != Volatile.Read(ref changes) || clock.GetElapsedTime(now.ReadAt) >= Span) now = await Load(stop);
        return now.ByAgent.TryGetValue(HolderOf(agent.Id) ?? agent.Id, out var theirs) && Array.Exists(theirs, one => one.Holds(clock.GetUtcNow()));
    }

    // « idnat:6 + RPPS of the holder + rank / number of the employee ».
    static string? HolderOf(string agent) => agent.StartsWith(Employee, StringComparison.Ordinal) && NationalId.TryParse(agent[Employee.Length..], out var id)
        && id.Holder is { } holder ? "rpps:" + holder.Value : null;

    /// <summary>Every one that was ordered, past ones too, newest first.</summary>
    public async Task<IReadOnlyList<Suspension>> All(CancellationToken stop) =>
        [.. (await Load(stop)).ByAgent.Values.SelectMany(theirs => theirs).OrderByDescending(one => one.Since).ThenBy(one => one.Agent, StringComparer.Ordinal)];

    /// <param name="with">What is said in the same commit.</param>
    public Task Suspend(Agent by, string rpps, DateTimeOffset since, string why, Action<Unit>? with, CancellationToken stop)
    {
        var (agent, unit) = ("rpps:" + rpps, new Unit());
        AccessStore.Suspend(unit, new(agent, since, null, why, by.Name));
        return Commit(unit, by, "suspend", agent, why, with, stop);
    }

    /// <summary>All that holds now or will hold ends now.</summary>
    public Task Lift(Agent by, string rpps, string why, Action<Unit>? with, CancellationToken stop)
    {
        var (agent, unit) = ("rpps:" + rpps, new Unit());
        AccessStore.Lift(unit, agent, clock.GetUtcNow());
        return Commit(unit, by, "suspension-end", agent, why, with, stop);
    }

    Task Commit(Unit unit, Agent by, string action, string agent, string why, Action<Unit>? with, CancellationToken stop)
    {
        audit.Append(unit, new AuditEntry
        {
            Agent = by, Action = action, Patient = 0, Target = agent, Label = null, Purpose = Purposes.Of(by.Kind), Why = why, Outcome = "ok"
        });
        with?.Invoke(unit);
        db.Changes.Tell(unit, Kind);
        return db.Commit(unit, stop);
    }

    // A change that is heard of while the table is read leaves what was read marked as old.
    async Task<Known> Load(CancellationToken stop)
    {
        var (seen, at) = (Volatile.Read(ref changes), clock.GetTimestamp());
        var rows = await store.Suspensions(stop);
        var read = new Known(rows.GroupBy(one => one.Agent, StringComparer.Ordinal).ToFrozenDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal), seen, at);
        Volatile.Write(ref known, read);
        return read;
    }

    sealed record Known(FrozenDictionary<string, Suspension[]> ByAgent, int Changes, long ReadAt);
}
