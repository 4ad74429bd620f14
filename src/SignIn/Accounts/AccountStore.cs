using System.Text.Json;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>All SQL of the accounts.</summary>
sealed class AccountStore(Db db, Keys keys)
{
    const string Purpose = "account";

    public Task<Account?> Find(string id, CancellationToken stop) =>
        db.First($"select id, kind, facts, level, state, why, since from signin_account where id = {id}", Read, stop);

    public async Task<Account?> Of(string agentId, CancellationToken stop)
    {
        var found = await db.First($"select id, kind, facts, level, state, why, since from signin_account where person = {Person(agentId)}", Read, stop);
        return found?.AgentId == agentId ? found : null;
    }

    public Task<List<Account>> All(CancellationToken stop) =>
        db.Query($"select id, kind, facts, level, state, why, since from signin_account order by since, id", Read, stop);

    public void Add(Unit unit, Account account) => unit.Unique($"""
        insert into signin_account (id, person, kind, facts, level, state, why, since)
        values ({account.Id}, {Person(account.AgentId)}, {(long)account.Kind}, {Seal(account)}, {account.Level}, {(long)account.State}, {account.Why}, {Clock.Micros(account.Since)})
        """, () => SignInRefusals.AccountExists.With());

    // A revoked account never comes back: the person is enrolled anew.
    public static void Set(Unit unit, string id, AccountState state, string why) => unit.Expect($"""
        update signin_account set state = {(long)state}, why = {why} where id = {id} and state <> {(long)AccountState.Revoked}
        """, () => SignInRefusals.AccountGone.With());

    public static void Raise(Unit unit, string id, string level) => unit.Add($"update signin_account set level = {level} where id = {id}");

    public static void Remove(Unit unit, string id) => unit.Add($"delete from signin_account where id = {id}");

    long Person(string agentId) => keys.Hash("signin account", agentId);

    string Seal(Account account) => keys.SealToken(Purpose, JsonSerializer.SerializeToUtf8Bytes(new Facts(account.AgentId, account.Name)), account.Id);

    Account Read(Row row)
    {
        var id = row.Text(0);
        if (!keys.TryOpenToken(Purpose, row.Text(2), out var plain, id)) throw PlatformRefusals.SealBroken.With();
        var facts = JsonSerializer.Deserialize<Facts>(plain)!;
        return new(id, (AgentKind)row.Int(1), facts.AgentId, facts.Name, (AccountState)row.Int(4))
        {
            Level = row.Text(3), Why = row.TextOrNull(5), Since = Clock.FromMicros(row.Long(6))
        };
    }

    sealed record Facts(string AgentId, string Name);
}
