using System.Text;
using Socle.Directories;
using Socle.Fhir;
using Socle.SharedRecord;
using Socle.Store;
using Socle.Support;

namespace Socle.Modules.Tests.Directories;

/// <summary>The public extracts, on both databases: what is in the directory afterwards, and what the report says line by line.</summary>
public sealed class ExtractImportTests
{
    internal static string Rpps(int number) => ExtractMaker.WithKey($"99999{number:00000}");
    internal static string Finess(int number) => ExtractMaker.WithKey($"99{number:000000}");

    internal static string Line(params (string Column, string Value)[] fields)
    {
        var names = ExtractMaker.Header.Split('|');
        var line = new string[names.Length];
        Array.Fill(line, "");
        foreach (var (column, value) in fields)
        {
            Array.IndexOf(names, column).ShouldBeGreaterThanOrEqualTo(0, column);
            line[Array.IndexOf(names, column)] = value;
        }
        return string.Join('|', line);
    }

    internal static (string, string)[] Person(string id, string family = "Jézéquel", string profession = "60", params (string, string)[] more) =>
    [
        ("Identification nationale PP", id), ("Nom d'exercice", family), ("Prénom d'exercice", "Claire"), ("Code civilité", "MME"), ("Code profession", profession),
        ("Code catégorie professionnelle", "C"), .. more
    ];

    internal static (string, string)[] At(string finess, string name = "Hôpital des Essais") =>
    [
        ("Code mode exercice", "S"), ("Numéro FINESS site", finess), ("Raison sociale site", name), ("Code postal (coord. structure)", "29000"),
        ("Libellé commune (coord. structure)", "Quimper"), ("Téléphone (coord. structure)", "0298000000"), ("Code genre activité", "GENR01")
    ];

    internal static async Task<ImportOutcome> Import(RecordWorld world, string name, string text, ImportOptions? options = null, Encoding? encoding = null)
    {
        var path = Path.Combine(world.Database.Folder, name);
        await File.WriteAllTextAsync(path, text, encoding ?? new UTF8Encoding(false));
        return (await world.Importer.Import([path], options ?? new(), null, default)).Outcomes.Single();
    }

    internal static Task<ImportOutcome> Activities(RecordWorld world, params string[] lines) =>
        Import(world, "PS_LibreAcces_Personne_activite_202611220312.txt", ExtractMaker.Header + "\n" + string.Concat(lines.Select(line => line + "\n")));

    internal static async Task<List<Stored>> Find(RecordWorld world, string type, params (string, string)[] asked) =>
        [.. (await world.Store.Search(await world.Enter(RecordWorld.Steward), SearchQuery.Parse(type, [.. asked.Select(one => new KeyValuePair<string, string>(one.Item1, one.Item2))], strict: true), default)).Matches];

    internal static async Task<List<RunChange>> Report(RecordWorld world, params string[] what)
    {
        var store = world.Get<DirectoriesStore>();
        var report = new List<RunChange>();
        await foreach (var change in store.Report((await store.Runs(1, default))[0].Id, default))
            if (what.Contains(change.What)) report.Add(change);
        return report;
    }

    internal static Task<RecordWorld> Open(DatabaseKind kind) => RecordWorld.Open(kind, [], new DirectoriesModule());

