using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Socle.Fhir;
using Socle.Store;

namespace Socle.Api;

/// <summary>Part of a resource, by <c>_summary</c> or <c>_elements</c>: top-level properties are kept or left out, the rest is copied, the tag SUBSETTED added.</summary>
public sealed class Subset
{
    static readonly string[] Always = ["resourceType", "id", "meta"];

    readonly Func<string, string, bool> keeps;
    readonly bool withMeta;

    Subset(Func<string, string, bool> keeps, bool withMeta = true) => (this.keeps, this.withMeta) = (keeps, withMeta);

    /// <summary>Null: the whole resource. <c>_summary=count</c> is the search's own.</summary>
    public static Subset? Of(string? summary, string? elements)
    {
        var listed = (elements ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet(StringComparer.Ordinal);
        return summary switch
        {
            null or "" or "false" or "count" => listed.Count == 0
                ? null
                : new((type, name) => listed.Contains(name) || listed.Contains($"{type}.{name}") || Definitions.IsMandatory(type, name)),
            "text" => new((type, name) => name == "text" || Definitions.IsMandatory(type, name)),
            "data" => new((_, name) => name != "text"),
            "true" => new((type, name) => Definitions.IsSummary(type, name)),
            _ => throw ApiRefusals.BadParameter.With("_summary")
        };
    }

    /// <summary>
    /// The same for what is included: the summary holds for it too, elements only those that name its type (« Patient.name »).
    /// </summary>
    public static Subset? OfIncluded(string? summary, string? elements)
    {
        if (summary is "true" or "data") return Of(summary, null);
        var listed = (elements ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries).Where(name => name.Contains('.', StringComparison.Ordinal)).ToList();
        if (listed.Count == 0) return null;
        return new((type, name) => !listed.Exists(one => one.StartsWith(type + ".", StringComparison.Ordinal))
            || listed.Contains($"{type}.{name}") || Definitions.IsMandatory(type, name));
    }

    /// <summary>Name, birth date and sex: what is shown of a person before a care relation exists, and whether the record is still one to be used
    /// (a merged one is not). Tags, labels and the source would tell where the person is known.</summary>
    internal static readonly Subset Traits = new((_, name) => name is "name" or "birthDate" or "gender" or "active", withMeta: false);

    internal static FhirAnswer Apply(FhirAnswer answer, Subset? subset) =>
        subset is null ? answer : answer with { Body = subset.Apply(answer.Resource!.Type, answer.Body) };

    public static Stored Apply(Stored stored, Subset? subset) =>
        subset is null || stored.Deleted ? stored : stored with { Bytes = subset.Apply(stored.Type, stored.Bytes) };

    ReadOnlyMemory<byte> Apply(string type, ReadOnlyMemory<byte> bytes)
    {
        var buffer = new ArrayBufferWriter<byte>(bytes.Length + 128);
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true });
        var reader = new Utf8JsonReader(bytes.Span, new JsonReaderOptions { MaxDepth = 128 });
        reader.Read();
        writer.WriteStartObject();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var value = bytes.Span[start..(int)reader.BytesConsumed];
            if (name == "meta") WriteMeta(writer, withMeta ? value : "{}"u8);
            else if (Always.Contains(name) || keeps(type, name.TrimStart('_')))
            {
                writer.WritePropertyName(name);
                writer.WriteRawValue(value, skipInputValidation: true);
            }
        }
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    static void WriteMeta(Utf8JsonWriter writer, ReadOnlySpan<byte> meta)
    {
        const string Tag = """{"system":"http://terminology.hl7.org/CodeSystem/v3-ObservationValue","code":"SUBSETTED"}""";
        writer.WriteStartObject("meta");
        var reader = new Utf8JsonReader(meta);
        reader.Read();
        var tagged = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            var value = meta[start..(int)reader.BytesConsumed];
            writer.WritePropertyName(name);
            if (name == "tag" && value is [(byte)'[', .., (byte)']'])
            {
                tagged = true;
                var inside = Encoding.UTF8.GetString(value[1..^1]).Trim();
                writer.WriteRawValue(inside.Length == 0 ? $"[{Tag}]" : $"[{inside},{Tag}]", skipInputValidation: true);
            }
            else writer.WriteRawValue(value, skipInputValidation: true);
        }
        if (!tagged)
        {
            writer.WritePropertyName("tag");
            writer.WriteRawValue($"[{Tag}]", skipInputValidation: true);
        }
        writer.WriteEndObject();
    }
}
