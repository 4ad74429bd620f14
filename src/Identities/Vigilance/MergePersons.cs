using System.Text.Json.Nodes;
using Socle.Access;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Identities;

/// <summary>
/// Two records of one person become one person, and two again. A merge moves nothing: it links the two keys (<see cref="MergedRecords"/>), says so in both
/// Patients and keeps the versions it replaced. What is written after it stands in the record that goes on; taking the merge back leaves it there,
/// and asks for a word when there is such a thing. Every refusal leaves its trace.
/// </summary>
sealed class MergePersons(RecordStore store, AccessDesk desk, MergedRecords merged, CaseStore cases, LinkStore links, AuditLog audit, Db db, TimeProvider clock)
{
    internal static readonly Agent Program = new(AgentKind.Program, "program:identities", "Cellule d’identitovigilance", null, null, null, 0, 0);

    public Task Merge(Agent agent, long survivor, long other, string why, CancellationToken stop) =>
        Traced(agent, "merge", "Rapprochement de deux dossiers", survivor, other, why, async () =>
        {
            await Check(survivor, other, stop);
            var scope = await desk.Enter(Program, Purposes.Operation, stop);
            var (kept, gone) = (await Patient(scope, survivor, stop), await Patient(scope, other, stop));
            using var goneBody = FhirDocument.Parse(MergedPatient.Merged(gone.Bytes, kept.Reference));
            using var keptBody = FhirDocument.Parse(MergedPatient.Survivor(kept.Bytes, gone.Bytes, gone.Reference, Today));
            using var provenance = FhirDocument.Parse(Provenance(agent, kept, gone, why, "Rapprochement de deux dossiers d’une même personne"));
            // The numbers leave the one before they come to the other.
            WriteOp[] ops = [Update(gone, goneBody), Update(kept, keptBody), new WriteOp.Create(provenance)];
            await store.Write(scope, ops, WriteOptions.Default with
            {
                WithCommit = (unit, _) =>
                {
                    merged.Merge(unit, other, survivor, () => IdentitiesRefusals.AlreadyMerged.With());
                    LinkStore.Add(unit, new(other, survivor, gone.Version, kept.Version, clock.GetUtcNow(), agent.Name, why));
                    desk.Thaw(unit, survivor, other);
                    cases.CloseAll(unit, survivor, other, "merged", agent.Name, why);
                    Trace(unit, agent, "merge", "Rapprochement de deux dossiers", survivor, other, why);
                }
            }, stop);
        }, stop);

    /// <param name="other">The record that was merged into another.</param>
    /// <param name="keepsNew">What was written since stays with the record that went on.</param>
    public Task Unmerge(Agent agent, long other, string why, bool keepsNew, CancellationToken stop) =>
        Traced(agent, "unmerge", "Fin d’un rapprochement de dossiers", other, other, why, async () =>
        {
            var link = await links.Of(other, stop) ?? throw IdentitiesRefusals.NotMerged.With();
            var scope = await desk.Enter(Program, Purposes.Operation, stop);
            var written = await store.WrittenSince(link.Survivor, link.Since, stop);
            if (written > 0 && !keepsNew) throw IdentitiesRefusals.WrittenSinceMerge.With(written);
            var (kept, gone) = (await Patient(scope, link.Survivor, stop), await Patient(scope, other, stop));
            var keptBefore = await store.ReadVersion(scope, "Patient", kept.Id, link.SurvivorVersion, stop) ?? kept;
            var goneBefore = await store.ReadVersion(scope, "Patient", gone.Id, link.MergedVersion, stop) ?? gone;
            using var keptBody = FhirDocument.Parse(MergedPatient.Without(kept.Bytes, keptBefore.Bytes, goneBefore.Bytes, gone.Reference));
            using var goneBody = FhirDocument.Parse(MergedPatient.GivenBack(gone.Bytes, goneBefore.Bytes, kept.Reference));
            using var provenance = FhirDocument.Parse(Provenance(agent, kept, gone, why, "Fin du rapprochement de deux dossiers"));
            WriteOp[] ops = [Update(kept, keptBody), Update(gone, goneBody), new WriteOp.Create(provenance)];
            await store.Write(scope, ops, WriteOptions.Default with
            {
                WithCommit = (unit, _) =>
                {
                    merged.Unmerge(unit, other, link.Survivor, () => IdentitiesRefusals.NotMerged.With());
                    LinkStore.Remove(unit, other);
                    cases.Decide(unit, other, link.Survivor, "unmerged", agent.Name, why);
                    Trace(unit, agent, "unmerge", "Fin d’un rapprochement de dossiers", link.Survivor, other, why);
                }
            }, stop);
        }, stop);

    /// <summary>Two people: the pair is not brought up again. Of a collision: whose number it is.</summary>
    public Task Distinguish(Agent agent, IdentityCase about, long? holder, string why, CancellationToken stop) =>
        Traced(agent, "distinguish", "Deux personnes distinctes", about.One, about.Other, why, async () =>
        {
            if (about.Kind == CaseKind.Collision)
            {
                if (holder != about.One && holder != about.Other) throw IdentitiesRefusals.HolderNeeded.With();
                await GiveNumber(agent, about, holder.Value, why, stop);
                return;
            }
            var unit = new Unit();
            cases.Close(unit, about.Id, "different", agent.Name, why);
            Trace(unit, agent, "distinguish", "Deux personnes distinctes", about.One, about.Other, why);
            await db.Commit(unit, stop);
        }, stop);

