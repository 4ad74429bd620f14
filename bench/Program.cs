using System.Diagnostics;
using System.Globalization;
using Socle.Bench;
using Socle.Fhir;

// ./socle bench [--resources N] [--seconds S] [--only sqlite|postgresql|micro]
var resources = Option("--resources", 100_000);
var length = TimeSpan.FromSeconds(Option("--seconds", 6));
var warmUp = TimeSpan.FromSeconds(2);
var only = Text("--only");
var report = new Report();

if (only is null or "micro") Micro();
if (only is null or "postgresql") await OnPostgres();
if (only is null or "sqlite") await OnSqlite();
if (only is null) report.Write(Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "results", "last.md"), resources);
return 0;

void Micro()
{
    var body = Population.Observation("aaaaaaaaaaaaaaaaaaaaaaaaaa", 12345);
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
    var raw = await postgres.NewDatabase("raw");
    var rawCreates = await RawLimit.PostgresCreates(raw, 12, length);
    var rawTransactions = await RawLimit.PostgresCreates(await postgres.NewDatabase("raw100"), 100, length) / 100;
    var rawReads = await RawLimit.PostgresReads(raw, 16, length);
    var rawReads64 = await RawLimit.PostgresReads(raw, 64, length);
    await OnDatabase("PostgreSQL", await postgres.NewDatabase("socle"), new(rawCreates, rawTransactions, rawReads, rawReads64), new(2000, 50, 4000, 6500, 3000, 2000));
}

async Task OnSqlite()
{
    var folder = Directory.CreateTempSubdirectory("socle-bench-raw-").FullName;
    var file = Path.Combine(folder, "raw.db");
    var rawCreates = await RawLimit.SqliteCreates(file, 12, length);
    var rawTransactions = await RawLimit.SqliteCreates(Path.Combine(folder, "raw100.db"), 100, length) / 100;
    var rawReads = await RawLimit.SqliteReads(file, 12, length);
    Directory.Delete(folder, recursive: true);
    await OnDatabase("SQLite", null, new(rawCreates, rawTransactions, rawReads, rawReads), new(2500, 50, 6000, 6000, 3000, 2000));
}

async Task OnDatabase(string name, string? db, RawRates raw, Floors floors)
{
    var data = Directory.CreateTempSubdirectory("socle-bench-data-").FullName;
    Directory.Delete(data);
    try
    {
        await using (var server = await Server.Start(data, db)) await AllLoads(name, server, data, db, raw, floors);
        await using var again = await Server.Start(data, db);
        report.AtMost($"{name}: start to first answer, {resources} resources", again.ReadyAfter.TotalSeconds, "s", double.NaN, 2);
    }
    finally
    {
        if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
    }
}

