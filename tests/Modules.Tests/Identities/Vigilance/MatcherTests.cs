using System.Globalization;
using System.Text;
using Socle.Core.Tests;
using Socle.Identities;
using Socle.Modules.Tests.House;
using Socle.Platform;
using Socle.Support;
using Match = Socle.Identities.Match;

namespace Socle.Modules.Tests.Identities;

public class MatcherTests
{
    static readonly MatchTraits Jean = new()
    {
        Patient = 1, BirthName = "martin", FirstNames = "jean pierre", BirthDate = "1979-03-12", Sex = "M", BirthPlace = "29232", Phone = 5, Address = 6,
        Ins = [new(100, 8, false)]
    };

    static readonly MatchTraits NoNumber = Jean with { Patient = 2, Ins = [] };

    static readonly (string What, MatchTraits Other, string Expected)[] Cases =
    [
        ("the same number and traits", Jean with { Patient = 2 }, "Link"),
        ("no number, all traits and the telephone", NoNumber with { Address = 7 }, "Link"),
        ("no number, all traits and nothing else: perhaps a perfect homonym", NoNumber with { Address = 7, Phone = 8 }, "Review"),
        ("a slip in the name, and the contact", NoNumber with { BirthName = "matrin" }, "Link"),
        ("a slip in the name, another telephone and address", NoNumber with { BirthName = "matrin", Phone = 8, Address = 9 }, "Review"),
        ("a slip in the name and another place", NoNumber with { BirthName = "matrin", BirthPlace = "75056" }, "Review"),
        ("name and given name exchanged", NoNumber with { BirthName = "jean", FirstNames = "martin" }, "Link"),
        ("name and given name exchanged, no contact", NoNumber with { BirthName = "jean", FirstNames = "martin", Phone = 0, Address = 0 }, "Review"),
        ("day and month exchanged", NoNumber with { BirthDate = "1979-12-03" }, "Link"),
        ("a digit of the day", NoNumber with { BirthDate = "1979-03-13" }, "Link"),
        ("a digit of the year: perhaps a father and his son", NoNumber with { BirthDate = "1978-03-12" }, "Review"),
        ("a digit of the year and one number", Jean with { Patient = 2, BirthDate = "1978-03-12" }, "Link"),
        ("a digit of the year and one number, a slip in the name", Jean with { Patient = 2, BirthDate = "1978-03-12", BirthName = "matrin" }, "Review"),
        ("a date that is not whole", NoNumber with { BirthDate = "1979" }, "Link"),
        ("a date that is not whole at one address: perhaps a home for workers", NoNumber with { BirthDate = "1979", Phone = 8 }, "Review"),
        ("no place of birth", NoNumber with { BirthPlace = "" }, "Link"),
        ("no place and no sex", NoNumber with { BirthPlace = "", Sex = "" }, "Review"),
        ("another name and one number", Jean with { Patient = 2, BirthName = "durand" }, "Link"),
        ("another name and no number", NoNumber with { BirthName = "durand" }, "Review"),
        ("a given name almost the same, no number: perhaps twins", NoNumber with { FirstNames = "jeam pierre" }, "Review"),
        ("a given name almost the same, one number, the others the same", Jean with { Patient = 2, FirstNames = "jeam pierre" }, "Link"),
        ("a given name alone almost the same, one number: perhaps twins", Jean with { Patient = 2, FirstNames = "jeam" }, "Review"),
        ("only the first given name", NoNumber with { FirstNames = "jean" }, "Review"),
        ("called by the second given name", NoNumber with { FirstNames = "pierre" }, "Review"),
        ("a twin brother", NoNumber with { FirstNames = "paul" }, "Different"),
        ("a twin brother with a number of his own", Jean with { Patient = 2, FirstNames = "paul", Ins = [new(101, 8, false)] }, "Different"),
        ("twins by their order", NoNumber with { BirthOrder = 2, FirstNames = "jean" }, "Review"),
        ("the son with the father's whole name", NoNumber with { BirthDate = "2005-08-30" }, "Different"),
        ("somebody else with this number", Jean with { Patient = 2, FirstNames = "paul" }, "Review"),
        ("waiting number and final number, and the contact", Jean with { Patient = 2, Ins = [new(102, 9, false)] }, "Link"),
        ("a former number of the other", Jean with { Patient = 2, Ins = [new(103, 8, false), new(100, 8, true)] }, "Review"),
        ("another number, all traits the same", Jean with { Patient = 2, Ins = [new(104, 8, false)] }, "Review"),
        ("another number, another name", Jean with { Patient = 2, BirthName = "martins", Ins = [new(104, 8, false)] }, "Different"),
        ("only the sex differs, one number", Jean with { Patient = 2, Sex = "F" }, "Link"),
        ("the sex differs, no number", NoNumber with { Sex = "F" }, "Review"),
        ("nothing in common", new() { Patient = 2, BirthName = "durand", FirstNames = "anne", BirthDate = "1950-01-02", Sex = "F" }, "Different")
    ];

