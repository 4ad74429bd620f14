using System.Text.Json;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>A session as the table holds it.</summary>
sealed record SessionRow(Agent Agent, DateTimeOffset SeenAt, DateTimeOffset IdleUntil, DateTimeOffset EndsAt);

/// <summary>All SQL of this module. Who a session belongs to is sealed: the table alone names nobody.</summary>
sealed class SignInStore(Db db, Keys keys)
{
    const string Purpose = "session";

    public Task<SessionRow?> Find(byte[] hash, CancellationToken stop) =>
        db.First($"select agent, seen_at, idle_until, ends_at from signin_session where hash = {hash}", Read, stop);

    public void Add(Unit unit, byte[] hash, Agent agent, DateTimeOffset now, DateTimeOffset idleUntil, DateTimeOffset endsAt)
    {
        var sealedAgent = keys.SealToken(Purpose, JsonSerializer.SerializeToUtf8Bytes(agent));
        unit.Add($"""
            insert into signin_session (hash, agent, started_at, seen_at, idle_until, ends_at)
            values ({hash}, {sealedAgent}, {Clock.Micros(now)}, {Clock.Micros(now)}, {Clock.Micros(idleUntil)}, {Clock.Micros(endsAt)})
            """);
    }

    public Task Seen(byte[] hash, DateTimeOffset now, DateTimeOffset idleUntil, CancellationToken stop)
    {
        var unit = new Unit();
        unit.Add($"update signin_session set seen_at = {Clock.Micros(now)}, idle_until = {Clock.Micros(idleUntil)} where hash = {hash}");
        return db.Commit(unit, stop);
    }

    public static void Remove(Unit unit, byte[] hash) => unit.Add($"delete from signin_session where hash = {hash}");

    public Task RemoveEnded(DateTimeOffset before, CancellationToken stop)
    {
        var unit = new Unit();
        unit.Add($"delete from signin_session where ends_at < {Clock.Micros(before)}");
        return db.Commit(unit, stop);
    }

    SessionRow? Read(Row row) => keys.TryOpenToken(Purpose, row.Text(0), out var plain)
        ? new(JsonSerializer.Deserialize<Agent>(plain)!, Clock.FromMicros(row.Long(1)), Clock.FromMicros(row.Long(2)), Clock.FromMicros(row.Long(3)))
        : null;
}
