using Microsoft.AspNetCore.Http;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>Opens a first means of signing in: who one is, the codes, the passkey. The answers are the same for those we know and those we do not.</summary>
static class OpenAccount
{
    public const string Path = "/connexion/ouvrir", Codes = Path + "/codes", Key = Path + "/cle", Question = Key + "/defi", Counter = Path + "/guichet", Help = Path + "/aide";
    public const string Professional = Path + "/professionnel", Citizen = Path + "/citoyen";
    const int Majority = 16;

    public static IResult Show() => Page.Show<Pages.OpenPage>();

    public static IResult ShowProfessional() => Professionals(Form.Empty);

    public static IResult ShowCitizen() => Citizens(Form.Empty);

    public static async Task<IResult> AskProfessional(HttpContext http, Journeys journeys, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        var rpps = form.Required("rpps", T["open.rpps"]);
        if (!form.HasErrors && Rpps.Check(rpps) != IdentifierCheck.Right) form.Fail("rpps", T["open.rpps-wrong"]);
        if (form.HasErrors) return Professionals(form);
        await journeys.Begin(http, AgentKind.Professional, new(rpps, null, null, null, null), stop);
        return Page.SeeOther(Codes);
    }

    public static async Task<IResult> AskCitizen(HttpContext http, Journeys journeys, TimeProvider clock, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        var (family, given, born) = (form.Required("family", T["open.family"]), form.Required("given", T["open.given"]), form.Day("born"));
        var card = new string([.. form.Required("card", T["open.card"]).Where(char.IsAsciiDigit)]);
        if (!form.HasErrors && born > DateOnly.FromDateTime(clock.GetUtcNow().Date).AddYears(-Majority)) form.Fail("born", T["open.minor"]);
        if (!form.HasErrors && card.Length != CardNumbers.Length) form.Fail("card", T["open.card-wrong", CardNumbers.Length]);
        if (form.HasErrors) return Citizens(form);
        await journeys.Begin(http, AgentKind.Citizen, new(null, family, given, Traits.IsoDate(born.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)), card), stop);
        return Page.SeeOther(Codes);
    }

    public static async Task<IResult> ShowCodes(HttpContext http, Journeys journeys, CancellationToken stop) =>
        CodesPage(await journeys.Get(http, stop), Form.Empty, null);

    public static async Task<IResult> TryCodes(HttpContext http, Journeys journeys, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        var row = await journeys.Get(http, stop);
        if (row.Body.Wrong >= Journeys.MostWrong) return CodesPage(row, Form.Empty, SignInRefusals.CodesSpent.With());
        var phone = form.Required("phone", T["open.code-phone"]);
        var mailbox = row.Body.Kind == AgentKind.Professional ? form.Required("mailbox", T["open.code-mailbox"]) : "";
        if (form.HasErrors) return CodesPage(row, form, null);
        if (await journeys.TryCodes(row, mailbox, phone, stop) is not null) return Page.SeeOther(Key);
        return CodesPage(row with { Body = row.Body with { Wrong = row.Body.Wrong + 1 } }, Form.Empty, SignInRefusals.CodeWrong.With());
    }

    /// <summary>« Je n’y arrive pas »: somebody takes over from where the person stands.</summary>
    public static async Task<IResult> AskHelp(HttpContext http, Journeys journeys, JourneyStore store, Db db, TimeProvider clock, CancellationToken stop)
    {
        await Form.Read(http.Request, stop);
        var row = await journeys.Get(http, stop);
        var unit = new Unit();
        store.AddHelp(unit, new(row.Number, row.Body, clock.GetUtcNow()));
        await db.Commit(unit, stop);
        return Page.Show<Pages.HelpAskedPage, Pages.HelpAskedModel>(new(row.Number));
    }

    public static IResult ShowCounter() => AtCounter(Form.Empty, null);

    /// <summary>The code that a registrar handed over.</summary>
    public static async Task<IResult> TryCounter(HttpContext http, Journeys journeys, JourneyStore store, AccountStore accounts, Tries tries, TimeProvider clock, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        var code = form.Required("code", T["open.counter-code"]);
        if (form.HasErrors) return AtCounter(form, null);
        await tries.Count("counter:" + Tries.Source(http), Tries.OfSource, stop);
        if (await store.Take(HandOver.HashOf(code), clock.GetUtcNow(), stop) is not { } seen) return AtCounter(Form.Empty, SignInRefusals.CodeWrong.With());
        var account = seen.Goal == JourneyGoal.Recover ? await accounts.Of(seen.AgentId, stop) : null;
        var journey = new Journey(seen.Goal, seen.Kind, Stage.Begun, account?.Id ?? journeys.NewAccount(), seen.AgentId, seen.Name) { Level = account?.Level };
        await journeys.Begin(http, journey.With(Proof.Registrar)!, stop);
        return Page.SeeOther(Key);
    }

    public static async Task<IResult> ShowKey(HttpContext http, Journeys journeys, CancellationToken stop) => KeyPage(await Proved(http, journeys, stop), Form.Empty, null);

    public static async Task<IResult> AskKey(HttpContext http, Journeys journeys, Passkeys passkeys, CancellationToken stop)
    {
        var row = await Proved(http, journeys, stop);
        return SignInByPasskey.Json(await passkeys.AskNew(http, row.Body.Account, row.Body.Name, stop));
    }

    public static async Task<IResult> MakeKey(HttpContext http, Journeys journeys, JourneyChange change, Entrance entrance, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        var row = await Proved(http, journeys, stop);
        var name = form.Required("name", T["means.name"]);
        if (name.Length > 60) form.Fail("name", T["means.name-long"]);
        if (form.HasErrors) return KeyPage(row, form, null);
        try
        {
            return await entrance.Enter(http, await change.Finish(http, row, name, form.Typed("question"), form.Typed("answer"), stop), MyMeans.Path, stop);
        }
        catch (Refusal refusal) when (refusal.Kind == SignInRefusals.PasskeyRefused || refusal.Kind == SignInRefusals.ChallengeOver)
        {
            return KeyPage(row, form, refusal);
        }
    }

    static async Task<JourneyRow> Proved(HttpContext http, Journeys journeys, CancellationToken stop) =>
        await journeys.Get(http, stop) is { Body.Stage: Stage.Proved } row ? row : throw SignInRefusals.JourneyOver.With();

    static IResult Professionals(Form form) => Shown<Pages.OpenProfessionalPage, Form>(form, form.HasErrors);

    static IResult Citizens(Form form) => Shown<Pages.OpenCitizenPage, Form>(form, form.HasErrors);

    static IResult CodesPage(JourneyRow row, Form form, Refusal? wrong) => Shown<Pages.CodesPage, Pages.CodesModel>(
        new(row.Body.Kind == AgentKind.Professional, row.Body.Wrong >= Journeys.MostWrong, form, Text(wrong)), form.HasErrors || wrong is not null);

    static IResult AtCounter(Form form, Refusal? wrong) => Shown<Pages.CounterPage, Pages.CounterModel>(new(form, Text(wrong)), form.HasErrors || wrong is not null);

    static IResult KeyPage(JourneyRow row, Form form, Refusal? wrong) =>
        Shown<Pages.FirstKeyPage, Pages.FirstKeyModel>(new(row.Body.Name, form, Text(wrong)), form.HasErrors || wrong is not null);

    static IResult Shown<TPage, TModel>(TModel model, bool wrong) where TPage : Microsoft.AspNetCore.Components.IComponent =>
        Page.Show<TPage, TModel>(model, wrong ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);

    static string? Text(Refusal? wrong) => wrong is null ? null : Typography.French(wrong.French);

    static Texts T => Texts.Of(typeof(SignInModule).Assembly);
}
