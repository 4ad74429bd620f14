using System.Text;
using Socle.Access;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.Store;
using Socle.Support;

namespace Socle.Modules.Tests.Identities;

/// <summary>Two people, one INS: both are kept, neither is shared, the identity cell decides.</summary>
public class CollisionTests
{
    static readonly Agent Cell = new(AgentKind.Professional, "rpps:99999000024", "Karim Benali", "Médecin", null, null, 9, 0);
    static readonly Agent Nurse = new(AgentKind.Professional, "rpps:99999000016", "Claire", "Infirmière", null, null, 8, 0);
    static readonly Agent Laboratory = new(AgentKind.System, "system:labo", "Labo", null, "000000001", "Labo", 901, 0);
    static readonly NewPatient First = Sample.Jeanne with { InsSystem = Ins.Systems.Nir };
    static readonly NewPatient Second = First with { GivenNames = ["ODETTE"], UsedFirstName = "Odette" };

    [Theory, OnEachDatabase]
    public async Task The_second_is_kept_as_doubtful_both_are_frozen_and_a_case_opens(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var first = await world.AddPatient(First);
        await world.Desk.DeclareRelation(Nurse, first.PatientKey, "consultation", default);
        (await Sees(world, Nurse, first.Id)).ShouldBeTrue();

        var second = await world.AddPatient(Second);
        await world.Desk.DeclareRelation(Nurse, second.PatientKey, "consultation", default);
        second.InsStatus.ShouldBe("provisional");
        (await world.Identities.ByIns(Nurse, null, First.Ins!, default)).ShouldBe(new Found.Several(2), "of several none is picked");
        var scope = await world.Enter(RecordWorld.Steward);
        using var doubted = FhirDocument.Parse((await world.Store.Read(scope, "Patient", second.Id, default))!.Bytes);
        ReliabilityOfPatient.Read(doubted.Root, true).Attributes.ShouldBe(IdentityAttributes.Doubtful);

        foreach (var card in new[] { first, second })
        {
            (await Sees(world, Nurse, card.Id)).ShouldBeFalse();
            (await world.Desk.Explain(Nurse, card.PatientKey, default)).WhyForActor.ShouldBe(AccessRefusals.SharingSuspended.French);
            (await Sees(world, world.Citizen(card), card.Id)).ShouldBeTrue("the person sees their own");
        }
        // What is brought is still taken in, and its depositor sees it.
        var note = await Note(world, first.Id);
        (await world.Store.Read(await world.Enter(Laboratory), "Observation", note.Id, default)).ShouldNotBeNull();
        (await world.Store.Read(await world.Enter(Nurse), "Observation", note.Id, default)).ShouldBeNull();

        var work = (await world.Get<CaseStore>().Queue(open: true, CaseKind.Collision, 10, default)).ShouldHaveSingleItem();
        (await Should.ThrowAsync<Refusal>(() => world.Get<MergePersons>().Distinguish(Cell, work, null, "x", default))).Code.ShouldBe("identity-holder-needed");
        await world.Get<MergePersons>().Distinguish(Cell, work, second.PatientKey, "Le numéro est celui d’Odette, carte d’identité vue", default);

        foreach (var card in new[] { first, second }) (await Sees(world, Nurse, card.Id)).ShouldBeTrue();
        (await world.Identities.ByIns(Nurse, null, First.Ins!, default)).ShouldBeOfType<Found.One>().Card.PatientKey.ShouldBe(second.PatientKey);
        using var settled = FhirDocument.Parse((await world.Store.Read(scope, "Patient", second.Id, default))!.Bytes);
        ReliabilityOfPatient.Read(settled.Root, true).Attributes.ShouldBe(IdentityAttributes.None);
        using var lost = FhirDocument.Parse((await world.Store.Read(scope, "Patient", first.Id, default))!.Bytes);
        PatientReader.InsOf(lost.Root).ShouldBeEmpty();
        (await Should.ThrowAsync<Refusal>(() => world.Get<MergePersons>().Distinguish(Cell, work, first.PatientKey, "encore", default))).Code.ShouldBe("identity-case-closed");
    }

    [Theory, OnEachDatabase]
    public async Task The_same_person_brought_twice_is_told_so_and_nothing_is_frozen(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        await world.AddPatient(First);
        (await Should.ThrowAsync<Refusal>(() => world.AddPatient(First with { BirthName = "LEFEVER" }))).Code.ShouldBe("ins-taken");
        (await world.Get<CaseStore>().Queue(open: true, null, 10, default)).ShouldBeEmpty();
    }

    [Theory, OnEachDatabase]
    public async Task Two_at_once_are_a_collision_too(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        await Task.WhenAll(world.AddPatient(First), world.AddPatient(Second));
        (await world.Get<CaseStore>().Queue(open: true, CaseKind.Collision, 10, default)).ShouldHaveSingleItem();
    }

    [Theory, OnEachDatabase]
    public async Task Who_turn_out_to_be_one_person_are_merged_and_shared_again(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var first = await world.AddPatient(First);
        var second = await world.AddPatient(Second);
        await world.Desk.DeclareRelation(Nurse, second.PatientKey, "consultation", default);
        await world.Get<MergePersons>().Merge(Cell, first.PatientKey, second.PatientKey, "Prénom d’usage", default);
        (await world.Identities.ByIns(Nurse, null, First.Ins!, default)).ShouldBeOfType<Found.One>().Card.PatientKey.ShouldBe(first.PatientKey);
        foreach (var card in new[] { first, second }) (await Sees(world, Nurse, card.Id)).ShouldBeTrue();
        (await world.Get<CaseStore>().Queue(open: true, null, 10, default)).ShouldBeEmpty();
    }

    static async Task<bool> Sees(RecordWorld world, Agent agent, string patient) => await world.Store.Read(await world.Enter(agent), "Patient", patient, default) is not null;

    static async Task<Stored> Note(RecordWorld world, string patient)
    {
        using var body = FhirDocument.Parse(Encoding.UTF8.GetBytes($$$"""{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Patient/{{{patient}}}"}}"""));
        return (await world.Store.Write(await world.Enter(Laboratory), [new WriteOp.Create(body)], WriteOptions.Default, default))[0].Stored;
    }
}
