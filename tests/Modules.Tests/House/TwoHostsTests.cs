using System.Text.Json;
using Socle.Platform;
using Socle.Profiles;
using Socle.Store;
using Socle.Support;
using Socle.Terminology;

namespace Socle.Modules.Tests.House;

/// <summary>Two servers on one database: what one changes of what the other keeps in memory is noticed there, by the one feed of changes.</summary>
public sealed class TwoHostsTests
{
    const string Settings = """{"Egress": {"Hosts": ["localhost"], "Loopback": true}, "Subscriptions": {"Backoff": "00:00:00"}}""";

    [Theory, OnEachDatabase]
    public async Task A_search_parameter_made_through_one_is_answered_by_the_other_and_never_from_half_an_index(DatabaseKind kind)
    {
        await using var one = await FhirWorld.Open(kind);
        await using var other = await Beside(one);
        var steward = one.Token(FhirWorld.Steward);
        var blue = 0;
        for (var i = 0; i < 12; i++) await Write(i % 2 == 0 ? one : other);
        var made = await one.Post(steward, "SearchParameter", """
            {"resourceType":"SearchParameter","url":"urn:test:eye","name":"eye","status":"active","description":"x","code":"eye","base":["Organization"],
             "type":"token","expression":"Organization.extension.where(url = 'urn:eye').value"}
            """);
        made.Status.ShouldBe(201, made.Text);

        // Both write and are asked all the while: unknown yet, or not ready yet, or all of it.
        var (known, ready) = (false, false);
        for (var round = 0; !ready; round++)
        {
            round.ShouldBeLessThan(2_000, "the other does not answer by the new parameter");
            await Write(round % 2 == 0 ? other : one);
            ready = await Ask(other) & await Ask(one);
            await one.Get<RecordStore>().IndexParameters(1, default);
            // Time may pass for the walk once the other knows: it has stopped to write without it.
            if (known) one.Database.Clock.Move(TimeSpan.FromSeconds(5));
            known = other.Get<RecordStore>().Parameters.Any(parameter => parameter.Code == "eye");
            if (!known) await Task.Delay(50);
        }
        for (var i = 0; i < 4; i++) await Write(i % 2 == 0 ? one : other);
        (await Ask(one)).ShouldBeTrue();
        (await Ask(other)).ShouldBeTrue();

        (await one.Delete(steward, $"SearchParameter/{made.Id}")).Status.ShouldBe(204);
        await Soon(async () => (await other.Send(steward, "Organization?eye=blue", ("Prefer", "handling=strict"))).Status == 400);

        async Task Write(FhirWorld through)
        {
            var written = await through.Post(steward, "Organization", """{"resourceType":"Organization","name":"x","extension":[{"url":"urn:eye","valueCode":"blue"}]}""");
            written.Status.ShouldBe(201, written.Text);
            blue++;
        }

        async Task<bool> Ask(FhirWorld through)
        {
            var reply = await through.Send(steward, "Organization?eye=blue&_summary=count", ("Prefer", "handling=strict"));
            if (reply.Status != 200) return false;
            reply.Json.GetProperty("total").GetInt32().ShouldBe(blue, "an answer from half an index");
            return true;
        }
    }