    [Theory, OnEachDatabase]
    public async Task A_line_is_a_person_a_structure_and_a_situation(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var (rpps, finess) = (Rpps(1), Finess(1));
        var outcome = await Activities(world,
            Line([.. Person("8" + rpps, more: [("Code type savoir-faire", "S"), ("Code savoir-faire", "SM54"), ("Code civilité d'exercice", "DR")]), .. At(finess), ("Numéro FINESS établissement juridique", Finess(7)), ("Autorité d'enregistrement", "CNOM/CNOM")]),
            Line([.. Person("8" + rpps), .. At(Finess(2), "Clinique"), ("Code genre activité", "GENR02")]));
        outcome.State.ShouldBe(ImportState.Filed, outcome.Detail + string.Join(" ", outcome.Faults));
        outcome.Detail.ShouldContain("2 ajoutées");

        var person = (await Find(world, "Practitioner", ("identifier", $"https://rpps.esante.gouv.fr|{rpps}"))).ShouldHaveSingleItem();
        var text = Encoding.UTF8.GetString(person.Bytes.Span);
        text.ShouldContain("\"family\":\"Jézéquel\"");
        text.ShouldContain("\"suffix\":[\"DR\"]");
        text.ShouldContain("SM54");
        text.ShouldContain("\"date-maj-ae\",\"valueDateTime\":\"2026-11-22\"");
        var roles = await Find(world, "PractitionerRole", ("practitioner", person.Reference));
        roles.Count.ShouldBe(2);
        Encoding.UTF8.GetString(roles.Single(role => Encoding.UTF8.GetString(role.Bytes.Span).Contains("GENR02", StringComparison.Ordinal)).Bytes.Span).ShouldContain("TRE-R23-ModeExercice\",\"code\":\"S\"");
        var place = (await Find(world, "Organization", ("identifier", $"urn:oid:1.2.250.1.71.4.2.2|1{finess}"))).ShouldHaveSingleItem();
        var legal = (await Find(world, "Organization", ("identifier", "1" + Finess(7)))).ShouldHaveSingleItem();
        Encoding.UTF8.GetString(place.Bytes.Span).ShouldContain($"\"partOf\":{{\"reference\":\"{legal.Reference}\"}}");
        (await Find(world, "PractitionerRole", ("organization", place.Reference))).Count.ShouldBe(1);
        (await Find(world, "Practitioner", ("name", "jezequel"))).Count.ShouldBe(1);
    }

    [Theory, OnEachDatabase]
    public async Task The_next_edition_is_told_line_by_line(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var maker = new ExtractMaker(6_000);
        var (first, second) = (Path.Combine(world.Database.Folder, "activite-1.txt"), Path.Combine(world.Database.Folder, "activite-2.txt"));
        maker.Write(first);
        (await world.Importer.Import([first], new(), null, default)).Outcomes[0].Faults.ShouldBeEmpty();
        var again = (await world.Importer.Import([first], new(), null, default)).Outcomes[0];
        again.Resources.ShouldBe(0);
        again.Detail.ShouldContain("inchangées, 0 écartées");

        var truth = maker.WriteNext(second, 2);
        var outcome = (await world.Importer.Import([second], new(), null, default)).Outcomes[0];
        outcome.Faults.ShouldBeEmpty();
        (await Report(world, "added")).Select(change => change.Line).ShouldBe(truth.Added, ignoreOrder: true);
        var changed = await Report(world, "changed");
        changed.Select(change => change.Line).ShouldBe(truth.Changed, ignoreOrder: true);
        changed.ShouldAllBe(change => change.Detail == "Numéro Voie (coord. structure) ; Téléphone (coord. structure)");
        (await Report(world, "removed")).Count.ShouldBe(truth.Removed);
        (await world.Get<DirectoriesStore>().Runs(1, default))[0].Counts.ShouldBe(
            new(truth.Lines, truth.Added.Count, truth.Changed.Count, truth.Removed, truth.Lines - truth.Added.Count - truth.Changed.Count, 0));
        (await Find(world, "PractitionerRole", ("active", "false"), ("_count", "200"))).Count.ShouldBe(Math.Min(200, truth.Removed));
    }

    [Theory, OnEachDatabase]
    public async Task Bad_lines_are_listed_and_the_others_go_in(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var right = Line([.. Person("8" + Rpps(1)), .. At(Finess(1))]);
        var outcome = await Activities(world,
            right,
            right,                                                                                        // 3: twice
            Line([.. Person("899999000001"), .. At(Finess(1))]),                                          // 4: key
            Line([.. Person("8" + Rpps(2)), .. At("990000018")]),                                         // 5: FINESS key
            Line([.. Person("8" + Rpps(3)), .. At(Finess(9), "")]),                                       // 6: structure nowhere
            right[..60],                                                                                  // 7: too few fields
            Line([.. Person("8" + Rpps(4), family: ""), .. At(Finess(1))]),                               // 8: no name
            Line([.. Person("8" + Rpps(5)), .. At(Finess(1))]));
        outcome.State.ShouldBe(ImportState.Filed);
        (await Report(world, "skipped")).Select(change => change.Line).ShouldBe([3, 4, 5, 6, 7, 8], ignoreOrder: true);
        outcome.Faults.Count.ShouldBe(6);
        outcome.Faults.ShouldContain(fault => fault.StartsWith("ligne 6 : Orpheline", StringComparison.Ordinal));
        (await Find(world, "Practitioner")).Count.ShouldBe(2);
        (await Find(world, "PractitionerRole")).Count.ShouldBe(2);
    }

