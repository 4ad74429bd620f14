using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Socle.Api;
using Socle.Platform;

namespace Socle.Bulk;

/// <summary>The asynchronous pattern of FHIR R4: what is asked for later, and where to ask for it.</summary>
static class AsyncCalls
{
    /// <summary>Addresses of jobs, relative to the base.</summary>
    public const string Route = "$job";

    public static void MustBeAsync(HttpRequest request)
    {
        foreach (var header in request.Headers["Prefer"])
            foreach (var word in (header ?? "").Split([',', ';'], StringSplitOptions.TrimEntries))
                if (word.Equals("respond-async", StringComparison.OrdinalIgnoreCase)) return;
        throw BulkRefusals.AsyncOnly.With();
    }

    public static FhirAnswer Accepted(FhirCall call, string job)
    {
        call.Http.Response.Headers.ContentLocation = $"{call.Base}{Route}/{job}";
        return new(StatusCodes.Status202Accepted);
    }

    /// <summary>That it was asked for, fetched or cancelled, is about nobody; the records it touches have an entry each.</summary>
    public static void Trace(AuditLog audit, Unit unit, FhirCall call, string action, string target) => audit.Append(unit, new()
    {
        Agent = call.Agent,
        Action = action,
        Target = target,
        Purpose = call.Scope.Purpose,
        Correlation = call.Scope.Correlation
    });

    public static string JobId(FhirCall call) =>
        (string?)call.Http.Request.RouteValues["job"] is { Length: 32 } id && id.All(char.IsAsciiHexDigitLower) ? id : throw BulkRefusals.UnknownJob.With();
}

/// <summary>Lines of an error file.</summary>
static class Outcomes
{
    public static byte[] Warning(string french) => Of("warning", "informational", french, null);

    public static byte[] Line(long line, string? file, string code, string french) =>
        Of("error", code, french, file is null ? $"ligne {line}" : $"{file}, ligne {line}");

    static byte[] Of(string severity, string code, string french, string? place)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            json.WriteString("resourceType", "OperationOutcome");
            json.WriteStartArray("issue");
            json.WriteStartObject();
            json.WriteString("severity", severity);
            json.WriteString("code", code);
            json.WriteStartObject("details");
            json.WriteString("text", french);
            json.WriteEndObject();
            if (place is not null) json.WriteString("diagnostics", place);
            json.WriteEndObject();
            json.WriteEndArray();
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }
}
