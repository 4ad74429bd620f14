using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>A head row, or an older version in the same form (then without hashes).</summary>
sealed record HeadRow(
    int Type, long Patient, long Number, long Version, long Updated, bool Deleted, long Owner, long MainCode, long MainDate, long? Blob,
    byte[] Hashes, byte[] Body)
{
    /// <summary>Only a place in an order, to go on from.</summary>
    public static HeadRow At(long patient, long number, long date) => new(0, patient, number, 0, 0, false, 0, 0, date, null, [], []);

    public Place Place => new(Definitions.TypeName(Type), Patient, Number);
}

/// <summary>Rows out of the database and bytes out of their seal.</summary>
sealed class Rows(Scoped scoped, Keys keys, Hashes hashes, Ids ids)
{
    public static Sql Columns =>
        $"r.type, r.patient, r.number, r.version, r.updated, r.deleted, r.owner, r.main_code, r.main_date, r.blob, r.hashes, r.body";

    /// <summary>The same without the sealed bytes: for sorting and filtering many.</summary>
    public static Sql LightColumns =>
        $"r.type, r.patient, r.number, r.version, r.updated, r.deleted, r.owner, r.main_code, r.main_date, r.blob, r.hashes";

    /// <summary>Where a search leads to people whom nobody knows before, each row brings its patient's key once memory does not hold them all.</summary>
    public (Sql Columns, Func<Row, HeadRow> Read) OfAnybody() => WithKeys(keys.AreForgotten);

    (Sql Columns, Func<Row, HeadRow> Read) WithKeys(bool wanted)
    {
        if (!wanted) return (Columns, Read);
        return ($"{Columns}, {Keys.BoxOf($"r.patient")}", ReadWithKey);
    }

    HeadRow ReadWithKey(Row row)
    {
        keys.Learn(row.Long(1), row.BytesOrNull(12));
        return Read(row);
    }

    public static HeadRow Read(Row row) => Of(row, row.Bytes(11));

    public static HeadRow Light(Row row) => Of(row, []);

    static HeadRow Of(Row row, byte[] body) => new(
        row.Int(0), row.Long(1), row.Long(2), row.Long(3), row.Long(4), row.Long(5) != 0, row.Long(6), row.Long(7), row.Long(8),
        row.LongOrNull(9), row.Bytes(10), body);

    /// <summary>What stands under an id for this scope; null when nothing does, or nothing that the scope reaches.</summary>
    public async Task<HeadRow?> Find(Scope scope, string type, string id, CancellationToken stop)
    {
        if (!Definitions.IsResourceType(type) || !Ids.IsId(id)) return null;
        if (ids.TryRead(type, id, out var place) && await At(scope, place, stop) is { } row) return row;
        var own = scope.Agent.OwnerKey;
        return await scoped.One(scope, visible => $"""
            select {Columns} from store_alias a join store_resource r on r.patient = a.patient and r.number = a.number
            where a.hash = {hashes.OfAlias(type, id)} and {visible}
            order by r.deleted, case when r.owner = {own} then 0 else 1 end, r.patient, r.number limit 1
            """, Read, stop);
    }

    /// <summary>What stands under ids that were brought along, best first as <see cref="Find"/> has it.</summary>
    public async Task<List<(long Hash, HeadRow Row)>> Brought(Scope scope, long[] hashes, CancellationToken stop) => hashes.Length == 0 ? [] :
        await scoped.Few(scope, visible => $"""
            select {Columns}, a.hash from store_alias a join store_resource r on r.patient = a.patient and r.number = a.number
            where a.hash in {hashes} and {visible}
            order by r.deleted, case when r.owner = {scope.Agent.OwnerKey} then 0 else 1 end, r.patient, r.number
            """, row => (row.Long(12), Read(row)), stop);

    public Task<HeadRow?> At(Scope scope, Place place, CancellationToken stop)
    {
        var (columns, read) = WithKeys(!keys.IsInMemory(place.Patient));
        return scoped.One(scope, visible => $"""
            select {columns} from store_resource r
            where r.patient = {place.Patient} and r.number = {place.Number} and +r.type = {Definitions.TypeNumber(place.Type)} and {visible}
            """, read, stop);
    }

    public Task<List<HeadRow>> At(Scope scope, long patient, long[] numbers, CancellationToken stop) => scoped.Few(scope, visible => $"""
        select {Columns} from store_resource r where r.patient = {patient} and r.number in {numbers} and {visible}
        """, Read, stop);

    /// <summary>Where references lead that are no external ids; those that lead nowhere for this scope are left out.</summary>
    public async Task<Dictionary<string, Place>> Resolve(Scope scope, IEnumerable<string> references, CancellationToken stop)
    {
        var found = new Dictionary<string, Place>();
        var asked = new Dictionary<long, string>();
        foreach (var reference in references)
        {
            if (Ids.TrySplit(reference, out var type, out var id)) asked[hashes.OfAlias(type, id)] = reference;
        }
        if (asked.Count == 0) return found;
        long[] wanted = [.. asked.Keys];
        var rows = await scoped.Few(scope, visible => $"""
            select a.hash, r.type, r.patient, r.number from store_alias a
            join store_resource r on r.patient = a.patient and r.number = a.number
            where a.hash in {wanted} and r.deleted = 0 and {visible}
            order by case when r.owner = {scope.Agent.OwnerKey} then 0 else 1 end, r.patient, r.number
            """, row => (Hash: row.Long(0), Place: new Place(Definitions.TypeName(row.Int(1)), row.Long(2), row.Long(3))), stop);
        foreach (var (hash, place) in rows) found.TryAdd(asked[hash], place);
        return found;
    }

    /// <summary>Before many are opened: the keys of all these patients in one look.</summary>
    public ValueTask Warm(IReadOnlyCollection<HeadRow> rows, CancellationToken stop) =>
        rows.Count < 2 ? default : keys.Warm(rows.Where(row => !row.Deleted).Select(row => row.Patient), stop);

    public async ValueTask<Stored> Open(HeadRow row, CancellationToken stop)
    {
        var type = Definitions.TypeName(row.Type);
        var updated = TimeOf(row.Updated);
        if (row.Deleted)
            return new(type, ids.External(row.Patient, row.Number), row.Version, updated, true, default, row.Patient, row.Number, null);
        var cipher = await keys.Cipher(row.Patient, stop);
        var bytes = cipher.Open(row.Body, Store.Hashes.Binding(row.Patient, row.Number, row.Version));
        var id = Ids.InBytes(bytes) ?? ids.External(row.Patient, row.Number);
        return new(type, id, row.Version, updated, false, bytes, row.Patient, row.Number, row.Blob);
    }

    public static DateTimeOffset TimeOf(long microseconds) => DateTimeOffset.UnixEpoch.AddTicks(microseconds * 10);

    public static long Microseconds(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / 10;

    /// <summary>What « since » asks. A change is dated to the millisecond, downwards: so is this, or one of that very millisecond is lost.</summary>
    public static long Since(DateTimeOffset? time) => time is { } moment ? Microseconds(moment) / 1_000 * 1_000 : long.MinValue;
}
