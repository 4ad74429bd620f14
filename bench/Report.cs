using System.Globalization;
using System.Text;

namespace Socle.Bench;

/// <summary>One line of the table: the work, what was measured, the raw limit of the same run, and the budget.</summary>
sealed record ReportRow(string Work, string Measured, string Cpu, string RawLimit, string Ratio, string Budget, string Met);

/// <summary>Prints each row as it comes and writes the table with the machine's description.</summary>
sealed class Report
{
    readonly List<ReportRow> rows = [];

    public static string N(double value) => double.IsNaN(value) ? "–" : value.ToString(value < 100 ? "0.0" : "N0", CultureInfo.InvariantCulture);

    /// <summary>A rate against the raw rate and a floor per second; <paramref name="p99Limit"/> in milliseconds.</summary>
    public void Rate(string work, Measured m, double raw, double floor, double? p99Limit = null)
    {
        var failed = m.Failures > 0 ? $", {m.Failures} FAILED" : "";
        var met = m.Failures == 0 && m.PerSecond >= floor && (p99Limit is null || m.P99 <= p99Limit);
        var cpu = string.Create(CultureInfo.InvariantCulture, $"{m.Cpu.Server:0} + {m.Cpu.Database:0} + {m.Cpu.Client:0} µs, {m.Cpu.TakenShare:P0} taken");
        Add(new(work, $"{N(m.PerSecond)}/s, p50 {N(m.P50)} ms, p99 {N(m.P99)} ms{failed}", cpu, double.IsNaN(raw) ? "–" : $"{N(raw)}/s",
            double.IsNaN(raw) ? "–" : (m.PerSecond / raw).ToString("0.00", CultureInfo.InvariantCulture),
            $"≥ {N(floor)}/s" + (p99Limit is { } p ? $", p99 ≤ {N(p)} ms" : ""), met ? "yes" : "no"));
    }

    public void AtMost(string work, double measured, string unit, double raw, double ceiling) =>
        Add(new(work, $"{N(measured)} {unit}", "–", double.IsNaN(raw) ? "–" : $"{N(raw)} {unit}",
            double.IsNaN(raw) ? "–" : (measured / raw).ToString("0.00", CultureInfo.InvariantCulture), $"≤ {N(ceiling)} {unit}", measured <= ceiling ? "yes" : "no"));

    void Add(ReportRow row)
    {
        rows.Add(row);
        Console.WriteLine($"{row.Work,-58} {row.Measured,-44} cpu {row.Cpu,-18} raw {row.RawLimit,-14} ratio {row.Ratio,-6} budget {row.Budget,-28} {row.Met}");
    }

    public void Write(string file, int resources)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, $"# Last run of `./socle bench`\n\n{Text(resources)}");
        Console.WriteLine($"Written to {Path.GetFileName(file)}.");
    }

    public string Text(int resources)
    {
        var text = new StringBuilder();
        text.AppendLine(CultureInfo.InvariantCulture, $"{resources:N0} resources, authorization and audit on, client and server and database on one machine: {Machine()}.").AppendLine();
        text.AppendLine("The raw limit is measured in the same run by a bare client that does the same durable work, grouped as the server groups it: a head row and an audit row; a row by key and an audit row; for the page of twenty a range of twenty rows and an audit row; for a directory entry no audit row. It moves by a third or more between runs, so do the ratios. Where the host took more than 3 % of the machine for others, the work was measured again, up to five times, and the try counts from which the least was taken, not the quickest. The searches by person and the include stand beside a read by key, which does less than they do.").AppendLine();
        text.AppendLine("| work | measured | processor per answer: server + database + client; share of the machine taken by its host for others | raw limit | ratio | budget | met |").AppendLine("|---|---|---|---|---|---|---|");
        foreach (var r in rows) text.AppendLine(CultureInfo.InvariantCulture, $"| {r.Work} | {r.Measured} | {r.Cpu} | {r.RawLimit} | {r.Ratio} | {r.Budget} | {r.Met} |");
        return text.ToString();
    }

    public static string Machine()
    {
        var cpu = File.Exists("/proc/cpuinfo")
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown processor"
            : "unknown processor";
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (1 << 30);
        return $"{Environment.ProcessorCount} cores ({cpu}), {memory} GiB, {Environment.OSVersion.Platform}, .NET {Environment.Version}";
    }
}
