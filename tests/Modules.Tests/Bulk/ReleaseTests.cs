using System.Text.Json;
using Socle.Bulk;
using Socle.Platform;
using Socle.Store;
using Socle.Support;

namespace Socle.Modules.Tests.Bulk;

/// <summary>Large exports are two people's business, and nobody's before a day has passed (security.md T75).</summary>
public sealed class ReleaseTests
{
    static readonly string Three = """{"Bulk": {"Settle": "00:00:00", "LinesPerFile": 2, "ReleaseAbove": 3, "PerCaller": 5}}""";

    [Theory, OnEachDatabase]
    public async Task A_large_export_waits_for_a_second_person_and_a_day_and_bears_a_mark(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind, Three);
        var (steward, second) = (world.Token(FhirWorld.Steward), world.Token(FhirWorld.OtherSteward));
        var people = await People(world, 4);
        var status = await Held(world, steward, "Patient/$export?_type=Patient,Observation");
        var job = status[^32..];
        (await Files(world)).ShouldBe(0);
        (await world.Send(second, status)).Status.ShouldBe(404);   // it is still the caller's alone

        var listed = (await world.Send(second, "$export-holds")).Text;
        foreach (var told in (string[])[job, FhirWorld.Steward.Id, "Patient/$export?_type=Patient,Observation", "au moins 4", "pending"]) listed.ShouldContain(told);
        (await world.Send(world.Token(FhirWorld.Laboratory), "$export-holds")).Code.ShouldBe("bulk-deciders-only");
        (await Decide(world, world.Token(FhirWorld.Laboratory), "release", job)).Code.ShouldBe("bulk-deciders-only");
        (await Decide(world, steward, "release", job)).Code.ShouldBe("bulk-second-person");
        (await Decide(world, second, "release", job, " ")).Code.ShouldBe("bulk-no-reason");
        (await Decide(world, second, "release", new string('0', 32))).Code.ShouldBe("bulk-not-held");
        var released = await Decide(world, second, "release", job);
        released.Status.ShouldBe(200, released.Text);
        released.Text.ShouldContain("released");
        (await Decide(world, second, "refuse", job)).Code.ShouldBe("bulk-not-held");   // the first word counts

