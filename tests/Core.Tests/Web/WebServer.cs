using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Socle.Platform;
using Socle.Support;

namespace Socle.Core.Tests.Web;

/// <summary>The real program on a free port, with the modules of a test.</summary>
sealed partial class WebServer : IAsyncDisposable
{
    readonly string folder;

    WebServer(WebApplication app, string folder)
    {
        (App, this.folder) = (app, folder);
        Port = new Uri(app.Urls.First()).Port;
        Client = new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, ConnectCallback = Connect });
    }

    public WebApplication App { get; }

    public int Port { get; }

    public HttpClient Client { get; }

    public static async Task<WebServer> Start(IReadOnlyList<Module> modules, Action<SocleOptionsEdit>? edit = null)
    {
        var folder = Directory.CreateTempSubdirectory("socle-web-").FullName;
        WebApplication? app = null;
        try
        {
            var change = new SocleOptionsEdit { Options = new() { DataFolder = folder, Urls = ["http://127.0.0.1:0"], Log = false } };
            edit?.Invoke(change);
            if (change.Settings is { } settings) await File.WriteAllTextAsync(Path.Combine(folder, Settings.FileName), settings);
            app = change.WithStorage ? await SocleApp.Open(change.Options, modules, default) : SocleApp.Create(change.Options, modules);
            await app.StartAsync();
            return new(app, folder);
        }
        catch
        {
            if (app is not null) await app.DisposeAsync();
            Directory.Delete(folder, recursive: true);
            throw;
        }
    }

    /// <summary>With the Store on a database that the test keeps, and its clock; the folder of the server holds the settings only.</summary>
    public static Task<WebServer> Start(IReadOnlyList<Module> modules, TestDatabase database, string? settings, Storage? beside = null) => Start(modules, change =>
    {
        change.Settings = Unhurried(settings);
        change.Options = change.Options with
        {
            Services = (beside ?? database.Storage).AddTo, Clock = database.Clock, Chance = database.Chance, Log = Environment.GetEnvironmentVariable("SOCLE_TEST_LOG") == "1"
        };
    });

    // A machine that tests is slow and busy: how long a search may take is the business of the tests that are about it.
    static string Unhurried(string? settings)
    {
        var all = JsonNode.Parse(settings ?? "{}")!.AsObject();
        all.TryAdd("Store", new JsonObject { ["SearchBudget"] = "00:01:00" });
        return all.ToJsonString();
    }

    public HttpRequestMessage Request(HttpMethod method, string path, string host = "localhost") =>
        new(method, $"http://{host}:{Port}{path}");

    public Task<HttpResponseMessage> Get(string path, string host = "localhost", params (string Name, string Value)[] headers) =>
        Send(Request(HttpMethod.Get, path, host), headers);

    public async Task<HttpResponseMessage> Send(HttpRequestMessage request, params (string Name, string Value)[] headers)
    {
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        return await Client.SendAsync(request);
    }

    /// <summary>A form as the browser sends it from a page of this site.</summary>
    public Task<HttpResponseMessage> Post(string path, string cookie, Dictionary<string, string> fields, params (string Name, string Value)[] headers)
    {
        var request = Request(HttpMethod.Post, path);
        request.Content = new FormUrlEncodedContent(fields);
        request.Headers.TryAddWithoutValidation("Sec-Fetch-Site", "same-origin");
        if (cookie.Length > 0) request.Headers.TryAddWithoutValidation("Cookie", cookie);
        return Send(request, headers);
    }

    public static string Hidden(string html, string name) =>
        HiddenField().Matches(html).FirstOrDefault(m => m.Groups[1].Value == name)?.Groups[2].Value ?? throw new InvalidOperationException($"no {name} in {html}");

    public static string Cookies(HttpResponseMessage answer) =>
        string.Join("; ", answer.Headers.TryGetValues("Set-Cookie", out var set) ? set.Select(c => c[..c.IndexOf(';', StringComparison.Ordinal)]) : []);

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await App.DisposeAsync();
        Directory.Delete(folder, recursive: true);
    }

    // "viewer.localhost" and any other name reach this machine.
    async ValueTask<Stream> Connect(SocketsHttpConnectionContext context, CancellationToken stop)
    {
        var socket = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, Port), stop);
        return new System.Net.Sockets.NetworkStream(socket, ownsSocket: true);
    }

    [GeneratedRegex("<input type=\"hidden\" name=\"([^\"]+)\" value=\"([^\"]*)\"")]
    private static partial Regex HiddenField();
}

sealed class SocleOptionsEdit
{
    public required SocleOptions Options { get; set; }

    public string? Settings { get; set; }

    /// <summary>With a database in the folder, as the program runs.</summary>
    public bool WithStorage { get; set; }
}
