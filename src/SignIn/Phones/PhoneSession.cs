using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>Whose phones the request's browser may answer for.</summary>
static class PhoneSession
{
    /// <summary>What changes an account or signs is asked of somebody who proved who they are at most so long ago (security.md §5.4).</summary>
    public static readonly TimeSpan Fresh = TimeSpan.FromMinutes(5);

    /// <summary>The account of the session; null where there is none (demonstration).</summary>
    public static string? Account(this HttpContext http) => http.Features.Get<WebSession>()?.Account;

    public static string NeedAccount(this HttpContext http) => http.Account() ?? throw PhonesRefusals.NoAccount.With();

    public static bool IsFresh(this HttpContext http, TimeProvider clock) =>
        http.Features.Get<WebSession>() is { } session && clock.GetUtcNow() - session.ProvedAt <= Fresh;
}

/// <summary>Where a person proves once more who they are, to come back afterwards.</summary>
static class StepUp
{
    public static IResult Ask(string back) => Page.SeeOther(QueryHelpers.AddQueryString(Paths.SignIn, "back", back));
}
