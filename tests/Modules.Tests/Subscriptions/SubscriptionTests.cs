using System.Text;
using System.Text.Json;
using Socle.Directories;
using Socle.Platform;
using Socle.Subscriptions;
using Socle.Support;
using static Socle.Modules.Tests.Subscriptions.SubscriberSocket;

namespace Socle.Modules.Tests.Subscriptions;

public sealed partial class SubscriptionTests
{
    const string Settings = """
        {"Egress": {"Hosts": ["localhost"], "Loopback": true}, "Subscriptions": {"Backoff": "00:00:00", "Tries": 3, "PerCaller": 4, "SocketsPerCaller": 2}}
        """;

    [Theory, OnEachDatabase]
    public async Task A_change_is_told_by_id_and_number_and_nothing_else(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind, Settings);
        using var receiver = new Receiver();
        var laboratory = world.Token(FhirWorld.Laboratory);
        var (ann, _, _) = await world.NewPatient("ABONNEE");
        var id = await Subscribe(world, laboratory, OfTopic(receiver.Address + "/hook", "urn:socle:topic:resource-change", "Observation?code=2345-7"));
        var handshake = await receiver.Next();
        (handshake.Method, handshake.Path).ShouldBe(("POST", "/hook"));
        handshake.Headers["Content-Type"].ShouldBe("application/fhir+json");
        handshake.Headers.Keys.ShouldNotContain("Authorization");
        Type(handshake.Body).ShouldBe("handshake");
        await Until(world, laboratory, id, "active");

        var first = await world.NewObservation(FhirWorld.Laboratory, ann, "valeur confidentielle");
        await world.NewObservation(FhirWorld.Laboratory, ann, "autre code", "9999-9");
        var second = await world.NewObservation(FhirWorld.Laboratory, ann, "seconde");
        foreach (var (number, observation) in new[] { ("1", first), ("2", second) })
        {
            var told = (await receiver.Next()).Body;
            Type(told).ShouldBe("event-notification");
            Parameter(Status(told), "events-since-subscription-start").ShouldBe(number);
            Focus(told).ShouldBe([$"{world.Base}Observation/{observation}"]);
            told.ShouldNotContain("confidentielle");
            told.ShouldNotContain("ABONNEE");
            told.ShouldNotContain(ann);
        }
        receiver.Got.ShouldBeEmpty();
        await Delivered(world, id, 2);

