using Socle.Fhir;
using Socle.Platform;
using Socle.Store;
using Socle.Support;

namespace Socle.Core.Tests.Store;

/// <summary>Threats T01 to T08: what a scope does not reach behaves as unknown, by every way.</summary>
public sealed class ScopeTests
{
    const string Canary = "Zzcanari";

    static readonly DateTimeOffset Later = new(2100, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory, OnEachDatabase]
    public async Task A_stranger_gets_for_an_existing_id_what_an_unknown_one_gets(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var (owner, stranger) = await TwoPeople(on);
        var observation = await on.Create(on.Steward, Sample.Observation(owner.Reference));
        var unknown = on.Records.IdOf(owner.PatientKey, 999);
        var me = on.Citizen(stranger.PatientKey);

        foreach (var id in new[] { observation.Id, unknown, "jamais-vu" })
        {
            (await on.Records.Read(me, "Observation", id, default)).ShouldBeNull();
            (await on.Records.ReadVersion(me, "Observation", id, 1, default)).ShouldBeNull();
            (await on.Records.History(me, "Observation", id, new(), default)).ShouldBeNull();
            (await on.Records.Resolve(me, "Observation", id, default)).ShouldBeNull();
            (await on.Found(me, $"Observation?_id={id}")).ShouldBeEmpty();
            (await Should.ThrowAsync<Refusal>(() => on.Delete(me, "Observation", id))).Kind.ShouldBe(StoreRefusals.NotFound);
            (await Should.ThrowAsync<Refusal>(() => on.Put(me, "Observation", id, Sample.Observation(stranger.Reference), ifMatch: 1)))
                .Kind.ShouldBe(StoreRefusals.StaleVersion);
            var put = await on.Put(me, "Observation", id, Sample.Observation(stranger.Reference));
            (put.Status, put.Stored.Version, put.Stored.Id, put.Stored.PatientKey).ShouldBe((201, 1, id, stranger.PatientKey));
            (await on.Records.Read(me, "Observation", id, default))!.PatientKey.ShouldBe(stranger.PatientKey);
        }
        (await on.Read(on.Citizen(owner.PatientKey), observation))!.Version.ShouldBe(1);
        (await on.Read(on.Citizen(owner.PatientKey), observation))!.Bytes.ToArray().ShouldBe(observation.Bytes.ToArray());
    }

    [Theory, OnEachDatabase]
    public async Task Whom_a_software_finds_by_identifier_it_finds_by_no_other_door(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var tagged = await on.Create(on.Steward, Sample.Patient(Canary, identifier: $"P-{Canary}")
            .Replace("{\"resourceType\":\"Patient\",", $"{{\"resourceType\":\"Patient\",\"meta\":{{\"tag\":[{{\"code\":\"{Canary}\"}}]}},", StringComparison.Ordinal));
        var laboratory = on.Software("labo");
        var mine = await on.Create(laboratory, Sample.Observation(tagged.Reference));
        (await on.Found(laboratory, $"Patient?identifier=urn:test|P-{Canary}")).ShouldBe([tagged.Id]);

        foreach (var range in new[] { new ExportRange("Patient", Later), new("Patient", Later) { RecordsOnly = true }, new("Patient", Later) { Patients = [tagged.PatientKey] } })
            (await Exported(laboratory, range)).ShouldBeEmpty();
        (await Exported(laboratory, new("Observation", Later))).ShouldBe([mine.Reference]);
        (await Exported(on.Steward, new("Patient", Later))).ShouldBe([tagged.Reference]);

        (await on.Records.MetaInUse(laboratory, "Patient", default)).Tags.ShouldBeEmpty();
        (await on.Records.MetaInUse(laboratory, null, default)).Tags.ShouldBeEmpty();
        (await on.Records.MetaInUse(on.Steward, "Patient", default)).Tags.ShouldHaveSingleItem();

        var (all, first) = (TestStore.Query("Patient", "_lastUpdated=ge2000"), 1L);
        (await on.Records.IsMatch(laboratory, all, tagged.PatientKey, first, default)).ShouldBeFalse();
        (await on.Records.Notify(laboratory, all, tagged.PatientKey, first, default)).ShouldBeNull();
        (await on.Records.IsMatch(on.Steward, all, tagged.PatientKey, first, default)).ShouldBeTrue();

        // A reference that is written as a condition: by the identifier it is the software's way to say who, by a name it would be a question.
        var byIdentifier = await on.Create(laboratory, Sample.Observation($"Patient?identifier=urn:test|P-{Canary}"));
        byIdentifier.PatientKey.ShouldBe(tagged.PatientKey);
        foreach (var guess in new[] { $"family={Canary}", $"_id={tagged.Id}", $"identifier=P-{Canary}", $"identifier=urn:test|", $"identifier:not=urn:test|x", $"_tag={Canary}" })
            (await Should.ThrowAsync<Refusal>(() => on.Create(laboratory, Sample.Observation($"Patient?{guess}")), guess)).Kind.ShouldBe(StoreRefusals.ReferenceWithoutMatch, guess);
        (await on.Create(on.Steward, Sample.Observation($"Patient?family={Canary}"))).PatientKey.ShouldBe(tagged.PatientKey);

        var gone = await on.Create(on.Steward, Sample.Patient(Canary));
        await on.Delete(on.Steward, "Patient", gone.Id);
        (await on.Records.NotifyGone(laboratory, all, gone.PatientKey, first, 2, default)).ShouldBeNull();
        (await on.Records.NotifyGone(on.Steward, all, gone.PatientKey, first, 2, default)).ShouldNotBeNull();

        async Task<List<string>> Exported(Scope scope, ExportRange range) => [.. (await on.Records.Export(scope, range,
            (_, _) => Task.FromResult<IReadOnlySet<long>>(new HashSet<long>()), default)).Resources.Select(stored => stored.Reference)];
    }

