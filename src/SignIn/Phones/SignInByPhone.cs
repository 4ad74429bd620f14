using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Socle.Fhir;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>« Se connecter avec mon téléphone »: the number of this screen is typed on the phone. A number that nobody has is answered alike, and lapses.</summary>
sealed class SignInByPhone(PhoneDesk desk, PhonePerson people, Sessions sessions, TimeProvider clock, Chance chance)
{
    const string Client = "socle", Cookie = "__Host-phone";

    static readonly TimeSpan Lifetime = TimeSpan.FromSeconds(120), Pace = TimeSpan.FromSeconds(1);
    static readonly CookieOptions Options = new() { Path = "/", Secure = true, HttpOnly = true, SameSite = SameSiteMode.Strict, MaxAge = TimeSpan.FromMinutes(5) };

    static Texts T => Texts.Of(typeof(SignInByPhone).Assembly);

    public static IResult Show(HttpContext http) =>
        Page.Show<Pages.PhoneSignInPage, Pages.PhoneSignInModel>(new(Form.Empty, Paths.Local(http.Request.Query["back"])));

    public async Task<IResult> Ask(HttpContext http, WebSettings settings, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        var back = Paths.Local(form.Typed("back"));
        var typed = form.Required("rpps").Replace(" ", "", StringComparison.Ordinal);
        if (!form.HasErrors && !Rpps.TryParse(typed, out _)) form.Fail("rpps", T["by-phone.rpps-wrong"]);
        AskedRequest? asked = null;
        if (!form.HasErrors)
        {
            var account = await people.Reachable(typed, stop);
            try
            {
                asked = await desk.Ask(new(Client, "rpps:" + typed, new(settings.ServiceName, Number(chance)), Lifetime), account?.Id, stop);
            }
            catch (Refusal refusal) when (refusal.Kind == PhonesRefusals.TooManyPrompts)
            {
                form.Fail("rpps", refusal.French);
            }
        }
        if (asked is null) return Page.Again<Pages.PhoneSignInPage, Pages.PhoneSignInModel>(new(form, back));
        http.Response.Cookies.Append(Cookie, asked.Ticket, Options);
        return Page.SeeOther(Microsoft.AspNetCore.WebUtilities.QueryHelpers.AddQueryString(PhonePaths.Wait, "back", back));
    }

    public async Task<IResult> Wait(HttpContext http, CancellationToken stop)
    {
        var request = await Mine(http, stop);
        var state = StateOf(request);
        return Page.Show<Pages.PhoneWaitPage, Pages.PhoneWaitModel>(
            new(state == "waiting" ? request!.Body.Number : null, state, Paths.Local(http.Request.Query["back"]), PhonePaths.FollowSignIn));
    }

    public IResult Follow(HttpContext http, CancellationToken stop) => Page.Events(Changes(http, stop));

    public async Task<IResult> Enter(HttpContext http, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        if (http.Request.Cookies[Cookie] is not { } ticket || await desk.Poll(Client, ticket, stop) is not { Told: RequestAnswer.Tokens, Request: { } request }
            || await people.Of(request, stop) is not { } who) throw PhonesRefusals.NotYetApproved.With();
        http.Response.Cookies.Delete(Cookie, Options);
        await sessions.SignIn(http, who with { ProvedAt = null }, stop);
        var back = Paths.Local(form.Typed("back"));
        return Page.SeeOther(back == "/" ? Paths.Professional : back);
    }

    /// <summary>10 to 99: ninety numbers, each as likely as the others.</summary>
    public static string Number(Chance chance) => (10 + chance.NextLong() % 90).ToString(CultureInfo.InvariantCulture);

    async Task<PhoneRequest?> Mine(HttpContext http, CancellationToken stop) =>
        http.Request.Cookies[Cookie] is { Length: < 100 } ticket ? await desk.Look(Client, ticket, stop) : null;

    static string StateOf(PhoneRequest? request) => request?.State switch
    {
        RequestState.Waiting => "waiting",
        RequestState.Approved => "approved",
        RequestState.Refused or RequestState.NotMe or RequestState.WrongNumber => "closed",
        _ => "lapsed"
    };

    async IAsyncEnumerable<string> Changes(HttpContext http, [EnumeratorCancellation] CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            if (StateOf(await Mine(http, stop)) is var state and not "waiting")
            {
                yield return state;
                yield break;
            }
            await Task.Delay(Pace, clock, stop);
        }
    }
}
