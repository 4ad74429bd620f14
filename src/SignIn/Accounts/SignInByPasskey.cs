using Microsoft.AspNetCore.Http;
using Socle.Access;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>Sign-in by a passkey: the browser offers those it has, nobody types who they are, so that nothing tells who has one.</summary>
static class SignInByPasskey
{
    public const string Question = "/connexion/defi", Path = "/connexion/cle";
    const int QuestionsOfSource = 100;

    public static async Task<IResult> Ask(HttpContext http, Passkeys passkeys, Tries tries, CancellationToken stop)
    {
        await tries.Count("question:" + Tries.Source(http), QuestionsOfSource, stop);
        return Json(await passkeys.Ask(http, null, stop));
    }

    public static async Task<IResult> Handle(HttpContext http, Passkeys passkeys, Entrance entrance, Tries tries, SignInPages pages, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        var back = Paths.Local(form.Optional("back"));
        try
        {
            return await entrance.Enter(http, await passkeys.Prove(http, form.Typed("question"), form.Typed("answer"), stop), back, stop);
        }
        catch (Refusal refusal) when (refusal.Kind == SignInRefusals.PasskeyRefused || refusal.Kind == SignInRefusals.ChallengeOver
            || refusal.Kind == SignInRefusals.AccountNotActive || refusal.Kind == SignInRefusals.NoSituation || refusal.Kind == AccessRefusals.Suspended)
        {
            await tries.Count("refused:" + Tries.Source(http), Tries.OfSource, stop);
            return await pages.Show(back, refusal, stop);
        }
    }

    public static IResult Json(PasskeyQuestion question) =>
        Results.Text($$"""{"question":"{{question.Id}}","options":{{question.Options}}}""", "application/json");
}
