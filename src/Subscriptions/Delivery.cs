using Socle.Access;
using Socle.Platform;
using Socle.Store;

namespace Socle.Subscriptions;

enum Outcome { Nothing, Done, Failed, TooMuch }

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

    public async Task<Outcome> ShakeHands(Watch watch, WatchState state, CancellationToken stop)
    {
        if (watch.IsSocket) return Outcome.Done;   // the socket that binds is shaken hands with
        var bundle = notification.Bundle(watch, WatchState.Requested, Notification.Handshake, state.LastNumber, [], Content.Empty);
        return await Send(watch, bundle, stop) ? Outcome.Done : Outcome.Failed;
    }

    public async Task<Outcome> Tell(Watch watch, WatchState state, CancellationToken stop)
    {
        var waiting = await store.Waiting(watch.Id, ReadAtOnce, stop);
        if (waiting.Count == 0) return await Beat(watch, state, stop);
        if (waiting.Count == ReadAtOnce && await store.CountWaiting(watch.Id, stop) > settings.MostWaiting) return Outcome.TooMuch;
        var (told, dropped) = await Visible(watch, state, waiting, stop);
        if (dropped.Count > 0) await store.Drop(watch.Id, dropped, stop);
        if (told.Count == 0) return Outcome.Done;
        var last = state.LastNumber + told.Count;
        var bundle = notification.Bundle(watch, WatchState.Active, Notification.EventNotification, last, told, watch.Content);
        if (!await Send(watch, bundle, stop)) return Outcome.Failed;
        await store.Sent(watch.Id, [.. told.Select(one => one.Event)], last, stop);
        return Outcome.Done;
    }

    public Task<Scope> ScopeOf(Watch watch, CancellationToken stop) =>
        desk.Enter(watch.Agent, watch.Purpose, GrantedScopes.Parse(watch.Scopes), stop);

    /// <summary>What it was about, as the scope sees it now; null when it may not be told.</summary>
    public static Task<Stored?> Look(RecordStore records, Scope scope, Watch watch, WatchEvent happened, CancellationToken stop) => happened.Gone > 0
        ? records.NotifyGone(scope, watch.LaterQuery, happened.Patient, happened.Place, happened.Gone, stop)
        : records.Notify(scope, watch.LaterQuery, happened.Patient, happened.Place, stop);

    async Task<(List<Told>, List<WatchEvent>)> Visible(Watch watch, WatchState state, List<WatchEvent> waiting, CancellationToken stop)
    {
        var scope = await ScopeOf(watch, stop);
        var (told, dropped) = (new List<Told>(), new List<WatchEvent>());
        foreach (var happened in waiting)
        {
            if (told.Count == watch.MostAtOnce) break;
            if (await Look(records, scope, watch, happened, stop) is { } resource)
                told.Add(new(happened with { Number = state.LastNumber + told.Count + 1 }, resource));
            else dropped.Add(happened);
        }
        return (told, dropped);
    }

    async Task<Outcome> Beat(Watch watch, WatchState state, CancellationToken stop)
    {
        if (watch.Heartbeat == 0 || clock.GetUtcNow() - state.SentAt < TimeSpan.FromSeconds(watch.Heartbeat)) return Outcome.Nothing;
        var bundle = notification.Bundle(watch, WatchState.Active, Notification.Heartbeat, state.LastNumber, [], Content.Empty);
        if (!await Send(watch, bundle, stop)) return Outcome.Failed;
        await store.Sent(watch.Id, [], state.LastNumber, stop);
        return Outcome.Nothing;
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