    [Theory, OnEachDatabase]
    public async Task A_file_that_was_cut_or_is_of_another_encoding_changes_nothing(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        string[] lines = [.. Enumerable.Range(1, 20).Select(i => Line([.. Person("8" + Rpps(i)), .. At(Finess(1))]))];
        await Activities(world, lines);
        var whole = ExtractMaker.Header + "\n" + string.Join("\n", lines);

        var cut = await Import(world, "cut.txt", whole[..^40]);
        cut.State.ShouldBe(ImportState.Refused);
        cut.Detail.ShouldContain("coupé : sa dernière ligne (21)");
        var latin = await Import(world, "latin.txt", whole + "\n", encoding: Encoding.Latin1);
        latin.State.ShouldBe(ImportState.Refused);
        latin.Detail.ShouldContain("ligne 1, colonne");
        (await Import(world, "latin.txt", whole + "\n", new() { Encoding = "cp1252" }, Encoding.Latin1)).Detail.ShouldContain("20 inchangées");
        (await Import(world, "bom.txt", whole + "\n", encoding: new UTF8Encoding(true))).Detail.ShouldContain("20 inchangées");
        (await Import(world, "crlf.txt", whole.Replace("\n", "\r\n", StringComparison.Ordinal) + "\r\n")).Detail.ShouldContain("20 inchangées");

        // Cut between two lines: nothing in the file tells.
        var half = ExtractMaker.Header + "\n" + string.Concat(lines[..5].Select(line => line + "\n"));
        var shorter = await Import(world, "half.txt", half);
        shorter.Faults.ShouldHaveSingleItem().ShouldContain("15 lignes sur 20");
        (await Find(world, "PractitionerRole", ("active", "true"))).Count.ShouldBe(20);
        (await Import(world, "half.txt", half, new() { MayRemoveMany = true })).Faults.ShouldBeEmpty();
        (await Find(world, "PractitionerRole", ("active", "true"))).Count.ShouldBe(5);
        (await Find(world, "Practitioner", ("active", "true"))).Count.ShouldBe(5);
    }

    [Theory, OnEachDatabase]
    public async Task From_adeli_to_rpps_the_person_keeps_the_entry(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        await Activities(world, Line([.. Person("0299900017"), .. At(Finess(1))]));
        var before = (await Find(world, "Practitioner")).ShouldHaveSingleItem();
        var passage = await Import(world, "passage.txt", $"Identification nationale PP|Ancienne identification nationale PP|\n8{Rpps(1)}|0299900017|\n8{Rpps(2)}|0299900025|\n");
        passage.Faults.ShouldHaveSingleItem().ShouldContain("ligne 3 : Orpheline");
        await Activities(world, Line([.. Person("8" + Rpps(1), profession: "93"), .. At(Finess(1))]));
        var after = (await Find(world, "Practitioner")).ShouldHaveSingleItem();
        after.Id.ShouldBe(before.Id);
        var text = Encoding.UTF8.GetString(after.Bytes.Span);
        text.ShouldContain($"8{Rpps(1)}");
        text.ShouldContain("\"use\":\"old\"");
        (await Find(world, "PractitionerRole", ("active", "true"))).ShouldHaveSingleItem();
        (await Find(world, "Practitioner", ("identifier", "0299900017"))).ShouldHaveSingleItem();
    }

