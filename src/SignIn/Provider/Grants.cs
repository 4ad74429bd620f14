using System.Buffers.Text;
using System.Collections.Frozen;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>For whom tokens are issued, and how they signed in.</summary>
/// <param name="Session">Number of the session; empty: a software without a person.</param>
/// <param name="Patient">External id of the record a launch is about.</param>
/// <param name="Proof">« jkt:… » or « x5t:… »; null: whoever bears the token.</param>
/// <param name="Until">No token outlives this: the end of the session.</param>
sealed record Granting(
    Client Client, Agent Agent, string Scope, string Issuer, string Session, DateTimeOffset? Until, string Level, IReadOnlyList<string> Methods,
    DateTimeOffset SignedInAt, string? Nonce = null, string? Patient = null, string? Account = null, string? Proof = null);

/// <summary>
/// Families of tokens: what a person gave a software in one session. Whatever is presented a second time, a code or a refresh token, ends its family; so do
/// the end of the session and revocation. Which families ended lately is in memory, heard within a second from other processes.
/// </summary>
sealed class Grants
{
    const string Kind = "signin-grants";

    /// <summary>Of a code, and of a refresh token of a professional.</summary>
    public static readonly TimeSpan CodeLife = TimeSpan.FromSeconds(30), RefreshLife = TimeSpan.FromMinutes(30);

    // Longer than any access token lives.
    static readonly TimeSpan Remembered = TimeSpan.FromMinutes(15), Span = TimeSpan.FromSeconds(30);

    readonly Db db;
    readonly ProviderStore store;
    readonly AuditLog audit;
    readonly TimeProvider clock;
    readonly Chance chance;
    Known? known;
    int changes;

    public Grants(Db db, ProviderStore store, AuditLog audit, TimeProvider clock, Chance chance)
    {
        (this.db, this.store, this.audit, this.clock, this.chance) = (db, store, audit, clock, chance);
        db.Changes.Hear(Kind, () => Interlocked.Increment(ref changes));
    }

    public async ValueTask<bool> HasEnded(string grant, CancellationToken stop)
    {
        var now = Volatile.Read(ref known);
        if (now is null || now.Changes != Volatile.Read(ref changes) || clock.GetElapsedTime(now.ReadAt) >= Span)
        {
            var (seen, at) = (Volatile.Read(ref changes), clock.GetTimestamp());
            now = new((await store.EndedSince(clock.GetUtcNow() - Remembered, stop)).ToFrozenSet(StringComparer.Ordinal), seen, at);
            Volatile.Write(ref known, now);
        }
        return now.Ended.Contains(grant);
    }

    /// <summary>Begins a family, as rows of this unit, which the caller commits.</summary>
    public Grant Begin(Unit unit, Granting granting)
    {
        var now = clock.GetUtcNow();
        var ends = granting.Until is { } until ? until : now + TimeSpan.FromHours(1);
        var grant = new Grant(NewSecret()[..26], granting.Client.Id, granting.Session, new(granting.Agent, granting.Scope, granting.Level, granting.Methods,
            granting.SignedInAt, granting.Issuer, granting.Nonce, granting.Patient, granting.Account), ends, null);
        store.Add(unit, grant, now);
        audit.Append(unit, new()
        {
            Agent = granting.Agent, Action = "token", Patient = granting.Agent.PatientKey, Target = "client:" + granting.Client.Id,
            Label = granting.Agent.PatientKey == 0 ? null : granting.Client.Name, Purpose = "connexion", Why = granting.Agent.PatientKey == 0 ? null : granting.Level
        });
        return grant;
    }

    /// <summary>A new secret of a family: a code, or a refresh token.</summary>
    public string Add(Unit unit, string kind, Grant grant, TicketBody body, DateTimeOffset endsAt)
    {
        var secret = NewSecret();
        store.Add(unit, secret, new(kind, grant.Id, body, endsAt < grant.EndsAt || kind == Ticket.Code ? endsAt : grant.EndsAt, null));
        return secret;
    }

    /// <summary>
    /// What is presented: of this software, in its time, for the first time. Once it was taken it has served, whatever follows. Shown a second time it ends
    /// its family, for one of the two who showed it is a thief.
    /// </summary>
    public async Task<(Grant Grant, TicketBody Body)> Take(string kind, string secret, Client client, CancellationToken stop)
    {
        if (secret.Length is < 20 or > 200 || await store.Ticket(secret, stop) is not { } ticket || ticket.Kind != kind) throw Refused("inconnu");
        if (ticket.Body.Client != client.Id) throw Refused("remis à un autre logiciel");
        var now = clock.GetUtcNow();
        if (ticket.UsedAt is not null) await EndReused(ticket.Grant, stop);
        if (ticket.EndsAt <= now) throw Refused("expiré");
        var grant = await store.Grant(ticket.Grant, stop);
        if (grant is null || grant.EndedAt is not null || grant.EndsAt <= now) throw Refused("retiré");
        var unit = new Unit();
        ProviderStore.Use(unit, secret, now, () => Refused("déjà servi"));
        try
        {
            await db.Commit(unit, stop);
        }
        catch (Refusal refusal) when (refusal.Kind == ProviderRefusals.InvalidGrant)
        {
            await EndReused(ticket.Grant, stop);
        }
        return (grant, ticket.Body);
    }

    public async Task End(string grant, CancellationToken stop)
    {
        var unit = new Unit();
        End(unit, grant);
        await db.Commit(unit, stop);
    }

    public void End(Unit unit, string grant)
    {
        ProviderStore.End(unit, grant, clock.GetUtcNow());
        db.Changes.Tell(unit, Kind);
    }

    /// <summary>With the session that ends, in its very commit.</summary>
    public void EndSession(Unit unit, string session)
    {
        ProviderStore.EndSession(unit, session, clock.GetUtcNow());
        db.Changes.Tell(unit, Kind);
    }

    async Task EndReused(string grant, CancellationToken stop)
    {
        await End(grant, stop);
        throw Refused("déjà servi : tout ce qui en venait est retiré");
    }

    public string NewSecret() => Base64Url.EncodeToString(chance.Bytes(32));

    static Refusal Refused(string why) => ProviderRefusals.InvalidGrant.With(why);

    sealed record Known(FrozenSet<string> Ended, int Changes, long ReadAt);
}
