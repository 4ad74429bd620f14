using System.Diagnostics;
using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Socle.Platform;

/// <summary>Around each request: correlation id, headers, one log line without path values, query or body, and the language.</summary>
sealed class Envelope(SecurityHeaders headers, Chance chance, TimeProvider clock, ILogger<Envelope> log)
{
    public const string CorrelationHeader = "X-Correlation-Id";
    public const string LanguageCookie = "lang";

    static readonly CultureInfo French = CultureInfo.GetCultureInfo("fr-FR");
    static readonly CultureInfo English = CultureInfo.GetCultureInfo("en-GB");

    public async Task Handle(HttpContext http, RequestDelegate next)
    {
        var started = clock.GetTimestamp();
        var correlation = Correlation(http.Request);
        http.Features.Set(new CorrelationId(correlation));
        http.Response.Headers[CorrelationHeader] = correlation;
        http.Response.OnStarting(() => headers.Apply(http));
        SetLanguage(http);
        using (log.BeginScope(new KeyValuePair<string, object?>[] { new("Correlation", correlation) }))
        {
            await next(http);
            log.Answered(http.Request.Method, Pattern(http), http.Response.StatusCode,
                (long)clock.GetElapsedTime(started).TotalMilliseconds, correlation);
        }
        Activity.Current?.SetTag("socle.correlation", correlation);
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
        CultureInfo.CurrentCulture = CultureInfo.CurrentUICulture = asked == "en" ? English : French;
    }

    // The pattern, never the path: a value in an address stays out of the log.
    static string Pattern(HttpContext http) => (http.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "-";
}

static partial class Log
{
    [LoggerMessage(Level = LogLevel.Information, Message = "{Method} {Route} {Status} {Milliseconds} ms {Correlation}")]
    public static partial void Answered(this ILogger log, string method, string route, int status, long milliseconds, string correlation);

    [LoggerMessage(Level = LogLevel.Error, Message = "Unexpected failure {Correlation}")]
    public static partial void Failed(this ILogger log, Exception error, string correlation);
}