    [Fact]
    public void Two_identities_are_what_they_are_to_each_other_and_it_is_explained() => Cases.ToList().ForEach(Check);

    static void Check((string What, MatchTraits Other, string Expected) about)
    {
        var (what, other, expected) = about;
        foreach (var match in new[] { Matcher.Compare(Jean, other), Matcher.Compare(other, Jean) })
        {
            match.Outcome.ToString().ShouldBe(expected, what);
            match.Why.ShouldNotBeEmpty(what);
            match.Fields.Count.ShouldBe(Enum.GetValues<MatchField>().Length);
            match.Score.ShouldBe(Math.Round(match.Fields.Sum(field => field.Weight), 1));
            match.Fields.ShouldAllBe(field => field.French.Length > 5);
        }
    }

    [Fact]
    public void A_married_woman_is_known_by_either_name()
    {
        var zoe = new MatchTraits { Patient = 1, BirthName = "lefevre", UsedName = "morel", FirstNames = "zoe", BirthDate = "1985-02-03", Sex = "F" };
        Matcher.Compare(zoe, zoe with { Patient = 2, BirthName = "morel", UsedName = "" }).Outcome.ShouldBe(MatchOutcome.Review);
        Matcher.Compare(zoe, zoe with { Patient = 2, BirthName = "durand", UsedName = "", FormerNames = ["lefevre"] }).Outcome.ShouldBe(MatchOutcome.Review);
    }

    // Whatever is missing and whoever is asked first, no two of them are ever linked.
    [Fact]
    public void Triplets_Jean_Jean_Marie_and_Marie_are_never_linked()
    {
        var names = new[] { "jean", "jean marie", "marie" };
        for (var number = 0; number < 2; number++)
            for (var order = 0; order < 2; order++)
                for (var a = 0; a < 3; a++)
                    for (var b = 0; b < 3; b++)
                    {
                        if (a == b) continue;
                        MatchTraits Triplet(int which) => Jean with
                        {
                            Patient = which + 1, FirstNames = names[which], Ins = number == 0 ? [] : [new(100 + which, 8, false)], BirthOrder = order == 0 ? 0 : which + 1
                        };
                        Matcher.Compare(Triplet(a), Triplet(b)).Outcome.ShouldNotBe(MatchOutcome.Link, $"{names[a]} {names[b]}");
                    }
    }

    [Fact]
    public void Nobody_is_linked_by_contact_while_a_possible_twin_is_near()
    {
        Matcher.Rank(Jean, [NoNumber])[0].Match.Outcome.ShouldBe(MatchOutcome.Link);
        var twin = Jean with { Patient = 3, FirstNames = "paul", Ins = [new(101, 8, false)] };
        Matcher.Rank(Jean, [NoNumber, twin]).ShouldAllBe(pair => pair.Match.Outcome != MatchOutcome.Link);
        // One number and the same given names are the person's own whoever is near; « Jean » alone may be the twin of « Jean Pierre ».
        Matcher.Rank(Jean, [Jean with { Patient = 2 }, twin])[0].Match.Outcome.ShouldBe(MatchOutcome.Link);
        Matcher.Rank(Jean, [NoNumber, NoNumber with { Patient = 4, FirstNames = "jean" }])[0].Match.Outcome.ShouldBe(MatchOutcome.Review);
    }

