using Socle.Platform;

namespace Socle.Store;

/// <summary>What a document is made of: a Composition and everything it leads to (FHIR R4 documents.html, « directly or indirectly referenced »).</summary>
sealed class DocumentOf(StoreParts parts)
{
    const int MostParts = 500, MostRounds = 8;

    /// <param name="ofOneRecord">Nothing of another person: what is kept in a record is read by all who read that record.</param>
    public async Task<IReadOnlyList<Stored>?> Parts(Scope scope, string type, string id, bool ofOneRecord, CancellationToken stop)
    {
        Demand.Allowed(scope, type, Interaction.Read);
        if (await parts.Rows.Find(scope, type, id, stop) is not { } head) return null;
        if (head.Deleted) throw StoreRefusals.Deleted.With();
        var first = await parts.Rows.Open(head, stop);
        var linked = new Linked(parts, scope);
        linked.Skip(head.Place);
        var others = await linked.From([first], MostRounds, MostParts, place => !ofOneRecord || place.Patient == 0 || place.Patient == head.Patient, stop);
        if (others.Count > MostParts) throw StoreRefusals.DocumentTooLarge.With(MostParts);
        IReadOnlyList<Stored> all = [first, .. others];
        await parts.Trace.Release(scope, "document", first.Reference, all, stop);
        return parts.Trace.Outgoing(scope, all);
    }
}
