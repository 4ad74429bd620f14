using System.Globalization;
using Microsoft.AspNetCore.Http;
using Socle.Store;

namespace Socle.Api;

/// <summary>Conditional read (RFC 9110 §13): If-None-Match has the word, If-Modified-Since only without it.</summary>
static class Freshness
{
    public static bool IsKnown(HttpRequest request, Stored stored) =>
        IsKnown(request.Headers.IfNoneMatch.Count == 0 ? null : request.Headers.IfNoneMatch.ToString(), request.GetTypedHeaders().IfModifiedSince, stored);

    public static bool IsKnown(string? noneMatch, DateTimeOffset? since, Stored stored)
    {
        if (noneMatch is not null) return noneMatch.Split(',').Any(tag => Names(tag.Trim(), stored.Version));
        // The header counts whole seconds.
        return since is { } time && stored.LastUpdated.ToUnixTimeSeconds() <= time.ToUnixTimeSeconds();
    }

    // Compared weakly: « W/"3" » and « "3" » are the same version.
    static bool Names(string tag, long version) =>
        tag == "*" || (tag.StartsWith("W/", StringComparison.Ordinal) ? tag[2..] : tag) == string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");
}
