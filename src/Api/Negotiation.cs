using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace Socle.Api;

/// <summary>Which format comes in and which goes out: JSON or XML, FHIR 4.0. Handlers know JSON only.</summary>
static class Negotiation
{
    public const string FhirJson = "application/fhir+json; charset=utf-8";
    public const string FhirXml = "application/fhir+xml; charset=utf-8";

    static readonly string[] Json = ["application/fhir+json", "application/json", "application/json+fhir", "text/json"];
    static readonly string[] Xml = ["application/fhir+xml", "application/xml", "application/xml+fhir", "text/xml"];

    sealed class Answered(bool xml)
    {
        public bool InXml => xml;
        public static readonly Answered InJson = new(false), AsXml = new(true);
    }

    /// <summary>Refuses (406) a caller who takes neither format. <c>_format</c> wins over Accept.</summary>
    public static void Choose(HttpRequest request) => Choose(request, request.Query.TryGetValue("_format", out var format) ? format[^1] : null);

    /// <summary>The <c>_format</c> of a form.</summary>
    public static void Choose(HttpRequest request, string? format)
    {
        var xml = (format is null ? OfAccept(request) : OfFormat(format)) ?? throw ApiRefusals.BadAccept.With();
        // JSON is what nothing said means, unless XML was chosen before.
        var features = request.HttpContext.Features;
        if (xml || features.Get<Answered>() is not null) features.Set(xml ? Answered.AsXml : Answered.InJson);
    }

    /// <summary>What was chosen, or would be: a refusal may come before the choice.</summary>
    public static bool AnswersXml(HttpRequest request) => request.HttpContext.Features.Get<Answered>() is { } chosen
        ? chosen.InXml
        : (request.Query.TryGetValue("_format", out var format) ? OfFormat(format[^1]!) : OfAccept(request)) ?? false;

    // True for XML, null for neither.
    static bool? OfFormat(string format)
    {
        // A plus sign that was not escaped arrives as a blank.
        var asked = format.Trim().Replace("fhir json", "fhir+json", StringComparison.Ordinal).Replace("fhir xml", "fhir+xml", StringComparison.Ordinal);
        if (asked is "json" or "xml") return asked == "xml";
        if (!MediaTypeHeaderValue.TryParse(asked, out var media) || !FhirVersionIsRight(media)) return null;
        return Is(Xml, media) ? true : Is(Json, media) || media.MatchesAllTypes ? false : null;
    }

    static bool? OfAccept(HttpRequest request)
    {
        var accept = request.Headers.Accept;
        if (accept.Count == 0 || accept is [FhirPlain or "*/*" or "application/json"]) return false;
        if (!MediaTypeHeaderValue.TryParseList(accept, out var list)) return null;
        if (list.Count == 0) return false;
        var (json, xml) = (Quality(list, Json), Quality(list, Xml));
        return json is 0 && xml is 0 ? null : xml > json;
    }

    const string FhirPlain = "application/fhir+json";

    // The most exact of the ranges that hold the format decides (RFC 9110 §12.5.1).
    static double Quality(IList<MediaTypeHeaderValue> list, string[] format)
    {
        var (exactness, quality) = (0, 0.0);
        foreach (var media in list)
        {
            if (!FhirVersionIsRight(media)) continue;
            var exact = Is(format, media) ? 3 : IsAnyApplication(media) ? 2 : media.MatchesAllTypes ? 1 : 0;
            if (exact == 0 || exact < exactness) continue;
            quality = exact > exactness ? media.Quality ?? 1 : Math.Max(quality, media.Quality ?? 1);
            exactness = exact;
        }
        return quality;
    }

    static bool IsAnyApplication(MediaTypeHeaderValue media) => media.MediaType.Equals("application/*", StringComparison.OrdinalIgnoreCase);

    /// <summary>A Binary is answered as FHIR only to somebody who asks for FHIR by name; everybody else gets the content itself.</summary>
    public static bool AsksForFhir(HttpRequest request)
    {
        if (request.Query.ContainsKey("_format")) return true;
        return MediaTypeHeaderValue.TryParseList(request.Headers.Accept, out var list)
            && list.FirstOrDefault(media => media.Quality != 0) is { } first && (Is(Json, first) || Is(Xml[..1], first));
    }

    /// <summary>The content type of a body that must be a FHIR resource.</summary>
    public static void MustBeFhir(HttpRequest request)
    {
        if (request.ContentType is null) throw ApiRefusals.BadContentType.With("sans type");
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var media) || !(Is(Json, media) || Is(Xml, media)) || !FhirVersionIsRight(media))
            throw ApiRefusals.BadContentType.With(Shown(request.ContentType));
        MustBeUtf8(media);
    }

    /// <summary>A resource in JSON or XML, of FHIR 4.0; its charset is looked at.</summary>
    public static bool IsFhir(MediaTypeHeaderValue media)
    {
        if (!(Is(Json, media) || Is(Xml, media)) || !FhirVersionIsRight(media)) return false;
        MustBeUtf8(media);
        return true;
    }

    /// <summary>Of a Binary: application/xml and text/xml are contents like any other, application/json always was FHIR here.</summary>
    public static bool IsFhirBody(HttpRequest request) =>
        MediaTypeHeaderValue.TryParse(request.ContentType, out var media) && (Is(Json, media) || Is(Xml[..1], media));

    public static bool IsXmlBody(HttpRequest request) => MediaTypeHeaderValue.TryParse(request.ContentType, out var media) && Is(Xml, media);

    public static void MustBeUtf8(MediaTypeHeaderValue media)
    {
        var charset = HeaderUtilities.RemoveQuotes(media.Charset).Value;
        if (!string.IsNullOrEmpty(charset) && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase)
            && !charset.Equals("us-ascii", StringComparison.OrdinalIgnoreCase))
            throw ApiRefusals.BadCharset.With(Shown(charset));
    }

    static bool Is(string[] types, MediaTypeHeaderValue media) => types.Any(type => media.MediaType.Equals(type, StringComparison.OrdinalIgnoreCase));

    static bool FhirVersionIsRight(MediaTypeHeaderValue media)
    {
        var version = media.Parameters.FirstOrDefault(p => p.Name.Equals("fhirVersion", StringComparison.OrdinalIgnoreCase))?.Value.Value;
        return version is null || version.Trim('"') is "4.0" or "4.0.1";
    }

    public static string Shown(string text) => text.Length <= 80 ? text : text[..80];
}
