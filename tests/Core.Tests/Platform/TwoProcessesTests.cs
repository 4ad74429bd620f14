using Socle.Platform;
using Socle.Support;

namespace Socle.Core.Tests.Platform;

/// <summary>Two processes on one PostgreSQL database: each has a folder, a log and a memory of its own.</summary>
public sealed class TwoProcessesTests
{
    const string Kind = "shelf";

    [PostgresFact]
    public async Task What_one_tells_the_other_hears_once_and_not_itself()
    {
        await using var on = await TestDatabase.Open(DatabaseKind.Postgres);
        await using var other = await on.Beside();
        var (here, there, knows) = (0, 0, 0);
        void Knows() => knows++;
        on.Db.Changes.Hear(Kind, () => here++);
        on.Db.Changes.Hear(Kind, Knows);
        other.Db.Changes.Hear(Kind, () => there++);
        other.Db.Changes.Hear("another kind", () => there += 100);

        var unit = new Unit();
        on.Db.Changes.Tell(unit, Kind, except: Knows);
        on.Db.Changes.Tell(unit, Kind, except: Knows);
        (here, there).ShouldBe((0, 0));
        await on.Db.Commit(unit, default);
        (here, there, knows).ShouldBe((1, 0, 0));

        for (var i = 0; i < 3; i++) await other.Db.Changes.LookNow(default);
        for (var i = 0; i < 3; i++) await on.Db.Changes.LookNow(default);
        (here, there, knows).ShouldBe((1, 1, 0));
        other.Db.Changes.IsFresh.ShouldBeTrue();
    }

    [PostgresFact]
    public async Task A_change_that_was_refused_is_told_to_nobody()
    {
        await using var on = await TestDatabase.Open(DatabaseKind.Postgres);
        await using var other = await on.Beside();
        var heard = 0;
        on.Db.Changes.Hear(Kind, () => heard++);
        other.Db.Changes.Hear(Kind, () => heard++);
        var unit = new Unit();
        on.Db.Changes.Tell(unit, Kind);
        unit.Expect($"delete from platform_job where name = {"none"}", () => PlatformRefusals.BlobUnknown.With());

        await Should.ThrowAsync<Refusal>(on.Db.Commit(unit, default));
        await other.Db.Changes.LookNow(default);

        heard.ShouldBe(0);
    }

    [PostgresFact]
    public async Task A_running_feed_hears_by_itself()
    {
        await using var on = await TestDatabase.Open(DatabaseKind.Postgres);
        await using var other = await on.Beside();
        var heard = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        other.Db.Changes.Hear(Kind, () => heard.TrySetResult());
        other.Db.Changes.Start();
        var unit = new Unit();
        on.Db.Changes.Tell(unit, Kind);
        await on.Db.Commit(unit, default);

        await heard.Task.WaitAsync(TimeSpan.FromSeconds(60));
    }

    [PostgresFact]
    public async Task Both_write_at_once_and_the_audit_is_whole_over_restarts()
    {
        await using var on = await TestDatabase.Open(DatabaseKind.Postgres);
        await using (var other = await on.Beside())
        {
            for (var round = 0; round < 5; round++)
            {
                await Task.WhenAll(Enumerable.Range(0, 20).SelectMany(_ => new[] { Write(on.Storage), Write(other) }));
                await Task.WhenAll(on.Audit.SignHead(default), other.Audit.SignHead(default));
            }
            foreach (var storage in new[] { on.Storage, other }) (await storage.Audit.Verify(default)).Findings.ShouldBeEmpty();
        }
        await on.Restart();
        await Write(on.Storage);
        await on.Audit.SignHead(default);

        var report = await on.Audit.Verify(default);
        report.Findings.ShouldBeEmpty();
        report.Entries.ShouldBe(201);
        (await on.Audit.Latest(null, 500, default)).Select(line => line.Cursor.Log).Distinct().Order().ShouldBe([0L, 1L]);
    }

    [PostgresFact]
    public async Task A_key_destroyed_by_one_is_no_longer_in_the_memory_of_the_other()
    {
        await using var on = await TestDatabase.Open(DatabaseKind.Postgres);
        await using var other = await on.Beside();
        var (made, patient) = (new Unit(), on.Chance.NextLong());
        on.Keys.NewPatient(made, patient);
        await on.Db.Commit(made, default);
        var cipher = await other.Keys.Cipher(patient, default);
        var erase = new Unit();
        on.Keys.Erase(erase, patient);
        await on.Db.Commit(erase, default);

        await other.Db.Changes.LookNow(default);
        for (var round = 0; other.Keys.Cached(patient) is not null; round++)
        {
            round.ShouldBeLessThan(3_000, "the other goes on with a destroyed key");
            await Task.Delay(20);
        }
        Should.Throw<Refusal>(() => cipher.Seal([1], [])).Code.ShouldBe("patient-erased");
        (await Should.ThrowAsync<Refusal>(async () => await other.Keys.Cipher(patient, default))).Code.ShouldBe("patient-erased");
    }

    static Task Write(Storage storage)
    {
        var unit = new Unit();
        var agent = new Agent(AgentKind.Program, "program:test", "Essai", null, null, null, 1, 0);
        storage.Audit.Append(unit, new AuditEntry { Agent = agent, Action = "read", Patient = 0, Target = "DocumentReference/x" });
        return storage.Db.Commit(unit, default);
    }
}
