using Socle.Platform;

namespace Socle.Directories;

/// <summary>A line of an extract as the table holds it.</summary>
sealed record KnownLine(long Key, long Slot, long Hash, byte[] Marks, long Person, long Role, string Label, string Facts);

/// <summary>All SQL of the directories.</summary>
sealed partial class DirectoriesStore(Db db)
{
    static readonly Table Lines = new("directories_line", Column.Long("kind"), Column.Long("key"), Column.Long("slot"), Column.Long("hash"),
        Column.Bytes("marks"), Column.Long("person"), Column.Long("role"), Column.Text("label"), Column.Text("facts")) { KeepsFirst = true };

    static readonly Table Changes = new("directories_change", Column.Long("run"), Column.Long("number"), Column.Long("line"), Column.Text("what"),
        Column.Text("label"), Column.Text("detail"));

    public Task Commit(Unit unit, CancellationToken stop) => db.Commit(unit, stop);

    public async Task<(long Count, long LastSlot)> Size(ExtractKind kind, CancellationToken stop) =>
        await db.First($"select count(*), coalesce(max(slot), -1) from directories_line where kind = {(long)kind}", row => (row.Long(0), row.Long(1)), stop);

    public Task<List<KnownLine>> Known(ExtractKind kind, long[] keys, CancellationToken stop) => db.Query($"""
        select key, slot, hash, marks, person, role, label, facts from directories_line where kind = {(long)kind} and key in {keys}
        """, Read, stop);

    /// <summary>Every line. « + »: in the order of the table, whose index by key would lead to its pages in any order.</summary>
    public IAsyncEnumerable<(long Key, long Hash, long Slot)> Hashes(ExtractKind kind, CancellationToken stop) => db.Stream(
        $"select key, hash, slot from directories_line where +kind = {(long)kind}", row => (row.Long(0), row.Long(1), row.Long(2)), stop);

    public IAsyncEnumerable<(long Slot, long Person, string Facts)> Facts(ExtractKind kind, CancellationToken stop) => db.Stream(
        $"select slot, person, facts from directories_line where +kind = {(long)kind}", row => (row.Long(0), row.Long(1), row.Text(2)), stop);

    public static void Add(Unit unit, ExtractKind kind, KnownLine line) => unit.Insert(Lines, null,
        (long)kind, line.Key, line.Slot, line.Hash, line.Marks, line.Person, line.Role, line.Label, line.Facts);

    public static void Change(Unit unit, ExtractKind kind, KnownLine line) => unit.Add($"""
        update directories_line set hash = {line.Hash}, marks = {line.Marks}, person = {line.Person}, role = {line.Role}, facts = {line.Facts}
        where kind = {(long)kind} and key = {line.Key}
        """);

    public static void Remove(Unit unit, ExtractKind kind, long[] keys) =>
        unit.Add($"delete from directories_line where kind = {(long)kind} and key in {keys}");

    /// <summary>Two entries became one: whose lines are whose is made good at the end of the run, or of the next where this one is cut short.</summary>
    public static void Join(Unit unit, long kept, long gone) =>
        unit.Add($"insert into directories_joined (gone, kept) values ({gone}, {kept}) on conflict (gone) do update set kept = excluded.kept");

    public async Task Repoint(CancellationToken stop)
    {
        var unit = new Unit();
        unit.Add($"""
            update directories_line set person = (select j.kept from directories_joined j where j.gone = directories_line.person)
            where person in (select gone from directories_joined)
            """);
        unit.Add($"delete from directories_joined");
        await db.Commit(unit, stop);
    }

    public async Task<long> Begin(ExtractKind kind, string file, string extracted, DateTimeOffset now, CancellationToken stop)
    {
        var id = await db.First($"select coalesce(max(id), 0) + 1 from directories_run", row => row.Long(0), stop);
        var unit = new Unit();
        unit.Add($"""
            insert into directories_run (id, kind, file, extracted, began, ended, lines, added, changed, removed, same, skipped)
            values ({id}, {(long)kind}, {file}, {extracted}, {Clock.Micros(now)}, null, 0, 0, 0, 0, 0, 0)
            """);
        await db.Commit(unit, stop);
        return id;
    }

    public static void End(Unit unit, long run, RunCounts counts, DateTimeOffset now) => unit.Add($"""
        update directories_run set ended = {Clock.Micros(now)}, lines = {counts.Lines}, added = {counts.Added}, changed = {counts.Changed},
            removed = {counts.Removed}, same = {counts.Same}, skipped = {counts.Skipped}
        where id = {run}
        """);

    public static void Tell(Unit unit, long run, long number, RunChange change) =>
        unit.Insert(Changes, null, run, number, change.Line, change.What, change.Label, change.Detail);

    public Task<List<RunRow>> Runs(int count, CancellationToken stop, long before = long.MaxValue) => db.Query($"""
        select id, kind, file, extracted, began, ended, lines, added, changed, removed, same, skipped from directories_run
        where id < {before} order by id desc limit {count}
        """, row => new RunRow(row.Long(0), (ExtractKind)row.Int(1), row.Text(2), row.Text(3), Clock.FromMicros(row.Long(4)),
            row.LongOrNull(5) is { } ended ? Clock.FromMicros(ended) : null,
            new(row.Long(6), row.Long(7), row.Long(8), row.Long(9), row.Long(10), row.Long(11))), stop);

    /// <summary>The report of a run in the order in which it was found.</summary>
    public IAsyncEnumerable<RunChange> Report(long run, CancellationToken stop) => db.Stream($"""
        select line, what, label, detail from directories_change where run = {run} order by number
        """, row => new RunChange(row.Long(0), row.Text(1), row.Text(2), row.Text(3)), stop);

    /// <summary>A page of it, of one kind of change or of all.</summary>
    public Task<List<RunChange>> Report(long run, string? what, long after, int count, CancellationToken stop) => db.Query($"""
        select line, what, label, detail, number from directories_change
        where run = {run} and number > {after} and ({what ?? ""} = '' or what = {what ?? ""}) order by number limit {count}
        """, row => new RunChange(row.Long(0), row.Text(1), row.Text(2), row.Text(3)) { Number = row.Long(4) }, stop);

    static KnownLine Read(Row row) =>
        new(row.Long(0), row.Long(1), row.Long(2), row.Bytes(3), row.Long(4), row.Long(5), row.Text(6), row.Text(7));
}
