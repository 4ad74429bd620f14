using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Socle.Api;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Subscriptions;

/// <summary>
/// A Subscription is a resource like any other; what it asks for begins, changes and ends with the write. Clients say requested or off, the
/// server (as the program) active and error.
/// </summary>
sealed class SubscriptionRule(
    SubscriptionsStore store, Registry registry, Bell bell, Sockets sockets, EgressClient egress, SubscriptionsSettings settings, IHttpContextAccessor http,
    Db db, TimeProvider clock) : WriteRule
{
    static readonly FrozenSet<string> Only = FrozenSet.Create("Subscription");

    public override IReadOnlySet<string> Types => Only;

    public override ValueTask Apply(WriteContext write, CancellationToken stop)
    {
        db.Changes.Tell(write.Unit, SubscriptionsStore.Kind, except: registry.Changed);
        if (write.Body is null) Remove(write);
        else if (write.Scope.Agent == Courier.Program) Become(write, write.Body.Root["status"].Text!);
        else if (write.Body.Root["status"].Text == WatchState.Off) SwitchOff(write);
        else Request(write, write.Body);
        return ValueTask.CompletedTask;
    }

    void Request(WriteContext write, FhirDocument body)
    {
        var before = registry.Find(write.Id);
        MustBeOwn(write, before);
        if (body.Root["status"].Text == WatchState.Error && registry.StatusOf(write.Id) != WatchState.Error) throw SubscriptionsRefusals.Status.With();
        if (before is null && registry.CountOf(write.Scope.Agent) >= settings.PerCaller) throw SubscriptionsRefusals.TooMany.With(settings.PerCaller);
        if (http.HttpContext is not { } context || context.Scopes() is not { } granted) throw SubscriptionsRefusals.OnlyByApi.With();
        var watch = SubscriptionReader.Read(body, write.Id, write.Scope, granted.Text, FhirCall.BaseOf(context.Request), write.SearchEnvironment, clock.GetUtcNow());
        if (watch.Endpoint is { } endpoint) egress.Ensure(endpoint);
        write.Replace(Said(body, WatchState.Requested, null));
        store.Request(write.Unit, watch);
        write.Unit.AfterCommit(() =>
        {
            registry.Put(watch, WatchState.Requested);
            bell.Ring();
        });
    }

    void Become(WriteContext write, string status)
    {
        store.Become(write.Unit, write.Id, status);
        write.Unit.AfterCommit(() => registry.Become(write.Id, status));
    }

    void SwitchOff(WriteContext write)
    {
        var before = registry.Find(write.Id);
        // The operator may stop what another began; nobody may go on with another's rights.
        if (write.Scope.Agent.Kind != AgentKind.Steward) MustBeOwn(write, before);
        Become(write, WatchState.Off);
        write.Unit.AfterCommit(() => sockets.Close(write.Id));
    }

    void Remove(WriteContext write)
    {
        SubscriptionsStore.Remove(write.Unit, write.Id);
        write.Unit.AfterCommit(() =>
        {
            registry.Remove(write.Id);
            sockets.Close(write.Id);
        });
    }

    static void MustBeOwn(WriteContext write, Watch? before)
    {
        if (before is not null && before.Agent.Id != write.Scope.Agent.Id) throw SubscriptionsRefusals.NotYours.With();
    }

    /// <summary>The resource with this status, and with the error or without one.</summary>
    public static byte[] Said(FhirDocument body, string status, string? error)
    {
        var splice = new Splice(body);
        splice.SetProperty(body.Root, "status", FhirJson.String(status));
        if (error is not null) splice.SetProperty(body.Root, "error", FhirJson.String(error));
        else if (body.Root["error"].Exists) splice.Remove(body.Root["error"]);
        return splice.Apply();
    }
}
