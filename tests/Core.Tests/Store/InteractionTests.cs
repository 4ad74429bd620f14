using Socle.Fhir;
using Socle.Platform;
using Socle.Store;
using Socle.Support;

namespace Socle.Core.Tests.Store;

public sealed class InteractionTests
{
    [Theory, OnEachDatabase]
    public async Task What_is_created_is_read_back_with_its_id_and_meta(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var created = await on.TryCreate(on.Steward, Sample.Patient());

        created.Status.ShouldBe(201);
        created.Stored.Version.ShouldBe(1);
        created.Stored.Id.Length.ShouldBe(26);
        var read = (await on.Read(on.Steward, created.Stored)).ShouldNotBeNull();
        read.Bytes.ToArray().ShouldBe(created.Stored.Bytes.ToArray());
        TestStore.Text(read).ShouldContain($"\"id\":\"{created.Stored.Id}\"");
        TestStore.Text(read).ShouldContain("\"versionId\":\"1\"");
        TestStore.Text(read).ShouldContain("Lévêque");
    }

    [Theory, OnEachDatabase]
    public async Task An_update_makes_a_version_and_the_older_one_is_still_there(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Sample.Patient());
        var updated = await on.Put(on.Steward, "Patient", patient.Id, WithId(Sample.Patient("Martin"), patient.Id), ifMatch: 1);

