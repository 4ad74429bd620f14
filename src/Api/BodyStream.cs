using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Socle.Api;

/// <summary>
/// The request's body, inflated when it is gzip or br, and never more of it than the limit: the bytes are counted as they come out, so
/// that a small body that inflates without end stops at the limit.
/// </summary>
sealed class BodyStream(Stream inner, long limit, bool inflating) : Stream
{
    long read;
    BodyDigest? digest;

    public static BodyStream Open(HttpRequest request, long limit)
    {
        var encoding = request.Headers.ContentEncoding.ToString();
        if (encoding is not ("" or "identity" or "gzip" or "br")) throw ApiRefusals.BadEncoding.With(encoding.Length <= 40 ? encoding : encoding[..40]);
        if (request.ContentLength > limit) throw ApiRefusals.TooLarge.With(BodyLimits.Shown(limit));
        if (request.HttpContext.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = limit;
        var digest = BodyDigest.Start(request.HttpContext);
        return encoding switch
        {
            "gzip" => new BodyStream(new GZipStream(request.Body, CompressionMode.Decompress), limit, true) { digest = digest },
            "br" => new BodyStream(new BrotliStream(request.Body, CompressionMode.Decompress), limit, true) { digest = digest },
            _ => new BodyStream(request.Body, limit, false) { digest = digest }
        };
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int count;
        try
        {
            count = await inner.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception error) when (inflating && error is InvalidDataException or InvalidOperationException)
        {
            throw ApiRefusals.BadGzip.With();
        }
        catch (BadHttpRequestException error) when (error.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw ApiRefusals.TooLarge.With(BodyLimits.Shown(limit));
        }
        read += count;
        digest?.Add(buffer.Span[..count]);
        return read <= limit ? count : throw ApiRefusals.TooLarge.With(BodyLimits.Shown(limit));
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override bool CanRead => true;
    public override bool CanSeek => false;
    public override bool CanWrite => false;
    public override long Length => throw new NotSupportedException();
    public override long Position { get => read; set => throw new NotSupportedException(); }
    public override void Flush() { }
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();
    public override void SetLength(long value) => throw new NotSupportedException();
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
