using System.Text.Json;

namespace Socle.Fhir.Tests.Validation;

/// <summary>The value sets and code systems of a folder, enough of them to judge its samples; of the rest what R4 itself knows.</summary>
sealed class SampleTerminology : ITerminology
{
    readonly Dictionary<string, JsonElement> sets = [], systems = [];

    public SampleTerminology(IEnumerable<string> files)
    {
        foreach (var file in files)
        {
            var root = JsonDocument.Parse(File.ReadAllBytes(file)).RootElement;
            var to = root.GetProperty("resourceType").GetString() switch { "ValueSet" => sets, "CodeSystem" => systems, _ => null };
            to?.TryAdd(root.GetProperty("url").GetString()!, root);
        }
    }

    public CodeVerdict InValueSet(string valueSet, string? system, string code)
    {
        if (!sets.TryGetValue(valueSet.Split('|')[0], out var set)) return BuiltInTerminology.Instance.InValueSet(valueSet, system, code);
        var best = CodeVerdict.No;
        foreach (var include in set.GetProperty("compose").GetProperty("include").EnumerateArray())
        {
            var verdict = Of(include, system, code);
            if (verdict == CodeVerdict.Yes) return verdict;
            if (verdict == CodeVerdict.Unknown) best = verdict;
        }
        return best;
    }

    CodeVerdict Of(JsonElement include, string? system, string code)
    {
        if (!include.TryGetProperty("system", out var named)) return CodeVerdict.Unknown;
        if (system is not null && named.GetString() != system) return CodeVerdict.No;
        if (include.TryGetProperty("filter", out _)) return CodeVerdict.Unknown;
        if (include.TryGetProperty("concept", out var listed)) return Any(listed, code) ? CodeVerdict.Yes : CodeVerdict.No;
        if (!systems.TryGetValue(named.GetString()!, out var known)) return system is null ? CodeVerdict.Unknown : CodeVerdict.Yes;
        return Any(known.GetProperty("concept"), code) ? CodeVerdict.Yes : CodeVerdict.No;
    }

    static bool Any(JsonElement concepts, string code) => concepts.EnumerateArray().Any(c => c.GetProperty("code").GetString() == code);

    public CodeVerdict InSystem(string system, string code) => CodeVerdict.Unknown;
    public IReadOnlyCollection<string>? Below(string system, string code) => null;
    public IReadOnlyCollection<string>? Above(string system, string code) => null;

    public IReadOnlyCollection<(string System, string Code)>? Expand(string valueSet) =>
        sets.ContainsKey(valueSet.Split('|')[0]) ? [] : BuiltInTerminology.Instance.Expand(valueSet);
}
