using System.Globalization;
using Socle.Platform;

namespace Socle.Api;

/// <summary>All SQL of the API: the writes that were sent with an Idempotency-Key.</summary>
sealed class ApiStore(Db db)
{
    public Task<RememberedWrite?> Find(long key, DateTimeOffset now, CancellationToken stop) => db.First($"""
        select fingerprint, written from api_idempotency where key = {key} and until > {Micros(now)}
        """, row => new RememberedWrite(row.Bytes(0), row.Text(1)), stop);

    /// <summary>A key of the past may be used again; one that is alive was written by somebody else meanwhile.</summary>
    public static void Remember(Unit unit, long key, RememberedWrite write, DateTimeOffset now, DateTimeOffset until, Func<Refusal> meanwhile) => unit.Expect($"""
        insert into api_idempotency (key, fingerprint, written, until) values ({key}, {write.Fingerprint}, {write.Written}, {Micros(until)})
        on conflict (key) do update set fingerprint = excluded.fingerprint, written = excluded.written, until = excluded.until
        where api_idempotency.until <= {Micros(now)}
        """, meanwhile);

    public Task Commit(Unit unit, CancellationToken stop) => db.Commit(unit, stop);

    public Task Forget(DateTimeOffset now, CancellationToken stop)
    {
        var unit = new Unit();
        unit.Add($"delete from api_idempotency where until <= {Micros(now)}");
        return db.Commit(unit, stop);
    }

    static long Micros(DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks / 10;

    internal static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <param name="Fingerprint">SHA-256 of what was sent.</param>
/// <param name="Written">One line per result; see <see cref="Idempotency"/>.</param>
sealed record RememberedWrite(byte[] Fingerprint, string Written);
