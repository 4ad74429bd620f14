using System.Text.Json.Nodes;
using Socle.Fhir;
using Socle.Identities;

namespace Socle.SharedRecord;

/// <summary>
/// Published profiles carry examples with a label and no value, which R4 does not allow. Such an example says nothing and is left out;
/// anything else that is wrong, and anything wrong in a resource about a person, is refused as it stands.
/// </summary>
static class ProfileMending
{
    public static FhirDocument Parse(ReadOnlyMemory<byte> bytes)
    {
        if (FhirDocument.TryParse(bytes, out var document, out var issues)) return document;
        return issues.All(issue => issue.Expression is { } at && at.StartsWith("StructureDefinition.", StringComparison.Ordinal) && at.Contains(".example[", StringComparison.Ordinal))
            && Without(bytes) is { } mended
                ? FhirDocument.Parse(mended)
                : throw new FhirException(issues);
    }

    static byte[]? Without(ReadOnlyMemory<byte> bytes)
    {
        if (JsonNode.Parse(bytes.Span) is not JsonObject profile) return null;
        foreach (var view in new[] { "snapshot", "differential" })
            foreach (var element in profile[view]?["element"]?.AsArray() ?? [])
                if (element?["example"] is JsonArray examples) DropEmpty(element.AsObject(), examples);
        return PatientBuilder.Bytes(profile);
    }

    static void DropEmpty(JsonObject element, JsonArray examples)
    {
        for (var i = examples.Count - 1; i >= 0; i--)
            if (examples[i] is JsonObject example && !example.Any(property => property.Key.StartsWith("value", StringComparison.Ordinal))) examples.RemoveAt(i);
        if (examples.Count == 0) element.Remove("example");
    }
}
