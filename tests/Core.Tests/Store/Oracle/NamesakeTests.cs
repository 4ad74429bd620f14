using System.Globalization;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;
using Socle.Support;
using Socle.Tests.Support;
using Xunit.Abstractions;

namespace Socle.Core.Tests.Store.Oracle;

/// <summary>People who bear one name: found by it and their birth date without a look at the others, and by nothing that the slow search does not find by.</summary>
public sealed class NamesakeTests(ITestOutputHelper output)
{
    const int People = 150, Asked = 40;
    const string Masked = """
        "meta":{"security":[{"system":"urn:test","code":"MASQUE_PS"}]},
        """;

    static readonly string[] Types = ["Patient", "Person", "RelatedPerson"];
    static readonly string[] Families = ["MARTIN", "Martin", "Martín", "Martinet", "LE MARTIN", "Durand", "#1956-03-04:martin"];
    static readonly string[] Given = ["Zoé", "Zoe", "Jean-Pierre", "Jeanne"];
    static readonly string[] Born = ["1956-03-04", "1956-03-04", "1956-04-03", "1956-03-05", "1956-03", "1956", "2011-11-11", ""];
    static readonly string[] Words = ["MARTIN", "Martín", "mart", "le", "zoe", "Jean", "nobody"];
    static readonly (string Prefix, string Text)[][] Dates =
        [[("", "1956-03-04")], [("", "1956-03-04"), ("", "1956-04-03")], [("", "1956-03")], [("", "1956")], [("ge", "1956-03-04")], [("ne", "1956-03-04")], [("", "1956-03-04T10:00:00Z")]];

    [Theory, OnEachDatabase]
    public async Task A_name_and_a_birth_date_find_what_the_slow_search_finds_before_while_and_after_the_index_grows(DatabaseKind kind)
    {
        var seed = Seed.Of(20_261_122);
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        await using var on = await TestStore.Open(kind);
        var items = await Fill(on, random);
        try
        {
            var born = await OfBirth(on);
            born.Count.ShouldBeGreaterThan(People);
            await Agree(on, on.Records, items, random, few: true);

            // As a database that was written by an earlier version.
            await Run(on, $"delete from store_name where word >= '#1' and word < '#3'");
            await Run(on, $"delete from store_parameter where code = 'birthdate'");
            var upgraded = on.Another();
            await upgraded.LoadParameters(default);
            await Agree(on, upgraded, items, random, few: false);
            (await upgraded.IndexParameters(1, default)).ShouldBeTrue();
            await Agree(on, upgraded, items, random, few: false);
            for (var round = 0; round < 100 && await upgraded.IndexParameters(50, default); round++) on.Database.Clock.Move(TimeSpan.FromSeconds(10));
            (await OfBirth(on)).ShouldBe(born);
            await Agree(on, upgraded, items, random, few: true);
        }
        finally
        {
            foreach (var item in items) item.Doc.Dispose();
        }
    }

