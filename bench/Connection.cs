using System.Buffers.Text;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Socle.Bench;

/// <summary>
/// One HTTP/1.1 connection that costs next to nothing: the load generator shares the cores with what it measures. One request at a
/// time, bytes out and bytes in on a blocking socket; it understands Content-Length and nothing else.
/// </summary>
sealed class Connection(Uri server, string token, string? annuaireKey = null) : IDisposable
{
    // The server closes what is silent for a minute.
    const long Stale = 30_000;

    Socket socket = Open(server);
    long used = Environment.TickCount64;
    readonly byte[] head = Encoding.ASCII.GetBytes(
        $" HTTP/1.1\r\nHost: {server.Authority}\r\nAuthorization: Bearer {token}\r\n{(annuaireKey is null ? "" : $"ESANTE-API-KEY: {annuaireKey}\r\n")}Accept: application/fhir+json\r\n");
    byte[] output = new byte[4096], input = new byte[16384];
    int length, bodyStart, bodyLength;

    /// <summary>The body of the last answer, until the next exchange.</summary>
    public ReadOnlySpan<byte> Body => input.AsSpan(bodyStart, bodyLength);

    public int Get(string path) => Exchange("GET ", path, []);

    public int Post(string path, ReadOnlySpan<byte> body) => Exchange("POST ", path, body);

    int Exchange(string method, string path, ReadOnlySpan<byte> body)
    {
        if (Environment.TickCount64 - used > Stale)
        {
            socket.Dispose();
            socket = Open(server);
        }
        used = Environment.TickCount64;
        length = 0;
        Put(Encoding.ASCII.GetBytes(method + path));
        Put(head);
        if (!body.IsEmpty) Put(Encoding.ASCII.GetBytes($"Content-Type: application/fhir+json\r\nContent-Length: {body.Length}\r\n"));
        Put("\r\n"u8);
        Put(body);
        for (var sent = 0; sent < length;) sent += socket.Send(output.AsSpan(sent, length - sent));
        return Receive();
    }

    void Put(ReadOnlySpan<byte> bytes)
    {
        if (length + bytes.Length > output.Length) Array.Resize(ref output, Math.Max(2 * output.Length, length + bytes.Length));
        bytes.CopyTo(output.AsSpan(length));
        length += bytes.Length;
    }

    int Receive()
    {
        var (have, end) = (0, -1);
        while (end < 0)
        {
            have += Read(have);
            end = input.AsSpan(0, have).IndexOf("\r\n\r\n"u8);
        }
        var lines = input.AsSpan(0, end + 2);
        if (!Utf8Parser.TryParse(lines[9..], out int status, out _)) throw new IOException("No status line.");
        (bodyStart, bodyLength) = (end + 4, 0);
        var at = lines.IndexOf("Content-Length: "u8);
        if (at >= 0 && !Utf8Parser.TryParse(lines[(at + 16)..], out bodyLength, out _)) throw new IOException("No length.");
        if (at < 0 && lines.IndexOf("chunked"u8) >= 0) throw new IOException("An answer in chunks is not understood here.");
        while (have < bodyStart + bodyLength)
        {
            if (input.Length < bodyStart + bodyLength) Array.Resize(ref input, bodyStart + bodyLength);
            have += Read(have);
        }
        return status;
    }

    int Read(int have)
    {
        if (have == input.Length) Array.Resize(ref input, 2 * input.Length);
        var read = socket.Receive(input.AsSpan(have));
        return read > 0 ? read : throw new IOException("The server closed the connection.");
    }

    static Socket Open(Uri server)
    {
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        socket.Connect(IPAddress.Loopback, server.Port);
        return socket;
    }

    public void Dispose() => socket.Dispose();
}
