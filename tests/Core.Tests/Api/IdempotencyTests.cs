using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Socle.Api;
using Socle.Platform;
using Socle.Support;

namespace Socle.Core.Tests.Api;

/// <summary>Idempotency-Key: a retry writes nothing and gets the first answer, also when that answer was lost after the commit.</summary>
public sealed class IdempotencyTests
{
    static string Observation(string patient, string value = "5.2", string more = "") => $$$$"""
        {"resourceType":"Observation","status":"final","code":{"text":"essai"},"subject":{"reference":"Patient/{{{{patient}}}}"},"valueQuantity":{"value":{{{{value}}}}}{{{{more}}}}}
        """;

    static async Task<int> Count(ApiServer server, string token) =>
        (await server.Get(token, "Observation?_summary=count")).Json.GetProperty("total").GetInt32();

    [Theory, OnEachDatabase]
    public async Task A_retry_gets_the_first_answer_and_writes_nothing(DatabaseKind kind)
    {
        await using var server = await ApiServer.Start(kind, null);
        var steward = server.Token(server.Steward);
        var (patient, _) = await server.NewPatient("ESSAI", "180057512300101");
        var first = await server.Post(steward, "Observation", Observation(patient), ("Idempotency-Key", "\"8e03978e-40d5\""));
        first.Status.ShouldBe(201, first.Text);
        first.Headers.ShouldNotContainKey("Idempotent-Replayed");
        await server.Put(steward, $"Observation/{first.Id}", Observation(patient, "9.9", $",\"id\":\"{first.Id}\""));   // what happens meanwhile changes nothing of it
        var again = await server.Post(steward, "Observation", Observation(patient), ("Idempotency-Key", "8e03978e-40d5"));
        again.Status.ShouldBe(201, again.Text);
        again.Body.ShouldBe(first.Body);
        foreach (var name in (string[])["ETag", "Location", "Last-Modified", "Content-Type"]) again.Headers[name].ShouldBe(first.Headers[name]);
        again.Headers["Idempotent-Replayed"].ShouldBe("true");
        (await Count(server, steward)).ShouldBe(1);

        (await server.Post(steward, "Observation", Observation(patient, "6"), ("Idempotency-Key", "8e03978e-40d5"))).Status.ShouldBe(422);
        (await server.Post(steward, "Observation", Observation(patient, "6"), ("Idempotency-Key", "another"))).Status.ShouldBe(201);
        // The key is the caller's own.
        var laboratory = await server.Post(server.Token(server.Laboratory), "Observation", Observation(patient, "6"), ("Idempotency-Key", "another"));
        laboratory.Status.ShouldBe(201);
        laboratory.Headers.ShouldNotContainKey("Idempotent-Replayed");
        foreach (var bad in (string[])["\"\"", "a b", new string('k', 256)])
            (await server.Post(steward, "Observation", Observation(patient), ("Idempotency-Key", bad))).Status.ShouldBe(400, bad);
        // A refusal changed nothing: mended, the same key writes.
        (await server.Post(steward, "Observation", "{\"resourceType\":\"Observation\"}", ("Idempotency-Key", "mended"))).Status.ShouldBe(400);
        (await server.Post(steward, "Observation", Observation(patient), ("Idempotency-Key", "mended"))).Status.ShouldBe(201);
    }

    [Theory, OnEachDatabase]
    public async Task Patches_transactions_and_batches_happen_once(DatabaseKind kind)
    {
        await using var server = await ApiServer.Start(kind, null);
        var steward = server.Token(server.Steward);
        var (patient, _) = await server.NewPatient("ESSAI", "180057512300101");
        var id = (await server.Post(steward, "Observation", Observation(patient))).Id;
        const string Note = """{"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"add"},{"name":"path","valueString":"Observation"},{"name":"name","valueString":"note"},{"name":"value","valueAnnotation":{"text":"une fois"}}]}]}""";
        for (var i = 0; i < 2; i++)
        {
            var patched = await server.Patch(steward, $"Observation/{id}", Note, ("Idempotency-Key", "p"));
            patched.Status.ShouldBe(200, patched.Text);
            patched.Headers["ETag"].ShouldBe("W/\"2\"");
        }
        foreach (var type in (string[])["transaction", "batch"])
        {
            var bundle = $$$$"""
                {"resourceType":"Bundle","type":"{{{{type}}}}","entry":[
                 {"request":{"method":"POST","url":"Observation"},"resource":{{{{Observation(patient, "1")}}}}},
                 {"request":{"method":"GET","url":"Observation?_summary=count"}},
                 {"request":{"method":"POST","url":"Observation"},"resource":{{{{Observation(patient, "2")}}}}}]}
                """;
            var before = await Count(server, steward);
            var first = await server.Post(steward, "", bundle, ("Idempotency-Key", type));
            var again = await server.Post(steward, "", bundle, ("Idempotency-Key", type));
            first.Status.ShouldBe(200, first.Text);
            again.Text.ShouldBe(first.Text);
            again.Headers["Idempotent-Replayed"].ShouldBe("true");
            (await Count(server, steward)).ShouldBe(before + 2);
            (await server.Post(steward, "", bundle.Replace("\"value\":2", "\"value\":3", StringComparison.Ordinal), ("Idempotency-Key", type))).Status.ShouldBe(422);
        }
    }

