using Socle.Access;
using Socle.Platform;
using Socle.Support;

namespace Socle.Modules.Tests.Access;

/// <summary>Two people claim one INS: over HTTP, who takes part in their care is told why nothing comes, and nobody else is told anything.</summary>
public sealed class SuspendedSharingTests
{
    static readonly Agent Colleague = FhirWorld.Nurse with { Id = "rpps:collegue", OwnerKey = 933 };
    static readonly Agent Former = FhirWorld.Nurse with { Id = "rpps:ancienne", OwnerKey = 934 };

    [Theory, OnEachDatabase]
    public async Task Only_who_takes_part_in_the_care_hears_that_sharing_is_suspended(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind);
        var (ann, annKey, citizen) = await world.NewPatient("GELEE");
        var (bob, bobKey, _) = await world.NewPatient("AUTRE");
        var observation = await world.NewObservation(FhirWorld.Laboratory, ann, "vue");
        foreach (var agent in new[] { FhirWorld.Nurse, Former }) await world.Desk.DeclareRelation(agent, annKey, "suivi", default);
        await world.Desk.EndRelation(Former, annKey, world.Desk.KeyOf(Former), default);
        var nurse = world.Token(FhirWorld.Nurse);
        (await world.Send(nurse, $"Patient/{ann}")).Status.ShouldBe(200);
        var unit = new Unit();
        world.Desk.Freeze(unit, annKey, bobKey);
        await world.Storage.Db.Commit(unit, default);

        string[] reads =
        [
            $"Patient/{ann}", $"Patient/{ann}/_history", $"Patient/{ann}/_history/1", $"Observation/{observation}", $"Observation?patient={ann}", $"Observation?subject=Patient/{bob},Patient/{ann}",
            $"Observation?patient={world.Base}Patient/{ann}", $"Patient/{ann}/Observation", $"Patient/{ann}/$everything", $"Observation?_id={observation}"
        ];
        foreach (var path in reads)
        {
            var told = await world.Send(nurse, path);
            (told.Status, told.Code).ShouldBe((403, "access-sharing-suspended"), path);
            told.Text.ShouldNotContain("vue");
        }
        using var form = new FormUrlEncodedContent([new("patient", ann)]);
        (await world.Send(nurse, HttpMethod.Post, "Observation/_search", form)).Code.ShouldBe("access-sharing-suspended");
        var batch = await world.Post(nurse, "", $$$"""
            {"resourceType":"Bundle","type":"batch","entry":[{"request":{"method":"GET","url":"Observation/{{{observation}}}"}},{"request":{"method":"GET","url":"Observation?patient={{{ann}}}"}}]}
            """);
        foreach (var entry in batch.Json.GetProperty("entry").EnumerateArray())
            entry.GetProperty("response").GetProperty("status").GetString()!.ShouldStartWith("403");
        // What is brought is still taken in; the person and the operator still see it.
        (await world.Post(nurse, "Observation", FhirWorld.Observation(ann, "apportée"))).Status.ShouldBe(201);
        foreach (var open in new[] { world.Token(citizen), world.Token(FhirWorld.Steward) }) (await world.Send(open, $"Patient/{ann}")).Status.ShouldBe(200);

        // To whom it was closed before, and to whom it is not any longer, it is as unknown as what never was.
        foreach (var stranger in new[] { world.Token(Colleague), world.Token(Former) })
            foreach (var path in reads.Where(path => !path.Contains('?', StringComparison.Ordinal)))
            {
                var told = await world.Send(stranger, path);
                (told.Status, told.Code).ShouldBe((404, "resource-not-found"), path);
                told.Text.ShouldNotContain("suspendu");
            }
        (await world.Desk.Explain(Former, annKey, default)).Suspended.ShouldBeFalse();
    }
}
