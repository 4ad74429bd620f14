using Socle.Identities;
using Socle.Rights;
using Socle.Support;

namespace Socle.Modules.Tests.Rights;

public sealed class SimulatedRightsTests
{
    static readonly DateTimeOffset Now = new(2026, 11, 22, 21, 0, 0, TimeSpan.Zero);
    static readonly DateOnly Today = new(2026, 11, 22);

    static PatientCard Person(string name, string born, string id = "a") => new(1, id, name, null, "CAMILLE", born, "F");

    static CardRights Of(PatientCard person, params PatientCard[] parents) => SimulatedRights.Of(new(person, parents, Now));

    [Fact]
    public void The_same_person_has_the_same_rights_whatever_their_id_on_a_server()
    {
        var (one, other) = (Of(Person("MOREL", "1950-04-01")), Of(Person("MOREL", "1950-04-01", "b") with { PatientKey = 77 }));
        one.Rights.ShouldBe(other.Rights);
        one.Simulated.ShouldBeTrue();
        one.Source.ShouldContain("Simulateur");
    }

    public static TheoryData<string, bool, bool> Ages => new()
    {   // born         a parent is known, insured by themselves
        { "2016-01-01", true, false },
        { "2010-11-23", true, false },     // sixteen tomorrow
        { "2010-11-22", true, true },
        { "2016-01-01", false, true },     // nobody else is known
        { "1980-01-01", true, true },
        { "", true, true }
    };

    [Theory, MemberData(nameof(Ages))]
    public void A_child_under_sixteen_is_under_a_parents_insurance(string born, bool hasParent, bool insured)
    {
        var parent = Person("HADDAD", "1988-01-01", "parent");
        var rights = Of(Person("HADDAD", born, "child"), hasParent ? [parent] : []);
        rights.IsInsured.ShouldBe(insured);
        if (!insured) rights.Of(RightKind.Scheme, Today).ShouldBe(Of(parent).Of(RightKind.Scheme, Today));
    }

    public static TheoryData<string[], string, string?> Exemptions => new()
    {   // other rights        born         the exemption
        { [],                 "1980-01-01", null },
        { ["amc"],            "1980-01-01", null },
        { ["ald"],            "1980-01-01", "ald" },
        { ["css"],            "1980-01-01", "css" },
        { ["ald", "css"],     "1980-01-01", "css" },
        { ["ald-over"],       "1980-01-01", null },
        { ["general"],        "2026-11-01", "naissance" },
        { ["general"],        "2026-10-22", null },
        { ["general"],        "2026-10-23", "naissance" }
    };

    [Theory, MemberData(nameof(Exemptions))]
    public void The_exemption_follows_from_the_other_rights(string[] others, string born, string? expected)
    {
        var rights = others.Select(code => code switch
        {
            "ald-over" => new Right(RightKind.LongIllness, "ald", "ALD", Today.AddYears(-5), Today.AddDays(-1), Now),
            "ald" => new Right(RightKind.LongIllness, "ald", "ALD", Today.AddYears(-1), Today.AddYears(1), Now),
            "general" => new Right(RightKind.Scheme, code, code, Today.AddYears(-1), null, Now),
            _ => new Right(RightKind.Complementary, code, code, Today.AddYears(-1), Today.AddMonths(1), Now)
        }).ToList();
        Exemption.Of(Person("MOREL", born), rights, Today, Now)?.Code.ShouldBe(expected);
        (Exemption.Of(Person("MOREL", born), rights, Today, Now) is null).ShouldBe(expected is null);
    }

    [Fact]
    public void Whoever_it_is_everything_has_dates_in_order_and_a_moment_that_is_not_to_come()
    {
        var seed = Seed.Of(5_022);
        var random = new Random(seed);
        for (var i = 0; i < 5_000; i++)
        {
            var born = Today.AddDays(-random.Next(1, 110 * 365));
            var person = Person(((char)('A' + random.Next(26))).ToString() + random.Next(1_000_000), born.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture));
            var rights = Of(person, Person("PARENT" + i, "1985-02-03", "p"));
            rights.IsCovered(Today).ShouldBeTrue($"seed {seed}");
            rights.Rights.Count(right => right.Kind == RightKind.Scheme).ShouldBe(1);
            foreach (var right in rights.Rights)
            {
                (right.Until is null || right.From <= right.Until).ShouldBeTrue($"{right} seed {seed}");
                right.KnownAt.ShouldBeLessThanOrEqualTo(Now);
            }
        }
    }

    [Theory]
    [InlineData(31, false)]
    [InlineData(32, true)]
    public void What_was_said_more_than_a_month_ago_is_to_be_checked(int days, bool old) =>
        new Right(RightKind.Scheme, "general", "Régime général", Today, null, Now.AddDays(-days)).IsOld(Now).ShouldBe(old);
}
