using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>All SQL about requests. Who asks whom, what for and by which number is sealed; the client's ticket is kept as a hash.</summary>
sealed class RequestStore(Db db, Keys keys)
{
    const string Purpose = "phone-request";

    static readonly string[] States = ["waiting", "approved", "refused", "not-me", "wrong-number", "spent"];
    static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    public static byte[] Hash(string ticket) => SHA256.HashData(Encoding.UTF8.GetBytes("phone-request\n" + ticket));

    /// <summary>What a client asks of one person: known or not, it counts.</summary>
    public long Pair(string client, string person) => keys.Hash("phone pair", client + "\n" + person);

    public Task<PhoneRequest?> Find(string id, CancellationToken stop) => db.First($"{Columns} where id = {id}", Read, stop);

    public Task<PhoneRequest?> Asked(string ticket, CancellationToken stop) => db.First($"{Columns} where ticket = {Hash(ticket)}", Read, stop);

    public Task<List<PhoneRequest>> Waiting(string account, DateTimeOffset now, CancellationToken stop) =>
        db.Query($"{Columns} where account = {account} and state = {States[0]} and expires_at > {Clock.Micros(now)} order by asked_at, id", Read, stop);

    /// <summary>
    /// Takes the place of the one request that may wait, and one of three in ten minutes: in one statement, so that a thousand at once find one place.
    /// </summary>
    public static void Take(Unit unit, long pair, DateTimeOffset now, DateTimeOffset until, Func<Refusal> otherwise)
    {
        var (at, end, before) = (Clock.Micros(now), Clock.Micros(until), Clock.Micros(now - Window));
        unit.Expect($"""
            insert into signin_phone_prompt (pair, first_at, second_at, third_at, waits_until) values ({pair}, {0L}, {0L}, {at}, {end})
            on conflict (pair) do update set first_at = signin_phone_prompt.second_at, second_at = signin_phone_prompt.third_at, third_at = excluded.third_at, waits_until = excluded.waits_until
            where signin_phone_prompt.waits_until <= {at} and signin_phone_prompt.first_at <= {before}
            """, otherwise);
    }

    /// <summary>The next may be asked, or (after « not me ») not before that time.</summary>
    public static void Free(Unit unit, long pair, DateTimeOffset from) =>
        unit.Add($"update signin_phone_prompt set waits_until = {Clock.Micros(from)} where pair = {pair}");

    public void Add(Unit unit, PhoneRequest request, string ticket)
    {
        var body = keys.SealToken(Purpose, JsonSerializer.SerializeToUtf8Bytes(request.Body), request.Id);
        unit.Add($"""
            insert into signin_phone_request (id, ticket, account, client, pair, body, nonce, state, asked_at, expires_at, polled_at, pause)
            values ({request.Id}, {Hash(ticket)}, {request.Account}, {request.Client}, {request.Pair}, {body}, {request.Nonce}, {States[0]},
                {Clock.Micros(request.AskedAt)}, {Clock.Micros(request.ExpiresAt)}, {0L}, {(long)request.Interval})
            """);
    }

    /// <summary>The first answer in time counts; any other touches nothing.</summary>
    public static void Answer(Unit unit, string id, RequestState state, string phone, string? signature, DateTimeOffset now, Func<Refusal> otherwise) => unit.Expect($"""
        update signin_phone_request set state = {States[(int)state]}, phone = {phone}, signature = {signature}, answered_at = {Clock.Micros(now)}
        where id = {id} and state = {States[0]} and expires_at > {Clock.Micros(now)}
        """, otherwise);

    public static void Spend(Unit unit, string id, Func<Refusal> otherwise) =>
        unit.Expect($"update signin_phone_request set state = {States[5]} where id = {id} and state = {States[1]}", otherwise);

    public static void Polled(Unit unit, string id, DateTimeOffset now, int pause) =>
        unit.Add($"update signin_phone_request set polled_at = {Clock.Micros(now)}, pause = {(long)pause} where id = {id}");

    public Task RemoveOld(DateTimeOffset before, CancellationToken stop)
    {
        var unit = new Unit();
        unit.Add($"delete from signin_phone_request where expires_at < {Clock.Micros(before)}");
        unit.Add($"delete from signin_phone_prompt where third_at < {Clock.Micros(before)} and waits_until < {Clock.Micros(before)}");
        return db.Commit(unit, stop);
    }

    static Sql Columns => $"select id, account, client, pair, body, nonce, state, asked_at, expires_at, polled_at, pause, phone, answered_at, signature from signin_phone_request";

    PhoneRequest Read(Row row)
    {
        var id = row.Text(0);
        if (!keys.TryOpenToken(Purpose, row.Text(4), out var plain, id)) throw PlatformRefusals.SealBroken.With();
        return new(id, row.TextOrNull(1), row.Text(2), row.Long(3), JsonSerializer.Deserialize<RequestBody>(plain)!, row.Text(5),
            (RequestState)Array.IndexOf(States, row.Text(6)))
        {
            AskedAt = Clock.FromMicros(row.Long(7)), ExpiresAt = Clock.FromMicros(row.Long(8)), PolledAt = Clock.FromMicros(row.Long(9)), Interval = row.Int(10),
            Phone = row.TextOrNull(11), AnsweredAt = row.LongOrNull(12) is { } at ? Clock.FromMicros(at) : null, Signature = row.TextOrNull(13)
        };
    }
}
