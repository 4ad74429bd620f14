using System.Buffers;
using System.Text.Json;

namespace Socle.Api;

/// <summary>The Binary resource around a content that came as itself.</summary>
static class BinaryJson
{
    public static byte[] Write(string? id, string contentType, string? securityContext, string placeholder)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        writer.WriteString("resourceType", "Binary");
        if (id is not null) writer.WriteString("id", id);
        writer.WriteString("contentType", contentType);
        if (!string.IsNullOrEmpty(securityContext))
        {
            writer.WriteStartObject("securityContext");
            writer.WriteString("reference", securityContext);
            writer.WriteEndObject();
        }
        writer.WriteString("data", placeholder);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
