using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Socle.Bench;

/// <summary>
/// The same works on a database that grows, and on people that become a hundred times more. It takes hours at full size and writes
/// its tables into docs/performance.md itself. With a folder to keep, what was loaded stays there and a later run goes on from it, so that
/// the hours of loading need not be the calm ones of measuring; the columns of a table that a run does not measure stay as they are.
/// </summary>
/// <param name="only">postgresql, sqlite, or both.</param>
/// <param name="part">resources, citizens, or both.</param>
/// <param name="measured">The sizes to measure; null: all up to <paramref name="most"/>.</param>
/// <param name="keep">A folder for the databases; null: temporary ones.</param>
sealed class Growth(int most, TimeSpan length, string? only, string? part, int[]? measured, string? keep)
{
    const int PerPerson = 100, Bundle = 100;
    static readonly int[] Sizes = [10_000, 100_000, 1_000_000, 5_000_000];

    // Where a load may be ended and gone on from.
    static readonly int[] Steps = [.. Sizes, 2_000_000, 3_000_000, 4_000_000];

    bool IsMeasured(int size) => measured is null || measured.Contains(size);
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    public async Task Run()
    {
        if (only is null or "postgresql") await OnPostgres();
        if (only is null or "sqlite")
        {
            if (part is null or "resources") await Resources("SQLite", null, await RawLimit.OfSqlite(length));
            if (part is null or "citizens") await Citizens("SQLite", null);
        }
    }

    async Task OnPostgres()
    {
        await using var postgres = await Postgres.Start(keep is null ? null : Path.Combine(keep, "postgresql"));
        if (postgres is null)
        {
            Console.WriteLine("PostgreSQL 15 is not installed: its tables stay as they are.");
            return;
        }
        if (part is null or "resources") await Resources("PostgreSQL", postgres, await RawLimit.OfPostgres(postgres, length));
        if (part is null or "citizens") await Citizens("PostgreSQL", postgres);
    }

    async Task Resources(string name, Postgres? postgres, RawRates raw)
    {
        List<string> columns = ["raw limit"];
        var rows = new Dictionary<string, List<string>>();
        void Add(string row, string value, double limit = double.NaN) =>
            (rows.TryGetValue(row, out var values) ? values : rows[row] = [double.IsNaN(limit) ? "–" : Report.N(limit) + "/s"]).Add(value);
        await OnServer("resources", postgres, Kept.In(keep, name, "resources"), async (server, load, data, db, kept) =>
        {
            var people = kept.People(load, Bundle);
            if (kept.Loaded == 0) kept.Empty = await Databases.Size(data, db);
            var (have, empty) = (kept.Loaded, kept.Empty);
            foreach (var size in Steps.Order().Where(size => size <= most))
            {
                if (have < size)
                {
                    var first = people.PatientIds.Length;
                    var watch = Stopwatch.StartNew();
                    people.LoadPeople(size / PerPerson);
                    people.LoadDocuments(first, size / PerPerson);
                    people.LoadObservations(first, size - have - 2 * (size / PerPerson - first));
                    kept.PerSecond[size] = (size - have) / watch.Elapsed.TotalSeconds;
                    kept.Save(people, have = size);
                    Console.WriteLine($"{name}: {size:N0} resources are loaded, {kept.PerSecond[size]:N0} a second.");
                    await Databases.Settle(db);
                }
                if (!Sizes.Contains(size) || !IsMeasured(size)) continue;
                columns.Add(size.ToString("N0", CultureInfo.InvariantCulture));
                Add("loaded per second", Report.N(kept.PerSecond[size]));
                Add("bytes a resource, with the trace of the works before", Report.N((await Databases.Size(data, db) - empty) / (double)size));
                Add("server memory, MiB", Report.N(server.ResidentBytes / 1048576.0));
                foreach (var work in new Works(people).All(db is not null, raw, Floors.None).Where(work => work.Clients == 16))
                    Add(work.Name, Cell(await Measure(work, load, data, db)), work.Raw);
                Add("server memory after these, MiB", Report.N(server.ResidentBytes / 1048576.0));
                kept.Save(people, have);
                Console.WriteLine($"{name} at {size:N0}: {string.Join("; ", rows.Select(row => $"{row.Key} {row.Value[^1]}"))}");
                // After each size: a run of hours that is ended leaves what it found.
                Write(name, "resources", $"### {name}: the same works while the database grows\n\nAnswers per second, 95th percentile, processor per answer (server + database), and the share of the machine that its host took for others meanwhile.",
                    ["resources", .. columns], rows.Select(row => (string[])[row.Key, .. row.Value]));
            }
        });
    }

