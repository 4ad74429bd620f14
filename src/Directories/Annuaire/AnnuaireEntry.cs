using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using Socle.Store;

namespace Socle.Directories;

/// <summary>
/// An entry as it leaves. The public view is a list of what may be shown, not of what may not: an element that nobody thought of stays
/// inside. In both views an entry that ended keeps its id and its identifiers only.
/// </summary>
static class AnnuaireEntry
{
    const string Everywhere = "resourceType id meta implicitRules language active identifier extension telecom ";

    static readonly Dictionary<string, HashSet<string>> Public = new()
    {
        ["Practitioner"] = Names("name qualification communication"),
        ["PractitionerRole"] = Names("period practitioner organization code specialty location healthcareService availableTime notAvailable availabilityExceptions endpoint"),
        ["Organization"] = Names("type name alias address partOf endpoint"),
        ["HealthcareService"] = Names("providedBy category type specialty location name comment extraDetails coverageArea serviceProvisionCode eligibility program "
            + "characteristic communication referralMethod appointmentRequired availableTime notAvailable availabilityExceptions endpoint"),
        ["Device"] = Names("definition status statusReason distinctIdentifier manufacturer manufactureDate expirationDate lotNumber serialNumber deviceName modelNumber "
            + "partNumber type specialization version property owner location url safety parent")
    };

    static readonly HashSet<string> Ended = ["resourceType", "id", "meta", "active", "identifier"];

    static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };
    static readonly JsonReaderOptions Deep = new() { MaxDepth = 128 };
    static readonly JsonDocumentOptions DeepToo = new() { MaxDepth = 128 };

    public static Stored Shown(Stored stored, AnnuaireLevel level)
    {
        var ended = IsEnded(stored.Bytes.Span);
        if (!ended && level == AnnuaireLevel.Restricted) return stored;
        var buffer = new ArrayBufferWriter<byte>(stored.Bytes.Length + 64);
        using var writer = new Utf8JsonWriter(buffer, Plain);
        Write(writer, stored, ended ? Ended : Public[stored.Type], level == AnnuaireLevel.Public);
        writer.Flush();
        return stored with { Bytes = buffer.WrittenMemory };
    }

    static HashSet<string> Names(string own) => [.. (Everywhere + own).Split(' ', StringSplitOptions.RemoveEmptyEntries)];

    static bool IsEnded(ReadOnlySpan<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes, Deep);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var active = reader.ValueTextEquals("active"u8);
            reader.Read();
            if (active) return reader.TokenType == JsonTokenType.False;
            reader.Skip();
        }
        return false;
    }

    static void Write(Utf8JsonWriter writer, Stored stored, HashSet<string> shown, bool clean)
    {
        var bytes = stored.Bytes.Span;
        var reader = new Utf8JsonReader(bytes, Deep);
        reader.Read();
        writer.WriteStartObject();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (!shown.Contains(name.TrimStart('_'))) continue;
            var (from, length) = (start, (int)reader.BytesConsumed - start);
            var value = bytes.Slice(from, length);
            // Names are matched as they may be written: an escape in one is no way round.
            if (clean && (name == "telecom" || name.EndsWith("xtension", StringComparison.Ordinal) || value.IndexOf("xtension"u8) >= 0 || value.IndexOf("telecom"u8) >= 0
                || value.IndexOf((byte)'\\') >= 0))
            {
                using var document = JsonDocument.Parse(stored.Bytes.Slice(from, length), DeepToo);
                Member(writer, stored.Type, name, document.RootElement);
                continue;
            }
            writer.WritePropertyName(name);
            writer.WriteRawValue(value, skipInputValidation: true);
        }
        writer.WriteEndObject();
    }

    // A list that loses all its items goes with them, as FHIR has no empty lists.
    static void Member(Utf8JsonWriter writer, string type, string name, JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array && name is "extension" or "modifierExtension" or "telecom")
        {
            var kept = value.EnumerateArray().Where(item => name == "telecom" ? IsPublic(type, item) : !IsRestricted(item)).ToList();
            if (kept.Count == 0) return;
            writer.WriteStartArray(name);
            foreach (var item in kept) Value(writer, type, item);
            writer.WriteEndArray();
            return;
        }
        writer.WritePropertyName(name);
        Value(writer, type, value);
    }

    static void Value(Utf8JsonWriter writer, string type, JsonElement value)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in value.EnumerateObject()) Member(writer, type, member.Name, member.Value);
                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in value.EnumerateArray()) Value(writer, type, item);
                writer.WriteEndArray();
                break;
            default:
                value.WriteTo(writer);
                break;
        }
    }

    static bool IsRestricted(JsonElement extension) => UrlOf(extension) is { } url && AnnuaireUrls.Restricted.Contains(url);

    // A mailbox unless it is on the « liste rouge »; any other address of a person is the person's own.
    static bool IsPublic(string type, JsonElement contact)
    {
        var extensions = Extensions(contact).ToList();
        var isMailbox = Text(contact, "system") == "email" && extensions.Exists(one => UrlOf(one) is AnnuaireUrls.Mailbox or AnnuaireUrls.EmailType);
        if (extensions.Where(one => UrlOf(one) == AnnuaireUrls.Mailbox).SelectMany(Extensions).Any(one => UrlOf(one) == "listeRouge" && !SaysFalse(one))) return false;
        return isMailbox || type != "Practitioner" && Text(contact, "use") != "home";
    }

    static bool SaysFalse(JsonElement extension) => extension.TryGetProperty("valueBoolean", out var value) && value.ValueKind == JsonValueKind.False;

    static IEnumerable<JsonElement> Extensions(JsonElement element) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty("extension", out var list) && list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];

    static string? UrlOf(JsonElement extension) => Text(extension, "url");

    static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
