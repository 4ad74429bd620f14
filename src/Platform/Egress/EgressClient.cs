using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Socle.Platform;

/// <summary>What an address answered, whatever its status. A redirect is an answer: it is never followed.</summary>
public sealed record EgressAnswer(int Status, string? ContentType, ReadOnlyMemory<byte> Body)
{
    public bool IsSuccess => Status is >= 200 and < 300;
}

/// <summary>
/// The only way by which the program calls an address that somebody gave it (security.md T50): https to hosts of the setting, a name that is
/// resolved once and leads to the open internet only, no redirect, no proxy, no header of the caller's choice, 5 s, 1 MiB. A body must not tell
/// anything about a person: notices carry ids.
/// </summary>
public sealed class EgressClient : IDisposable
{
    public const int MostBytes = 1 << 20;
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    readonly EgressSettings settings;
    readonly Func<string, CancellationToken, Task<IPAddress[]>> resolve;
    readonly Func<IPEndPoint, CancellationToken, Task<Stream>> connect;
    readonly HttpClient client;

    public EgressClient(EgressSettings settings) : this(settings, Dns.GetHostAddressesAsync, Connect) { }

    internal EgressClient(
        EgressSettings settings, Func<string, CancellationToken, Task<IPAddress[]>> resolve, Func<IPEndPoint, CancellationToken, Task<Stream>> connect)
    {
        (this.settings, this.resolve, this.connect) = (settings, resolve, connect);
        client = new HttpClient(Handler(), disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Whether this address may be called, by its letters alone: for whoever registers it. Where the name leads is looked at on each call.</summary>
    public bool Allows(string url) => EgressTarget.Of(url, settings) is not null;

    /// <summary>Refuses an address that may not be called (422).</summary>
    public void Ensure(string url)
    {
        if (!Allows(url)) throw PlatformRefusals.EgressNotAllowed.With();
    }

    /// <summary>One call. Refuses what may not be called, what does not answer within 5 s, and an answer of more than 1 MiB.</summary>
    /// <param name="method">GET, POST…</param>
    /// <param name="url">Where.</param>
    /// <param name="body">What.</param>
    /// <param name="contentType">Null: nothing is sent.</param>
    /// <param name="stop">Given up.</param>
    /// <param name="accept">What the answer should be; null says nothing.</param>
    /// <param name="bearer">A token that whoever is called gave for this call.</param>
    public async Task<EgressAnswer> Send(
        HttpMethod method, string url, ReadOnlyMemory<byte> body, string? contentType, CancellationToken stop, string? accept = null, string? bearer = null)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        using var response = await Answer(method, url, body, contentType, accept, bearer, patience.Token, stop);
        await using var content = new EgressStream(await response.Content.ReadAsStreamAsync(patience.Token), MostBytes, Patience);
        using var bytes = new MemoryStream();
        try
        {
            await content.CopyToAsync(bytes, patience.Token);
        }
        catch (OperationCanceledException) when (!stop.IsCancellationRequested)
        {
            throw PlatformRefusals.EgressUnreachable.With();
        }
        return new EgressAnswer((int)response.StatusCode, response.Content.Headers.ContentType?.ToString(), bytes.ToArray());
    }

    /// <summary>
    /// A GET whose answer is read while it comes, up to a limit of its own. The status is the caller's to judge; what does not start within 5 s or
    /// pauses for 5 s is refused.
    /// </summary>
    public async Task<T> Download<T>(
        string url, string? accept, long mostBytes, Func<int, Stream, CancellationToken, Task<T>> read, CancellationToken stop)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stop);
        patience.CancelAfter(Patience);
        using var response = await Answer(HttpMethod.Get, url, default, null, accept, null, patience.Token, stop);
        patience.CancelAfter(Timeout.InfiniteTimeSpan);
        await using var content = new EgressStream(await response.Content.ReadAsStreamAsync(stop), mostBytes, Patience);
        return await read((int)response.StatusCode, content, stop);
    }

    public void Dispose() => client.Dispose();

    async Task<HttpResponseMessage> Answer(
        HttpMethod method, string url, ReadOnlyMemory<byte> body, string? contentType, string? accept, string? bearer, CancellationToken patience,
        CancellationToken stop)
    {
        var target = EgressTarget.Of(url, settings) ?? throw PlatformRefusals.EgressNotAllowed.With();
        using var request = new HttpRequestMessage(method, target.Uri);
        if (contentType is not null) request.Content = new ReadOnlyMemoryContent(body) { Headers = { ContentType = MediaTypeHeaderValue.Parse(contentType) } };
        if (accept is not null) request.Headers.Accept.ParseAdd(accept);
        if (bearer is not null) request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", bearer);
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("Socle", "1"));
        try
        {
            return await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience);
        }
        catch (HttpRequestException error) when (error.InnerException is Refusal refusal)
        {
            throw refusal;
        }
        catch (Exception error) when (error is HttpRequestException or IOException || (error is OperationCanceledException && !stop.IsCancellationRequested))
        {
            throw PlatformRefusals.EgressUnreachable.With();
        }
    }

    SocketsHttpHandler Handler() => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = Patience,
        MaxResponseHeadersLength = 16,
        MaxConnectionsPerServer = 8,
        PooledConnectionLifetime = TimeSpan.FromMinutes(1),
        ConnectCallback = Pinned,
        SslOptions = new()
        {
            // A certificate must not make us fetch anything either.
            CertificateChainPolicy = new X509ChainPolicy { DisableCertificateDownloads = true, RevocationMode = X509RevocationMode.NoCheck }
        }
    };

    /// <summary>Resolves once and connects to what was looked at: a second answer of the name server changes nothing.</summary>
    async ValueTask<Stream> Pinned(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var (host, port) = (context.DnsEndPoint.Host, context.DnsEndPoint.Port);
        var loopback = EgressTarget.Of(context.InitialRequestMessage.RequestUri!.OriginalString, settings) is { IsLoopback: true };
        var addresses = loopback ? [IPAddress.Loopback] : await resolve(host, stop);
        // One inner address among public ones is an attack, not a choice.
        if (addresses.Length == 0 || (!loopback && !addresses.All(PublicAddress.Is))) throw PlatformRefusals.EgressNotAllowed.With();
        for (var i = 0; ; i++)
        {
            try
            {
                return await connect(new IPEndPoint(addresses[i], port), stop);
            }
            catch (SocketException) when (i + 1 < addresses.Length)
            {
            }
        }
    }

    static async Task<Stream> Connect(IPEndPoint place, CancellationToken stop)
    {
        var socket = new Socket(place.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(place, stop);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
