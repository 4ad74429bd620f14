using System.Text;
using System.Text.Json;
using Socle.Directories;
using Socle.Platform;
using Socle.Subscriptions;
using Socle.Support;
using static Socle.Modules.Tests.Subscriptions.SubscriberSocket;

namespace Socle.Modules.Tests.Subscriptions;

/// <summary>Receivers that fail, programs that end: what waits is told all the same, once.</summary>
public sealed partial class SubscriptionTests
{
    [Theory, OnEachDatabase]
    public async Task A_receiver_that_fails_is_tried_again_then_left_and_comes_back(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind, Settings);
        using var receiver = new Receiver();
        var steward = world.Token(FhirWorld.Steward);
        var (ann, _, _) = await world.NewPatient("ESSAIS");
        var id = await Subscribe(world, steward, Plain("rest-hook", receiver.Address, "Observation?code=2345-7"));
        (await receiver.Next()).Body.ShouldBeEmpty();   // R4 without a payload: a bare call
        await Until(world, steward, id, "active");
        receiver.Status = 500;
        await world.NewObservation(FhirWorld.Steward, ann, "une");
        for (var i = 0; i < 3; i++) await receiver.Next();
        await Until(world, steward, id, "error");
        (await world.Send(steward, $"Subscription/{id}")).Json.GetProperty("error").GetString().ShouldNotBeNullOrEmpty();
        receiver.Got.ShouldBeEmpty();

        receiver.Status = 200;
        (await world.Put(steward, $"Subscription/{id}", Plain("rest-hook", receiver.Address, "Observation?code=2345-7", id))).Status.ShouldBe(200);
        await receiver.Next();   // handshake
        await receiver.Next();   // what had waited
        await Until(world, steward, id, "active");
        await Delivered(world, id, 1);
        var state = (await world.Send(steward, $"Subscription/{id}/$status")).Json.GetProperty("entry")[0].GetProperty("resource");
        Parameter(state, "events-since-subscription-start").ShouldBe("1");

        (await world.Put(steward, $"Subscription/{id}", Plain("rest-hook", receiver.Address, "Observation?code=2345-7", id, "off"))).Status.ShouldBe(200);
        await world.NewObservation(FhirWorld.Steward, ann, "après l’arrêt");
        await world.Get<Courier>().Round(default);
        receiver.Got.ShouldBeEmpty();
        (await world.Delete(steward, $"Subscription/{id}")).Status.ShouldBe(204);
        (await world.Storage.Db.First($"select count(*) from subscriptions_watch", row => row.Long(0), default)).ShouldBe(0);
    }

    [Theory, OnEachDatabase]
    public async Task What_waits_survives_a_restart(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind, Settings.Replace("\"Tries\": 3", "\"Tries\": 100", StringComparison.Ordinal).Replace("\"Backoff\": \"00:00:00\"", "\"Backoff\": \"00:00:01\"", StringComparison.Ordinal));
        using var receiver = new Receiver();
        var steward = world.Token(FhirWorld.Steward);
        var (ann, _, _) = await world.NewPatient("REPRISE");
        var id = await Subscribe(world, steward, OfTopic(receiver.Address, "urn:socle:topic:resource-change", "Observation"));
        await receiver.Next();
        await Until(world, steward, id, "active");
        receiver.Status = 503;
        var missed = await world.NewObservation(FhirWorld.Steward, ann, "pendant la panne");
        await receiver.Next();
        await world.Restart();
        receiver.Status = 200;
        world.Database.Clock.Move(TimeSpan.FromHours(2));
        var body = (await receiver.Next()).Body;
        await Delivered(world, id, 1);
        Focus(body).Single().ShouldEndWith($"Observation/{missed}");
        var later = await world.NewObservation(FhirWorld.Steward, ann, "après");
        string last;
        do last = (await receiver.Next()).Body;
        while (Focus(last).Single().EndsWith(missed, StringComparison.Ordinal));   // at least once
        Focus(last).Single().ShouldEndWith($"Observation/{later}");
        Parameter(Status(last), "events-since-subscription-start").ShouldBe("2");
    }

    [Theory, OnEachDatabase]
    public async Task With_two_processes_each_event_is_told_once_and_a_dead_one_is_taken_over_from(DatabaseKind kind)
    {
        await using var one = await FhirWorld.Open(kind, Settings);
        await using var two = await one.Beside();
        using var receiver = new Receiver();
        var laboratory = one.Token(FhirWorld.Laboratory);
        Task Rounds() => Task.WhenAll(one.Get<Courier>().Round(default), two.Get<Courier>().Round(default));
        var (ann, _, _) = await one.NewPatient("PARTAGEE");
        var id = await Subscribe(one, laboratory, OfTopic(receiver.Address, "urn:socle:topic:resource-change", "Observation"));
        Type((await receiver.Next()).Body).ShouldBe("handshake");
        await Until(one, laboratory, id, "active");
        await two.Storage.Db.Changes.LookNow(default);
        await two.Get<Courier>().Round(default);
        two.Get<Registry>().StatusOf(id).ShouldBe("active");

        var (made, heard) = (new List<string>(), new List<string>());
        for (var i = 0; i < 12; i++)
        {
            made.Add($"{one.Base}Observation/{await one.NewObservation(FhirWorld.Laboratory, ann, "vue")}");
            await Rounds();
        }
        while (heard.Count < made.Count) heard.AddRange(Focus((await receiver.Next()).Body));
        await Delivered(one, id, made.Count);
        await Rounds();
        receiver.Got.ShouldBeEmpty();
        heard.ShouldBe(made);

        // A process took the turn and is gone.
        var store = one.Get<SubscriptionsStore>();
        (await store.Claim(id, (await store.State(id, default))!, one.Database.Clock.GetUtcNow() + Delivery.Turn, default)).ShouldBeTrue();
        var late = await one.NewObservation(FhirWorld.Laboratory, ann, "tardive");
        await Rounds();
        receiver.Got.ShouldBeEmpty();
        one.Database.Clock.Move(Delivery.Turn);
        await Rounds();
        Focus((await receiver.Next()).Body).ShouldBe([$"{one.Base}Observation/{late}"]);
    }
}