    [Theory, OnEachDatabase]
    public async Task Updates_deletions_and_operations_happen_once(DatabaseKind kind)
    {
        await using var server = await ApiServer.Start(kind, null);
        var steward = server.Token(server.Steward);
        var (patient, _) = await server.NewPatient("ESSAI", "180057512300101");
        (string, string) Key(string key) => ("Idempotency-Key", key);

        // A PUT that creates: the retry is told 201 again, and undoes nothing of what came between.
        string Body(string value) => Observation(patient, value, ",\"id\":\"mienne\"").Replace(",\"id\":\"mienne\"}}", "},\"id\":\"mienne\"}", StringComparison.Ordinal);
        var made = await server.Put(steward, "Observation/mienne", Body("1"), Key("put"));
        made.Status.ShouldBe(201, made.Text);
        (await server.Put(steward, "Observation/mienne", Body("2"))).Status.ShouldBe(200);
        var again = await server.Put(steward, "Observation/mienne", Body("1"), Key("put"));
        (again.Status, again.Headers["ETag"], again.Headers["Idempotent-Replayed"]).ShouldBe((201, "W/\"1\"", "true"));
        again.Body.ShouldBe(made.Body);
        (await server.Get(steward, "Observation/mienne")).Headers["ETag"].ShouldBe("W/\"2\"");
        (await server.Put(steward, "Observation/mienne", Body("3"), Key("put"))).Text.ShouldContain("fhir-idempotency-reused");

        var deleted = await server.Delete(steward, "Observation/mienne", Key("delete"));
        deleted.Status.ShouldBe(204, deleted.Text);
        (await server.Put(steward, "Observation/mienne", Body("4"))).Status.ShouldBeOneOf(200, 201);   // it comes back
        var deletedAgain = await server.Delete(steward, "Observation/mienne", Key("delete"));
        (deletedAgain.Status, deletedAgain.Headers["ETag"]).ShouldBe((204, deleted.Headers["ETag"]));
        (await server.Get(steward, "Observation/mienne")).Status.ShouldBe(200);
        (await server.Delete(steward, "Observation/autre", Key("delete"))).Text.ShouldContain("fhir-idempotency-reused");
        // A conditional deletion that found nothing found nothing the second time either.
        for (var i = 0; i < 2; i++) (await server.Delete(steward, "Observation?identifier=urn:x%7Crien", Key("nothing"))).Status.ShouldBe(204);

        const string Tag = """{"resourceType":"Parameters","parameter":[{"name":"meta","valueMeta":{"tag":[{"system":"urn:x","code":"une-fois"}]}}]}""";
        var tagged = await server.Post(steward, "Observation/mienne/$meta-add", Tag, Key("meta"));
        tagged.Status.ShouldBe(200, tagged.Text);
        var same = await server.Post(steward, "Observation/mienne/$meta-add", Tag, Key("same"));            // there already: nothing is written
        (await server.Post(steward, "Observation/mienne/$meta-delete", Tag)).Status.ShouldBe(200);
        foreach (var (key, first) in ((string, Answer)[])[("meta", tagged), ("same", same)])
        {
            var retried = await server.Post(steward, "Observation/mienne/$meta-add", Tag, Key(key));
            retried.Headers["Idempotent-Replayed"].ShouldBe("true");
            retried.Text.ShouldBe(first.Text);
        }
        (await server.Get(steward, "Observation/mienne")).Text.ShouldNotContain("une-fois");

        var composition = await server.Post(steward, "Composition", $$$"""
            {"resourceType":"Composition","status":"final","type":{"text":"lettre"},"subject":{"reference":"Patient/{{{patient}}}"},"date":"2026-01-01","author":[{"display":"essai"}],"title":"essai"}
            """);
        composition.Status.ShouldBe(201, composition.Text);
        var kept = await server.Post(steward, $"Composition/{composition.Id}/$document?persist=true", "", Key("document"));
        kept.Status.ShouldBe(200, kept.Text);
        (await server.Post(steward, $"Composition/{composition.Id}/$document?persist=true", "", Key("document"))).Headers["Location"].ShouldBe(kept.Headers["Location"]);
        (await server.Get(steward, "Bundle?_summary=count")).Json.GetProperty("total").GetInt32().ShouldBe(1);
    }

