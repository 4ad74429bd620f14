using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Socle.Tests.Support;

/// <summary>The real program in its own process on a free port and a fresh demonstration folder, for one test class.</summary>
public sealed class RunningSocle : IAsyncLifetime
{
    Process? process;
    readonly string folder = Path.Combine(Path.GetTempPath(), "socle-browser-" + Path.GetRandomFileName());
    readonly System.Collections.Concurrent.ConcurrentQueue<string> output = new();

    public Uri Address { get; private set; } = null!;
    public string Data => folder;
    static string Program => Path.Combine(AppContext.BaseDirectory, "socle.dll");

    public async Task InitializeAsync()
    {
        (await Verb("seed", "--patients", "60", "--data", folder)).ExitCode.ShouldBe(0);
        await Start();
    }

    public async Task Start()
    {
        Address = new Uri($"http://localhost:{FreePort()}");
        process = Launch("serve", "--demo", "--data", folder, "--urls", Address.ToString().TrimEnd('/'));
        process.OutputDataReceived += (_, e) => output.Enqueue(e.Data ?? "");
        process.ErrorDataReceived += (_, e) => output.Enqueue(e.Data ?? "");
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using var http = new HttpClient { BaseAddress = Address };
        var watch = Stopwatch.StartNew();
        while (watch.Elapsed < TimeSpan.FromSeconds(60))
        {
            if (process.HasExited) throw new InvalidOperationException($"Socle ended at start: {string.Join('\n', output)}");
            try
            {
                if ((await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode) return;
            }
            catch (Exception error) when (error is HttpRequestException or SocketException) { }   // not listening yet
            await Task.Delay(50);
        }
        throw new TimeoutException($"Socle does not answer: {string.Join('\n', output)}");
    }

    /// <summary>Runs a verb to its end, as a person at a terminal would.</summary>
    public static async Task<(int ExitCode, string Output, string Errors)> Verb(params string[] arguments)
    {
        using var verb = Launch(arguments);
        var errors = verb.StandardError.ReadToEndAsync();
        var text = await verb.StandardOutput.ReadToEndAsync();
        await verb.WaitForExitAsync();
        return (verb.ExitCode, text, await errors);
    }

    /// <summary>A bearer token: the last line that `token` prints.</summary>
    public async Task<string> Token(params string[] who)
    {
        var (exit, text, errors) = await Verb(["token", "--data", folder, .. who]);
        exit.ShouldBe(0, errors);
        return text.Trim().Split('\n')[^1].Trim();
    }

    /// <summary>Starts the program and leaves it to the caller.</summary>
    public static Process Launch(params string[] arguments)
    {
        var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [Program, .. arguments]) { RedirectStandardOutput = true, RedirectStandardError = true },
        };
        process.Start();
        return process;
    }

    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>kill -9: no goodbye, no flush.</summary>
    public async Task Kill()
    {
        if (process is { HasExited: false })
        {
            process.Kill();
            await process.WaitForExitAsync();
        }
        process?.Dispose();
        process = null;
    }

    public async Task DisposeAsync()
    {
        await Kill();
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    }
}
