using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>Gives every new resource its place and its id, then leads references there.</summary>
sealed class Placement(WriteRun run)
{
    readonly StoreParts parts = run.Parts;

    public async ValueTask Place(IReadOnlyList<PreparedWrite> writes, CancellationToken stop)
    {
        foreach (var write in writes)
        {
            if (write.IsNew && write.Type == "Patient") PlacePatient(write);
            if (!write.IsNew) Name(write);
        }
        await ResolveReferences(writes, stop);
        await PlaceBySubject([.. writes.Where(write => write.IsNew && write.Type is not ("Patient" or "Binary"))], stop);
        foreach (var write in writes)
        {
            if (write.Type == "Binary" && write.Body is not null) await Binaries.Place(run, write, this, stop);
        }
        Rewrite(writes);
    }

    public async ValueTask At(PreparedWrite write, long patient, CancellationToken stop)
    {
        if (!parts.Scoped.MayCreate(write.Scope, patient, write.Scope.Agent.OwnerKey)) throw StoreRefusals.WriteNotAllowed.With();
        write.Cipher ??= PatientKeys.IsQuarantine(patient)
            ? await parts.Quarantines.Cipher(patient, stop)
            : run.NewCiphers.TryGetValue(patient, out var made) ? made : await parts.Keys.Cipher(patient, stop);
        (write.Patient, write.Number) = (patient, await parts.Numbers.Next(patient, stop));
        Name(write);
    }

    void PlacePatient(PreparedWrite write)
    {
        var patient = PatientKeys.Of(parts.Chance.NextLong());
        if (!parts.Scoped.MayCreate(write.Scope, patient, write.Scope.Agent.OwnerKey)) throw StoreRefusals.WriteNotAllowed.With();
        run.NewCiphers[patient] = write.Cipher = parts.Keys.NewPatient(run.Unit, patient);
        parts.Numbers.Begin(patient);
        (write.Patient, write.Number) = (patient, 1);
        Name(write);
    }

    // The names by which the other entries may refer to it.
    void Name(PreparedWrite write)
    {
        if (write.IsNew) write.VisibleId = write.Alias ?? parts.Ids.External(write.Patient, write.Number);
        var place = write.Answer is { } answer
            ? new Place(write.Type, answer.PatientKey, answer.Number)
            : new Place(write.Type, write.Patient, write.Number);
        var reference = write.Reference;
        run.Places[reference] = place;
        run.ByReference.TryAdd(reference, write);
        if (write.FullUrl is not { } url) return;
        run.Places[url] = place;
        run.Rewritten[url] = reference;
        // Relative to the base of its full URL (FHIR R4 bundle.html#references).
        var slash = url.LastIndexOf('/', url.LastIndexOf('/') is > 0 and var last ? last - 1 : 0);
        if (slash <= 0 || !Ids.TrySplit(url[(slash + 1)..], out var type, out _) || type != write.Type) return;
        if (run.Rewritten.TryAdd(url[(slash + 1)..], reference)) run.Places.TryAdd(url[(slash + 1)..], place);
    }

    async ValueTask ResolveReferences(IReadOnlyList<PreparedWrite> writes, CancellationToken stop)
    {
        var unknown = new HashSet<string>();
        foreach (var write in writes)
        {
            if (write.Body is not { } body || write.Answer is not null) continue;
            if (body.Bytes.Span.IndexOf("?"u8) >= 0)
            {
                foreach (var condition in References.Conditional(body)) await ResolveCondition(condition, stop);
            }
            foreach (var value in write.Values)
            {
                if (value.Kind == SearchKind.Reference && value.Text is { } text) Collect(Ids.WithoutVersion(text), unknown);
            }
            if (write.Type == "Bundle") Homes.PatientsIn(write).References.ForEach(text => Collect(text, unknown));
        }
        foreach (var (reference, place) in await parts.Rows.Resolve(run.Scope, unknown, stop)) run.Places.TryAdd(reference, place);
        ResolveAbsolute(writes);
    }

    void Collect(string text, HashSet<string> unknown)
    {
        if (run.Options.BaseUrl is { } root && text.StartsWith(root, StringComparison.Ordinal)) text = text[root.Length..];
        if (!run.Places.ContainsKey(text) && !parts.Ids.TryRead(text, out _)) unknown.Add(text);
    }

    // An absolute reference to ourselves is written down as the relative one it is.
    void ResolveAbsolute(IReadOnlyList<PreparedWrite> writes)
    {
        if (run.Options.BaseUrl is not { } root) return;
        foreach (var value in writes.SelectMany(write => write.Values))
        {
            if (value.Kind != SearchKind.Reference || value.Text is not { } text || !text.StartsWith(root, StringComparison.Ordinal)) continue;
            var relative = Ids.WithoutVersion(text[root.Length..]);
            run.Rewritten.TryAdd(text, relative);
        }
    }

    async ValueTask ResolveCondition(string condition, CancellationToken stop)
    {
        if (run.Places.ContainsKey(condition)) return;
        var row = await Conditions.One(run, condition, stop);
        var stored = await parts.Rows.Open(row, stop);
        run.Places[condition] = row.Place;
        run.Places.TryAdd(stored.Reference, row.Place);
        run.Rewritten[condition] = stored.Reference;
    }

    async ValueTask PlaceBySubject(List<PreparedWrite> writes, CancellationToken stop)
    {
        var homes = new long[writes.Count];
        for (var i = 0; i < homes.Length; i++) homes[i] = await HomeOf(writes[i], stop);
        var withKeys = homes.Where(home => !PatientKeys.IsQuarantine(home) && !run.NewCiphers.ContainsKey(home));
        if (homes.Length > 1) await parts.Keys.Warm(withKeys, stop);
        for (var i = 0; i < homes.Length; i++) await At(writes[i], homes[i], stop);
    }

    async ValueTask<long> HomeOf(PreparedWrite write, CancellationToken stop)
    {
        var (references, says) = Homes.PatientsIn(write);
        var patients = references.Count == 0 ? [] : await parts.Homes.Resolve(write.Scope, Local(references), run.Places, stop);
        if (patients.Count > 0 && await parts.Persons.Survivor(new("Patient", patients[0], 1), stop) is { } survivor)
        {
            Lead(references, patients[0], survivor);
            return survivor.Patient;
        }
        return patients.Count > 0 ? patients[0] : parts.Homes.WithoutPatient(write.Scope, write.Type, says, run.Options.Quarantine, Homes.IsEquipment(write));
    }

    // What is written from now on about a merged record is written about the one that goes on.
    void Lead(List<string> references, long merged, Place survivor)
    {
        foreach (var reference in references)
        {
            var leads = run.Places.TryGetValue(reference, out var place) || parts.Ids.TryRead(reference, out place);
            if (leads && place.Type == "Patient" && place.Patient == merged) run.Rewritten[reference] = parts.Ids.Reference(survivor);
        }
    }

    public List<string> Local(List<string> references) => run.Options.BaseUrl is not { } root
        ? references
        : [.. references.Select(text => text.StartsWith(root, StringComparison.Ordinal) ? text[root.Length..] : text)];

    void Rewrite(IReadOnlyList<PreparedWrite> writes)
    {
        if (run.Rewritten.Count == 0) return;
        foreach (var write in writes)
        {
            if (write.Answer is null && write.Body is { } body && References.Rewrite(body, run.Rewritten) is { } bytes)
                write.Replace(FhirDocument.Parse(bytes));
        }
    }
}
