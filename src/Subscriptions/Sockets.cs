using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Text;

namespace Socle.Subscriptions;

/// <summary>The websockets that are open, by the subscriptions they were bound to.</summary>
sealed class Sockets(SubscriptionsSettings settings, TimeProvider clock)
{
    readonly ConcurrentDictionary<long, Line> open = new();
    readonly ConcurrentDictionary<string, DateTimeOffset> used = new(StringComparer.Ordinal);
    readonly Lock gate = new();
    long last;

    /// <summary>False when there are too many already.</summary>
    public bool TryOpen(WebSocket socket, string source, out Line line)
    {
        lock (gate)
        {
            line = new(Interlocked.Increment(ref last), socket, source);
            if (open.Count >= settings.Sockets || open.Values.Count(other => other.Source == source) >= settings.SocketsPerCaller) return false;
            open[line.Number] = line;
            return true;
        }
    }

    public void Drop(Line line)
    {
        open.TryRemove(line.Number, out _);
        line.Dispose();
    }

    /// <summary>A binding token serves once.</summary>
    public bool TryUse(string token, DateTimeOffset until)
    {
        foreach (var (old, end) in used)
            if (end < clock.GetUtcNow()) used.TryRemove(old, out _);
        return used.TryAdd(token, until);
    }

    /// <summary>The subscriptions that some socket is bound to.</summary>
    public IReadOnlyList<string> Bound => [.. open.Values.SelectMany(line => line.Bound.Keys).Distinct()];

    public int BoundTo(string watch) => open.Values.Count(line => line.Bound.ContainsKey(watch));

    /// <summary>To each socket that is bound: the bundle, or R4's « ping » where no bundle was asked for.</summary>
    public async Task Send(Watch watch, ReadOnlyMemory<byte> bundle, CancellationToken stop)
    {
        ReadOnlyMemory<byte> text = watch.Bundle ? bundle : Encoding.UTF8.GetBytes($"ping {watch.Id}");
        foreach (var line in open.Values.Where(line => line.Bound.ContainsKey(watch.Id)).ToList()) await line.Send(text, stop);
    }

    /// <summary>The subscription is over: who was bound to it only is hung up on.</summary>
    public void Close(string watch)
    {
        foreach (var line in open.Values)
            if (line.Bound.TryRemove(watch, out _) && line.Bound.IsEmpty) line.Abort();
    }
}

/// <summary>One websocket. Its frames are sent one after the other; one that takes nothing for 5 s is hung up on.</summary>
sealed class Line(long number, WebSocket socket, string source) : IDisposable
{
    static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    readonly SemaphoreSlim turn = new(1, 1);

    public long Number => number;
    public string Source => source;
    public ConcurrentDictionary<string, bool> Bound { get; } = new(StringComparer.Ordinal);

    public async Task Send(ReadOnlyMemory<byte> text, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        try
        {
            await turn.WaitAsync(patience.Token);
            try
            {
                if (socket.State == WebSocketState.Open) await socket.SendAsync(text, WebSocketMessageType.Text, endOfMessage: true, patience.Token);
            }
            finally
            {
                turn.Release();
            }
        }
        catch (Exception error) when (error is WebSocketException or ObjectDisposedException or InvalidOperationException
            || error is OperationCanceledException && !stop.IsCancellationRequested)
        {
            Abort();
        }
    }

    public void Abort() => socket.Abort();

    public void Dispose() => turn.Dispose();
}
