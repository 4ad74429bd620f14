using System.Text.Json;
using Socle.Platform;
using Socle.Store;

namespace Socle.Subscriptions;

/// <summary>All SQL of Subscriptions.</summary>
sealed class SubscriptionsStore(Db db, Keys keys, TimeProvider clock)
{
    /// <summary>Of <see cref="ChangeFeed"/>.</summary>
    public const string Kind = "subscriptions";

    static readonly Table Events = new("subscriptions_event", Column.Text("watch"), Column.Long("at"), Column.Long("patient"), Column.Long("number"),
        Column.Long("gone"));

    public long OwnerOf(Agent agent) => keys.Hash("subscriptions.owner", $"{agent.Kind} {agent.Id}");

    public Task<List<(Watch Watch, string Status)>> All(CancellationToken stop) =>
        db.Query($"select status, box from subscriptions_watch order by id", row => (Open(row.Bytes(1)), row.Text(0)), stop);

    public Task<WatchState?> State(string watch, CancellationToken stop) => db.First(
        $"select status, tries, due_at, last_number, sent_at from subscriptions_watch where id = {watch}",
        row => new WatchState(row.Text(0), row.Long(1), Clock.FromMicros(row.Long(2)), row.Long(3), Clock.FromMicros(row.Long(4))), stop);

    /// <summary>Asked for, or asked for again: its numbers go on.</summary>
    public void Request(Unit unit, Watch watch)
    {
        var (owner, now, box) = (OwnerOf(watch.Agent), Clock.Micros(clock), keys.Seal(JsonSerializer.SerializeToUtf8Bytes(watch)));
        unit.Add($"""
            insert into subscriptions_watch (id, owner, status, tries, due_at, last_number, sent_at, box)
            values ({watch.Id}, {owner}, {WatchState.Requested}, {0}, {now}, {0}, {now}, {box})
            on conflict (id) do update set status = excluded.status, tries = excluded.tries, due_at = excluded.due_at, sent_at = excluded.sent_at,
                box = excluded.box
            """);
    }

    public void Become(Unit unit, string watch, string status)
    {
        var now = Clock.Micros(clock);
        unit.Add($"update subscriptions_watch set status = {status}, tries = {0}, due_at = {now}, sent_at = {now} where id = {watch}");
        if (status == WatchState.Off) unit.Add($"delete from subscriptions_event where watch = {watch} and event is null");
    }

    public static void Remove(Unit unit, string watch)
    {
        unit.Add($"delete from subscriptions_event where watch = {watch}");
        unit.Add($"delete from subscriptions_watch where id = {watch}");
    }

    public Task Forget(string watch, CancellationToken stop)
    {
        var unit = new Unit();
        Remove(unit, watch);
        return db.Commit(unit, stop);
    }

    /// <summary>In the unit of the write that made them.</summary>
    public void Happened(Unit unit, IReadOnlyList<(string Watch, long Patient, long Number, long Gone)> events)
    {
        var now = Clock.Micros(clock);
        unit.AddRows(db.Dialect, Events, [.. events.Select(happened => new object?[] { happened.Watch, now, happened.Patient, happened.Number, happened.Gone })]);
    }

    public Task<List<string>> Due(CancellationToken stop)
    {
        var now = Clock.Micros(clock);
        return db.Query($"""
            select w.id from subscriptions_watch w where w.due_at <= {now} and (w.status = {WatchState.Requested}
                or w.status = {WatchState.Active} and exists (select 1 from subscriptions_event e where e.watch = w.id and e.event is null))
            order by w.due_at, w.id
            """, row => row.Text(0), stop);
    }

    /// <summary>
    /// Takes the turn of a subscription as it was read: until then no other process tells it anything, and after that anybody may, should this one have died.
    /// False when another took it, or has told something since.
    /// </summary>
    public async Task<bool> Claim(string watch, WatchState read, DateTimeOffset until, CancellationToken stop)
    {
        var unit = new Unit();
        unit.Expect($"""
            update subscriptions_watch set due_at = {Clock.Micros(until)} where id = {watch} and status = {read.Status} and due_at <= {Clock.Micros(clock)}
                and last_number = {read.LastNumber} and sent_at = {Clock.Micros(read.SentAt)}
            """, () => StoreRefusals.WrittenMeanwhile.With());
        try
        {
            await db.Commit(unit, stop);
            return true;
        }
        catch (Refusal refusal) when (refusal.Kind == StoreRefusals.WrittenMeanwhile)
        {
            return false;
        }
    }

    /// <summary>The turn that was taken until then is over before its time.</summary>
    public Task Release(string watch, DateTimeOffset until)
    {
        var unit = new Unit();
        unit.Add($"update subscriptions_watch set due_at = {Clock.Micros(clock)} where id = {watch} and due_at = {Clock.Micros(until)}");
        return db.Commit(unit, CancellationToken.None);
    }

    public Task<List<WatchEvent>> Waiting(string watch, int most, CancellationToken stop) => db.Query($"""
        select at, patient, number, event, gone from subscriptions_event where watch = {watch} and event is null order by at, patient, number limit {most}
        """, ReadEvent, stop);

    public Task<long> CountWaiting(string watch, CancellationToken stop) =>
        db.First($"select count(*) from subscriptions_event where watch = {watch} and event is null", row => row.Long(0), stop);

    public Task<List<WatchEvent>> Told(string watch, long from, long until, int most, CancellationToken stop) => db.Query($"""
        select at, patient, number, event, gone from subscriptions_event
        where watch = {watch} and event >= {from} and event <= {until} order by event limit {most}
        """, ReadEvent, stop);

    /// <summary>It cannot be told: as if it had not happened.</summary>
    public Task Drop(string watch, IReadOnlyList<WatchEvent> events, CancellationToken stop)
    {
        var unit = new Unit();
        foreach (var dropped in events)
            unit.Add($"delete from subscriptions_event where watch = {watch} and at = {dropped.At} and patient = {dropped.Patient} and number = {dropped.Place}");
        return db.Commit(unit, stop);
    }

    /// <summary>They were told, under these numbers; without events it was a heartbeat.</summary>
    public Task Sent(string watch, IReadOnlyList<WatchEvent> events, long last, CancellationToken stop)
    {
        var (unit, now) = (new Unit(), Clock.Micros(clock));
        foreach (var told in events)
            unit.Add($"""
                update subscriptions_event set event = {told.Number} where watch = {watch} and at = {told.At} and patient = {told.Patient} and number = {told.Place}
                """);
        unit.Add($"update subscriptions_watch set last_number = {last}, sent_at = {now}, tries = {0}, due_at = {now} where id = {watch}");
        return db.Commit(unit, stop);
    }

    public Task Failed(string watch, long tries, DateTimeOffset dueAt, CancellationToken stop)
    {
        var unit = new Unit();
        unit.Add($"update subscriptions_watch set tries = {tries}, due_at = {Clock.Micros(dueAt)} where id = {watch}");
        return db.Commit(unit, stop);
    }

    public Task RemoveTold(DateTimeOffset before, CancellationToken stop)
    {
        var unit = new Unit();
        unit.Add($"delete from subscriptions_event where event is not null and at < {Clock.Micros(before)}");
        return db.Commit(unit, stop);
    }

    Watch Open(byte[] box) => JsonSerializer.Deserialize<Watch>(keys.Unseal(box))!;

    static WatchEvent ReadEvent(Row row) => new(row.Long(0), row.Long(1), row.Long(2), row.LongOrNull(3), row.Long(4));
}
