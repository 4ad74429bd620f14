using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Socle.Platform.Web;

namespace Socle.Platform;

/// <summary>An answer that says no, before it is put into the words of a surface.</summary>
public sealed record NoAnswer(int Status, string Code, string Message, string? Actionable, IReadOnlyList<RefusalIssue> Issues);

/// <summary>How one API says no under its prefix: the API module registers its OperationOutcome for /fhir.</summary>
public sealed record RefusalFormatter(PathString Prefix, Func<HttpContext, NoAnswer, Task> Write);

/// <summary>Hears each refusal before it is answered; quick, and never throws.</summary>
public sealed record RefusalWitness(Action<HttpContext, Refusal> Hears);

/// <summary>The one translation of refusals and of our own bugs: by surface, at the edge.</summary>
sealed class Translation(IEnumerable<RefusalFormatter> formatters, IEnumerable<RefusalWitness> witnesses, ILogger<Translation> log)
{
    static readonly PathString Api = "/api";
    readonly RefusalFormatter[] formatters = [.. formatters.OrderByDescending(f => f.Prefix.Value!.Length)];

    /// <summary>APIs know bearer tokens only: no cookie, no form, no redirect to a sign-in page.</summary>
    public bool IsApi(PathString path) => path.StartsWithSegments(Api) || HasNoPage(path);

    /// <summary>True under a prefix that says no in a format of its own: nothing there is a page.</summary>
    public bool HasNoPage(PathString path)
    {
        foreach (var formatter in formatters)
            if (path.StartsWithSegments(formatter.Prefix)) return true;
        return false;
    }

    public async Task Handle(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (Exception error) when (!http.Response.HasStarted && !http.RequestAborted.IsCancellationRequested)
        {
            if (error is not Refusal and not BadHttpRequestException) log.Failed(error, http.Correlation());
            if (error is Refusal refusal)
                foreach (var witness in witnesses) witness.Hears(http, refusal);
            await Write(http, Of(error, http.Correlation()), error as Refusal);
            return;
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return;   // the person went away: nobody to answer
        }
        if (!http.Response.HasStarted && http.Response.StatusCode >= 400 && http.Response.ContentType is null && http.Response.ContentLength is null or 0)
            await Write(http, OfStatus(http.Response.StatusCode), null);
    }

    async Task Write(HttpContext http, NoAnswer no, Refusal? refusal)
    {
        var allow = http.Response.Headers.Allow;
        http.Response.Headers.Remove("Content-Length");
        http.Response.Headers.Remove("ETag");
        http.Response.Headers.Allow = allow;
        http.Response.StatusCode = no.Status;
        if (no.Status == StatusCodes.Status401Unauthorized && IsApi(http.Request.Path) && http.Response.Headers.WWWAuthenticate.Count == 0)
            http.Response.Headers.WWWAuthenticate = "Bearer";
        if ((no.Status == StatusCodes.Status503ServiceUnavailable || no.Status == StatusCodes.Status429TooManyRequests) && http.Response.Headers.RetryAfter.Count == 0)
            http.Response.Headers.RetryAfter = "60";
        if (formatters.FirstOrDefault(f => http.Request.Path.StartsWithSegments(f.Prefix)) is { } formatter) await formatter.Write(http, no);
        else if (http.Request.Path.StartsWithSegments(Api)) await Problem(http, no);
        else if (refusal?.Reason == Reason.Unauthenticated) await Continuations.AskToSignIn(http);
        else await RefusalPage.Write(http, no);
    }

    /// <summary>RFC 9457.</summary>
    static Task Problem(HttpContext http, NoAnswer no)
    {
        http.Response.ContentType = "application/problem+json";
        var body = new { type = "about:blank", title = no.Message, status = no.Status, code = no.Code, correlation = http.Correlation(), issues = no.Issues };
        return http.Response.WriteAsync(JsonSerializer.Serialize(body, JsonSerializerOptions.Web), http.RequestAborted);
    }

    static NoAnswer Of(Exception error, string correlation) => error switch
    {
        Refusal refusal => new((int)refusal.Reason, refusal.Code, refusal.French, refusal.Actionable, refusal.Issues),
        BadHttpRequestException bad => OfStatus(bad.StatusCode),
        _ => new(500, "internal-error", $"Une erreur est survenue de notre côté. Référence : {correlation}.", null, [])
    };

    static NoAnswer OfStatus(int status)
    {
        var kind = status switch
        {
            404 => PlatformRefusals.NoSuchPage,
            405 => PlatformRefusals.MethodNotAllowed,
            401 => PlatformRefusals.SignInNeeded,
            403 => PlatformRefusals.NotForYou,
            406 => PlatformRefusals.NotAcceptable,
            413 => PlatformRefusals.TooLarge,
            415 => PlatformRefusals.UnsupportedMedia,
            503 => PlatformRefusals.Busy,
            _ => PlatformRefusals.BadRequest
        };
        return new(status, kind.Code, kind.French, null, []);
    }
}
