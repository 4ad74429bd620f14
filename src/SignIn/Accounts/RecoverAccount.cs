using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>Comes back without any means of one's own: never by a channel alone. In person, by two devices, or by the paper code and 48 hours.</summary>
static class RecoverAccount
{
    public const string Path = "/connexion/recuperer", WithPaper = Path + "/papier", WithDevices = Path + "/appareils", Vouching = "/compte/aider";

    public static IResult Show() => Page.Show<Pages.RecoverPage, Pages.RecoverModel>(new(Form.Empty, null, null));

    /// <summary>The first time begins the 48 hours; after them the same code opens.</summary>
    public static async Task<IResult> TryPaper(HttpContext http, Journeys journeys, PaperRecovery recovery, Tries tries, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        var code = form.Required("code", T["recover.paper"]);
        if (form.HasErrors) return Again(form, null, null);
        await tries.Count("paper:" + Tries.Source(http), Tries.OfSource, stop);
        var (ready, journey) = await recovery.Try(http, code, stop);
        if (journey is not null)
        {
            await journeys.Begin(http, journey, stop);
            return Page.SeeOther(OpenAccount.Key);
        }
        return ready is null ? Again(Form.Empty, SignInRefusals.CodeWrong.With(), null) : Page.Show<Pages.RecoverPage, Pages.RecoverModel>(new(Form.Empty, null, ready));
    }

    /// <summary>A number that two devices of the same person must be told.</summary>
    public static async Task<IResult> BeginDevices(HttpContext http, Journeys journeys, Tries tries, CancellationToken stop)
    {
        await Form.Read(http.Request, stop);
        await tries.Count("devices:" + Tries.Source(http), Tries.OfSource, stop);
        await journeys.Begin(http, new(JourneyGoal.Recover, AgentKind.Professional, Stage.Begun, "", null, ""), stop);
        return Page.SeeOther(WithDevices);
    }

    public static async Task<IResult> ShowDevices(HttpContext http, Journeys journeys, CancellationToken stop)
    {
        var row = await journeys.Get(http, stop);
        return row.Body.Stage == Stage.Proved ? Page.SeeOther(OpenAccount.Key) : Page.Show<Pages.DevicesPage, Pages.DevicesModel>(new(row.Number, row.Body.Stage == Stage.OneDevice));
    }

    public static IResult ShowVouch() => Page.Show<Pages.VouchPage, Form>(Form.Empty);

    /// <summary>On a device that is signed in: « yes, it is me who comes back there ».</summary>
    public static async Task<IResult> Vouch(HttpContext http, Accounts accounts, JourneyChange change, Tries tries, TimeProvider clock, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        var account = await MyMeans.Account(http, accounts, stop);
        MyMeans.EnsureFresh(http, clock);
        await tries.Count("vouch:" + account.Id, Tries.OfOne, stop);
        var number = new string([.. form.Required("number", T["recover.number"]).Where(char.IsAsciiDigit)]);
        if (!await form.Try("number", () => change.Vouch(http, account, http.Features.Get<WebSession>()!.Means ?? "", number, stop)))
            return Page.Again<Pages.VouchPage, Form>(form);
        return Page.SeeOther(MyMeans.Path, T["recover.vouched"]);
    }

    static IResult Again(Form form, Refusal? wrong, DateTimeOffset? ready) =>
        Page.Again<Pages.RecoverPage, Pages.RecoverModel>(new(form, wrong is null ? null : Typography.French(wrong.French), ready));

    static Texts T => Texts.Of(typeof(SignInModule).Assembly);
}

/// <summary>The paper code: what it opens, and when.</summary>
sealed class PaperRecovery(JourneyStore store, Accounts accounts, JourneyChange change, Db db, TimeProvider clock)
{
    /// <summary>When it opens, or the journey that it opened; neither: no such code.</summary>
    public async Task<(DateTimeOffset? Ready, Journey? Journey)> Try(HttpContext http, string code, CancellationToken stop)
    {
        if (await store.PaperOf(MeansChange.HashOf(code), stop) is not { } paper || await accounts.Find(paper.Account, stop) is not { State: AccountState.Active } account) return (null, null);
        var now = clock.GetUtcNow();
        if (paper.AskedAt is null)
        {
            var unit = new Unit();
            JourneyStore.AskPaper(unit, account.Id, now);
            change.Told(unit, http, account, "recovery-asked", "notice.recovery-asked", null);
            await db.Commit(unit, stop);
        }
        var ready = (paper.AskedAt ?? now) + JourneyRule.Delay;
        if (now < ready) return (ready, null);
        var begun = new Journey(JourneyGoal.Recover, account.Kind, Stage.Begun, account.Id, account.AgentId, account.Name) { Level = account.Level };
        return (ready, begun.With(Proof.Paper)?.With(Proof.Delay));
    }
}
