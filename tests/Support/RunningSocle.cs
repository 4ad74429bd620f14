using System.Diagnostics;
using System.Net.Sockets;

namespace Socle.Tests.Support;

/// <summary>The real program in its own process on a free port and a fresh demonstration folder, for one test class.</summary>
public sealed class RunningSocle : IAsyncLifetime
{
    static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    Process? process;
    readonly string folder = Path.Combine(Path.GetTempPath(), "socle-browser-" + Path.GetRandomFileName());
    readonly System.Collections.Concurrent.ConcurrentQueue<string> output = new();

    public Uri Address { get; private set; } = null!;
    public string Data => folder;
    static string Program => Path.Combine(AppContext.BaseDirectory, "socle.dll");

    public async Task InitializeAsync()
    {
        (await Verb("seed", "--patients", "60", "--data", folder)).ExitCode.ShouldBe(0);
        // A machine that tests is slow and busy: how long a search may take is another test's.
        await File.WriteAllTextAsync(Path.Combine(folder, "socle.json"), """{"Store": {"SearchBudget": "00:01:00"}, "Storage": {"StatementBudget": "00:01:00"}}""");
        await Start();
    }

    /// <summary>On a port that the program itself takes: one chosen here could be somebody else's by the time it is used.</summary>
    public async Task Start()
    {
        var served = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        process = Launch("serve", "--demo", "--data", folder, "--urls", "http://127.0.0.1:0");
        process.OutputDataReceived += (_, e) => Heard(e.Data);
        process.ErrorDataReceived += (_, e) => Heard(e.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var ended = process.WaitForExitAsync();
        if (await Task.WhenAny(served.Task, ended, Task.Delay(Patience)) != served.Task)
            throw new InvalidOperationException($"Socle does not serve{(ended.IsCompleted ? $", it ended with {process.ExitCode}" : "")}: {string.Join('\n', output)}");
        Address = await served.Task;
        using var http = new HttpClient { BaseAddress = Address, Timeout = Patience };
        (await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode.ShouldBeTrue();

        void Heard(string? line)
        {
            output.Enqueue(line ?? "");
            const string Serves = "Socle sert sur http://127.0.0.1:";
            if (line?.IndexOf(Serves, StringComparison.Ordinal) is >= 0 and var at) served.TrySetResult(new($"http://localhost:{line[(at + Serves.Length)..].Trim()}"));
        }
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

    /// <summary>What a client may see when the server dies under it, at whichever moment of the connection's life: some come wrapped, some bare.</summary>
    public static bool IsCut(Exception error) =>
        error is HttpRequestException or IOException or SocketException or ObjectDisposedException or OperationCanceledException;

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
