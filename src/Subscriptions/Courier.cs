using Microsoft.Extensions.Logging;
using Socle.Access;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Subscriptions;

/// <summary>Goes round: whoever asked is shaken hands with, what happened is told, silence is filled with heartbeats, and what is over ends.</summary>
sealed class Courier(
    SubscriptionsStore store, Registry registry, Delivery delivery, Bell bell, Sockets sockets, RecordStore records, AccessDesk desk,
    SubscriptionsSettings settings, TimeProvider clock, ILogger<Courier> log) : ServingLoop
{
    /// <summary>What the server says of a subscription, it says as itself.</summary>
    public static readonly Agent Program = new(AgentKind.Program, "program:subscriptions", "Socle", null, null, null, 0, 0);

    const int AtOnce = 8;
    static readonly TimeSpan Look = TimeSpan.FromSeconds(2);

    /// <summary>One round: everybody who is due has a turn. Returns whether somebody was.</summary>
    public async Task<bool> Round(CancellationToken stop)
    {
        await registry.Refresh(store, sockets, stop);
        var now = clock.GetUtcNow();
        var due = (await store.Due(stop)).ToHashSet(StringComparer.Ordinal);
        foreach (var watch in registry.Watches)
            if (watch.End <= now || watch.Heartbeat > 0 && registry.StatusOf(watch.Id) == WatchState.Active) due.Add(watch.Id);
        var someone = 0;
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = stop }, async (id, cancel) =>
        {
            if (registry.Find(id) is { } watch && await Guarded(watch, cancel)) Interlocked.Exchange(ref someone, 1);
        });
        return someone == 1;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                while (await Round(stoppingToken))
                {
                }
                await bell.Wait(Look, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                log.LogWarning("Subscriptions wait: {Error}", error is Refusal refusal ? refusal.Code : error.GetType().Name);
                await Task.Delay(Look, clock, stoppingToken).ContinueWith(static _ => { }, TaskScheduler.Default);
            }
        }
    }

    // What goes wrong with one is no reason to leave the others waiting.
    async Task<bool> Guarded(Watch watch, CancellationToken stop)
    {
        try
        {
            return await Turn(watch, stop);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            log.LogWarning("A subscription failed with {Error}", error is Refusal refusal ? refusal.Code : error.GetType().Name);
            if (await store.State(watch.Id, stop) is { Status: WatchState.Active or WatchState.Requested } state) await Failed(watch, state, stop);
            return false;
        }
    }

    async Task<bool> Turn(Watch watch, CancellationToken stop)
    {
        if (await store.State(watch.Id, stop) is not { } state || state.Status is WatchState.Off or WatchState.Error) return false;
        var now = clock.GetUtcNow();
        if (watch.End <= now)
        {
            await Become(watch, WatchState.Off, null, stop);
            return true;
        }
        if (state.DueAt > now) return false;
        var outcome = state.Status == WatchState.Requested
            ? await delivery.ShakeHands(watch, state, stop)
            : await delivery.Tell(watch, state, stop);
        switch (outcome)
        {
            case Outcome.Nothing: return false;
            case Outcome.Failed: await Failed(watch, state, stop); return true;
            case Outcome.NotAsked: await Become(watch, WatchState.Off, "Un critère de cet abonnement ne peut plus être demandé.", stop); return true;
            case Outcome.TooMuch: await Become(watch, WatchState.Off, "Trop d’événements attendaient d’être remis.", stop); return true;
            default:
                if (state.Status == WatchState.Requested) await Become(watch, WatchState.Active, null, stop);
                return true;
        }
    }

    async Task Failed(Watch watch, WatchState state, CancellationToken stop)
    {
        if (state.Tries + 1 >= settings.Tries)
        {
            await Become(watch, WatchState.Error, "L’adresse n’a pas accepté les notifications.", stop);
            return;
        }
        var wait = TimeSpan.FromTicks(Math.Min(settings.Backoff.Ticks << (int)Math.Min(state.Tries, 10), TimeSpan.FromHours(1).Ticks));
        await store.Failed(watch.Id, state.Tries + 1, clock.GetUtcNow() + wait, stop);
    }

    // The rule of Subscription moves the row with the resource: one commit.
    async Task Become(Watch watch, string status, string? error, CancellationToken stop)
    {
        var scope = await desk.Enter(Program, Purposes.Operation, stop);
        if (await records.Read(scope, "Subscription", watch.Id, stop) is not { Deleted: false } stored)
        {
            await store.Forget(watch.Id, stop);
            registry.Remove(watch.Id);
            return;
        }
        using var body = FhirDocument.Parse(stored.Bytes);
        using var said = FhirDocument.Parse(SubscriptionRule.Said(body, status, error));
        try
        {
            await records.Write(scope, [new WriteOp.Update("Subscription", watch.Id, null, said, stored.Version)], WriteOptions.Default, stop);
        }
        catch (Refusal refusal) when (refusal.Kind == StoreRefusals.StaleVersion)
        {
            // The client said something at the same moment: that counts.
        }
        if (status == WatchState.Off) sockets.Close(watch.Id);
    }
}