    [Theory, OnEachDatabase]
    public async Task Codes_and_profiles_loaded_through_one_are_known_to_the_other(DatabaseKind kind)
    {
        await using var one = await FhirWorld.Open(kind, null, () => new TerminologyModule(), () => new ProfilesModule());
        await using var other = await Beside(one);
        var steward = one.Token(FhirWorld.Steward);
        (await Valid()).ShouldBeFalse();
        var system = await one.Post(steward, "CodeSystem", """
            {"resourceType":"CodeSystem","url":"urn:test:colours","status":"active","content":"complete","concept":[{"code":"blue","display":"Bleu"}]}
            """);
        system.Status.ShouldBe(201, system.Text);
        await Soon(Valid);
        (await one.Delete(steward, $"CodeSystem/{system.Id}")).Status.ShouldBe(204);
        await Soon(async () => !await Valid());

        (await Errors()).ShouldBe(0);
        var profile = await one.Post(steward, "StructureDefinition", """
            {"resourceType":"StructureDefinition","url":"urn:test:named","name":"Named","status":"active","kind":"resource","abstract":false,"type":"Organization",
             "baseDefinition":"http://hl7.org/fhir/StructureDefinition/Organization","derivation":"constraint",
             "differential":{"element":[{"id":"Organization.alias","path":"Organization.alias","min":1}]}}
            """);
        profile.Status.ShouldBe(201, profile.Text);
        await Soon(async () => await Errors() == 1);
        (await one.Delete(steward, $"StructureDefinition/{profile.Id}")).Status.ShouldBe(204);
        await Soon(async () => await Errors() == 0);

        async Task<bool> Valid()
        {
            var reply = await other.Send(steward, "CodeSystem/$validate-code?url=urn:test:colours&code=blue");
            return reply.Status == 200 && reply.Json.GetProperty("parameter").EnumerateArray().Any(part =>
                part.GetProperty("name").GetString() == "result" && part.GetProperty("valueBoolean").GetBoolean());
        }

        async Task<int> Errors()
        {
            var reply = await other.Post(steward, "Organization/$validate", """{"resourceType":"Organization","meta":{"profile":["urn:test:named"]},"name":"x"}""");
            reply.Status.ShouldBe(200, reply.Text);
            return reply.Json.GetProperty("issue").EnumerateArray().Count(issue => issue.GetProperty("severity").GetString() == "error");
        }
    }

    [Theory, OnEachDatabase]
    public async Task A_subscription_made_through_one_is_told_of_what_is_written_through_the_other(DatabaseKind kind)
    {
        await using var one = await FhirWorld.Open(kind, Settings);
        await using var other = await Beside(one);
        using var receiver = new Receiver();
        var steward = one.Token(FhirWorld.Steward);
        var made = await one.Post(steward, "Subscription", $$$"""
            {"resourceType":"Subscription","status":"requested","reason":"essai","criteria":"Organization?name=tilleuls",
             "channel":{"type":"rest-hook","endpoint":"{{{receiver.Address}}}","payload":"application/fhir+json"} }
            """);
        made.Status.ShouldBe(201, made.Text);
        await Soon(async () => await Said(other) == "active");
        // What is active in the database is in the memory of the other a moment later.
        var told = "";
        await Soon(async () =>
        {
            var written = await other.Post(steward, "Organization", """{"resourceType":"Organization","name":"Tilleuls"}""");
            written.Status.ShouldBe(201, written.Text);
            while (receiver.Got.TryDequeue(out var got)) told += got.Body;
            return told.Contains("Organization/", StringComparison.Ordinal);
        });

        (await one.Put(steward, $"Subscription/{made.Id}", $$$"""
            {"resourceType":"Subscription","id":"{{{made.Id}}}","status":"off","reason":"essai","criteria":"Organization?name=tilleuls","channel":{"type":"rest-hook","endpoint":"{{{receiver.Address}}}"} }
            """)).Status.ShouldBe(200);
        await Soon(() => Task.FromResult(other.Get<Socle.Subscriptions.Registry>().Of("Organization").Length == 0));

        async Task<string?> Said(FhirWorld through) => (await through.Send(steward, $"Subscription/{made.Id}")).Json.GetProperty("status").GetString();
    }

    static async Task<FhirWorld> Beside(FhirWorld one)
    {
        var other = await one.Beside();
        one.Storage.Db.Changes.Start();
        other.Storage.Db.Changes.Start();
        return other;
    }

    static async Task Soon(Func<Task<bool>> holds)
    {
        for (var round = 0; !await holds(); round++)
        {
            round.ShouldBeLessThan(1_200, "it was not noticed");
            await Task.Delay(50);
        }
    }
}