    // « Jean » and « Jean-Marie », born on two sides of midnight, are both written « Jean ».
    [Fact]
    public void A_digit_of_the_date_is_a_slip_without_a_number_only_where_two_given_names_agree()
    {
        var jean = NoNumber with { FirstNames = "jean" };
        Matcher.Compare(jean, jean with { Patient = 3, BirthDate = "1979-03-13" }).Outcome.ShouldBe(MatchOutcome.Review);
        Matcher.Compare(jean, jean with { Patient = 3, BirthDate = "1979-12-03" }).Outcome.ShouldBe(MatchOutcome.Review);
        Matcher.Compare(NoNumber, NoNumber with { Patient = 3, BirthDate = "1979-03-13" }).Outcome.ShouldBe(MatchOutcome.Link);
    }

    // Twins may share their first given name: without a number it says too little.
    [Fact]
    public void A_list_cut_short_is_linked_by_the_number_where_no_compound_begins_so_and_without_one_after_two_names()
    {
        static MatchOutcome Of(MatchTraits person, string cut, int order = 0) => Matcher.Compare(person, person with { Patient = 3, FirstNames = cut, BirthOrder = order }).Outcome;
        Of(Jean with { FirstNames = "sylvie anne" }, "sylvie").ShouldBe(MatchOutcome.Link);
        Of(Jean with { FirstNames = "marie anne" }, "marie").ShouldBe(MatchOutcome.Review);
        Of(Jean with { FirstNames = "sylvie anne" }, "sylvie", order: 1).ShouldBe(MatchOutcome.Review);
        Of(NoNumber with { FirstNames = "bernard henri" }, "bernard").ShouldBe(MatchOutcome.Review);
        Of(NoNumber with { FirstNames = "bernard henri paul" }, "bernard henri").ShouldBe(MatchOutcome.Link);
    }

    [Fact]
    public void The_first_of_January_abroad_is_no_whole_date()
    {
        var moussa = new MatchTraits { Patient = 1, BirthName = "diallo", FirstNames = "moussa", BirthDate = "1960-01-01", Sex = "M", BirthPlace = "99335", Phone = 5, Address = 6 };
        Matcher.Compare(moussa, moussa with { Patient = 2, Phone = 7 }).Outcome.ShouldBe(MatchOutcome.Review);
        Matcher.Compare(moussa, moussa with { Patient = 2 }).Outcome.ShouldBe(MatchOutcome.Link);
        Comparison.Of(MatchField.BirthDate, moussa with { BirthPlace = "29232" }, moussa with { BirthPlace = "29232" }).ShouldBe(Agreement.Same);
    }

    [Fact]
    public void Corsica_is_one_place_before_and_after_its_split() =>
        Comparison.Of(MatchField.BirthPlace, Jean with { BirthPlace = "20004" }, Jean with { BirthPlace = "2A004" }).ShouldBe(Agreement.Same);

    [Theory]
    [InlineData("martin", "matrin", 1)]
    [InlineData("martin", "martins", 1)]
    [InlineData("kowalczyk", "kowalcyzk", 1)]
    [InlineData("abc", "", 3)]
    [InlineData("jean", "marie", 5)]
    public void Slips_are_counted(string one, string other, int slips)
    {
        Closeness.Distance(one, other).ShouldBe(slips);
        Closeness.Distance(other, one).ShouldBe(slips);
    }

