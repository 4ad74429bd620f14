using Socle.Platform;

namespace Socle.SignIn;

public enum PhoneState { Active, Suspended, Revoked }

/// <summary>Why a phone is no longer one of its person's.</summary>
public enum PhoneEnd { Lost, Stolen, Replaced, Unwanted, AccountClosed }

/// <summary>A phone that was enrolled: its non-extractable key (WebCrypto ECDSA P-256) signs what this phone answers.</summary>
/// <param name="Id">26 letters or digits, random.</param>
/// <param name="Name">As its person calls it.</param>
/// <param name="Jwk">The public key: exactly the members of RFC 7638, in their order.</param>
/// <param name="Since">When it was enrolled.</param>
/// <param name="EndedAt">When it was revoked: what it signed before is still signed.</param>
public sealed record Phone(string Id, string AccountId, string Name, string Jwk, PhoneState State, DateTimeOffset Since, DateTimeOffset? EndedAt = null)
{
    /// <summary>RFC 7638: what a signature calls the key by.</summary>
    public string Thumbprint => DeviceKey.Thumbprint(Jwk);
}

/// <summary>
/// The phones of all accounts. Each question reads the database, so that a phone that was revoked anywhere is revoked everywhere with the commit;
/// <see cref="Kind"/> is told for those who show phones or keep something about them.
/// </summary>
public sealed class Phones
{
    /// <summary>What the feed of changes calls phones.</summary>
    public const string Kind = "phones";

    public const int MostOfOne = 3;

    readonly Db db;
    readonly PhonesStore store;
    readonly TimeProvider clock;
    readonly Chance chance;

    internal Phones(Db db, PhonesStore store, TimeProvider clock, Chance chance) => (this.db, this.store, this.clock, this.chance) = (db, store, clock, chance);

    /// <summary>Every one there ever was, the revoked too, the newest first.</summary>
    public async Task<IReadOnlyList<Phone>> Of(string accountId, CancellationToken stop) => await store.Of(accountId, stop);

    public Task<Phone?> Find(string id, CancellationToken stop) => store.Find(id, stop);

    /// <summary>Refuses a key that is no point of P-256 or stands already, and a fourth phone that is in use.</summary>
    /// <param name="unit">What it is added with.</param>
    /// <param name="accountId">Whose it is.</param>
    /// <param name="name">As its person calls it.</param>
    /// <param name="jwk">Its public key, as the browser wrote it.</param>
    /// <param name="enrolment">Hash of the word that the key signed: a second use of it is refused.</param>
    public Phone Add(Unit unit, string accountId, string name, string jwk, byte[]? enrolment = null)
    {
        var phone = new Phone(RandomId.Make(chance), accountId, name, DeviceKey.Canonical(jwk), PhoneState.Active, clock.GetUtcNow());
        store.Add(unit, phone, enrolment);
        db.Changes.Tell(unit, Kind);
        return phone;
    }

    /// <summary>For good: what it answers from now on is refused.</summary>
    public void Revoke(Unit unit, Phone phone, PhoneEnd why)
    {
        PhonesStore.Revoke(unit, phone.Id, why, clock.GetUtcNow());
        db.Changes.Tell(unit, Kind);
    }

    /// <summary>Its answers are refused until <see cref="Resume"/>; it still counts among the three.</summary>
    public void Suspend(Unit unit, Phone phone) => Turn(unit, phone, PhoneState.Active, PhoneState.Suspended);

    public void Resume(Unit unit, Phone phone) => Turn(unit, phone, PhoneState.Suspended, PhoneState.Active);

    /// <param name="signature">IEEE P1363: 64 bytes.</param>
    public static bool Verifies(Phone phone, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature) => DeviceKey.Verifies(phone.Jwk, data, signature);

    void Turn(Unit unit, Phone phone, PhoneState from, PhoneState to)
    {
        PhonesStore.Turn(unit, phone.Id, from, to);
        db.Changes.Tell(unit, Kind);
    }
}
