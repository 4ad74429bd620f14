using FsCheck;
using FsCheck.Fluent;
using Socle.Identities;

namespace Socle.Modules.Tests.Identities;

/// <summary>What holds of any two identities. A failing run prints its seed; replay it with Config.WithReplay.</summary>
public sealed class MatcherProperties
{
    static readonly MatchField[] Fields = Enum.GetValues<MatchField>();

    // Few values of each, so that everything meets: the same, nearly the same, parts of each other, exchanged, unknown.
    static readonly Gen<MatchTraits> People =
        from name in Gen.Elements("", "martin", "matrin", "durand martin", "durand", "jean", "marie")
        from used in Gen.Elements("", "", "martin", "durand")
        from given in Gen.Elements("", "jean", "jean marie", "marie", "jean pierre paul", "jeanne", "martin", "sylvie", "sylvie anne", "lina", "lisa")
        from date in Gen.Elements("", "1979-03-12", "1979-12-03", "1979-03-13", "1949-03-12", "1979", "1979-03", "1979-01-01", "1950-07-08")
        from sex in Gen.Elements("", "F", "M")
        from place in Gen.Elements("", "29232", "29019", "75056", "99335", "2A004", "20004", "99999")
        from ins in Gen.Elements<IReadOnlyList<IndexedIns>>([], [], [new(1, 8, false)], [new(2, 8, false)], [new(3, 9, false)], [new(4, 8, false), new(1, 8, true)])
        from phone in Gen.Choose(0, 2)
        from address in Gen.Choose(0, 2)
        from order in Gen.Elements(0, 0, 1, 2)
        select new MatchTraits
        {
            BirthName = name, UsedName = used, FirstNames = given, BirthDate = date, Sex = sex, BirthPlace = place, Ins = ins, Phone = phone, Address = address, BirthOrder = order
        };

    static readonly Arbitrary<(MatchTraits A, MatchTraits B)> Pairs = (from a in People from b in People select (a with { Patient = 1 }, b with { Patient = 2 })).ToArbitrary();

    static readonly Config Many = Config.QuickThrowOnFailure.WithMaxTest(5_000);

    [Fact]
    public void It_does_not_matter_who_is_asked_first() => Prop.ForAll(Pairs, pair =>
    {
        var (there, back) = (Matcher.Compare(pair.A, pair.B), Matcher.Compare(pair.B, pair.A));
        return there.Outcome == back.Outcome && there.Score == back.Score && there.Why == back.Why && there.Fields.SequenceEqual(back.Fields);
    }).Check(Many);

    [Fact]
    public void The_explanation_adds_up_to_the_score_and_holds_each_field_once() => Prop.ForAll(Pairs, pair =>
    {
        var match = Matcher.Compare(pair.A, pair.B);
        return match.Fields.Select(field => field.Field).SequenceEqual(Fields) && match.Score == Math.Round(match.Fields.Sum(field => field.Weight), 1) && match.Why.Length > 0;
    }).Check(Many);

    // Exchanged names are one agreement of two fields: one of them put right breaks it, so they are put right together.
    [Fact]
    public void A_field_that_comes_to_agree_never_lowers_the_score() => Prop.ForAll(Pairs, pair =>
    {
        var before = Matcher.Compare(pair.A, pair.B);
        var exchanged = before.Of(MatchField.BirthName) == Agreement.Swapped || before.Of(MatchField.FirstNames) == Agreement.Swapped;
        return Fields.All(field => Matcher.Compare(pair.A, Agreeing(field, exchanged, pair.A, pair.B)) is var after
            && (after.Of(field) == Agreement.Unknown || after.Score >= before.Score));
    }).Check(Many);

    static MatchTraits Agreeing(MatchField field, bool exchanged, MatchTraits a, MatchTraits b) => field switch
    {
        MatchField.BirthName or MatchField.FirstNames when exchanged => b with { BirthName = a.BirthName, FirstNames = a.FirstNames },
        MatchField.BirthName => b with { BirthName = a.BirthName },
        MatchField.FirstNames => b with { FirstNames = a.FirstNames },
        MatchField.BirthDate => b with { BirthDate = a.BirthDate },
        MatchField.Sex => b with { Sex = a.Sex },
        MatchField.BirthPlace => b with { BirthPlace = a.BirthPlace },
        MatchField.Ins => b with { Ins = a.Ins },
        MatchField.Contact => b with { Phone = a.Phone, Address = a.Address },
        _ => b with { BirthOrder = a.BirthOrder }
    };

    [Fact]
    public void Other_given_names_other_numbers_and_other_orders_of_birth_never_link() => Prop.ForAll(Pairs, pair =>
    {
        var match = Matcher.Compare(pair.A, pair.B);
        return match.Outcome != MatchOutcome.Link || match.Of(MatchField.FirstNames) is not (Agreement.Different or Agreement.Among or Agreement.Unknown)
            && match.Of(MatchField.Ins) != Agreement.Different && match.Of(MatchField.BirthOrder) != Agreement.Different
            && (match.Of(MatchField.Ins) == Agreement.Same || match.Of(MatchField.Contact) is Agreement.Same or Agreement.Part);
    }).Check(Many);

    [Fact]
    public void In_the_table_what_agrees_speaks_for_and_what_differs_against()
    {
        foreach (var lines in MatchWeights.All.GroupBy(line => line.Field))
        {
            lines.Single(line => line.Agreement == Agreement.Same).Weight.ShouldBe(lines.Max(line => line.Weight), lines.Key.ToString());
            lines.Single(line => line.Agreement == Agreement.Same).Weight.ShouldBeGreaterThan(0);
            lines.Single(line => line.Agreement == Agreement.Different).Weight.ShouldBe(lines.Min(line => line.Weight), lines.Key.ToString());
            lines.Single(line => line.Agreement == Agreement.Different).Weight.ShouldBeLessThan(0);
            lines.Select(line => line.Agreement).ShouldBeUnique();
        }
    }
}
