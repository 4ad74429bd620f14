using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Socle.Store;

namespace Socle.Api;

/// <summary>Bundles as answers: the bytes of each resource are spliced in, none is written again.</summary>
sealed class BundleWriter : IDisposable
{
    // Links, outcome, and what stands around a resource.
    const int Frame = 2 * 1024, AroundEntry = 256;

    readonly ArrayBufferWriter<byte> buffer;
    readonly Utf8JsonWriter writer;
    readonly string baseUrl;

    /// <param name="bytes">About how many it will be: then nothing is copied while it grows.</param>
    BundleWriter(string type, string baseUrl, int bytes)
    {
        this.baseUrl = baseUrl;
        buffer = new(bytes);
        writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteString("resourceType", "Bundle");
        writer.WriteString("type", type);
    }

    public static ReadOnlyMemory<byte> Searchset(
        string baseUrl, long? total, string self, string? next, IReadOnlyList<Stored> matches, IReadOnlyList<Stored> included, byte[]? outcome)
    {
        using var bundle = new BundleWriter("searchset", baseUrl, SizeOf(matches) + SizeOf(included));
        if (total is { } count) bundle.writer.WriteNumber("total", count);
        bundle.Links(self, next);
        if (matches.Count + included.Count > 0 || outcome is not null)
        {
            bundle.writer.WriteStartArray("entry");
            bundle.writer.Flush();
            var fullUrl = Encoding.UTF8.GetBytes($"{{\"fullUrl\":\"{JsonEncodedText.Encode(baseUrl, JavaScriptEncoder.UnsafeRelaxedJsonEscaping)}");
            foreach (var match in matches) bundle.SearchEntry(fullUrl, match, "\"match\"}}"u8);
            foreach (var other in included) bundle.SearchEntry(fullUrl, other, "\"include\"}}"u8);
            if (outcome is not null) bundle.OutcomeEntry(outcome);
            bundle.writer.WriteEndArray();
        }
        return bundle.Close();
    }

    public static ReadOnlyMemory<byte> History(string baseUrl, string self, string? next, IReadOnlyList<Stored> versions)
    {
        using var bundle = new BundleWriter("history", baseUrl, SizeOf(versions));
        bundle.Links(self, next);
        if (versions.Count > 0)
        {
            bundle.writer.WriteStartArray("entry");
            foreach (var version in versions) bundle.HistoryEntry(version);
            bundle.writer.WriteEndArray();
        }
        return bundle.Close();
    }

    /// <param name="labels">Codings in JSON: those of all parts.</param>
    public static ReadOnlyMemory<byte> Document(string baseUrl, string identifier, DateTimeOffset now, IReadOnlyCollection<string> labels, IReadOnlyList<Stored> parts)
    {
        using var bundle = new BundleWriter("document", baseUrl, SizeOf(parts));
        var writer = bundle.writer;
        if (labels.Count > 0)
        {
            writer.WriteStartObject("meta");
            writer.WriteStartArray("security");
            foreach (var label in labels) writer.WriteRawValue(label, skipInputValidation: true);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }
        writer.WriteStartObject("identifier");
        writer.WriteString("system", "urn:ietf:rfc:3986");
        writer.WriteString("value", identifier);
        writer.WriteEndObject();
        writer.WriteString("timestamp", Instant(now));
        writer.WriteStartArray("entry");
        foreach (var part in parts)
        {
            writer.WriteStartObject();
            writer.WriteString("fullUrl", baseUrl + part.Reference);
            writer.WritePropertyName("resource");
            writer.WriteRawValue(part.Bytes.Span, skipInputValidation: true);
            writer.WriteEndObject();
        }
        writer.WriteEndArray();
        return bundle.Close();
    }

