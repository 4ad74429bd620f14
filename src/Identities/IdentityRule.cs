using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Identities;

/// <summary>
/// Runs for each write of a Patient: keeps the identity index in the same unit as the record. Homonyms and twins are different people;
/// a wrong key under a production system is refused, under those of tests it is let in (ANS' own samples have wrong keys).
/// </summary>
sealed class IdentityRule(IdentitiesStore store, VigilanceStore vigilance, ClaimCollision collisions, TimeProvider clock) : WriteRule
{
    public override IReadOnlySet<string> Types { get; } = new HashSet<string> { "Patient" };

    public override async ValueTask Apply(WriteContext write, CancellationToken stop)
    {
        if (!PatientKeys.IsPerson(write.Patient)) return;
        if (write.Body is not { } body)
        {
            IdentitiesStore.Remove(write.Unit, write.Patient);
            VigilanceStore.Remove(write.Unit, write.Patient);
            return;
        }
        RefuseDeceivingNames(body.Root);
        // A decision of the identity cell says exactly what stands; whatever else forgets what was is completed.
        if (write.Scope.Agent != MergePersons.Program && write.Before is { Deleted: false } before && PersonHistory.Kept(before.Bytes, body.Bytes, DateOnly.FromDateTime(clock.GetUtcNow().Date)) is { } kept)
            write.Replace(kept);
        var patient = write.Body!.Root;
        var numbers = PatientReader.InsOf(patient).ToList();
        if (MergedPatient.IsReplaced(patient))
        {
            // Its numbers stand with the record that goes on; its names lead there.
            IdentitiesStore.Remove(write.Unit, write.Patient);
            VigilanceStore.Remove(write.Unit, write.Patient);
            if (PatientReader.Read(patient) is { } names)
                store.Save(write.Unit, write.Patient, write.Number, names, PatientReader.UsedNameOf(patient)["family"].Text, PatientReader.UsedNameOf(patient)["given"].Text,
                    IdentitiesStore.Merged, isNew: false);
            return;
        }
        // What other software wrote is kept as it is; a wrong production number just finds nobody.
        if (write.Options.KeepIds) numbers.RemoveAll(IsWrong);
        foreach (var ins in numbers) Judge(ins);
        var disputed = await collisions.Find(write, numbers, stop);
        patient = write.Body!.Root;
        var traits = PatientReader.Read(patient);
        var used = PatientReader.UsedNameOf(patient);
        if (traits is null && numbers.Count == 0) return;
        store.Save(write.Unit, write.Patient, write.Number, traits ?? new("", null, PatientReader.BirthDateOf(patient)),
            used["family"].Text, used["given"].Text, PatientReader.StatusOf(patient, numbers.Exists(ins => !ins.IsOld)),
            isNew: write.Before is null);
        foreach (var ins in numbers) store.SaveIns(write.Unit, write.Patient, ins, claims: !disputed.Contains(store.HashOf(ins.System, ins.Value)));
        vigilance.Save(write.Unit, write.Patient, patient, isNew: write.Before is null);
    }

    static bool IsWrong(CarriedIns ins) => Ins.Systems.IsProduction(ins.System) && Ins.Check(ins.Value) != InsCheck.Right;

    static void Judge(CarriedIns ins)
    {
        if (!IsWrong(ins)) return;
        var kind = Ins.Check(ins.Value) == InsCheck.WrongKey ? IdentitiesRefusals.InsWrongKey : IdentitiesRefusals.InsMalformed;
        throw kind.With([new RefusalIssue("error", "value", ins.Path + ".value", "INS of a production system with a wrong structure or key")], ins.Value);
    }

    // What other alphabets write is kept as it is written; what only looks like something else is not.
    static void RefuseDeceivingNames(FhirNode patient)
    {
        foreach (var name in patient.All("name"))
        {
            foreach (var part in name.Children)
            {
                if (part.Name is not ("family" or "given") || part.Text is not { } text) continue;
                if (FrenchText.HasHidden(text))
                    throw IdentitiesRefusals.NameForbiddenCharacters.With([new RefusalIssue("error", "value", part.Path, "invisible or bidirectional character")]);
                if (FrenchText.HasMixedScripts(text))
                    throw IdentitiesRefusals.NameMixedScripts.With([new RefusalIssue("error", "value", part.Path, "letters of two alphabets")]);
            }
        }
    }
}
