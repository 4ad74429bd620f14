using System.Security.Cryptography;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>Turns prepared writes into statements, and into the answers that leave after the commit.</summary>
sealed class Finish(WriteRun run, long now)
{
    readonly StoreParts parts = run.Parts;
    readonly Dictionary<PreparedWrite, WriteResult> results = [];
    readonly List<long> newPatients = [], deletedPatients = [];

    public WriteResult Result(PreparedWrite write) =>
        write.Warnings is { } warnings ? results[write] with { Warnings = warnings } : results[write];

    /// <summary>What is remembered of patients, once it is true.</summary>
    public void Committed()
    {
        foreach (var patient in newPatients) parts.Homes.Remember(patient);
        foreach (var patient in deletedPatients) parts.Homes.Forget(patient);
    }

    public async ValueTask Add(PreparedWrite write, CancellationToken stop)
    {
        if (write.Answer is { } answer)
        {
            results[write] = new(write.Op, answer.Deleted ? 204 : 200, answer);
            return;
        }
        results[write] = write.Interaction == Interaction.Delete ? await Delete(write, stop) : await Put(write, stop);
        if (results[write].Status == 200 && results[write].Stored.Version == write.Head?.Version) return;   // nothing has changed
        var action = write.Interaction.ToString().ToLowerInvariant();
        var label = (write.Body ?? write.BeforeBody) is { } body ? Titles.Of(body) : null;
        parts.Trace.Write(run.Unit, write.Scope, action, write.Patient, write.Reference, label, write.Cipher);
    }

    async ValueTask<WriteResult> Delete(PreparedWrite write, CancellationToken stop)
    {
        var head = write.Head!;
        var row = head with
        {
            Version = head.Version + 1, Updated = now, Deleted = true, MainCode = 0, MainDate = Indexed.NoDate, Blob = null, Hashes = [], Body = []
        };
        var nothing = new Indexed();
        parts.Commands.ReplaceHead(run.Unit, write.Scope, head.Version, row, nothing, Meanwhile(write));
        Commands.Index(run.Unit, row, await IndexBefore(write, stop), nothing);
        if (write.Type == "Patient")
        {
            deletedPatients.Add(write.Patient);
            parts.Db.Changes.Tell(run.Unit, Homes.Kind);
        }
        return new(write.Op, 204, new(write.Type, write.VisibleId, row.Version, Rows.TimeOf(now), true, default, row.Patient, row.Number, null));
    }

    async ValueTask<WriteResult> Put(PreparedWrite write, CancellationToken stop)
    {
        if (write.Head is not null) await RefuseOtherPatient(write, stop);
        if (run.Options.KeepIds && write.Before is { Deleted: false } before && await IsUnchanged(write, before, stop))
            return new(write.Op, 200, before);
        var version = (write.Head?.Version ?? 0) + 1;
        var bytes = Stamped(write.Body!, write.VisibleId, version, Rows.TimeOf(now));
        write.Cipher ??= await CipherOf(write.Patient, stop);
        var index = Indexed.Of(write.Type, write.Values, write.Body, parts.Hashes, parts.Ids, run.Places, write.Patient);
        if (write.Blob is { } blob) parts.Blobs.Publish(run.Unit, blob, write.Patient);
        var row = new HeadRow(Definitions.TypeNumber(write.Type), write.Patient, write.Number, version, now, false,
            write.Head?.Owner ?? write.Scope.Agent.OwnerKey, index.MainCode, index.MainDate, write.Blob?.Id ?? write.Head?.Blob,
            index.Hashes, write.Cipher.Seal(bytes, Hashes.Binding(write.Patient, write.Number, version)));
        if (write.Head is { } head)
            parts.Commands.ReplaceHead(run.Unit, write.Scope, head.Version, row, index, Meanwhile(write));
        else
            Commands.InsertHead(run.Unit, row, index);
        if (write.Alias is { } alias) Commands.Alias(run.Unit, parts.Hashes.OfAlias(write.Type, alias), write.Patient, write.Number);
        Commands.Index(run.Unit, row, await IndexBefore(write, stop), index);
        if (write.Type == "Patient") newPatients.Add(write.Patient);
        var created = write.Head is null or { Deleted: true };
        return new(write.Op, created ? 201 : 200,
            new(write.Type, write.VisibleId, version, Rows.TimeOf(now), false, bytes, row.Patient, row.Number, row.Blob));
    }

    ValueTask<PatientCipher> CipherOf(long patient, CancellationToken stop) =>
        PatientKeys.IsQuarantine(patient) ? parts.Quarantines.Cipher(patient, stop) : parts.Keys.Cipher(patient, stop);

    static byte[] Stamped(FhirDocument body, string id, long version, DateTimeOffset time)
    {
        var splice = new Splice(body);
        splice.SetIdAndMeta(id, version, time);
        return splice.Apply();
    }

    async ValueTask<bool> IsUnchanged(PreparedWrite write, Stored before, CancellationToken stop)
    {
        if (!Stamped(write.Body!, before.Id, before.Version, before.LastUpdated).AsSpan().SequenceEqual(before.Bytes.Span)) return false;
        if (write.Blob is not { } blob) return true;
        if (before.BlobId is not { } kept) return false;
        await using var content = await parts.Blobs.Open(write.Patient, kept, stop);
        return (await SHA256.HashDataAsync(content, stop)).AsSpan().SequenceEqual(blob.Sha256);
    }

    // The patient of a resource is for ever: what is about another person is another resource.
    async ValueTask RefuseOtherPatient(PreparedWrite write, CancellationToken stop)
    {
        if (write.Type is "Patient" or "Binary" || PatientKeys.IsQuarantine(write.Patient)) return;
        var (references, says) = Homes.PatientsIn(write);
        var patients = await parts.Homes.Resolve(write.Scope, references, run.Places, stop);
        var stays = write.Patient == 0 ? patients.Count == 0 && (!says || Homes.IsShared(write.Type)) : patients.Contains(write.Patient);
        if (!stays) throw StoreRefusals.SubjectChanged.With();
    }

    // What stood in the index for the version before: extracted again, so that just those rows go.
    async ValueTask<Indexed?> IndexBefore(PreparedWrite write, CancellationToken stop)
    {
        if (write.BeforeBody is not { } body) return null;
        var values = parts.Parameters.ValuesOf(body);
        var texts = values.Where(value => value.Kind == SearchKind.Reference).Select(value => value.Text).OfType<string>().Select(Ids.WithoutVersion);
        var places = await parts.Rows.Resolve(write.Scope.ForRules(), texts.Where(text => !parts.Ids.TryRead(text, out _)).ToHashSet(), stop);
        return Indexed.Of(write.Type, values, body, parts.Hashes, parts.Ids, places, write.Patient);
    }

    static Func<Refusal> Meanwhile(PreparedWrite write) =>
        () => (write.IfMatch is null ? StoreRefusals.WrittenMeanwhile : StoreRefusals.StaleVersion).With();
}
