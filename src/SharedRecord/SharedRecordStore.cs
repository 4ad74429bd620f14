using Socle.Platform;

namespace Socle.SharedRecord;

/// <summary>A document as the rules know it.</summary>
/// <param name="Content">SHA-1 of the bytes; empty when there were none.</param>
sealed record DocumentRow(long Patient, long Number, long Version, long Owner, byte[] Content, long? Blob);

/// <summary>All SQL of this module.</summary>
sealed class SharedRecordStore(Db db, Keys keys)
{
    static readonly TimeSpan ViewsKept = TimeSpan.FromHours(1);

    public long HashOf(string uniqueId) => keys.Hash("document", uniqueId);

    public Task<DocumentRow?> ByUniqueId(long patient, string uniqueId, CancellationToken stop) => db.First(
        $"select patient, number, version, owner, content, blob from sharedrecord_document where patient = {patient} and unique_hash = {HashOf(uniqueId)}",
        Read, stop);

    public Task<DocumentRow?> ByNumber(long patient, long number, CancellationToken stop) => db.First(
        $"select patient, number, version, owner, content, blob from sharedrecord_document where patient = {patient} and number = {number}", Read, stop);

    /// <summary>True when the identifier is known in a record other than this one.</summary>
    public async Task<bool> IsElsewhere(long patient, string uniqueId, CancellationToken stop) => await db.First(
        $"select patient from sharedrecord_document where unique_hash = {HashOf(uniqueId)} and patient <> {patient} limit 1", row => (long?)row.Long(0), stop) is not null;

    /// <summary>The highest version of a set in this record; null when the set is new.</summary>
    public async Task<long?> LastVersion(long patient, string setId, CancellationToken stop) => await db.First(
        $"select version from sharedrecord_document where patient = {patient} and set_hash = {HashOf(setId)} order by version desc limit 1",
        row => (long?)row.Long(0), stop);

    public async Task<long> LastNumber(long patient, CancellationToken stop) => await db.First(
        $"select number from sharedrecord_document where patient = {patient} order by number desc limit 1", row => (long?)row.Long(0), stop) ?? 0;

    public void Save(Unit unit, DocumentRow row, string uniqueId, string? setId, Func<Refusal> onDuplicate) => unit.Unique($"""
        insert into sharedrecord_document (patient, number, unique_hash, set_hash, version, owner, content, blob)
        values ({row.Patient}, {row.Number}, {HashOf(uniqueId)}, {(setId is null ? 0 : HashOf(setId))}, {row.Version}, {row.Owner}, {row.Content}, {row.Blob})
        """, onDuplicate);

    public static void SetBlob(Unit unit, long patient, long number, long blob) => unit.Add(
        $"update sharedrecord_document set blob = {blob} where patient = {patient} and number = {number} and blob is null");

    public Task<List<long>> NumbersRead(long patient, string reader, CancellationToken stop) => db.Query(
        $"select number from sharedrecord_read where patient = {patient} and reader = {keys.Hash("reader", reader)}", row => row.Long(0), stop);

    public Task<List<long>> NumbersOwned(long patient, long owner, CancellationToken stop) => db.Query(
        $"select number from sharedrecord_document where patient = {patient} and owner = {owner}", row => row.Long(0), stop);

    public void MarkRead(Unit unit, long patient, long number, string reader, DateTimeOffset at) => unit.Add($"""
        insert into sharedrecord_read (patient, number, reader, at)
        values ({patient}, {number}, {keys.Hash("reader", reader)}, {at.ToUnixTimeSeconds()}) on conflict do nothing
        """);

    /// <summary>An address of the viewer is used up; used ones are forgotten once they are too old to open anything.</summary>
    public static void UseUp(Unit unit, long nonce, DateTimeOffset at)
    {
        unit.Unique($"insert into sharedrecord_view (nonce, at) values ({nonce}, {at.ToUnixTimeSeconds()})", () => SharedRecordRefusals.ViewExpired.With());
        unit.Add($"delete from sharedrecord_view where at < {(at - ViewsKept).ToUnixTimeSeconds()}");
    }

    public async Task<bool> WasImported(byte[] hash, CancellationToken stop) => await db.First(
        $"select at from sharedrecord_import where hash = {hash}", row => (long?)row.Long(0), stop) is not null;

    public Task RememberImport(byte[] hash, DateTimeOffset at, CancellationToken stop)
    {
        var unit = new Unit();
        unit.Add($"insert into sharedrecord_import (hash, at) values ({hash}, {at.ToUnixTimeSeconds()}) on conflict do nothing");
        return db.Commit(unit, stop);
    }

    static DocumentRow Read(Row row) => new(row.Long(0), row.Long(1), row.Long(2), row.Long(3), row.Bytes(4), row.LongOrNull(5));
}