    // Few people stand in a database of their own, which is loaded anew: that of the many may be one that was kept.
    async Task Citizens(string name, Postgres? postgres)
    {
        var many = Math.Min(4_000_000, most);
        int[] sizes = [Math.Max(1_000, many / 100), many];
        List<(string Work, Measured At)>[] found = [[], []];
        for (var i = 0; i < sizes.Length; i++)
        {
            var (size, at) = (sizes[i], found[i]);
            await OnServer($"citizens{i}", postgres, i == 0 ? Kept.Nothing : Kept.In(keep, name, "citizens"), async (_, load, data, db, kept) =>
            {
                var people = kept.People(load, Bundle);
                if (kept.Loaded < size)
                {
                    people.LoadPeople(size);
                    kept.Save(people, size);
                    await Databases.Settle(db);
                }
                if (!IsMeasured(many)) return;
                Console.WriteLine($"{name}: {size:N0} citizens are loaded; measuring.");
                foreach (var work in new Works(people).OfPeople()) at.Add((work.Name, await Measure(work, load, data, db)));
                Console.WriteLine($"{name} at {size:N0} citizens: {string.Join("; ", at.Select(work => $"{work.Work} {Cell(work.At)}"))}");
            });
        }
        if (!IsMeasured(many)) return;
        Write(name, "citizens", string.Create(CultureInfo.InvariantCulture, $"### {name}: {sizes[1]:N0} citizens against {sizes[0]:N0}"),
            ["work", .. sizes.Select(size => size.ToString("N0", CultureInfo.InvariantCulture)), "p95 ÷ p95"],
            found[0].Zip(found[1], (few, all) => (string[])[few.Work, Cell(few.At), Cell(all.At), (all.At.P95 / few.At.P95).ToString("0.00", CultureInfo.InvariantCulture)]));
    }

    Task<Measured> Measure(Work work, Load load, string data, string? db) => Calm.Of(async _ =>
    {
        var (entries, answered) = (await Databases.AuditEntries(data, db), load.Answered);
        var found = load.Run(work.Clients, WarmUp, 3_000, length, work.Ask);
        await Databases.MustHaveEntries(work, data, db, entries + work.EntriesPerAnswer * (load.Answered - answered));
        return found;
    }, found => found.Cpu, Calm.Few);

    static async Task OnServer(string database, Postgres? postgres, Kept kept, Func<Server, Load, string, string?, Kept, Task> work)
    {
        var db = postgres is null ? null : kept.Loaded > 0 ? postgres.Database(database) : await postgres.NewDatabase(database);
        try
        {
            await using var server = await Server.Start(kept.Data, db);
            using var load = new Load(server, new CpuMeter(server.Pid, postgres?.Pid));
            await work(server, load, kept.Data, db, kept);
        }
        finally
        {
            kept.Leave();
        }
    }

    static string Cell(Measured m) => string.Create(CultureInfo.InvariantCulture,
        $"{Report.N(m.PerSecond)}/s, {m.P95:0.0} ms, {m.Cpu.Server:0} + {m.Cpu.Database:0} µs, {m.Cpu.TakenShare:P0} taken{(m.Failures > 0 ? $", {m.Failures} FAILED" : "")}");

    static void Write(string name, string part, string head, string[] columns, IEnumerable<string[]> rows)
    {
        var section = $"{name} {part}".ToLowerInvariant();
        var all = Table.Of(columns, rows);
        if (part == "resources") all = all.WithColumnsOf(Table.Read(Document.Section(section)));
        var text = new StringBuilder();
        text.AppendLine(head).AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{Report.Machine()}; {PerPerson} resources a person, loaded through the API in transactions of {Bundle}.").AppendLine();
        Document.Replace(section, text.Append(all).ToString());
    }
}

/// <summary>docs/performance.md: people write it, but for what stands between two markers.</summary>
static class Document
{
    static readonly string Path = System.IO.Path.GetFullPath(System.IO.Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "docs", "performance.md"));

    public static void Replace(string section, string text)
    {
        var (whole, from, to) = Find(section);
        File.WriteAllText(Path, $"{whole[..from]}\n{text.TrimEnd()}\n{whole[to..]}");
        Console.WriteLine($"Written to docs/performance.md, section {section}.");
    }

    public static string Section(string section)
    {
        var (whole, from, to) = Find(section);
        return whole[from..to];
    }

    static (string Whole, int From, int To) Find(string section)
    {
        var begin = $"<!-- {section}:begin -->";
        var whole = File.ReadAllText(Path);
        var (from, to) = (whole.IndexOf(begin, StringComparison.Ordinal), whole.IndexOf($"<!-- {section}:end -->", StringComparison.Ordinal));
        return from < 0 || to < from ? throw new InvalidOperationException($"docs/performance.md has no section {section}.") : (whole, from + begin.Length, to);
    }
}
