using System.Text;
using System.Text.Json;
using Socle.Bulk;
using Socle.Platform;
using Socle.Support;

namespace Socle.Modules.Tests.Bulk;

public sealed class ExportTests
{
    internal static readonly string Small = """{"Bulk": {"Settle": "00:00:00", "LinesPerFile": 5, "PerCaller": 2}}""";

    [Theory, OnEachDatabase]
    public async Task The_operator_exports_everything_once_and_each_person_is_told(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind, Small);
        var steward = world.Token(FhirWorld.Steward);
        var made = new HashSet<string>();
        var keys = new List<long>();
        for (var i = 0; i < 7; i++)
        {
            var (id, key, _) = await world.NewPatient($"EXPORT{i}");
            keys.Add(key);
            made.Add($"Patient/{id}");
            for (var n = 0; n < 3; n++) made.Add($"Observation/{await world.NewObservation(FhirWorld.Laboratory, id, $"valeur {i}.{n}")}");
        }
        var status = await world.Begin(steward, "$export");
        var manifest = (await world.Finish(steward, status)).Json;
        manifest.GetProperty("requiresAccessToken").GetBoolean().ShouldBeTrue();
        manifest.GetProperty("request").GetString().ShouldEndWith("/fhir/$export");
        manifest.GetProperty("error").GetArrayLength().ShouldBe(0);
        manifest.GetProperty("transactionTime").GetDateTimeOffset().ShouldBeLessThanOrEqualTo(world.Database.Clock.GetUtcNow());

