using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.Json.Nodes;
using Socle.Support;
using static Socle.Modules.Tests.Directories.AnnuaireWorld;

namespace Socle.Modules.Tests.Directories;

/// <summary>
/// Nobody learns whether a number exists who has no right to: the answers are the same bytes, and their times tell nothing either. Existing and absent
/// numbers are asked in turn in a random order; the area under the curve of « slower means it exists » must stay at one half.
/// </summary>
public sealed class AnnuaireEnumerationTests
{
    static readonly bool Long = Environment.GetEnvironmentVariable("SOCLE_LONG") == "1";

    /// <summary>200 existing and 200 absent; SOCLE_LONG=1: 2 000 of each.</summary>
    [Theory, OnEachDatabase]
    public async Task Existing_and_absent_numbers_cannot_be_told_apart_without_the_right(DatabaseKind kind)
    {
        var count = Long ? 2_000 : 200;
        await using var on = await AnnuaireWorld.Open(kind);
        var (existing, absent) = (new List<string>(), new List<string>());
        for (var i = 0; i < count; i++)
        {
            existing.Add(Number(2 * i));
            absent.Add(Number(2 * i + 1));
        }
        foreach (var part in existing.Chunk(100))
        {
            var entries = new JsonArray([.. part.Select(rpps =>
            {
                var doctor = Practitioner(rpps, "NUMERO");
                doctor["telecom"] = new JsonArray(Mailbox($"boite{rpps}@rouge.mssante.fr", red: true));
                return (JsonNode)new JsonObject { ["resource"] = doctor, ["request"] = new JsonObject { ["method"] = "POST", ["url"] = "Practitioner" } };
            })]);
            (await on.Fhir.Post(on.Steward, "", new JsonObject { ["resourceType"] = "Bundle", ["type"] = "transaction", ["entry"] = entries }.ToJsonString())).Status.ShouldBe(200);
        }
        // Whoever has the right finds them: there is something to learn.
        Matches(await on.Restricted($"/Practitioner?identifier={existing[0]}")).Count.ShouldBe(1);
        Matches(await on.Restricted($"/Practitioner?mailbox-mss=boite{existing[0]}")).Count.ShouldBe(1);

        var told = new List<string>();
        foreach (var (what, path, key) in new (string, Func<string, string>, string?)[]
        {
            ("no key", rpps => $"/annuaire/fhir/v2/Practitioner?identifier={Rpps}%7C{rpps}", null),
            ("unknown key", rpps => $"/annuaire/fhir/v2/Practitioner?identifier={rpps}", "00000000-0000-0000-0000-000000000000"),
            ("public key, red mailbox", rpps => $"/annuaire/fhir/v2/Practitioner?mailbox-mss=boite{rpps}", on.PublicKey),
            ("no token at /fhir", rpps => $"/fhir/Practitioner?identifier={rpps}", null)
        })
        {
            // A machine that tests is busy: where one measure is not clear, more are taken, and all of them count.
            var measures = new List<double>();
            do measures.Add(await Task.Run(() => Measure(on, path, key, existing, absent, what)));
            while (measures.Count < 5 && Math.Abs(measures.Average() - 0.5) > 0.012);
            told.Add($"{what} {measures.Average():0.0000}");
            Math.Abs(measures.Average() - 0.5).ShouldBeLessThan(0.02, $"{kind}, {what}: {string.Join(' ', measures)}");
        }
        Console.WriteLine($"{kind}, {count} + {count} numbers, AUC: {string.Join(", ", told)}");
    }

    static string Number(int i) => $"99999{i:000000}";

    static double Measure(AnnuaireWorld on, Func<string, string> path, string? key, List<string> existing, List<string> absent, string what)
    {
        using var line = new Line(on.Fhir.Port, key);
        var dice = new Random(Seed.Of(99));
        string? same = null;
        double Ask(string rpps)
        {
            var start = Stopwatch.GetTimestamp();
            var answer = line.Get(path(rpps));
            var time = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
            var seen = answer.Replace(rpps, "…", StringComparison.Ordinal);
            (same ??= seen).ShouldBe(seen, what);
            return time;
        }
        foreach (var rpps in existing.Take(100).Concat(absent.Take(100))) Ask(rpps);
        // Pairs, now one first and now the other; each round is a measure of its own.
        var rounds = existing.Count >= 2_000 ? 3 : 10;
        var (there, gone) = (new double[existing.Count], new double[absent.Count]);
        var order = Enumerable.Range(0, existing.Count).ToArray();
        var sum = 0.0;
        for (var round = 0; round < rounds; round++)
        {
            dice.Shuffle(order);
            foreach (var i in order)
            {
                var first = dice.Next(2) == 0;
                if (first) there[i] = Ask(existing[i]);
                gone[i] = Ask(absent[i]);
                if (!first) there[i] = Ask(existing[i]);
            }
            sum += Auc(there, gone);
        }
        return sum / rounds;
    }

    // The chance that one that exists took longer than one that does not; halves for ties.
    static double Auc(double[] there, double[] gone)
    {
        Array.Sort(gone);
        var sum = 0.0;
        foreach (var time in there)
        {
            var (below, upTo) = (LowerBound(gone, time), LowerBound(gone, Math.BitIncrement(time)));
            sum += below + (upTo - below) / 2.0;
        }
        return sum / ((double)there.Length * gone.Length);
    }

    static int LowerBound(double[] sorted, double value)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] < value) low = middle + 1;
            else high = middle;
        }
        return low;
    }

    /// <summary>One connection that is written and read by hand: the client adds as little as possible of its own to the times.</summary>
    sealed class Line : IDisposable
    {
        readonly Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        readonly string head;
        readonly byte[] input = new byte[64 * 1024];

        public Line(int port, string? key)
        {
            socket.Connect("127.0.0.1", port);
            head = $" HTTP/1.1\r\nHost: localhost:{port}\r\nAccept: application/fhir+json\r\nX-Correlation-Id: same\r\n{(key is null ? "" : $"ESANTE-API-KEY: {key}\r\n")}\r\n";
        }

        /// <summary>Everything that came but the date.</summary>
        public string Get(string path)
        {
            socket.Send(Encoding.ASCII.GetBytes($"GET {path}{head}"));
            var (have, end, length) = (0, -1, 0);
            while (end < 0 || have < end + length)
            {
                have += socket.Receive(input.AsSpan(have));
                if (end >= 0) continue;
                var at = input.AsSpan(0, have).IndexOf("\r\n\r\n"u8);
                if (at < 0) continue;
                end = at + 4;
                var said = Encoding.ASCII.GetString(input, 0, end);
                length = int.Parse(said.Split("Content-Length: ")[1].Split('\r')[0], System.Globalization.CultureInfo.InvariantCulture);
            }
            return string.Join('\n', Encoding.UTF8.GetString(input, 0, end + length).Split("\r\n").Where(part => !part.StartsWith("Date:", StringComparison.Ordinal)));
        }

        public void Dispose() => socket.Dispose();
    }
}
