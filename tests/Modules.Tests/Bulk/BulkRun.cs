using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Socle.Support;

namespace Socle.Modules.Tests.Bulk;

/// <summary>What a client of Bulk Data does: begins, asks until it is done, fetches.</summary>
static class BulkRun
{
    public static readonly (string, string) Async = ("Prefer", "respond-async");

    public static async Task<string> Begin(this FhirWorld world, string token, string path)
    {
        var started = await world.Send(token, path, Async, ("Accept", "application/fhir+json"));
        started.Status.ShouldBe(202, started.Text);
        return started.Headers["Content-Location"];
    }

    public static async Task<FhirReply> Finish(this FhirWorld world, string token, string status)
    {
        for (var round = 0; round < 3_000; round++)
        {
            var reply = await world.Send(token, status);
            if (reply.Status != 202) return reply;
            reply.Headers["X-Progress"].Length.ShouldBeLessThanOrEqualTo(100);
            reply.Headers.ShouldContainKey("Retry-After");
            await Task.Delay(20);
        }
        throw new TimeoutException($"{status} does not end.");
    }

    public static async Task<JsonElement> Manifest(this FhirWorld world, string token, string path)
    {
        var done = await world.Finish(token, await world.Begin(token, path));
        done.Status.ShouldBe(200, done.Text);
        return done.Json;
    }

    /// <summary>The resources of all files of one kind, by their lines.</summary>
    public static async Task<List<JsonElement>> Lines(this FhirWorld world, string token, JsonElement manifest, string kind = "output", bool zipped = false)
    {
        var lines = new List<JsonElement>();
        if (!manifest.TryGetProperty(kind, out var files)) return lines;
        foreach (var file in files.EnumerateArray())
        {
            var reply = zipped
                ? await world.Send(token, file.GetProperty("url").GetString()!, ("Accept-Encoding", "gzip"))
                : await world.Send(token, file.GetProperty("url").GetString()!);
            reply.Status.ShouldBe(200, reply.Text);
            reply.Headers["Content-Type"].ShouldBe("application/fhir+ndjson");
            var some = Parse(zipped ? Unzipped(reply) : reply.Body);
            some.Count.ShouldBe(file.GetProperty("count").GetInt32());
            some.ShouldAllBe(line => line.GetProperty("resourceType").GetString() == file.GetProperty("type").GetString());
            lines.AddRange(some);
        }
        return lines;
    }

    public static List<JsonElement> Parse(byte[] ndjson) =>
        [.. Encoding.UTF8.GetString(ndjson).Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonDocument.Parse(line).RootElement)];

    public static string Text(this IEnumerable<JsonElement> lines) => string.Join('\n', lines.Select(line => line.GetRawText()));

    static byte[] Unzipped(FhirReply reply)
    {
        reply.Headers["Content-Encoding"].ShouldBe("gzip");
        using var zip = new GZipStream(new MemoryStream(reply.Body), CompressionMode.Decompress);
        using var plain = new MemoryStream();
        zip.CopyTo(plain);
        return plain.ToArray();
    }
}
