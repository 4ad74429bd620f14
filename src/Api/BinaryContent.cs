using Microsoft.AspNetCore.Http;
using Socle.Fhir;
using Socle.Store;

namespace Socle.Api;

/// <summary>A Binary's content: as itself, for download only, or as a resource with its content in base64.</summary>
static class BinaryContent
{
    public static async Task<FhirAnswer> Answer(FhirCall call, Stored stored, bool raw, CancellationToken stop)
    {
        // The resource was read under the scope and traced; its content is the one of that version.
        var content = stored.BlobId is { } blob ? await call.Services.Blobs.Open(stored.PatientKey, blob, stop) : null;
        if (content is null && !raw) return FhirAnswer.Of(stored);
        using var document = FhirDocument.Parse(stored.Bytes);
        if (raw)
        {
            var context = document.Root["securityContext"]["reference"].Text;
            if (context is not null) call.Http.Response.Headers["X-Security-Context"] = context;
            content ??= new MemoryStream(Convert.FromBase64String(document.Root["data"].Text ?? ""), writable: false);
            return new FhirAnswer(StatusCodes.Status200OK)
            {
                Resource = stored, Stream = Copy(content), ContentType = SafeType(document.Root["contentType"].Text), Download = true
            };
        }
        return new FhirAnswer(StatusCodes.Status200OK)
        {
            Resource = stored, Stream = async (to, cancel) =>
            {
                await using (content) await RecordStore.InlineBinary(stored, content!, to, cancel);
            }
        };
    }

    /// <summary>The resource with its content in base64, for a bundle, which has room for resources only.</summary>
    public static async Task<ReadOnlyMemory<byte>> Whole(FhirCall call, Stored binary, CancellationToken stop)
    {
        var answer = await Answer(call, binary, raw: false, stop);
        if (answer.Stream is null) return answer.Body;
        using var bytes = new MemoryStream();
        await answer.Stream(bytes, stop);
        return bytes.ToArray();
    }

    static Func<Stream, CancellationToken, Task> Copy(Stream content) => async (to, stop) =>
    {
        await using (content) await content.CopyToAsync(to, stop);
    };

    // What was deposited names its own type: only the shape of one may become a header.
    static string SafeType(string? type) =>
        Microsoft.Net.Http.Headers.MediaTypeHeaderValue.TryParse(type, out var media) && type!.All(c => c is >= ' ' and < '\u007f')
            ? media.ToString()
            : "application/octet-stream";
}
