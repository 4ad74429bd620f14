using System.Text.Json;
using Socle.Platform;

namespace Socle.SignIn;

/// <summary>Whom a registrar saw.</summary>
sealed record Handover(JourneyGoal Goal, AgentKind Kind, string AgentId, string Name, string By);

/// <summary>The recovery by paper of an account.</summary>
sealed record Paper(string Account, DateTimeOffset MadeAt, DateTimeOffset? AskedAt);

/// <summary>A message as the demonstration shows it.</summary>
public sealed record DemoMessage(string Channel, string To, string Text, DateTimeOffset At);

/// <summary>Somebody who asked for help; what they had done is kept.</summary>
sealed record HelpItem(string Number, Journey Progress, DateTimeOffset At);

/// <summary>All SQL of journeys, codes handed over, paper codes, help and the demonstration's messages.</summary>
sealed class JourneyStore(Db db, Keys keys)
{
    const int Block = 1_024;
    const string Body = "journey", Given = "handover", Help = "help", Said = "message";

    public Task<JourneyRow?> Find(byte[] hash, DateTimeOffset now, CancellationToken stop) =>
        db.First($"select hash, number, body, version, until from signin_journey where hash = {hash} and until > {Clock.Micros(now)}", Read, stop);

    public Task<JourneyRow?> OfNumber(string number, DateTimeOffset now, CancellationToken stop) =>
        db.First($"select hash, number, body, version, until from signin_journey where number = {number} and until > {Clock.Micros(now)}", Read, stop);

    public void Add(Unit unit, JourneyRow row) => unit.Unique($"""
        insert into signin_journey (hash, number, body, version, until) values ({row.Hash}, {row.Number}, {Seal(Body, row.Body)}, {0L}, {Clock.Micros(row.Until)})
        """, () => SignInRefusals.ChallengeOver.With());

    /// <summary>Refuses when it moved on meanwhile: no proof counts twice.</summary>
    public void Save(Unit unit, JourneyRow row, Journey body) => unit.Expect($"""
        update signin_journey set body = {Seal(Body, body)}, version = {row.Version + 1} where hash = {row.Hash} and version = {row.Version}
        """, () => SignInRefusals.ChallengeOver.With());

    public static void Remove(Unit unit, JourneyRow row) => unit.Expect(
        $"delete from signin_journey where hash = {row.Hash} and version = {row.Version}", () => SignInRefusals.ChallengeOver.With());

    public void Add(Unit unit, byte[] hash, Handover handover, DateTimeOffset until) => unit.Add($"""
        insert into signin_handover (hash, body, until) values ({hash}, {Seal(Given, handover)}, {Clock.Micros(until)})
        """);

    /// <summary>Once.</summary>
    public async Task<Handover?> Take(byte[] hash, DateTimeOffset now, CancellationToken stop)
    {
        var found = await db.First($"select body from signin_handover where hash = {hash} and until > {Clock.Micros(now)}", row => row.Text(0), stop);
        if (found is null) return null;
        var unit = new Unit();
        unit.Expect($"delete from signin_handover where hash = {hash}", () => SignInRefusals.CodeWrong.With());
        await db.Commit(unit, stop);
        return Open<Handover>(Given, found);
    }

    public static void SetPaper(Unit unit, string account, byte[] hash, DateTimeOffset now) => unit.Add($"""
        insert into signin_paper (account, hash, made_at, asked_at) values ({account}, {hash}, {Clock.Micros(now)}, null)
        on conflict (account) do update set hash = excluded.hash, made_at = excluded.made_at, asked_at = null
        """);

    public Task<Paper?> PaperOf(string account, CancellationToken stop) =>
        db.First($"select account, made_at, asked_at from signin_paper where account = {account}", ReadPaper, stop);

    public Task<Paper?> PaperOf(byte[] hash, CancellationToken stop) =>
        db.First($"select account, made_at, asked_at from signin_paper where hash = {hash}", ReadPaper, stop);

    public static void AskPaper(Unit unit, string account, DateTimeOffset now) => unit.Expect(
        $"update signin_paper set asked_at = {Clock.Micros(now)} where account = {account} and asked_at is null", () => SignInRefusals.ChallengeOver.With());

    /// <summary>The paper is worth nothing any more: used, or refused by a device.</summary>
    public static void RemovePaper(Unit unit, string account) => unit.Expect(
        $"delete from signin_paper where account = {account}", () => SignInRefusals.ChallengeOver.With());

    public void AddHelp(Unit unit, HelpItem item) => unit.Add($"""
        insert into signin_help (number, body, at, done_at) values ({item.Number}, {Seal(Help, item.Progress)}, {Clock.Micros(item.At)}, null) on conflict do nothing
        """);

    public Task<List<HelpItem>> WaitingHelp(CancellationToken stop) => db.Query(
        $"select number, body, at from signin_help where done_at is null order by at limit {100}", row => new HelpItem(row.Text(0), Open<Journey>(Help, row.Text(1)), Clock.FromMicros(row.Long(2))), stop);

    public static void EndHelp(Unit unit, string number, DateTimeOffset now) => unit.Add($"update signin_help set done_at = {Clock.Micros(now)} where number = {number}");

    public void Say(Unit unit, long id, DemoMessage message) =>
        unit.Add($"insert into signin_message (id, body, at) values ({id}, {Seal(Said, message)}, {Clock.Micros(message.At)})");

    public Task<List<DemoMessage>> Messages(int most, CancellationToken stop) =>
        db.Query($"select body from signin_message order by at desc limit {most}", row => Open<DemoMessage>(Said, row.Text(0)), stop);

    public Task Forget(DateTimeOffset now, CancellationToken stop)
    {
        var unit = new Unit();
        unit.Add($"delete from signin_journey where until < {Clock.Micros(now)}");
        unit.Add($"delete from signin_handover where until < {Clock.Micros(now)}");
        unit.Add($"delete from signin_help where at < {Clock.Micros(now.AddDays(-30))}");
        unit.Add($"delete from signin_message where at < {Clock.Micros(now.AddDays(-1))}");
        return db.Commit(unit, stop);
    }

    JourneyRow Read(Row row) => new(row.Bytes(0), row.Text(1), Open<Journey>(Body, row.Text(2)), row.Long(3), Clock.FromMicros(row.Long(4)));

    static Paper ReadPaper(Row row) =>
        new(row.Text(0), Clock.FromMicros(row.Long(1)), row.LongOrNull(2) is { } asked ? Clock.FromMicros(asked) : null);

    // Of one length, known or unknown: what is found out about somebody makes nothing longer.
    string Seal<T>(string purpose, T value)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(value);
        var padded = new byte[(json.Length + Block - 1) / Block * Block];
        Array.Fill(padded, (byte)' ');
        json.CopyTo(padded, 0);
        return keys.SealToken(purpose, padded);
    }

    T Open<T>(string purpose, string text) =>
        keys.TryOpenToken(purpose, text, out var plain) ? JsonSerializer.Deserialize<T>(plain)! : throw PlatformRefusals.SealBroken.With();
}
