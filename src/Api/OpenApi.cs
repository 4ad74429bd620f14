using System.Buffers;
using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Socle.Fhir;
using Socle.Platform.Web;

namespace Socle.Api;

/// <summary>
/// GET /api/openapi.json: the interface as an OpenAPI 3 document, written from the routes, the operations and the search parameters. All
/// types, or those of <c>?type=Patient,Observation</c>.
/// </summary>
sealed class OpenApi(FhirRoutes routes)
{
    const int MostKept = 16;
    readonly ConcurrentDictionary<string, byte[]> whole = new(StringComparer.Ordinal);

    public async Task Handle(HttpContext http)
    {
        var types = http.Request.Query["type"].ToString().Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .Select(FhirCall.KnownType).Distinct().ToList();
        var baseUrl = FhirCall.BaseOf(http.Request).TrimEnd('/');
        http.Response.ContentType = "application/json; charset=utf-8";
        http.Response.Headers.Vary = "Accept-Encoding, Accept-Language";
        var body = types.Count > 0 ? Zip(Write(baseUrl, types)) : Whole(baseUrl);
        if (http.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase)) http.Response.Headers.ContentEncoding = "gzip";
        else body = Unzip(body);
        http.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(http.Request.Method)) await http.Response.Body.WriteAsync(body, http.RequestAborted);
    }

    // Host names are on a list and there are two languages: what is kept is little, and zipped.
    byte[] Whole(string baseUrl)
    {
        if (whole.Count > MostKept) whole.Clear();
        return whole.GetOrAdd($"{Language.Code} {baseUrl}", _ => Zip(Write(baseUrl, Fhir.Definitions.ResourceTypes)));
    }

    public byte[] Write(string baseUrl, IReadOnlyList<string> types)
    {
        var buffer = new ArrayBufferWriter<byte>(1 << 20);
        using var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        new OpenApiWriter(json, routes, types).Write(baseUrl);
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    static byte[] Zip(byte[] bytes)
    {
        using var to = new MemoryStream();
        using (var zip = new GZipStream(to, CompressionLevel.Fastest)) zip.Write(bytes);
        return to.ToArray();
    }

    static byte[] Unzip(byte[] bytes)
    {
        using var to = new MemoryStream();
        using (var zip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress)) zip.CopyTo(to);
        return to.ToArray();
    }
}
