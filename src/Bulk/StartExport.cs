using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Socle.Access;
using Socle.Api;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Bulk;

/// <summary>$export of everything, of the patients, or of a group: the job is written down, and its address is the answer.</summary>
sealed class StartExport(BulkStore store, JobRunner runner, BulkSettings settings, AuditLog audit, Chance chance, TimeProvider clock)
{
    public Task<FhirAnswer> OfSystem(FhirCall call, CancellationToken stop) => Start(call, ExportLevel.System, stop);

    public Task<FhirAnswer> OfPatients(FhirCall call, CancellationToken stop) => Start(call, ExportLevel.Patients, stop);

    public Task<FhirAnswer> OfGroup(FhirCall call, CancellationToken stop) => Start(call, ExportLevel.Group, stop);

    async Task<FhirAnswer> Start(FhirCall call, ExportLevel level, CancellationToken stop)
    {
        AsyncCalls.MustBeAsync(call.Http.Request);
        var given = await ExportParameters.Read(call, patientsAllowed: level != ExportLevel.System, stop);
        var now = RunExport.ToMilliseconds(clock.GetUtcNow());
        var patients = await Patients(call, level, given, stop);
        var plan = new ExportPlan(
            level != ExportLevel.System, TypesOf(call.Scope, given), given.Filters, given.Elements, given.Since,
            given.Until is { } until && until < now ? until : now, patients, given.Since is not null) { UntilIsAsked = given.Until < now };
        var request = new JobRequest(call.Agent, call.Http.Scopes()?.Text ?? "", Purposes.Of(call.Agent.Kind), call.Scope.Correlation,
            UriHelper.GetEncodedUrl(call.Http.Request), call.Base)
        {
            Export = plan,
            Reach = call.Scope.Mark()
        };
        return AsyncCalls.Accepted(call, await call.Once(async remember =>
        {
            var id = Convert.ToHexStringLower(chance.Bytes(16));
            var unit = new Unit();
            await store.Add(unit, id, Job.Export, request, settings.Kept, settings.PerCaller, stop);
            var faults = 0;
            foreach (var name in given.Ignored)
                store.AddFault(unit, id, faults++, Outcomes.Warning($"Le paramètre « {name} » n’est pas pris en charge : il a été ignoré."));
            if (faults > 0) store.Advance(unit, id, new() { Faults = faults });
            AsyncCalls.Trace(audit, unit, call, "export-start", id);
            remember(unit, id);
            unit.AfterCommit(runner.Wake);
            await store.Commit(unit, stop);
            return id;
        }, stop));
    }

    // A type that was asked for by name and is closed to the caller is said; without names it is what the caller may read.
    static List<string> TypesOf(Scope scope, ExportParameters given)
    {
        bool Readable(string type) => scope.Types.Allows(type, Interaction.Read) && scope.Types.Allows(type, Interaction.Search);
        if (given.Types is not { } named) return [.. Definitions.ResourceTypes.Where(Readable)];
        foreach (var type in named.Where(type => !Readable(type))) throw StoreRefusals.TypeNotAllowed.With(type);
        return [.. named];
    }

    static async Task<IReadOnlyList<long>?> Patients(FhirCall call, ExportLevel level, ExportParameters given, CancellationToken stop)
    {
        var group = level == ExportLevel.Group ? await Members(call, stop) : null;
        if (given.Patients.Count == 0) return group?.ToList();
        var named = new List<long>();
        foreach (var reference in given.Patients)
        {
            // One that is not the caller's is told like one that does not exist.
            var patient = await PatientOf(call, reference, stop);
            if (patient is null || group is not null && !group.Contains(patient.Value)) throw BulkRefusals.NoPatient.With(reference);
            named.Add(patient.Value);
        }
        return [.. named.Distinct()];
    }

    static async Task<HashSet<long>> Members(FhirCall call, CancellationToken stop)
    {
        var group = await call.Store.Read(call.Scope, "Group", call.Id, stop) ?? throw StoreRefusals.NotFound.With();
        if (group.Deleted) throw StoreRefusals.Deleted.With();
        using var document = FhirDocument.Parse(group.Bytes);
        var members = new HashSet<long>();
        foreach (var member in document.Root.All("member"))
        {
            if (member["inactive"].Text == "true" || member["entity"]["reference"].Text is not { } reference) continue;
            if (await PatientOf(call, reference, stop) is { } patient) members.Add(patient);
        }
        return members;
    }

    static async Task<long?> PatientOf(FhirCall call, string reference, CancellationToken stop)
    {
        if (reference.StartsWith(call.Base, StringComparison.Ordinal)) reference = reference[call.Base.Length..];
        var id = reference.StartsWith("Patient/", StringComparison.Ordinal) ? reference["Patient/".Length..] : reference;
        var found = id.Length is > 0 and <= 64 ? await call.Store.Resolve(call.Scope, "Patient", id, stop) : null;
        return found is not null && PatientKeys.IsPerson(found.PatientKey) ? found.PatientKey : null;
    }
}

enum ExportLevel { System, Patients, Group }
