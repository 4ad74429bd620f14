using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Socle.Bench;

/// <summary>
/// The same works on a database that grows, and on people that become a hundred times more. It takes hours at full size and writes
/// its tables into docs/performance.md itself.
/// </summary>
sealed class Growth(int most, TimeSpan length, string? only, string? part)
{
    const int PerPerson = 100, Bundle = 100;
    static readonly int[] Sizes = [10_000, 100_000, 1_000_000, 5_000_000];
    static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    public async Task Run()
    {
        if (only is null or "postgresql") await OnPostgres();
        if (only is null or "sqlite")
        {
            if (part is null or "resources") await Resources("SQLite", null, null, await RawLimit.OfSqlite(length));
            if (part is null or "citizens") await Citizens("SQLite", null, null);
        }
    }

    async Task OnPostgres()
    {
        await using var postgres = await Postgres.Start();
        if (postgres is null)
        {
            Console.WriteLine("PostgreSQL 15 is not installed: its tables stay as they are.");
            return;
        }
        if (part is null or "resources") await Resources("PostgreSQL", await postgres.NewDatabase("resources"), postgres.Pid, await RawLimit.OfPostgres(postgres, length));
        if (part is null or "citizens") await Citizens("PostgreSQL", await postgres.NewDatabase("citizens"), postgres.Pid);
    }

    async Task Resources(string name, string? db, int? postmaster, RawRates raw)
    {
        List<string> columns = ["raw limit"];
        var rows = new Dictionary<string, List<string>>();
        void Add(string row, string value, double limit = double.NaN) =>
            (rows.TryGetValue(row, out var values) ? values : rows[row] = [double.IsNaN(limit) ? "–" : Report.N(limit) + "/s"]).Add(value);
        await OnServer(db, postmaster, async (server, load, data) =>
        {
            var people = new Population(load, Bundle);
            var (have, empty) = (0, await Databases.Size(data, db));
            foreach (var size in Sizes.Where(size => size <= most))
            {
                columns.Add(size.ToString("N0", CultureInfo.InvariantCulture));
                var first = people.PatientIds.Length;
                var watch = Stopwatch.StartNew();
                people.LoadPeople(size / PerPerson);
                people.LoadDocuments(first, size / PerPerson);
                people.LoadObservations(first, size - have - 2 * (size / PerPerson - first));
                Add("loaded per second", Report.N((size - have) / watch.Elapsed.TotalSeconds));
                have = size;
                await Databases.Settle(db);
                Console.WriteLine($"{name}: {size:N0} resources are loaded; measuring.");
                Add("bytes a resource, with the trace of the works before", Report.N((await Databases.Size(data, db) - empty) / (double)size));
                Add("server memory, MiB", Report.N(server.ResidentBytes / 1048576.0));
                foreach (var work in new Works(people).All(db is not null, raw, Floors.None).Where(work => work.Clients == 16))
                    Add(work.Name, Cell(await Measure(work, load, data, db)), work.Raw);
                Add("server memory after these, MiB", Report.N(server.ResidentBytes / 1048576.0));
                Console.WriteLine($"{name} at {size:N0}: {string.Join("; ", rows.Select(row => $"{row.Key} {row.Value[^1]}"))}");
                // After each size: a run of hours that is ended leaves what it found.
                Write(name, "resources", $"### {name}: the same works while the database grows\n\nAnswers per second, 95th percentile, processor per answer (server + database), and the share of the machine that its host took for others meanwhile.",
                    ["resources", .. columns], rows.Select(row => (string[])[row.Key, .. row.Value]));
            }
        });
    }

