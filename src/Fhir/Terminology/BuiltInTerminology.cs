namespace Socle.Fhir;

/// <summary>What R4 itself says of codes: the value sets of its required and extensible bindings that can be enumerated. Of every other value
/// set or system nothing is known.</summary>
public sealed class BuiltInTerminology : ITerminology
{
    public static BuiltInTerminology Instance { get; } = new();

    public CodeVerdict InValueSet(string valueSet, string? system, string code)
    {
        if (ValueSets.Find(Canonical.WithoutVersion(valueSet)) is not { } systems) return CodeVerdict.Unknown;
        if (system is not null)
            return systems.TryGetValue(system, out var codes) && codes.Contains(code, StringComparer.Ordinal) ? CodeVerdict.Yes : CodeVerdict.No;
        foreach (var list in systems.Values)
            if (list.Contains(code, StringComparer.Ordinal)) return CodeVerdict.Yes;
        return CodeVerdict.No;
    }

    public CodeVerdict InSystem(string system, string code) => CodeVerdict.Unknown;

    public IReadOnlyCollection<string>? Below(string system, string code) => null;

    public IReadOnlyCollection<string>? Above(string system, string code) => null;

    public IReadOnlyCollection<(string System, string Code)>? Expand(string valueSet) =>
        ValueSets.Find(Canonical.WithoutVersion(valueSet)) is { } systems
            ? [.. systems.SelectMany(s => s.Value.Select(code => (s.Key, code)))]
            : null;
}
