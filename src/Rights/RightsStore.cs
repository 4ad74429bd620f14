using System.Text.Json;
using Socle.Platform;

namespace Socle.Rights;

/// <summary>A paper as it was issued, and when another took its place.</summary>
sealed record IssuedCertificate(CertificateBody Body, long Patient, DateTimeOffset? Replaced)
{
    public CertificateState StateOn(DateOnly today) =>
        Replaced is not null ? CertificateState.Superseded : today > Body.Until ? CertificateState.Expired : CertificateState.Valid;
}

/// <summary>A card that somebody gave to another for a time.</summary>
/// <param name="Code">Hash of the code that was handed over; names the row.</param>
/// <param name="Giver">Whose card it is.</param>
/// <param name="Maker">Who gave it: the person, or a parent of theirs.</param>
/// <param name="Holder">Null until somebody took it up.</param>
sealed record Delegation(byte[] Code, long Giver, long Maker, long? Holder, DateTimeOffset Made, DateTimeOffset Until)
{
    public string Path => Convert.ToHexStringLower(Code);
}

/// <summary>All SQL of Rights.</summary>
sealed class RightsStore(Db db, Keys keys)
{
    /// <summary>The paper that another of its kind replaces is no longer the right one.</summary>
    public async Task<Unit> Issue(Unit unit, long patient, CertificateBody body, CancellationToken stop)
    {
        var (hash, kind, now) = (CertificateCode.Hash(body.Code), body.Kind.ToString(), Clock.Micros(body.IssuedAt));
        var box = (await keys.Cipher(patient, stop)).Seal(JsonSerializer.SerializeToUtf8Bytes(body), hash);
        unit.Add($"update rights_certificate set replaced = {now} where patient = {patient} and kind = {kind} and replaced is null");
        unit.Add($"""
            insert into rights_certificate (code, patient, kind, box, issued, until, replaced)
            values ({hash}, {patient}, {kind}, {box}, {now}, {body.Until.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture)}, null)
            """);
        return unit;
    }

    /// <summary>Null for a code that was never issued, and where the person was erased since.</summary>
    public async Task<IssuedCertificate?> FindCertificate(string code, CancellationToken stop)
    {
        var hash = CertificateCode.Hash(code);
        var row = await db.First($"select patient, box, replaced from rights_certificate where code = {hash}", r => new CertificateRow(r.Long(0), r.Bytes(1), r.LongOrNull(2)), stop);
        if (row is null) return null;
        try
        {
            var plain = (await keys.Cipher(row.Patient, stop)).Open(row.Box, hash);
            return new(JsonSerializer.Deserialize<CertificateBody>(plain)!, row.Patient, row.Replaced is { } at ? Clock.FromMicros(at) : null);
        }
        catch (Refusal)
        {
            return null;   // the key is gone with the person
        }
    }

    public static void AddDelegation(Unit unit, Delegation one) => unit.Add($"""
        insert into rights_delegation (code, giver, maker, holder, made, until, ended) values ({one.Code}, {one.Giver}, {one.Maker}, null, {Clock.Micros(one.Made)}, {Clock.Micros(one.Until)}, null)
        """);

    /// <summary>Once, by somebody else than the giver, in time.</summary>
    public static void TakeUp(Unit unit, byte[] code, long holder, DateTimeOffset now, Func<Refusal> otherwise) => unit.Expect($"""
        update rights_delegation set holder = {holder}
        where code = {code} and holder is null and giver <> {holder} and maker <> {holder} and ended is null and until > {Clock.Micros(now)}
        """, otherwise);

    /// <summary>The giver takes it back, or the holder gives it up.</summary>
    public static void EndDelegation(Unit unit, byte[] code, long party, DateTimeOffset now, Func<Refusal> otherwise) => unit.Expect($"""
        update rights_delegation set ended = {Clock.Micros(now)} where code = {code} and (giver = {party} or holder = {party}) and ended is null
        """, otherwise);

    public Task<List<Delegation>> GivenBy(long giver, DateTimeOffset now, CancellationToken stop) => db.Query($"""
        select code, giver, maker, holder, made, until from rights_delegation where giver = {giver} and ended is null and until > {Clock.Micros(now)} order by made
        """, ReadDelegation, stop);

    public Task<List<Delegation>> HeldBy(long holder, DateTimeOffset now, CancellationToken stop) => db.Query($"""
        select code, giver, maker, holder, made, until from rights_delegation where holder = {holder} and ended is null and until > {Clock.Micros(now)} order by made
        """, ReadDelegation, stop);

    public async Task<Delegation?> FindDelegation(byte[] code, CancellationToken stop) =>
        await db.First($"select code, giver, maker, holder, made, until from rights_delegation where code = {code}", ReadDelegation, stop);

    public static void AddReading(Unit unit, Reading reading, string professional) => unit.Add($"""
        insert into rights_reading (id, nonce, desk, professional, made, until, read_at, patient)
        values ({reading.Id}, {CardCode.NumberOf(reading.Nonce)}, {reading.Desk}, {professional}, {Clock.Micros(reading.Made)}, {Clock.Micros(reading.Until)}, null, null)
        """);

    public Task<Reading?> FindReading(string id, CancellationToken stop) => db.First(
        $"select id, nonce, desk, made, until, read_at, patient from rights_reading where id = {id}", ReadReading, stop);

    public Task<Reading?> FindNonce(string nonce, CancellationToken stop) => db.First(
        $"select id, nonce, desk, made, until, read_at, patient from rights_reading where nonce = {CardCode.NumberOf(nonce)}", ReadReading, stop);

    /// <summary>Once: of two that come together the second is refused.</summary>
    public static void MarkRead(Unit unit, string id, long patient, DateTimeOffset now, Func<Refusal> otherwise) => unit.Expect(
        $"update rights_reading set read_at = {Clock.Micros(now)}, patient = {patient} where id = {id} and read_at is null", otherwise);

    public Task RemoveReadings(DateTimeOffset before, CancellationToken stop)
    {
        var unit = new Unit();
        unit.Add($"delete from rights_reading where until < {Clock.Micros(before)}");
        return db.Commit(unit, stop);
    }

    static Reading ReadReading(Row row) => new(row.Text(0), CardCode.LettersOf(row.Long(1)), row.Long(2), Clock.FromMicros(row.Long(3)), Clock.FromMicros(row.Long(4)),
        row.LongOrNull(5) is { } at ? Clock.FromMicros(at) : null, row.LongOrNull(6));

    static Delegation ReadDelegation(Row row) =>
        new(row.Bytes(0), row.Long(1), row.Long(2), row.LongOrNull(3), Clock.FromMicros(row.Long(4)), Clock.FromMicros(row.Long(5)));

    sealed record CertificateRow(long Patient, byte[] Box, long? Replaced);
}
