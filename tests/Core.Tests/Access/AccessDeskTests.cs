using Socle.Access;
using Socle.Platform;
using Socle.Store;
using Socle.Support;

namespace Socle.Core.Tests.Access;

/// <summary>Facts on both databases, with the clock moved.</summary>
public class AccessDeskTests
{
    const long Patient = 41, Child = 42, Parent = 43;

    static readonly Agent Nurse = new(AgentKind.Professional, "rpps:n", "Noé Exemple", "Infirmier", "000000001", "Cabinet", 502, 0);
    static readonly Agent Mother = new(AgentKind.Citizen, "patient:m", "Camille Exemple", null, null, null, 501, Parent);

    static async Task<(TestDatabase, AccessDesk, AccessBudget)> Open(DatabaseKind kind)
    {
        var database = await TestDatabase.Open(kind, [.. new StoreModule().Migrations, .. new AccessModule().Migrations]);
        var unit = new Unit();
        foreach (var patient in new[] { Patient, Child, Parent }) database.Keys.NewPatient(unit, patient);
        await database.Db.Commit(unit, default);
        var store = new AccessStore(database.Db);
        return (database, new AccessDesk(database.Db, store, database.Audit, database.Keys, database.Clock, new(database.Db, store, database.Audit, database.Clock), new MergedRecords(database.Db, database.Clock)), new AccessBudget(store, database.Keys, database.Clock));
    }

    static async Task<bool> Reads(AccessDesk desk, Agent agent, long patient) =>
        (await desk.Enter(agent, Purposes.Of(agent.Kind), default)).ReadReach.Patients.Contains(patient);

    [Theory, OnEachDatabase]
    public async Task A_declared_relation_opens_until_it_expires(DatabaseKind kind)
    {
        var (database, desk, _) = await Open(kind);
        await using var own = database;
        (await Reads(desk, Nurse, Patient)).ShouldBeFalse();
        await desk.DeclareRelation(Nurse, Patient, "consultation", default);
        (await Reads(desk, Nurse, Patient)).ShouldBeTrue();
        (await Reads(desk, Nurse, Child)).ShouldBeFalse();
        (await Reads(desk, Nurse with { Id = "rpps:other" }, Patient)).ShouldBeFalse();

        database.Clock.Move(TimeSpan.FromDays(92) - TimeSpan.FromMinutes(1));
        (await Reads(desk, Nurse, Patient)).ShouldBeTrue();
        database.Clock.Move(TimeSpan.FromMinutes(2));
        (await Reads(desk, Nurse, Patient)).ShouldBeFalse();
        var verdict = await desk.Explain(Nurse, Patient, default);
        verdict.Allowed.ShouldBeFalse();
        verdict.WhyInFull.ShouldContain("expiré");
    }

    [Theory, OnEachDatabase]
    public async Task A_relation_declared_twice_stands_once_and_the_person_can_end_it(DatabaseKind kind)
    {
        var (database, desk, _) = await Open(kind);
        await using var own = database;
        await desk.DeclareRelation(Nurse, Patient, "consultation", default);
        database.Clock.Move(TimeSpan.FromSeconds(2));
        await desk.DeclareRelation(Nurse, Patient, "domicile", default);
        (await desk.RelationsOf(Nurse, default)).Single().Reason.ShouldBe("domicile");
        (await desk.OfPatient(Patient, default)).Count.ShouldBe(2);                       // the person sees both

        var stranger = Mother with { Id = "patient:x", PatientKey = 99 };
        (await Should.ThrowAsync<Refusal>(() => desk.EndRelation(stranger, Patient, desk.KeyOf(Nurse), default))).Code.ShouldBe("access-denied");
        await desk.EndRelation(Mother with { PatientKey = Patient }, Patient, desk.KeyOf(Nurse), default);
        (await Reads(desk, Nurse, Patient)).ShouldBeFalse();
        (await desk.RelationsOf(Nurse, default)).ShouldBeEmpty();

        var trace = await database.Audit.OfPatient(Patient, null, 10, default);
        trace.Select(line => line.Entry.Action).ShouldBe(["relation-end", "relation", "relation"]);
        trace[1].Entry.Why.ShouldBe("Soins à domicile sur prescription");
    }

    [Theory, OnEachDatabase]
    public async Task Only_a_professional_declares_and_only_for_a_reason_of_the_list(DatabaseKind kind)
    {
        var (database, desk, _) = await Open(kind);
        await using var own = database;
        (await Should.ThrowAsync<Refusal>(() => desk.DeclareRelation(Mother, Patient, "consultation", default))).Code.ShouldBe("access-not-professional");
        (await Should.ThrowAsync<Refusal>(() => desk.DeclareRelation(Nurse, Patient, "curiosité", default))).Code.ShouldBe("access-unknown-reason");
        (await Should.ThrowAsync<Refusal>(() => desk.Enter(Nurse, "curiosité", default))).Code.ShouldBe("access-unknown-purpose");
        (await desk.OfPatient(Patient, default)).ShouldBeEmpty();
    }

    [Theory, OnEachDatabase]
    public async Task A_parent_reads_until_the_child_is_of_age(DatabaseKind kind)
    {
        var (database, desk, _) = await Open(kind);
        await using var own = database;
        var unit = new Unit();
        desk.AddGuardian(unit, Parent, Child, new DateOnly(2020, 7, 14));
        await database.Db.Commit(unit, default);
        (await Reads(desk, Mother, Child)).ShouldBeTrue();
        (await desk.ChildrenOf(Mother, default)).Single().Child.ShouldBe(Child);

        database.Clock.MoveTo(new DateTimeOffset(2038, 7, 13, 21, 59, 0, TimeSpan.Zero));   // 23:59 in Paris
        (await Reads(desk, Mother, Child)).ShouldBeTrue();
        database.Clock.Move(TimeSpan.FromMinutes(2));
        (await Reads(desk, Mother, Child)).ShouldBeFalse();
        (await desk.ChildrenOf(Mother, default)).ShouldBeEmpty();
        (await Reads(desk, Mother, Parent)).ShouldBeTrue();                                // the own record stays
    }

    [Theory, OnEachDatabase]
    public async Task The_budget_holds_for_many_at_once_and_returns_with_the_hour(DatabaseKind kind)
    {
        var (database, _, budget) = await Open(kind);
        await using var own = database;
        database.Clock.MoveTo(new DateTimeOffset(2026, 6, 1, 10, 5, 0, TimeSpan.Zero));
        var tries = Enumerable.Range(0, AccessBudget.SearchesPerHour + 15).Select(async _ =>
        {
            try
            {
                await budget.SpendSearch(Nurse, default);
                return true;
            }
            catch (Refusal refusal) when (refusal.Code == "access-too-many-searches")
            {
                return false;
            }
        });
        (await Task.WhenAll(tries)).Count(passed => passed).ShouldBe(AccessBudget.SearchesPerHour);
        await budget.SpendSearch(Nurse with { Id = "rpps:other" }, default);               // each has their own
        await budget.SpendSearch(Mother, default);                                         // and only professionals are counted
        database.Clock.Move(TimeSpan.FromHours(1));
        await budget.SpendSearch(Nurse, default);
    }
}
