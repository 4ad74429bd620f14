using Socle.Platform;
using Socle.Store;

namespace Socle.Directories;

/// <summary>A line that is not as it was: what its kind of extract makes of it is filled in on the way.</summary>
sealed class LineChange(ExtractLine line, long key, long slot, KnownLine? before, string label)
{
    public ExtractLine Line => line;
    public long Key => key;
    public long Slot => slot;

    /// <summary>Null: the line is new.</summary>
    public KnownLine? Before => before;

    public string Label => label;
    public long Person { get; set; } = before?.Person ?? 0;
    public long Role { get; set; } = before?.Role ?? 0;
    public string Facts { get; set; } = "";

    /// <summary>French: why it is left out after all.</summary>
    public string? Fault { get; set; }
}

/// <summary>
/// One import of one extract: tells new, changed and unchanged lines apart, and at the end those that are gone. A line stands in the table
/// only in the commit of what it made, so that a run that is cut short is taken up by the next.
/// </summary>
sealed class ImportRun(RecordStore records, DirectoriesStore store, Keys keys, TimeProvider clock, Scope scope, ExtractFile file, bool mayRemoveMany)
{
    const int MostRemovedPercent = 5, FewRemoved = 10, MostFaultsTold = 50, EntriesAtOnce = 500;

    static readonly WriteOptions Options = WriteOptions.Default with { KeepIds = true };

    readonly List<ulong> seen = [];
    readonly HashSet<long> onTheWay = [];
    Task<IReadOnlyList<LineChange>> pending = Task.FromResult<IReadOnlyList<LineChange>>([]);
    readonly List<string> faults = [];
    long id, nextSlot, told, added, changed, removed, same, skipped, standing;

    public RecordStore Records => records;
    public Scope Scope => scope;
    public ExtractFile File => file;
    public ExtractKind Kind => file.Shape.Kind;

    /// <summary>The day of the extract: by its name, otherwise today.</summary>
    public string Day { get; } = ExtractDay.Of(file.Name) ?? clock.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    public async Task<Imported> Run(ExtractImport import, CancellationToken stop)
    {
        (standing, var last) = await store.Size(Kind, stop);
        nextSlot = last + 1;
        id = await store.Begin(Kind, file.Name, Day, clock.GetUtcNow(), stop);
        foreach (var batch in import.Batches(file.Lines(stop)))
        {
            var changes = await Sort(import, batch, stop);
            if (changes.Count > 0) await import.Write(changes, stop);
        }
        await Landed();
        await RemoveUnseen(import, stop);
        var unit = new Unit();
        DirectoriesStore.End(unit, id, new(file.Count, added, changed, removed, same, skipped), clock.GetUtcNow());
        await store.Commit(unit, stop);
        var detail = string.Create(System.Globalization.CultureInfo.GetCultureInfo("fr-FR"),
            $"{file.Count:N0} lignes : {added:N0} ajoutées, {changed:N0} changées, {removed:N0} retirées, {same:N0} inchangées, {skipped:N0} écartées (rapport n° {id})");
        return new((int)(added + changed + removed), (int)same, detail) { Faults = faults };
    }

    /// <summary>Entries of the shared space in commits of their own; the answer tells where each stands.</summary>
    public async Task<IReadOnlyList<WriteResult>> WriteEntries(IReadOnlyList<WriteOp> ops, CancellationToken stop)
    {
        var results = new List<WriteResult>(ops.Count);
        foreach (var some in ops.Chunk(EntriesAtOnce))
        {
            results.AddRange(await records.Write(scope, some, Options, stop));
            GiveBack(some);
        }
        return results;
    }

    // The tapes of the bodies go back to their pool: there are millions.
    static void GiveBack(IEnumerable<WriteOp> ops)
    {
        foreach (var op in ops)
            (op switch { WriteOp.Create create => create.Body, WriteOp.Update update => update.Body, _ => null })?.Dispose();
    }

