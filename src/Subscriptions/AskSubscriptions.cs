using System.Globalization;
using Socle.Api;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Subscriptions;

/// <summary>$status, $events and $get-ws-binding-token, for who may read the Subscription.</summary>
sealed class AskSubscriptions(SubscriptionsStore store, Registry registry, Notification notification, RecordStore records, BindingTokens tokens)
{
    const int MostEvents = 100;

    public async Task<FhirAnswer> Status(FhirCall call, CancellationToken stop)
    {
        var given = await Given(call, stop);
        var ids = Ids(call, given);
        var statuses = given.Where(pair => pair.Key == "status").SelectMany(pair => pair.Value.Split(',')).ToHashSet(StringComparer.Ordinal);
        var found = new List<(Watch, WatchState)>();
        foreach (var watch in ids is null ? registry.Watches : [.. ids.Select(registry.Find).OfType<Watch>()])
        {
            if (!await MayRead(call, watch, stop) || await store.State(watch.Id, stop) is not { } state) continue;
            if (statuses.Count == 0 || statuses.Contains(state.Status)) found.Add((watch, state));
        }
        if (InstanceId(call) is not null && found.Count == 0 && statuses.Count == 0) throw StoreRefusals.NotFound.With();
        return FhirAnswer.Of(notification.Statuses(found));
    }

    /// <summary>What was told, once more; what may not be told any longer is left out.</summary>
    public async Task<FhirAnswer> Events(FhirCall call, CancellationToken stop)
    {
        var watch = await Own(call, stop);
        var state = await store.State(watch.Id, stop) ?? throw StoreRefusals.NotFound.With();
        var given = await Given(call, stop);
        var (from, until) = (Number(given, "eventsSinceNumber") ?? 1, Number(given, "eventsUntilNumber") ?? long.MaxValue);
        var content = given.FirstOrDefault(pair => pair.Key == "content").Value switch
        {
            "empty" => Content.Empty,
            "full-resource" => Content.FullResource,
            "id-only" => Content.IdOnly,
            _ => watch.Content
        };
        var (told, later) = (new List<Told>(), watch.LaterFor(records, call.Scope));
        foreach (var happened in await store.Told(watch.Id, from, until, MostEvents, stop))
            if (await Delivery.Look(records, call.Scope, later, happened, stop) is { } resource)
                told.Add(new(happened, resource));
        return FhirAnswer.Of(notification.Bundle(watch, state.Status, Notification.QueryEvent, state.LastNumber, told, content));
    }

    public async Task<FhirAnswer> Binding(FhirCall call, CancellationToken stop)
    {
        var given = await Given(call, stop);
        var watches = new List<Watch>();
        foreach (var id in Ids(call, given) ?? [.. registry.Watches.Where(watch => watch.IsSocket && watch.Agent.Id == call.Agent.Id).Select(watch => watch.Id)])
        {
            // The socket speaks with the subscriber's rights: nobody else binds it.
            if (registry.Find(id) is not { } watch || watch.Agent.Id != call.Agent.Id || !await MayRead(call, watch, stop)) throw StoreRefusals.NotFound.With();
            if (!watch.IsSocket) throw SubscriptionsRefusals.NotWebsocket.With();
            watches.Add(watch);
        }
        if (watches.Count == 0) throw StoreRefusals.NotFound.With();
        var (token, until) = tokens.Make(watches);
        var url = new UriBuilder(new Uri(call.Base)) { Scheme = call.Http.Request.IsHttps ? "wss" : "ws", Path = OpenSocket.Path };
        return FhirAnswer.Of(Notification.Binding(token, until, watches, url.Uri.ToString()));
    }

    async Task<Watch> Own(FhirCall call, CancellationToken stop) =>
        InstanceId(call) is { } id && registry.Find(id) is { } watch && await MayRead(call, watch, stop) ? watch : throw StoreRefusals.NotFound.With();

    async Task<bool> MayRead(FhirCall call, Watch watch, CancellationToken stop) =>
        await records.Resolve(call.Scope, "Subscription", watch.Id, stop) is not null && call.Scope.Types.Allows("Subscription", Interaction.Read);

    static string? InstanceId(FhirCall call) => call.Http.Request.RouteValues.ContainsKey("id") ? call.Id : null;

    static List<string>? Ids(FhirCall call, List<KeyValuePair<string, string>> given)
    {
        if (InstanceId(call) is { } id) return [id];
        var named = given.Where(pair => pair.Key == "id").SelectMany(pair => pair.Value.Split(',')).Select(FhirCall.KnownId).Distinct().ToList();
        return named.Count == 0 ? null : named;
    }

    static async Task<List<KeyValuePair<string, string>>> Given(FhirCall call, CancellationToken stop)
    {
        var given = call.Query.ToList();
        if (call.Http.Request.Method != "POST") return given;
        using var body = await call.ReadBody(stop);
        if (body is null) return given;
        foreach (var parameter in body.Root.All("parameter"))
            if (parameter["name"].Text is { } name && parameter["value"].Text is { } value) given.Add(new(name, value));
        return given;
    }

    static long? Number(List<KeyValuePair<string, string>> given, string name)
    {
        var text = given.FirstOrDefault(pair => pair.Key == name).Value;
        if (text is null) return null;
        return long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw SubscriptionsRefusals.BadNumber.With(name);
    }
}
