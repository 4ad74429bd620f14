using System.Text.Json;

namespace Socle.Tools.Definitions;

/// <summary>EvidenceVariable.characteristic as 4.0.1 has it: the package carries that of a later version.</summary>
static class EvidenceVariableR4
{
    public static IEnumerable<JsonElement> Elements(IEnumerable<JsonElement> published)
    {
        foreach (var element in published)
        {
            var path = element.GetProperty("path").GetString()!;
            if (path == "EvidenceVariable.characteristic") yield return One("characteristic", 1, "*", "BackboneElement");
            else if (!path.StartsWith("EvidenceVariable.characteristic.", StringComparison.Ordinal)) yield return element;
        }
        yield return One("characteristic.id", 0, "1", "string");
        yield return One("characteristic.extension", 0, "*", "Extension");
        yield return One("characteristic.modifierExtension", 0, "*", "Extension");
        yield return One("characteristic.description", 0, "1", "string");
        yield return One("characteristic.definition[x]", 1, "1",
            "Reference", "canonical", "CodeableConcept", "Expression", "DataRequirement", "TriggerDefinition");
        yield return One("characteristic.usageContext", 0, "*", "UsageContext");
        yield return One("characteristic.exclude", 0, "1", "boolean");
        yield return One("characteristic.participantEffective[x]", 0, "1", "dateTime", "Period", "Duration", "Timing");
        yield return One("characteristic.timeFromStart", 0, "1", "Duration");
        yield return One("characteristic.groupMeasure", 0, "1", "code");
    }

    static JsonElement One(string path, int min, string max, params string[] types) => JsonSerializer.SerializeToElement(new
    {
        path = "EvidenceVariable." + path,
        min,
        max,
        type = types.Select(code => new { code, targetProfile = Targets(code) }),
        binding = path.EndsWith("groupMeasure", StringComparison.Ordinal)
            ? new { strength = "required", valueSet = "http://hl7.org/fhir/ValueSet/group-measure|4.0.1" }
            : null
    }, Options);

    static string[]? Targets(string code) => code switch
    {
        "Reference" => ["http://hl7.org/fhir/StructureDefinition/Group"],
        "canonical" => ["http://hl7.org/fhir/StructureDefinition/ActivityDefinition"],
        _ => null
    };

    static readonly JsonSerializerOptions Options =
        new() { DefaultIgnoreCondition = System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull };
}
