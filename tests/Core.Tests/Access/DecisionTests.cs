using Socle.Access;
using Socle.Platform;

namespace Socle.Core.Tests.Access;

/// <summary>What is expected, written by hand beside the rules and not derived from them.</summary>
public class DecisionTests
{
    const long Own = 11, Child = 12, Grown = 13, Cared = 21, Expired = 22, Ended = 23, Stranger = 99;

    static readonly DateTimeOffset Now = new(2026, 6, 15, 10, 0, 0, TimeSpan.Zero);

    static readonly Agent Citizen = new(AgentKind.Citizen, "patient:a", "Camille Exemple", null, null, null, 501, Own);
    static readonly Agent Nurse = new(AgentKind.Professional, "rpps:n", "Noé Exemple", "Infirmier", "000000001", "Cabinet", 502, 0);
    static readonly Agent Laboratory = new(AgentKind.System, "system:labo", "Labo", null, "000000002", "Labo", 503, 0);
    static readonly Agent Steward = new(AgentKind.Steward, "steward:a", "Opérateur", null, null, null, 504, 0);
    static readonly Agent Program = new(AgentKind.Program, "program:jobs", "Socle", null, null, null, 505, 0);

    static readonly Facts Known = new(
        Now,
        [
            Relation(Cared, Now.AddDays(-1), Now.AddDays(91), null),
            Relation(Expired, Now.AddDays(-93), Now.AddDays(-1), null),
            Relation(Ended, Now.AddDays(-3), Now.AddDays(89), Now.AddDays(-2))
        ],
        [new Guardianship(Own, Child, new DateOnly(2020, 1, 1)), new Guardianship(Own, Grown, new DateOnly(2001, 1, 1))]);

    static Relation Relation(long patient, DateTimeOffset since, DateTimeOffset until, DateTimeOffset? ended) =>
        new(patient, 1, Nurse.Id, Nurse.Name, Nurse.Role, Nurse.StructureName, "consultation", since, until, ended);

    public static TheoryData<string, Act, string, Target, bool> Expected => new()
    {
        // A citizen: self and minor children.
        { "citizen", Act.Read, "consultation personnelle", Target.Record(Own), true },
        { "citizen", Act.Read, "soins", Target.Record(Own), true },
        { "citizen", Act.Deposit, "consultation personnelle", Target.Record(Own), true },
        { "citizen", Act.SeeTrace, "consultation personnelle", Target.Record(Own), true },
        { "citizen", Act.Read, "consultation personnelle", Target.Record(Child), true },
        { "citizen", Act.SeeTrace, "consultation personnelle", Target.Record(Child), true },
        { "citizen", Act.Read, "consultation personnelle", Target.Record(Grown), false },
        { "citizen", Act.Read, "consultation personnelle", Target.Record(Stranger), false },
        { "citizen", Act.Read, "consultation personnelle", Target.Shared, true },
        { "citizen", Act.Write, "consultation personnelle", Target.Shared, false },
        { "citizen", Act.Read, "consultation personnelle", Target.AnyRecord, false },
        { "citizen", Act.FindPatient, "consultation personnelle", Target.AnyRecord, false },
        { "citizen", Act.DeclareRelation, "soins", Target.Record(Own), false },
        { "citizen", Act.Read, "exploitation", Target.Record(Own), false },
        { "citizen", Act.Read, "recherche", Target.Record(Own), false },
        { "citizen", Act.Unknown, "soins", Target.Record(Own), false },
        { "citizen", Act.Read, "soins", Target.OwnDeposits, false },

        // A professional: a declared relation that holds.
        { "nurse", Act.Read, "soins", Target.Record(Cared), true },
        { "nurse", Act.Write, "soins", Target.Record(Cared), true },
        { "nurse", Act.Deposit, "soins", Target.Record(Cared), true },
        { "nurse", Act.SeeTrace, "soins", Target.Record(Cared), false },
        { "nurse", Act.Read, "soins", Target.Record(Expired), false },
        { "nurse", Act.Read, "soins", Target.Record(Ended), false },
        { "nurse", Act.Read, "soins", Target.Record(Stranger), false },
        { "nurse", Act.Deposit, "soins", Target.Record(Stranger), false },
        { "nurse", Act.DeclareRelation, "soins", Target.Record(Stranger), true },
        { "nurse", Act.FindPatient, "soins", Target.AnyRecord, true },
        { "nurse", Act.Read, "soins", Target.AnyRecord, false },
        { "nurse", Act.Read, "soins", Target.Shared, true },
        { "nurse", Act.Read, "soins", Target.OwnDeposits, false },
        { "nurse", Act.Read, "consultation personnelle", Target.Record(Cared), false },
        { "nurse", Act.Read, "", Target.Record(Cared), false },
        { "nurse", Act.Read, "soins", Target.Record(0), false },

        // A software: what its structure deposited; a deposit anywhere.
        { "laboratory", Act.Read, "alimentation", Target.OwnDeposits, true },
        { "laboratory", Act.Write, "alimentation", Target.OwnDeposits, true },
        { "laboratory", Act.Deposit, "alimentation", Target.AnyRecord, true },
        { "laboratory", Act.Deposit, "alimentation", Target.Record(Stranger), true },
        { "laboratory", Act.FindPatient, "alimentation", Target.AnyRecord, true },
        { "laboratory", Act.Read, "alimentation", Target.Record(Stranger), false },
        { "laboratory", Act.Read, "alimentation", Target.AnyRecord, false },
        { "laboratory", Act.Write, "alimentation", Target.Record(Cared), false },
        { "laboratory", Act.DeclareRelation, "soins", Target.Record(Stranger), false },
        { "laboratory", Act.Write, "alimentation", Target.Shared, false },

        // The operator's steward sees all; a job works for operation only.
        { "steward", Act.Read, "exploitation", Target.Record(Stranger), true },
        { "steward", Act.Write, "soins", Target.AnyRecord, true },
        { "steward", Act.Write, "exploitation", Target.Shared, true },
        { "steward", Act.Read, "curiosité", Target.AnyRecord, false },
        { "steward", Act.Unknown, "exploitation", Target.AnyRecord, false },
        { "steward", Act.Read, "exploitation", default, false },
        { "program", Act.Read, "exploitation", Target.AnyRecord, true },
        { "program", Act.Read, "soins", Target.AnyRecord, false },
    };