async Task AllLoads(string name, Server server, string data, string? db, RawRates raw, Floors floors)
{
    report.AtMost($"{name}: start to first answer, empty", server.ReadyAfter.TotalSeconds, "s", double.NaN, 1.5);
    using var load = new Load(server.Address, server.Token);
    var patients = Math.Min(1000, resources / 10);
    var people = new Population(load, patients);
    await people.LoadPeople();
    await people.LoadDocuments();
    var before = await Size(data, db);
    var observations = (resources - 2 * patients) / 100 * 100;
    await people.LoadObservations(observations);
    await Task.Delay(3000);
    report.AtMost($"{name}: disk per 1.5 KB resource, all included", (await Size(data, db) - before) / (double)observations, "bytes", double.NaN, 2048);
    report.AtMost($"{name}: server memory after {resources} resources", server.ResidentBytes / 1048576.0, "MiB", double.NaN, 250);

    long sequence = 10_000_000;
    string P(long turn, int client) => people.PatientIds[(turn * 17 + client * 131) % patients];
    report.Rate($"{name}: create a 1.5 KB Observation, 16 clients", await load.Run(16, warmUp, length, (c, t) =>
        Load.Request(HttpMethod.Post, "/fhir/Observation", Population.Observation(P(t, c), Interlocked.Increment(ref sequence)))), raw.Creates, floors.Creates, db is null ? null : 30);
    report.Rate($"{name}: transaction of 100 entries, 4 clients", await load.Run(4, warmUp, length, (c, t) =>
        Load.Request(HttpMethod.Post, "/fhir", Population.TransactionOf(Enumerable.Range(0, 100)
            .Select(i => ("Observation", Population.Observation(P(t + i, c), Interlocked.Increment(ref sequence))))))), raw.Transactions, floors.Transactions);
    string O(long turn, int client) => people.ObservationIds[(int)((turn * 7919 + client * 104729) % people.ObservationIds.Count)];
    foreach (var clients in new[] { 16, 64 })
        report.Rate($"{name}: read by id, {clients} clients", await load.Run(clients, warmUp, length, (c, t) =>
            Load.Request(HttpMethod.Get, $"/fhir/Observation/{O(t, c)}")), clients == 16 ? raw.Reads : raw.Reads64, clients == 16 ? floors.Reads : floors.Reads64);
    var entry = await people.LoadDirectoryEntry();
    report.Rate($"{name}: read a directory entry, 16 clients", await load.Run(16, warmUp, length, (_, _) =>
        Load.Request(HttpMethod.Get, $"/fhir/Practitioner/{entry}")), raw.Reads, db is null ? 12_000 : floors.Reads);
    await Searches(name, load, people, patients, raw, floors);
}

async Task Searches(string name, Load load, Population people, int patients, RawRates raw, Floors floors)
{
    int Who(long turn, int client) => (int)((turn * 17 + client * 131) % patients);
    report.Rate($"{name}: search by identifier", await load.Run(16, warmUp, length, (c, t) =>
        Load.Request(HttpMethod.Get, $"/fhir/Patient?identifier=urn:oid:1.2.250.1.999.1%7C{Population.Identifier(Who(t, c))}")), raw.Reads, floors.Search);
    report.Rate($"{name}: search by name and birth date", await load.Run(16, warmUp, length, (c, t) =>
        Load.Request(HttpMethod.Get, $"/fhir/Patient?family={Uri.EscapeDataString(Population.Name(Who(t, c)))}&birthdate={Population.BirthDate(Who(t, c))}")), raw.Reads, floors.Search);
    report.Rate($"{name}: Observation?patient&code&_sort=-date&_count=20", await load.Run(16, warmUp, length, (c, t) =>
        Load.Request(HttpMethod.Get, $"/fhir/Observation?patient={people.PatientIds[Who(t, c)]}&code=http://loinc.org%7C{Population.Code(t)}&_sort=-date&_count=20")), raw.Reads, floors.Includes);
    report.Rate($"{name}: DocumentReference?patient&type&_include", await load.Run(16, warmUp, length, (c, t) =>
        Load.Request(HttpMethod.Get, $"/fhir/DocumentReference?patient={people.PatientIds[Who(t, c)]}&type=http://loinc.org%7C11502-2&_include=DocumentReference:subject")), raw.Reads, floors.Includes);
}

async Task<long> Size(string data, string? db)
{
    if (db is null) return Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories).Sum(f => new FileInfo(f).Length);
    await using var connection = new Npgsql.NpgsqlConnection(db);
    await connection.OpenAsync();
    await using var size = new Npgsql.NpgsqlCommand("select pg_database_size(current_database())", connection);
    return (long)(await size.ExecuteScalarAsync())!;
}

int Option(string option, int otherwise) => Text(option) is { } text ? int.Parse(text, CultureInfo.InvariantCulture) : otherwise;
string? Text(string option) => Array.IndexOf(args, option) is >= 0 and var i && i + 1 < args.Length ? args[i + 1] : null;

/// <summary>Per second, of the same run.</summary>
sealed record RawRates(double Creates, double Transactions, double Reads, double Reads64);

/// <summary>The budget, per second.</summary>
sealed record Floors(double Creates, double Transactions, double Reads, double Reads64, double Search, double Includes);
