using System.Text;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>All SQL about phones. What a person calls a phone is sealed; its key and its account are letters without a meaning elsewhere.</summary>
sealed class PhonesStore(Db db, Keys keys)
{
    const string Purpose = "phone";

    static readonly string[] States = ["active", "suspended", "revoked"];

    public Task<List<Phone>> Of(string account, CancellationToken stop) =>
        db.Query($"select id, account, name, jwk, state, since, ended_at from signin_phone where account = {account} order by since desc, id", Read, stop);

    public Task<Phone?> Find(string id, CancellationToken stop) =>
        db.First($"select id, account, name, jwk, state, since, ended_at from signin_phone where id = {id}", Read, stop);

    /// <summary>The phone of a key, by the name that signatures give it.</summary>
    public Task<Phone?> Signed(string thumbprint, CancellationToken stop) =>
        db.First($"select id, account, name, jwk, state, since, ended_at from signin_phone where thumbprint = {thumbprint}", Read, stop);

    // A place of three is taken, so that two browsers at once cannot both add the third: with none free it is one that is taken already.
    public void Add(Unit unit, Phone phone, byte[]? enrolment)
    {
        var name = keys.SealToken(Purpose, Encoding.UTF8.GetBytes(phone.Name), phone.Id);
        unit.Unique($"""
            insert into signin_phone (id, account, place, name, jwk, thumbprint, state, since, enrolment)
            select {phone.Id}, {phone.AccountId}, coalesce(min(free.place), 1), {name}, {phone.Jwk}, {phone.Thumbprint}, {States[0]}, {Clock.Micros(phone.Since)}, {enrolment}
            from (select 1 as place union all select 2 union all select 3) as free
            where not exists (select 1 from signin_phone p where p.account = {phone.AccountId} and p.place = free.place)
            """, () => PhonesRefusals.TooMany.With());
    }

    public static void Revoke(Unit unit, string id, PhoneEnd why, DateTimeOffset now) => unit.Expect($"""
        update signin_phone set state = {States[2]}, place = null, why = {why.ToString()}, ended_at = {Clock.Micros(now)} where id = {id} and state <> {States[2]}
        """, () => PhonesRefusals.Over.With());

    public static void Turn(Unit unit, string id, PhoneState from, PhoneState to) => unit.Expect(
        $"update signin_phone set state = {States[(int)to]} where id = {id} and state = {States[(int)from]}", () => PhonesRefusals.Over.With());

    Phone Read(Row row) => new(row.Text(0), row.Text(1),
        keys.TryOpenToken(Purpose, row.Text(2), out var name, row.Text(0)) ? Encoding.UTF8.GetString(name) : "",
        row.Text(3), (PhoneState)Array.IndexOf(States, row.Text(4)), Clock.FromMicros(row.Long(5)), row.LongOrNull(6) is { } ended ? Clock.FromMicros(ended) : null);
}
