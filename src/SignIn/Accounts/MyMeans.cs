using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>« Mes téléphones et clés »: what one signs in with, one more, one less. A new one asks to prove anew who one is, and every channel is told.</summary>
static class MyMeans
{
    public const string Path = Paths.Account;
    public const int MostKeys = 10;
    static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    public static async Task<IResult> Show(HttpContext http, MeansReading reading, CancellationToken stop) =>
        Page.Show<Pages.MeansPage, Pages.MeansModel>(await reading.Of(http, Form.Empty, stop));

    /// <summary>Asks for a passkey of this person, to prove anew who they are.</summary>
    public static async Task<IResult> AskProof(HttpContext http, Accounts accounts, Passkeys passkeys, CancellationToken stop) =>
        SignInByPasskey.Json(await passkeys.Ask(http, await Account(http, accounts, stop), stop));

    public static async Task<IResult> Prove(HttpContext http, Accounts accounts, Passkeys passkeys, Sessions sessions, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        var account = await Account(http, accounts, stop);
        var row = await passkeys.Prove(http, form.Typed("question"), form.Typed("answer"), stop);
        if (row.Account != account.Id) throw SignInRefusals.PasskeyRefused.With();
        await sessions.Prove(http, row.Id, stop);
        return Page.SeeOther(Path, T["means.proved"]);
    }

    public static async Task<IResult> AskNew(HttpContext http, Accounts accounts, Passkeys passkeys, TimeProvider clock, CancellationToken stop)
    {
        var account = await Account(http, accounts, stop);
        EnsureFresh(http, clock);
        return SignInByPasskey.Json(await passkeys.AskNew(http, account.Id, account.Name, stop));
    }

    public static async Task<IResult> Add(HttpContext http, Accounts accounts, MeansChange change, MeansReading reading, TimeProvider clock, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        var account = await Account(http, accounts, stop);
        EnsureFresh(http, clock);
        var name = form.Required("name", T["means.name"]);
        if (name.Length > 60) form.Fail("name", T["means.name-long"]);
        if (form.HasErrors) return Page.Again<Pages.MeansPage, Pages.MeansModel>(await reading.Of(http, form, stop));
        await change.Add(http, account, name, form.Typed("question"), form.Typed("answer"), stop);
        return Page.SeeOther(Path, T["means.added", name]);
    }

    public static async Task<IResult> RevokeKey(string id, HttpContext http, Accounts accounts, MeansChange change, CancellationToken stop)
    {
        await Form.Read(http.Request, stop);
        await change.RevokeKey(http, await Account(http, accounts, stop), id, stop);
        return Page.SeeOther(Path, T["means.revoked"]);
    }

    public static async Task<IResult> RevokePhone(string id, HttpContext http, Accounts accounts, MeansChange change, CancellationToken stop)
    {
        await Form.Read(http.Request, stop);
        await change.RevokePhone(http, await Account(http, accounts, stop), id, stop);
        return Page.SeeOther(Path, T["means.revoked"]);
    }

    /// <summary>A paper code to print: it is shown this once.</summary>
    public static async Task<IResult> MakePaper(HttpContext http, Accounts accounts, MeansChange change, TimeProvider clock, CancellationToken stop)
    {
        await Form.Read(http.Request, stop);
        var account = await Account(http, accounts, stop);
        EnsureFresh(http, clock);
        return Page.Show<Pages.PaperPage, Pages.PaperModel>(new(await change.MakePaper(http, account, stop)));
    }

    /// <summary>« Ce n’était pas moi »: the recovery that waits is over and its paper worth nothing.</summary>
    public static async Task<IResult> RefuseRecovery(HttpContext http, Accounts accounts, MeansChange change, CancellationToken stop)
    {
        await Form.Read(http.Request, stop);
        await change.RefuseRecovery(http, await Account(http, accounts, stop), stop);
        return Page.SeeOther(Path, T["means.recovery-refused"]);
    }

    public static async Task<Account> Account(HttpContext http, Accounts accounts, CancellationToken stop) =>
        http.Features.Get<WebSession>()?.Account is { } id && await accounts.Find(id, stop) is { State: AccountState.Active } account ? account : throw SignInRefusals.NoAccount.With();

    public static bool IsFresh(HttpContext http, TimeProvider clock) => http.Features.Get<WebSession>() is { } session && clock.GetUtcNow() - session.ProvedAt < Fresh;

    public static void EnsureFresh(HttpContext http, TimeProvider clock)
    {
        if (!IsFresh(http, clock)) throw SignInRefusals.StepUpNeeded.With();
    }

    static Texts T => Texts.Of(typeof(SignInModule).Assembly);
}
