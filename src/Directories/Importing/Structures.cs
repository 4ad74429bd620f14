using Socle.Fhir;
using Socle.Store;

namespace Socle.Directories;

/// <param name="IsChanged">A line that was changed tells it: what stands is written again.</param>
sealed record WantedStructure(StructureFacts Facts, EntryTrace Trace, bool IsChanged);

/// <summary>
/// The structures that activities refer to: found by their national identifier, made where they are new. What is known once is
/// remembered for the run by a hash, some thirty bytes a structure.
/// </summary>
sealed class Structures(ImportRun run, EntryJson json)
{
    const int MostRemembered = 1_000_000;

    readonly Dictionary<long, long> known = [];

    public long Number(string key) => known.GetValueOrDefault(Hash(key));

    /// <summary>Before lines are looked at together: of more structures than are remembered, all are asked for again.</summary>
    public void MakeRoom()
    {
        if (known.Count > MostRemembered) known.Clear();
    }

    /// <summary>Null: it stands nowhere.</summary>
    public string? Reference(string key) => known.TryGetValue(Hash(key), out var number) ? $"Organization/{run.Records.IdOf(0, number)}" : null;

    /// <summary>Whether a line has to say what it knows of this structure: it is not known yet, or the line was changed.</summary>
    public bool IsAsked(string key, bool isChanged) => isChanged || !known.ContainsKey(Hash(key));

    /// <summary>Makes what is new; writes again what a changed line tells otherwise. Parents first.</summary>
    public async Task Ensure(IEnumerable<WantedStructure> wanted, bool byFiness, CancellationToken stop)
    {
        var asked = new Dictionary<string, WantedStructure>(StringComparer.Ordinal);
        foreach (var one in wanted)
            if (!asked.TryGetValue(one.Facts.Key, out var before) || one.IsChanged && !before.IsChanged) asked[one.Facts.Key] = one;
        if (asked.Count == 0) return;
        var standing = await Standing(asked.Keys, stop);
        var ops = new List<WriteOp>();
        var made = new List<string>();
        foreach (var (key, (facts, trace, isChanged)) in asked)
        {
            var stored = standing.GetValueOrDefault(key);
            if (stored is not null) known[Hash(key)] = stored.Number;
            if (stored is not null && !isChanged || stored is null && facts is { Name: "", IsLegal: false }) continue;
            var fresh = json.Organization(facts, trace);
            if (stored is null) ops.Add(new WriteOp.Create(FhirDocument.Parse(fresh)));
            else if (EntryMerge.Organization(stored.Bytes, fresh, byFiness) is { } merged)
                ops.Add(new WriteOp.Update("Organization", stored.Id, null, FhirDocument.Parse(merged)));
            else continue;
            made.Add(key);
        }
        var results = await run.WriteEntries(ops, stop);
        for (var i = 0; i < made.Count; i++) known[Hash(made[i])] = results[i].Stored.Number;
        await EndFormer(asked.Values.Select(one => one.Facts), stop);
    }

    long Hash(string key) => run.Keys.Hash("directories.structure", key);

    async Task<Dictionary<string, Stored>> Standing(IReadOnlyCollection<string> keys, CancellationToken stop)
    {
        var found = new Dictionary<string, Stored>(StringComparer.Ordinal);
        foreach (var stored in await run.Records.SharedByIdentifier(run.Scope, "Organization", keys, stop))
        {
            using var document = FhirDocument.Parse(stored.Bytes);
            foreach (var one in document.Root.All("identifier"))
                if (one["system"].Text == EntrySystems.StructureId && one["value"].Text is { } value && keys.Contains(value)) found.TryAdd(value, stored);
        }
        return found;
    }

    // Merged into another: the entry of before ends and says which one took over.
    async Task EndFormer(IEnumerable<StructureFacts> all, CancellationToken stop)
    {
        var former = all.Where(facts => facts.Former.Length > 0 && facts.Former != facts.Key).GroupBy(facts => facts.Former, StringComparer.Ordinal).ToDictionary(group => group.Key, group => group.First(), StringComparer.Ordinal);
        if (former.Count == 0) return;
        var ops = new List<WriteOp>();
        foreach (var stored in await run.Records.SharedByIdentifier(run.Scope, "Organization", former.Keys, stop))
        {
            if (OfficialKey(stored) is not { } key || !former.TryGetValue(key, out var successor) || Reference(successor.Key) is not { } by) continue;
            if (by == stored.Reference || EntryMerge.Replaced(stored.Bytes, by) is not { } ended) continue;
            ops.Add(new WriteOp.Update("Organization", stored.Id, null, FhirDocument.Parse(ended)));
        }
        await run.WriteEntries(ops, stop);
    }

    // The successor carries the former number too, as an old one.
    static string? OfficialKey(Stored stored)
    {
        using var document = FhirDocument.Parse(stored.Bytes);
        foreach (var one in document.Root.All("identifier"))
            if (one["system"].Text == EntrySystems.StructureId && one["use"].Text != "old") return one["value"].Text;
        return null;
    }
}
