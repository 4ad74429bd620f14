using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Socle.Api;

namespace Socle.Terminology;

/// <summary>Parameters as an answer.</summary>
static class Answers
{
    static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static FhirAnswer Parameters(Action<Utf8JsonWriter> write) => Resource("Parameters", json =>
    {
        json.WriteStartArray("parameter");
        write(json);
        json.WriteEndArray();
    });

    public static FhirAnswer Resource(string type, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1_024);
        using var json = new Utf8JsonWriter(buffer, Relaxed);
        json.WriteStartObject();
        json.WriteString("resourceType", type);
        write(json);
        json.WriteEndObject();
        json.Flush();
        return FhirAnswer.Of(buffer.WrittenMemory);
    }

    public static void Text(this Utf8JsonWriter json, string name, string? value, string type = "valueString")
    {
        if (value is null) return;
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString(type, value);
        json.WriteEndObject();
    }

    public static void Flag(this Utf8JsonWriter json, string name, bool value)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteBoolean("valueBoolean", value);
        json.WriteEndObject();
    }

    public static void Raw(this Utf8JsonWriter json, string name, string type, ReadOnlyMemory<byte> value)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WritePropertyName(type);
        json.WriteRawValue(value.Span);
        json.WriteEndObject();
    }

    public static void Coding(this Utf8JsonWriter json, string name, string? system, string? version, string? code, string? display)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteStartObject("valueCoding");
        if (system is not null) json.WriteString("system", system);
        if (version is not null) json.WriteString("version", version);
        if (code is not null) json.WriteString("code", code);
        if (display is not null) json.WriteString("display", display);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    public static void Parts(this Utf8JsonWriter json, string name, Action<Utf8JsonWriter> write)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteStartArray("part");
        write(json);
        json.WriteEndArray();
        json.WriteEndObject();
    }
}
