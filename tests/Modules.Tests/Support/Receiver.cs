using System.Collections.Concurrent;
using System.Net;
using System.Text;

namespace Socle.Support;

/// <summary>Somebody else's server on this machine: it remembers what it was sent.</summary>
sealed class Receiver : IDisposable
{
    readonly HttpListener listener = new();
    readonly Task loop;
    readonly SemaphoreSlim arrived = new(0);
    int status = 200;

    public Receiver()
    {
        for (var attempt = 0; ; attempt++)
        {
            var port = Free();
            Address = $"http://localhost:{port}";
            listener.Prefixes.Clear();
            listener.Prefixes.Add(Address + "/");
            try
            {
                listener.Start();
                break;
            }
            catch (HttpListenerException) when (attempt < 10)
            {
                // Somebody took the port in between.
            }
        }
        loop = Task.Run(Loop);
    }

    public string Address { get; }

    /// <summary>What a path answers; every other path answers <see cref="Status"/>.</summary>
    public ConcurrentDictionary<string, (int Status, byte[] Body)> Answers { get; } = new();

    public ConcurrentQueue<Received> Got { get; } = new();

    public int Status
    {
        get => Volatile.Read(ref status);
        set => Volatile.Write(ref status, value);
    }

    public async Task<Received> Next()
    {
        (await arrived.WaitAsync(TimeSpan.FromSeconds(60))).ShouldBeTrue("nothing arrived");
        Got.TryDequeue(out var one).ShouldBeTrue();
        return one!;
    }

    public void Dispose()
    {
        listener.Close();
        loop.GetAwaiter().GetResult();
        arrived.Dispose();
    }

    async Task Loop()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception error) when (error is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }
            try
            {
                await Answer(context);
            }
            catch (Exception error) when (error is HttpListenerException or IOException or ObjectDisposedException or InvalidOperationException)
            {
                // Who called hung up (a server that was stopped in the middle): the next call is taken all the same.
            }
        }
    }

    async Task Answer(HttpListenerContext context)
    {
        using var body = new MemoryStream();
        await context.Request.InputStream.CopyToAsync(body);
        var headers = context.Request.Headers.AllKeys.ToDictionary(name => name!, name => context.Request.Headers[name]!, StringComparer.OrdinalIgnoreCase);
        var path = context.Request.Url!.AbsolutePath;
        Got.Enqueue(new(context.Request.HttpMethod, path, headers, Encoding.UTF8.GetString(body.ToArray())));
        try
        {
            var answer = Answers.TryGetValue(path, out var known) ? known : (path.EndsWith("nowhere.ndjson", StringComparison.Ordinal) ? 404 : Status, []);
            context.Response.StatusCode = answer.Item1;
            context.Response.Close(answer.Item2, willBlock: false);
        }
        finally
        {
            arrived.Release();
        }
    }

    // HttpListener takes no port of the system's choice: where somebody is quicker, the next one is tried.
    static int Free()
    {
        using var probe = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }
}

sealed record Received(string Method, string Path, IReadOnlyDictionary<string, string> Headers, string Body);
