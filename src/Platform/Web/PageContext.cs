using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;

namespace Socle.Platform.Web;

/// <summary>What a page knows of its request: who, language, addresses, the form's secrets. Components take it by injection.</summary>
public sealed class PageContext(
    Assets assets, SocleOptions options, WebSettings settings, HostNames hosts, Chance chance, TimeProvider clock, Memo memo)
{
    HttpContext? http;
    bool flashTaken;

    public Agent? Agent => http?.AgentOrNull();

    public bool Demo => options.Demo;

    public string ServiceName => settings.ServiceName;

    public TimeProvider Clock => clock;

    public DateOnly Today => French.Today(clock, Zone);

    public TimeZoneInfo Zone { get; } = TimeZoneInfo.FindSystemTimeZoneById(settings.TimeZone);

    /// <summary>Path and query of this page.</summary>
    public string Address => http is null ? "/" : http.Request.Path + http.Request.QueryString;

    public string Correlation => http?.Correlation() ?? "";

    public string Asset(string name) => assets[name];

    /// <summary>The same page in the other language.</summary>
    public string InLanguage(string language)
    {
        var query = new QueryBuilder((http?.Request.Query ?? QueryCollection.Empty)
            .Where(q => q.Key != "lang").SelectMany(q => q.Value, (q, value) => KeyValuePair.Create(q.Key, value ?? "")))
        {
            { "lang", language }
        };
        return (http?.Request.Path ?? "/") + query.ToString();
    }

    /// <summary>A path on the viewer origin.</summary>
    public string Viewer(string path) => http is null ? "http://viewer.localhost:5080" + path : hosts.ViewerOrigin(http.Request) + path;

    public string Day(DateOnly day) => French.Day(day, Today);

    public string Moment(DateTimeOffset moment) => French.Moment(moment, clock, Zone);

    /// <summary>The proof that the form comes from a page of this session: a hash of a cookie nobody else can read.</summary>
    public string FormToken() => http is null ? "form-token" : FormTokens.Of(http, chance, give: true);

    public string NewFormId() => http is null ? "form-id" : Convert.ToHexStringLower(chance.Bytes(16));

    /// <summary>The message of the action before this page, once.</summary>
    public string? TakeFlash()
    {
        flashTaken = true;
        return http?.Request.Cookies[Flash.Cookie] is { } key ? memo.Take<string>("flash:" + key) : null;
    }

    /// <summary>What was typed in a form that could not be accepted because the session had ended; for the form's own page.</summary>
    public Form? TakeKept(string action) => http is null ? null : Continuations.Take(http, memo, action);

    internal void Fill(HttpContext context)
    {
        http = context;
        if (context.Request.Cookies.ContainsKey(Flash.Cookie))
            context.Response.OnStarting(() =>
            {
                if (flashTaken) context.Response.Cookies.Delete(Flash.Cookie, Flash.Options);
                return Task.CompletedTask;
            });
    }
}

/// <summary>The message that crosses a redirect: kept here for two minutes, only its random key in a cookie.</summary>
static class Flash
{
    public const string Cookie = "__Host-flash";

    public static CookieOptions Options => new() { Path = "/", Secure = true, HttpOnly = true, SameSite = SameSiteMode.Strict };

    public static void Leave(HttpContext http, Memo memo, Chance chance, string message)
    {
        var key = Convert.ToHexStringLower(chance.Bytes(16));
        memo.Keep("flash:" + key, message, TimeSpan.FromMinutes(2));
        http.Response.Cookies.Append(Cookie, key, Options);
    }
}

/// <summary>A form token is SHA-256 of the session's secret, or of a pre-session cookie: nothing to store, dead with its session.</summary>
static class FormTokens
{
    public const string Field = "socle-token";
    public const string IdField = "socle-form";
    public const string PreSession = "__Host-pre";

    public static string Of(HttpContext http, Chance chance, bool give)
    {
        if (http.Features.Get<WebSession>() is { } session) return Derive(session.Key);
        if (http.Request.Cookies[PreSession] is { Length: 64 } given) return Derive(given);
        if (http.Features.Get<GivenPreSession>() is { } fresh) return Derive(fresh.Value);
        if (!give) return "";
        var value = Convert.ToHexStringLower(chance.Bytes(32));
        http.Features.Set(new GivenPreSession(value));
        http.Response.Cookies.Append(PreSession, value, Flash.Options);
        return Derive(value);
    }

    public static bool IsRight(HttpContext http, Chance chance, string token)
    {
        var right = Of(http, chance, give: false);
        return right.Length > 0 && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(right), Encoding.UTF8.GetBytes(token));
    }

    static string Derive(string secret) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes("form-token:" + secret)));

    sealed record GivenPreSession(string Value);
}
