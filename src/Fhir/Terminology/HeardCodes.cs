namespace Socle.Fhir;

/// <summary>A code whose system was not loaded, as value sets speak of it. Valid until the last of them lets it go.</summary>
public sealed record HeardCode(string? Display, Validity Validity);

/// <summary>The nomenclature comes as value sets: what they say of a code is often all that is known of it.</summary>
sealed class HeardCodes
{
    readonly Dictionary<string, Dictionary<string, HeardCode>> systems = new(StringComparer.Ordinal);

    public static HeardCodes Of(IEnumerable<ValueSetTable> sets, TerminologyIndex index)
    {
        var heard = new HeardCodes();
        foreach (var set in sets)
            foreach (var include in set.Includes)
                if (include.System is { } system && index.System(system) is not { IsComplete: true })
                    foreach (var one in include.Concepts) heard.Hear(index.NameOf(system), one);
        return heard;
    }

    void Hear(string system, ValueSetTable.Listed one)
    {
        if (!systems.TryGetValue(system, out var codes)) systems.Add(system, codes = new(StringComparer.Ordinal));
        if (!codes.TryGetValue(one.Code, out var known)) codes.Add(one.Code, new(one.Display, one.Validity));
        else codes[one.Code] = new(known.Display ?? one.Display, new(null, Later(known.Validity.Until, one.Validity.Until)));
    }

    static DateTimeOffset? Later(DateTimeOffset? one, DateTimeOffset? other) => one is null || other is null ? null : one > other ? one : other;

    public HeardCode? Find(string system, string code) => systems.TryGetValue(system, out var codes) ? codes.GetValueOrDefault(code) : null;

    public IEnumerable<(string System, string Code, DateTimeOffset Until)> Ending =>
        systems.SelectMany(s => s.Value.Where(c => c.Value.Validity.Until is not null).Select(c => (s.Key, c.Key, c.Value.Validity.Until!.Value)));
}