    [Theory, OnEachDatabase]
    public async Task An_answer_that_was_lost_after_the_commit_is_given_again(DatabaseKind kind)
    {
        await using var server = await ApiServer.Start(kind, null, new LostAnswers());
        var steward = server.Token(server.Steward);
        var (patient, _) = await server.NewPatient("ESSAI", "180057512300101");
        (string, string)[] lost = [("Idempotency-Key", "k"), (LostAnswers.Header, "1")];
        await Should.ThrowAsync<HttpRequestException>(() => server.Post(steward, "Observation", Observation(patient), lost));
        (await Count(server, steward)).ShouldBe(1);                                       // it was written, and nobody was told
        var again = await server.Post(steward, "Observation", Observation(patient), ("Idempotency-Key", "k"));
        again.Status.ShouldBe(201, again.Text);
        again.Headers["ETag"].ShouldBe("W/\"1\"");
        (await server.Get(steward, $"Observation/{again.Id}")).Status.ShouldBe(200);
        (await Count(server, steward)).ShouldBe(1);
        // The control: without a key the same retry writes twice.
        await Should.ThrowAsync<HttpRequestException>(() => server.Post(steward, "Observation", Observation(patient), (LostAnswers.Header, "1")));
        await server.Post(steward, "Observation", Observation(patient));
        (await Count(server, steward)).ShouldBe(3);
    }

    [Theory, OnEachDatabase]
    public async Task Of_many_at_once_one_writes(DatabaseKind kind)
    {
        await using var server = await ApiServer.Start(kind, null);
        var steward = server.Token(server.Steward);
        var (patient, _) = await server.NewPatient("ESSAI", "180057512300101");
        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => server.Post(steward, "Observation", Observation(patient), ("Idempotency-Key", "k"))));
        answers.ShouldAllBe(answer => answer.Status == 201 || answer.Status == 409);
        answers.ShouldContain(answer => answer.Status == 201);
        (await Count(server, steward)).ShouldBe(1);
    }

    [Fact]
    public async Task What_the_scope_no_longer_reaches_is_told_without_its_content()
    {
        await using var server = await ApiServer.Start();
        var nurse = server.Token(server.Nurse);
        var (patient, citizen) = await server.NewPatient("ESSAI", "180057512300101");
        await server.Desk.DeclareRelation(server.Nurse, citizen.PatientKey, Socle.Access.RelationReason.All[0].Code, default);
        var first = await server.Post(nurse, "Observation", Observation(patient), ("Idempotency-Key", "k"));
        first.Status.ShouldBe(201, first.Text);
        await server.Desk.EndRelation(server.Nurse, citizen.PatientKey, server.Desk.KeyOf(server.Nurse), default);
        var again = await server.Post(nurse, "Observation", Observation(patient), ("Idempotency-Key", "k"));
        again.Status.ShouldBe(201);
        again.Headers["Location"].ShouldBe(first.Headers["Location"]);
        again.Body.ShouldBeEmpty();
    }

    [Theory, OnEachDatabase]
    public async Task Keys_are_forgotten_after_a_day(DatabaseKind kind)
    {
        await using var database = await TestDatabase.Open(kind, [.. new ApiModule().Migrations]);
        var store = new ApiStore(database.Db);
        var now = DateTimeOffset.Parse("2026-03-01T10:00:00Z", System.Globalization.CultureInfo.InvariantCulture);
        async Task Remember(DateTimeOffset at, string written)
        {
            var unit = new Unit();
            ApiStore.Remember(unit, 7, new([1, 2], written), at, at.AddHours(24), () => ApiRefusals.SameKeyUnderWay.With());
            await database.Db.Commit(unit, default);
        }
        await Remember(now, "first");
        (await store.Find(7, now.AddHours(23), default))!.Written.ShouldBe("first");
        (await store.Find(7, now.AddHours(24), default)).ShouldBeNull();
        // Another process wrote under the key after we had looked: its write stands, ours is not made.
        (await Should.ThrowAsync<Refusal>(() => Remember(now.AddHours(1), "second"))).Kind.ShouldBe(ApiRefusals.SameKeyUnderWay);
        await Remember(now.AddHours(25), "third");
        (await store.Find(7, now.AddHours(26), default))!.Written.ShouldBe("third");
        await store.Forget(now.AddHours(60), default);
        (await store.Find(7, now.AddHours(26), default)).ShouldBeNull();
    }

    /// <summary>Cuts the connection once the work is done, before a byte of the answer leaves.</summary>
    sealed class LostAnswers : Module
    {
        public const string Header = "X-Test-Lost";

        public override IEnumerable<Migration> Migrations => [];

        public override void UseMiddleware(IApplicationBuilder app) => app.Use(async (http, next) =>
        {
            if (!http.Request.Headers.ContainsKey(Header))
            {
                await next(http);
                return;
            }
            http.Response.Body = Stream.Null;
            await next(http);
            http.Abort();
        });
    }
}