    /// <param name="answers">In the order of the request's entries.</param>
    public static ReadOnlyMemory<byte> Response(string type, string baseUrl, IEnumerable<EntryAnswer> answers)
    {
        using var bundle = new BundleWriter(type, baseUrl, 16 * 1024);
        bundle.writer.WriteStartArray("entry");
        foreach (var answer in answers) bundle.ResponseEntry(answer);
        bundle.writer.WriteEndArray();
        return bundle.Close();
    }

    void Links(string self, string? next)
    {
        writer.WriteStartArray("link");
        Link("self", self);
        if (next is not null) Link("next", next);
        writer.WriteEndArray();
    }

    void Link(string relation, string url)
    {
        writer.WriteStartObject();
        writer.WriteString("relation", relation);
        writer.WriteString("url", url);
        writer.WriteEndObject();
    }

    // By hand, for these are the most of an answer: the array is open, and ids and types have nothing to escape.
    void SearchEntry(ReadOnlySpan<byte> fullUrl, Stored stored, ReadOnlySpan<byte> mode)
    {
        Comma();
        buffer.Write(fullUrl);
        Encoding.ASCII.GetBytes(stored.Type, buffer);
        buffer.Write("/"u8);
        Encoding.ASCII.GetBytes(stored.Id, buffer);
        buffer.Write("\",\"resource\":"u8);
        buffer.Write(stored.Bytes.Span);
        buffer.Write(",\"search\":{\"mode\":"u8);
        buffer.Write(mode);
    }

    void OutcomeEntry(byte[] outcome)
    {
        Comma();
        buffer.Write("{\"resource\":"u8);
        buffer.Write(outcome);
        buffer.Write(",\"search\":{\"mode\":\"outcome\"}}"u8);
    }

    void Comma()
    {
        if (buffer.WrittenSpan[^1] != (byte)'[') buffer.Write(","u8);
    }

    void HistoryEntry(Stored version)
    {
        var (method, status) = version.Deleted ? ("DELETE", "204 No Content") : version.Version == 1 ? ("POST", "201 Created") : ("PUT", "200 OK");
        writer.WriteStartObject();
        writer.WriteString("fullUrl", baseUrl + version.Reference);
        if (!version.Deleted)
        {
            writer.WritePropertyName("resource");
            writer.WriteRawValue(version.Bytes.Span, skipInputValidation: true);
        }
        writer.WriteStartObject("request");
        writer.WriteString("method", method);
        writer.WriteString("url", method == "POST" ? version.Type : version.Reference);
        writer.WriteEndObject();
        writer.WriteStartObject("response");
        writer.WriteString("status", status);
        VersionOf(version);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    void ResponseEntry(EntryAnswer answer)
    {
        writer.WriteStartObject();
        if (answer.Resource is { } stored && answer.Location is not null) writer.WriteString("fullUrl", baseUrl + stored.Reference);
        if (!answer.Body.IsEmpty)
        {
            writer.WritePropertyName("resource");
            writer.WriteRawValue(answer.Body.Span, skipInputValidation: true);
        }
        writer.WriteStartObject("response");
        writer.WriteString("status", answer.StatusLine);
        if (answer.Location is not null) writer.WriteString("location", answer.Location);
        if (answer.Resource is { Version: > 0 }) VersionOf(answer.Resource);
        if (answer.Outcome is not null)
        {
            writer.WritePropertyName("outcome");
            writer.WriteRawValue(answer.Outcome, skipInputValidation: true);
        }
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    void VersionOf(Stored stored)
    {
        writer.WriteString("etag", FhirAnswer.Tag(stored.Version));
        writer.WriteString("lastModified", Instant(stored.LastUpdated));
    }

    static string Instant(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    static int SizeOf(IReadOnlyList<Stored> resources)
    {
        var size = Frame;
        for (var i = 0; i < resources.Count; i++) size += resources[i].Bytes.Length + AroundEntry;
        return size;
    }

    ReadOnlyMemory<byte> Close()
    {
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    public void Dispose() => writer.Dispose();
}
