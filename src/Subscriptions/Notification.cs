using System.Globalization;
using System.Text.Json;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Subscriptions;

/// <summary>An event that is told, with the resource it is about.</summary>
sealed record Told(WatchEvent Event, Stored Resource);

/// <summary>The bundles and the status of the R4 topic backport.</summary>
sealed class Notification(Chance chance, TimeProvider clock)
{
    public const string Handshake = "handshake", Heartbeat = "heartbeat", EventNotification = "event-notification", QueryStatus = "query-status",
        QueryEvent = "query-event";

    const string Profile = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-subscription-";
    static readonly JsonWriterOptions Plain = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="count">Events since the subscription began, these included.</param>
    public byte[] Bundle(Watch watch, string status, string type, long count, IReadOnlyList<Told> told, Content content) => Write(json =>
    {
        json.WriteString("resourceType", "Bundle");
        json.WriteStartObject("meta");
        json.WriteStartArray("profile");
        json.WriteStringValue(Profile + "notification-r4");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteString("type", "history");
        json.WriteString("timestamp", FhirJson.Instant(clock.GetUtcNow()));
        json.WriteStartArray("entry");
        StatusEntry(json, watch, status, type, count, told, content);
        if (content != Content.Empty)
            foreach (var one in told) Focus(json, watch, one, content);
        json.WriteEndArray();
    });

    /// <summary>The answer of $status: one Parameters per subscription.</summary>
    public byte[] Statuses(IReadOnlyList<(Watch Watch, WatchState State)> found) => Write(json =>
    {
        json.WriteString("resourceType", "Bundle");
        json.WriteString("type", "searchset");
        json.WriteNumber("total", found.Count);
        if (found.Count == 0) return;
        json.WriteStartArray("entry");
        foreach (var (watch, state) in found)
        {
            json.WriteStartObject();
            json.WriteString("fullUrl", NewUrn());
            json.WritePropertyName("resource");
            Status(json, watch, state.Status, QueryStatus, state.LastNumber, [], Content.Empty);
            json.WriteStartObject("search");
            json.WriteString("mode", "match");
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
    });

    /// <summary>The answer of $get-ws-binding-token.</summary>
    public static byte[] Binding(string token, DateTimeOffset until, IEnumerable<Watch> watches, string url) => Write(json =>
    {
        json.WriteString("resourceType", "Parameters");
        json.WriteStartArray("parameter");
        Parameter(json, "token", "valueString", token);
        Parameter(json, "expiration", "valueDateTime", FhirJson.Instant(until));
        foreach (var watch in watches) Parameter(json, "subscription", "valueString", watch.Id);
        Parameter(json, "websocket-url", "valueUrl", url);
        json.WriteEndArray();
    });

    void StatusEntry(Utf8JsonWriter json, Watch watch, string status, string type, long count, IReadOnlyList<Told> told, Content content)
    {
        json.WriteStartObject();
        json.WriteString("fullUrl", NewUrn());
        json.WritePropertyName("resource");
        Status(json, watch, status, type, count, told, content);
        Request(json, "GET", $"{watch.Reference}/$status", "200");
        json.WriteEndObject();
    }

    static void Status(Utf8JsonWriter json, Watch watch, string status, string type, long count, IReadOnlyList<Told> told, Content content)
    {
        json.WriteStartObject();
        json.WriteString("resourceType", "Parameters");
        json.WriteStartObject("meta");
        json.WriteStartArray("profile");
        json.WriteStringValue(Profile + "status-r4");
        json.WriteEndArray();
        json.WriteEndObject();
        json.WriteStartArray("parameter");
        json.WriteStartObject();
        json.WriteString("name", "subscription");
        json.WriteStartObject("valueReference");
        json.WriteString("reference", watch.Reference);
        json.WriteEndObject();
        json.WriteEndObject();
        Parameter(json, "topic", "valueCanonical", watch.Topic);
        Parameter(json, "status", "valueCode", status);
        Parameter(json, "type", "valueCode", type);
        Parameter(json, "events-since-subscription-start", "valueString", Text(count));
        foreach (var one in told) Event(json, watch, one, content);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Event(Utf8JsonWriter json, Watch watch, Told told, Content content)
    {
        json.WriteStartObject();
        json.WriteString("name", "notification-event");
        json.WriteStartArray("part");
        Parameter(json, "event-number", "valueString", Text(told.Event.Number!.Value));
        Parameter(json, "timestamp", "valueInstant", FhirJson.Instant(told.Event.Time));
        if (content != Content.Empty)
        {
            json.WriteStartObject();
            json.WriteString("name", "focus");
            json.WriteStartObject("valueReference");
            json.WriteString("reference", watch.Base + told.Resource.Reference);
            json.WriteEndObject();
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    }

    static void Focus(Utf8JsonWriter json, Watch watch, Told told, Content content)
    {
        var resource = told.Resource;
        json.WriteStartObject();
        json.WriteString("fullUrl", watch.Base + resource.Reference);
        if (content == Content.FullResource && !resource.Deleted && MayLeave(watch, resource))
        {
            json.WritePropertyName("resource");
            json.WriteRawValue(resource.Bytes.Span);
        }
        if (resource.Deleted) Request(json, "DELETE", resource.Reference, "204");
        else if (resource.Version == 1) Request(json, "POST", resource.Type, "201");
        else Request(json, "PUT", resource.Reference, "200");
        json.WriteEndObject();
    }

    // To an address nothing of a record goes out, whatever was asked for (security.md T50): the type was looked at, and so is the place.
    static bool MayLeave(Watch watch, Stored resource) => watch.IsSocket || resource.PatientKey == 0;

    static void Request(Utf8JsonWriter json, string method, string url, string status)
    {
        json.WriteStartObject("request");
        json.WriteString("method", method);
        json.WriteString("url", url);
        json.WriteEndObject();
        json.WriteStartObject("response");
        json.WriteString("status", status);
        json.WriteEndObject();
    }

    static void Parameter(Utf8JsonWriter json, string name, string kind, string value)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString(kind, value);
        json.WriteEndObject();
    }

    string NewUrn() => $"urn:uuid:{new Guid(chance.Bytes(16)):D}";

    static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    static byte[] Write(Action<Utf8JsonWriter> body)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Plain))
        {
            json.WriteStartObject();
            body(json);
            json.WriteEndObject();
        }
        return bytes.ToArray();
    }
}
