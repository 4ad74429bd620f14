using Microsoft.AspNetCore.Http;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>The end of a journey: the account opens, or its person comes back, with a first passkey made here and now.</summary>
sealed class JourneyChange(
    Accounts accounts, AccountStore store, JourneyStore journeys, Passkeys passkeys, Sessions sessions, Phones phones, Outbox outbox, AuditLog audit, Db db,
    TimeProvider clock)
{
    /// <summary>Whoever proved enough makes a passkey; the journey is over with it.</summary>
    public async Task<PasskeyRow> Finish(HttpContext http, JourneyRow row, string name, string question, string answer, CancellationToken stop)
    {
        var body = row.Body;
        if (body.Stage != Stage.Proved || body.AgentId is null) throw SignInRefusals.JourneyOver.With();
        var unit = new Unit();
        var account = body.Goal == JourneyGoal.Open ? await Open(unit, body, stop) : await Back(unit, body, stop);
        var passkey = await passkeys.Add(unit, http, account.Id, name, question, answer, stop);
        JourneyStore.Remove(unit, row);
        Told(unit, http, account, body.Goal == JourneyGoal.Open ? "account-open" : "account-recover", body.Goal == JourneyGoal.Open ? "notice.opened" : "notice.recovered",
            string.Join(", ", body.Proofs));
        await db.Commit(unit, stop);
        Journeys.Forget(http);
        return passkey;
    }

    /// <summary>The trace and the notice to every channel, in the same commit.</summary>
    public void Told(Unit unit, HttpContext http, Account account, string action, string notice, string? why)
    {
        var agent = http.AgentOrNull() ?? new Agent(account.Kind, account.AgentId, account.Name, null, null, null, 0, accounts.Patient(account));
        audit.Append(unit, new()
        {
            Agent = agent, Action = action, Patient = accounts.Patient(account), Target = "account/" + account.Id, Label = "Moyen de connexion", Purpose = "connexion",
            Why = why, Correlation = http.Correlation()
        });
        JourneyNews.Add(unit, outbox, account.Id, notice);
    }

    // A revoked account is opened anew only by who is seen: its two channels may be in the hands of the one it was revoked for.
    async Task<Account> Open(Unit unit, Journey body, CancellationToken stop)
    {
        if (await store.Of(body.AgentId!, stop) is { } old)
        {
            if (old.State != AccountState.Revoked || !body.Proofs.Contains(Proof.Registrar)) throw SignInRefusals.AccountExists.With();
            AccountStore.Remove(unit, old.Id);
        }
        var account = new Account(body.Account, body.Kind, body.AgentId!, body.Name, AccountState.Active)
        {
            Level = JourneyRule.Level(JourneyGoal.Open, body.Proofs, null), Since = clock.GetUtcNow()
        };
        store.Add(unit, account);
        return account;
    }

    // What was lost serves nobody any more, unless the two devices that said yes are still there.
    async Task<Account> Back(Unit unit, Journey body, CancellationToken stop)
    {
        if (await store.Find(body.Account, stop) is not { State: AccountState.Active } account) throw SignInRefusals.AccountNotActive.With();
        if (body.Proofs.Contains(Proof.Paper)) JourneyStore.RemovePaper(unit, account.Id);
        if (body.Proofs.Contains(Proof.OtherDevice)) return account;
        PasskeyStore.EndAll(unit, account.Id, "recovered", clock.GetUtcNow());
        foreach (var phone in (await phones.Of(account.Id, stop)).Where(one => one.State != PhoneState.Revoked)) phones.Revoke(unit, phone, PhoneEnd.Lost);
        await sessions.EndAll(unit, account.Id, stop);
        return account;
    }

    /// <summary>One more device says that it is this person who comes back.</summary>
    public async Task Vouch(HttpContext http, Account account, string device, string number, CancellationToken stop)
    {
        if (await journeys.OfNumber(number, clock.GetUtcNow(), stop) is not { Body: { Goal: JourneyGoal.Recover, Stage: Stage.Begun or Stage.OneDevice } body } row)
            throw SignInRefusals.CodeWrong.With();
        var next = body.Device is null
            ? (body with { Kind = account.Kind, Account = account.Id, AgentId = account.AgentId, Name = account.Name, Level = account.Level, Device = device }).With(Proof.Device)
            : body.Account == account.Id && body.Device != device ? body.With(Proof.OtherDevice) : null;
        var unit = new Unit();
        journeys.Save(unit, row, next ?? throw SignInRefusals.SameDevice.With());
        Told(unit, http, account, "recovery-vouch", "notice.vouched", null);
        await db.Commit(unit, stop);
    }
}
