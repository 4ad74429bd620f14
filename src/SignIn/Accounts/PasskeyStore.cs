using System.Security.Cryptography;
using System.Text.Json;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>A passkey as the table holds it.</summary>
sealed record PasskeyRow(
    string Id, string Account, PasskeyFacts Facts, long Counter, DateTimeOffset Since, DateTimeOffset? UsedAt, DateTimeOffset? EndedAt, string? Why);

/// <summary>What is sealed of a passkey.</summary>
/// <param name="Name">As its person calls it.</param>
sealed record PasskeyFacts(byte[] Credential, byte[] PublicKey, string[] Transports, bool BackupEligible, bool BackedUp, string Name);

/// <summary>All SQL of passkeys and of what a browser was asked.</summary>
sealed class PasskeyStore(Db db, Keys keys)
{
    const string Purpose = "passkey", Asked = "passkey challenge";

    static readonly Sql Columns = $"id, account, facts, counter, since, used_at, ended_at, why";

    /// <summary>The newest first, revoked ones too.</summary>
    public Task<List<PasskeyRow>> Of(string account, CancellationToken stop) =>
        db.Query($"select {Columns} from signin_passkey where account = {account} order by since desc, id", Read, stop);

    public Task<PasskeyRow?> OfCredential(byte[] credential, CancellationToken stop) =>
        db.First($"select {Columns} from signin_passkey where credential = {SHA256.HashData(credential)}", Read, stop);

    public void Add(Unit unit, PasskeyRow row) => unit.Unique($"""
        insert into signin_passkey (id, account, credential, facts, counter, since)
        values ({row.Id}, {row.Account}, {SHA256.HashData(row.Facts.Credential)}, {Seal(row)}, {row.Counter}, {Clock.Micros(row.Since)})
        """, () => SignInRefusals.PasskeyRefused.With());

    // Two answers under one counter: the second changes nothing and is refused.
    public static void Used(Unit unit, PasskeyRow row, long counter, DateTimeOffset now) => unit.Expect($"""
        update signin_passkey set counter = {counter}, used_at = {Clock.Micros(now)}
        where id = {row.Id} and ended_at is null and (counter < {counter} or (counter = 0 and {counter} = 0))
        """, () => SignInRefusals.PasskeyRefused.With());

    public static void End(Unit unit, string id, string why, DateTimeOffset now) => unit.Expect($"""
        update signin_passkey set ended_at = {Clock.Micros(now)}, why = {why} where id = {id} and ended_at is null
        """, () => SignInRefusals.PasskeyGone.With());

    public static void EndAll(Unit unit, string account, string why, DateTimeOffset now) => unit.Add($"""
        update signin_passkey set ended_at = {Clock.Micros(now)}, why = {why} where account = {account} and ended_at is null
        """);

    public void Ask(Unit unit, byte[] hash, string use, string state, DateTimeOffset until) => unit.Add($"""
        insert into signin_challenge (hash, state, until) values ({hash}, {keys.SealToken(Asked, System.Text.Encoding.UTF8.GetBytes(state), use)}, {Clock.Micros(until)})
        """);

    /// <summary>Gives back what was asked, once, to the use it was asked for; null when it was answered, is over, or was never asked.</summary>
    public async Task<string?> Take(byte[] hash, string use, DateTimeOffset now, CancellationToken stop)
    {
        var found = await db.First($"select state from signin_challenge where hash = {hash} and until > {Clock.Micros(now)}", row => row.Text(0), stop);
        if (found is null) return null;
        var unit = new Unit();
        unit.Expect($"delete from signin_challenge where hash = {hash}", () => SignInRefusals.ChallengeOver.With());
        await db.Commit(unit, stop);
        return keys.TryOpenToken(Asked, found, out var plain, use) ? System.Text.Encoding.UTF8.GetString(plain) : null;
    }

    public Task Forget(DateTimeOffset now, CancellationToken stop)
    {
        var unit = new Unit();
        unit.Add($"delete from signin_challenge where until < {Clock.Micros(now)}");
        unit.Add($"delete from signin_try where at < {Clock.Micros(now - Tries.Kept)}");
        return db.Commit(unit, stop);
    }

    string Seal(PasskeyRow row) => keys.SealToken(Purpose, JsonSerializer.SerializeToUtf8Bytes(row.Facts), row.Id);

    PasskeyRow Read(Row row)
    {
        var id = row.Text(0);
        if (!keys.TryOpenToken(Purpose, row.Text(2), out var plain, id)) throw PlatformRefusals.SealBroken.With();
        return new(id, row.Text(1), JsonSerializer.Deserialize<PasskeyFacts>(plain)!, row.Long(3), Clock.FromMicros(row.Long(4)),
            At(row.LongOrNull(5)), At(row.LongOrNull(6)), row.TextOrNull(7));
    }

    static DateTimeOffset? At(long? micros) => micros is { } known ? Clock.FromMicros(known) : null;
}
