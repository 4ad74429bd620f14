using System.Text.Json;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>A session as the table holds it.</summary>
sealed record SessionRow(
    byte[] Hash, string Sid, string? Account, string? Means, SessionFacts Facts, DateTimeOffset SeenAt, DateTimeOffset IdleUntil, DateTimeOffset EndsAt)
{
    public Agent Agent => Facts.Agent;
}

/// <summary>What is sealed of a session.</summary>
sealed record SessionFacts(Agent Agent, string Level, string[] Method, DateTimeOffset SignedInAt, DateTimeOffset ProvedAt);

/// <summary>All SQL of the sessions. Who a session belongs to is sealed: the table alone names nobody.</summary>
sealed class SignInStore(Db db, Keys keys)
{
    const string Purpose = "session";

    static readonly Sql Columns = $"hash, sid, account, means, agent, seen_at, idle_until, ends_at";

    public Task<SessionRow?> Find(byte[] hash, CancellationToken stop) =>
        db.First($"select {Columns} from signin_session where hash = {hash}", Read, stop);

    public Task<SessionRow?> OfSid(string sid, CancellationToken stop) =>
        db.First($"select {Columns} from signin_session where sid = {sid}", Read, stop);

    /// <summary>Of an agent, an account, a passkey or a phone.</summary>
    public async Task<IReadOnlyList<SessionRow>> Of(string whose, CancellationToken stop) =>
        [.. (await db.Query($"select {Columns} from signin_session where person = {Person(whose)} or account = {whose} or means = {whose}", Read, stop)).OfType<SessionRow>()];

    public async Task<IReadOnlyList<SessionRow>> All(CancellationToken stop) =>
        [.. (await db.Query($"select {Columns} from signin_session order by started_at", Read, stop)).OfType<SessionRow>()];

    public void Add(Unit unit, SessionRow row)
    {
        var started = Clock.Micros(row.Facts.SignedInAt);
        unit.Add($"""
            insert into signin_session (hash, agent, started_at, seen_at, idle_until, ends_at, sid, person, account, means)
            values ({row.Hash}, {Seal(row.Facts)}, {started}, {Clock.Micros(row.SeenAt)}, {Clock.Micros(row.IdleUntil)}, {Clock.Micros(row.EndsAt)},
                {row.Sid}, {Person(row.Agent.Id)}, {row.Account}, {row.Means})
            """);
    }

    public void Prove(Unit unit, byte[] before, byte[] hash, SessionRow row) => unit.Expect($"""
        update signin_session set hash = {hash}, agent = {Seal(row.Facts)}, means = {row.Means} where hash = {before}
        """, () => PlatformRefusals.SignInNeeded.With());

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

    long Person(string agentId) => keys.Hash("signin person", agentId);

    string Seal(SessionFacts facts) => keys.SealToken(Purpose, JsonSerializer.SerializeToUtf8Bytes(facts));

    SessionRow? Read(Row row) => keys.TryOpenToken(Purpose, row.Text(4), out var plain)
        ? new(row.Bytes(0), row.Text(1), row.TextOrNull(2), row.TextOrNull(3), JsonSerializer.Deserialize<SessionFacts>(plain)!,
            Clock.FromMicros(row.Long(5)), Clock.FromMicros(row.Long(6)), Clock.FromMicros(row.Long(7)))
        : null;
}
