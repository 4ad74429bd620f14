using System.Diagnostics;
using System.Runtime.CompilerServices;

namespace Socle.Tests.Support;

/// <summary>
/// One folder under which this test process keeps everything it leaves aside; children inherit it. It goes, with the database server that lives in
/// it, when the process ends, however it ends: the runner waits a tenth of a second for a test process and then kills it, so nothing
/// that this process itself does at its end can be relied on.
/// </summary>
static class TemporaryRoot
{
    // A pipe that only this process holds open: when it ends, the keeper reads the end of it.
    const string Keeper = """
        exec 3<&0
        (
            trap '' HUP INT TERM
            cat <&3
            for server in "$0"/*/data/postmaster.pid; do
                [ -f "$server" ] || continue
                pid=$(head -n 1 "$server")
                kill -QUIT "$pid"
                tries=0
                while kill -0 "$pid" && [ $tries -lt 100 ]; do sleep 0.1; tries=$((tries + 1)); done
            done
            rm -rf "$0" || { sleep 1; rm -rf "$0"; }
        ) > /dev/null 2>&1 &
        """;

    static Process? keeper;

    [ModuleInitializer]
    internal static void Begin()
    {
        // SQLite blocks the thread that asks it: with as many threads as processors, tests at once would wait for each other by the second.
        ThreadPool.GetMinThreads(out var workers, out var ports);
        ThreadPool.SetMinThreads(Math.Max(workers, 32), Math.Max(ports, 32));
        if (OperatingSystem.IsWindows()) return;
        var root = Directory.CreateTempSubdirectory("socle-tests-").FullName;
        // Others may pass through, not look: PostgreSQL runs under a user of its own.
        File.SetUnixFileMode(root, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        Environment.SetEnvironmentVariable("TMPDIR", root);
        keeper = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", Keeper, root]) { RedirectStandardInput = true, WorkingDirectory = "/" });
    }
}
