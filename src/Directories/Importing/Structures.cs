using Socle.Fhir;
using Socle.Store;

namespace Socle.Directories;

/// <summary>
/// The structures that activities refer to: found by their national identifier, made where they are new. What is known once is
/// remembered for the run, sixteen bytes a structure.
/// </summary>
sealed class Structures(ImportRun run, EntryJson json)
{
    const int MostRemembered = 1_000_000;

    readonly Dictionary<string, long> known = new(StringComparer.Ordinal);

    public long Number(string key) => known.GetValueOrDefault(key);

    /// <summary>Null: it stands nowhere.</summary>
    public string? Reference(string key) => known.TryGetValue(key, out var number) ? $"Organization/{run.Records.IdOf(0, number)}" : null;

    /// <summary>Makes what is new; writes again what a changed line tells otherwise. Parents first.</summary>
    public async Task Ensure(IReadOnlyCollection<(StructureFacts Facts, bool IsChanged)> wanted, EntryTrace trace, bool byFiness, CancellationToken stop)
    {
        var asked = new Dictionary<string, (StructureFacts Facts, bool IsChanged)>(StringComparer.Ordinal);
        foreach (var one in wanted)
            if (one.IsChanged || !known.ContainsKey(one.Facts.Key))
                if (!asked.TryGetValue(one.Facts.Key, out var before) || one.IsChanged && !before.IsChanged) asked[one.Facts.Key] = one;
        if (asked.Count == 0) return;
        if (known.Count > MostRemembered) known.Clear();
        var standing = await Standing(asked.Keys, stop);
        var ops = new List<WriteOp>();
        var made = new List<string>();
        foreach (var (key, (facts, isChanged)) in asked)
        {
            var stored = standing.GetValueOrDefault(key);
            if (stored is not null) known[key] = stored.Number;
            if (stored is not null && !isChanged || stored is null && facts is { Name: "", IsLegal: false }) continue;
            var fresh = json.Organization(facts, trace);
            if (stored is null) ops.Add(new WriteOp.Create(FhirDocument.Parse(fresh)));
            else if (EntryMerge.Organization(stored.Bytes, fresh, byFiness) is { } merged)
                ops.Add(new WriteOp.Update("Organization", stored.Id, null, FhirDocument.Parse(merged)));
            else continue;
            made.Add(key);
        }
        var results = await run.WriteEntries(ops, stop);
        for (var i = 0; i < made.Count; i++) known[made[i]] = results[i].Stored.Number;
        await EndFormer(asked.Values.Select(one => one.Facts), stop);
    }

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
