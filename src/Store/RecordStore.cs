using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>
/// FHIR R4 interactions on the one record. Each call takes a <see cref="Scope"/>; whatever it does not reach behaves as unknown. What
/// a call releases about a person leaves after its trace is durable.
/// </summary>
public sealed class RecordStore
{
    /// <summary>The most matches of one page.</summary>
    public const int MostCount = SearchResources.MostCount;

    const int MostAttempts = 20;
    readonly StoreParts parts;

    public RecordStore(
        Db db, Keys keys, Blobs blobs, AuditLog audit, Chance chance, TimeProvider clock, IEnumerable<WriteRule> rules,
        StoreSettings? settings = null, ITerminology? terminology = null, IEnumerable<ReleaseRule>? releases = null, MergedRecords? merged = null)
    {
        parts = new(db, keys, blobs, audit, chance, clock, rules, settings, terminology, releases, merged);
    }

    /// <summary>Null: unknown or out of reach. <see cref="Stored.Deleted"/>: it is gone.</summary>
    public Task<Stored?> Read(Scope scope, string type, string id, CancellationToken stop) =>
        new ReadResource(parts).Current(scope, type, id, stop);

    /// <summary>What a search by its id would release, for a module that found it in an index of its own: read by its key, traced as a search.</summary>
    public Task<Stored?> FindById(Scope scope, string type, string id, CancellationToken stop) =>
        new ReadResource(parts).Found(scope, type, id, stop);

    public Task<Stored?> ReadVersion(Scope scope, string type, string id, long version, CancellationToken stop) =>
        new ReadResource(parts).Version(scope, type, id, version, stop);

    /// <summary>The content of a Binary; null when there is none within reach.</summary>
    public Task<Stream?> OpenBinary(Scope scope, string id, CancellationToken stop) => new ReadResource(parts).Binary(scope, id, stop);

    /// <summary>The bytes of a Binary with its content in « data » again.</summary>
    public static Task InlineBinary(Stored binary, Stream content, Stream output, CancellationToken stop) =>
        Binaries.Inline(binary, content, output, stop);

    /// <summary>What a search is read with here: the parameters in force, the terminology, the time.</summary>
    /// <param name="baseUrl">What references to our own resources may begin with: « https://…/fhir/ ».</param>
    public SearchEnvironment SearchEnvironment(string? baseUrl = null, Scope? scope = null) => parts.SearchEnvironment(baseUrl, scope);

    /// <param name="scope">Who asks.</param>
    /// <param name="query">What is looked for.</param>
    /// <param name="stop">When the caller goes away.</param>
    /// <param name="settled">Of what is asked by time of change, nothing beyond the moment from which on a change may still be under way.</param>
    public Task<SearchPage> Search(Scope scope, SearchQuery query, CancellationToken stop, bool settled = false) =>
        new SearchResources(parts).Page(scope, [query], null, stop, settled);

    /// <summary>A search over several types, or within a compartment, in one order.</summary>
    /// <param name="queries">One per type, alike but for the type.</param>
    public Task<SearchPage> Search(Scope scope, IReadOnlyList<SearchQuery> queries, Compartment? compartment, CancellationToken stop) =>
        new SearchResources(parts).Page(scope, queries, compartment, stop);

    /// <summary>The types of which anything stands here at all, whoever may see it.</summary>
    public async Task<IReadOnlyList<string>> TypesPresent(CancellationToken stop)
    {
        var types = new List<string>();
        for (var last = 0; await parts.Scoped.TypeAfter(last, _ => true, stop) is { } type; last = type) types.Add(Definitions.TypeName(type));
        return types;
    }

    /// <summary>Reads which search parameters are in force; at start, and when another process may have changed them.</summary>
    public ValueTask LoadParameters(CancellationToken stop)
    {
        parts.Parameters.Changed();
        return parts.Parameters.Ready(stop);
    }

    /// <summary>The custom search parameters and how far their index has come.</summary>
    public IReadOnlyList<ParameterProgress> Parameters => parts.Parameters.Progress;

    /// <summary>Indexes what stands already by new search parameters, so many pages; false when nothing is left to do.</summary>
    public Task<bool> IndexParameters(int pages, CancellationToken stop) => new IndexParameters(parts).Some(pages, stop);

    /// <summary>Null: the instance is unknown or out of reach. Without an id the type, without a type everything.</summary>
    public Task<HistoryPage?> History(Scope scope, string? type, string? id, HistoryQuery query, CancellationToken stop) =>
        new HistoryOf(parts).Page(scope, type, id, query, stop);

    /// <summary>$everything of a Patient or an Encounter, page by page. Null: unknown or out of reach.</summary>
    public Task<EverythingPage?> Everything(Scope scope, string type, string id, EverythingQuery query, CancellationToken stop) =>
        new EverythingOf(parts).Page(scope, type, id, query, stop);

