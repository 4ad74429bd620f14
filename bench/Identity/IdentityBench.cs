using System.Diagnostics;
using System.Globalization;
using System.Text;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;

namespace Socle.Bench.Identity;

/// <summary>
/// What the matcher makes of a population whose truth is known: <c>./socle bench identity --seed S [--people N]</c>. Every record is looked for among the
/// others through the index on disk, as the program does it, and each answer is held against the truth.
/// </summary>
sealed class IdentityBench(int seed, int people, bool writes)
{
    enum Cell { Linked, Review, Missed }

    public async Task Run()
    {
        var truth = new Truth((ulong)seed, people);
        var folder = Directory.CreateTempSubdirectory("socle-bench-identity-").FullName;
        try
        {
            var file = Path.Combine(folder, "truth.csv");
            truth.Save(file);
            Console.WriteLine($"{truth.People.Count:N0} people, {truth.Records.Count:N0} records, {truth.Twins:N0} twins, {truth.Triplets:N0} triplets, {truth.HouseholdHomonyms:N0} homonyms of a household; truth in {file}");
            await Measure(truth, folder);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    async Task Measure(Truth truth, string folder)
    {
        await using var storage = await Storage.Open(
            DataFolder.Open(Path.Combine(folder, "data"), demonstration: null), new StorageSettings(), new IdentitiesModule().Migrations, TimeProvider.System, new Chance());
        var (identities, store) = (new IdentitiesStore(storage.Db, storage.Keys), new VigilanceStore(storage.Db, storage.Keys));
        var watch = Stopwatch.StartNew();
        await Load(truth, storage, identities, store);
        Console.WriteLine($"written and indexed in {watch.Elapsed.TotalSeconds:N0} s");

        var matches = new IdentityMatches(store);
        var found = new Dictionary<(int, int), Match>();
        watch.Restart();
        var searching = TimeSpan.Zero;
        for (var at = 0; at < truth.Records.Count; at += 1_000)
        {
            long[] some = [.. Enumerable.Range(at, Math.Min(1_000, truth.Records.Count - at)).Select(KeyOf)];
            var asked = await store.Traits(some, default);
            watch.Restart();
            foreach (var person in asked)
            {
                var one = RecordOf(person.Patient);
                foreach (var (candidate, match) in await matches.Find(person, default))
                {
                    var pair = (Math.Min(one, RecordOf(candidate.Patient)), Math.Max(one, RecordOf(candidate.Patient)));
                    // Asked from either side the more careful answer counts.
                    if (!found.TryGetValue(pair, out var before) || Rank(match) < Rank(before)) found[pair] = match;
                }
            }
            searching += watch.Elapsed;
        }
        Report(truth, found, truth.Records.Count / searching.TotalSeconds);
    }

    static int Rank(Match match) => match.Outcome switch { MatchOutcome.Review => 0, MatchOutcome.Link => 1, _ => 2 };

    static long KeyOf(int record) => record + 1L;

    static int RecordOf(long key) => (int)(key - 1);

    static async Task Load(Truth truth, Storage storage, IdentitiesStore identities, VigilanceStore store)
    {
        for (var at = 0; at < truth.Records.Count; at += 500)
        {
            var unit = new Unit();
            for (var record = at; record < Math.Min(at + 500, truth.Records.Count); record++)
            {
                using var patient = FhirDocument.Parse(Body(truth.Records[record]));
                var used = PatientReader.UsedNameOf(patient.Root);
                IdentitiesStore.Save(unit, KeyOf(record), 1, PatientReader.Read(patient.Root)!, used["family"].Text, used["given"].Text, "provisional");
                foreach (var ins in PatientReader.InsOf(patient.Root)) identities.SaveIns(unit, KeyOf(record), ins);
                store.Save(unit, KeyOf(record), patient.Root, isNew: true);
            }
            await storage.Db.Commit(unit, default);
        }
        for (var at = 0; at < truth.Records.Count; at += 1_000)
        {
            var unit = new Unit();
            foreach (var person in await store.Traits([.. Enumerable.Range(at, Math.Min(1_000, truth.Records.Count - at)).Select(KeyOf)], default)) store.SaveBlocks(unit, person);
            await storage.Db.Commit(unit, default);
        }
    }

    static byte[] Body(Written written) => PatientBuilder.Build(new(written.BirthName, written.Given.Split(' '), written.BirthDate, written.Sex ?? "")
    {
        InsSystem = written.Number is null ? null : Ins.Systems.Test, Ins = written.Number, UsedName = written.UsedName, BirthPlaceCode = written.Town,
        Phone = written.Phone, Street = written.Street, PostCode = written.PostCode, City = written.PostCode is null ? null : "VILLE",
        BirthOrder = written.BirthOrder == 0 ? null : written.BirthOrder
    });

    void Report(Truth truth, Dictionary<(int, int), Match> found, double searches)
    {
        var cells = new Dictionary<(Cell, bool), long>();
        var missed = new Dictionary<string, long>();
        var wrong = new List<string>();
        foreach (var (pair, match) in found)
        {
            var same = truth.Records[pair.Item1].Person == truth.Records[pair.Item2].Person;
            if (match.Outcome == MatchOutcome.Different && !same) continue;
            var cell = match.Outcome switch { MatchOutcome.Link => Cell.Linked, MatchOutcome.Review => Cell.Review, _ => Cell.Missed };
            cells[(cell, same)] = cells.GetValueOrDefault((cell, same)) + 1;
            if (cell == Cell.Linked && !same) wrong.Add($"{truth.Records[pair.Item1]} ≠ {truth.Records[pair.Item2]}: {match.Why}");
            if (cell == Cell.Missed) missed[match.Why] = missed.GetValueOrDefault(match.Why) + 1;
        }
        var pairs = truth.Records.Select((record, index) => (record.Person, index)).GroupBy(record => record.Person)
            .SelectMany(group => group.SelectMany(a => group.Where(b => b.index > a.index).Select(b => (a.index, b.index)))).ToList();
        var apart = pairs.Count(pair => !found.ContainsKey(pair));
        missed["Rien ne les a amenés l’un près de l’autre dans l’index."] = apart;
        cells[(Cell.Missed, true)] = cells.GetValueOrDefault((Cell.Missed, true)) + apart;

        var text = new StringBuilder();
        long Of(Cell cell, bool same) => cells.GetValueOrDefault((cell, same));
        var (links, reviews) = (Of(Cell.Linked, true) + Of(Cell.Linked, false), Of(Cell.Review, true) + Of(Cell.Review, false));
        text.AppendLine("### Identity matching: the confusion matrix").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"`./socle bench identity --seed {seed} --people {people}`; {Socle.Bench.Report.Machine()}. {truth.People.Count:N0} people, {truth.Records.Count:N0} records of them, {pairs.Count:N0} pairs of records of one person; {truth.Twins:N0} twins, {truth.Triplets:N0} triplets (« Jean / Jean-Marie / Marie »), {truth.HouseholdHomonyms:N0} sons with the whole name of their father. The truth is generated by code of its own (`bench/Identity/Truth.cs`).").AppendLine();
        text.AppendLine("| | one person | two people |").AppendLine("|---|---|---|");
        text.AppendLine(CultureInfo.InvariantCulture, $"| linked by itself | {Of(Cell.Linked, true):N0} | {Of(Cell.Linked, false):N0} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| given to a person to decide | {Of(Cell.Review, true):N0} | {Of(Cell.Review, false):N0} |");
        text.AppendLine(CultureInfo.InvariantCulture, $"| not brought together | {Of(Cell.Missed, true):N0} | all others |").AppendLine();
        text.AppendLine(CultureInfo.InvariantCulture, $"- Precision of a link: {(links == 0 ? 1 : Of(Cell.Linked, true) / (double)links):0.000000} of {links:N0}{(Of(Cell.Linked, false) == 0 && links > 0 ? string.Create(CultureInfo.InvariantCulture, $"; no false one in so many says: above {1 - 3.0 / links:0.000000} with 95 % confidence") : "")}.");
        text.AppendLine(CultureInfo.InvariantCulture, $"- Of the pairs of one person {Share(Of(Cell.Linked, true), pairs.Count)} are linked, {Share(Of(Cell.Linked, true) + Of(Cell.Review, true), pairs.Count)} linked or given to a person; of what a person is given {Share(Of(Cell.Review, true), reviews)} is one person.");
        text.AppendLine(CultureInfo.InvariantCulture, $"- {searches:N0} searches per second, one after the other, through the index on disk (SQLite).").AppendLine();
        text.AppendLine("Why pairs of one person were not brought together:").AppendLine().AppendLine("| reason | pairs |").AppendLine("|---|---|");
        foreach (var (why, count) in missed.OrderByDescending(reason => reason.Value)) text.AppendLine(CultureInfo.InvariantCulture, $"| {why} | {count:N0} |");
        Console.WriteLine(text);
        foreach (var one in wrong.Take(20)) Console.WriteLine($"FALSE LINK: {one}");
        if (writes) Document.Replace("identity", text.ToString());
    }

    static string Share(long part, long whole) => whole == 0 ? "–" : (part / (double)whole).ToString("P1", CultureInfo.InvariantCulture);
}
