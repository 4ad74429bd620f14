using System.Diagnostics;
using Npgsql;

namespace Socle.Support;

/// <summary>
/// The PostgreSQL the tests use: the one of SOCLE_TEST_PG (a superuser's connection string), else a cluster of our own in a temporary
/// folder, begun with the first test that wants it and stopped by the keeper of that folder (<c>TemporaryRoot</c>).
/// </summary>
static class PostgresServer
{
    static readonly Lazy<string> Server = new(Start, LazyThreadSafetyMode.ExecutionAndPublication);

    public static bool IsRequired => Environment.GetEnvironmentVariable("CI") == "true";

    static string? Binaries { get; } = Candidates().FirstOrDefault(folder => File.Exists(Path.Combine(folder, "initdb")));

    public static string? WhyAbsent { get; } = Given is not null || Binaries is not null ? null : "PostgreSQL is not installed here.";

    public static string ConnectionString => WhyAbsent is { } reason ? throw new InvalidOperationException(reason) : Server.Value;

    static string? Given => Environment.GetEnvironmentVariable("SOCLE_TEST_PG") is { Length: > 0 } given ? given : null;

    public static async Task<string> NewDatabase()
    {
        var name = $"t_{Guid.NewGuid():N}";
        await Run($"create database {name} template template0 encoding 'UTF8'");
        return new NpgsqlConnectionStringBuilder(ConnectionString) { Database = name }.ToString();
    }

    public static Task Drop(string connection) =>
        Run($"drop database if exists {new NpgsqlConnectionStringBuilder(connection).Database} with (force)");

    static async Task Run(string statement)
    {
        var settings = new NpgsqlConnectionStringBuilder(ConnectionString) { Database = "postgres", Pooling = false, CommandTimeout = 300 };
        await using var connection = new NpgsqlConnection(settings.ToString());
        await connection.OpenAsync();
#pragma warning disable CA2100 // names made here
        await using var command = new NpgsqlCommand(statement, connection);
#pragma warning restore CA2100
        await command.ExecuteNonQueryAsync();
    }

    static IEnumerable<string> Candidates()
    {
        const string Debian = "/usr/lib/postgresql";
        if (Directory.Exists(Debian))
            foreach (var version in Directory.GetDirectories(Debian).OrderDescending(StringComparer.Ordinal)) yield return Path.Combine(version, "bin");
        foreach (var folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':')) yield return folder;
    }

    static string Start()
    {
        if (Given is { } given) return given;
        var folder = Directory.CreateTempSubdirectory("socle-pg-").FullName;
        var data = Path.Combine(folder, "data");
        if (IsRoot) Call("chown", "postgres", folder);
        Postgres("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "-N");
        // By a socket in the folder: a port could be taken by somebody else between its choice and its use. Nobody cuts its power: no fsync.
        Postgres("pg_ctl", "-D", data, "-w", "-t", "300", "-l", Path.Combine(folder, "log"), "-o",
            $"-h '' -k {folder} -c max_connections=300 -c shared_buffers=64MB -c fsync=off -c synchronous_commit=on", "start");
        return $"Host={folder};Username=postgres;Database=postgres;Timeout=120";
    }

    // PostgreSQL refuses to run as root.
    static bool IsRoot => Environment.UserName == "root";

    static void Postgres(string program, params string[] arguments)
    {
        var file = Path.Combine(Binaries!, program);
        if (IsRoot) Call("runuser", ["-u", "postgres", "--", file, .. arguments]);
        else Call(file, arguments);
    }

    // The server inherits no pipe from us: it would be waited for as long as it lives.
    static void Call(string program, params string[] arguments)
    {
        var quoted = string.Join(' ', arguments.Prepend(program).Select(a => $"'{a.Replace("'", @"'\''")}'"));
        var start = new ProcessStartInfo("/bin/sh") { WorkingDirectory = "/" };
        start.ArgumentList.Add("-c");
        start.ArgumentList.Add($"{quoted} > /dev/null 2>&1 < /dev/null");
        using var process = Process.Start(start)!;
        process.WaitForExit();
        if (process.ExitCode != 0) throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
