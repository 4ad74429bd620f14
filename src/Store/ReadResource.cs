using Socle.Platform;

namespace Socle.Store;

/// <summary>read and vread. Null: unknown, or out of reach, and nobody can tell which.</summary>
sealed class ReadResource(StoreParts parts)
{
    public async Task<Stored?> Current(Scope scope, string type, string id, CancellationToken stop)
    {
        Demand.Allowed(scope, type, Interaction.Read);
        if (await parts.Rows.Find(scope, type, id, stop) is not { } row) return null;
        var stored = Named(await parts.Rows.Open(row, stop), id);
        await parts.Trace.Release(scope, "read", stored.PatientKey, stored.Reference, stop, Titles.OfDocument(stored));
        return parts.Trace.Outgoing(scope, stored);
    }

    public async Task<Stored?> Found(Scope scope, string type, string id, CancellationToken stop)
    {
        Demand.Allowed(scope, type, Interaction.Search);
        if (await parts.Rows.Find(scope, type, id, stop) is not { Deleted: false } row) return null;
        var stored = await parts.Rows.Open(row, stop);
        await parts.Trace.Release(scope, "search", stored.PatientKey, stored.Reference, stop);
        return parts.Trace.Outgoing(scope, stored);
    }

    public async Task<Stored?> Version(Scope scope, string type, string id, long version, CancellationToken stop)
    {
        Demand.Allowed(scope, type, Interaction.Vread);
        if (await parts.Rows.Find(scope, type, id, stop) is not { } head) return null;
        var row = head.Version == version ? head : await Older(scope, head, version, stop);
        if (row is null) return null;
        var stored = Named(await parts.Rows.Open(row, stop), id);
        await parts.Trace.Release(scope, "vread", stored.PatientKey, $"{stored.Reference}/_history/{version}", stop);
        return parts.Trace.Outgoing(scope, stored);
    }

    public async Task<IReadOnlyList<Stored?>> Again(Scope scope, IReadOnlyList<WrittenAt> places, CancellationToken stop)
    {
        var found = new List<Stored?>(places.Count);
        foreach (var at in places)
        {
            var head = await parts.Rows.At(scope, new Place(at.Type, at.Patient, at.Number), stop);
            var row = head is null || head.Version == at.Version ? head : await Older(scope, head, at.Version, stop);
            found.Add(row is null ? null : parts.Trace.Outgoing(scope, await parts.Rows.Open(row, stop)));
        }
        await parts.Trace.Release(scope, "vread", "*", found.OfType<Stored>(), stop);
        return found;
    }

    public async Task<Stream?> Binary(Scope scope, string id, CancellationToken stop)
    {
        Demand.Allowed(scope, "Binary", Interaction.Read);
        if (await parts.Rows.Find(scope, "Binary", id, stop) is not { Deleted: false, Blob: { } blob } row) return null;
        var content = await parts.Blobs.Open(row.Patient, blob, stop);
        await parts.Trace.Release(scope, "read", row.Patient, $"Binary/{id}", stop);
        return content;
    }

    Task<HeadRow?> Older(Scope scope, HeadRow head, long version, CancellationToken stop) => parts.Scoped.First(scope, visible => $"""
        select v.type, v.patient, v.number, v.version, v.updated, v.deleted, v.owner, v.blob, v.body
        from store_version v join store_resource r on r.patient = v.patient and r.number = v.number
        where v.patient = {head.Patient} and v.number = {head.Number} and v.version = {version}
            and (v.labels & {(long)scope.ReadReach.Hidden}) = 0 and {visible}
        """, HistoryOf.ReadOlder, stop);

    // A deleted version has no bytes that tell its id: it answers by the name it was asked under.
    static Stored Named(Stored stored, string id) => stored.Deleted ? stored with { Id = id } : stored;
}
