using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>The registrar's page: a code handed over to somebody who was seen with a document, who asked for help, and accounts to suspend.</summary>
static class HandOver
{
    public const string Path = "/connexion/registre", Helped = Path + "/aide";
    static readonly TimeSpan Life = TimeSpan.FromMinutes(15);
    const string Letters = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789";

    public static async Task<IResult> Show(JourneyStore store, CancellationToken stop) =>
        Page.Show<Pages.HandOverPage, Pages.HandOverModel>(new(await Waiting(store, stop), Form.Empty, null, null));

    public static async Task<IResult> Handle(HttpContext http, HandOverDesk desk, JourneyStore store, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        var number = form.Required("number", T["hand.number"]).Replace(" ", "", StringComparison.Ordinal);
        if (!form.Flag("seen")) form.Fail("seen", T["hand.seen-needed"]);
        var (code, name) = ("", "");
        if (!await form.Try("number", Give))
            return Page.Again<Pages.HandOverPage, Pages.HandOverModel>(new(await Waiting(store, stop), form, null, null));
        return Page.Show<Pages.HandOverPage, Pages.HandOverModel>(new(await Waiting(store, stop), Form.Empty, code, name));

        async Task Give() => (code, name) = await desk.Give(http, number, stop);
    }

    public static async Task<IResult> EndHelp(string number, HttpContext http, Db db, TimeProvider clock, CancellationToken stop)
    {
        await Form.Read(http.Request, stop);
        var unit = new Unit();
        JourneyStore.EndHelp(unit, number, clock.GetUtcNow());
        await db.Commit(unit, stop);
        return Page.SeeOther(Path);
    }

    /// <summary>12 letters and digits that are not taken for one another: 60 bits, for a quarter of an hour, once.</summary>
    public static string NewCode(Chance chance) => new([.. chance.Bytes(12).Select(one => Letters[one & 31])]);

    public static byte[] HashOf(string code) =>
        SHA256.HashData(Encoding.ASCII.GetBytes("counter " + new string([.. code.Where(char.IsAsciiLetterOrDigit).Select(char.ToUpperInvariant)])));

    public static DateTimeOffset Until(TimeProvider clock) => clock.GetUtcNow() + Life;

    static async Task<IReadOnlyList<Pages.HelpView>> Waiting(JourneyStore store, CancellationToken stop) =>
        [.. (await store.WaitingHelp(stop)).Select(one => new Pages.HelpView(one.Number, one.Progress.Kind == AgentKind.Professional, one.At,
            one.Progress.Asked?.Rpps ?? $"{one.Progress.Asked?.Given} {one.Progress.Asked?.Family}, {one.Progress.Asked?.BirthDate}", one.Progress.Stage.ToString()))];

    static Texts T => Texts.Of(typeof(SignInModule).Assembly);
}

/// <summary>Gives a code for somebody who stands before the registrar.</summary>
sealed class HandOverDesk(People people, AccountStore accounts, JourneyStore store, AuditLog audit, Db db, TimeProvider clock, Chance chance)
{
    public async Task<(string Code, string Name)> Give(HttpContext http, string number, CancellationToken stop)
    {
        if (await people.Shown(number, stop) is not { } seen) throw SignInRefusals.NobodyFound.With();
        var account = await accounts.Of(seen.AgentId, stop);
        var goal = account is null or { State: AccountState.Revoked } ? JourneyGoal.Open : JourneyGoal.Recover;
        var kind = seen.AgentId.StartsWith("rpps:", StringComparison.Ordinal) ? AgentKind.Professional : AgentKind.Citizen;
        var code = HandOver.NewCode(chance);
        var unit = new Unit();
        store.Add(unit, HandOver.HashOf(code), new(goal, kind, seen.AgentId, seen.Name, http.Agent().Id), HandOver.Until(clock));
        audit.Append(unit, new()
        {
            Agent = http.Agent(), Action = "hand-over", Target = account is null ? "account" : "account/" + account.Id, Purpose = "connexion", Why = goal.ToString(), Correlation = http.Correlation()
        });
        await db.Commit(unit, stop);
        return (string.Join(' ', code[..4], code[4..8], code[8..]), seen.Name);
    }
}
