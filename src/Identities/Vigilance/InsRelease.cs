using System.Text.Json.Nodes;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Identities;

/// <summary>
/// « Only a qualified identity leaves with its INS »: in a Patient that leaves to a professional or to another software, the number of any other
/// identity is left out. The person and the operator see the whole of what is kept.
/// </summary>
sealed class InsRelease : ReleaseRule
{
    public override IReadOnlySet<string> Types { get; } = new HashSet<string> { "Patient" };

    public override Stored Apply(Scope scope, Stored stored)
    {
        if (scope.Agent.Kind is not (AgentKind.Professional or AgentKind.System)) return stored;
        using var document = FhirDocument.Parse(stored.Bytes);
        var numbers = PatientReader.InsOf(document.Root);
        if (numbers.Count == 0) return stored;
        if (ReliabilityOfPatient.Read(document.Root, numbers.Any(ins => !ins.IsOld)).MayLeaveWithIns) return stored;
        return stored with { Bytes = Without(stored.Bytes, numbers) };
    }

    static byte[] Without(ReadOnlyMemory<byte> bytes, IReadOnlyList<CarriedIns> numbers)
    {
        var body = JsonNode.Parse(bytes.Span)!.AsObject();
        var all = body["identifier"]!.AsArray();
        foreach (var item in all.ToList())
            if (numbers.Any(ins => (string?)item?["system"] == ins.System && (string?)item?["value"] == ins.Value)) all.Remove(item);
        if (all.Count == 0) body.Remove("identifier");
        var meta = body["meta"]?.AsObject();
        if (meta is null) body["meta"] = meta = [];
        if (meta["tag"] is not JsonArray tags) meta["tag"] = tags = [];
        tags.Add(PatientBuilder.Coding("http://terminology.hl7.org/CodeSystem/v3-ObservationValue", "SUBSETTED"));
        return PatientBuilder.Bytes(body);
    }
}
