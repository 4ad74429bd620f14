using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Socle.Platform;

/// <summary>Around each request: correlation id, headers, one log line without path values, query or body, and the language.</summary>
sealed class Envelope(SecurityHeaders headers, Translation translation, Chance chance, TimeProvider clock, ILogger<Envelope> log)
{
    public const string CorrelationHeader = "X-Correlation-Id";
    public const string LanguageCookie = "lang";
    const long Slow = 1_000;

    static readonly CultureInfo French = CultureInfo.GetCultureInfo("fr-FR");
    static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-GB");

    public async Task Handle(HttpContext http, RequestDelegate next)
    {
        var started = clock.GetTimestamp();
        var correlation = Correlation(http.Request);
        var id = new CorrelationId(correlation, translation.IsApi(http.Request.Path), translation.HasNoPage(http.Request.Path));
        http.Features.Set(id);
        http.Response.Headers[CorrelationHeader] = correlation;
        http.Response.OnStarting(static state => ((Starting)state).Apply(), new Starting(headers, http));
        if (id.HasNoPage) Speak(French);
        else SetLanguage(http);
        using (log.BeginScope(id))
        {
            await next(http);
            Say(http, (long)clock.GetElapsedTime(started).TotalMilliseconds);
        }
        Activity.Current?.SetTag("socle.correlation", correlation);
    }

    // Each access is in the audit log; the technical log keeps what an operator must see: refusals, failures and slowness.
    void Say(HttpContext http, long milliseconds)
    {
        var status = http.Response.StatusCode;
        if (status >= 500) log.AnsweredBadly(http.Request.Method, Pattern(http), status, milliseconds);
        else if (status >= 400 || milliseconds >= Slow) log.Answered(http.Request.Method, Pattern(http), status, milliseconds);
        else log.AnsweredWell(http.Request.Method, Pattern(http), status, milliseconds);
    }

    string Correlation(HttpRequest request)
    {
        var given = request.Headers[CorrelationHeader].ToString();
        return given.Length is > 0 and <= 64 && given.All(c => char.IsAsciiLetterOrDigit(c) || c == '-')
            ? given
            : Convert.ToHexStringLower(chance.Bytes(16));
    }

    static void SetLanguage(HttpContext http)
    {
        var asked = HttpMethods.IsGet(http.Request.Method) ? http.Request.Query["lang"].ToString() : "";
        if (asked is "fr" or "en")
            http.Response.Cookies.Append(LanguageCookie, asked, new()
            {
                Path = "/", SameSite = SameSiteMode.Lax, HttpOnly = true, Secure = http.Request.IsHttps, MaxAge = TimeSpan.FromDays(365)
            });
        else asked = http.Request.Cookies[LanguageCookie] ?? "fr";
        Speak(asked == "en" ? English : French);
    }

    // A culture that is set travels with every await of the request: where it is the program's own already, nothing is set.
    static void Speak(CultureInfo culture)
    {
        if (!CultureInfo.CurrentCulture.Equals(culture)) CultureInfo.CurrentCulture = culture;
        if (!CultureInfo.CurrentUICulture.Equals(culture)) CultureInfo.CurrentUICulture = culture;
    }

    sealed record Starting(SecurityHeaders Headers, HttpContext Http)
    {
        public Task Apply() => Headers.Apply(Http);
    }

    // The pattern, never the path: a value in an address stays out of the log.
    static string Pattern(HttpContext http) => (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "-";
}

static partial class Log
{
    [LoggerMessage(Level = LogLevel.Debug, Message = "{Method} {Route} {Status} {Milliseconds} ms")]
    public static partial void AnsweredWell(this ILogger log, string method, string route, int status, long milliseconds);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Route} {Status} {Milliseconds} ms")]
    public static partial void Answered(this ILogger log, string method, string route, int status, long milliseconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Method} {Route} {Status} {Milliseconds} ms")]
    public static partial void AnsweredBadly(this ILogger log, string method, string route, int status, long milliseconds);

    [LoggerMessage(Level = LogLevel.Error, Message = "Unexpected failure {Correlation}")]
    public static partial void Failed(this ILogger log, Exception error, string correlation);
}