    [Theory, OnEachDatabase]
    public async Task Another_birth_date_or_name_takes_the_rows_of_the_one_before_away(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Person("Patient", "MARTIN", "Zoé", "1956-03-04", null));
        await on.Put(on.Steward, "Patient", patient.Id, Person("Patient", "MARTIN", "Zoé", "1956-03-05", null).Replace("{\"res", $"{{\"id\":\"{patient.Id}\",\"res", StringComparison.Ordinal));
        (await OfBirth(on)).Select(row => row.Split(' ')[0]).ShouldBe(["#1956-03-05:martin", "#1956-03-05:zoe"]);
        (await on.Found(on.Steward, "Patient?family=martin&birthdate=1956-03-05")).ShouldBe([patient.Id]);
        (await on.Found(on.Steward, "Patient?family=martin&birthdate=1956-03-04")).ShouldBeEmpty();
        await on.Delete(on.Steward, "Patient", patient.Id);
        (await OfBirth(on)).ShouldBeEmpty();
    }

    [Theory, OnEachDatabase]
    public async Task A_walk_does_not_bring_back_the_name_of_somebody_who_was_erased_meanwhile(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Person("Patient", "MARTIN", "Zoé", "1956-03-04", null));
        var parts = await Parts(on);
        var row = (await parts.Rows.At(on.Steward, new Place("Patient", patient.PatientKey, 1), default))!;
        var index = new Indexed();
        index.Names.Add("martin");
        var (erase, walk) = (new Unit(), new Unit());
        on.Database.Keys.Erase(erase, patient.PatientKey);
        Commands.Erase(erase, patient.PatientKey);
        await on.Database.Db.Commit(erase, default);
        Commands.Complete(walk, row, index);
        await on.Database.Db.Commit(walk, default);
        (await on.Database.Db.First($"select count(*) from store_name where patient = {patient.PatientKey}", found => found.Long(0), default)).ShouldBe(0);
    }

    [Theory, OnEachDatabase]
    public async Task The_key_of_somebody_who_is_not_in_memory_comes_with_the_row(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Person("Patient", "MARTIN", "Zoé", "1956-03-04", null));
        await on.Database.Restart();
        var keys = on.Database.Keys;
        keys.IsInMemory(patient.PatientKey).ShouldBeFalse();
        var parts = await Parts(on);
        await parts.Rows.At(on.Steward, new Place("Patient", patient.PatientKey, 1), default);
        keys.IsInMemory(patient.PatientKey).ShouldBeTrue();
        TestStore.Text(await parts.Rows.Open((await parts.Rows.Find(on.Steward, "Patient", patient.Id, default))!, default)).ShouldContain("MARTIN");
    }

    // Some of all types, names and kinds of dates, by two who see different parts; and how many rows of the index are read for it.
    static async Task Agree(TestStore on, RecordStore records, List<PlainItem> items, Random random, bool few)
    {
        var plain = new PlainSearch(items, new PlainTerms(), LoadedWorld.Now);
        var known = items.Where(item => item.Type == "Patient").Take(80).Select(item => item.Patient).ToHashSet();
        var professional = on.Scope("rpps:1", AgentKind.Professional, new Reach(false, known, false, null) { Hidden = Labels.HiddenFromProfessionals });
        var seen = items.Where(item => known.Contains(item.Patient) && item.Doc.Root["meta"].All("security").All(label => label["code"].Text != "MASQUE_PS")).ToHashSet();
        (Scope Scope, PlainView View)[] askers =
            [(on.Steward, View(items.ToHashSet())), (professional, View(seen))];
        var questions = Questions().ToArray();
        random.Shuffle(questions);
        foreach (var question in questions[..Asked])
        {
            foreach (var (scope, view) in askers)
            {
                var query = SearchQuery.Parse(question.Type, question.Parameters(), strict: true, SearchEnvironment.Default with { Now = LoadedWorld.Now });
                var found = (await records.Search(scope, query, default)).Matches.Select(match => match.Reference);
                found.ShouldBe(plain.Matches(view, question).Select(item => item.ToString()), ignoreOrder: true, $"{question} by {scope.Agent.Id}");
            }
        }
        var (rows, plan) = await Read(on, "family=martin&birthdate=1956-03-04");
        var bearers = items.Count(item => item.Type == "Patient" && FamilyOf(item).StartsWith("mart", StringComparison.Ordinal));
        if (few) rows.ShouldBeLessThanOrEqualTo(items.Count(item => item.Type == "Patient" && item.Doc.Root["birthDate"].Text == "1956-03-04"));
        else rows.ShouldBeGreaterThanOrEqualTo(bearers / 2);
        plan.ShouldContain(line => line.Contains("store_name", StringComparison.Ordinal) && (line.Contains("word>?", StringComparison.Ordinal) || line.Contains("Index", StringComparison.Ordinal)));
        if (few) (await Read(on, "name:exact=MARTIN&birthdate=1956-03-04,1956-04-03")).Rows.ShouldBeLessThan(bearers);
    }

    static string FamilyOf(PlainItem item) => FrenchText.Normal(item.Doc.Root["name"]["family"].Text ?? "");

    static PlainView View(HashSet<PlainItem> items) => new(items, items, _ => true, _ => true);

    static IEnumerable<PlainQuestion> Questions() =>
        from type in Types
        from name in type == "Patient" ? (string[])["family", "name", "given"] : ["name"]
        from word in Words
        from date in Dates
        from modifier in (string?[])[null, .. word == "MARTIN" ? (string[])["exact", "contains"] : []]
        select new PlainQuestion(type, [new PlainClause(name, modifier, false, word == "le" ? [new("", "le"), new("", "dur")] : [new("", word)]),
            new PlainClause("birthdate", null, false, [.. date.Select(one => new Wanted(one.Prefix, one.Text))])]);

    // How many rows of the index of names the search reads, and how the database goes about it.
    static async Task<(long Rows, List<string> Plan)> Read(TestStore on, string search)
    {
        var parts = await Parts(on);
        var ask = Ask.Of(SearchQuery.Parse("Patient", search, strict: true));
        var filter = await new SearchPlan(parts.Rows, parts.Hashes, parts.Ids, parts.Parameters, parts.Searching, parts.Persons).Of(on.Steward, ask, default);
        var words = parts.Searching.CandidatesOf(on.Steward, ask, filter).Words()!;
        var rows = await on.Database.Db.First($"select count(*) from store_name w where w.type = {Definitions.TypeNumber("Patient")} and ({words})", row => row.Long(0), default);
        return (rows, await on.Database.Db.Explain($"select w.patient from store_name w where w.type = {Definitions.TypeNumber("Patient")} and ({words})", default));
    }

    static async Task<StoreParts> Parts(TestStore on)
    {
        var of = on.Database;
        var parts = new StoreParts(of.Db, of.Keys, of.Blobs, of.Audit, of.Chance, of.Clock, [], null, null);
        await parts.Parameters.Ready(default);
        return parts;
    }

    static Task<List<string>> OfBirth(TestStore on) => on.Database.Db.Query(
        $"select word, type, patient, number from store_name where word >= '#' and word < '$' order by word, type, patient, number",
        row => string.Create(CultureInfo.InvariantCulture, $"{row.Text(0)} {row.Long(1)} {row.Long(2)} {row.Long(3)}"), default);

    static async Task Run(TestStore on, Sql sql)
    {
        var unit = new Unit();
        unit.Add(sql);
        await on.Database.Db.Commit(unit, default);
    }

    static async Task<List<PlainItem>> Fill(TestStore on, Random random)
    {
        string Any(string[] of) => of[random.Next(of.Length)];
        var patients = Enumerable.Range(0, People).Select(_ => Person("Patient", Any(Families), Any(Given), Any(Born), null, random.Next(5) == 0)).ToList();
        var stored = await Write(on, patients);
        stored.AddRange(await Write(on, Enumerable.Range(0, 40).Select(i => Person("Person", Any(Families), Any(Given), Any(Born), null))));
        var referred = stored[..People].ConvertAll(patient => patient.Reference);
        stored.AddRange(await Write(on, Enumerable.Range(0, 40).Select(i => Person("RelatedPerson", Any(Families), Any(Given), Any(Born), referred[i]))));
        return stored.ConvertAll(one => new PlainItem(one.Type, one.Id, on.Records.IdOf(one.PatientKey, one.Number), FhirDocument.Parse(one.Bytes), one.PatientKey, one.Number, one.LastUpdated));
    }

    static async Task<List<Stored>> Write(TestStore on, IEnumerable<string> bodies) =>
        [.. (await on.Records.Write(on.Steward, [.. bodies.Select(body => new WriteOp.Create(TestStore.Doc(body), null))], WriteOptions.Default, default)).Select(result => result.Stored)];

    static string Person(string type, string family, string given, string born, string? patient, bool masked = false) => $$$"""
        {"resourceType":"{{{type}}}",{{{(masked ? Masked : "")}}}{{{(patient is null ? "" : $"\"patient\":{{\"reference\":\"{patient}\"}},")}}}"name":[{"family":"{{{family}}}","given":["{{{given}}}"]}]{{{(born.Length == 0 ? "" : $",\"birthDate\":\"{born}\"")}}}}
        """;
}
