using System.Buffers;
using System.Text.Json;

namespace Socle.Fhir;

public static class OperationOutcome
{
    /// <summary>The issues as a resource in UTF-8 JSON; without any issue, one that says that all is well.</summary>
    public static byte[] Of(IReadOnlyList<Issue> issues)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using var json = new Utf8JsonWriter(buffer, FhirJson.Plain);
        json.WriteStartObject();
        json.WriteString("resourceType"u8, "OperationOutcome"u8);
        json.WriteStartArray("issue"u8);
        foreach (var issue in issues.Count > 0 ? issues : [new Issue("information", "informational", null, "All OK")]) Write(json, issue);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    static void Write(Utf8JsonWriter json, Issue issue)
    {
        json.WriteStartObject();
        json.WriteString("severity"u8, issue.Severity);
        json.WriteString("code"u8, issue.Code);
        if (issue.Diagnostics.Length > 0) json.WriteString("diagnostics"u8, issue.Diagnostics);
        if (issue.Expression is { Length: > 0 } expression)
        {
            json.WriteStartArray("expression"u8);
            json.WriteStringValue(expression);
            json.WriteEndArray();
        }
        json.WriteEndObject();
    }
}