    [Theory]
    [InlineData("dupond", "dupont")]
    [InlineData("philippe", "filipe")]
    [InlineData("moreau", "morot")]
    [InlineData("quemener", "kemener")]
    [InlineData("thomas", "tomas")]
    public void What_sounds_alike_is_brought_together(string one, string other) => Closeness.Sound(one).ShouldBe(Closeness.Sound(other));

    [Fact]
    public void The_weights_are_published()
    {
        var text = new StringBuilder("# Identity matching: the weights\n\nWritten by a test from the code; do not edit. m: how often two records of one person agree so; u: how often two people's do; weight: log2(m/u).\n")
            .Append(CultureInfo.InvariantCulture, $"Below {MatchWeights.Review} two records are two people; a link needs conditions of its own beside (`Matcher`), without a common INS {MatchWeights.Link} at least. The figures are our own,\n")
            .Append("counted in the population of seed 1 (`./socle bench identity --only memory --weights --seed 1`) and measured on another (docs/performance.md). Set higher by hand:\n")
            .Append("u of an agreeing place, contact and date that is not whole, which relatives and villages share; exchanged names count less in each field than a name that agrees.\n\n| field | agreement | in the explanation | m | u | weight |\n|---|---|---|---|---|---|\n");
        foreach (var line in MatchWeights.All) text.Append(CultureInfo.InvariantCulture, $"| {line.Field} | {line.Agreement} | {line.French} | {line.M} | {line.U:0.#########} | {line.Weight:0.0} |\n");
        GeneratedFile.MustEqual("docs/generated/identity-matching.md", text.ToString());
        MatchWeights.All.ShouldAllBe(line => line.M > 0 && line.U > 0 && line.M < 1 && line.U < 1);
    }

    [Fact]
    public void The_truth_shares_no_code_with_the_matcher()
    {
        foreach (var file in new[] { "Truth.cs", "Clerk.cs", "People.cs", "Names.cs", "Dice.cs" })
        {
            var text = File.ReadAllText(Path.Combine(GeneratedFile.Root(), "bench", "Identity", file));
            text.ShouldNotContain("Socle.Identities");
            text.ShouldNotContain("Socle.Fhir");
        }
    }

    [Theory, OnEachDatabase]
    public async Task What_is_written_is_compared_in_the_background_and_opens_a_case_once(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var jeanne = await world.AddPatient(Sample.Jeanne with { Phone = "06 39 98 00 01" });
        var again = await world.AddPatient(Sample.Jeanne with { BirthName = "LEFEVER", Phone = "+33639980001", Ins = null });
        await world.AddPatient(Sample.Loic);
        await world.Get<FindDuplicates>().Run(default);
        await world.Get<FindDuplicates>().Run(default);
        var one = (await world.Get<CaseStore>().Queue(open: true, null, 10, default)).ShouldHaveSingleItem();
        (one.Kind, one.One, one.Other).ShouldBe((CaseKind.Duplicate, Math.Min(jeanne.PatientKey, again.PatientKey), Math.Max(jeanne.PatientKey, again.PatientKey)));
        var compared = (await world.Get<IdentityMatches>().Compare(one.One, one.Other, default))!.Value;
        compared.Match.Of(MatchField.BirthName).ShouldBe(Agreement.Near);
        compared.Match.Of(MatchField.Contact).ShouldBe(Agreement.Part);

        // What was decided stays decided when one of them is written again.
        await world.Get<MergePersons>().Distinguish(RecordWorld.Steward, one, null, "Deux sœurs", default);
        using var body = Fhir.FhirDocument.Parse(PatientBuilder.Build(Sample.Jeanne with { City = "Brest" }));
        await world.Write(new Store.WriteOp.Update("Patient", jeanne.Id, null, body));
        await world.Get<FindDuplicates>().Run(default);
        (await world.Get<CaseStore>().Queue(open: true, null, 10, default)).ShouldBeEmpty();
        (await world.Database.Audit.OfPatient(jeanne.PatientKey, null, 20, default)).ShouldContain(line => line.Entry.Action == "distinguish" && line.Entry.Why == "Deux sœurs");
    }
}
