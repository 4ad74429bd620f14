using System.Collections.Concurrent;
using Socle.Platform;
using Socle.Support;

namespace Socle.Core.Tests.Platform;

public sealed class WorkTests
{
    [Theory, OnEachDatabase]
    public async Task News_is_told_again_until_it_was_heard(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind);
        var heard = new ConcurrentQueue<int>();
        on.Storage.Outbox.Handle("greeting", (message, _) =>
        {
            heard.Enqueue(message.Attempts);
            return message.Attempts == 0 ? throw new InvalidOperationException("not today") : Task.CompletedTask;
        });
        var unit = new Unit();
        on.Storage.Outbox.Add(unit, "greeting", [1]);
        on.Storage.Outbox.Add(unit, "nobody hears this yet", [2]);
        await on.Db.Commit(unit, default);

        (await on.Storage.Outbox.Deliver(default)).ShouldBe(0);
        on.Clock.Move(TimeSpan.FromMinutes(1));
        (await on.Storage.Outbox.Deliver(default)).ShouldBe(1);
        (await on.Storage.Outbox.Deliver(default)).ShouldBe(0);

        heard.ShouldBe([0, 1]);
        (await on.Db.First($"select count(*) from platform_outbox", r => r.Long(0), default)).ShouldBe(1);
    }

    [Theory, OnEachDatabase]
    public async Task News_of_a_refused_unit_is_never_told_and_a_running_outbox_wakes_by_itself(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind);
        var heard = new TaskCompletionSource<byte[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        on.Storage.Outbox.Handle("greeting", (message, _) =>
        {
            heard.TrySetResult(message.Body);
            return Task.CompletedTask;
        });
        on.Storage.Outbox.Start();
        var refused = new Unit();
        on.Storage.Outbox.Add(refused, "greeting", [1]);
        refused.Expect($"delete from platform_job where name = {"none"}", () => PlatformRefusals.BlobUnknown.With());
        await Should.ThrowAsync<Refusal>(on.Db.Commit(refused, default));
        var told = new Unit();
        on.Storage.Outbox.Add(told, "greeting", [2]);
        await on.Db.Commit(told, default);

        (await heard.Task.WaitAsync(TimeSpan.FromSeconds(60))).ShouldBe([2]);
    }

    [Theory, OnEachDatabase]
    public async Task A_job_runs_when_it_is_due_and_a_failing_one_stops_nobody(DatabaseKind kind)
    {
        await using var on = await TestDatabase.Open(kind);
        var runs = 0;
        on.Storage.Jobs.Every(TimeSpan.FromHours(1), "fails", _ => throw new InvalidOperationException("always"));
        on.Storage.Jobs.Every(TimeSpan.FromHours(1), "counts", _ =>
        {
            runs++;
            return Task.CompletedTask;
        });

        await on.Storage.Jobs.RunDue(default);
        await on.Storage.Jobs.RunDue(default);
        runs.ShouldBe(1);
        on.Clock.Move(TimeSpan.FromMinutes(61));
        await on.Storage.Jobs.RunDue(default);
        runs.ShouldBe(2);
        (await on.Db.First($"select outcome from platform_job where name = {"fails"}", r => r.Text(0), default)).ShouldBe("InvalidOperationException");
    }
}
