using System.Collections.Frozen;
using System.Buffers.Text;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>The registered software: few, asked at every request, so all in memory; what another process changes is heard within a second.</summary>
sealed class Clients
{
    const string Kind = "signin-clients";
    static readonly TimeSpan Span = TimeSpan.FromSeconds(30);

    readonly Db db;
    readonly ProviderStore store;
    readonly AuditLog audit;
    readonly TimeProvider clock;
    readonly Chance chance;
    Known? known;
    int changes;

    public Clients(Db db, ProviderStore store, AuditLog audit, TimeProvider clock, Chance chance)
    {
        (this.db, this.store, this.audit, this.clock, this.chance) = (db, store, audit, clock, chance);
        db.Changes.Hear(Kind, () => Interlocked.Increment(ref changes));
    }

    /// <summary>Whatever its state; null: unknown.</summary>
    public async ValueTask<Client?> Find(string id, CancellationToken stop) => (await Now(stop)).ById.GetValueOrDefault(id);

    /// <summary>One that may ask.</summary>
    public async ValueTask<Client?> FindActive(string id, CancellationToken stop) => await Find(id, stop) is { State: ClientState.Active } client ? client : null;

    public async Task<IReadOnlyList<Client>> All(CancellationToken stop) =>
        [.. (await Now(stop)).ById.Values.OrderBy(client => client.State).ThenBy(client => client.Name, StringComparer.CurrentCulture)];

    /// <summary>Registers; the id is ours. The secret, when there is one, is told this once.</summary>
    public async Task<(Client Client, string? Secret)> Register(Client wanted, Agent by, CancellationToken stop)
    {
        var secret = wanted.Proof == ClientProof.Secret ? Base64Url.EncodeToString(chance.Bytes(32)) : null;
        var client = wanted with { Id = Convert.ToHexStringLower(chance.Bytes(13)), SecretHash = secret is null ? null : ProviderStore.Hash(secret) };
        ClientRules.Check(client);
        var unit = new Unit();
        store.Add(unit, client, clock.GetUtcNow());
        await Commit(unit, client, by, "client-register", stop);
        return (client, secret);
    }

    public async Task Change(Client client, Agent by, string action, CancellationToken stop)
    {
        ClientRules.Check(client);
        var unit = new Unit();
        store.Save(unit, client);
        await Commit(unit, client, by, action, stop);
    }

    Task Commit(Unit unit, Client client, Agent by, string action, CancellationToken stop)
    {
        audit.Append(unit, new() { Agent = by, Action = action, Target = "client:" + client.Id, Label = null, Purpose = "exploitation" });
        db.Changes.Tell(unit, Kind);
        return db.Commit(unit, stop);
    }

    async ValueTask<Known> Now(CancellationToken stop)
    {
        if (Volatile.Read(ref known) is { } now && now.Changes == Volatile.Read(ref changes) && clock.GetElapsedTime(now.ReadAt) < Span) return now;
        // A change that is heard of while the table is read leaves what was read marked as old.
        var (seen, at) = (Volatile.Read(ref changes), clock.GetTimestamp());
        var read = new Known((await store.Clients(stop)).ToFrozenDictionary(client => client.Id, StringComparer.Ordinal), seen, at);
        Volatile.Write(ref known, read);
        return read;
    }

    sealed record Known(FrozenDictionary<string, Client> ById, int Changes, long ReadAt);
}