    /// <summary>$lastn: of each kind of observation that the query finds, the newest <paramref name="most"/>.</summary>
    public Task<IReadOnlyList<Stored>> LastOfEach(Scope scope, SearchQuery newestFirst, int most, CancellationToken stop) =>
        new LastOfEach(parts).Find(scope, newestFirst, most, stop);

    /// <summary>$meta of a type, or of everything.</summary>
    public Task<MetaInUse> MetaInUse(Scope scope, string? type, CancellationToken stop) => new MetaOf(parts).Of(scope, type, stop);

    /// <summary>
    /// A resource and all that it refers to, directly or not, as far as the scope reaches; itself first. Null: unknown or out of reach.
    /// </summary>
    public Task<IReadOnlyList<Stored>?> WithReferences(Scope scope, string type, string id, bool ofOneRecord, CancellationToken stop) =>
        new DocumentOf(parts).Parts(scope, type, id, ofOneRecord, stop);

    /// <summary>The versions that writes of this actor were answered with, for the same answer again; null where the scope no longer reaches.</summary>
    public Task<IReadOnlyList<Stored?>> Again(Scope scope, IReadOnlyList<WrittenAt> places, CancellationToken stop) =>
        new ReadResource(parts).Again(scope, places, stop);

    /// <summary>All or nothing; one operation is a single interaction. Answers in the order of the operations, after the commit.</summary>
    public async Task<IReadOnlyList<WriteResult>> Write(
        Scope scope, IReadOnlyList<WriteOp> ops, WriteOptions options, CancellationToken stop)
    {
        await parts.Parameters.Ready(stop);
        using var held = await parts.Locks.Take(ops.SelectMany(op => LockKeys(op, options)), stop);
        for (var attempt = 1; ; attempt++)
        {
            using var run = new WriteRun(parts, scope, options);
            try
            {
                var results = await run.Run(ops, stop);
                await parts.Parameters.Ready(stop);
                return results;
            }
            catch (Refusal refusal) when (refusal.Kind == StoreRefusals.WrittenMeanwhile && attempt < MostAttempts)
            {
                foreach (var write in run.Writes) parts.Numbers.Forget(write.Patient);
                // Two that met once do not meet again at the same instant.
                await Task.Delay(TimeSpan.FromMilliseconds(parts.Chance.NextLong() % (4 * attempt)), parts.Clock, stop);
            }
        }
    }

    /// <summary>A transaction all or nothing, a batch entry by entry. Reads among the entries are left to the caller.</summary>
    public Task<IReadOnlyList<EntryResult>> Process(Scope scope, BundleRequest bundle, WriteOptions options, CancellationToken stop) =>
        new ProcessBundle(this).Run(scope, bundle, options, stop);

    /// <summary>
    /// A page of an export. A person is traced once: <paramref name="told"/> says of which patient keys the export's trace stands already.
    /// </summary>
    public async Task<ExportPage> Export(
        Scope scope, ExportRange range, Func<long[], CancellationToken, Task<IReadOnlySet<long>>> told, CancellationToken stop)
    {
        if (range.Patients is { } patients)
        {
            var links = await parts.Persons.Merged.Now(stop);
            if (!links.IsEmpty) range = range with { Patients = [.. patients.SelectMany(links.OfPerson).Distinct()] };
        }
        return await new ExportResources(parts, scope, range).Page(told, stop);
    }

    /// <summary>Whether what stands at this place matches, as the scope sees it now. Nothing is released.</summary>
    public async Task<bool> IsMatch(Scope scope, SearchQuery query, long patient, long number, CancellationToken stop) =>
        await new NoticeOf(parts, scope, query).At(patient, number, stop) is not null;

    /// <summary>What stands at this place, to tell a subscriber of it; null when it does not match, or is out of reach by now.</summary>
    public async Task<Stored?> Notify(Scope scope, SearchQuery query, long patient, long number, CancellationToken stop)
    {
        var found = await new NoticeOf(parts, scope, query).At(patient, number, stop);
        if (found is null) return null;
        await parts.Trace.Release(scope, "notify", found.Reference, [found], stop);
        return parts.Trace.Outgoing(scope, found);
    }

    /// <summary>What was deleted from this place by this version, without its content; null when it did not match, or is out of reach.</summary>
    public async Task<Stored?> NotifyGone(Scope scope, SearchQuery query, long patient, long number, long version, CancellationToken stop)
    {
        var gone = await new NoticeOf(parts, scope, query).Gone(patient, number, version, stop);
        if (gone is not null) await parts.Trace.Release(scope, "notify", gone.Reference, [gone], stop);
        return gone;
    }

    public async Task<ResolvedId?> Resolve(Scope scope, string type, string id, CancellationToken stop) =>
        await parts.Rows.Find(scope, type, id, stop) is { Deleted: false } row
            ? new(type, parts.Ids.External(row.Patient, row.Number), row.Patient, row.Number)
            : null;

