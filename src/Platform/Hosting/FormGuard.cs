using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;
using Socle.Platform.Web;

namespace Socle.Platform;

/// <summary>Unsafe methods on pages: from this site only, with the token of the session, and each form sent once.</summary>
sealed class FormGuard(HostNames hosts, Translation translation, Memo memo, Chance chance)
{
    const string TokenHeader = "X-Socle-Token";
    static readonly TimeSpan Remembered = TimeSpan.FromMinutes(30);

    /// <summary>Before anything looks at who asks: is it a page of ours that sends this?</summary>
    public Task Origin(HttpContext http, RequestDelegate next)
    {
        if (IsUnsafePage(http) && !IsSameOrigin(http.Request)) throw PlatformRefusals.CrossSite.With();
        return next(http);
    }

    /// <summary>After the policy: the token, then the form id.</summary>
    public async Task Token(HttpContext http, RequestDelegate next)
    {
        if (!IsUnsafePage(http))
        {
            await next(http);
            return;
        }
        if (!FormReader.IsForm(http.Request))
        {
            if (!FormTokens.IsRight(http, chance, http.Request.Headers[TokenHeader].ToString())) throw PlatformRefusals.FormOutdated.With();
            await next(http);
            return;
        }
        var form = (await FormReader.Start(http.Request, http.RequestAborted)).Form;
        if (!FormTokens.IsRight(http, chance, form.Typed(FormTokens.Field)))
        {
            if (!await Continuations.ShowAgain(http)) throw PlatformRefusals.FormOutdated.With();
            return;
        }
        await Once(http, next, form.Typed(FormTokens.IdField));
    }

    /// <summary>The second post of one form waits for the first and gets its redirect; a form that was refused may be sent again.</summary>
    async Task Once(HttpContext http, RequestDelegate next, string id)
    {
        if (id.Length != 32)
        {
            await next(http);
            return;
        }
        var key = "form:" + id + ":" + http.Request.Path + ":" + FormTokens.Of(http, chance, give: false);
        var first = memo.GetOrKeep(key, () => new TaskCompletionSource<Sent?>(TaskCreationOptions.RunContinuationsAsynchronously), Remembered, out var isFirst);
        if (!isFirst && await first.Task.WaitAsync(http.RequestAborted) is { } sent)
        {
            http.Response.StatusCode = StatusCodes.Status303SeeOther;
            http.Response.Headers.Location = sent.Location;
            return;
        }
        try
        {
            await next(http);
        }
        finally
        {
            var done = http.Response.StatusCode == StatusCodes.Status303SeeOther ? new Sent(http.Response.Headers.Location) : null;
            if (done is null) memo.Remove(key);
            first.TrySetResult(done);
        }
    }

    bool IsUnsafePage(HttpContext http) =>
        http.GetEndpoint() is RouteEndpoint route && route.Metadata.GetMetadata<TakesForeignForms>() is null
        && !(HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method) || HttpMethods.IsOptions(http.Request.Method))
        && !translation.IsApi(http.Request.Path);

    // Old browsers send no Sec-Fetch-Site: then the Origin must be exactly ours. Neither of the two is refused.
    bool IsSameOrigin(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site.Length > 0) return site == "same-origin";
        return !StringValues.IsNullOrEmpty(request.Headers.Origin) && request.Headers.Origin == request.Scheme + "://" + request.Host && hosts.IsApp(request);
    }

    sealed record Sent(StringValues Location);
}
