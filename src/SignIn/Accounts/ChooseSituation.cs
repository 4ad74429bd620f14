using Microsoft.AspNetCore.Http;
using Socle.Access;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>In which situation a professional acts: asked at sign-in, changed later. Each change is a session of its own under a new cookie.</summary>
static class ChooseSituation
{
    public const string AtSignIn = "/connexion/situation", Later = "/compte/situation";

    public static async Task<IResult> Handle(HttpContext http, Entrance entrance, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        return await entrance.Choose(http, form.Typed("kept"), form.Required("situation"), Paths.Local(form.Optional("back")), stop);
    }

    public static async Task<IResult> Show(HttpContext http, Situations situations, CancellationToken stop) => await Page(http, situations, Form.Empty, stop);

    public static async Task<IResult> Switch(HttpContext http, Situations situations, Sessions sessions, Suspensions suspensions, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        var key = form.Required("situation");
        if (form.HasErrors) return await Page(http, situations, form, stop);
        var situation = (await situations.Of(Rpps(http), stop)).FirstOrDefault(one => one.Key == key) ?? throw SignInRefusals.NoSituation.With();
        if (await suspensions.Holds(situation.Agent, stop)) throw AccessRefusals.Suspended.With();
        var session = http.Features.Get<WebSession>() ?? throw PlatformRefusals.SignInNeeded.With();
        await sessions.SignIn(http, new(situation.Agent, session.Level, session.Method, session.Account, session.Means)
        {
            ProvedAt = session.ProvedAt, Until = situation.Until, EndsAt = session.ExpiresAt
        }, stop);
        return Platform.Web.Page.SeeOther(Paths.Professional, Texts.Of(typeof(SignInModule).Assembly)["situation.changed", situation.Title, situation.Place ?? ""]);
    }

    static async Task<IResult> Page(HttpContext http, Situations situations, Form form, CancellationToken stop)
    {
        var known = await situations.Of(Rpps(http), stop);
        var now = known.FirstOrDefault(one => one.Agent == http.Agent())?.Key;
        return Platform.Web.Page.Show<Pages.SituationPage, Pages.SituationModel>(new(known, Later, "", "", now, form),
            form.HasErrors ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status200OK);
    }

    static string Rpps(HttpContext http) =>
        http.Agent().Id is var id && id.StartsWith("rpps:", StringComparison.Ordinal) ? id["rpps:".Length..] : throw SignInRefusals.NoSituation.With();
}
