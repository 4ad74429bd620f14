using System.Globalization;
using Microsoft.AspNetCore.Http;
using Socle.Store;

namespace Socle.Api;

/// <summary>What is answered: a status, a resource or a body, and the headers that follow from them.</summary>
public sealed record FhirAnswer(int Status)
{
    public ReadOnlyMemory<byte> Body { get; init; }

    /// <summary>The resource whose version the headers tell.</summary>
    public Stored? Resource { get; init; }

    /// <summary>Absolute address of what was created.</summary>
    public string? Location { get; init; }

    /// <summary>A body that streams, in its own content type.</summary>
    public Func<Stream, CancellationToken, Task>? Stream { get; init; }

    public string ContentType { get; init; } = Negotiation.FhirJson;
    public bool Download { get; init; }

    public string? ETag => Resource is null ? null : Tag(Resource.Version);

    public static string Tag(long version) => string.Create(CultureInfo.InvariantCulture, $"W/\"{version}\"");

    /// <summary>200 with a resource that is JSON bytes.</summary>
    public static FhirAnswer Of(ReadOnlyMemory<byte> json) => new(200) { Body = json };

    public static FhirAnswer Of(Stored stored) => new(200) { Resource = stored, Body = stored.Bytes };

    internal async Task Write(HttpContext http, CancellationToken stop)
    {
        var response = http.Response;
        response.StatusCode = Status;
        if (Resource is not null)
        {
            response.Headers.ETag = ETag;
            response.Headers.LastModified = Resource.LastUpdated.ToString("R", CultureInfo.InvariantCulture);
        }
        if (Location is not null) response.Headers.Location = Location;
        if (Download) response.Headers.ContentDisposition = "attachment";
        if (Stream is not null && HttpMethods.IsHead(http.Request.Method)) response.ContentType = ContentType;
        else if (Stream is not null) await Wire.Stream(http, this, stop);
        else if (!Body.IsEmpty && Status != StatusCodes.Status304NotModified) await Wire.Send(http, Body, stop);
    }
}
