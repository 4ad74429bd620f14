using System.Text;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Api;

/// <summary>The parameters of an operation: in the address, in a Parameters resource, or both; primitive values as text.</summary>
sealed class OperationInput
{
    readonly List<KeyValuePair<string, string>> values;

    OperationInput(List<KeyValuePair<string, string>> values, FhirDocument? body) => (this.values, Body) = (values, body);

    /// <summary>The Parameters; null without a body. It belongs to the one who asked for it.</summary>
    public FhirDocument? Body { get; }

    public IReadOnlyList<KeyValuePair<string, string>> All => values;

    public static async Task<OperationInput> Read(FhirCall call, CancellationToken stop)
    {
        var values = call.Query.ToList();
        if (call.Method != "POST" || await call.ReadBody(stop) is not { } body) return new(values, null);
        if (body.ResourceType != "Parameters")
        {
            var type = body.ResourceType;
            body.Dispose();
            throw ApiRefusals.WrongType.With("une opération (Parameters)", type);
        }
        foreach (var parameter in body.Root.All("parameter"))
            if (parameter["name"].Text is { } name && parameter["value"] is { Exists: true, IsPrimitive: true } value) values.Add(new(name, value.Text!));
        return new(values, body);
    }

    public string? this[string name] => values.LastOrDefault(pair => pair.Key == name).Value;

    /// <summary>Each value of a parameter that may be given several times or as a list with commas.</summary>
    public IReadOnlyList<string> List(string name) =>
        [.. values.Where(pair => pair.Key == name).SelectMany(pair => pair.Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))];

    /// <summary>Parameters that this operation does not have: refused when asked strictly, else told beside the answer.</summary>
    public byte[]? Unknown(FhirCall call, params string[] known)
    {
        var unknown = values.Select(pair => pair.Key).Where(name => !known.Contains(name)).Distinct().ToList();
        if (unknown.Count == 0) return null;
        if (call.Prefer.Strict) throw ApiRefusals.BadParameter.With(unknown[0]);
        return Outcome.Warn([.. unknown.Select(name => new RefusalIssue("warning", "not-supported", null, $"Unknown parameter, ignored: {name}"))],
            "Certains paramètres ne sont pas connus et ont été ignorés.");
    }
}

/// <summary>Next links of operations: what was asked and the place to go on from, sealed for this caller and this operation.</summary>
static class OperationPages
{
    const string Purpose = "fhir-operation";

    public static string Link(FhirCall call, string path, IEnumerable<KeyValuePair<string, string>> asked, string token)
    {
        var kept = string.Join('&', asked.Select(pair => $"{Uri.EscapeDataString(pair.Key)}={Uri.EscapeDataString(pair.Value)}"));
        var box = call.Services.Keys.SealToken(Purpose, Encoding.UTF8.GetBytes(token + "\n" + kept), Holder(call, path));
        return $"{call.Base}{path}?{SearchPages.Parameter}={Uri.EscapeDataString(box)}";
    }

    public static (string Token, List<KeyValuePair<string, string>> Asked) Open(FhirCall call, string path, string page)
    {
        if (!call.Services.Keys.TryOpenToken(Purpose, page, out var plain, Holder(call, path))) throw ApiRefusals.BadPage.With();
        var text = Encoding.UTF8.GetString(plain);
        var line = text.IndexOf('\n', StringComparison.Ordinal);
        return (text[..line], Criteria.Read("?" + text[(line + 1)..]));
    }

    static string Holder(FhirCall call, string path) => $"{path}|{call.Agent.Id}";
}