    [Theory, OnEachDatabase]
    public async Task A_canary_never_leaves_by_search_include_history_sort_or_count(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var (owner, stranger) = await TwoPeople(on);
        await on.Create(on.Steward, Sample.Observation(owner.Reference, Canary, extra: $$""","note":[{"text":"{{Canary}}"}]"""));
        var mine = await on.Create(on.Steward, Sample.Observation(stranger.Reference, extra: $$""","hasMember":[{"reference":"{{owner.Reference.Replace("Patient", "Observation")}}"}]"""));
        await on.Create(on.Steward, $$"""{"resourceType":"RelatedPerson","patient":{"reference":"{{owner.Reference}}"},"name":[{"family":"{{Canary}}"}]}""");
        var me = on.Citizen(stranger.PatientKey);

        string[] searches =
        [
            "Observation", "Observation?_sort=date", "Observation?_sort=-code", "Observation?_include=Observation:subject&_include=Observation:has-member",
            $"Observation?code={Canary}", $"Observation?subject={owner.Reference}", $"Observation?patient={owner.Id}",
            $"Observation?patient.name={Canary}", $"Observation?subject:Patient.identifier=P-{Canary}", "Patient?_revinclude=Observation:subject&_revinclude=RelatedPerson:patient",
            $"Patient?name={Canary}", $"Patient?identifier=P-{Canary}", $"Patient?_id={owner.Id}", $"Patient?_has:Observation:patient:code={Canary}",
            $"RelatedPerson?name={Canary}", "RelatedPerson", "Patient", "Patient?_sort=family", "Patient?_lastUpdated=ge2000-01-01"
        ];
        foreach (var search in searches)
        {
            var page = await on.Search(me, search);
            page.Matches.Concat(page.Included).ShouldAllBe(found => !TestStore.Text(found).Contains(Canary), search);
            page.Matches.Concat(page.Included).ShouldAllBe(found => found.PatientKey == stranger.PatientKey, search);
            page.NextToken.ShouldBeNull(search);
        }
        (await on.Search(me, $"Observation?code={Canary}&_summary=count")).Total.ShouldBe(0);
        (await on.Search(me, "Observation?_summary=count")).Total.ShouldBe(1);
        (await on.Search(me, "Patient?_total=accurate")).Total.ShouldBe(1);
        (await on.Records.History(me, null, null, new(), default))!.Versions.Select(version => version.Id).ShouldBe([mine.Id, stranger.Id], ignoreOrder: true);
        (await on.TryCreate(me, Sample.Patient("Moi"), TestStore.Query("Patient", $"identifier=P-{Canary}")).ContinueWith(task => task.IsFaulted || task.Result.Status == 201))
            .ShouldBeTrue();
    }

    [Theory, OnEachDatabase]
    public async Task A_hidden_label_hides_every_version_and_count(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var (patient, _) = await TwoPeople(on);
        var hidden = await on.Create(on.Steward, Sample.Observation(patient.Reference).Replace(
            "\"status\"", "\"meta\":{\"security\":[{\"system\":\"urn:oid:1.2.250.1.213.1.1.4.13\",\"code\":\"MASQUE_PS\"}]},\"status\"", StringComparison.Ordinal));
        var reach = new Reach(false, new HashSet<long> { patient.PatientKey }, true, null) { Hidden = Labels.HiddenFromProfessionals };
        var nurse = on.Scope("rpps:1", AgentKind.Professional, reach);

        (await on.Read(nurse, hidden)).ShouldBeNull();
        (await on.Found(nurse, $"Observation?patient={patient.Id}")).ShouldBeEmpty();
        (await on.Search(nurse, $"Observation?patient={patient.Id}&_summary=count")).Total.ShouldBe(0);
        (await on.Found(on.Citizen(patient.PatientKey), $"Observation?patient={patient.Id}")).ShouldBe([hidden.Id]);
    }

