using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Socle.Access;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>Lets in whoever proved who they are: looks at the account, at the right to exercise, and asks in which situation.</summary>
sealed class Entrance(Accounts accounts, Sessions sessions, Situations situations, Suspensions suspensions, Passkeys passkeys, Keys keys)
{
    const string Chosen = "situation";

    public async Task<IResult> Enter(HttpContext http, PasskeyRow passkey, string back, CancellationToken stop)
    {
        string[] method = [passkey.Facts.BackupEligible ? "swk" : "hwk", "user", "mfa"];
        var account = await Active(passkey.Account, stop);
        if (account.Kind == AgentKind.Citizen)
        {
            if (accounts.Patient(account) is not (> 0 and var patient)) throw SignInRefusals.AccountNotActive.With();
            var agent = Agents.Citizen(keys, patient, account.AgentId["patient:".Length..], account.Name);
            await sessions.SignIn(http, new(agent, account.Level, method, account.Id, passkey.Id), stop);
            return Page.SeeOther(back == "/" ? Paths.Citizen : back);
        }
        var known = await situations.Of(account.Rpps!, stop);
        if (known.Count == 0) throw SignInRefusals.NoSituation.With();
        var pending = new Pending(account.Id, passkey.Id, method);
        if (known.Count == 1) return await SignIn(http, account, pending, known[0], back, stop);
        var kept = await passkeys.Keep(Chosen, JsonSerializer.Serialize(pending), stop);
        return Page.Show<Pages.SituationPage, Pages.SituationModel>(new(known, ChooseSituation.AtSignIn, kept, back, null, Form.Empty));
    }

    /// <summary>The answer to the question that <see cref="Enter"/> asked.</summary>
    public async Task<IResult> Choose(HttpContext http, string kept, string key, string back, CancellationToken stop)
    {
        var pending = await passkeys.TakeKept(Chosen, kept, stop) is { } text ? JsonSerializer.Deserialize<Pending>(text)! : throw SignInRefusals.ChallengeOver.With();
        var account = await Active(pending.Account, stop);
        var situation = (await situations.Of(account.Rpps!, stop)).FirstOrDefault(one => one.Key == key) ?? throw SignInRefusals.NoSituation.With();
        return await SignIn(http, account, pending, situation, back, stop);
    }

    async Task<IResult> SignIn(HttpContext http, Account account, Pending pending, Situation situation, string back, CancellationToken stop)
    {
        if (await suspensions.Holds(situation.Agent, stop)) throw AccessRefusals.Suspended.With();
        await sessions.SignIn(http, new(situation.Agent, account.Level, pending.Method, account.Id, pending.Means) { Until = situation.Until }, stop);
        return Page.SeeOther(back == "/" ? Paths.Professional : back);
    }

    async Task<Account> Active(string id, CancellationToken stop) =>
        await accounts.Find(id, stop) is { State: AccountState.Active } account ? account : throw SignInRefusals.AccountNotActive.With();

    sealed record Pending(string Account, string Means, string[] Method);
}
