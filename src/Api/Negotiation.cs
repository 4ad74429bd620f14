using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Socle.Api;

/// <summary>Which format comes in and which goes out. JSON only: XML is said no to, clearly.</summary>
static class Negotiation
{
    public const string FhirJson = "application/fhir+json; charset=utf-8";

    static readonly string[] Json = ["application/fhir+json", "application/json", "application/json+fhir", "text/json"];

    /// <summary>Refuses (406) unless JSON is among what the caller takes. <c>_format</c> wins over Accept.</summary>
    public static void MustTakeJson(HttpRequest request)
    {
        if (request.Query.TryGetValue("_format", out var format) && format.Count > 0)
        {
            // A plus sign that was not escaped arrives as a blank.
            var asked = format[^1]!.Trim().Replace("fhir json", "fhir+json", StringComparison.Ordinal);
            if (asked != "json" && !(MediaTypeHeaderValue.TryParse(asked, out var one) && Takes(one))) throw ApiRefusals.BadAccept.With();
            return;
        }
        if (!TakesJson(request)) throw ApiRefusals.BadAccept.With();
    }

    static bool TakesJson(HttpRequest request)
    {
        var accept = request.Headers.Accept;
        if (accept.Count == 0) return true;
        return MediaTypeHeaderValue.TryParseList(accept, out var list) && (list.Count == 0 || list.Any(media => media.Quality != 0 && Takes(media)));
    }

    static bool Takes(MediaTypeHeaderValue media) =>
        FhirVersionIsRight(media)
        && (media.MatchesAllTypes || media.MediaType.Equals("application/*", StringComparison.OrdinalIgnoreCase) || IsJson(media));

    /// <summary>A Binary is answered as FHIR only to somebody who asks for FHIR by name; everybody else gets the content itself.</summary>
    public static bool AsksForFhir(HttpRequest request)
    {
        if (request.Query.ContainsKey("_format")) return true;
        return MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var list)
            && list.FirstOrDefault(media => media.Quality != 0) is { } first && IsJson(first);
    }

    /// <summary>The content type of a body that must be a FHIR resource in JSON.</summary>
    public static void MustBeJson(HttpRequest request, bool patch = false)
    {
        if (request.ContentType is null) throw ApiRefusals.BadContentType.With("sans type");
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var media) || !IsJson(media) || !FhirVersionIsRight(media))
            throw (patch ? ApiRefusals.BadPatchType : ApiRefusals.BadContentType).With(Shown(request.ContentType));
        MustBeUtf8(media);
    }

    public static bool IsJsonBody(HttpRequest request) => MediaTypeHeaderValue.TryParse(request.ContentType, out var media) && IsJson(media);

    public static void MustBeUtf8(MediaTypeHeaderValue media)
    {
        var charset = HeaderUtilities.RemoveQuotes(media.Charset).Value;
        if (!string.IsNullOrEmpty(charset) && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            && !charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase))
            throw ApiRefusals.BadCharset.With(Shown(charset));
    }

    static bool IsJson(MediaTypeHeaderValue media) => Json.Any(type => media.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase));

    static bool FhirVersionIsRight(MediaTypeHeaderValue media)
    {
        var version = media.Parameters.FirstOrDefault(p => p.Name.Equals("fhirVersion", StringComparison.OrdinalIgnoreCase))?.Value.Value;
        return version is null || version.Trim('"') is "4.0" or "4.0.1";
    }

    static string Shown(string text) => text.Length <= 80 ? text : text[..80];
}
