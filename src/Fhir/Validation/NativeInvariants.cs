namespace Socle.Fhir;

/// <summary>The invariants of R4 that every write meets, in code: the answer of the published expression at a fraction of its cost. Null: the
/// expression must say. A test compares both on real resources.</summary>
static class NativeInvariants
{
    static readonly Dictionary<string, Func<FhirNode, Surroundings, bool?>> All = new(StringComparer.Ordinal)
    {
        ["dom-2"] = (_, _) => true,   // the parser refuses contained in contained
        ["dom-3"] = (node, _) => ContainedLinks.Unreached(node) is null,
        ["dom-4"] = (node, _) => node["contained"].Exists ? null : true,
        ["dom-5"] = (node, _) => node["contained"].Exists ? null : true,
        ["dom-6"] = (node, _) => node["text"]["div"].Exists,
        ["ref-1"] = Ref1,
        ["qty-3"] = (node, _) => !node["code"].Exists || node["system"].Exists,
        ["cpt-2"] = (node, _) => !node["value"].Exists || node["system"].Exists,
        ["att-1"] = (node, _) => !node["data"].Exists || node["contentType"].Exists,
        ["per-1"] = (node, _) => node["start"].Text is null || node["end"].Text is null ? true : null,
        ["rng-2"] = (node, _) => node["low"].Exists && node["high"].Exists ? null : true,
        ["obs-3"] = (node, _) => node["low"].Exists || node["high"].Exists || node["text"].Exists,
        ["obs-6"] = (node, _) => !node["dataAbsentReason"].Exists || !node["value"].Exists,
        ["obs-7"] = (node, _) => node["component"].Exists && node["value"].Exists ? null : true,
        ["bdl-7"] = (node, _) => node["type"].TextIs("history"u8) || EntriesAreDistinct(node),
    };

    public static Func<FhirNode, Surroundings, bool?>? Find(string key) => All.GetValueOrDefault(key);

    static bool? Ref1(FhirNode node, Surroundings around)
    {
        var literal = node["reference"];
        if (!literal.Exists || literal.Raw is not [_, (byte)'#', ..] || literal.Raw.Length == 3) return true;
        return ReferenceTarget.Contained(around.Root, literal.Text!).Exists;
    }

    static bool EntriesAreDistinct(FhirNode bundle)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var entry in bundle.All("entry"))
            if (entry["fullUrl"].Text is { } url && !seen.Add(url + entry["resource"]["meta"]["versionId"].Text)) return false;
        return true;
    }
}
