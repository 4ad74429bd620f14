using System.Net.WebSockets;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Socle.Platform;
using Socle.Subscriptions;
using Socle.Support;
using Socle.Tests.Support;
using Xunit.Abstractions;

namespace Socle.Modules.Tests.Subscriptions;

/// <summary>Subscribers of a generated world while it goes on: each hears of what they may see, all of it, and of nothing else.</summary>
public sealed partial class SubscriptionWorldTests(ITestOutputHelper output)
{
    const string Settings = """
        {"Store": {"SearchBudget": "00:05:00"}, "Egress": {"Hosts": ["localhost"], "Loopback": true}, "Subscriptions": {"Backoff": "00:00:00", "PerCaller": 9} }
        """;

    [GeneratedRegex("/fhir/((?:Observation|Patient)/[A-Za-z0-9.-]+)\"")]
    private static partial Regex Focus();

    /// <param name="Path">Of the receiver's.</param>
    /// <param name="Socket">Null: by rest-hook.</param>
    sealed record Watch(HttpActor Actor, string Type, string Path, ClientWebSocket? Socket, HashSet<string> Heard);

    [Theory, OnEachDatabase]
    public async Task Subscribers_hear_of_what_they_may_see_and_of_nothing_else(DatabaseKind kind)
    {
        var seed = Seed.Of(20_261_122);
        output.WriteLine($"seed {seed}");
        await using var world = await HttpWorld.Load(kind, seed, observations: 8, Settings, new SubscriptionsModule());
        using var receiver = new Receiver();
        var watches = await Subscribe(world, receiver);

        var before = world.Items.Count;
        foreach (var resource in new SearchWorld(seed + 1).Make(16).Where(one => one.Type is "Observation" or "Patient")) await world.Add(resource);
        var made = world.Items[before..];
        var expected = watches.ToDictionary(watch => watch, watch => made.Where(item => item.Type == watch.Type && world.IsListedFor(watch.Actor, item)).Select(item => item.ToString()).ToHashSet());
        expected.Values.Sum(one => one.Count).ShouldBeGreaterThan(10, $"seed {seed}");
        bool Waits(Watch watch) => !expected[watch].IsSubsetOf(watch.Heard);
        while (watches.Exists(watch => watch.Socket is null && Waits(watch))) Hear(world, watches, await receiver.Next());
        foreach (var watch in watches.Where(watch => watch.Socket is not null))
            while (Waits(watch)) Hear(world, watch, (await SubscriberSocket.Hear(watch.Socket!)).ShouldNotBeNull());
        // What is left to say has been said after one more round; a socket is closed behind it.
        await world.Server.App.Services.GetRequiredService<Courier>().Round(default);
        while (receiver.Got.TryDequeue(out var more)) Hear(world, watches, more);
        foreach (var watch in watches.Where(watch => watch.Socket is not null))
        {
            await watch.Socket!.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", default);
            while (await SubscriberSocket.Hear(watch.Socket) is { } more) Hear(world, watch, more);
            watch.Socket.Dispose();
        }
        foreach (var watch in watches)
            watch.Heard.Order().ShouldBe(expected[watch].Order(), $"seed {seed}: {watch.Actor} of {watch.Type} by {(watch.Socket is null ? "rest-hook" : "websocket")}");
    }

    static async Task<List<Watch>> Subscribe(HttpWorld world, Receiver receiver)
    {
        var watches = new List<Watch>();
        foreach (var actor in world.Actors.Where(actor => actor.Agent.Kind != AgentKind.Citizen && actor.Token.EndsWith(".cruds", StringComparison.Ordinal)))
            foreach (var type in new[] { "Observation", "Patient" })
                foreach (var isSocket in new[] { false, true })
                    watches.Add(await Subscribe(world, receiver, actor, type, $"/{watches.Count}", isSocket));
        return watches;
    }

    static async Task<Watch> Subscribe(HttpWorld world, Receiver receiver, HttpActor actor, string type, string path, bool isSocket)
    {
        const string Url = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-";
        var channel = isSocket ? "\"type\":\"websocket\"" : $"\"type\":\"rest-hook\",\"endpoint\":\"{receiver.Address}{path}\"";
        // Over a websocket it comes whole.
        var content = isSocket ? "full-resource" : "id-only";
        var answer = await world.Server.Post(actor.Token, "Subscription", $$"""
            {"resourceType":"Subscription","status":"requested","reason":"essai","criteria":"urn:socle:topic:resource-change",
             "_criteria":{"extension":[{"url":"{{Url}}filter-criteria","valueString":"{{type}}"}]},"channel":{ {{channel}},
             "payload":"application/fhir+json","_payload":{"extension":[{"url":"{{Url}}payload-content","valueCode":"{{content}}"}]} } }
            """);
        answer.Status.ShouldBe(201, $"{actor}: {answer.Text}");
        if (!isSocket) (await receiver.Next()).Path.ShouldBe(path);
        for (var round = 0; round < 3_000 && (await world.Server.Get(actor.Token, $"Subscription/{answer.Id}")).Json.GetProperty("status").GetString() != "active"; round++)
            await Task.Delay(20);
        if (!isSocket) return new(actor, type, path, null, []);
        var binding = await world.Server.Get(actor.Token, $"Subscription/{answer.Id}/$get-ws-binding-token");
        var socket = await SubscriberSocket.Connect(world.Server.Port, actor.Token);
        await SubscriberSocket.Say(socket, $"bind-with-token {binding.Json.GetProperty("parameter").EnumerateArray().First(one => one.GetProperty("name").GetString() == "token").GetProperty("valueString").GetString()}");
        (await SubscriberSocket.Hear(socket)).ShouldNotBeNull().ShouldContain("handshake");
        return new(actor, type, path, socket, []);
    }

    static void Hear(HttpWorld world, List<Watch> watches, Received received)
    {
        var watch = watches.Single(one => one.Path == received.Path);
        var all = string.Join('\n', received.Headers.Select(header => $"{header.Key}: {header.Value}")) + received.Body;
        // Ids and nothing else: not even of what the subscriber may see.
        world.Told(all).ShouldBeEmpty($"seed {world.Seed}: {watch.Actor}");
        watch.Heard.UnionWith(Focus().Matches(received.Body).Select(match => match.Groups[1].Value));
    }

    static void Hear(HttpWorld world, Watch watch, string bundle)
    {
        foreach (var told in world.Told(bundle)) (told.Type == watch.Type && world.IsListedFor(watch.Actor, told)).ShouldBeTrue($"seed {world.Seed}: {watch.Actor} was told of {told}");
        watch.Heard.UnionWith(Focus().Matches(bundle).Select(match => match.Groups[1].Value));
    }
}