    /// <summary>
    /// Entries of the shared space by their identifiers, many at a time and of whatever system: for an import, which looks at each itself. Nobody is
    /// described there, so that nothing is released.
    /// </summary>
    public async Task<IReadOnlyList<Stored>> SharedByIdentifier(Scope scope, string type, IReadOnlyCollection<string> values, CancellationToken stop)
    {
        var number = Definitions.TypeNumber(type);
        var found = new List<Stored>();
        foreach (var some in values.Chunk(1_000))
        {
            long[] hashes = [.. some.Select(value => parts.Hashes.OfIdentifier(number, null, value))];
            var rows = await parts.Scoped.Query(scope, visible => SharedRows(number, hashes, visible), Rows.Read, stop);
            foreach (var row in rows.DistinctBy(row => row.Number)) found.Add(await parts.Rows.Open(row, stop));
        }
        return found;
    }

    /// <summary>The same by their numbers; those that stand.</summary>
    public async Task<IReadOnlyDictionary<long, Stored>> SharedByNumber(Scope scope, string type, IEnumerable<long> numbers, CancellationToken stop)
    {
        var found = new Dictionary<long, Stored>();
        foreach (var some in numbers.Distinct().Chunk(500))
            foreach (var row in await parts.Rows.At(scope, 0, some, stop))
                if (!row.Deleted && row.Type == Definitions.TypeNumber(type)) found[row.Number] = await parts.Rows.Open(row, stop);
        return found;
    }

    // From the identifiers to the rows: « cross join » keeps that order in SQLite, and « + » takes from both databases what would tempt them to go
    // through all entries of the type and look for each among all the values.
    internal static Sql SharedRows(int type, long[] hashes, Sql visible) => $"""
        select {Rows.Columns} from store_identifier i cross join store_resource r
        where i.hash in {hashes} and i.patient = 0 and r.patient = +i.patient and r.number = i.number and +r.type = {type} and r.deleted = 0 and {visible}
        """;

    /// <summary>The external id of a place; what stands there is another question.</summary>
    public string IdOf(long patient, long number) => parts.Ids.External(patient, number);

    /// <summary>How many resources were written into a record since that moment, the Patient and what tells of writes left out. Numbers, no content.</summary>
    public async Task<long> WrittenSince(long patient, DateTimeOffset since, CancellationToken stop)
    {
        long[] tells = [Definitions.TypeNumber("Provenance"), Definitions.TypeNumber("AuditEvent")];
        return (await parts.Scoped.Unscoped("how much was written since a merge", $"""
            select count(*) from store_resource where patient = {patient} and number > 1 and updated > {Rows.Microseconds(since)} and type not in {tells}
            """, row => row.Long(0), stop))[0];
    }

    /// <summary>How many resources of each type, for the operator.</summary>
    public async Task<IReadOnlyList<StoreCount>> Counts(CancellationToken stop)
    {
        var counts = await parts.Scoped.Unscoped("numbers for the operator",
            $"select type, count(*), sum(deleted) from store_resource group by type order by type",
            row => new StoreCount(Definitions.TypeName(row.Int(0)), row.Long(1), row.Long(2)), stop);
        return counts;
    }

    /// <summary>Erases a person for good: the key, every row, every word of the names.</summary>
    public async Task Erase(Scope scope, long patient, CancellationToken stop)
    {
        if (!scope.WriteReach.Everyone || patient == 0) throw StoreRefusals.WriteNotAllowed.With();
        var unit = new Unit();
        parts.Trace.Write(unit, scope, "erase", 0, "Patient", null);
        Commands.Erase(unit, patient);
        parts.Keys.Erase(unit, patient);
        parts.Db.Changes.Tell(unit, Homes.Kind);
        await parts.Db.Commit(unit, stop);
        parts.Homes.Forget(patient);
        parts.Numbers.Forget(patient);
    }

    static IEnumerable<string> LockKeys(WriteOp op, WriteOptions options) => op switch
    {
        WriteOp.Create { IfNoneExist: { } condition } => [Condition(condition)],
        WriteOp.Create create when options.KeepIds && create.Body.Root["id"].Text is { } id => [$"{op.Type}/{id}"],
        WriteOp.Update { Id: { } id } => [$"{op.Type}/{id}"],
        WriteOp.Update { Condition: { } condition } => [Condition(condition)],
        WriteOp.Patch { Id: { } id } => [$"{op.Type}/{id}"],
        WriteOp.Patch { Condition: { } condition } => [Condition(condition)],
        WriteOp.Delete { Id: { } id } => [$"{op.Type}/{id}"],
        WriteOp.Delete { Condition: { } condition } => [Condition(condition)],
        _ => []
    };

    static string Condition(SearchQuery condition) => $"{condition.ResourceType}?{condition.Canonical()}";
}
