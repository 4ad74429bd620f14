namespace Socle.Fhir;

/// <summary>The invariants of R4 that every write meets, in code: the answer of the published expression at a fraction of its cost. Null: the
/// expression must say. A test compares both on real resources.</summary>
static class NativeInvariants
{
    static readonly Dictionary<string, Func<FhirNode, Surroundings, bool?>> All = new(StringComparer.Ordinal)
    {
        ["dom-3"] = (node, _) => ContainedLinks.Unreached(node) is null,
        ["dom-6"] = (node, _) => node["text"]["div"].Exists,
        ["ref-1"] = Ref1,
        ["txt-1"] = (node, _) => NarrativeRules.Hold(node),
        ["per-1"] = Per1,
        ["rng-2"] = (node, _) => node["low"].Exists && node["high"].Exists ? null : true,
        ["con-5"] = (node, _) => !node["clinicalStatus"].Exists || !HasCode(node["verificationStatus"], "http://terminology.hl7.org/CodeSystem/condition-ver-status"u8, "entered-in-error"u8),
        ["obs-7"] = (node, _) => node["component"].Exists && node["value"].Exists ? null : true,
        ["bdl-7"] = (node, _) => node["type"].TextIs("history"u8) || EntriesAreDistinct(node),
    };

    public static Func<FhirNode, Surroundings, bool?>? Find(string key) => All.GetValueOrDefault(key);

    /// <summary>An invariant of R4's own profiles that every vital sign meets; by its expression, as others may use its key.</summary>
    public static Func<FhirNode, Surroundings, bool?>? OfProfile(string expression) => expression == DayAtLeast
        ? (node, _) => node.Type != "dateTime" ? true : node.Raw is [(byte)'"', ..] and var raw && !raw.Contains((byte)'\\') ? raw.Length - 2 >= 8 : null
        : null;

    const string DayAtLeast = "($this as dateTime).toString().length() >= 8";

    static bool? Ref1(FhirNode node, Surroundings around)
    {
        var literal = node["reference"];
        if (!literal.Exists || literal.Raw is not [_, (byte)'#', ..] || literal.Raw.Length == 3) return true;
        return ReferenceTarget.Contained(around.Root, literal.Text!).Exists;
    }

    // Moments of one precision and one zone are in the order of their letters; what is written otherwise the expression must compare.
    static bool? Per1(FhirNode period, Surroundings around)
    {
        var from = period["start"].Raw;
        var to = period["end"].Raw;
        if (from is not [(byte)'"', ..] || to is not [(byte)'"', ..]) return true;
        const int Day = 12, Zone = 20;   // with the quotes: "2026-01-10" and "2026-01-10T08:00:00
        if (from.Length != to.Length || from.Contains((byte)'\\') || to.Contains((byte)'\\')) return null;
        if (from.Length > Day && (from.Length <= Zone || !from[Zone..].SequenceEqual(to[Zone..]))) return null;
        return from.SequenceCompareTo(to) <= 0;
    }

    static bool HasCode(FhirNode concept, ReadOnlySpan<byte> system, ReadOnlySpan<byte> code)
    {
        foreach (var coding in concept.All("coding"))
            if (coding["system"].TextIs(system) && coding["code"].TextIs(code)) return true;
        return false;
    }

    static bool EntriesAreDistinct(FhirNode bundle)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in bundle.All("entry"))
            if (entry["fullUrl"].Text is { } url && !seen.Add(url + entry["resource"]["meta"]["versionId"].Text)) return false;
        return true;
    }
}
