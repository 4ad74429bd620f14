using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Socle.Platform;

/// <summary>
/// Says no to a body that announces more than its route allows, before a byte of it is read, and lets the server swallow what is
/// already under way: whoever closes on a sender that still writes resets the connection, and the sender never sees why.
/// </summary>
static class BodyGuard
{
    const long Swallowed = 256L << 20;

    public static Task Handle(HttpContext http, RequestDelegate next)
    {
        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is not { IsReadOnly: false, MaxRequestBodySize: { } limit } size
            || http.Request.ContentLength is not { } announced || announced <= limit) return next(http);
        // Kestrel reads to the end of a body that it accepts (5 s at most) and drops one that it does not.
        if (announced <= Swallowed) size.MaxRequestBodySize = announced;
        throw PlatformRefusals.TooLarge.With();
    }
}
