using System.Text;
using Socle.Access;
using Socle.Directories;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;
using Socle.Support;

namespace Socle.Modules.Tests.Directories;

/// <summary>« A professional suspended at 10:00 is out everywhere by 10:01. »</summary>
public sealed class SuspensionTests
{
    static readonly string Rpps = ExtractMaker.WithKey("9999900001");

    static readonly Agent Doctor = new(AgentKind.Professional, "rpps:" + Rpps, "Claire Jézéquel", "Médecin", "990000015", "Cabinet", 5, 0);

    static async Task<List<string>> Entries(RecordWorld world, string type, string active)
    {
        var query = SearchQuery.Parse(type, [new("active", active)], strict: true);
        return [.. (await world.Store.Search(await world.Enter(RecordWorld.Steward), query, default)).Matches.Select(one => one.Id)];
    }

    static async Task<RecordWorld> Open(DatabaseKind kind)
    {
        var world = await RecordWorld.Open(kind, [], new DirectoriesModule());
        var made = await world.Write(new WriteOp.Create(FhirDocument.Parse(Encoding.UTF8.GetBytes(
            $$"""{"resourceType":"Practitioner","active":true,"identifier":[{"system":"https://rpps.esante.gouv.fr","value":"{{Rpps}}"}],"name":[{"family":"Jézéquel"}]}"""))));
        await world.Write(new WriteOp.Create(FhirDocument.Parse(Encoding.UTF8.GetBytes(
            $$$"""{"resourceType":"PractitionerRole","active":true,"practitioner":{"reference":"{{{made[0].Stored.Reference}}}"}}"""))));
        return world;
    }

    [Theory, OnEachDatabase]
    public async Task From_the_moment_on_nothing_opens_and_the_entry_is_inactive(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var register = world.Get<ProfessionalRegister>();
        await world.Enter(Doctor);
        // Ordered before, for ten o'clock.
        var ten = world.Database.Clock.GetUtcNow().AddMinutes(5);
        await register.Suspend(RecordWorld.Steward, Rpps, ten, "Décision de l’ordre", default);
        await world.Enter(Doctor);
        (await Entries(world, "Practitioner", "true")).Count.ShouldBe(1);

        world.Database.Clock.MoveTo(ten.AddSeconds(1));
        (await Should.ThrowAsync<Refusal>(() => world.Enter(Doctor))).Kind.ShouldBe(AccessRefusals.Suspended);
        (await Should.ThrowAsync<Refusal>(() => world.Desk.Decide(Doctor, Act.Read, Purposes.Care, 12, default))).Kind.ShouldBe(AccessRefusals.Suspended);
        (await world.Get<Suspensions>().Holds(Doctor, default)).ShouldBeTrue();
        await world.Get<SuspendedEntries>().Apply(default);   // the job of every ten seconds
        (await Entries(world, "Practitioner", "false")).Count.ShouldBe(1);
        (await Entries(world, "PractitionerRole", "false")).Count.ShouldBe(1);

        await register.Lift(RecordWorld.Steward, Rpps, "Décision levée", default);
        await world.Enter(Doctor);
        (await Entries(world, "Practitioner", "true")).Count.ShouldBe(1);
        (await Entries(world, "PractitionerRole", "true")).Count.ShouldBe(1);
        (await register.All(default)).ShouldHaveSingleItem().Until.ShouldNotBeNull();
    }

    [Theory, OnEachDatabase]
    public async Task Another_process_hears_of_it_within_the_minute(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var beside = await world.Database.Beside();
        try
        {
            var store = new AccessStore(beside.Db);
            var other = new Suspensions(beside.Db, store, beside.Audit, world.Database.Clock);
            (await other.Holds(Doctor, default)).ShouldBeFalse();
            await world.Get<ProfessionalRegister>().Suspend(RecordWorld.Steward, Rpps, null, "Décision de l’ordre", default);
            await beside.Db.Changes.LookNow(default);   // looked every second where a server runs
            (await other.Holds(Doctor, default)).ShouldBeTrue();
        }
        finally
        {
            if (beside != world.Database.Storage) await beside.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_suspension_names_a_professional_and_a_reason()
    {
        await using var world = await Open(DatabaseKind.Sqlite);
        var register = world.Get<ProfessionalRegister>();
        (await Should.ThrowAsync<Refusal>(() => register.Suspend(RecordWorld.Steward, "123", null, "Raison", default))).Kind.ShouldBe(DirectoriesRefusals.WrongRpps);
        (await Should.ThrowAsync<Refusal>(() => register.Suspend(RecordWorld.Steward, Rpps, null, " ", default))).Kind.ShouldBe(DirectoriesRefusals.ReasonMissing);
    }
}