    /// <summary>Entries, and the lines they come from, in one commit. It is on its way while the next lines are read; one part at a time.</summary>
    public async Task WriteLines(IReadOnlyList<(LineChange Change, WriteOp? Op)> lines, Action<LineChange, WriteResult> written, CancellationToken stop)
    {
        await Landed();
        foreach (var (change, _) in lines) onTheWay.Add(change.Key);
        pending = Send(lines, written, stop);
    }

    async Task<IReadOnlyList<LineChange>> Send(IReadOnlyList<(LineChange Change, WriteOp? Op)> lines, Action<LineChange, WriteResult> written, CancellationToken stop)
    {
        await Task.WhenAll(lines.Chunk(EntriesAtOnce).Select(some => Task.Run(() => Send(some, written, stop), stop)));
        return [.. lines.Select(one => one.Change)];
    }

    async Task Send((LineChange Change, WriteOp? Op)[] some, Action<LineChange, WriteResult> written, CancellationToken stop)
    {
        var with = some.Where(one => one.Op is not null).ToList();
        void Keep(Unit unit, IReadOnlyList<WriteResult> results)
        {
            for (var i = 0; i < with.Count; i++) written(with[i].Change, results[i]);
            foreach (var (change, _) in some) KeepLine(unit, change);
        }
        if (with.Count > 0)
        {
            List<WriteOp> ops = [.. with.Select(one => one.Op!)];
            await records.Write(scope, ops, Options with { WithCommit = Keep }, stop);
            GiveBack(ops);
            return;
        }
        var unit = new Unit();
        Keep(unit, []);
        await store.Commit(unit, stop);
    }

    async Task Landed()
    {
        foreach (var change in await pending) Count(change);
        pending = Task.FromResult<IReadOnlyList<LineChange>>([]);
        onTheWay.Clear();
    }

    public void Skip(long line, string label, string why, Unit unit)
    {
        skipped++;
        if (faults.Count < MostFaultsTold) faults.Add($"ligne {line} : {why}");
        else if (faults.Count == MostFaultsTold) faults.Add($"… la suite est dans le rapport n° {id}.");
        DirectoriesStore.Tell(unit, id, Interlocked.Increment(ref told), new(line, "skipped", label, why));
    }

    async Task<List<LineChange>> Sort(ExtractImport import, List<ExtractLine> batch, CancellationToken stop)
    {
        var (unit, skippedBefore) = (new Unit(), skipped);
        var whole = new List<(ExtractLine Line, long Key)>(batch.Count);
        foreach (var line in batch)
        {
            if (line.Fields >= file.Shape.Fields) whole.Add((line, keys.Hash("directories.key", import.IdentityOf(line))));
            else Skip(line.Number, "", $"{line.Fields} champs sur {file.Shape.Fields}.", unit);
        }
        var known = (await store.Known(Kind, [.. whole.Select(one => one.Key).Distinct()], stop)).ToDictionary(line => line.Key);
        var fresh = new HashSet<long>();
        var changes = new List<LineChange>();
        foreach (var (line, key) in whole)
        {
            var before = known.GetValueOrDefault(key);
            if (before is not null && !IsSeen(before.Slot) && before.Hash == line.Hash(keys))
            {
                See(before.Slot);
                same++;
                continue;
            }
            if (import.FaultOf(line) is { } fault)
            {
                // What stood there stays as it was: a bad line says nothing of its end.
                if (before is not null) See(before.Slot);
                Skip(line.Number, import.LabelOf(line), fault, unit);
                continue;
            }
            if (fresh.Contains(key) || onTheWay.Contains(key) || before is not null && IsSeen(before.Slot))
            {
                Skip(line.Number, import.LabelOf(line), "En double : cette situation figure déjà plus haut dans le fichier.", unit);
                continue;
            }
            if (before is null) fresh.Add(key);
            var change = new LineChange(line, key, before?.Slot ?? nextSlot++, before, import.LabelOf(line));
            See(change.Slot);
            changes.Add(change);
        }
        if (skipped > skippedBefore) await store.Commit(unit, stop);
        return changes;
    }

