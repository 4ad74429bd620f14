using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Socle.Bench;

/// <summary>The processes a run starts, and only these are ended: the server under measurement and a PostgreSQL cluster of its own.</summary>
static class Processes
{
    public static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    public static Process Start(string file, params string[] arguments)
    {
        var process = new Process { StartInfo = new ProcessStartInfo(file, arguments) { RedirectStandardOutput = true, RedirectStandardError = true } };
        process.Start();
        return process;
    }

    public static async Task<string> Run(string file, params string[] arguments)
    {
        using var process = Start(file, arguments);
        var error = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? output
            : throw new InvalidOperationException($"{file} {string.Join(' ', arguments)} ended with {process.ExitCode}: {output}{await error}");
    }
}

/// <summary>The published program on a data folder, until disposed. <see cref="ReadyAfter"/> is from process start to the first answer.</summary>
sealed class Server : IAsyncDisposable
{
    readonly Process process;
    public Uri Address { get; }
    public TimeSpan ReadyAfter { get; }
    public string Token { get; }
    readonly string data;

    Server(Process process, Uri address, TimeSpan readyAfter, string token, string data) =>
        (this.process, Address, ReadyAfter, Token, this.data) = (process, address, readyAfter, token, data);

    /// <summary>An installed software, of the kind that comes with a secret: its id and its secret.</summary>
    public async Task<(string Id, string Secret)> RegisterSoftware(string name, string back, string scopes)
    {
        var lines = (await Processes.Run("dotnet", Path.GetFullPath(Program), "client-register", "--data", data, "--name", name, "--profile", "psc",
            "--redirect", back, "--scopes", scopes)).Trim().Split('\n');
        return (lines[^2].Trim(), lines[^1].Trim());
    }

    /// <summary>A key of the Annuaire Santé interface without a limit that a load would feel.</summary>
    public async Task<string> AnnuaireKey() => (await Processes.Run("dotnet", Path.GetFullPath(Program), "annuaire-key", "--data", data, "--system",
        $"bench-{Environment.TickCount64}", "--quota", "1000000")).Trim().Split('\n')[^1].Trim();

    public static string Program { get; } = Path.Combine(AppContext.BaseDirectory, "..", "..", "..", "..", "out", "socle.dll");

    public static async Task<Server> Start(string data, string? db)
    {
        var address = new Uri($"http://127.0.0.1:{Processes.FreePort()}");
        string[] arguments = [Path.GetFullPath(Program), "serve", "--demo", "--data", data, "--urls", address.ToString().TrimEnd('/'), .. db is null ? Array.Empty<string>() : ["--db", db]];
        var watch = Stopwatch.StartNew();
        var process = Processes.Start("dotnet", arguments);
        _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
        var errors = process.StandardError.ReadToEndAsync();
        using var http = new HttpClient { BaseAddress = address };
        while (true)
        {
            if (process.HasExited) throw new InvalidOperationException($"The server ended at start: {await errors}");
            if (watch.Elapsed > TimeSpan.FromSeconds(60)) throw new TimeoutException("The server does not answer.");
            try
            {
                if ((await http.GetAsync("/health/ready")).IsSuccessStatusCode) break;
            }
            catch (HttpRequestException) { }
            await Task.Delay(10);
        }
        var ready = watch.Elapsed;
        var token = await Processes.Run("dotnet", Path.GetFullPath(Program), "token", "--data", data, "--system", "bench", "--steward");
        return new Server(process, address, ready, token.Trim().Split('\n')[^1].Trim(), data);
    }

    public int Pid => process.Id;

    public long ResidentBytes
    {
        get { process.Refresh(); return process.WorkingSet64; }
    }

    public async ValueTask DisposeAsync()
    {
        await Processes.Run("kill", "-TERM", process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture));
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        try { await process.WaitForExitAsync(patience.Token); }
        catch (OperationCanceledException) { process.Kill(); }
        process.Dispose();
    }
}

/// <summary>A PostgreSQL cluster of the run's own in a temporary folder, durable settings on, stopped at the end.</summary>
sealed class Postgres : IAsyncDisposable
{
    readonly string folder;
    readonly bool asRoot = Environment.UserName == "root";
    public int Port { get; } = Processes.FreePort();

    readonly bool stays;

    Postgres(string folder, bool stays) => (this.folder, this.stays) = (folder, stays);

    public int Pid => int.Parse(File.ReadLines(folder + "/d/postmaster.pid").First(), System.Globalization.CultureInfo.InvariantCulture);

    static string Bin => Directory.Exists("/usr/lib/postgresql/15/bin") ? "/usr/lib/postgresql/15/bin/" : "";

    /// <param name="keep">A folder whose cluster stays for later runs; null: a temporary one.</param>
    public static async Task<Postgres?> Start(string? keep = null)
    {
        if (Bin.Length == 0) return null;
        var folder = keep is null ? Directory.CreateTempSubdirectory("socle-bench-pg-").FullName : Directory.CreateDirectory(Path.GetFullPath(keep)).FullName;
        var postgres = new Postgres(folder, keep is not null);
        if (postgres.asRoot) await Processes.Run("chown", "postgres", folder);
        if (!Directory.Exists(folder + "/d")) await postgres.Do("initdb", "-D", folder + "/d", "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8");
        await postgres.Do("pg_ctl", "-D", folder + "/d", "-w", "-s", "-l", folder + "/log", "-o",
            $"-p {postgres.Port} -k {folder} -c listen_addresses= -c shared_buffers=512MB -c max_connections=100 -c max_wal_size=4GB", "start");
        return postgres;
    }

    Task<string> Do(string program, params string[] arguments) => asRoot
        ? Processes.Run("runuser", ["-u", "postgres", "--", Bin + program, .. arguments])
        : Processes.Run(Bin + program, arguments);

    public async Task<string> NewDatabase(string name)
    {
        await Do("createdb", "-h", folder, "-p", Port.ToString(System.Globalization.CultureInfo.InvariantCulture), "-U", "postgres", name);
        return Database(name);
    }

    public string Database(string name) => $"Host={folder};Port={Port};Username=postgres;Database={name}";

    public async ValueTask DisposeAsync()
    {
        await Do("pg_ctl", "-D", folder + "/d", "-m", "fast", "-s", "stop");
        if (!stays) Directory.Delete(folder, recursive: true);
    }
}
