using System.Diagnostics;
using System.Globalization;
using Socle.Bench;
using Socle.Fhir;

// ./socle bench [--resources N] [--seconds S] [--only sqlite|postgresql|micro] [--work part-of-name] | --full [--most N] [--sizes N,N] [--part resources|citizens] [--keep folder] | identity [--seed S] [--people N] [--only sqlite|postgresql|memory] [--weights] [--write] | sign-in [--seconds S] [--only sqlite|postgresql]
var resources = Option("--resources", 100_000);
var length = TimeSpan.FromSeconds(Option("--seconds", 6));
var warmUp = TimeSpan.FromSeconds(2);
var only = Text("--only");
var works = Text("--work");
var report = new Report();

if (args is ["identity", ..])
{
    await new Socle.Bench.Identity.IdentityBench(Option("--seed", 1), Option("--people", 100_000), only, args.Contains("--weights"), args.Contains("--write")).Run();
    return 0;
}
if (args is ["sign-in", ..])
{
    await new SignIns(length, only).Run();
    return 0;
}
if (args.Contains("--full"))
{
    await new Growth(Option("--most", 5_000_000), TimeSpan.FromSeconds(Option("--seconds", 6)), only, Text("--part"),
        Text("--sizes")?.Split(',').Select(size => int.Parse(size, CultureInfo.InvariantCulture)).ToArray(), Text("--keep")).Run();
    return 0;
}
if (only is null or "micro") Micro();
if (only is null or "postgresql") await OnPostgres();
if (only is null or "sqlite") await OnSqlite();
if (only is null && works is null) Document.Replace("measured", report.Text(resources));
if (only is null && works is null) report.Write(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "results", "last.md"), resources);
return 0;

void Micro()
{
    var body = Population.Observation("aaaaaaaaaaaaaaaaaaaaaaaaaa", 12345, 1);
    var values = new List<IndexValue>();
    double One(int turns, Action work)
    {
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < turns; i++) work();
        return watch.Elapsed.TotalMicroseconds / turns;
    }
    void Whole() { using var doc = FhirDocument.Parse(body); values.Clear(); Indexer.Extract(doc, values); }
    void Bare() { var reader = new System.Text.Json.Utf8JsonReader(body); while (reader.Read()) { } }
    One(20_000, Whole); One(20_000, Bare);
    var before = GC.GetAllocatedBytesForCurrentThread();
    var micros = One(20_000, Whole);
    var bytes = (GC.GetAllocatedBytesForCurrentThread() - before) / 20_000.0;
    report.AtMost($"parse + check + index one {body.Length} byte Observation", micros, "µs", One(20_000, Bare), 25);
    report.AtMost("… allocated", bytes, "bytes", double.NaN, 4096);
}

async Task OnPostgres()
{
    await using var postgres = await Postgres.Start();
    if (postgres is null) { Console.WriteLine("PostgreSQL 15 is not installed: its rows are left out."); return; }
    if (works is null) await OnEmpty("PostgreSQL", number => postgres.NewDatabase($"empty{number}"));
    if (works is not null)
    {
        await OnDatabase("PostgreSQL", await postgres.NewDatabase("socle"), postgres.Pid, RawRates.None, new(2000, 50, 4000, 6500, 3000, 2000));
        return;
    }
    await OnDatabase("PostgreSQL", await postgres.NewDatabase("socle"), postgres.Pid, await RawLimit.OfPostgres(postgres, length), new(2000, 50, 4000, 6500, 3000, 2000));
}

async Task OnSqlite()
{
    if (works is null) await OnEmpty("SQLite", _ => Task.FromResult<string?>(null)!);
    if (works is not null)
    {
        await OnDatabase("SQLite", null, null, RawRates.None, new(2500, 50, 6000, 6000, 3000, 2000));
        return;
    }
    await OnDatabase("SQLite", null, null, await RawLimit.OfSqlite(length), new(2500, 50, 6000, 6000, 3000, 2000));
}

