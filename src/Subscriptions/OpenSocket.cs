using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Subscriptions;

/// <summary>
/// The websocket: « bind-with-token … » with a token of $get-ws-binding-token, or R4's « bind id » when the connection itself came with the
/// bearer token of the subscriber. Who binds nothing within ten seconds, or says anything else, is hung up on.
/// </summary>
sealed class OpenSocket(Sockets sockets, Registry registry, SubscriptionsStore store, Notification notification, BindingTokens tokens, TimeProvider clock)
{
    public const string Path = "/fhir/$subscriptions-ws";
    const int LongestMessage = 4_096;
    static readonly TimeSpan ToBind = TimeSpan.FromSeconds(10);

    public async Task Handle(HttpContext http)
    {
        if (!http.WebSockets.IsWebSocketRequest) throw SubscriptionsRefusals.NoSocket.With();
        var agent = http.AgentOrNull();
        var source = agent?.Id ?? http.Connection.RemoteIpAddress?.ToString() ?? "";
        using var socket = await http.WebSockets.AcceptWebSocketAsync();
        if (!sockets.TryOpen(socket, source, out var line))
        {
            line.Dispose();
            await Close(socket, WebSocketCloseStatus.PolicyViolation, SubscriptionsRefusals.TooManySockets.Code);
            return;
        }
        try
        {
            var (status, why) = await Told(socket, line, agent, http.RequestAborted);
            // It no longer counts once it is told to go: who hears that may connect anew at once.
            await Close(socket, status, why);
        }
        catch (Exception error) when (error is WebSocketException or OperationCanceledException)
        {
            // Gone.
        }
    }

    async Task<(WebSocketCloseStatus Status, string Why)> Told(WebSocket socket, Line line, Agent? agent, CancellationToken stop)
    {
        try
        {
            return await Listen(socket, line, agent, stop);
        }
        finally
        {
            sockets.Drop(line);
        }
    }

    async Task<(WebSocketCloseStatus Status, string Why)> Listen(WebSocket socket, Line line, Agent? agent, CancellationToken stop)
    {
        using var patience = new CancellationTokenSource(ToBind, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, patience.Token);
        while (await Receive(socket, line.Bound.IsEmpty ? either.Token : stop) is { } message)
        {
            var words = message.Split(' ', 2, StringSplitOptions.TrimEntries);
            var watches = words is ["bind-with-token", var token] ? tokens.Open(token)
                : words is ["bind", var id] && agent is not null && registry.Find(id) is { IsSocket: true } own && own.Agent.Id == agent.Id ? [own]
                : [];
            if (watches.Count == 0) return (WebSocketCloseStatus.PolicyViolation, "bind");
            foreach (var watch in watches) await Bind(line, watch, stop);
        }
        return (WebSocketCloseStatus.NormalClosure, "");
    }

    async Task Bind(Line line, Watch watch, CancellationToken stop)
    {
        var state = await store.State(watch.Id, stop);
        line.Bound[watch.Id] = true;
        var text = watch.Bundle
            ? notification.Bundle(watch, state?.Status ?? WatchState.Off, Notification.Handshake, state?.LastNumber ?? 0, [], Content.Empty)
            : Encoding.UTF8.GetBytes($"bound {watch.Id}");
        await line.Send(text, stop);
    }

    static async Task<string?> Receive(WebSocket socket, CancellationToken stop)
    {
        var buffer = new byte[LongestMessage];
        var filled = 0;
        while (true)
        {
            if (filled == buffer.Length) return "";
            var part = await socket.ReceiveAsync(buffer.AsMemory(filled), stop);
            if (part.MessageType == WebSocketMessageType.Close) return null;
            filled += part.Count;
            if (part.EndOfMessage) return part.MessageType == WebSocketMessageType.Text ? Encoding.UTF8.GetString(buffer, 0, filled) : "";
        }
    }

    static async Task Close(WebSocket socket, WebSocketCloseStatus status, string why)
    {
        if (socket.State is not (WebSocketState.Open or WebSocketState.CloseReceived)) return;
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        await socket.CloseOutputAsync(status, why, patience.Token);
    }
}

/// <summary>A short text that binds a websocket to subscriptions, made for their owner, good once and for a minute.</summary>
sealed class BindingTokens(Keys keys, Registry registry, Sockets sockets, TimeProvider clock)
{
    const string Purpose = "subscriptions.websocket";
    public static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(1);

    public (string Token, DateTimeOffset Until) Make(IEnumerable<Watch> watches)
    {
        var until = clock.GetUtcNow() + Lifetime;
        return (keys.SealToken(Purpose, JsonSerializer.SerializeToUtf8Bytes(new Binding([.. watches.Select(watch => watch.Id)], until))), until);
    }

    public IReadOnlyList<Watch> Open(string token)
    {
        if (!keys.TryOpenToken(Purpose, token, out var plain) || JsonSerializer.Deserialize<Binding>(plain) is not { } binding) return [];
        if (binding.Until <= clock.GetUtcNow() || !sockets.TryUse(token, binding.Until)) return [];
        return [.. binding.Watches.Select(registry.Find).OfType<Watch>()];
    }

    sealed record Binding(string[] Watches, DateTimeOffset Until);
}