    /// <summary>A document was checked: the identity is validated, or qualified where INSi has answered before.</summary>
    public Task Confirm(Agent agent, long patient, string why, CancellationToken stop) =>
        Traced(agent, "qualify", "Identité vérifiée sur pièce", patient, patient, why, async () =>
        {
            var scope = await desk.Enter(Program, Purposes.Operation, stop);
            var stored = await Patient(scope, patient, stop);
            using var before = FhirDocument.Parse(stored.Bytes);
            var reliability = ReliabilityOfPatient.Read(before.Root, PatientReader.ActiveIns(before.Root) is not null).After(IdentityFact.DocumentChecked);
            using var body = FhirDocument.Parse(MergedPatient.WithReliability(stored.Bytes, reliability, Today));
            await store.Write(scope, [Update(stored, body)], WriteOptions.Default with
            {
                WithCommit = (unit, _) => Trace(unit, agent, "qualify", "Identité vérifiée sur pièce", patient, patient, why)
            }, stop);
        }, stop);

    // The number leaves who does not hold it; the doubt goes with it.
    async Task GiveNumber(Agent agent, IdentityCase about, long holder, string why, CancellationToken stop)
    {
        var scope = await desk.Enter(Program, Purposes.Operation, stop);
        var loser = await Patient(scope, holder == about.One ? about.Other : about.One, stop);
        var winner = await Patient(scope, holder, stop);
        using var lost = FhirDocument.Parse(loser.Bytes);
        using var won = FhirDocument.Parse(winner.Bytes);
        var common = PatientReader.InsOf(lost.Root).Where(ins => PatientReader.InsOf(won.Root).Any(other => other.System == ins.System && other.Value == ins.Value)).ToList();
        var rest = MergedPatient.WithoutNumber(loser.Bytes, common);
        using var loserBody = FhirDocument.Parse(MergedPatient.WithReliability(rest, Settled(lost.Root, false), null));
        using var winnerBody = FhirDocument.Parse(MergedPatient.WithReliability(winner.Bytes, Settled(won.Root, true), null));
        await store.Write(scope, [Update(loser, loserBody), Update(winner, winnerBody)], WriteOptions.Default with
        {
            WithCommit = (unit, _) =>
            {
                desk.Thaw(unit, about.One, about.Other);
                cases.Close(unit, about.Id, "different", agent.Name, why);
                Trace(unit, agent, "distinguish", "Collision d’INS levée", about.One, about.Other, why);
            }
        }, stop);
    }

    static Reliability Settled(FhirNode patient, bool keepsNumber)
    {
        var settled = ReliabilityOfPatient.Read(patient, PatientReader.ActiveIns(patient) is not null).Without(IdentityAttributes.Doubtful);
        return keepsNumber ? settled : settled.After(IdentityFact.InsLost);
    }

    async Task Check(long survivor, long other, CancellationToken stop)
    {
        if (survivor == other) throw IdentitiesRefusals.MergeWithSelf.With();
        var (ofSurvivor, ofOther) = (await merged.OfPerson(survivor, stop), await merged.OfPerson(other, stop));
        if (ofSurvivor[0] == other) throw IdentitiesRefusals.MergeCycle.With();
        if (ofSurvivor.Contains(other) || ofOther[0] != other) throw IdentitiesRefusals.AlreadyMerged.With();
        if (ofSurvivor[0] != survivor || ofOther.Count > 1) throw IdentitiesRefusals.MergeChain.With();
    }

    async Task<Stored> Patient(Scope scope, long patient, CancellationToken stop) =>
        await store.Read(scope, "Patient", store.IdOf(patient, 1), stop) is { Deleted: false } stored ? stored : throw IdentitiesRefusals.PersonUnknown.With();

    static WriteOp.Update Update(Stored stored, FhirDocument body) => new("Patient", stored.Id, null, body, stored.Version);

    DateOnly Today => DateOnly.FromDateTime(clock.GetUtcNow().Date);

    async Task Traced(Agent agent, string action, string label, long one, long other, string why, Func<Task> act, CancellationToken stop)
    {
        try
        {
            if (string.IsNullOrWhiteSpace(why)) throw IdentitiesRefusals.ReasonNeeded.With();
            await act();
        }
        catch (Refusal refusal) when (refusal.Kind != StoreRefusals.WrittenMeanwhile)
        {
            var unit = new Unit();
            Trace(unit, agent, action, label, one, other, why, refusal.Code);
            await db.Commit(unit, stop);
            throw;
        }
    }

    // Each of the two reads it in the trace of their record.
    void Trace(Unit unit, Agent agent, string action, string label, long one, long other, string why, string outcome = "ok")
    {
        foreach (var patient in new[] { one, other }.Distinct())
            audit.Append(unit, new()
            {
                Agent = agent, Action = action, Patient = patient, Target = $"Patient/{store.IdOf(patient, 1)}", Label = label, Purpose = "identitovigilance", Why = why, Outcome = outcome
            });
    }

    byte[] Provenance(Agent agent, Stored kept, Stored gone, string why, string what) => PatientBuilder.Bytes(new JsonObject
    {
        ["resourceType"] = "Provenance",
        ["target"] = new JsonArray(new JsonObject { ["reference"] = kept.Reference }, new JsonObject { ["reference"] = gone.Reference }),
        ["recorded"] = clock.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture),
        ["reason"] = new JsonArray(new JsonObject { ["text"] = why }),
        ["activity"] = new JsonObject { ["text"] = what },
        ["agent"] = new JsonArray(new JsonObject { ["who"] = new JsonObject { ["display"] = agent.Name } })
    });
}

/// <summary>A merge as it was done.</summary>
sealed record PersonLink(long Merged, long Survivor, long MergedVersion, long SurvivorVersion, DateTimeOffset Since, string By, string Why);
