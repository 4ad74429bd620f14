using System.Text;
using Socle.Support;

namespace Socle.Modules.Tests.Bulk;

/// <summary>Alone: the memory that is measured is the process's.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class AloneCollection
{
    public const string Name = "memory";
}

[Collection(AloneCollection.Name)]
public sealed class ImportMemoryTests
{
    // The 200 MiB run takes minutes of a slow machine: SOCLE_LONG=1.
    [Theory]
    [InlineData(20)]
    [InlineData(200)]
    public async Task A_large_import_stays_flat_in_memory(int mebibytes)
    {
        if (mebibytes > 20 && Environment.GetEnvironmentVariable("SOCLE_LONG") != "1") return;
        await using var world = await FhirWorld.Open(DatabaseKind.Sqlite);
        var steward = world.Token(FhirWorld.Steward);
        var (ann, _, _) = await world.NewPatient("VOLUMINEUSE");
        var status = await ImportTests.Import(world, steward, Encoding.UTF8.GetBytes(ImportTests.Line("warm", ann, "chauffe")));
        await world.Finish(steward, status);
        GC.Collect(2, GCCollectionMode.Forced, blocking: true, compacting: true);
        var (before, peak) = (GC.GetTotalMemory(forceFullCollection: true), 0L);
        using var content = new Many(ann, mebibytes);
        content.Headers.TryAddWithoutValidation("Content-Type", "application/fhir+ndjson");
        var started = await world.Send(steward, HttpMethod.Post, "$import", content, BulkRun.Async);
        started.Status.ShouldBe(202, started.Text);
        for (var waiting = true; waiting;)
        {
            var reply = await world.Send(steward, started.Headers["Content-Location"]);
            waiting = reply.Status == 202;
            // What lives, not what has not been swept yet.
            peak = Math.Max(peak, GC.GetTotalMemory(forceFullCollection: true) - before);
            if (waiting) await Task.Delay(250);
            else reply.Json.GetProperty("output")[0].GetProperty("count").GetInt64().ShouldBe(content.Lines);
        }
        peak.ShouldBeLessThan(64L << 20);
    }

    /// <summary>Lines made while they are sent.</summary>
    sealed class Many(string patient, int mebibytes) : HttpContent
    {
        static readonly string Long = string.Concat(Enumerable.Range(0, 400).Select(i => $"mesure {i * 7919 % 1000} "));

        public long Lines { get; private set; }

        protected override async Task SerializeToStreamAsync(Stream stream, System.Net.TransportContext? context)
        {
            for (var left = (long)mebibytes << 20; left > 0; Lines++)
            {
                var line = Encoding.UTF8.GetBytes(ImportTests.Line($"m{Lines}", patient, $"{Lines} {Long}") + "\n");
                await stream.WriteAsync(line);
                left -= line.Length;
            }
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }
    }
}
