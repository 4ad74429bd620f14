using Socle.Platform;
using Socle.Support;

namespace Socle.Modules.Tests.Bulk;

/// <summary>An export whose server is stopped three times in its middle.</summary>
public sealed class KilledExportTests
{
    [Theory, OnEachDatabase]
    public async Task A_killed_export_goes_on_and_repeats_nothing(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind, ExportTests.Small);
        var steward = world.Token(FhirWorld.Steward);
        var (ann, key, _) = await world.NewPatient("REPRISE");
        var made = new HashSet<string>();
        foreach (var _ in Enumerable.Range(0, 4))
        {
            var bundle = await world.Post(steward, "", $$"""{"resourceType":"Bundle","type":"transaction","entry":[{{string.Join(',', Enumerable.Range(0, 100).Select(n =>
                $$"""{"request":{"method":"POST","url":"Observation"},"resource":{{FhirWorld.Observation(ann, $"n {n}")}}}"""))}}]}""");
            bundle.Status.ShouldBe(200, bundle.Text);
            foreach (var entry in bundle.Json.GetProperty("entry").EnumerateArray())
                made.Add("Observation/" + entry.GetProperty("response").GetProperty("location").GetString()!.Split("Observation/")[1].Split('/')[0]);
        }
        var (status, stops, traces) = ("", 0, 0);
        // An export that was quicker than this test is no test of a stop: another one then.
        for (var tries = 0; stops < 3; tries++)
        {
            tries.ShouldBeLessThan(20, "a stop must fall in the middle some time");
            traces = await Traces(world, key);
            (status, stops) = (await world.Begin(steward, "$export?_type=Observation"), 0);
            while (stops < 3 && await InTheMiddle(world, steward, status))
            {
                await world.Restart();
                stops++;
            }
            if (stops < 3) await world.Delete(steward, status);
        }
        var manifest = (await world.Finish(steward, status)).Json;
        (await world.Lines(steward, manifest)).Select(ExportTests.Reference).Order().ShouldBe(made.Order());
        manifest.GetProperty("output").GetArrayLength().ShouldBe(80);
        (await Traces(world, key) - traces).ShouldBeInRange(1, 1 + stops);
    }

    static async Task<int> Traces(FhirWorld world, long patient) =>
        (await world.Storage.Audit.OfPatient(patient, null, 2_000, default)).Count(line => line.Entry.Action == "export");

    // False where it was over before it could be stopped.
    static async Task<bool> InTheMiddle(FhirWorld world, string token, string status)
    {
        var before = await Files(world);
        for (var round = 0; round < 2_000; round++)
        {
            if ((await world.Send(token, status)).Status != 202) return false;
            if (await Files(world) > before + 2) return true;
            await Task.Delay(1);
        }
        throw new TimeoutException($"{status} does not go on.");
    }

    static async Task<long> Files(FhirWorld world) => await world.Storage.Db.First($"select count(*) from bulk_file", row => row.Long(0), default);
}