    [Theory, OnEachDatabase]
    public async Task A_passage_that_is_known_late_makes_one_person_of_two_entries(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        string[] others = [.. Enumerable.Range(10, 5).Select(i => Line([.. Person("8" + Rpps(i)), .. At(Finess(1))]))];
        var adeli = Line([.. Person("0299900017", profession: "93"), .. At(Finess(1))]);
        var rpps = Line([.. Person("8" + Rpps(1), profession: "93", more: [("Code type savoir-faire", "S"), ("Code savoir-faire", "SM54")]), .. At(Finess(2), "Clinique")]);
        await Activities(world, [adeli, .. others]);
        var elder = (await Find(world, "Practitioner", ("identifier", "0299900017"))).ShouldHaveSingleItem();
        await Activities(world, [adeli, rpps, .. others]);
        var younger = (await Find(world, "Practitioner", ("identifier", "8" + Rpps(1)))).ShouldHaveSingleItem();
        younger.Id.ShouldNotBe(elder.Id);
        // The younger is suspended when they are joined; the elder's own line is gone by then.
        var register = world.Get<ProfessionalRegister>();
        await register.Suspend(RecordWorld.Steward, Rpps(1), null, "Décision de l’ordre", default);
        await Activities(world, [rpps, .. others]);

        var table = $"Identification nationale PP|Ancienne identification nationale PP|\n8{Rpps(1)}|0299900017|\n";
        var passage = await Import(world, "passage.txt", table);
        passage.Faults.ShouldBeEmpty();
        passage.Detail.ShouldContain("1 ajoutées");
        (await Import(world, "passage.txt", table)).Detail.ShouldContain("1 inchangées");
        var now = (await Find(world, "Practitioner", ("identifier", "8" + Rpps(1)))).ToDictionary(one => one.Id, one => Encoding.UTF8.GetString(one.Bytes.Span));
        now.Count.ShouldBe(2);
        foreach (var said in (string[])["0299900017", "\"use\":\"old\"", "SM54", "\"active\":false", "directories:suspended"]) now[elder.Id].ShouldContain(said);
        now[younger.Id].ShouldContain($"\"reference\":\"{elder.Reference}\"");
        now[younger.Id].ShouldContain("\"active\":false");
        (await Find(world, "PractitionerRole", ("practitioner", younger.Reference))).ShouldBeEmpty();
        (await Find(world, "PractitionerRole", ("practitioner", elder.Reference))).Count.ShouldBe(2);

        await register.Lift(RecordWorld.Steward, Rpps(1), "Décision levée", default);
        (await Find(world, "Practitioner", ("identifier", "8" + Rpps(1)), ("active", "true"))).ShouldHaveSingleItem().Id.ShouldBe(elder.Id);
        (await Find(world, "PractitionerRole", ("practitioner", elder.Reference), ("active", "true"))).ShouldHaveSingleItem();

        // Later editions speak of the one person: a change, a second place, and the end of the last line.
        var second = Line([.. Person("8" + Rpps(1), "Jézéquel-Renom", "93"), .. At(Finess(3), "Cabinet")]);
        await Activities(world, [rpps, second, .. others]);
        (await Find(world, "PractitionerRole", ("practitioner", elder.Reference), ("active", "true"))).Count.ShouldBe(2);
        await Activities(world, [rpps, .. others]);
        (await Find(world, "Practitioner", ("identifier", "8" + Rpps(1)), ("active", "true"))).ShouldHaveSingleItem();
        await Activities(world, others);
        (await Find(world, "Practitioner", ("identifier", "8" + Rpps(1)), ("active", "true"))).ShouldBeEmpty();
        (await Find(world, "Practitioner", ("active", "true"))).Count.ShouldBe(others.Length);
    }

