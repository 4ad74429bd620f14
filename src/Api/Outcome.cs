using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Api;

/// <summary>Every no of /fhir as an OperationOutcome: the stable code and the French words in details, one issue per finding.</summary>
static class Outcome
{
    const string CodeSystem = "urn:socle:refusal";

    static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>What Platform calls for any refusal or bug under /fhir.</summary>
    public static Task Write(HttpContext http, NoAnswer no) => Write(http, no, "Bearer realm=\"fhir\"");

    /// <param name="http">The request.</param>
    /// <param name="no">What is said.</param>
    /// <param name="challenge">How one says who one is, where a 401 asks for it.</param>
    public static Task Write(HttpContext http, NoAnswer no, string challenge)
    {
        if (no.Status == StatusCodes.Status401Unauthorized) http.Response.Headers.WWWAuthenticate = challenge;
        var body = Bytes(no.Status, no.Code, no.Message, no.Issues);
        return Wire.Send(http, body, http.RequestAborted);
    }

    public static byte[] Of(Refusal refusal) => Bytes((int)refusal.Reason, refusal.Code, refusal.French, refusal.Issues);

    /// <summary>All went well: asked for by <c>Prefer: return=OperationOutcome</c>.</summary>
    public static byte[] Done(string french, IReadOnlyList<RefusalIssue> warnings) => Build(writer =>
    {
        Issue(writer, new("information", "informational", null, ""), null, french);
        foreach (var warning in warnings) Issue(writer, warning, null, "À vérifier");
    });

    /// <summary>Something the caller should know beside the answer.</summary>
    public static byte[] Warn(IReadOnlyList<RefusalIssue> issues, string french) => Build(writer =>
    {
        foreach (var issue in issues) Issue(writer, issue, null, french);
    });

    /// <summary>A fault of structure is the sender's: 400 and each fault with its path.</summary>
    public static Refusal Refuse(FhirException error) => ApiRefusals.NotFhir.With(Issues(error));

    public static IReadOnlyList<RefusalIssue> Issues(FhirException error) =>
        [.. error.Issues.Select(issue => new RefusalIssue(issue.Severity, issue.Code, issue.Expression, issue.Diagnostics))];

    static byte[] Bytes(int status, string code, string french, IReadOnlyList<RefusalIssue> issues) => Build(writer =>
    {
        if (issues.Count == 0) Issue(writer, new(status >= 500 ? "fatal" : "error", IssueCode(status), null, french), code, french);
        foreach (var issue in issues) Issue(writer, issue, code, french);
    });

    static byte[] Build(Action<Utf8JsonWriter> issues)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using var writer = new Utf8JsonWriter(buffer, Relaxed);
        writer.WriteStartObject();
        writer.WriteString("resourceType", "OperationOutcome");
        writer.WriteStartArray("issue");
        issues(writer);
        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    static void Issue(Utf8JsonWriter writer, RefusalIssue issue, string? code, string french)
    {
        writer.WriteStartObject();
        writer.WriteString("severity", issue.Severity);
        writer.WriteString("code", issue.Code);
        writer.WriteStartObject("details");
        if (code is not null)
        {
            writer.WriteStartArray("coding");
            writer.WriteStartObject();
            writer.WriteString("system", CodeSystem);
            writer.WriteString("code", code);
            writer.WriteEndObject();
            writer.WriteEndArray();
        }
        writer.WriteString("text", french);
        writer.WriteEndObject();
        if (issue.Diagnostics.Length > 0) writer.WriteString("diagnostics", issue.Diagnostics);
        if (issue.Expression is not null)
        {
            writer.WriteStartArray("expression");
            writer.WriteStringValue(issue.Expression);
            writer.WriteEndArray();
        }
        writer.WriteEndObject();
    }

    static string IssueCode(int status) => status switch
    {
        400 => "invalid",
        401 => "login",
        403 => "forbidden",
        404 => "not-found",
        405 or 406 or 415 => "not-supported",
        409 or 412 => "conflict",
        410 => "deleted",
        413 => "too-long",
        422 => "business-rule",
        429 => "throttled",
        503 => "transient",
        507 => "no-store",
        _ => "exception"
    };
}
