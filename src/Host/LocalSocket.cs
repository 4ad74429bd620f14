using System.Net.Sockets;
using System.Text.Json;
using Socle.Platform;

namespace Socle.Host;

/// <summary>
/// How a verb reaches the server that owns the folder: a socket file inside it, readable by its user only. One JSON line in, JSON
/// lines out until the last one, which carries the exit code. Not HTTP: nothing of the network's side can reach a verb.
/// </summary>
sealed class LocalSocket(IServiceProvider services, string path) : IAsyncDisposable
{
    const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    readonly Socket listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    readonly CancellationTokenSource ending = new();
    Task loop = Task.CompletedTask;

    /// <summary>The folder is ours by its lock, so a socket file that is there is a dead server's.</summary>
    public void Start()
    {
        File.Delete(path);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(path, Private);
        listener.Listen(8);
        loop = Task.Run(Accept);
    }

    async Task Accept()
    {
        while (!ending.IsCancellationRequested)
        {
            try
            {
                var connection = await listener.AcceptAsync(ending.Token);
                _ = Task.Run(() => Answer(connection));
            }
            catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException or SocketException)
            {
                return;
            }
        }
    }

    async Task Answer(Socket connection)
    {
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(ending.Token);
        await using var stream = new NetworkStream(connection, ownsSocket: true);
        using var reader = new StreamReader(stream);
        await using var writer = new StreamWriter(stream) { AutoFlush = true };
        using var output = new SocketOutput(writer);
        try
        {
            var call = JsonSerializer.Deserialize<VerbCall>(await reader.ReadLineAsync(gone.Token) ?? "null");
            if (call is null) return;
            await output.End(await Run(call, output, gone.Token));
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or JsonException)
        {
            await gone.CancelAsync();   // the terminal went away: nobody to tell
        }
    }

    async Task<int> Run(VerbCall call, VerbOutput output, CancellationToken stop)
    {
        try
        {
            return await Verbs.Table.Find(call.Verb).Run(services, call, output, stop);
        }
        catch (Refusal refusal)
        {
            await output.Error("socle : " + refusal.French);
            return 1;
        }
    }

    /// <summary>Null when nobody answers on the socket.</summary>
    public static async Task<int?> Ask(string path, VerbCall call, VerbOutput output, CancellationToken stop)
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), stop);
        }
        catch (SocketException)
        {
            return null;
        }
        await using var stream = new NetworkStream(socket);
        await using var writer = new StreamWriter(stream) { AutoFlush = true };
        await writer.WriteLineAsync(JsonSerializer.Serialize(call).AsMemory(), stop);
        using var reader = new StreamReader(stream);
        while (await reader.ReadLineAsync(stop) is { } text)
        {
            var line = JsonSerializer.Deserialize<Line>(text)!;
            switch (line.Kind)
            {
                case "line": await output.Line(line.Text); break;
                case "error": await output.Error(line.Text); break;
                case "progress": await output.Progress(line.Text); break;
                case "end": return int.Parse(line.Text, System.Globalization.CultureInfo.InvariantCulture);
            }
        }
        return 1;
    }

    public async ValueTask DisposeAsync()
    {
        await ending.CancelAsync();
        listener.Dispose();
        await loop;
        ending.Dispose();
        File.Delete(path);
    }

    sealed record Line(string Kind, string Text);

    sealed class SocketOutput(StreamWriter writer) : VerbOutput, IDisposable
    {
        readonly SemaphoreSlim one = new(1);

        public override Task Line(string text) => Write("line", text);
        public override Task Error(string text) => Write("error", text);
        public override Task Progress(string text) => Write("progress", text);
        public Task End(int exitCode) => Write("end", exitCode.ToString(System.Globalization.CultureInfo.InvariantCulture));

        async Task Write(string kind, string text)
        {
            await one.WaitAsync();
            try { await writer.WriteLineAsync(JsonSerializer.Serialize(new Line(kind, text))); }
            finally { one.Release(); }
        }

        public void Dispose() => one.Dispose();
    }
}
