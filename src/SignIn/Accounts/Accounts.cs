using Socle.Access;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>
/// Who can sign in with means of their own. An account that is suspended or revoked loses its sessions in the same commit, and with them the tokens
/// that carry their numbers.
/// </summary>
public sealed class Accounts
{
    readonly AccountStore store;
    readonly Sessions sessions;
    readonly Db db;
    readonly Keys keys;
    readonly AuditLog audit;
    readonly TimeProvider clock;
    readonly Chance chance;

    internal Accounts(AccountStore store, Sessions sessions, Db db, Keys keys, AuditLog audit, TimeProvider clock, Chance chance) =>
        (this.store, this.sessions, this.db, this.keys, this.audit, this.clock, this.chance) = (store, sessions, db, keys, audit, clock, chance);

    public Task<Account?> Find(string id, CancellationToken stop) => store.Find(id, stop);

    /// <param name="agentId">« rpps:… » or « patient:… ».</param>
    public Task<Account?> Of(string agentId, CancellationToken stop) => store.Of(agentId, stop);

    /// <summary>Opens an account; refuses a second one of the same person.</summary>
    public Account Open(Unit unit, AgentKind kind, string agentId, string name, string level = Levels.Low)
    {
        var account = new Account(keys.ExternalId(chance.NextLong(), chance.NextLong()), kind, agentId, name, AccountState.Active) { Level = level, Since = clock.GetUtcNow() };
        store.Add(unit, account);
        return account;
    }

    /// <summary>Changes the state with its reason, in a commit of its own; what is not active has no session.</summary>
    public async Task Set(Agent by, Account account, AccountState state, string why, CancellationToken stop)
    {
        var unit = new Unit();
        await Set(unit, by, account, state, why, stop);
        await db.Commit(unit, stop);
    }

    internal async Task Set(Unit unit, Agent by, Account account, AccountState state, string why, CancellationToken stop)
    {
        AccountStore.Set(unit, account.Id, state, why);
        if (state != AccountState.Active) await sessions.EndAll(unit, account.Id, stop);
        audit.Append(unit, new()
        {
            Agent = by, Action = "account-" + state.ToString().ToLowerInvariant(), Patient = Patient(account), Target = "account/" + account.Id, Label = "Moyen de connexion",
            Purpose = "connexion", Why = why
        });
    }

    /// <summary>A citizen's own record; 0 for a professional.</summary>
    internal long Patient(Account account) =>
        account.Kind == AgentKind.Citizen && keys.TryReadId(account.AgentId["patient:".Length..], out var patient, out _) ? patient : 0;
}