        var status = await world.Send(laboratory, $"Subscription/{id}/$status");
        status.Status.ShouldBe(200, status.Text);
        var said = status.Json.GetProperty("entry")[0].GetProperty("resource");
        (Parameter(said, "type"), Parameter(said, "status"), Parameter(said, "events-since-subscription-start")).ShouldBe(("query-status", "active", "2"));
        var events = await world.Send(laboratory, $"Subscription/{id}/$events?eventsSinceNumber=2&eventsUntilNumber=5");
        Focus(events.Text).ShouldBe([$"{world.Base}Observation/{second}"]);
        (await world.Send(world.Token(FhirWorld.OtherLaboratory), $"Subscription/{id}/$events")).Status.ShouldBe(404);
        (await world.Send(world.Token(FhirWorld.OtherLaboratory), "Subscription/$status")).Json.GetProperty("total").GetInt32().ShouldBe(0);
    }

    [Theory, OnEachDatabase]
    public async Task What_the_subscriber_may_not_see_leaves_no_trace(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind, Settings.Replace("\"Backoff\": \"00:00:00\"", "\"Backoff\": \"00:10:00\"", StringComparison.Ordinal));
        using var receiver = new Receiver();
        var nurse = world.Token(FhirWorld.Nurse);
        var (ann, annKey, _) = await world.NewPatient("SUIVIE");
        var (bob, bobKey, _) = await world.NewPatient("AUTRE");
        await world.Desk.DeclareRelation(FhirWorld.Nurse, annKey, "suivi", default);
        var id = await Subscribe(world, nurse, OfTopic(receiver.Address, "urn:socle:topic:resource-change", "Observation"));
        Type((await receiver.Next()).Body).ShouldBe("handshake");
        await Until(world, nurse, id, "active");

        var told = new List<string>();
        var seed = 20_261_122;
        var random = new Random(seed);
        for (var i = 0; i < 12; i++)
        {
            if (random.Next(2) == 0) await world.NewObservation(FhirWorld.Laboratory, bob, "CANARI");
            else told.Add(await world.NewObservation(FhirWorld.Laboratory, ann, "visible"));
        }
        for (var i = 0; i < told.Count; i++)
        {
            var body = (await receiver.Next()).Body;
            Focus(body).ShouldBe([$"{world.Base}Observation/{told[i]}"], $"seed {seed}");
            Parameter(Status(body), "events-since-subscription-start").ShouldBe($"{i + 1}", $"seed {seed}");
        }

        // The relation ends while a notification waits: it is dropped, and the next one has the next number.
        receiver.Status = 503;
        var lost = await world.NewObservation(FhirWorld.Laboratory, ann, "plus visible");
        await receiver.Next();
        await Until(world, id, "tries", 1);
        await world.Desk.EndRelation(FhirWorld.Nurse, annKey, world.Desk.KeyOf(FhirWorld.Nurse), default);
        await world.Desk.DeclareRelation(FhirWorld.Nurse, bobKey, "suivi", default);
        receiver.Status = 200;
        world.Database.Clock.Move(TimeSpan.FromHours(1));
        var next = await world.NewObservation(FhirWorld.Laboratory, bob, "maintenant visible");
        var last = (await receiver.Next()).Body;
        Focus(last).ShouldBe([$"{world.Base}Observation/{next}"]);
        Parameter(Status(last), "events-since-subscription-start").ShouldBe($"{told.Count + 1}");
        await Delivered(world, id, told.Count + 1);
        var events = (await world.Send(nurse, $"Subscription/{id}/$events?eventsSinceNumber=1")).Text;
        events.ShouldNotContain(lost);
        Focus(events).ShouldBe([$"{world.Base}Observation/{next}"]);
        Focus(events).ShouldNotContain(told[0]);
    }

    [Theory, OnEachDatabase]
    public async Task A_deletion_is_told_to_whom_it_was_visible(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind, Settings);
        using var receiver = new Receiver();
        var nurse = world.Token(FhirWorld.Nurse);
        var (ann, annKey, _) = await world.NewPatient("SUIVIE");
        var (bob, _, _) = await world.NewPatient("AUTRE");
        await world.Desk.DeclareRelation(FhirWorld.Nurse, annKey, "suivi", default);
        var seen = await world.NewObservation(FhirWorld.Laboratory, ann, "vue");
        var other = await world.NewObservation(FhirWorld.Laboratory, ann, "autre code", "9999-9");
        var foreign = await world.NewObservation(FhirWorld.Laboratory, bob, "CANARI");
        // By code, which the version alone decides, and by patient, which leads to another resource.
        var id = await Subscribe(world, nurse, OfTopic(receiver.Address, "urn:socle:topic:resource-change", $"Observation?code=2345-7&patient=Patient/{ann}"));
        Type((await receiver.Next()).Body).ShouldBe("handshake");
        await Until(world, nurse, id, "active");
        var laboratory = world.Token(FhirWorld.Laboratory);
        foreach (var gone in new[] { foreign, other, seen }) (await world.Delete(laboratory, $"Observation/{gone}")).Status.ShouldBe(204);
        var told = (await receiver.Next()).Body;
        Focus(told).ShouldBe([$"{world.Base}Observation/{seen}"]);
        Parameter(Status(told), "events-since-subscription-start").ShouldBe("1");
        var entry = JsonDocument.Parse(told).RootElement.GetProperty("entry")[1];
        entry.TryGetProperty("resource", out _).ShouldBeFalse();
        (entry.GetProperty("request").GetProperty("method").GetString(), entry.GetProperty("request").GetProperty("url").GetString()).ShouldBe(("DELETE", $"Observation/{seen}"));
        await Delivered(world, id, 1);
        // Deleted and brought back: each is told as what it was.
        var back = await world.Put(laboratory, $"Observation/{seen}", FhirWorld.Observation(ann, "revenue").Replace("\"status\"", $"\"id\":\"{seen}\",\"status\"", StringComparison.Ordinal));
        back.Status.ShouldBeOneOf(200, 201);
        (await receiver.Next()).Body.ShouldContain("\"PUT\"");
        await Delivered(world, id, 2);
        var events = (await world.Send(nurse, $"Subscription/{id}/$events")).Json.GetProperty("entry").EnumerateArray()
            .Skip(1).Select(one => one.GetProperty("request").GetProperty("method").GetString());
        events.ShouldBe(["DELETE", "PUT"]);
        (await world.Storage.Audit.OfPatient(annKey, null, 50, default)).Count(line => line.Entry.Action == "notify").ShouldBeGreaterThanOrEqualTo(3);
        receiver.Got.ShouldBeEmpty();
    }

    [Theory, OnEachDatabase]
    public async Task What_tells_nothing_of_a_patient_may_leave_whole(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind, Settings);
        using var receiver = new Receiver();
        var steward = world.Token(FhirWorld.Steward);
        foreach (var content in new[] { "full-resource", "empty" })
        {
            var id = await Subscribe(world, steward, OfTopic(receiver.Address, "urn:socle:topic:resource-change", "Organization?active=true", content));
            Type((await receiver.Next()).Body).ShouldBe("handshake");
            await Until(world, steward, id, "active");
            var made = await world.Post(steward, "Organization", """{"resourceType":"Organization","active":true,"name":"Clinique des Essais"}""");
            made.Status.ShouldBe(201, made.Text);
            var told = JsonDocument.Parse((await receiver.Next()).Body).RootElement;
            if (content == "empty") told.GetProperty("entry").GetArrayLength().ShouldBe(1);
            else told.GetProperty("entry")[1].GetProperty("resource").GetProperty("name").GetString().ShouldBe("Clinique des Essais");
            told.GetRawText().Contains(made.Id, StringComparison.Ordinal).ShouldBe(content != "empty");
            (await world.Delete(steward, $"Subscription/{id}")).Status.ShouldBe(204);
        }
        // Of a patient, never: to an address.
        (await world.Post(steward, "Subscription", OfTopic(receiver.Address, "urn:socle:topic:resource-change", "Patient", "full-resource"))).Code.ShouldBe("subscription-full-resource");
    }

    [Theory, OnEachDatabase]
    public async Task A_topic_speaks_when_it_happens(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind, Settings);
        using var receiver = new Receiver();
        var steward = world.Token(FhirWorld.Steward);
        var (ann, _, _) = await world.NewPatient("HOSPITALISEE");
        var id = await Subscribe(world, steward, OfTopic(receiver.Address, "urn:socle:topic:encounter-start", $"Encounter?patient=Patient/{ann}"));
        await receiver.Next();
        await Until(world, steward, id, "active");
        var planned = await world.Post(steward, "Encounter", Encounter(null, ann, "planned"));
        planned.Status.ShouldBe(201, planned.Text);
        foreach (var status in new[] { "in-progress", "in-progress", "finished" })
            (await world.Put(steward, $"Encounter/{planned.Id}", Encounter(planned.Id, ann, status))).Status.ShouldBe(200);
        var (bob, _, _) = await world.NewPatient("AUTRE");
        (await world.Post(steward, "Encounter", Encounter(null, bob, "in-progress"))).Status.ShouldBe(201);
        var again = await world.Post(steward, "Encounter", Encounter(null, ann, "in-progress"));
        Focus((await receiver.Next()).Body).ShouldBe([$"{world.Base}Encounter/{planned.Id}"]);
        Focus((await receiver.Next()).Body).ShouldBe([$"{world.Base}Encounter/{again.Id}"]);
    }

    [Theory, OnEachDatabase]
    public async Task What_may_not_be_asked_is_no_criterion(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind, Settings, () => new DirectoriesModule());
        using var receiver = new Receiver();
        var nurse = world.Token(FhirWorld.Nurse);
        foreach (var token in new[] { nurse, world.Token(FhirWorld.Laboratory) })
            foreach (var hidden in new[] { "Practitioner?email=rouge@m.mssante.fr", "Practitioner?telecom=rouge@m.mssante.fr", "Practitioner?_content=rouge", "Practitioner?_text=rouge",
                "Practitioner?number-smartcard=3100000042", "Practitioner?_filter=telecom eq rouge@m.mssante.fr", "PractitionerRole?practitioner.email=rouge@m.mssante.fr",
                "PractitionerRole?practitioner:Practitioner.mailbox-mss=rouge" })
                foreach (var body in new[] { Plain("websocket", null, hidden), Plain("rest-hook", receiver.Address, hidden),
                    OfTopic(null, "urn:socle:topic:resource-change", hidden), OfTopic(receiver.Address, "urn:socle:topic:resource-change", hidden) })
                {
                    var refused = await world.Post(token, "Subscription", body);
                    refused.Status.ShouldBe(400, $"{hidden}: {refused.Text}");
                }
        await Subscribe(world, world.Token(FhirWorld.Steward), Plain("websocket", null, "Practitioner?email=rouge@m.mssante.fr"));

        // One that was let in before tells nothing and ends.
        var id = await Subscribe(world, nurse, OfTopic(receiver.Address, "urn:socle:topic:resource-change", "Practitioner?family=exemple"));
        await Until(world, nurse, id, "active");
        await receiver.Next();
        var registry = world.Get<Registry>();
        registry.Put(registry.Find(id)! with { Now = "email=rouge@m.mssante.fr" }, "active");
        (await world.Post(world.Token(FhirWorld.Steward), "Practitioner", """
            {"resourceType":"Practitioner","name":[{"family":"Exemple"}],"telecom":[{"system":"email","value":"rouge@m.mssante.fr"}]}
            """)).Status.ShouldBe(201);
        await Until(world, nurse, id, "off");
        receiver.Got.ShouldBeEmpty();
    }

    [Fact]
    public async Task What_is_not_allowed_is_refused_by_its_name()
    {
        await using var world = await FhirWorld.Open(DatabaseKind.Sqlite, Settings);
        var laboratory = world.Token(FhirWorld.Laboratory);
        var hook = "http://localhost:1/hook";
        (string Body, string Code)[] refused =
        [
            (Plain("rest-hook", "https://169.254.169.254/", "Observation"), "egress-not-allowed"),
            (Plain("rest-hook", "https://ailleurs.example/", "Observation"), "egress-not-allowed"),
            (Plain("email", "mailto:a@b.example", "Observation"), "subscription-channel"),
            (Plain("rest-hook", hook, "Observation").Replace("\"endpoint\"", "\"header\":[\"Authorization: x\"],\"endpoint\"", StringComparison.Ordinal), "subscription-header"),
            (Plain("rest-hook", hook, "Patent?x=1"), "subscription-criteria"),
            (Plain("rest-hook", hook, "Observation?_count=3"), "subscription-criteria"),
            (Plain("rest-hook", hook, "Observation", null, "error"), "subscription-status"),
            (Plain("rest-hook", hook, "Observation").Replace("\"reason\"", "\"end\":\"2020-01-01T00:00:00Z\",\"reason\"", StringComparison.Ordinal), "subscription-over"),
            (OfTopic(hook, "http://example.org/topic", "Observation"), "subscription-topic"),
            (OfTopic(hook, "urn:socle:topic:encounter-start", "Observation"), "subscription-criteria"),
            (OfTopic(hook, "urn:socle:topic:document", "DocumentReference", "full-resource"), "subscription-full-resource")
        ];
        foreach (var (body, code) in refused)
        {
            var reply = await world.Post(laboratory, "Subscription", body);
            reply.Status.ShouldBe(422, $"{code}: {reply.Text}");
            reply.Code.ShouldBe(code);
        }
        (await world.Post(laboratory, "Subscription", Plain("rest-hook", hook, "Observation?no-such=3"))).Status.ShouldBe(400);
        (await world.Post(world.Token(FhirWorld.Laboratory, "system/Subscription.cruds"), "Subscription", Plain("rest-hook", hook, "Observation"))).Code.ShouldBe("type-not-allowed");
        var (_, _, citizen) = await world.NewPatient("CITOYENNE");
        (await world.Post(world.Token(citizen), "Subscription", Plain("rest-hook", hook, "Observation"))).Status.ShouldBe(403);
        string? first = null;
        for (var i = 0; i < 4; i++) first ??= await Subscribe(world, laboratory, Plain("websocket", null, "Observation"));
        for (var i = 0; i < 3; i++) await Subscribe(world, laboratory, Plain("websocket", null, "Observation"));
        (await world.Post(laboratory, "Subscription", Plain("websocket", null, "Observation"))).Status.ShouldBe(429);
        // Another's subscription goes on with the rights of its subscriber: nobody else changes it, the operator may stop it.
        var steward = world.Token(FhirWorld.Steward);
        (await world.Put(steward, $"Subscription/{first}", Plain("websocket", null, "Observation", first))).Code.ShouldBe("subscription-not-yours");
        (await world.Put(steward, $"Subscription/{first}", Plain("websocket", null, "Observation", first, "off"))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_subscription_ends_at_its_end_and_beats_while_nothing_happens()
    {
        await using var world = await FhirWorld.Open(DatabaseKind.Sqlite, Settings);
        using var receiver = new Receiver();
        var steward = world.Token(FhirWorld.Steward);
        var end = world.Database.Clock.GetUtcNow().AddHours(1).ToString("O");
        var body = OfTopic(receiver.Address, "urn:socle:topic:document", null)
            .Replace("\"reason\"", $"\"end\":\"{end}\",\"reason\"", StringComparison.Ordinal)
            .Replace("\"type\":\"rest-hook\"", "\"type\":\"rest-hook\",\"extension\":[{\"url\":\"http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-heartbeat-period\",\"valueUnsignedInt\":60}]", StringComparison.Ordinal);
        var id = await Subscribe(world, steward, body);
        Type((await receiver.Next()).Body).ShouldBe("handshake");
        await Until(world, steward, id, "active");
        world.Database.Clock.Move(TimeSpan.FromMinutes(2));
        Type((await receiver.Next()).Body).ShouldBe("heartbeat");
        world.Database.Clock.Move(TimeSpan.FromHours(2));
        await Until(world, steward, id, "off");
    }

    [Fact]
    public async Task A_websocket_hears_what_its_subscriber_may_see()
    {
        await using var world = await FhirWorld.Open(DatabaseKind.Sqlite, Settings);
        var laboratory = world.Token(FhirWorld.Laboratory);
        var (ann, _, _) = await world.NewPatient("SOCKET");
        var id = await Subscribe(world, laboratory, OfTopic(null, "urn:socle:topic:resource-change", "Observation", "full-resource"));
        await Until(world, laboratory, id, "active");
        (await world.Send(world.Token(FhirWorld.OtherLaboratory), $"Subscription/{id}/$get-ws-binding-token")).Status.ShouldBe(404);
        var token = await BindingToken(world, laboratory, id);
        using var socket = await Connect(world.Port);
        await Say(socket, $"bind-with-token {token}");
        Type((await Hear(socket))!).ShouldBe("handshake");
        await world.NewObservation(FhirWorld.OtherLaboratory, ann, "CANARI");
        var mine = await world.NewObservation(FhirWorld.Laboratory, ann, "entière");
        var told = (await Hear(socket))!;
        Focus(told).Single().ShouldEndWith(mine);
        told.ShouldContain("entière");
        told.ShouldNotContain("CANARI");
        Parameter(Status(told), "events-since-subscription-start").ShouldBe("1");

        // A token serves once, a false one not at all, and R4's bind needs the subscriber's bearer token.
        foreach (var message in new[] { $"bind-with-token {token}", "bind-with-token faux", $"bind {id}", "bonjour" })
        {
            using var other = await Connect(world.Port);
            await Say(other, message);
            (await Hear(other)).ShouldBeNull(message);
        }
        var plain = await Subscribe(world, laboratory, Plain("websocket", null, "Observation"));
        await Until(world, laboratory, plain, "active");
        using var old = await Connect(world.Port, laboratory);
        await Say(old, $"bind {plain}");
        (await Hear(old)).ShouldBe($"bound {plain}");
        await world.NewObservation(FhirWorld.Laboratory, ann, "encore");
        (await Hear(old)).ShouldBe($"ping {plain}");

        // Two at a time for one caller; what is deleted hangs up.
        using var second = await Connect(world.Port, laboratory);
        using var third = await Connect(world.Port, laboratory);
        (await Hear(third)).ShouldBeNull();
        (await world.Delete(laboratory, $"Subscription/{plain}")).Status.ShouldBe(204);
        (await Hear(old)).ShouldBeNull();
        (await world.Send(laboratory, OpenSocket.Path.Replace("/fhir/", "", StringComparison.Ordinal))).Code.ShouldBe("subscription-no-socket");
    }

    static async Task<string> Subscribe(FhirWorld world, string token, string body)
    {
        var made = await world.Post(token, "Subscription", body);
        made.Status.ShouldBe(201, made.Text);
        made.Json.GetProperty("status").GetString().ShouldBe("requested");
        return made.Id;
    }

    static async Task Until(FhirWorld world, string token, string id, string status)
    {
        for (var round = 0; round < 3_000; round++)
        {
            if ((await world.Send(token, $"Subscription/{id}")).Json.GetProperty("status").GetString() == status) return;
            await Task.Delay(20);
        }
        throw new TimeoutException($"{id} does not become {status}.");
    }

    // The receiver has it a moment before we know.
    static Task Delivered(FhirWorld world, string id, long number) => Until(world, id, "last_number", number);

    static async Task Until(FhirWorld world, string id, string column, long number)
    {
        for (var round = 0; round < 3_000; round++)
        {
            var (tries, last) = await world.Storage.Db.First($"select tries, last_number from subscriptions_watch where id = {id}", row => (row.Long(0), row.Long(1)), default);
            if ((column == "tries" ? tries : last) == number) return;
            await Task.Delay(20);
        }
        throw new TimeoutException($"{column} does not become {number}.");
    }

    static string Plain(string type, string? endpoint, string criteria, string? id = null, string status = "requested")
    {
        var named = id is null ? "" : $"\"id\":\"{id}\",";
        var called = endpoint is null ? "" : $",\"endpoint\":\"{endpoint}\"";
        return $$$"""
            {"resourceType":"Subscription",{{{named}}}"status":"{{{status}}}","reason":"essai","criteria":"{{{criteria}}}","channel":{"type":"{{{type}}}"{{{called}}}}}
            """;
    }

    /// <param name="endpoint">Null for a websocket.</param>
    static string OfTopic(string? endpoint, string topic, string? filter, string content = "id-only")
    {
        const string Url = "http://hl7.org/fhir/uv/subscriptions-backport/StructureDefinition/backport-";
        var filters = filter is null ? "" : $$"""
            "_criteria":{"extension":[{"url":"{{Url}}filter-criteria","valueString":"{{filter}}"}]},
            """;
        var channel = endpoint is null ? "\"type\":\"websocket\"" : $"\"type\":\"rest-hook\",\"endpoint\":\"{endpoint}\"";
        return $$"""
            {"resourceType":"Subscription","status":"requested","reason":"essai","criteria":"{{topic}}",{{filters}}
             "channel":{ {{channel}},"payload":"application/fhir+json","_payload":{"extension":[{"url":"{{Url}}payload-content","valueCode":"{{content}}"}]} } }
            """;
    }

    static string Encounter(string? id, string patient, string status) => $$"""
        {"resourceType":"Encounter",{{(id is null ? "" : $"\"id\":\"{id}\",")}}"status":"{{status}}","class":{"system":"http://terminology.hl7.org/CodeSystem/v3-ActCode","code":"IMP"},"subject":{"reference":"Patient/{{patient}}"} }
        """;

    static JsonElement Status(string bundle) => JsonDocument.Parse(bundle).RootElement.GetProperty("entry")[0].GetProperty("resource");

    static string Type(string bundle) => Parameter(Status(bundle), "type")!;

    static string? Parameter(JsonElement parameters, string name)
    {
        var found = parameters.GetProperty("parameter").EnumerateArray().FirstOrDefault(p => p.GetProperty("name").GetString() == name);
        return found.ValueKind == JsonValueKind.Undefined ? null : found.EnumerateObject().First(p => p.Name.StartsWith("value", StringComparison.Ordinal)).Value.GetString();
    }

    static List<string> Focus(string bundle) =>
    [
        .. Status(bundle).GetProperty("parameter").EnumerateArray().Where(p => p.GetProperty("name").GetString() == "notification-event")
            .SelectMany(p => p.GetProperty("part").EnumerateArray()).Where(p => p.GetProperty("name").GetString() == "focus")
            .Select(p => p.GetProperty("valueReference").GetProperty("reference").GetString()!)
    ];

    static async Task<string> BindingToken(FhirWorld world, string token, string id)
    {
        var reply = await world.Send(token, $"Subscription/{id}/$get-ws-binding-token");
        reply.Status.ShouldBe(200, reply.Text);
        Parameter(reply.Json, "websocket-url").ShouldStartWith("ws://");
        Parameter(reply.Json, "subscription").ShouldBe(id);
        return Parameter(reply.Json, "token")!;
    }
}
