using Socle.Access;
using Socle.Platform;
using Socle.Support;

namespace Socle.Modules.Tests.Access;

public sealed class RefusedAccessTests
{
    static async Task<List<AuditEntry>> Refusals(FhirWorld world)
    {
        await world.Get<RefusedAccess>().WriteDown(default);
        return [.. (await world.Storage.Audit.Latest(null, 500, default)).Select(line => line.Entry).Where(entry => entry.Action == "refused")];
    }

    [Theory, OnEachDatabase]
    public async Task A_refused_access_is_traced_to_whom_it_was_about(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind);
        var (ann, annKey, _) = await world.NewPatient("FERMEE");
        var observation = await world.NewObservation(FhirWorld.Laboratory, ann, "vue");
        var nurse = world.Token(FhirWorld.Nurse);
        foreach (var _ in Enumerable.Range(0, 3)) (await world.Send(nurse, $"Observation/{observation}")).Status.ShouldBe(404);
        (await Refusals(world)).ShouldHaveSingleItem();
        var told = (await world.Storage.Audit.OfPatient(annKey, null, 10, default))[0].Entry;
        (told.Action, told.Agent.Id, told.Outcome, told.Target, told.Label).ShouldBe(("refused", FhirWorld.Nurse.Id, "resource-not-found", $"Observation/{observation}", "3 fois"));
        told.Why.ShouldBe("Aucun fait connu n’ouvre cet accès.");

        // In a batch, and what is not for the caller at all.
        await world.Post(nurse, "", $$$"""{"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Patient/{{{ann}}}"}}]}""");
        (await world.Send(world.Token(FhirWorld.Nurse, "user/Patient.r"), "Observation?code=1")).Status.ShouldBe(403);
        var after = await Refusals(world);
        after.Count.ShouldBe(3);
        after.ShouldContain(entry => entry.Patient == annKey && entry.Target == $"Patient/{ann}");
        after.ShouldContain(entry => entry.Patient == 0 && entry.Outcome == "type-not-allowed");

        // What never was, and what is open but not there, was not refused.
        await world.Desk.DeclareRelation(FhirWorld.Nurse, annKey, "suivi", default);
        foreach (var path in new[] { "Observation/abc", $"Observation/{world.Storage.Keys.ExternalId(annKey, 999)}", $"Observation/{world.Storage.Keys.ExternalId(123_456_789, 5)}" })
            (await world.Send(nurse, path)).Status.ShouldBe(404, path);
        (await Refusals(world)).Count.ShouldBe(3);
    }

    [Theory, OnEachDatabase]
    public async Task A_flood_of_refusals_makes_few_entries(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind);
        var (ann, annKey, _) = await world.NewPatient("VISEE");
        var nurse = world.Token(FhirWorld.Nurse);
        // One record tried in a thousand places is one entry; so are a thousand records past the bound.
        await Parallel.ForEachAsync(Enumerable.Range(0, 100), async (i, _) => await world.Send(nurse, $"Observation/{world.Storage.Keys.ExternalId(annKey, 1_000 + i)}"));
        (await Refusals(world)).ShouldHaveSingleItem().Label.ShouldBe("100 fois");
        var people = new List<(string Id, long, Agent)>();
        for (var i = 0; i < RefusedAccess.PerAgent + 10; i++) people.Add(await world.NewPatient($"VISEE {(char)('A' + i % 26)}"));
        foreach (var one in people) (await world.Send(nurse, $"Patient/{one.Id}")).Status.ShouldBe(404);
        var all = await Refusals(world);
        all.Count.ShouldBe(1 + RefusedAccess.PerAgent + 1);
        all.ShouldContain(entry => entry.Patient == 0 && entry.Label == "10 fois" && entry.Agent.Id == FhirWorld.Nurse.Id);
        (await Refusals(world)).Count.ShouldBe(all.Count);
    }
}