    [Theory, OnEachDatabase]
    public async Task Skills_degrees_and_finess_complete_what_stands(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var (rpps, finess) = (Rpps(1), Finess(1));
        await Activities(world, Line([.. Person("8" + rpps, profession: "10"), .. At(finess, "HOP ESSAI")]));
        var skills = await Import(world, "PS_LibreAcces_SavoirFaire_202611220312.txt",
            "Type d'identifiant PP|Identifiant PP|Identification nationale PP|Nom d'exercice|Prénom d'exercice|Code profession|Libellé profession|Code catégorie professionnelle|Libellé catégorie professionnelle|Code type savoir-faire|Libellé type savoir-faire|Code savoir-faire|Libellé savoir-faire|\n"
            + $"8|{rpps}|8{rpps}|J|C|10|Médecin|C|Civil|S|Spécialité ordinale|SM54|Médecine générale|\n8|{Rpps(2)}|8{Rpps(2)}|J|C|10|Médecin|C|Civil|S|Spécialité ordinale|SM54|Médecine générale|\n");
        skills.Faults.ShouldHaveSingleItem().ShouldContain("Orpheline");
        await Import(world, "PS_LibreAcces_Dipl_AutExerc_202611220312.txt",
            "Type d'identifiant PP|Identifiant PP|Identification nationale PP|Nom d'exercice|Prénom d'exercice|Code type diplôme obtenu|Libellé type diplôme obtenu|Code diplôme obtenu|Libellé diplôme obtenu|Code type autorisation|Libellé type autorisation|Code discipline autorisation|Libellé discipline autorisation|\n"
            + $"8|{rpps}|8{rpps}|J|C|DE|Diplôme d'Etat français|DE09|DE Docteur en médecine|||||\n");
        var person = Encoding.UTF8.GetString((await Find(world, "Practitioner")).ShouldHaveSingleItem().Bytes.Span);
        foreach (var code in (string[])["\"10\"", "SM54", "DE09"]) person.ShouldContain(code);

        string Place(string number, string name, string ej = "") => $"structureet;{number};{ej};{name};{name} LONGUE;;;12;R;DES ESSAIS;;;232;29;FINISTERE;29000 QUIMPER;0298111111;;355;Centre Hospitalier;1102;Centres Hospitaliers;;8610Z;03;ARS;1;Public;1979-02-13;1979-02-13;2020-02-04;\n";
        var etalab = "finess;etalab;111;2026-11-12\n" + Place(finess, "CH DES ESSAIS", Finess(7)) + Place(Finess(2), "AUTRE") + Place("990000018", "FAUSSE CLE");
        var structures = await Import(world, "etalab-cs1100502-stock-20261112-0339.csv", etalab);
        structures.Detail.ShouldContain("2 ajoutées");
        structures.Faults.ShouldHaveSingleItem().ShouldContain("ligne 4");
        var place = (await Find(world, "Organization", ("identifier", "1" + finess))).ShouldHaveSingleItem();
        Encoding.UTF8.GetString(place.Bytes.Span).ShouldContain("CH DES ESSAIS LONGUE");
        // What an activity says of a structure of FINESS is not written over it; a merged structure ends.
        await Activities(world, Line([.. Person("8" + rpps, profession: "10"), .. At(finess, "HOP RENOMME")]));
        Encoding.UTF8.GetString((await Find(world, "Organization", ("identifier", "1" + finess))).Single().Bytes.Span).ShouldContain("CH DES ESSAIS LONGUE");
        await Activities(world, Line([.. Person("8" + rpps, profession: "10"), .. At(Finess(3), "Fusionnée"), ("Ancien identifiant de la structure", Finess(2))]));
        var merged = Encoding.UTF8.GetString((await Find(world, "Organization", ("identifier", $"https://finess.esante.gouv.fr|{Finess(2)}"))).Single().Bytes.Span);
        merged.ShouldContain("\"active\":false");
        merged.ShouldContain("replaced-by");
    }

    [SharedDataTheory("annuaire-sante", "mss-json"), OnEachDatabase]
    public async Task Published_samples_go_in_and_malformed_ones_are_refused_with_line_and_column(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var mailboxes = await world.Importer.Import([SharedData.At("mss-json")], new(), null, default);
        mailboxes.Outcomes.Count.ShouldBe(6);
        mailboxes.Outcomes.ShouldAllBe(outcome => outcome.State == ImportState.Filed || outcome.State == ImportState.Unchanged);
        (await Find(world, "Practitioner", ("telecom", "jean-marie.dupont@infirmier.mssante.fr"))).ShouldNotBeEmpty();

        // As published: trailing commas, braces that are missing, « [...] »; three more are an envelope without a resource type.
        var published = (await world.Importer.Import([SharedData.At("annuaire-sante")], new(), null, default)).Outcomes.Where(one => one.Path.EndsWith(".json", StringComparison.Ordinal)).ToList();
        published.Count.ShouldBe(14);
        published.ShouldAllBe(outcome => outcome.State == ImportState.Refused);
        published.Count(outcome => System.Text.RegularExpressions.Regex.IsMatch(outcome.Detail, "line [0-9]+, column [0-9]+")).ShouldBe(11);
    }
}
