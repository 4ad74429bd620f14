using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Socle.Tests.Support;
using Xunit.Abstractions;

namespace Socle.Fhir.Tests.Core;

public sealed class MutationTests(ITestOutputHelper output)
{
    static readonly string[] Names = ["id", "extension", "value", "valueString", "_id", "url", "contained", "resourceType", "name", "_given", "é", "", "_", "__x"];
    static readonly string[] Values =
    [
        "null", "true", "0", "-1", "1e5", "\"\"", "\"a\"", "\" \"", "[]", "{}", "[null]", "[[]]", "{\"url\":\"u\",\"valueCode\":\"c\"}", "\"\\ud800\"",
        "{\"resourceType\":\"Patient\",\"id\":\"a\"}", "{\"resourceType\":5}", "\"2026-02-30\"", "1.0000000000000000000000000000000000000000000000000000000000000000000"
    ];

    [Fact]
    public void Ten_thousand_changed_resources_neither_crash_nor_hang()
    {
        var seed = Seed.Of(20_261_122);
        output.WriteLine($"seed {seed}");
        var random = new Random(seed);
        var (accepted, slowest) = (0, TimeSpan.Zero);
        for (var round = 0; round < 10_000; round++)
        {
            var sample = Samples.All[random.Next(Samples.All.Count)];
            var bytes = random.Next(3) == 0 ? ChangeBytes(sample, random) : ChangeTree(sample, random);
            var watch = Stopwatch.StartNew();
            var right = FhirDocument.TryParse(bytes, out var doc, out var issues);
            slowest = watch.Elapsed > slowest ? watch.Elapsed : slowest;
            if (Wrong(bytes, right, doc, issues) is { } wrong) Assert.Fail($"{wrong}: seed {seed}, round {round}: {Encoding.UTF8.GetString(bytes)}");
            if (!right) continue;
            accepted++;
            doc!.Dispose();
        }
        output.WriteLine($"{accepted} accepted, slowest {slowest.TotalMicroseconds} µs");
        accepted.ShouldBeInRange(1, 9_000);
        slowest.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    static string? Wrong(byte[] bytes, bool right, FhirDocument? doc, IReadOnlyList<Issue> issues) =>
        right != (issues.Count == 0) ? "issues do not agree with the answer"
        : right && !IsJson(bytes) ? "accepted, and not JSON"
        : issues.Any(i => i.Severity == "fatal") && IsJson(bytes) ? "JSON, and refused as if it were not"
        : right && DocumentProperties.Descendants(doc!.Root).Any(n => n.Path.Length == 0 || (!n.IsResource && n.Text is null && n.Children.Count == 0)) ? "a node of nothing"
        : null;

    static bool IsJson(byte[] bytes)
    {
        try
        {
            using var _ = JsonDocument.Parse(bytes);
            return System.Text.Unicode.Utf8.IsValid(bytes);
        }
        catch (JsonException)
        {
            return false;
        }
    }

    static byte[] ChangeBytes(byte[] sample, Random random)
    {
        var bytes = sample.ToList();
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(4))
            {
                case 0: bytes.RemoveRange(at, Math.Min(random.Next(1, 20), bytes.Count - at)); break;
                case 1: bytes.Insert(at, "{}[],:\"\\0é\n "u8[random.Next(12)]); break;
                case 2: bytes[at] = (byte)random.Next(256); break;
                default: bytes.InsertRange(at, bytes.Skip(random.Next(bytes.Count)).Take(random.Next(40)).ToList()); break;
            }
            if (bytes.Count == 0) bytes.Add((byte)' ');
        }
        return [.. bytes];
    }

    static byte[] ChangeTree(byte[] sample, Random random)
    {
        var root = JsonNode.Parse(sample)!;
        for (var changes = random.Next(1, 4); changes > 0; changes--)
        {
            var nodes = Containers(root).ToList();
            var value = JsonNode.Parse(Values[random.Next(Values.Length)].Replace("\\ud800", "x", StringComparison.Ordinal));
            switch (nodes[random.Next(nodes.Count)])
            {
                case JsonArray list:
                    var at = random.Next(list.Count + 1);
                    if (random.Next(2) == 0 && at < list.Count) list.RemoveAt(at);
                    else list.Insert(at, value);
                    break;
                case JsonObject map:
                    var name = random.Next(2) == 0 || map.Count == 0 ? Names[random.Next(Names.Length)] : map.ElementAt(random.Next(map.Count)).Key;
                    if (random.Next(3) == 0) map.Remove(name);
                    else map[name] = value;
                    break;
            }
        }
        return Encoding.UTF8.GetBytes(root.ToJsonString());
    }

    static IEnumerable<JsonNode> Containers(JsonNode? node) => node switch
    {
        JsonArray list => list.SelectMany(Containers).Prepend(list),
        JsonObject map => map.SelectMany(p => Containers(p.Value)).Prepend(map),
        _ => []
    };
}