async Task OnDatabase(string name, string? db, int? postmaster, RawRates raw, Floors floors)
{
    var data = Temporary();
    try
    {
        await using (var server = await Server.Start(data, db)) await AllLoads(name, server, new CpuMeter(server.Pid, postmaster), data, db, raw, floors);
        var again = await Calm.Of(_ => StartOn(data, db), start => start.Cpu);
        report.AtMost($"{name}: start to first answer, {resources} resources", again.Seconds, "s", double.NaN, 2);
    }
    finally
    {
        if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
    }
}

async Task OnEmpty(string name, Func<int, Task<string>> newDatabase)
{
    var started = await Calm.Of(async tries =>
    {
        var (data, db) = (Temporary(), await newDatabase(tries));
        try
        {
            return await StartOn(data, db);
        }
        finally
        {
            if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
        }
    }, start => start.Cpu);
    report.AtMost($"{name}: start to first answer, empty", started.Seconds, "s", double.NaN, 1.5);
}

static async Task<(double Seconds, Cpu Cpu)> StartOn(string data, string? db)
{
    var before = CpuMeter.OfMachine();
    await using var server = await Server.Start(data, db);
    return (server.ReadyAfter.TotalSeconds, CpuMeter.OfMachine().Since(before, 1));
}

async Task AllLoads(string name, Server server, CpuMeter meter, string data, string? db, RawRates raw, Floors floors)
{
    using var load = new Load(server, meter);
    var patients = Math.Min(1000, resources / 10);
    var people = new Population(load, 100);
    people.LoadPeople(patients);
    people.LoadDocuments(0, patients);
    var before = await Databases.Size(data, db);
    var observations = (resources - 2 * patients) / 100 * 100;
    people.LoadObservations(0, observations);
    await Databases.Settle(db);
    report.AtMost($"{name}: disk per 1.5 KB resource, all included", (await Databases.Size(data, db) - before) / (double)observations, "bytes", double.NaN, 2048);
    report.AtMost($"{name}: server memory after {resources} resources", server.ResidentBytes / 1048576.0, "MiB", double.NaN, 250);
    people.LoadProfessionals(Math.Min(10_000, resources / 10));
    load.AnnuaireKey = await server.AnnuaireKey();
    foreach (var work in new Works(people).All(db is not null, raw, floors))
    {
        if (works is not null && !work.Name.Contains(works, StringComparison.OrdinalIgnoreCase)) continue;
        var measured = await InCalm(work, load, data, db);
        report.Rate($"{name}: {work.Name}", measured, work.Raw, work.Floor, work.P99);
    }
}

async Task<Measured> InCalm(Work work, Load load, string data, string? db) => await Calm.Of(async _ =>
{
    var (entries, answered) = (await Databases.AuditEntries(data, db), load.Answered);
    var measured = load.Run(work.Clients, warmUp, work.EntriesPerAnswer == 100 ? 60 : 6_000, length, work.Ask);
    await Databases.MustHaveEntries(work, data, db, entries + work.EntriesPerAnswer * (load.Answered - answered));
    return measured;
}, measured => measured.Cpu);

static string Temporary()
{
    var folder = Directory.CreateTempSubdirectory("socle-bench-data-").FullName;
    Directory.Delete(folder);
    return folder;
}

int Option(string option, int otherwise) => Text(option) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
string? Text(string option) => Array.IndexOf(args, option) is >= 0 and var i && i + 1 < args.Length ? args[i + 1] : null;

/// <summary>Per second, of the same run.</summary>
sealed record RawRates(double Creates, double Transactions, double Reads, double Reads64, double Unaudited, double Ranges)
{
    public static readonly RawRates None = new(double.NaN, double.NaN, double.NaN, double.NaN, double.NaN, double.NaN);
}

/// <summary>The budget, per second.</summary>
sealed record Floors(double Creates, double Transactions, double Reads, double Reads64, double Search, double Includes)
{
    public static readonly Floors None = new(0, 0, 0, 0, 0, 0);
}