        var lines = await world.Lines(steward, manifest);
        lines.Select(Reference).Order().ShouldBe(made.Order());
        (await world.Lines(steward, (await world.Send(steward, status)).Json, zipped: true)).Text().ShouldBe(lines.Text());
        foreach (var key in keys)
        {
            var trace = await world.Storage.Audit.OfPatient(key, null, 100, default);
            trace.Count(line => line.Entry.Action == "export").ShouldBe(1);
        }
    }

    [Theory, OnEachDatabase]
    public async Task What_the_scope_forbids_is_in_no_file(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind, Small);
        var laboratory = world.Token(FhirWorld.Laboratory);
        var mine = new HashSet<string>();
        var (ann, _, citizen) = await world.NewPatient("CANARIDES");
        for (var i = 0; i < 12; i++)
        {
            mine.Add($"Observation/{await world.NewObservation(FhirWorld.Laboratory, ann, $"visible {i}")}");
            await world.NewObservation(FhirWorld.OtherLaboratory, ann, $"CANARI {i}");
        }
        var manifest = await world.Manifest(laboratory, "$export?_type=Observation");
        var lines = await world.Lines(laboratory, manifest);
        lines.Select(Reference).Order().ShouldBe(mine.Order());
        lines.Text().ShouldNotContain("CANARI ");
        manifest.GetProperty("output").EnumerateArray().Sum(file => file.GetProperty("count").GetInt32()).ShouldBe(12);

        // A citizen's export is their own record and nobody else's.
        var (bob, _, stranger) = await world.NewPatient("AUTRUI");
        await world.NewObservation(FhirWorld.Laboratory, bob, "CANARI d’autrui");
        var own = world.Token(citizen);
        var record = await world.Lines(own, await world.Manifest(own, "Patient/$export"));
        record.Text().ShouldNotContain("autrui");
        record.Count(line => Reference(line).StartsWith("Observation/", StringComparison.Ordinal)).ShouldBe(24);
        record.Select(Reference).ShouldContain($"Patient/{ann}");
        record.Select(Reference).ShouldNotContain($"Patient/{bob}");
        (await world.Send(world.Token(stranger), manifest.GetProperty("output")[0].GetProperty("url").GetString()!)).Status.ShouldBe(404);
    }

    [Theory, OnEachDatabase]
    public async Task A_group_is_exported_by_its_members(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind, Small);
        var steward = world.Token(FhirWorld.Steward);
        var (inside, _, _) = await world.NewPatient("DEDANS");
        var (former, _, _) = await world.NewPatient("ANCIEN");
        var (outside, _, _) = await world.NewPatient("DEHORS");
        foreach (var id in new[] { inside, former, outside }) await world.NewObservation(FhirWorld.Laboratory, id, $"de {id}");
        var group = await world.Post(steward, "Group", $$$"""
            {"resourceType":"Group","type":"person","actual":true,"member":[{"entity":{"reference":"Patient/{{{inside}}}"}},
             {"entity":{"reference":"Patient/{{{former}}}"},"inactive":true}]}
            """);
        group.Status.ShouldBe(201, group.Text);
        var lines = await world.Lines(steward, await world.Manifest(steward, $"Group/{group.Id}/$export?_type=Patient,Observation"));
        lines.Count.ShouldBe(2);
        lines.Text().ShouldContain($"de {inside}");

        // Only some patients, by POST; one who is not of the group is told like one who does not exist.
        var some = await world.Post(steward, "Patient/$export", Patients(outside), BulkRun.Async);
        some.Status.ShouldBe(202, some.Text);
        var chosen = await world.Lines(steward, (await world.Finish(steward, some.Headers["Content-Location"])).Json);
        chosen.Select(Reference).ShouldContain($"Patient/{outside}");
        chosen.Text().ShouldNotContain($"de {inside}");
        var foreign = await world.Post(steward, $"Group/{group.Id}/$export", Patients(outside), BulkRun.Async);
        var unknown = await world.Post(steward, $"Group/{group.Id}/$export", Patients("nobody"), BulkRun.Async);
        (foreign.Status, foreign.Code).ShouldBe((422, "bulk-no-patient"));
        (unknown.Status, unknown.Code).ShouldBe((422, "bulk-no-patient"));
        (await world.Send(world.Token(FhirWorld.Laboratory), $"Group/{group.Id}/$export", BulkRun.Async)).Status.ShouldBe(404);
    }

    [Theory, OnEachDatabase]
    public async Task Types_filters_elements_and_since_are_heeded(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind, Small);
        var steward = world.Token(FhirWorld.Steward);
        var (ann, _, _) = await world.NewPatient("FILTREE");
        await world.NewObservation(FhirWorld.Laboratory, ann, "glycemie", "2345-7");
        await world.NewObservation(FhirWorld.Laboratory, ann, "sodium", "2951-2");
        await world.NewObservation(FhirWorld.Laboratory, ann, "potassium", "2823-3");
        var filter = Uri.EscapeDataString("Observation?code=2345-7,2951-2&status=final,Observation?value-string=potassium");
        (await world.Lines(steward, await world.Manifest(steward, $"$export?_type=Observation&_typeFilter={filter}"))).Count.ShouldBe(3);
        var one = await world.Lines(steward, await world.Manifest(steward,
            $"$export?_type=Observation,Patient&_typeFilter={Uri.EscapeDataString("Observation?patient.family=FILTREE&code=2951-2")}&_elements=status,Patient.name"));
        one.Count.ShouldBe(2);
        var observation = one.Single(line => Reference(line).StartsWith("Observation/", StringComparison.Ordinal));
        observation.TryGetProperty("valueString", out _).ShouldBeFalse();
        observation.GetProperty("status").GetString().ShouldBe("final");
        observation.GetProperty("meta").GetProperty("tag").GetRawText().ShouldContain("SUBSETTED");

        // The last moment of the millisecond in which the change is dated.
        world.Database.Clock.Move(TimeSpan.FromHours(1));
        var late = await world.NewObservation(FhirWorld.Laboratory, ann, "tardive");
        var dated = (await world.Send(steward, $"Observation/{late}")).Json.GetProperty("meta").GetProperty("lastUpdated").GetDateTimeOffset();
        var since = Uri.EscapeDataString(dated.AddTicks(TimeSpan.TicksPerMillisecond - 1).ToString("O"));
        var gone = await world.NewObservation(FhirWorld.Laboratory, ann, "retirée");
        (await world.Delete(world.Token(FhirWorld.Laboratory), $"Observation/{gone}")).Status.ShouldBe(204);
        var manifest = await world.Manifest(steward, $"$export?_type=Observation&_since={since}");
        (await world.Lines(steward, manifest)).Select(Reference).ShouldBe([$"Observation/{late}"]);
        var deleted = (await world.Lines(steward, manifest, "deleted")).ShouldHaveSingleItem();
        deleted.GetProperty("entry")[0].GetProperty("request").GetProperty("url").GetString().ShouldBe($"Observation/{gone}");
        deleted.GetProperty("entry").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task What_is_not_done_is_refused_by_its_name()
    {
        await using var world = await FhirWorld.Open(DatabaseKind.Sqlite, Small);
        var steward = world.Token(FhirWorld.Steward);
        (await world.Send(steward, "$export")).Code.ShouldBe("bulk-async-only");
        (string Path, string Named)[] refused =
        [
            ("$export?includeAssociatedData=LatestProvenanceResources", "includeAssociatedData"), ("$export?_sort=date", "_sort"),
            ("$export?_type=Patent", "Patent"), ("$export?_outputFormat=text/csv", "_outputFormat"), ("$export?_since=hier", "_since"),
            ("$export?_typeFilter=Observation", "_typeFilter"), ("$export?_typeFilter=Observation%3F_count%3D3", "_typeFilter"), ("$export?patient=Patient/a", "patient")
        ];
        foreach (var (path, named) in refused)
        {
            var reply = await world.Send(steward, path, BulkRun.Async);
            reply.Status.ShouldBe(400, path);
            reply.Text.ShouldContain(named);
        }
        (await world.Send(steward, "$export?_typeFilter=Observation%3Fno-such%3D3", BulkRun.Async)).Status.ShouldBe(400);
        (await world.Send(world.Token(FhirWorld.Laboratory, "system/Observation.rs"), "$export?_type=Encounter", BulkRun.Async)).Code.ShouldBe("type-not-allowed");
        (await world.Send(null, "$export", BulkRun.Async)).Status.ShouldBe(401);

        // A lenient caller is told in the error file.
        var started = await world.Send(steward, "$export?_type=Patient&_sort=date", ("Prefer", "respond-async, handling=lenient"));
        var manifest = (await world.Finish(steward, started.Headers["Content-Location"])).Json;
        (await world.Lines(steward, manifest, "error")).ShouldHaveSingleItem().GetRawText().ShouldContain("_sort");
    }

    [Fact]
    public async Task A_job_is_its_callers_alone_and_a_cancelled_one_frees_its_space()
    {
        await using var world = await FhirWorld.Open(DatabaseKind.Sqlite, Small);
        var steward = world.Token(FhirWorld.Steward);
        var (ann, _, _) = await world.NewPatient("ANNULEE");
        for (var i = 0; i < 12; i++) await world.NewObservation(FhirWorld.Laboratory, ann, $"n° {i}");
        var status = await world.Begin(steward, "$export");
        var manifest = (await world.Finish(steward, status)).Json;
        (await Blobs(world)).ShouldBeGreaterThan(0);

        var other = world.Token(FhirWorld.OtherSteward);
        var unknown = status[..^32] + new string('0', 32);
        foreach (var token in new[] { other, world.Token(FhirWorld.Laboratory) })
        {
            (await world.Send(token, status)).Seen.ShouldBe((await world.Send(token, unknown)).Seen);
            (await world.Delete(token, status)).Status.ShouldBe(404);
            (await world.Send(token, manifest.GetProperty("output")[0].GetProperty("url").GetString()!)).Status.ShouldBe(404);
        }
        (await world.Delete(steward, status)).Status.ShouldBe(202);
        (await world.Send(steward, status)).Status.ShouldBe(404);
        (await world.Send(steward, manifest.GetProperty("output")[0].GetProperty("url").GetString()!)).Status.ShouldBe(404);
        (await Blobs(world)).ShouldBe(0);
    }

    [Fact]
    public async Task An_export_ends_by_itself_and_leaves_nothing()
    {
        await using var world = await FhirWorld.Open(DatabaseKind.Sqlite, Small);
        var steward = world.Token(FhirWorld.Steward);
        await world.NewPatient("EXPIREE");
        var status = await world.Begin(steward, "$export");
        (await world.Finish(steward, status)).Status.ShouldBe(200);
        world.Database.Clock.Move(TimeSpan.FromHours(25));
        (await world.Send(steward, status)).Status.ShouldBe(404);
        await world.Get<EndJobs>().RemoveExpired(default);
        (await Blobs(world)).ShouldBe(0);
        (await world.Storage.Db.First($"select count(*) from bulk_job", row => row.Long(0), default)).ShouldBe(0);
    }

    [Fact]
    public async Task Too_many_jobs_at_once_are_refused()
    {
        await using var world = await FhirWorld.Open(DatabaseKind.Sqlite, """{"Bulk": {"Settle": "00:01:00", "PerCaller": 2}}""");
        var steward = world.Token(FhirWorld.Steward);
        await world.Begin(steward, "$export?_type=Patient");
        var second = await world.Begin(steward, "$export?_type=Patient");
        var third = await world.Send(steward, "$export?_type=Patient", BulkRun.Async);
        (third.Status, third.Code).ShouldBe((429, "bulk-too-many-jobs"));
        third.Headers.ShouldContainKey("Retry-After");
        (await world.Send(world.Token(FhirWorld.OtherSteward), "$export?_type=Patient", BulkRun.Async)).Status.ShouldBe(202);
        (await world.Delete(steward, second)).Status.ShouldBe(202);
        (await world.Send(steward, "$export?_type=Patient", BulkRun.Async)).Status.ShouldBe(202);
    }

    [Theory, OnEachDatabase]
    public async Task Who_lost_a_right_meanwhile_gets_no_file(DatabaseKind kind)
    {
        await using var world = await FhirWorld.Open(kind, Small);
        var nurse = world.Token(FhirWorld.Nurse);
        var (ann, key, _) = await world.NewPatient("SUIVIE");
        await world.NewObservation(FhirWorld.Laboratory, ann, "soins");
        await world.Desk.DeclareRelation(FhirWorld.Nurse, key, "suivi", default);
        var status = await world.Begin(nurse, "Patient/$export?_type=Observation");
        (await world.Lines(nurse, (await world.Finish(nurse, status)).Json)).ShouldHaveSingleItem();
        var file = (await world.Send(nurse, status)).Json.GetProperty("output")[0].GetProperty("url").GetString()!;
        (await world.Send(world.Token(FhirWorld.Nurse, "user/Patient.rs"), file)).Code.ShouldBe("bulk-revoked");
        await world.Desk.EndRelation(FhirWorld.Nurse, key, world.Desk.KeyOf(FhirWorld.Nurse), default);
        (await world.Send(nurse, file)).Code.ShouldBe("bulk-revoked");
    }

    [Fact]
    public async Task Nothing_of_an_export_can_be_read_on_the_disk()
    {
        await using var world = await FhirWorld.Open(DatabaseKind.Sqlite, Small);
        var steward = world.Token(FhirWorld.Steward);
        var (ann, _, _) = await world.NewPatient("ILLISIBLE");
        await world.NewObservation(FhirWorld.Laboratory, ann, "motparfaitementreconnaissable");
        var manifest = await world.Manifest(steward, "$export?_type=Observation");
        (await world.Lines(steward, manifest)).Text().ShouldContain("motparfaitementreconnaissable");
        foreach (var file in Directory.EnumerateFiles(world.Database.Folder, "*", SearchOption.AllDirectories).Where(file => Path.GetFileName(file) != "lock"))
        {
            // The server is at work: a file may have shrunk or gone since it was listed, and what is gone can be read by nobody.
            byte[] bytes;
            try
            {
                await using var open = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
                using var copy = new MemoryStream();
                await open.CopyToAsync(copy);
                bytes = copy.ToArray();
            }
            catch (FileNotFoundException)
            {
                continue;
            }
            bytes.AsSpan().IndexOf("motparfaitementreconnaissable"u8).ShouldBe(-1, file);
            bytes.AsSpan().IndexOf(Encoding.UTF8.GetBytes($"Observation?")).ShouldBe(-1, file);
        }
    }

    internal static string Reference(JsonElement line) => $"{line.GetProperty("resourceType").GetString()}/{line.GetProperty("id").GetString()}";

    static string Patients(string id) => $$$"""
        {"resourceType":"Parameters","parameter":[{"name":"_type","valueString":"Patient,Observation"},{"name":"patient","valueReference":{"reference":"Patient/{{{id}}}"}}]}
        """;

    static async Task<long> Blobs(FhirWorld world) => await world.Storage.Db.First($"select count(*) from platform_blob_chunk", row => row.Long(0), default);
}