    [Theory, MemberData(nameof(Expected))]
    public void Each_line_of_the_table_holds(string who, Act act, string purpose, Target target, bool allowed) =>
        Decision.Decide(Who(who), act, purpose, target, Known).Allowed.ShouldBe(allowed);

    static Agent Who(string name) => name switch
    {
        "citizen" => Citizen, "nurse" => Nurse, "laboratory" => Laboratory, "steward" => Steward, _ => Program
    };

    [Fact]
    public void A_kind_act_or_target_that_is_not_known_is_denied()
    {
        foreach (var act in Enum.GetValues<Act>().Append((Act)77))
            foreach (var target in new[] { Target.Record(Own), Target.AnyRecord, Target.OwnDeposits, Target.Shared, new Target((TargetKind)77, Own), default })
                foreach (var purpose in Purposes.All.Append("inconnu"))
                {
                    var verdict = Decision.Decide(Steward with { Kind = (AgentKind)77 }, act, purpose, target, Known);
                    verdict.Allowed.ShouldBeFalse($"{act} {target} {purpose}");
                    if (!Enum.IsDefined(act)) Decision.Decide(Steward, act, purpose, target, Known).Allowed.ShouldBeFalse();
                    if (!Enum.IsDefined(target.Kind)) Decision.Decide(Steward, Act.Read, purpose, target, Known).Allowed.ShouldBeFalse();
                }
    }

    [Fact]
    public void A_relation_expires_to_the_moment()
    {
        var relation = Known.Relations[0];
        Read(relation.Until.AddTicks(-1)).ShouldBeTrue();
        Read(relation.Until).ShouldBeFalse();
        Read(relation.Since).ShouldBeTrue();
        Read(relation.Since.AddTicks(-1)).ShouldBeFalse();

        static bool Read(DateTimeOffset now) =>
            Decision.Decide(Nurse, Act.Read, "soins", Target.Record(Cared), Known with { Now = now }).Allowed;
    }

    [Theory]
    [InlineData("2008-07-14", "2026-07-13T21:59:59Z", true)]     // summer: midnight in Paris is 22:00 UTC
    [InlineData("2008-07-14", "2026-07-13T22:00:00Z", false)]
    [InlineData("2008-01-10", "2026-01-09T22:59:59Z", true)]     // winter: 23:00 UTC
    [InlineData("2008-01-10", "2026-01-09T23:00:00Z", false)]
    [InlineData("2008-02-29", "2026-02-28T22:59:59Z", true)]     // no 29 February in 2026: 1 March
    [InlineData("2008-02-29", "2026-02-28T23:00:00Z", false)]
    public void A_parent_is_shown_out_when_the_eighteenth_birthday_begins_in_France(string birth, string now, bool allowed)
    {
        var facts = new Facts(
            DateTimeOffset.Parse(now, System.Globalization.CultureInfo.InvariantCulture), [],
            [new Guardianship(Own, Child, DateOnly.Parse(birth, System.Globalization.CultureInfo.InvariantCulture))]);
        Decision.Decide(Citizen, Act.Read, "consultation personnelle", Target.Record(Child), facts).Allowed.ShouldBe(allowed);
    }

    [Fact]
    public void A_relation_or_a_child_of_somebody_else_opens_nothing()
    {
        Decision.Decide(Nurse with { Id = "rpps:other" }, Act.Read, "soins", Target.Record(Cared), Known).Allowed.ShouldBeFalse();
        Decision.Decide(Citizen with { PatientKey = 14 }, Act.Read, "soins", Target.Record(Child), Known).Allowed.ShouldBeFalse();
        Decision.Decide(Citizen with { PatientKey = 0 }, Act.Read, "soins", Target.Record(0), Known).Allowed.ShouldBeFalse();
        Decision.Decide(Laboratory with { OwnerKey = 0 }, Act.Read, "alimentation", Target.OwnDeposits, Known).Allowed.ShouldBeFalse();
    }

    [Fact]
    public void The_actor_hears_the_same_of_a_closed_record_and_of_none()
    {
        var closed = Decision.Decide(Citizen, Act.Read, "consultation personnelle", Target.Record(Grown), Known);
        var none = Decision.Decide(Citizen, Act.Read, "consultation personnelle", Target.Record(Stranger), Known);
        closed.WhyForActor.ShouldBe(none.WhyForActor);
        closed.WhyInFull.ShouldContain("majeur");
        none.WhyInFull.ShouldNotContain("majeur");
    }

    [Fact]
    public void A_verdict_says_why_with_the_reason_and_the_day()
    {
        var verdict = Decision.Decide(Nurse, Act.Read, "soins", Target.Record(Cared), Known);
        verdict.WhyForActor.ShouldContain("prendre part aux soins");
        verdict.WhyInFull.ShouldContain("Consultation ou soins en cours");
        verdict.WhyInFull.ShouldContain("14 juin 2026");
    }
}
