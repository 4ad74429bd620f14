using System.Text;
using Microsoft.AspNetCore.Http;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Api;

/// <summary>A request's body: the JSON that stays in memory, and the contents that were cut out of it, by placeholder.</summary>
sealed record FhirBody(ReadOnlyMemory<byte> Json, IReadOnlyDictionary<string, StagedBlob> Blobs)
{
    // A body up to here is read whole before it is looked at.
    const int MostWhole = 1 << 20;

    static readonly Dictionary<string, StagedBlob> NoBlobs = [];

    public WriteOptions Options => WriteOptions.Default with { Blobs = Blobs };

    public FhirDocument Parse() => FhirDocument.Parse(Json);

    /// <summary>The body of a write: XML is JSON from here on.</summary>
    public static async Task<FhirBody> Read(FhirCall call, BodyLimits limits, CancellationToken stop)
    {
        var request = call.Http.Request;
        await using var body = BodyStream.Open(request, limits.Whole);
        Stream stream = body;
        var xml = Negotiation.IsXmlBody(request);
        if (request.ContentLength is > 0 and <= MostWhole && request.Headers.ContentEncoding.Count == 0)
        {
            var whole = new byte[(int)request.ContentLength];
            await stream.ReadExactlyAsync(whole, stop);
            if (whole.Length <= DataCutter.Longest) return Checked(xml ? FhirXml.ToJson(whole) : whole, NoBlobs);
            // Nothing that could be a document's content: then there is nothing to cut out, and no need to look at each byte.
            if (!xml && whole.Length <= limits.Json && whole.AsSpan().IndexOf("\"data\""u8) < 0) return Checked(whole, NoBlobs);
            stream = new MemoryStream(whole);
        }
        var blobs = new Dictionary<string, StagedBlob>(StringComparer.Ordinal);
        async Task<string> Stage(Stream content, CancellationToken cancel)
        {
            var placeholder = NewPlaceholder(call.Services.Chance);
            blobs.Add(placeholder, await call.Services.Blobs.Stage(content, BodyLimits.Document, cancel));
            return placeholder;
        }
        if (!xml) return Checked(await new DataCutter(stream, limits.Json, limits.Documents, Stage).Read(stop), blobs);
        var cut = await new XmlDataCutter(stream, limits.Json, limits.Documents, Stage).Read(stop);
        return Checked(cut.Length == 0 ? cut : FhirXml.ToJson(cut), blobs);
    }

    /// <summary>Any content at all, sent to Binary as it is: staged, with the resource that describes it.</summary>
    public static async Task<FhirBody> ReadRaw(FhirCall call, string? id, CancellationToken stop)
    {
        var request = call.Http.Request;
        await using var stream = BodyStream.Open(request, BodyLimits.Document);
        var blob = await call.Services.Blobs.Stage(stream, BodyLimits.Document, stop);
        if (blob.Size == 0) throw ApiRefusals.Empty.With();
        var placeholder = NewPlaceholder(call.Services.Chance);
        var json = BinaryJson.Write(id, request.ContentType ?? "application/octet-stream", request.Headers["X-Security-Context"], placeholder);
        return new FhirBody(json, new Dictionary<string, StagedBlob>(StringComparer.Ordinal) { [placeholder] = blob });
    }

    /// <summary>The criteria of a search sent as a form.</summary>
    public static async Task<string> ReadForm(HttpRequest request, CancellationToken stop)
    {
        if (request.ContentLength is 0 || (request.ContentLength is null && request.ContentType is null)) return "";
        if (!Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(request.ContentType, out var media)
            || !media.MediaType.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase))
            throw ApiRefusals.BadContentType.With(request.ContentType ?? "sans type");
        Negotiation.MustBeUtf8(media);
        await using var stream = BodyStream.Open(request, BodyLimits.Form);
        using var text = new MemoryStream();
        await stream.CopyToAsync(text, stop);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    static FhirBody Checked(ReadOnlyMemory<byte> json, IReadOnlyDictionary<string, StagedBlob> blobs)
    {
        if (json.Span.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) json = json[3..];
        return json.Length == 0 ? throw ApiRefusals.Empty.With() : new FhirBody(json, blobs);
    }

    // Random, so that no sender can write one: 24 bytes are 32 base64 digits without padding.
    static string NewPlaceholder(Chance chance) => Convert.ToBase64String(chance.Bytes(24));
}
