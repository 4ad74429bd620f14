using System.Buffers;
using System.IO.Compression;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using Socle.Fhir;

namespace Socle.Api;

/// <summary>
/// The last step of every answer: JSON bytes become the caller's format, and gzip or br when they are long and the caller takes it.
/// Compression beside secrets is a danger where a browser sends cookies by itself and an attacker chooses part of the answer (BREACH);
/// /fhir takes bearer tokens only, so that nobody can make another's browser ask.
/// </summary>
static class Wire
{
    const int WorthCompressing = 1024;

    /// <summary>A Binary whose content is longer is had as itself or in JSON: XML is made in memory.</summary>
    const int MostStreamedXml = 20 * 1024 * 1024;

    static readonly JsonWriterOptions Pretty = new()
    {
        Indented = true, MaxDepth = 128, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping
    };

    public static async Task Send(HttpContext http, ReadOnlyMemory<byte> json, CancellationToken stop)
    {
        var response = http.Response;
        var body = Formatted(http, json, out var contentType);
        response.ContentType = contentType;
        Varies(response);
        if (body.Length >= WorthCompressing && Encoding(http.Request) is { } encoding)
        {
            response.Headers.ContentEncoding = encoding;
            body = Compressed(body, encoding);
        }
        response.ContentLength = body.Length;
        await response.Body.WriteAsync(body, stop);
    }

    /// <summary>A body that streams: compressed as it goes; in XML it is collected first.</summary>
    public static async Task Stream(HttpContext http, FhirAnswer answer, CancellationToken stop)
    {
        var response = http.Response;
        if (answer.ContentType == Negotiation.FhirJson && Negotiation.AnswersXml(http.Request))
        {
            using var json = new MemoryStream();
            await answer.Stream!(new BoundedStream(json, MostStreamedXml), stop);
            await Send(http, json.GetBuffer().AsMemory(0, (int)json.Length), stop);
            return;
        }
        response.ContentType = answer.ContentType;
        Varies(response);
        // What is downloaded as it was deposited (PDF, pictures, archives) is compressed already.
        if (answer.Download || Encoding(http.Request) is not { } encoding)
        {
            await answer.Stream!(response.Body, stop);
            return;
        }
        response.Headers.ContentEncoding = encoding;
        await using Stream zip = encoding == "br"
            ? new BrotliStream(response.Body, CompressionLevel.Fastest, leaveOpen: true)
            : new GZipStream(response.Body, CompressionLevel.Fastest, leaveOpen: true);
        await answer.Stream!(zip, stop);
    }

    static void Varies(HttpResponse response) => response.Headers.Append(HeaderNames.Vary, "Accept, Accept-Encoding");

    static ReadOnlyMemory<byte> Formatted(HttpContext http, ReadOnlyMemory<byte> json, out string contentType)
    {
        contentType = Negotiation.FhirJson;
        var pretty = http.Request.Query["_pretty"] == "true";
        if (!Negotiation.AnswersXml(http.Request)) return pretty ? Indented(json) : json;
        try
        {
            var xml = Fhir.FhirXml.OfJson(json, pretty);
            contentType = Negotiation.FhirXml;
            return xml;
        }
        // What was done is done and is told in JSON; what was only asked for is refused.
        catch (FhirException error) when (http.Response.StatusCode < 400 && HttpMethods.IsGet(http.Request.Method))
        {
            throw ApiRefusals.NotInXml.With(Outcome.Issues(error));
        }
        catch (FhirException)
        {
            return json;
        }
    }

    static ReadOnlyMemory<byte> Indented(ReadOnlyMemory<byte> json)
    {
        using var document = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 128 });
        using var text = new MemoryStream();
        using (var writer = new Utf8JsonWriter(text, Pretty)) document.WriteTo(writer);
        return text.GetBuffer().AsMemory(0, (int)text.Length);
    }

    static string? Encoding(HttpRequest request)
    {
        var accept = request.Headers.AcceptEncoding;
        if (accept.Count == 0 || !StringWithQualityHeaderValue.TryParseList(accept, out var list)) return null;
        var (gzip, br, any) = (-1.0, -1.0, 0.0);
        foreach (var coding in list)
        {
            var quality = coding.Quality ?? 1;
            if (coding.Value.Equals("gzip", StringComparison.OrdinalIgnoreCase)) gzip = quality;
            else if (coding.Value.Equals("br", StringComparison.OrdinalIgnoreCase)) br = quality;
            else if (coding.Value.Equals("*", StringComparison.Ordinal)) any = quality;
        }
        if (gzip < 0) gzip = any;
        if (br < 0) br = any;
        return br <= 0 && gzip <= 0 ? null : br >= gzip ? "br" : "gzip";
    }

    static ReadOnlyMemory<byte> Compressed(ReadOnlyMemory<byte> body, string encoding)
    {
        if (encoding == "br")
        {
            // Quality 1 of 11: half the size of JSON for little time.
            var brotli = new byte[BrotliEncoder.GetMaxCompressedLength(body.Length)];
            if (BrotliEncoder.TryCompress(body.Span, brotli, out var written, quality: 1, window: 20)) return brotli.AsMemory(0, written);
        }
        using var to = new MemoryStream(body.Length / 4);
        using (Stream zip = encoding == "br"
            ? new BrotliStream(to, CompressionLevel.Fastest, leaveOpen: true)
            : new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true))
            zip.Write(body.Span);
        return to.GetBuffer().AsMemory(0, (int)to.Length);
    }

    /// <summary>Refuses what does not fit instead of growing.</summary>
    sealed class BoundedStream(MemoryStream inner, int most) : Stream
    {
        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (inner.Length + buffer.Length > most)
                throw ApiRefusals.NotInXml.With([new("error", "too-long", null, $"More than {BodyLimits.Shown(most)} in one answer.")]);
            inner.Write(buffer);
        }

        public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
        {
            Write(buffer.Span);
            return ValueTask.CompletedTask;
        }

        public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
        {
            Write(buffer.AsSpan(offset, count));
            return Task.CompletedTask;
        }

        public override bool CanRead => false;
        public override bool CanSeek => false;
        public override bool CanWrite => true;
        public override long Length => inner.Length;
        public override long Position { get => inner.Length; set => throw new NotSupportedException(); }
        public override void Flush() { }
        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
