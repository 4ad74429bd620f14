using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;

namespace Socle.Bench.Identity;

/// <summary>
/// What the matcher makes of a population whose truth is known:
/// <c>./socle bench identity --seed S [--people N] [--only sqlite|postgresql|memory] [--weights] [--write]</c>. Every record is looked for among the
/// others through the index of a database, as the program does it, and each answer is held against the truth. « memory » keeps the index in memory:
/// the same answers, sooner, for who changes the rules.
/// </summary>
sealed class IdentityBench(int seed, int people, string? only, bool estimates, bool writes)
{
    const int Askers = 8, AtOnce = 2_000, WrittenAtOnce = 500;

    sealed record Speed(string Database, double PerSecond, Cpu Cpu);

    public async Task Run()
    {
        var truth = new Truth((ulong)seed, people);
        var folder = Directory.CreateTempSubdirectory("socle-bench-identity-").FullName;
        try
        {
            var file = Path.Combine(folder, "truth.csv");
            truth.Save(file);
            Console.WriteLine($"{truth.People:N0} people, {truth.Records.Count:N0} records; truth in {file}");
            Confusion? first = null;
            var speeds = new List<Speed>();
            foreach (var name in only is null ? (string[])["sqlite", "postgresql"] : [only])
            {
                await using var postgres = name == "postgresql" ? await Postgres.Start() : null;
                if (name == "postgresql" && postgres is null) { Console.WriteLine("PostgreSQL 15 is not installed: it is left out."); continue; }
                await using var storage = await Storage.Open(DataFolder.Open(Path.Combine(folder, name), demonstration: null),
                    new StorageSettings { Connection = postgres is null ? null : await postgres.NewDatabase("socle") }, new IdentitiesModule().Migrations, TimeProvider.System, new Chance());
                var confusion = new Confusion(truth);
                speeds.Add(await Measure(truth, confusion, storage, name, postgres?.Pid));
                if (first is not null && !first.SaysTheSame(confusion)) throw new InvalidOperationException("The databases do not say the same of the same records.");
                first ??= confusion;
            }
            if (first is not null) Report(truth, first, speeds);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    async Task<Speed> Measure(Truth truth, Confusion confusion, Storage storage, string name, int? postmaster)
    {
        var (identities, store) = (new IdentitiesStore(storage.Db, storage.Keys), new VigilanceStore(storage.Db, storage.Keys));
        var watch = Stopwatch.StartNew();
        var known = name == "memory" ? Remember(truth, identities, store) : null;
        if (known is null) await Load(truth, storage, identities, store);
        Console.WriteLine($"{name}: written and indexed in {watch.Elapsed.TotalSeconds:N0} s");
        if (estimates && known is not null) Estimate.Print(truth, known.People);

        var matches = new IdentityMatches(store);
        var meter = new CpuMeter(Environment.ProcessId, postmaster);
        var (searching, cpu) = (TimeSpan.Zero, new Cpu(0, 0, 0));
        for (var at = 0; at < truth.Records.Count; at += AtOnce)
        {
            long[] some = [.. Enumerable.Range(at, Math.Min(AtOnce, truth.Records.Count - at)).Select(KeyOf)];
            IReadOnlyList<MatchTraits> asked = known is null ? await store.Traits(some, default) : known.People[at..(at + some.Length)];
            var (before, answers) = (meter.Read(), new ConcurrentQueue<(int, int, Match)>());
            watch.Restart();
            await Parallel.ForEachAsync(asked, new ParallelOptions { MaxDegreeOfParallelism = Askers }, async (person, stop) =>
            {
                foreach (var (candidate, match) in known is null ? await matches.Find(person, stop) : Matcher.Rank(person, known.Near(person)))
                    answers.Enqueue((RecordOf(person.Patient), RecordOf(candidate.Patient), match));
            });
            searching += watch.Elapsed;
            var used = meter.Read().Since(before, 1);
            cpu = new(cpu.Server + used.Server, cpu.Database + used.Database, 0, cpu.Machine + used.Machine, cpu.Taken + used.Taken);
            foreach (var (one, other, match) in answers) confusion.Add(one, other, match);
        }
        confusion.Close();
        var each = truth.Records.Count;
        return new(name, each / searching.TotalSeconds, cpu with { Server = cpu.Server / each, Database = cpu.Database / each });
    }

    static long KeyOf(int record) => record + 1L;

    static int RecordOf(long key) => (int)(key - 1);

    // As the program writes them, many to a transaction.
    static async Task Load(Truth truth, Storage storage, IdentitiesStore identities, VigilanceStore store)
    {
        for (var at = 0; at < truth.Records.Count; at += WrittenAtOnce)
        {
            var unit = new Unit();
            for (var record = at; record < Math.Min(at + WrittenAtOnce, truth.Records.Count); record++)
            {
                using var patient = FhirDocument.Parse(Body(truth.Records[record]));
                var used = PatientReader.UsedNameOf(patient.Root);
                identities.Save(unit, KeyOf(record), 1, PatientReader.Read(patient.Root)!, used["family"].Text, used["given"].Text, "provisional", isNew: true);
                foreach (var ins in PatientReader.InsOf(patient.Root)) identities.SaveIns(unit, KeyOf(record), ins);
                store.Save(unit, KeyOf(record), patient.Root, isNew: true);
                store.SaveBlocks(unit, TraitsOf(KeyOf(record), patient, identities, store));
            }
            await storage.Db.Commit(unit, default);
        }
    }

    static MatchTraits TraitsOf(long key, FhirDocument patient, IdentitiesStore identities, VigilanceStore store) => store.TraitsOf(key, patient.Root,
        PatientReader.InsOf(patient.Root).Select(ins => new IndexedIns(identities.HashOf(ins.System, ins.Value), (int)IdentitiesStore.KindOf(ins.System), ins.IsOld)));

    sealed class Memory
    {
        readonly Dictionary<long, List<long>> standing = [];

        public List<MatchTraits> People { get; } = [];

        public required VigilanceStore Store { get; init; }

        public void Add(MatchTraits person)
        {
            People.Add(person);
            foreach (var hash in BlockingKeys.Of(person).Select(Store.HashOf).Concat(person.Ins.Select(ins => ins.Hash)))
            {
                if (!standing.TryGetValue(hash, out var all)) standing[hash] = all = new(1);
                all.Add(person.Patient);
            }
        }

        public IReadOnlyList<MatchTraits> Near(MatchTraits person) => [.. BlockingKeys.ToFind(person).Select(Store.HashOf).Concat(person.Ins.Select(ins => ins.Hash))
            .SelectMany(hash => standing.GetValueOrDefault(hash) ?? []).Where(other => other != person.Patient).Distinct().Select(other => People[RecordOf(other)])];
    }

    static Memory Remember(Truth truth, IdentitiesStore identities, VigilanceStore store)
    {
        var memory = new Memory { Store = store };
        for (var record = 0; record < truth.Records.Count; record++)
        {
            using var patient = FhirDocument.Parse(Body(truth.Records[record]));
            memory.Add(TraitsOf(KeyOf(record), patient, identities, store));
        }
        return memory;
    }

    static byte[] Body(Written written) => PatientBuilder.Build(new(written.BirthName, written.Given.Split(' '), written.BirthDate, written.Sex ?? "")
    {
        InsSystem = written.Number is null ? null : Ins.Systems.Test, Ins = written.Number, UsedName = written.UsedName, BirthPlaceCode = written.Town,
        Phone = written.Phone, Street = written.Street, PostCode = written.PostCode, City = written.PostCode is null ? null : "VILLE",
        BirthOrder = written.BirthOrder == 0 ? null : written.BirthOrder
    });

    void Report(Truth truth, Confusion confusion, List<Speed> speeds)
    {
        var text = new StringBuilder();
        text.AppendLine("### Identity matching: the confusion matrix").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"`./socle bench identity --seed {seed} --people {people}`; {Socle.Bench.Report.Machine()}. {truth.People:N0} people, {truth.Records.Count:N0} records of them. The truth is generated by code of its own (`bench/Identity/Truth.cs`).").AppendLine();
        confusion.Write(text);
        foreach (var speed in speeds)
            text.AppendLine(CultureInfo.InvariantCulture, $"- {speed.Database}: {speed.PerSecond:N0} searches per second, {Askers} at a time; {speed.Cpu.Server:N0} + {speed.Cpu.Database:N0} µs of processor each (program + database); {speed.Cpu.TakenShare:P0} of the machine was taken by its host for others.");
        text.AppendLine(CultureInfo.InvariantCulture, $"- Memory of the bench itself, at most: {Process.GetCurrentProcess().PeakWorkingSet64 / (1 << 20):N0} MiB.");
        Console.WriteLine(text);
        foreach (var one in confusion.Wrong.Take(30)) Console.WriteLine($"FALSE LINK: {one}");
        if (writes) Document.Replace("identity", text.ToString());
    }
}
