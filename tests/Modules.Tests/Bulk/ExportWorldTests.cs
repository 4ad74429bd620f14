using System.Text;
using System.Text.Json;
using Socle.Bulk;
using Socle.Core.Tests.Api;
using Socle.Platform;
using Socle.Store;
using Socle.Support;
using Socle.Tests.Support;
using Xunit.Abstractions;

namespace Socle.Modules.Tests.Bulk;

/// <summary>Exports of a generated world, by everybody who may ask: what they may see, all of it, and no canary of anything else.</summary>
public sealed class ExportWorldTests(ITestOutputHelper output)
{
    const string Settings = """{"Store": {"SearchBudget": "00:05:00"}, "Bulk": {"Settle": "00:00:00", "LinesPerFile": 9, "PerCaller": 50}}""";

    [Theory, OnEachDatabase]
    public async Task An_export_holds_what_its_actor_may_see_and_nothing_else(DatabaseKind kind)
    {
        var seed = Seed.Of(20_261_122);
        output.WriteLine($"seed {seed}");
        await using var world = await HttpWorld.Load(kind, seed, observations: 24, Settings, new BulkModule());
        var people = world.Items.Where(item => item.Type == "Patient").Take(3).ToList();
        var group = await world.Server.Post(world.Steward, "Group", $$"""
            {"resourceType":"Group","type":"person","actual":true,"member":[{{string.Join(',', people.Select(one => $"{{\"entity\":{{\"reference\":\"{one}\"}}}}"))}}]}
            """);
        group.Status.ShouldBe(201, group.Text);
        var types = string.Join(',', world.Items.Select(item => item.Type).Distinct());
        foreach (var actor in world.Actors)
        {
            var named = string.Join(',', types.Split(',').Where(type => actor.View.MayRead(type) && actor.View.MaySearch(type)));
            await Check(world, actor, $"$export?_type={named}", _ => true);
            await Check(world, actor, $"Patient/$export?_type={named}", item => PatientKeys.IsPerson(item.Patient));
            await Check(world, actor, $"Group/{group.Id}/$export?_type={named}", item => people.Exists(one => one.Patient == item.Patient));
            var filter = Uri.EscapeDataString("Observation?patient.gender=female,male,unknown");
            if (actor.View.MaySearch("Observation")) await Told(world, actor, $"$export?_type=Observation&_typeFilter={filter}");
        }
        (await world.Server.Get(world.Steward, "$export?_type=Group", BulkRun.Async)).Status.ShouldBe(202);
    }

    static async Task Check(HttpWorld world, HttpActor actor, string path, Func<PlainItem, bool> isMeant)
    {
        if (await Told(world, actor, path) is not { } lines) return;
        var expected = world.Items.Where(item => isMeant(item) && world.IsListedFor(actor, item)).Select(item => item.ToString());
        lines.Order().ShouldBe(expected.Order(), $"seed {world.Seed}: {actor} asks {path}");
    }

    /// <summary>The references of all lines; null when the export was refused. No byte on the way tells of what is not the actor's.</summary>
    static async Task<List<string>?> Told(HttpWorld world, HttpActor actor, string path)
    {
        var started = await Get(world, actor, path, BulkRun.Async);
        if (started.Status is 403 or 404) return null;
        started.Status.ShouldBe(202, $"{actor} asks {path}: {started.Text}");
        Answer manifest;
        for (var round = 0; (manifest = await Get(world, actor, started.Headers["Content-Location"])).Status == 202 && round < 3_000; round++) await Task.Delay(20);
        manifest.Status.ShouldBe(200, $"seed {world.Seed}: {actor} asks {path}: {manifest.Text}");
        var lines = new List<string>();
        foreach (var file in manifest.Json.GetProperty("output").EnumerateArray())
        {
            var url = file.GetProperty("url").GetString()!;
            var other = world.Actors.First(one => one.Agent.Id != actor.Agent.Id);
            (await world.Server.Get(other.Token, url)).Status.ShouldBe(404, $"{other} fetches what {actor} asked for");
            var answer = await Get(world, actor, url);
            answer.Status.ShouldBe(200, answer.Text);
            foreach (var line in Encoding.UTF8.GetString(answer.Body).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                using var resource = JsonDocument.Parse(line);
                lines.Add($"{resource.RootElement.GetProperty("resourceType").GetString()}/{resource.RootElement.GetProperty("id").GetString()}");
            }
        }
        return lines;
    }

    static async Task<Answer> Get(HttpWorld world, HttpActor actor, string path, params (string, string)[] headers)
    {
        var answer = await world.Server.Get(actor.Token, path, headers);
        world.Leak(actor, "", answer, isList: true).ShouldBeNull($"seed {world.Seed}");
        return answer;
    }
}
