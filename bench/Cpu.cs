using System.Diagnostics;
using System.Globalization;

namespace Socle.Bench;

/// <summary>
/// Microseconds of processor time: the server's, the database's processes, and this client's; and of the whole machine since its start
/// (all cores, idle included) how much was taken by its host for others.
/// </summary>
sealed record Cpu(double Server, double Database, double Client, double Machine = 0, double Taken = 0)
{
    public double Total => Server + Database + Client;

    /// <summary>Of the machine's time, the share that the host of a virtual machine gave to others.</summary>
    public double TakenShare => Machine > 0 ? Taken / Machine : 0;

    public Cpu Since(Cpu before, long answers) => answers == 0 ? this
        : new((Server - before.Server) / answers, (Database - before.Database) / answers, (Client - before.Client) / answers,
            Machine - before.Machine, Taken - before.Taken);
}

/// <summary>Reads processor times from the kernel, so that a busy machine disturbs what is measured as little as possible.</summary>
sealed class CpuMeter(int server, int? postmaster)
{
    const double MicrosPerTick = 10_000;   // USER_HZ is 100 wherever .NET runs on Linux

    public Cpu Read() => OfMachine() with
    {
        Server = Times(server) is { } t ? t.Own * MicrosPerTick : 0, Database = postmaster is { } p ? Database(p) * MicrosPerTick : 0,
        Client = Process.GetCurrentProcess().TotalProcessorTime.TotalMicroseconds
    };

    /// <summary>Of the whole machine only.</summary>
    public static Cpu OfMachine()
    {
        // user nice system idle iowait irq softirq steal, in ticks
        double[] whole = File.Exists("/proc/stat") ? [.. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9]
            .Select(ticks => double.Parse(ticks, CultureInfo.InvariantCulture))] : [0, 0, 0, 0, 0, 0, 0, 0];
        return new(0, 0, 0, whole.Sum(), whole[7]);
    }

    // The backends are children of the postmaster; the time of those that ended is kept there.
    static double Database(int postmaster)
    {
        var ticks = Times(postmaster) is { } own ? own.Own + own.Ended : 0;
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && Times(pid) is { } times && times.Parent == postmaster) ticks += times.Own;
        }
        return ticks;
    }

    static (int Parent, double Own, double Ended)? Times(int pid)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{pid}/stat");
            // The name stands in brackets and may hold blanks: fields are counted from its end.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            double Field(int number) => double.Parse(fields[number - 3], CultureInfo.InvariantCulture);
            return ((int)Field(4), Field(14) + Field(15), Field(16) + Field(17));
        }
        catch (IOException)
        {
            return null;   // it ended meanwhile
        }
    }
}
