using System.Diagnostics;
using System.Net.Http.Headers;

namespace Socle.Bench;

/// <summary>What a closed-loop load gave: answers per second and the answer time at two quantiles, in milliseconds.</summary>
sealed record Measured(double PerSecond, double P50, double P99, long Count, long Failures);

/// <summary>Closed-loop clients on 127.0.0.1: each sends its next request when the last answer is whole. Bounded in time.</summary>
sealed class Load(Uri server, string token) : IDisposable
{
    readonly HttpClient http = new(new SocketsHttpHandler { MaxConnectionsPerServer = 256, PooledConnectionIdleTimeout = TimeSpan.FromMinutes(2) })
    {
        BaseAddress = server,
        DefaultRequestHeaders = { Authorization = new AuthenticationHeaderValue("Bearer", token), Accept = { new("application/fhir+json") } },
        Timeout = TimeSpan.FromMinutes(2),
    };

    /// <summary>A request and the status that counts as success.</summary>
    public delegate HttpRequestMessage Make(int client, long turn);

    public async Task<Measured> Run(int clients, TimeSpan warmUp, TimeSpan length, Make make)
    {
        await Drive(clients, warmUp, make);
        return await Drive(clients, length, make);
    }

    async Task<Measured> Drive(int clients, TimeSpan length, Make make)
    {
        var watch = Stopwatch.StartNew();
        var all = await Task.WhenAll(Enumerable.Range(0, clients).Select(c => Task.Run(() => OneClient(c, watch, length, make))));
        var seconds = watch.Elapsed.TotalSeconds;
        var times = all.SelectMany(a => a.Times).Order().ToArray();
        return new Measured(times.Length / seconds, At(times, 0.50), At(times, 0.99), times.Length, all.Sum(a => a.Failures));
    }

    async Task<(List<double> Times, long Failures)> OneClient(int client, Stopwatch watch, TimeSpan length, Make make)
    {
        var times = new List<double>(8192);
        long failures = 0;
        for (long turn = 0; watch.Elapsed < length; turn++)
        {
            using var request = make(client, turn);
            var start = Stopwatch.GetTimestamp();
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseContentRead);
            await answer.Content.CopyToAsync(Stream.Null);
            if (answer.IsSuccessStatusCode) times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            else failures++;
        }
        return (times, failures);
    }

    public async Task<(int Status, byte[] Body)> Send(HttpMethod method, string path, byte[]? body = null)
    {
        using var request = Request(method, path, body);
        using var answer = await http.SendAsync(request);
        return ((int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync());
    }

    public static HttpRequestMessage Request(HttpMethod method, string path, byte[]? body = null)
    {
        var request = new HttpRequestMessage(method, path);
        if (body is null) return request;
        request.Content = new ByteArrayContent(body);
        request.Content.Headers.ContentType = new("application/fhir+json");
        return request;
    }

    static double At(double[] sorted, double quantile) =>
        sorted.Length == 0 ? double.NaN : sorted[Math.Min(sorted.Length - 1, (int)(sorted.Length * quantile))];

    public void Dispose() => http.Dispose();
}
