using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Socle.SharedRecord;

/// <summary>
/// Asks clamd whether bytes are malicious, by its INSTREAM command: chunks with their length before them, a chunk of length 0 ends.
/// The address is a socket file (/run/clamav/clamd.ctl) or host:port; none = no antivirus.
/// </summary>
sealed class ClamAv(SharedRecordSettings settings)
{
    const int Chunk = 64 << 10;

    public bool IsOn => settings.ClamAv.Length > 0;

    public async Task Check(ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        if (settings.ClamAv is not { Length: > 0 } address) return;
        string answer;
        try
        {
            using var deadline = CancellationTokenSource.CreateLinkedTokenSource(stop);
            deadline.CancelAfter(TimeSpan.FromSeconds(30));
            answer = await Ask(address, bytes, deadline.Token);
        }
        catch (Exception error) when (error is SocketException or IOException || (error is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw SharedRecordRefusals.AntivirusAway.With();
        }
        // « stream: OK » or « stream: Eicar-Signature FOUND »; anything else is not a clean bill.
        if (answer.EndsWith("FOUND", StringComparison.Ordinal)) throw SharedRecordRefusals.Virus.With(answer["stream: ".Length..^" FOUND".Length]);
        if (answer != "stream: OK") throw SharedRecordRefusals.AntivirusAway.With();
    }

    static async Task<string> Ask(string address, ReadOnlyMemory<byte> bytes, CancellationToken stop)
    {
        using var socket = Open(address, out var end);
        await socket.ConnectAsync(end, stop);
        await using var stream = new NetworkStream(socket);
        await stream.WriteAsync("zINSTREAM\0"u8.ToArray(), stop);
        var length = new byte[4];
        for (var at = 0; at < bytes.Length; at += Chunk)
        {
            var part = bytes.Slice(at, Math.Min(Chunk, bytes.Length - at));
            BinaryPrimitives.WriteInt32BigEndian(length, part.Length);
            await stream.WriteAsync(length, stop);
            await stream.WriteAsync(part, stop);
        }
        await stream.WriteAsync(new byte[4], stop);
        using var answer = new MemoryStream();
        var buffer = new byte[512];
        for (int read; (read = await stream.ReadAsync(buffer, stop)) > 0 && answer.Length < 4096;) answer.Write(buffer, 0, read);
        return Encoding.UTF8.GetString(answer.ToArray()).Trim('\0', '\n', ' ');
    }

    static Socket Open(string address, out EndPoint end)
    {
        if (address.StartsWith('/'))
        {
            end = new UnixDomainSocketEndPoint(address);
            return new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        }
        var colon = address.LastIndexOf(':');
        end = new DnsEndPoint(address[..colon], int.Parse(address.AsSpan(colon + 1), null));
        return new(SocketType.Stream, ProtocolType.Tcp);
    }
}
