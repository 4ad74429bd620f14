using System.Net;
using System.Net.Sockets;
using System.Net.WebSockets;
using System.Text;
using Socle.Subscriptions;

namespace Socle.Modules.Tests.Subscriptions;

/// <summary>The subscriber's end of a websocket.</summary>
static class SubscriberSocket
{
    /// <param name="port">Of the server, on this machine.</param>
    /// <param name="token">Null: the socket says who it is by what it binds.</param>
    public static async Task<ClientWebSocket> Connect(int port, string? token = null)
    {
        var socket = new ClientWebSocket();
        if (token is not null) socket.Options.SetRequestHeader("Authorization", "Bearer " + token);
        await socket.ConnectAsync(new Uri($"ws://localhost:{port}{OpenSocket.Path}"), new HttpMessageInvoker(new SocketsHttpHandler
        {
            ConnectCallback = async (_, stop) =>
            {
                var tcp = new Socket(SocketType.Stream, ProtocolType.Tcp);
                await tcp.ConnectAsync(IPAddress.Loopback, port, stop);
                return new NetworkStream(tcp, ownsSocket: true);
            }
        }), default);
        return socket;
    }

    public static Task Say(ClientWebSocket socket, string text) => socket.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, default);

    /// <summary>Null when it was hung up on.</summary>
    public static async Task<string?> Hear(ClientWebSocket socket)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        var buffer = new byte[1 << 16];
        var filled = 0;
        try
        {
            while (true)
            {
                var part = await socket.ReceiveAsync(buffer.AsMemory(filled), patience.Token);
                if (part.MessageType == WebSocketMessageType.Close) return null;
                filled += part.Count;
                if (part.EndOfMessage) return Encoding.UTF8.GetString(buffer, 0, filled);
            }
        }
        catch (WebSocketException)
        {
            return null;
        }
    }
}
