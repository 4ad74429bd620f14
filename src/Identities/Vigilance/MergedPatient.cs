using System.Globalization;
using System.Text.Json.Nodes;
using Socle.Fhir;

namespace Socle.Identities;

/// <summary>
/// What a merge writes into the two Patients, and what taking it back restores. The record that goes on bears every number, those of the other as
/// former ones; the other is inactive, bears none, and says where the person is.
/// </summary>
static class MergedPatient
{
    public static bool IsReplaced(FhirNode patient)
    {
        foreach (var link in patient.All("link"))
            if (link["type"].Text == "replaced-by") return true;
        return false;
    }

    public static byte[] Merged(ReadOnlyMemory<byte> merged, string survivor)
    {
        var body = Body(merged);
        body["active"] = false;
        body.Remove("identifier");
        Append(body, "link", Link(survivor, "replaced-by"));
        return PatientBuilder.Bytes(body);
    }

    public static byte[] Survivor(ReadOnlyMemory<byte> survivor, ReadOnlyMemory<byte> merged, string reference, DateOnly today)
    {
        var body = Body(survivor);
        foreach (var identifier in Identifiers(Body(merged)))
        {
            if (Identifiers(body).Any(known => Same(known, identifier))) continue;
            var former = identifier.DeepClone().AsObject();
            former["use"] = "old";
            var period = former["period"]?.DeepClone().AsObject() ?? [];
            period["end"] = today.ToString("O", CultureInfo.InvariantCulture);
            former["period"] = period;
            Append(body, "identifier", former);
        }
        Append(body, "link", Link(reference, "replaces"));
        return PatientBuilder.Bytes(body);
    }

    /// <summary>The merged Patient with its own again: numbers and activity of before, the rest as it is by now.</summary>
    public static byte[] GivenBack(ReadOnlyMemory<byte> now, ReadOnlyMemory<byte> before, string survivor)
    {
        var (body, own) = (Body(now), Body(before));
        foreach (var name in new[] { "identifier", "active" })
        {
            body.Remove(name);
            if (own[name] is { } value) body[name] = value.DeepClone();
        }
        Unlink(body, survivor);
        return PatientBuilder.Bytes(body);
    }

    /// <summary>The record that went on without the numbers that the other one brought.</summary>
    public static byte[] Without(ReadOnlyMemory<byte> now, ReadOnlyMemory<byte> before, ReadOnlyMemory<byte> merged, string reference)
    {
        var body = Body(now);
        var own = Identifiers(Body(before)).ToList();
        var brought = Identifiers(Body(merged)).Where(identifier => !own.Any(mine => Same(mine, identifier))).ToList();
        if (body["identifier"] is JsonArray all)
        {
            foreach (var identifier in all.OfType<JsonObject>().Where(one => brought.Any(other => Same(other, one))).ToList()) all.Remove(identifier);
            if (all.Count == 0) body.Remove("identifier");
        }
        Unlink(body, reference);
        return PatientBuilder.Bytes(body);
    }

    /// <summary>The Patient without this number, and no longer doubted.</summary>
    public static byte[] WithoutNumber(ReadOnlyMemory<byte> patient, IEnumerable<CarriedIns> numbers)
    {
        var body = Body(patient);
        if (body["identifier"] is not JsonArray all) return PatientBuilder.Bytes(body);
        foreach (var one in all.OfType<JsonObject>().Where(one => numbers.Any(ins => Text(one["system"]) == ins.System && Text(one["value"]) == ins.Value)).ToList()) all.Remove(one);
        if (all.Count == 0) body.Remove("identifier");
        return PatientBuilder.Bytes(body);
    }

    /// <summary>The Patient with another reliability.</summary>
    public static byte[] WithReliability(ReadOnlyMemory<byte> patient, Reliability reliability, DateOnly? checkedOn)
    {
        var body = Body(patient);
        var all = body["extension"] as JsonArray ?? [];
        foreach (var extension in all.OfType<JsonObject>().Where(one => Text(one["url"]) == ReliabilityOfPatient.Url).ToList()) all.Remove(extension);
        all.Add(ReliabilityOfPatient.Write(reliability, checkedOn));
        body["extension"] = all;
        return PatientBuilder.Bytes(body);
    }

    static JsonObject Body(ReadOnlyMemory<byte> bytes) => JsonNode.Parse(bytes.Span)!.AsObject();

    static IEnumerable<JsonObject> Identifiers(JsonObject body) => (body["identifier"] as JsonArray)?.OfType<JsonObject>() ?? [];

    static bool Same(JsonObject one, JsonObject other) => Text(one["system"]) == Text(other["system"]) && Text(one["value"]) == Text(other["value"]);

    static string? Text(JsonNode? node) => (string?)node;

    static JsonObject Link(string reference, string type) => new() { ["other"] = new JsonObject { ["reference"] = reference }, ["type"] = type };

    static void Append(JsonObject body, string list, JsonObject element)
    {
        if (body[list] is JsonArray all) all.Add(element);
        else body[list] = new JsonArray(element);
    }

    static void Unlink(JsonObject body, string reference)
    {
        if (body["link"] is not JsonArray links) return;
        foreach (var link in links.OfType<JsonObject>().Where(link => Text(link["other"]?["reference"]) == reference).ToList()) links.Remove(link);
        if (links.Count == 0) body.Remove("link");
    }
}
