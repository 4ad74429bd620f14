using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace Socle.Bench;

/// <summary>
/// Whole sign-ins of professionals at an installed software (OpenID Connect code flow, profile psc): the software's address, the sign-in page, the person,
/// the code, the tokens, the person's claims. Who they are is chosen from the demonstration's list: no passkey is asked, all else is as in life.
/// </summary>
sealed partial class SignIns(TimeSpan length, string? only)
{
    const int Clients = 16;
    const double Floor = 50;
    const string Provider = "/auth/realms/esante-wallet/protocol/openid-connect/", Back = "https://software.example/callback";

    public async Task Run()
    {
        if (only is null or "postgresql") await OnPostgres();
        if (only is null or "sqlite") await On("SQLite", null, null, (await RawLimit.OfSqlite(length)).Creates);
    }

    async Task OnPostgres()
    {
        await using var postgres = await Postgres.Start();
        if (postgres is null) Console.WriteLine("PostgreSQL 15 is not installed: its line is left out.");
        else await On("PostgreSQL", await postgres.NewDatabase("signins"), postgres.Pid, (await RawLimit.OfPostgres(postgres, length)).Creates);
    }

    async Task On(string name, string? db, int? postmaster, double raw)
    {
        var data = Directory.CreateTempSubdirectory("socle-bench-signin-").FullName;
        Directory.Delete(data);
        try
        {
            await using var server = await Server.Start(data, db);
            var (id, secret) = await server.RegisterSoftware("Logiciel mesuré", Back, "openid scope_all");
            var meter = new CpuMeter(server.Pid, postmaster);
            var people = await People(server.Address);
            await Drive(server.Address, id, secret, people, TimeSpan.FromSeconds(5));
            var found = await Calm.Of(async _ =>
            {
                var (before, watch) = (meter.Read(), Stopwatch.StartNew());
                var times = await Drive(server.Address, id, secret, people, length);
                return (Times: times, Seconds: watch.Elapsed.TotalSeconds, Cpu: meter.Read().Since(before, times.Count));
            }, found => found.Cpu);
            var (sorted, rate) = (found.Times.Order().ToArray(), found.Times.Count / found.Seconds);
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                $"{name}: {rate:0.0} sign-ins a second by the code flow, {Clients} clients (at least {Floor}: {(rate >= Floor ? "met" : "NOT MET")}); p50 {sorted[sorted.Length / 2]:0} ms, p99 {sorted[(int)(sorted.Length * 0.99)]:0} ms; {found.Cpu.Server:0} + {found.Cpu.Database:0} µs; {found.Cpu.TakenShare:P0} taken; raw limit {raw:0} durable commits a second, ratio {rate / raw:0.000}"));
        }
        finally
        {
            if (Directory.Exists(data)) Directory.Delete(data, recursive: true);
        }
    }

    // The professionals of the list: their keys are RPPS numbers.
    static async Task<string[]> People(Uri server)
    {
        using var http = new HttpClient { BaseAddress = server };
        return [.. Person().Matches(await http.GetStringAsync("/connexion")).Select(found => found.Groups[1].Value)];
    }

    static async Task<List<double>> Drive(Uri server, string id, string secret, string[] people, TimeSpan length)
    {
        var watch = Stopwatch.StartNew();
        var all = await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => Task.Run(async () =>
        {
            using var software = new Software(server, id, secret);
            var times = new List<double>();
            for (var turn = client; watch.Elapsed < length; turn++)
            {
                var start = Stopwatch.GetTimestamp();
                await software.SignIn(people[turn % people.Length]);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            }
            return times;
        })));
        return [.. all.SelectMany(times => times)];
    }

    [GeneratedRegex("name=\"person\" value=\"([0-9]{11})\"")]
    private static partial Regex Person();

    [GeneratedRegex("name=\"socle-token\" value=\"([^\"]+)\"")]
    private static partial Regex FormToken();

    /// <summary>A software and the browser beside it; a new browser for each person.</summary>
    sealed class Software(Uri server, string id, string secret) : IDisposable
    {
        readonly HttpClient http = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false }) { BaseAddress = server };
        readonly AuthenticationHeaderValue basic = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{id}:{secret}")));
        readonly Dictionary<string, string> cookies = [];

        public async Task SignIn(string person)
        {
            cookies.Clear();
            var answer = await Send(HttpMethod.Get, $"{Provider}auth?client_id={id}&redirect_uri={Uri.EscapeDataString(Back)}&response_type=code&scope=openid%20scope_all&acr_values=eidas1&state=s&nonce=n");
            answer = await Send(HttpMethod.Get, Next(answer));
            var form = await answer.Content.ReadAsStringAsync();
            var back = Uri.UnescapeDataString(Regex.Match(form, "name=\"back\" value=\"([^\"]+)\"", RegexOptions.NonBacktracking).Groups[1].Value);
            answer = await Send(HttpMethod.Post, "/connexion", new() { ["socle-token"] = FormToken().Match(form).Groups[1].Value, ["person"] = person, ["back"] = back });
            for (var next = Next(answer); ; next = Next(answer))
            {
                if (next.StartsWith(Back, StringComparison.Ordinal))
                {
                    await Redeem(Regex.Match(next, "[?&]code=([^&]+)", RegexOptions.NonBacktracking).Groups[1].Value);
                    return;
                }
                answer = await Send(HttpMethod.Get, next);
                if (answer.StatusCode != HttpStatusCode.OK || answer.Headers.Contains("Refresh")) continue;
                // The first time at this software the person says yes.
                var asked = await answer.Content.ReadAsStringAsync();
                var yes = asked.LastIndexOf("name=\"socle-token\"", asked.IndexOf("name=\"answer\"", StringComparison.Ordinal), StringComparison.Ordinal);
                answer = await Send(HttpMethod.Post, next, new() { ["socle-token"] = FormToken().Match(asked, yes).Groups[1].Value, ["answer"] = "yes" });
            }
        }

        async Task Redeem(string code)
        {
            var tokens = await Json(await Send(HttpMethod.Post, Provider + "token",
                new() { ["grant_type"] = "authorization_code", ["code"] = code, ["redirect_uri"] = Back }, basic));
            var claims = await Json(await Send(HttpMethod.Get, Provider + "userinfo", null, new("Bearer", tokens.GetProperty("access_token").GetString())));
            if (claims.GetProperty("SubjectNameID").GetString() is not { Length: > 0 }) throw new InvalidOperationException("Nobody signed in.");
        }

        static string Next(HttpResponseMessage answer) =>
            answer.Headers.TryGetValues("Refresh", out var refresh) ? refresh.Single()["0; url=".Length..]
            : answer.Headers.Location?.ToString() ?? throw new InvalidOperationException($"{answer.RequestMessage!.RequestUri} answered {(int)answer.StatusCode}.");

        static async Task<JsonElement> Json(HttpResponseMessage answer) => answer.IsSuccessStatusCode
            ? JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync()).RootElement
            : throw new InvalidOperationException($"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");

        async Task<HttpResponseMessage> Send(HttpMethod method, string path, Dictionary<string, string>? fields = null, AuthenticationHeaderValue? proof = null)
        {
            using var request = new HttpRequestMessage(method, path) { Content = fields is null ? null : new FormUrlEncodedContent(fields) };
            request.Headers.Authorization = proof;
            if (fields is not null && proof is null) request.Headers.Add("Sec-Fetch-Site", "same-origin");
            if (proof is null && cookies.Count > 0) request.Headers.Add("Cookie", string.Join("; ", cookies.Select(one => $"{one.Key}={one.Value}")));
            var answer = await http.SendAsync(request);
            foreach (var set in answer.Headers.TryGetValues("Set-Cookie", out var all) ? all : [])
            {
                var pair = set[..(set.IndexOf(';', StringComparison.Ordinal) is var end and >= 0 ? end : set.Length)];
                cookies[pair[..pair.IndexOf('=', StringComparison.Ordinal)]] = pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..];
            }
            return answer;
        }

        public void Dispose() => http.Dispose();
    }
}