        (updated.Status, updated.Stored.Version).ShouldBe((200, 2));
        TestStore.Text((await on.Read(on.Steward, patient))!).ShouldContain("Martin");
        TestStore.Text((await on.Records.ReadVersion(on.Steward, "Patient", patient.Id, 1, default))!).ShouldContain("Lévêque");
        (await on.Records.ReadVersion(on.Steward, "Patient", patient.Id, 3, default)).ShouldBeNull();
        (await on.Found(on.Steward, "Patient?name=leveque")).ShouldBeEmpty();
        (await on.Found(on.Steward, "Patient?name=martin")).ShouldBe([patient.Id]);
    }

    [Theory, OnEachDatabase]
    public async Task A_stale_If_Match_is_refused_and_changes_nothing(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Sample.Patient());
        await on.Put(on.Steward, "Patient", patient.Id, Sample.Patient("Martin"), ifMatch: 1);

        var refusal = await Should.ThrowAsync<Refusal>(() => on.Put(on.Steward, "Patient", patient.Id, Sample.Patient("Bernard"), ifMatch: 1));
        refusal.Reason.ShouldBe(Reason.PreconditionFailed);
        TestStore.Text((await on.Read(on.Steward, patient))!).ShouldContain("Martin");
    }

    [Theory, OnEachDatabase]
    public async Task Of_two_writers_on_one_version_one_wins(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Sample.Patient());
        var writers = Enumerable.Range(0, 8).Select(async i =>
        {
            try
            {
                await on.Put(on.Steward, "Patient", patient.Id, Sample.Patient($"Nom{i}"), ifMatch: 1);
                return true;
            }
            catch (Refusal refusal) when (refusal.Reason == Reason.PreconditionFailed)
            {
                return false;
            }
        });

        (await Task.WhenAll(writers)).Count(won => won).ShouldBe(1);
        (await on.Read(on.Steward, patient))!.Version.ShouldBe(2);
    }

    [Theory, OnEachDatabase]
    public async Task Writers_without_If_Match_all_get_through_one_after_the_other(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Sample.Patient());
        await Task.WhenAll(Enumerable.Range(0, 8).Select(i => on.Put(on.Steward, "Patient", patient.Id, Sample.Patient($"Nom{i}"))));

        (await on.Read(on.Steward, patient))!.Version.ShouldBe(9);
    }

    [Theory, OnEachDatabase]
    public async Task Two_processes_lose_no_write(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Sample.Patient());
        RecordStore[] processes = [on.Records, on.Another()];
        await Task.WhenAll(Enumerable.Range(0, 40).Select(i => processes[i % 2].Write(on.Steward,
            [i % 4 < 2
                ? new WriteOp.Update("Patient", patient.Id, null, TestStore.Doc(Sample.Patient($"Nom{i}")))
                : new WriteOp.Create(TestStore.Doc(Sample.Observation(patient.Reference)))], WriteOptions.Default, default)));

        (await on.Read(on.Steward, patient))!.Version.ShouldBe(21);
        (await on.Search(on.Steward, $"Observation?patient={patient.Id}&_summary=count")).Total.ShouldBe(20);
        (await on.Records.History(on.Steward, "Patient", patient.Id, new(), default))!.Versions.Count.ShouldBe(21);
    }

    [Theory, OnEachDatabase]
    public async Task A_patch_changes_what_it_names_plain_and_conditional(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Sample.Patient());
        var observation = await on.Create(on.Steward, Sample.Observation(patient.Reference));
        async Task<WriteResult> Patch(string? id, string? condition, string status, long? ifMatch = null) => (await on.Records.Write(on.Steward,
            [new WriteOp.Patch("Observation", id, condition is null ? null : TestStore.Query("Observation", condition), TestStore.Doc($$"""
                {"resourceType":"Parameters","parameter":[{"name":"operation","part":[{"name":"type","valueCode":"replace"},
                 {"name":"path","valueString":"Observation.status"},{"name":"value","valueCode":"{{status}}"}]}]}
                """), ifMatch)], WriteOptions.Default, default))[0];

        (await Patch(observation.Id, null, "amended")).Stored.Version.ShouldBe(2);
        (await Patch(null, $"patient={patient.Id}", "corrected", ifMatch: 2)).Stored.Version.ShouldBe(3);
        TestStore.Text((await on.Read(on.Steward, observation))!).ShouldContain("\"status\":\"corrected\"");
        (await Should.ThrowAsync<Refusal>(() => Patch(observation.Id, null, "final", ifMatch: 1))).Kind.ShouldBe(StoreRefusals.StaleVersion);
        (await Should.ThrowAsync<Refusal>(() => Patch("inconnu", null, "final"))).Kind.ShouldBe(StoreRefusals.NotFound);
        (await Should.ThrowAsync<Refusal>(() => Patch(null, "code=0-0", "final"))).Kind.ShouldBe(StoreRefusals.NoMatch);
    }

    [Theory, OnEachDatabase]
    public async Task A_deleted_resource_is_gone_from_searches_and_can_come_back(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Sample.Patient());
        (await on.Delete(on.Steward, "Patient", patient.Id)).Status.ShouldBe(204);

        (await on.Read(on.Steward, patient)).ShouldNotBeNull().Deleted.ShouldBeTrue();
        (await on.Found(on.Steward, "Patient?identifier=P-1")).ShouldBeEmpty();
        (await on.Found(on.Steward, "Patient?name=leveque")).ShouldBeEmpty();
        (await on.Delete(on.Steward, "Patient", patient.Id)).Status.ShouldBe(204);
        var again = await on.Put(on.Steward, "Patient", patient.Id, Sample.Patient());
        (again.Status, again.Stored.Version, again.Stored.Id).ShouldBe((201, 3, patient.Id));
        (await on.Found(on.Steward, "Patient?identifier=urn:test|P-1")).ShouldBe([patient.Id]);
    }

    [Theory, OnEachDatabase]
    public async Task A_put_on_an_unknown_id_keeps_that_id(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var put = await on.Put(on.Steward, "Patient", "zoe-1", WithId(Sample.Patient(), "zoe-1"));
        (put.Status, put.Stored.Id).ShouldBe((201, "zoe-1"));
        var observation = await on.Create(on.Steward, Sample.Observation("Patient/zoe-1"));

        observation.PatientKey.ShouldBe(put.Stored.PatientKey);
        (await on.Found(on.Steward, "Observation?subject=Patient/zoe-1")).ShouldBe([observation.Id]);
        (await on.Found(on.Steward, "Observation?patient=zoe-1")).ShouldBe([observation.Id]);
        var external = on.Records.IdOf(put.Stored.PatientKey, put.Stored.Number);
        (await on.Found(on.Steward, $"Observation?subject=Patient/{external}")).ShouldBe([observation.Id]);
        (await on.Records.Read(on.Steward, "Patient", external, default))!.Id.ShouldBe("zoe-1");
        (await on.Put(on.Steward, "Patient", "zoe-1", WithId(Sample.Patient("Martin"), "zoe-1"))).Stored.Version.ShouldBe(2);
        (await Should.ThrowAsync<Refusal>(() => on.Put(on.Steward, "Patient", "zoe-1", WithId(Sample.Patient(), "zoe-2"))))
            .Kind.ShouldBe(StoreRefusals.IdMismatch);
    }

    [Theory, OnEachDatabase]
    public async Task A_conditional_create_writes_once(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var condition = TestStore.Query("Patient", "identifier=urn:test|P-1");
        var results = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => on.TryCreate(on.Steward, Sample.Patient(), condition)));

        results.Count(result => result.Status == 201).ShouldBe(1);
        results.Select(result => result.Stored.Id).Distinct().Count().ShouldBe(1);
        await on.Create(on.Steward, Sample.Patient());
        (await Should.ThrowAsync<Refusal>(() => on.TryCreate(on.Steward, Sample.Patient(), condition))).Reason.ShouldBe(Reason.PreconditionFailed);
    }

    [Theory, OnEachDatabase]
    public async Task Conditional_update_and_delete_know_none_one_and_many(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        async Task<WriteResult> Update(string family) => (await on.Records.Write(on.Steward,
            [new WriteOp.Update("Patient", null, TestStore.Query("Patient", "identifier=P-1"), TestStore.Doc(Sample.Patient(family)))],
            WriteOptions.Default, default))[0];
        async Task<WriteResult> Delete() => (await on.Records.Write(on.Steward,
            [new WriteOp.Delete("Patient", null, TestStore.Query("Patient", "identifier=P-1"))], WriteOptions.Default, default))[0];

        (await Update("Un")).Status.ShouldBe(201);
        (await Update("Deux")).Stored.Version.ShouldBe(2);
        (await Delete()).Status.ShouldBe(204);
        (await Delete()).Status.ShouldBe(204);
        (await on.Found(on.Steward, "Patient?identifier=P-1")).ShouldBeEmpty();
        await on.Create(on.Steward, Sample.Patient());
        await on.Create(on.Steward, Sample.Patient());
        (await Should.ThrowAsync<Refusal>(() => Update("Trois"))).Kind.ShouldBe(StoreRefusals.ManyMatches);
        (await Should.ThrowAsync<Refusal>(Delete)).Kind.ShouldBe(StoreRefusals.ManyMatches);
    }

    [Theory, OnEachDatabase]
    public async Task The_patient_of_a_resource_does_not_change(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var one = await on.Create(on.Steward, Sample.Patient());
        var other = await on.Create(on.Steward, Sample.Patient("Autre"));
        var observation = await on.Create(on.Steward, Sample.Observation(one.Reference));

        (await Should.ThrowAsync<Refusal>(() => on.Put(on.Steward, "Observation", observation.Id, Sample.Observation(other.Reference))))
            .Kind.ShouldBe(StoreRefusals.SubjectChanged);
        (await on.Put(on.Steward, "Observation", observation.Id, Sample.Observation(one.Reference, "718-7"))).Status.ShouldBe(200);
    }

    [Theory, OnEachDatabase]
    public async Task History_tells_every_version_newest_first_and_page_by_page(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Sample.Patient());
        for (var i = 0; i < 3; i++) await on.Put(on.Steward, "Patient", patient.Id, Sample.Patient($"Nom{i}"));
        await on.Delete(on.Steward, "Patient", patient.Id);
        var other = await on.Create(on.Steward, Sample.Practitioner("Curie"));

        var all = (await on.Records.History(on.Steward, "Patient", patient.Id, new(), default))!;
        all.Versions.Select(version => version.Version).ShouldBe([5, 4, 3, 2, 1]);
        all.Versions[0].Deleted.ShouldBeTrue();
        foreach (var (type, id, expected) in new[] { ("Patient", patient.Id, 5), ("Patient", null, 5), (null, null, 6) })
        {
            var seen = new List<(string, long)>();
            HistoryPage? page = null;
            do
            {
                page = (await on.Records.History(on.Steward, type, id, new(Count: 2, PageToken: page?.NextToken), default))!;
                seen.AddRange(page.Versions.Select(version => (version.Id, version.Version)));
            }
            while (page.NextToken is not null);
            seen.Count.ShouldBe(expected);
            seen.Distinct().Count().ShouldBe(expected);
        }
        (await on.Records.History(on.Steward, null, null, new(), default))!.Versions[0].Id.ShouldBe(other.Id);
    }

    [Theory, OnEachDatabase]
    public async Task A_binary_keeps_its_content_in_a_blob(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Sample.Patient());
        var content = new byte[100_000];
        new Random(7).NextBytes(content);
        var binary = await on.Create(on.Steward, $$"""
            {"resourceType":"Binary","contentType":"application/pdf","securityContext":{"reference":"{{patient.Reference}}"},"data":"{{Convert.ToBase64String(content)}}"}
            """);

        binary.PatientKey.ShouldBe(patient.PatientKey);
        TestStore.Text(binary).ShouldNotContain("\"data\"");
        await using var stream = (await on.Records.OpenBinary(on.Steward, binary.Id, default)).ShouldNotBeNull();
        using var read = new MemoryStream();
        await stream.CopyToAsync(read);
        read.ToArray().ShouldBe(content);
        using var inlined = new MemoryStream();
        await RecordStore.InlineBinary(binary, new MemoryStream(content), inlined, default);
        using var whole = FhirDocument.Parse(inlined.ToArray());
        Convert.FromBase64String(whole.Root["data"].Text!).ShouldBe(content);
    }

    [Theory, OnEachDatabase]
    public async Task An_erased_person_is_gone_with_every_row(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Sample.Patient());
        var observation = await on.Create(on.Steward, Sample.Observation(patient.Reference));
        await on.Records.Erase(on.Steward, patient.PatientKey, default);

        (await on.Read(on.Steward, patient)).ShouldBeNull();
        (await on.Read(on.Steward, observation)).ShouldBeNull();
        (await on.Found(on.Steward, "Patient?name=leveque")).ShouldBeEmpty();
        (await on.Records.Counts(default)).ShouldBeEmpty();
    }

    [Theory, OnEachDatabase]
    public async Task Each_write_and_each_release_has_its_trace(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Sample.Patient());
        await on.Create(on.Steward, Sample.Observation(patient.Reference));
        await on.Read(on.Steward, patient);
        await on.Search(on.Steward, $"Observation?patient={patient.Id}");
        await on.Records.History(on.Steward, "Patient", patient.Id, new(), default);

        var lines = await on.Database.Audit.OfPatient(patient.PatientKey, null, 50, default);
        lines.Select(line => line.Entry.Action).Order().ShouldBe(["create", "create", "history", "read", "search"]);
    }

    static string WithId(string json, string id) => json.Replace("\"resourceType\":\"Patient\",", $"\"resourceType\":\"Patient\",\"id\":\"{id}\",", StringComparison.Ordinal);
}
