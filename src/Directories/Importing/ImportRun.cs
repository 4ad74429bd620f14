using Socle.Platform;
using Socle.Store;

namespace Socle.Directories;

/// <summary>A line that is not as it was: what its kind of extract makes of it is filled in on the way.</summary>
sealed class LineChange(ExtractLine line, long key, long slot, bool isNew, string label)
{
    public ExtractLine Line => line;
    public long Key => key;
    public long Slot => slot;

    public bool IsNew => isNew;

    /// <summary>Null: the line is new.</summary>
    public KnownLine? Before { get; private set; }

    public string Label => label;
    public long Person { get; set; }
    public long Role { get; set; }
    public string Facts { get; set; } = "";

    /// <summary>French: why it is left out after all.</summary>
    public string? Fault { get; set; }

    public void Follows(KnownLine before) => (Before, Person, Role) = (before, before.Person, before.Role);
}

/// <summary>
/// One import of one extract: tells new, changed and unchanged lines apart, and at the end those that are gone. A line stands in the table
/// only in the commit of what it made, so that a run that is cut short is taken up by the next.
/// </summary>
sealed class ImportRun(RecordStore records, DirectoriesStore store, Keys keys, TimeProvider clock, Scope scope, ExtractFile file, bool mayRemoveMany)
{
    const int MostRemovedPercent = 5, FewRemoved = 10, MostFaultsTold = 50, EntriesAtOnce = 500, LinesAtOnce = 1_000;

    static readonly WriteOptions Options = WriteOptions.Default with { KeepIds = true };

    readonly List<ulong> seen = [];
    readonly HashSet<long> fresh = [];
    Task<IReadOnlyList<LineChange>> pending = Task.FromResult<IReadOnlyList<LineChange>>([]);
    readonly List<string> faults = [];
    readonly List<LineChange> batch = [];
    KnownLines known = null!;
    Unit skips = new();
    int skipsWaiting;
    long id, nextSlot, told, added, changed, removed, same, skipped, standing;

    public RecordStore Records => records;
    public Keys Keys => keys;
    public Scope Scope => scope;
    public ExtractFile File => file;
    public ExtractKind Kind => file.Shape.Kind;

    /// <summary>The day of the extract: by its name, otherwise today.</summary>
    public string Day { get; } = ExtractDay.Of(file.Name) ?? clock.GetUtcNow().ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture);

    public async Task<Imported> Run(ExtractImport import, CancellationToken stop)
    {
        (standing, var lastSlot) = await store.Size(Kind, stop);
        nextSlot = lastSlot + 1;
        known = await KnownLines.Load(standing, store.Hashes(Kind, stop));
        if (standing == 0) fresh.EnsureCapacity((int)file.Count);
        id = await store.Begin(Kind, file.Name, Day, clock.GetUtcNow(), stop);
        var last = "";
        foreach (var line in file.Lines(stop))
        {
            var change = Sort(import, line);
            if (skipsWaiting >= LinesAtOnce) await TellSkips(stop);
            if (change is null) continue;
            var together = import.Together(line);
            if (batch.Count >= 2 * LinesAtOnce || batch.Count >= LinesAtOnce && together != last) await Write(import, stop);
            batch.Add(change);
            last = together;
        }
        await Write(import, stop);
        await Landed();
        await RemoveUnseen(import, stop);
        await import.Done(stop);
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
        var parts = await Task.WhenAll(ops.Chunk(EntriesAtOnce).Select(some => Task.Run(() => records.Write(scope, some, Options, stop), stop)));
        GiveBack(ops);
        return [.. parts.SelectMany(part => part)];
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
    }

    void Skip(long line, string label, string why)
    {
        skipped++;
        if (faults.Count < MostFaultsTold) faults.Add($"ligne {line} : {why}");
        else if (faults.Count == MostFaultsTold) faults.Add($"… la suite est dans le rapport n° {id}.");
        skipsWaiting++;
        DirectoriesStore.Tell(skips, id, Interlocked.Increment(ref told), new(line, "skipped", label, why));
    }

    // Null: the line is as it was, or left out.
    LineChange? Sort(ExtractImport import, ExtractLine line)
    {
        if (line.Fields < file.Shape.Fields)
        {
            Skip(line.Number, "", $"{line.Fields} champs sur {file.Shape.Fields}.");
            return null;
        }
        var key = keys.Hash("directories.key", import.IdentityOf(line));
        var isKnown = known.TryFind(key, out var hash, out var slot);
        var isSeen = isKnown && IsSeen(slot);
        if (isKnown && !isSeen && hash == line.Hash(keys))
        {
            See(slot);
            same++;
            return null;
        }
        if (import.FaultOf(line) is { } fault)
        {
            // What stood there stays as it was: a bad line says nothing of its end.
            if (isKnown) See(slot);
            Skip(line.Number, import.LabelOf(line), fault);
            return null;
        }
        if (isSeen || !isKnown && !fresh.Add(key))
        {
            Skip(line.Number, import.LabelOf(line), "En double : cette situation figure déjà plus haut dans le fichier.");
            return null;
        }
        if (!isKnown) slot = nextSlot++;
        See(slot);
        return new(line, key, slot, isNew: !isKnown, import.LabelOf(line));
    }

    async Task TellSkips(CancellationToken stop)
    {
        await store.Commit(skips, stop);
        (skips, skipsWaiting) = (new(), 0);
    }

    async Task Write(ExtractImport import, CancellationToken stop)
    {
        if (skipsWaiting > 0) await TellSkips(stop);
        if (batch.Count == 0) return;
        long[] before = [.. batch.Where(change => !change.IsNew).Select(change => change.Key)];
        if (before.Length > 0)
        {
            var lines = (await store.Known(Kind, before, stop)).ToDictionary(line => line.Key);
            foreach (var change in batch)
                if (!change.IsNew) change.Follows(lines[change.Key]);
        }
        await import.Write([.. batch], stop);
        batch.Clear();
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
            if (change.IsNew && fresh.Remove(change.Key)) Unsee(change.Slot);
            if (faults.Count < MostFaultsTold) faults.Add($"ligne {change.Line.Number} : {fault}");
        }
        else if (change.IsNew) added++;
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
        foreach (var key in known.Unseen(IsSeen))
            if (++count <= limit) gone.Add(key);
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

    /// <summary>The lines of entries that were joined, in one pass over the table.</summary>
    public Task Repoint(CancellationToken stop) => store.Repoint(stop);

    bool IsSeen(long slot) => slot >> 6 < seen.Count && (seen[(int)(slot >> 6)] >> (int)(slot & 63) & 1) != 0;

    void See(long slot)
    {
        while (slot >> 6 >= seen.Count) seen.Add(0);
        seen[(int)(slot >> 6)] |= 1UL << (int)(slot & 63);
    }

    void Unsee(long slot) => seen[(int)(slot >> 6)] &= ~(1UL << (int)(slot & 63));
}