    void KeepLine(Unit unit, LineChange change)
    {
        if (change.Fault is { } fault)
        {
            DirectoriesStore.Tell(unit, id, Interlocked.Increment(ref told), new(change.Line.Number, "skipped", change.Label, fault));
            return;
        }
        var marks = change.Line.Marks();
        var line = new KnownLine(change.Key, change.Slot, change.Line.Hash(keys), marks, change.Person, change.Role, change.Label, change.Facts);
        if (change.Before is { } before)
        {
            DirectoriesStore.Change(unit, Kind, line);
            DirectoriesStore.Tell(unit, id, Interlocked.Increment(ref told), new(change.Line.Number, "changed", change.Label, ChangedFields(before.Marks, marks)));
            return;
        }
        DirectoriesStore.Add(unit, Kind, line);
        // Of a first import every line is new: the count says as much as a copy of the file would.
        if (standing > 0) DirectoriesStore.Tell(unit, id, Interlocked.Increment(ref told), new(change.Line.Number, "added", change.Label, ""));
    }

    void Count(LineChange change)
    {
        if (change.Fault is { } fault)
        {
            skipped++;
            if (change.Before is null) Unsee(change.Slot);
            if (faults.Count < MostFaultsTold) faults.Add($"ligne {change.Line.Number} : {fault}");
        }
        else if (change.Before is null) added++;
        else changed++;
    }

    string ChangedFields(byte[] before, byte[] after)
    {
        if (before.Length != after.Length) return "L’extraction a d’autres colonnes.";
        var names = new List<string>();
        for (var field = 0; field < after.Length / 2; field++)
            if (before[2 * field] != after[2 * field] || before[2 * field + 1] != after[2 * field + 1]) names.Add(file.Shape.NameOf(field));
        return string.Join(" ; ", names);
    }

    // An extract that lost its end between two lines looks whole: much fewer lines than before need somebody's word.
    async Task RemoveUnseen(ExtractImport import, CancellationToken stop)
    {
        if (standing == 0) return;
        var gone = new List<long>();
        var limit = mayRemoveMany ? long.MaxValue : Math.Max(FewRemoved, standing * MostRemovedPercent / 100);
        var count = 0L;
        await foreach (var (key, slot, _) in store.Slots(Kind, stop))
        {
            if (IsSeen(slot)) continue;
            if (++count <= limit) gone.Add(key);
        }
        if (count > limit)
        {
            faults.Insert(0, string.Create(System.Globalization.CultureInfo.GetCultureInfo("fr-FR"),
                $"{count:N0} lignes sur {standing:N0} ne sont plus dans ce fichier : c’est trop pour être retiré sans confirmation (--allow-removals). Rien n’a été retiré."));
            return;
        }
        foreach (var some in gone.Chunk(EntriesAtOnce))
        {
            var lines = await store.Known(Kind, some, stop);
            await import.Remove(lines, (unit, of) =>
            {
                DirectoriesStore.Remove(unit, Kind, [.. of.Select(line => line.Key)]);
                foreach (var line in of) DirectoriesStore.Tell(unit, id, Interlocked.Increment(ref told), new(0, "removed", line.Label, ""));
            }, stop);
            removed += lines.Count;
        }
        if (gone.Count > 0) await import.AfterRemovals(store.Facts(Kind, stop), stop);
    }

    /// <summary>Entries, and whatever else is said in the same commit.</summary>
    public async Task WriteWith(IReadOnlyList<WriteOp> ops, Action<Unit> with, CancellationToken stop)
    {
        if (ops.Count > 0)
        {
            await records.Write(scope, ops, Options with { WithCommit = (unit, _) => with(unit) }, stop);
            GiveBack(ops);
            return;
        }
        var alone = new Unit();
        with(alone);
        await store.Commit(alone, stop);
    }

    bool IsSeen(long slot) => slot >> 6 < seen.Count && (seen[(int)(slot >> 6)] >> (int)(slot & 63) & 1) != 0;

    void See(long slot)
    {
        while (slot >> 6 >= seen.Count) seen.Add(0);
        seen[(int)(slot >> 6)] |= 1UL << (int)(slot & 63);
    }

    void Unsee(long slot) => seen[(int)(slot >> 6)] &= ~(1UL << (int)(slot & 63));
}
