using Socle.Access;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Subscriptions;

enum Outcome { Nothing, Done, Dropped, Failed, TooMuch, NotAsked }

/// <summary>
/// One subscription's turn. What is told is decided now, under the subscriber's rights of now: an event that may not be told is dropped before
/// it has a number, so that neither a count nor a gap says that it was.
/// </summary>
sealed class Delivery(
    SubscriptionsStore store, Notification notification, EgressClient egress, Sockets sockets, RecordStore records, AccessDesk desk,
    SubscriptionsSettings settings, TimeProvider clock)
{
    const string FhirJson = "application/fhir+json";
    const int ReadAtOnce = 200;

    /// <summary>Longer than a receiver is waited for: another process takes over when this one died in the middle.</summary>
    public static readonly TimeSpan Turn = TimeSpan.FromSeconds(15);

    static readonly TimeSpan Elsewhere = TimeSpan.FromSeconds(3);

    public async Task<Outcome> ShakeHands(Watch watch, WatchState state, CancellationToken stop)
    {
        if (watch.IsSocket) return Outcome.Done;   // the socket that binds is shaken hands with
        var bundle = notification.Bundle(watch, WatchState.Requested, Notification.Handshake, state.LastNumber, [], Content.Empty);
        return await InTurn(watch, state, async () => await Send(watch, bundle, stop) ? Outcome.Done : Outcome.Failed, stop);
    }

    public async Task<Outcome> Tell(Watch watch, WatchState state, CancellationToken stop)
    {
        var waiting = await store.Waiting(watch.Id, ReadAtOnce, stop);
        if (waiting.Count == 0) return await Beat(watch, state, stop);
        // The process that its socket is connected to tells it; where there is none, anybody gives the number a moment later.
        if (watch.IsSocket && sockets.BoundTo(watch.Id) == 0 && clock.GetUtcNow() - waiting[0].Time < Elsewhere) return Outcome.Nothing;
        if (waiting.Count == ReadAtOnce && await store.CountWaiting(watch.Id, stop) > settings.MostWaiting) return Outcome.TooMuch;
        return await InTurn(watch, state, () => Tell(watch, state, waiting, stop), stop);
    }

    async Task<Outcome> Tell(Watch watch, WatchState state, List<WatchEvent> waiting, CancellationToken stop)
    {
        var scope = await ScopeOf(watch, stop);
        if (Asked(watch, scope) is not { } later) return Outcome.NotAsked;
        var (told, dropped) = await Visible(watch, state, scope, later, waiting, stop);
        if (dropped.Count > 0) await store.Drop(watch.Id, dropped, stop);
        if (told.Count == 0) return Outcome.Dropped;
        var last = state.LastNumber + told.Count;
        var bundle = notification.Bundle(watch, WatchState.Active, Notification.EventNotification, last, told, watch.Content);
        if (!await Send(watch, bundle, stop)) return Outcome.Failed;
        await store.Sent(watch.Id, [.. told.Select(one => one.Event)], last, stop);
        return Outcome.Done;
    }

    // What ends it (sent, failed) also ends the turn; what was broken off or needed no word gives it back.
    async Task<Outcome> InTurn(Watch watch, WatchState state, Func<Task<Outcome>> act, CancellationToken stop)
    {
        var until = clock.GetUtcNow() + Turn;
        if (!await store.Claim(watch.Id, state, until, stop)) return Outcome.Nothing;
        try
        {
            var outcome = await act();
            if (outcome == Outcome.Dropped) await store.Release(watch.Id, until);
            return outcome;
        }
        catch (OperationCanceledException)
        {
            await store.Release(watch.Id, until);
            throw;
        }
    }

    // A criterion that was let in before its parameter was hidden from the subscriber.
    SearchQuery? Asked(Watch watch, Scope scope)
    {
        try
        {
            return watch.LaterFor(records, scope);
        }
        catch (FhirException)
        {
            return null;
        }
    }

    public Task<Scope> ScopeOf(Watch watch, CancellationToken stop) =>
        desk.Enter(watch.Agent, watch.Purpose, GrantedScopes.Parse(watch.Scopes), stop);

    /// <summary>What it was about, as the scope sees it now; null when it may not be told.</summary>
    public static Task<Stored?> Look(RecordStore records, Scope scope, SearchQuery later, WatchEvent happened, CancellationToken stop) => happened.Gone > 0
        ? records.NotifyGone(scope, later, happened.Patient, happened.Place, happened.Gone, stop)
        : records.Notify(scope, later, happened.Patient, happened.Place, stop);

    async Task<(List<Told>, List<WatchEvent>)> Visible(
        Watch watch, WatchState state, Scope scope, SearchQuery later, List<WatchEvent> waiting, CancellationToken stop)
    {
        var (told, dropped) = (new List<Told>(), new List<WatchEvent>());
        foreach (var happened in waiting)
        {
            if (told.Count == watch.MostAtOnce) break;
            if (await Look(records, scope, later, happened, stop) is { } resource)
                told.Add(new(happened with { Number = state.LastNumber + told.Count + 1 }, resource));
            else dropped.Add(happened);
        }
        return (told, dropped);
    }

    async Task<Outcome> Beat(Watch watch, WatchState state, CancellationToken stop)
    {
        if (watch.Heartbeat == 0 || clock.GetUtcNow() - state.SentAt < TimeSpan.FromSeconds(watch.Heartbeat)) return Outcome.Nothing;
        var bundle = notification.Bundle(watch, WatchState.Active, Notification.Heartbeat, state.LastNumber, [], Content.Empty);
        return await InTurn(watch, state, async () =>
        {
            if (!await Send(watch, bundle, stop)) return Outcome.Failed;
            await store.Sent(watch.Id, [], state.LastNumber, stop);
            return Outcome.Nothing;
        }, stop);
    }

    async Task<bool> Send(Watch watch, byte[] bundle, CancellationToken stop)
    {
        if (watch.IsSocket)
        {
            // Who is not there asks for what was missed ($events): the number stands.
            await sockets.Send(watch, bundle, stop);
            return true;
        }
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
            patience.CancelAfter(TimeSpan.FromSeconds(watch.Timeout));
            var answer = watch.Bundle
                ? await egress.Send(HttpMethod.Post, watch.Endpoint!, bundle, FhirJson, patience.Token)
                : await egress.Send(HttpMethod.Post, watch.Endpoint!, ReadOnlyMemory<byte>.Empty, null, patience.Token);
            return answer.IsSuccess;
        }
        catch (Refusal)
        {
            return false;
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            return false;
        }
    }
}
