using System.Globalization;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.Store;

namespace Socle.SharedRecord;

/// <summary>The documents of a record, for the citizen's and the professional's pages.</summary>
public sealed class Documents
{
    const int PageLength = 100;
    const int MostPages = 20;

    readonly RecordStore store;
    readonly SharedRecordStore marks;
    readonly Deposit deposit;
    readonly ViewTickets tickets;
    readonly Db db;
    readonly Keys keys;
    readonly TimeProvider time;

    internal Documents(RecordStore store, SharedRecordStore marks, Deposit deposit, ViewTickets tickets, Db db, Keys keys, TimeProvider time) =>
        (this.store, this.marks, this.deposit, this.tickets, this.db, this.keys, this.time) = (store, marks, deposit, tickets, db, keys, time);

    /// <summary>Newest first. Only what the scope reaches; deleted documents never, replaced ones when asked for.</summary>
    public async Task<IReadOnlyList<DocumentCard>> OfPatient(Scope scope, string patientId, DocumentFilter? filter, CancellationToken stop)
    {
        filter ??= new();
        var found = new List<DocumentCard>();
        (HashSet<long> Read, HashSet<long> Mine)? known = null;
        string? page = null;
        for (var pages = 0; pages < MostPages; pages++)
        {
            var answer = await store.Search(scope, SearchQuery.Parse("DocumentReference", Parameters(patientId, filter, page), strict: true), stop);
            foreach (var stored in answer.Matches)
            {
                known ??= ([.. await marks.NumbersRead(stored.PatientKey, scope.Agent.Id, stop)],
                    [.. await marks.NumbersOwned(stored.PatientKey, scope.Agent.OwnerKey, stop)]);
                var card = Card(stored, !known.Value.Read.Contains(stored.Number), known.Value.Mine.Contains(stored.Number));
                if (Passes(card, filter)) found.Add(card);
            }
            if ((page = answer.NextToken) is null) break;
        }
        return [.. found.OrderByDescending(card => card.Date?.ToDateTime(TimeOnly.MinValue) ?? card.Deposited?.UtcDateTime).ThenBy(card => card.Title, StringComparer.Ordinal)];
    }

    /// <summary>Opens one: the reading is traced with the title, the unread mark goes.</summary>
    public async Task<DocumentView> Open(Scope scope, string id, CancellationToken stop)
    {
        var stored = await Get(scope, id, stop);
        if (await marks.ByNumber(stored.PatientKey, stored.Number, stop) is not { Blob: { } blob } row) throw SharedRecordRefusals.DocumentUnknown.With();
        var card = Card(stored, unread: false, mine: row.Owner == scope.Agent.OwnerKey);
        var unit = new Unit();
        marks.MarkRead(unit, stored.PatientKey, stored.Number, scope.Agent.Id, time.GetUtcNow());
        await db.Commit(unit, stop);
        var target = new ViewTarget(stored.PatientKey, stored.Reference, blob, card.Title, card.MediaType);
        return new(card, tickets.Path(target, ViewUse.Show, scope), tickets.Path(target, ViewUse.Download, scope));
    }

    /// <summary>A number that changes when a document comes into the record: it tells nothing of it.</summary>
    public Task<long> LatestChange(long patient, CancellationToken stop) => marks.LastNumber(patient, stop);

    /// <summary>Path on the viewer origin of one document; opening it this way is traced too.</summary>
    public async Task<string> ViewUrl(Scope scope, string id, CancellationToken stop) => (await Open(scope, id, stop)).ViewPath;

    /// <summary>Logical deletion, by who deposited it: the document leaves every list, its trace stays.</summary>
    public async Task Delete(Scope scope, string id, CancellationToken stop)
    {
        var stored = await Get(scope, id, stop);
        using var patch = FhirDocument.Parse(StatusPatch);
        await store.Write(scope, [new WriteOp.Patch("DocumentReference", id, null, patch, stored.Version)], WriteOptions.Default, stop);
    }

    static ReadOnlyMemory<byte> StatusPatch { get; } = """
        {"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},
        {"name":"path","valueString":"DocumentReference.status"},{"name":"value","valueCode":"entered-in-error"}]}]}
        """u8.ToArray();

    /// <summary>Files a document; the same one again answers with the one that is there.</summary>
    public async Task<DocumentCard> Deposit(Scope scope, string patientId, Stream file, DepositForm form, CancellationToken stop)
    {
        var result = await deposit.File(scope, patientId, file, form, stop);
        var unit = new Unit();
        marks.MarkRead(unit, result.Stored.PatientKey, result.Stored.Number, scope.Agent.Id, time.GetUtcNow());
        await db.Commit(unit, stop);
        return Card(result.Stored, unread: false, mine: true);
    }

    async Task<Stored> Get(Scope scope, string id, CancellationToken stop) =>
        await store.Read(scope, "DocumentReference", id, stop) is { Deleted: false } stored ? stored : throw SharedRecordRefusals.DocumentUnknown.With();

    static IEnumerable<KeyValuePair<string, string>> Parameters(string patientId, DocumentFilter filter, string? page)
    {
        yield return new("patient", patientId);
        yield return new("status", filter.Superseded ? "current,superseded" : "current");
        yield return new("_count", PageLength.ToString(CultureInfo.InvariantCulture));
        if (page is not null) yield return new("_page", page);
    }

    static bool Passes(DocumentCard card, DocumentFilter filter) =>
        (filter.ClassCode is null || card.ClassCode == filter.ClassCode)
        && (!filter.UnreadOnly || card.Unread)
        && (filter.Since is null || card.Date is null || card.Date >= filter.Since)
        && (string.IsNullOrWhiteSpace(filter.Text) || FrenchText.Normal($"{card.Title} {card.TypeDisplay} {card.Author}").Contains(FrenchText.Normal(filter.Text), StringComparison.Ordinal));

    static DocumentCard Card(Stored stored, bool unread, bool mine)
    {
        using var document = FhirDocument.Parse(stored.Bytes);
        var root = document.Root;
        var (attachment, category) = (root["content"]["attachment"], root["category"]["coding"]);
        var start = root["context"]["period"]["start"].Text ?? attachment["creation"].Text ?? root["date"].Text;
        return new(stored.Id, DocumentReading.Title(root), Words(root["type"]) ?? "Document", category["code"].Text ?? "", Words(root["category"]) ?? "Autres documents",
            start is { Length: >= 10 } && DateOnly.TryParseExact(start[..10], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null,
            DateTimeOffset.TryParse(root["date"].Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var at) ? at : null,
            DocumentReading.Author(root), unread, root["status"].Text ?? "", attachment["contentType"].Text ?? "",
            long.TryParse(attachment["size"].Text, NumberStyles.None, CultureInfo.InvariantCulture, out var size) ? size : null,
            mine);
    }

    static string? Words(FhirNode concept) => concept["coding"]["display"].Text ?? concept["text"].Text ?? concept["coding"]["code"].Text;
}
