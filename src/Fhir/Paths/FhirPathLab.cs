using System.Text;

namespace Socle.Fhir;

/// <summary>An evaluation asked for by a Parameters resource and answered by one, in the form of FHIRPath Lab: « expression », « context »,
/// « variables » and « resource » in; a « result » per item of the context out. Names are checked against the type of the resource.</summary>
public static class FhirPathLab
{
    internal const string JsonValue = "http://fhir.forms-lab.com/StructureDefinition/json-value";
    internal const string XmlValue = "http://fhir.forms-lab.com/StructureDefinition/xml-value";

    /// <summary>Steps of all items of the context together; each alone has <see cref="FhirPath.MaxSteps"/>.</summary>
    const int MaxStepsOfAll = 5 * FhirPath.MaxSteps;

    public static byte[] Answer(FhirDocument request, FhirPathEnvironment env)
    {
        if (request.ResourceType != "Parameters")
            throw new FhirException("structure", request.ResourceType, "The body is a Parameters resource with « expression ».");
        var expression = Text(request, "expression") ?? throw new FhirException("required", "Parameters.parameter", "The parameter « expression » is missing.");
        using var resource = Resource(Parameter(request, "resource"));
        var context = Text(request, "context") is { } text ? Compile(text, resource, null) : null;
        var path = Compile(expression, resource, context);
        using var answer = new LabAnswer();
        answer.Parameters(path, context, Parameter(request, "variables"));

        var variables = Variables(Parameter(request, "variables"));
        var root = resource?.Root ?? default;
        var strict = env with { Strict = true, Resource = root };
        if (context is null)
        {
            var found = Evaluate(path, root.Exists ? FhirValue.Of(root) : null, strict, variables, out var said, out _);
            answer.Result(null, found, said);
        }
        else
        {
            var left = MaxStepsOfAll;
            foreach (var item in Evaluate(context, root.Exists ? FhirValue.Of(root) : null, strict, variables, out _, out var steps))
            {
                if ((left -= steps) < 0) throw new FhirException("too-costly", null, $"FHIRPath: more than {MaxStepsOfAll} steps for all items of the context.");
                var found = Evaluate(path, item, strict, variables, out var said, out steps);
                answer.Result(item.Kind == FhirValueKind.Node ? item.Node.Path : item.Text, found, said);
            }
        }
        return answer.Close();
    }

    static FhirPath Compile(string expression, FhirDocument? resource, FhirPath? context) =>
        resource is null ? FhirPath.Compile(expression) : FhirPath.Compile(expression, resource.ResourceType, context);

    static List<FhirValue> Evaluate(
        FhirPath path, FhirValue? focus, FhirPathEnvironment env, PathVariable? variables,
        out List<(string Name, IReadOnlyList<FhirValue> Items)> said, out int steps)
    {
        var heard = new List<(string, IReadOnlyList<FhirValue>)>();
        var run = new PathRun(focus is { Kind: FhirValueKind.Node } item ? item.Node : default, env with { Trace = (name, items) => heard.Add((name, items)) });
        var found = path.Root.Items(run, new PathScope(focus, 0, null, variables));
        (said, steps) = (heard, run.Steps);
        return found;
    }

    static FhirNode Parameter(FhirDocument request, string name)
    {
        foreach (var parameter in request.Root.All("parameter"))
            if (parameter["name"].Text == name) return parameter;
        return default;
    }

    static string? Text(FhirDocument request, string name) => Parameter(request, name)["value"].Text is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    // As the resource itself, or as its text: what is being edited may not be a resource yet.
    static FhirDocument? Resource(FhirNode parameter)
    {
        if (parameter["resource"] is { Exists: true } inside) return FhirDocument.Parse(inside.Raw.ToArray());
        if (Said(parameter, XmlValue) is { } xml) return FhirDocument.Parse(FhirXml.ToJson(Encoding.UTF8.GetBytes(xml)));
        if ((Said(parameter, JsonValue) ?? parameter["value"].Text) is not { } text) return null;
        return FhirDocument.Parse(text.AsSpan().TrimStart().StartsWith("<") ? FhirXml.ToJson(Encoding.UTF8.GetBytes(text)) : Encoding.UTF8.GetBytes(text));
    }

    static string? Said(FhirNode parameter, string url)
    {
        foreach (var extension in parameter.All("extension"))
            if (extension["url"].Text == url) return extension["value"].Text;
        return null;
    }

    static PathVariable? Variables(FhirNode parameter)
    {
        var values = new Dictionary<string, List<FhirValue>>(StringComparer.Ordinal);
        foreach (var part in parameter.All("part"))
        {
            var name = part["name"].Text ?? "";
            if (!values.TryGetValue(name, out var items)) values[name] = items = [];
            if (part["value"] is { Exists: true } value) items.Add(FhirValue.Of(value));
            else if (part["resource"] is { Exists: true } resource) items.Add(FhirValue.Of(resource));
        }
        PathVariable? last = null;
        foreach (var (name, items) in values) last = new PathVariable(name, items, last);
        return last;
    }
}