    [Theory, OnEachDatabase]
    public async Task A_deposit_about_nobody_known_is_seen_by_its_depositor_only(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var (one, other) = (on.Software("un"), on.Software("deux"));
        string[] subjects = ["Patient/inconnu", "https://ailleurs.example/Patient/1", "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0"];
        foreach (var subject in subjects)
        {
            var kept = await on.Create(one, Sample.Observation(subject));
            PatientKeys.IsQuarantine(kept.PatientKey).ShouldBeTrue();
            (await on.Read(one, kept)).ShouldNotBeNull();
            (await on.Read(other, kept)).ShouldBeNull();
            (await on.Read(on.Citizen(77), kept)).ShouldBeNull();
        }
        (await on.Found(one, "Observation?subject=Patient/inconnu")).Count.ShouldBe(1);
        (await on.Found(one, "Observation")).Count.ShouldBe(3);
        (await on.Found(other, "Observation")).ShouldBeEmpty();
        var refusing = WriteOptions.Default with { Quarantine = false };
        (await Should.ThrowAsync<Refusal>(() => on.Records.Write(one, [new WriteOp.Create(TestStore.Doc(Sample.Observation(subjects[0])))], refusing, default)))
            .Kind.ShouldBe(StoreRefusals.SubjectUnknown);
    }

    [Theory, OnEachDatabase]
    public async Task Two_depositors_may_bring_the_same_id(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var (patient, _) = await TwoPeople(on);
        var (one, other) = (on.Software("un"), on.Software("deux"));
        var mine = await on.Put(one, "Observation", "o-1", Sample.Observation(patient.Reference, "8867-4"));
        var theirs = await on.Put(other, "Observation", "o-1", Sample.Observation(patient.Reference, "718-7"));

        (mine.Status, theirs.Status).ShouldBe((201, 201));
        theirs.Stored.Number.ShouldNotBe(mine.Stored.Number);
        (await on.Records.Read(one, "Observation", "o-1", default))!.Number.ShouldBe(mine.Stored.Number);
        (await on.Records.Read(other, "Observation", "o-1", default))!.Number.ShouldBe(theirs.Stored.Number);
        (await on.Found(on.Steward, $"Observation?patient={patient.Id}")).Count.ShouldBe(2);
    }

    [Theory, OnEachDatabase]
    public async Task What_may_be_read_may_not_be_written_without_the_right(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var (patient, _) = await TwoPeople(on);
        var read = new Reach(false, new HashSet<long> { patient.PatientKey }, true, null);
        var reader = new Scope(new Agent(AgentKind.Citizen, "lecteur", "lecteur", null, null, null, 5, 0), "soins", "", read, Reach.Nothing, TypeRules.All);

        (await Should.ThrowAsync<Refusal>(() => on.Create(reader, Sample.Observation(patient.Reference)))).Kind.ShouldBe(StoreRefusals.WriteNotAllowed);
        (await Should.ThrowAsync<Refusal>(() => on.Put(reader, "Patient", patient.Id, Sample.Patient()))).Kind.ShouldBe(StoreRefusals.WriteNotAllowed);
        (await Should.ThrowAsync<Refusal>(() => on.Delete(reader, "Patient", patient.Id))).Kind.ShouldBe(StoreRefusals.WriteNotAllowed);
        (await Should.ThrowAsync<Refusal>(() => on.Create(reader, Sample.Practitioner("Faux")))).Kind.ShouldBe(StoreRefusals.WriteNotAllowed);
        var typed = on.Scope("typé", AgentKind.System, read, new TypeRules((type, _) => type == "Patient"));
        (await Should.ThrowAsync<Refusal>(() => on.Search(typed, "Observation"))).Kind.ShouldBe(StoreRefusals.TypeNotAllowed);
        (await on.Search(typed, "Patient?_revinclude=Observation:subject")).Included.ShouldBeEmpty();
    }

    [Fact]
    public void A_statement_that_reaches_a_patient_table_without_its_scope_is_refused()
    {
        Sql[] violators =
        [
            $"select body from store_resource r where r.patient = {1L}",
            $"select v.body from store_version v where v.patient = {1L}",
            $"select a.patient from store_alias a where a.hash = {1L}",
            $"select r.body from store_resource r where /*scope*/ 1 = 1 union all select o.body from store_resource o",
            $"select w.word from store_name w"
        ];
        foreach (var violator in violators) Should.Throw<InvalidOperationException>(() => Scoped.Check(violator));
        Should.NotThrow(() => Scoped.Check($"select v.body from store_version v join store_resource r on r.patient = v.patient where /*scope*/ 1 = 1"));
    }

    static async Task<(Stored Owner, Stored Stranger)> TwoPeople(TestStore on) =>
        (await on.Create(on.Steward, Sample.Patient(Canary, identifier: $"P-{Canary}")), await on.Create(on.Steward, Sample.Patient("Autre", identifier: "P-2")));
}
