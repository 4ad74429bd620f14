using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace Socle.Platform.Web;

/// <summary>A form that arrives without a valid session is kept 30 minutes and given back, unsent, to the same person after sign-in.</summary>
static class Continuations
{
    public const string Parameter = "reprise";
    static readonly TimeSpan Time = TimeSpan.FromMinutes(30);

    sealed record Kept(string Action, string Owner, Dictionary<string, List<string>> Fields);

    /// <summary>Sends to the sign-in page and back; what was typed waits here meanwhile.</summary>
    public static async Task AskToSignIn(HttpContext http)
    {
        if (http.RequestServices.GetRequiredService<HostNames>().IsViewer(http.Request) || IsFetch(http.Request))
        {
            await RefusalPage.Write(http, new(401, PlatformRefusals.SignInNeeded.Code, PlatformRefusals.SignInNeeded.French, null, []));
            return;
        }
        var back = HttpMethods.IsGet(http.Request.Method)
            ? http.Request.Path + http.Request.QueryString
            : await Keep(http, http.Features.Get<EndedSession>()?.AgentId) ?? "/";
        Go(http, QueryHelpers.AddQueryString(Paths.SignIn, "back", back));
    }

    /// <summary>The form's session was changed under it (signed in again in another tab): show the page again with the text.</summary>
    public static async Task<bool> ShowAgain(HttpContext http)
    {
        if (http.AgentOrNull() is not { } agent || await Keep(http, agent.Id) is not { } back) return false;
        Go(http, back);
        return true;
    }

    /// <summary>The kept form for this action, when it belongs to who asks.</summary>
    public static Form? Take(HttpContext http, Memo memo, string action)
    {
        var key = http.Request.Query[Parameter].ToString();
        if (key.Length != 32 || memo.Find<Kept>("kept:" + key) is not { } kept || kept.Action != action) return null;
        if (kept.Owner != (http.AgentOrNull()?.Id ?? "") && !OwnsByCookie(http, kept)) return null;
        memo.Remove("kept:" + key);
        return new(kept.Fields);
    }

    /// <summary>Keeps the text of a form of this site; answers the address that shows it again, null when there is nothing to keep.</summary>
    static async Task<string?> Keep(HttpContext http, string? owner)
    {
        var page = FormPage(http.Request);
        if (page is null || !FormReader.IsForm(http.Request)) return page;
        owner ??= http.Request.Cookies[FormTokens.PreSession] is { Length: 64 } cookie ? "cookie:" + cookie : null;
        if (owner is null) return page;
        var form = (await FormReader.Start(http.Request, http.RequestAborted)).Form;
        var fields = form.Fields.Where(f => f.Key is not FormTokens.Field and not FormTokens.IdField).ToDictionary(StringComparer.Ordinal);
        var key = Convert.ToHexStringLower(http.RequestServices.GetRequiredService<Chance>().Bytes(16));
        http.RequestServices.GetRequiredService<Memo>()
            .Keep("kept:" + key, new Kept(http.Request.Path.Value ?? "/", owner, fields), Time);
        return QueryHelpers.AddQueryString(page, Parameter, key);
    }

    static bool OwnsByCookie(HttpContext http, Kept kept) =>
        http.Request.Cookies[FormTokens.PreSession] is { Length: 64 } cookie && kept.Owner == "cookie:" + cookie;

    // The page that holds the form is the one the browser names as referrer: same site only, path and query only.
    static string? FormPage(HttpRequest request)
    {
        if (!Uri.TryCreate(request.Headers.Referer.ToString(), UriKind.Absolute, out var referrer)) return null;
        if (!referrer.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase)) return null;
        var query = QueryHelpers.ParseQuery(referrer.Query);
        query.Remove(Parameter);
        return QueryHelpers.AddQueryString(referrer.AbsolutePath, query.SelectMany(q => q.Value, (q, v) => KeyValuePair.Create(q.Key, (string?)v)));
    }

    static bool IsFetch(HttpRequest request) => request.Headers["Sec-Fetch-Mode"].ToString() is "cors" or "no-cors";

    static void Go(HttpContext http, string address)
    {
        http.Response.StatusCode = StatusCodes.Status303SeeOther;
        http.Response.Headers.Location = address;
    }
}

/// <summary>Addresses that more than one part of the program knows.</summary>
public static class Paths
{
    public const string SignIn = "/connexion";
    public const string Citizen = "/espace";
    public const string Professional = "/bouquet";
    public const string SignOut = "/deconnexion";

    /// <summary>What one signs in with, and as what one works.</summary>
    public const string Account = "/compte";

    /// <summary>Only an address of this site may follow a sign-in: one slash, no host, no backslash, no control character.</summary>
    public static string Local(string? address) =>
        address is { Length: > 0 and < 2_000 } && address[0] == '/' && !address.StartsWith("//", StringComparison.Ordinal)
        && !address.Contains('\\', StringComparison.Ordinal) && !address.Any(char.IsControl) ? address : "/";
}