        // Released, and still a day away.
        world.Database.Clock.Move(TimeSpan.FromHours(23));
        await world.Get<RunExport>().GoOn(default);
        var waits = await world.Send(steward, status);
        waits.Status.ShouldBe(202, waits.Text);
        waits.Headers["X-Progress"].ShouldStartWith("autorise");
        var late = await world.NewObservation(FhirWorld.Laboratory, people[0].Id, "le lendemain");
        world.Database.Clock.Move(TimeSpan.FromHours(2));
        world.Get<JobRunner>().Wake();
        var done = await world.Finish(steward, status);
        done.Status.ShouldBe(200, done.Text);
        var lines = await world.Lines(steward, done.Json);
        lines.Count.ShouldBe(9);
        lines.Select(line => line.GetProperty("id").GetString()).ShouldContain(late);   // read when it went on
        lines.ShouldAllBe(line => Mark(line) == job);
        (await world.Storage.Audit.Latest(null, 200, default)).Select(line => line.Entry.Action).ToHashSet().IsSupersetOf(["export-start", "export-hold", "export-release", "export-download"]).ShouldBeTrue();
    }

    [Theory, OnEachDatabase]
    public async Task Refused_or_cancelled_or_left_it_ends_and_the_people_are_told(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind, Three);
        var (steward, second) = (world.Token(FhirWorld.Steward), world.Token(FhirWorld.OtherSteward));
        var people = await People(world, 5);
        var refused = await Held(world, steward, "$export?_type=Patient");
        (await Decide(world, second, "refuse", refused[^32..], "pas de convention")).Status.ShouldBe(200);
        var said = await world.Send(steward, refused);
        (said.Status, said.Code).ShouldBe((403, "bulk-not-released"));
        said.Text.ShouldContain("pas de convention");
        await Told(world, people, 1);

        var cancelled = await Held(world, steward, "$export?_type=Patient");
        (await world.Delete(steward, cancelled)).Status.ShouldBe(202);
        (await world.Send(steward, cancelled)).Status.ShouldBe(404);
        (await Decide(world, second, "release", cancelled[^32..])).Code.ShouldBe("bulk-not-held");
        await Told(world, people, 2);

        var left = await Held(world, steward, "$export?_type=Patient");
        world.Database.Clock.Move(TimeSpan.FromDays(9));
        await world.Get<EndJobs>().RemoveExpired(default);
        (await world.Send(steward, left)).Status.ShouldBe(404);
        await Told(world, people, 3);
        foreach (var table in (string[])["bulk_job", "bulk_person", "bulk_release", "bulk_file"]) (await Count(world, table)).ShouldBe(0, table);
    }

    [Theory, OnEachDatabase]
    public async Task Many_small_exports_are_a_large_one(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind, Three);
        var steward = world.Token(FhirWorld.Steward);
        var people = await People(world, 4);
        async Task<string> Of(params int[] who)
        {
            var started = await world.Post(steward, "Patient/$export", $$"""{"resourceType":"Parameters","parameter":[{{string.Join(',', who.Select(i =>
                $$$"""{"name":"patient","valueReference":{"reference":"Patient/{{{people[i].Id}}}"}}"""))}}]}""", BulkRun.Async);
            started.Status.ShouldBe(202, started.Text);
            return started.Headers["Content-Location"];
        }
        var first = await Of(0, 1);
        (await world.Finish(steward, first)).Status.ShouldBe(200);
        (await world.Finish(steward, await Of(1, 2))).Status.ShouldBe(200);   // three people so far
        (await world.Delete(steward, first)).Status.ShouldBe(202);            // what was fetched and thrown away was fetched
        (await UntilHeld(world, steward, await Of(3))).ShouldContain("seconde personne");
        // What is about nobody goes on, and others have a day of their own.
        (await world.Finish(steward, await world.Begin(steward, "$export?_type=Organization"))).Status.ShouldBe(200);
        var other = world.Token(FhirWorld.OtherSteward);
        (await world.Finish(other, (await world.Post(other, "Patient/$export", $$$"""{"resourceType":"Parameters","parameter":[{"name":"patient","valueReference":{"reference":"Patient/{{{people[3].Id}}}"}}]}""", BulkRun.Async)).Headers["Content-Location"])).Status.ShouldBe(200);
        world.Database.Clock.Move(TimeSpan.FromHours(25));
        (await world.Finish(steward, await Of(3))).Status.ShouldBe(200);
    }

    [Theory, OnEachDatabase]
    public async Task The_address_of_a_file_serves_once_and_for_minutes(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind, """{"Bulk": {"Settle": "00:00:00"}}""");
        var steward = world.Token(FhirWorld.Steward);
        await People(world, 1);
        var status = await world.Begin(steward, "$export?_type=Patient");
        var manifest = await world.Finish(steward, status);
        DateTimeOffset.Parse(manifest.Headers["Expires"], System.Globalization.CultureInfo.InvariantCulture).ShouldBeLessThanOrEqualTo(world.Database.Clock.GetUtcNow().AddMinutes(5));
        var file = Url(manifest);
        (await world.Send(world.Token(FhirWorld.OtherSteward), file)).Status.ShouldBe(404);
        (await world.Send(null, file)).Status.ShouldBe(401);
        (await world.Send(steward, HttpMethod.Head, file, null)).Status.ShouldBe(200);   // no download
        (await world.Send(steward, file)).Status.ShouldBe(200);
        (await world.Send(steward, file)).Code.ShouldBe("bulk-address-over");
        (await world.Send(steward, file[..^1] + (file[^1] == 'A' ? 'B' : 'A'))).Status.ShouldBe(404);
        var next = Url(await world.Send(steward, status));
        next.ShouldNotBe(file);
        world.Database.Clock.Move(TimeSpan.FromMinutes(5));
        (await world.Send(steward, next)).Code.ShouldBe("bulk-address-over");
        // Of two at the same instant one gets it.
        var both = Url(await world.Send(steward, status));
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => world.Send(steward, both)));
        answers.Count(answer => answer.Status == 200).ShouldBe(1);
        answers.Count(answer => answer.Status == 410).ShouldBe(3);
        world.Database.Clock.Move(TimeSpan.FromMinutes(6));
        await world.Get<EndJobs>().RemoveExpired(default);
        (await Count(world, "bulk_address")).ShouldBe(0);
    }

    [Theory, OnEachDatabase]
    public async Task A_retry_with_the_same_key_begins_no_second_job(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind, """{"Bulk": {"Settle": "00:00:00"}}""");
        var steward = world.Token(FhirWorld.Steward);
        async Task<FhirReply> Ask(string path, string key) => await world.Send(steward, path, BulkRun.Async, ("Idempotency-Key", key));
        var first = await Ask("$export?_type=Patient", "k");
        var again = await Ask("$export?_type=Patient", "k");
        (first.Status, again.Status).ShouldBe((202, 202), again.Text);
        again.Headers["Content-Location"].ShouldBe(first.Headers["Content-Location"]);
        again.Headers["Idempotent-Replayed"].ShouldBe("true");
        (await Ask("$export?_type=Observation", "k")).Code.ShouldBe("fhir-idempotency-reused");
        (await Ask("$export?_type=Patient", "other")).Headers["Content-Location"].ShouldNotBe(first.Headers["Content-Location"]);
        async Task<FhirReply> Import(string line) => await world.Send(steward, HttpMethod.Post, "$import",
            new StringContent(line, System.Text.Encoding.UTF8, "application/fhir+ndjson"), BulkRun.Async, ("Idempotency-Key", "import"));
        const string Line = """{"resourceType":"Organization","id":"o","name":"Essai"}""";
        var imported = await Import(Line);
        imported.Status.ShouldBe(202, imported.Text);
        (await Import(Line)).Headers["Content-Location"].ShouldBe(imported.Headers["Content-Location"]);
        (await Import(Line.Replace("Essai", "Autre", StringComparison.Ordinal))).Code.ShouldBe("fhir-idempotency-reused");
        (await Count(world, "bulk_job")).ShouldBe(3);
    }

    static string Url(FhirReply manifest) => manifest.Json.GetProperty("output")[0].GetProperty("url").GetString()!;

    static string? Mark(JsonElement line) => line.GetProperty("meta").GetProperty("tag").EnumerateArray()
        .Single(tag => tag.GetProperty("system").GetString() == Watermark.System).GetProperty("code").GetString();

    static async Task<List<(string Id, long Key)>> People(FhirWorld world, int count)
    {
        var people = new List<(string, long)>();
        for (var i = 0; i < count; i++)
        {
            var (id, key, _) = await world.NewPatient($"MASSE{i}");
            await world.NewObservation(FhirWorld.Laboratory, id, $"valeur {i}");
            people.Add((id, key));
        }
        return people;
    }

    static async Task<string> Held(FhirWorld world, string token, string path)
    {
        var status = await world.Begin(token, path);
        (await UntilHeld(world, token, status)).ShouldContain("seconde personne");
        return status;
    }

    static async Task<string> UntilHeld(FhirWorld world, string token, string status)
    {
        for (var round = 0; round < 3_000; round++)
        {
            var reply = await world.Send(token, status);
            reply.Status.ShouldBe(202, reply.Text);
            reply.Headers["X-Progress"].Length.ShouldBeLessThanOrEqualTo(100);
            if (reply.Headers["X-Progress"].StartsWith("attend", StringComparison.Ordinal) && await Files(world, status[^32..]) == 0) return reply.Text;
            await Task.Delay(20);
        }
        throw new TimeoutException($"{status} is not held.");
    }

    static Task<FhirReply> Decide(FhirWorld world, string token, string what, string job, string reason = "convention n° 12") => world.Post(token, $"$export-{what}", $$"""
        {"resourceType":"Parameters","parameter":[{"name":"job","valueString":"{{job}}"},{"name":"reason","valueString":"{{reason}}"}]}
        """);

    // Who was told that their record went into it is told that it did not go out.
    static async Task Told(FhirWorld world, List<(string Id, long Key)> people, int times)
    {
        var (prepared, withdrawn) = (0, 0);
        foreach (var (_, key) in people)
        {
            var actions = (await world.Storage.Audit.OfPatient(key, null, 100, default)).Select(line => line.Entry.Action).ToList();
            prepared += actions.Count(action => action == "export");
            withdrawn += actions.Count(action => action == "export-withdrawn");
        }
        withdrawn.ShouldBe(prepared);
        withdrawn.ShouldBeGreaterThanOrEqualTo(4 * times);
    }

    static Task<long> Files(FhirWorld world) => Count(world, "bulk_file");

    static Task<long> Files(FhirWorld world, string job) =>
        world.Storage.Db.First($"select count(*) from bulk_file where job = {job}", row => row.Long(0), default);

    static Task<long> Count(FhirWorld world, string table) => table switch
    {
        "bulk_job" => world.Storage.Db.First($"select count(*) from bulk_job", row => row.Long(0), default),
        "bulk_person" => world.Storage.Db.First($"select count(*) from bulk_person", row => row.Long(0), default),
        "bulk_release" => world.Storage.Db.First($"select count(*) from bulk_release", row => row.Long(0), default),
        "bulk_address" => world.Storage.Db.First($"select count(*) from bulk_address", row => row.Long(0), default),
        _ => world.Storage.Db.First($"select count(*) from bulk_file", row => row.Long(0), default)
    };
}
