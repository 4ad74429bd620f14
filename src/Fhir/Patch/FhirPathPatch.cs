using System.Globalization;

namespace Socle.Fhir;

/// <summary>What an operation of a patch changes: Type is add, insert, delete, replace or move; Path the element, for an add with its
/// name.</summary>
public sealed record PatchedPath(string Type, string Path);

/// <summary>FHIRPath Patch: each operation edits the bytes, what it does not name stays as it was written.</summary>
public static class FhirPathPatch
{
    const int MaxOperations = 100;

    /// <summary>The patched resource, checked for structure after each operation; nothing is changed when one of them is refused.</summary>
    public static byte[] Apply(FhirDocument doc, FhirDocument parameters)
    {
        var bytes = doc.Bytes;
        foreach (var operation in Operations(parameters))
        {
            using var current = FhirDocument.Parse(bytes);
            bytes = Apply(current, operation);
        }
        using var last = FhirDocument.Parse(bytes);
        if (last.ResourceType != doc.ResourceType)
            throw new FhirException("value", null, "A patch does not change the type of a resource.");
        return bytes.ToArray();
    }

    // A fault of a path says where in the path: the operation tells where in the patch.
    static byte[] Apply(FhirDocument current, Operation operation)
    {
        try
        {
            return PatchStep.Apply(current, operation);
        }
        catch (FhirException error) when (error.Issues.Any(issue => issue.Expression is null))
        {
            throw new FhirException([.. error.Issues.Select(issue => issue with { Expression = issue.Expression ?? operation.Where })]);
        }
    }

    /// <summary>For rules that let some elements be patched only: compare with « DocumentReference.status ».</summary>
    public static IReadOnlyList<PatchedPath> PatchedPaths(FhirDocument parameters) =>
        [.. Operations(parameters).Select(o => new PatchedPath(o.Type, o.Type == "add" ? $"{o.Path}.{o.Name}" : o.Path))];

    internal sealed record Operation(string Type, string Path, string Name, FhirNode Value, int? Index, int? Source, int? Destination,
        string Where);

    static List<Operation> Operations(FhirDocument parameters)
    {
        if (parameters.ResourceType != "Parameters")
            throw new FhirException("structure", null, "A FHIRPath patch is a Parameters resource.");
        var operations = new List<Operation>();
        foreach (var parameter in parameters.Root.All("parameter"))
        {
            if (parameter["name"].Text != "operation") throw Fault(parameter, "a parameter that is no operation.");
            if (operations.Count >= MaxOperations) throw Fault(parameter, $"more than {MaxOperations} operations.");
            operations.Add(Read(parameter));
        }
        return operations;
    }

    static Operation Read(FhirNode parameter)
    {
        var parts = new Dictionary<string, FhirNode>(StringComparer.Ordinal);
        foreach (var part in parameter.All("part"))
            if (!parts.TryAdd(part["name"].Text ?? "", part)) throw Fault(part, "a part that stands twice.");
        FhirNode Part(string name) => parts.GetValueOrDefault(name);
        string Text(string name) => Part(name)["value"].Text ?? throw Fault(parameter, $"the part « {name} » is missing.");
        int? Number(string name) => !Part(name).Exists ? null
            : int.TryParse(Part(name)["value"].Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw Fault(parameter, $"« {name} » is a whole number.");
        var type = Text("type");
        if (type is not ("add" or "insert" or "delete" or "replace" or "move")) throw Fault(parameter, $"unknown operation « {type} ».");
        if (type is "add" or "insert" or "replace" && !Part("value").Exists) throw Fault(parameter, "the part « value » is missing.");
        if (type == "insert" && Number("index") is null) throw Fault(parameter, "the part « index » is missing.");
        if (type == "move" && (Number("source") is null || Number("destination") is null))
            throw Fault(parameter, "« source » and « destination » are needed.");
        return new Operation(type, Text("path"), type == "add" ? Text("name")
            : "", Part("value"), Number("index"), Number("source"), Number("destination"), parameter.Path);
    }

    internal static FhirException Fault(FhirNode where, string why) => Fault(where.Path, why);

    internal static FhirException Fault(string where, string why) => new("processing", where, "Patch: " + (why.Length <= 300 ? why : why[..300] + "…"));
}