    async Task Citizens(string name, string? db, int? postmaster)
    {
        var many = Math.Min(4_000_000, most);
        int[] sizes = [Math.Max(1_000, many / 100), many];
        var measured = new List<(string Work, Measured At)>[2];
        await OnServer(db, postmaster, async (_, load, data) =>
        {
            var people = new Population(load, Bundle);
            for (var i = 0; i < sizes.Length; i++)
            {
                people.LoadPeople(sizes[i]);
                await Databases.Settle(db);
                Console.WriteLine($"{name}: {sizes[i]:N0} citizens are loaded; measuring.");
                measured[i] = [];
                foreach (var work in new Works(people).OfPeople()) measured[i].Add((work.Name, await Measure(work, load, data, db)));
                Console.WriteLine($"{name} at {sizes[i]:N0} citizens: {string.Join("; ", measured[i].Select(work => $"{work.Work} {Cell(work.At)}"))}");
            }
        });
        Write(name, "citizens", string.Create(CultureInfo.InvariantCulture, $"### {name}: {sizes[1]:N0} citizens against {sizes[0]:N0}"),
            ["work", .. sizes.Select(size => size.ToString("N0", CultureInfo.InvariantCulture)), "p95 ÷ p95"],
            measured[0].Zip(measured[1], (few, all) => (string[])[few.Work, Cell(few.At), Cell(all.At), (all.At.P95 / few.At.P95).ToString("0.00", CultureInfo.InvariantCulture)]));
    }

    Task<Measured> Measure(Work work, Load load, string data, string? db) => Calm.Of(async _ =>
    {
        var (entries, answered) = (await Databases.AuditEntries(data, db), load.Answered);
        var measured = load.Run(work.Clients, WarmUp, 3_000, length, work.Ask);
        await Databases.MustHaveEntries(work, data, db, entries + work.EntriesPerAnswer * (load.Answered - answered));
        return measured;
    }, measured => measured.Cpu, Calm.Few);

    static async Task OnServer(string? db, int? postmaster, Func<Server, Load, string, Task> work)
    {
        var data = Directory.CreateTempSubdirectory("socle-bench-data-").FullName;
        Directory.Delete(data);
        try
        {
            await using var server = await Server.Start(data, db);
            using var load = new Load(server, new CpuMeter(server.Pid, postmaster));
            await work(server, load, data);
        }
        finally
        {
            if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
        }
    }

    static string Cell(Measured m) => string.Create(CultureInfo.InvariantCulture,
        $"{Report.N(m.PerSecond)}/s, {m.P95:0.0} ms, {m.Cpu.Server:0} + {m.Cpu.Database:0} µs, {m.Cpu.TakenShare:P0} taken{(m.Failures > 0 ? $", {m.Failures} FAILED" : "")}");

    static void Write(string name, string part, string head, string[] columns, IEnumerable<string[]> rows)
    {
        var text = new StringBuilder();
        text.AppendLine(head).AppendLine().AppendLine(CultureInfo.InvariantCulture, $"{Report.Machine()}; {PerPerson} resources a person, loaded through the API in transactions of {Bundle}.").AppendLine();
        text.AppendLine("| " + string.Join(" | ", columns) + " |").AppendLine("|" + string.Concat(columns.Select(_ => "---|")));
        foreach (var row in rows) text.AppendLine("| " + string.Join(" | ", row.Concat(Enumerable.Repeat("–", columns.Length - row.Length))) + " |");
        Document.Replace($"{name} {part}".ToLowerInvariant(), text.ToString());
    }
}

/// <summary>docs/performance.md: people write it, but for what stands between two markers.</summary>
static class Document
{
    static readonly string Path = System.IO.Path.GetFullPath(System.IO.Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "docs", "performance.md"));

    public static void Replace(string section, string text)
    {
        var (begin, end) = ($"<!-- {section}:begin -->", $"<!-- {section}:end -->");
        var whole = File.ReadAllText(Path);
        var (from, to) = (whole.IndexOf(begin, StringComparison.Ordinal), whole.IndexOf(end, StringComparison.Ordinal));
        if (from < 0 || to < from) throw new InvalidOperationException($"docs/performance.md has no section {section}.");
        File.WriteAllText(Path, $"{whole[..(from + begin.Length)]}\n{text.TrimEnd()}\n{whole[to..]}");
        Console.WriteLine($"Written to docs/performance.md, section {section}.");
    }
}
