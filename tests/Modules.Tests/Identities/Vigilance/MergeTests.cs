using System.Text;
using Socle.Access;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.Store;
using Socle.Support;

namespace Socle.Modules.Tests.Identities;

/// <summary>Two keys of one person: a scope covers both, new writes take the one that goes on, taking it back gives each its own.</summary>
public class MergeTests
{
    static readonly Agent Cell = new(AgentKind.Professional, "rpps:99999000024", "Karim Benali", "Médecin", null, null, 9, 0);
    static readonly Agent Nurse = new(AgentKind.Professional, "rpps:99999000016", "Claire", "Infirmière", null, null, 8, 0);
    static readonly Agent Stranger = new(AgentKind.Professional, "rpps:99999000032", "Paul", "Infirmier", null, null, 7, 0);
    static readonly Agent Laboratory = new(AgentKind.System, "system:labo", "Labo", null, "000000001", "Labo", 901, 0);
    static readonly string OtherIns = Ins.FromParts("2570399352989").Value;

    sealed record Two(RecordWorld World, PatientCard Kept, PatientCard Gone) : IAsyncDisposable
    {
        public MergePersons Merging => World.Get<MergePersons>();

        public ValueTask DisposeAsync() => World.DisposeAsync();
    }

    static async Task<Two> Open(DatabaseKind kind)
    {
        var world = await RecordWorld.Open(kind);
        var kept = await world.AddPatient(Sample.Jeanne);
        var gone = await world.AddPatient(Sample.Jeanne with { BirthName = "LEFEVRES", InsSystem = Ins.Systems.Nia, Ins = OtherIns });
        await Note(world, RecordWorld.Steward, kept.Id, "note of the kept");
        await Note(world, RecordWorld.Steward, gone.Id, "note of the other");
        return new(world, kept, gone);
    }

    static async Task<Stored> Note(RecordWorld world, Agent agent, string patient, string text)
    {
        using var body = FhirDocument.Parse(Encoding.UTF8.GetBytes($$$"""
            {"resourceType":"Observation","status":"final","code":{"coding":[{"system":"http://loinc.org","code":"2345-7"}]},"valueString":"{{{text}}}","subject":{"reference":"Patient/{{{patient}}}"}}
            """));
        return (await world.Store.Write(await world.Enter(agent), [new WriteOp.Create(body)], WriteOptions.Default, default))[0].Stored;
    }

    static async Task<List<string>> Notes(RecordWorld world, Agent agent, string query)
    {
        var page = await world.Store.Search(await world.Enter(agent), SearchQuery.Parse("Observation", query, strict: true), default);
        return Texts(page.Matches.Concat(page.Included));
    }

    static List<string> Texts(IEnumerable<Stored> all) => [.. all.Where(one => one.Type == "Observation").Select(one =>
    {
        using var body = FhirDocument.Parse(one.Bytes);
        return body.Root["value"].Text!;
    }).Order()];

    [Theory, OnEachDatabase]
    public async Task By_the_name_of_the_record_that_is_gone_the_one_that_goes_on_is_found(DatabaseKind kind)
    {
        await using var two = await Open(kind);
        var (world, kept, gone) = (two.World, two.Kept, two.Gone);
        Task<Found> By(string name) => world.Identities.ByTraits(Nurse, new(name, null, Sample.Jeanne.BirthDate), default);
        (await By("LEFEVRES")).ShouldBeOfType<Found.One>().Card.PatientKey.ShouldBe(gone.PatientKey);
        await two.Merging.Merge(Cell, kept.PatientKey, gone.PatientKey, "Même personne, deux saisies", default);
        foreach (var name in new[] { "LEFEVRES", Sample.Jeanne.BirthName })
        {
            var found = (await By(name)).ShouldBeOfType<Found.One>(name).Card;
            (found.PatientKey, found.BirthName, found.InsStatus).ShouldBe((kept.PatientKey, kept.BirthName, kept.InsStatus), name);
        }
        await two.Merging.Unmerge(Cell, gone.PatientKey, "Deux personnes", true, default);
        (await By("LEFEVRES")).ShouldBeOfType<Found.One>().Card.PatientKey.ShouldBe(gone.PatientKey);
        (await By(Sample.Jeanne.BirthName)).ShouldBeOfType<Found.One>().Card.PatientKey.ShouldBe(kept.PatientKey);
    }

    [Theory, OnEachDatabase]
    public async Task A_merge_opens_both_records_by_every_door_to_who_may_and_to_nobody_else(DatabaseKind kind)
    {
        await using var two = await Open(kind);
        var (world, kept, gone) = (two.World, two.Kept, two.Gone);
        await world.Desk.DeclareRelation(Nurse, gone.PatientKey, "consultation", default);
        (await Notes(world, Nurse, $"patient=Patient/{kept.Id}")).ShouldBeEmpty("before the merge they are two");

        await two.Merging.Merge(Cell, kept.PatientKey, gone.PatientKey, "Même personne, deux saisies", default);
        string[] both = ["note of the kept", "note of the other"];
        foreach (var agent in new[] { Nurse, world.Citizen(kept), world.Citizen(gone), RecordWorld.Steward })
            foreach (var id in new[] { kept.Id, gone.Id })
            {
                (await Notes(world, agent, $"patient=Patient/{id}")).ShouldBe(both, false, $"{agent.Id} search");
                (await Notes(world, agent, $"subject=Patient/{id}&code=2345-7&_sort=-date")).ShouldBe(both, false, $"{agent.Id} range");
                (await Notes(world, agent, $"patient:Patient._id={id}")).ShouldBe(both, false, $"{agent.Id} chain");
                var scope = await world.Enter(agent);
                Texts((await world.Store.Everything(scope, "Patient", id, new(), default))!.Resources).ShouldBe(both, false, $"{agent.Id} everything");
                Texts((await world.Store.Everything(scope, "Patient", id, new(Count: 1), default))!.Resources).Count.ShouldBeLessThan(2);
                Texts((await world.Store.Search(scope, [SearchQuery.Parse("Observation", "", strict: true)], new("Patient", id), default)).Matches).ShouldBe(both, false, $"{agent.Id} compartment");
                Texts((await world.Store.Search(scope, SearchQuery.Parse("Patient", $"_id={id}&_revinclude=Observation:subject", strict: true), default)).Included).ShouldBe(both, false, $"{agent.Id} revinclude");
                Texts((await world.Store.Export(scope, new("Observation", DateTimeOffset.MaxValue) { Patients = [kept.PatientKey], RecordsOnly = true },
                    (_, _) => Task.FromResult<IReadOnlySet<long>>(new HashSet<long>()), default)).Resources).ShouldBe(both, false, $"{agent.Id} export");
            }
        // Nothing leaks to who has no relation, or to the laboratory that deposited nothing.
        foreach (var agent in new[] { Stranger, Laboratory })
        {
            (await Notes(world, agent, $"patient=Patient/{kept.Id}")).ShouldBeEmpty();
            (await Notes(world, agent, $"patient=Patient/{gone.Id}")).ShouldBeEmpty();
        }
    }

    [Theory, OnEachDatabase]
    public async Task One_person_is_found_by_either_number_and_new_writes_take_the_record_that_goes_on(DatabaseKind kind)
    {
        await using var two = await Open(kind);
        var (world, kept, gone) = (two.World, two.Kept, two.Gone);
        await two.Merging.Merge(Cell, kept.PatientKey, gone.PatientKey, "Même personne", default);
        foreach (var ins in new[] { Sample.Jeanne.Ins!, OtherIns })
        {
            var found = (await world.Identities.ByIns(Nurse, null, ins, default)).ShouldBeOfType<Found.One>();
            found.Card.PatientKey.ShouldBe(kept.PatientKey);
        }
        (await world.Identities.Card(gone.PatientKey, default))!.PatientKey.ShouldBe(kept.PatientKey);

        var written = await Note(world, Laboratory, gone.Id, "after");
        written.PatientKey.ShouldBe(kept.PatientKey);
        Encoding.UTF8.GetString(written.Bytes.Span).ShouldContain($"Patient/{kept.Id}");
        using var conditional = FhirDocument.Parse(Encoding.UTF8.GetBytes($$$"""
            {"resourceType":"Observation","status":"final","code":{"text":"x"},"valueString":"by number","subject":{"reference":"Patient?identifier={{{Ins.Systems.Nia}}}|{{{OtherIns}}}"}}
            """));
        (await world.Store.Write(await world.Enter(Laboratory), [new WriteOp.Create(conditional)], WriteOptions.Default, default))[0].Stored.PatientKey.ShouldBe(kept.PatientKey);

        var scope = await world.Enter(RecordWorld.Steward);
        using var patient = FhirDocument.Parse((await world.Store.Read(scope, "Patient", gone.Id, default))!.Bytes);
        patient.Root["active"].Text.ShouldBe("false");
        patient.Root["link"]["type"].Text.ShouldBe("replaced-by");
        patient.Root["link"]["other"]["reference"].Text.ShouldBe($"Patient/{kept.Id}");
        (await world.Store.Search(scope, SearchQuery.Parse("Provenance", $"target=Patient/{kept.Id}", strict: true), default)).Matches.ShouldHaveSingleItem();
        // The person reads it in the trace of each record.
        foreach (var record in new[] { kept, gone })
            (await world.Database.Audit.OfPatient(record.PatientKey, null, 50, default)).ShouldContain(line => line.Entry.Action == "merge" && line.Entry.Agent.Name == Cell.Name && line.Entry.Why == "Même personne");
    }

    [Theory, OnEachDatabase]
    public async Task Taking_a_merge_back_restores_every_pointer_and_closes_the_scope_again(DatabaseKind kind)
    {
        await using var two = await Open(kind);
        var (world, kept, gone) = (two.World, two.Kept, two.Gone);
        await world.Desk.DeclareRelation(Nurse, kept.PatientKey, "consultation", default);
        await two.Merging.Merge(Cell, kept.PatientKey, gone.PatientKey, "Même personne", default);
        (await Notes(world, Nurse, $"patient=Patient/{gone.Id}")).Count.ShouldBe(2);
        await two.Merging.Unmerge(Cell, gone.PatientKey, "Deux sœurs", keepsNew: false, default);

        (await Notes(world, Nurse, $"patient=Patient/{gone.Id}")).ShouldBeEmpty();
        (await Notes(world, Nurse, $"patient=Patient/{kept.Id}")).ShouldBe(["note of the kept"]);
        (await Notes(world, world.Citizen(gone), $"patient=Patient/{gone.Id}")).ShouldBe(["note of the other"]);
        (await Notes(world, world.Citizen(gone), $"patient=Patient/{kept.Id}")).ShouldBeEmpty();
        (await world.Identities.ByIns(Nurse, null, OtherIns, default)).ShouldBeOfType<Found.One>().Card.PatientKey.ShouldBe(gone.PatientKey);
        (await world.Identities.ByIns(Nurse, null, Sample.Jeanne.Ins!, default)).ShouldBeOfType<Found.One>().Card.PatientKey.ShouldBe(kept.PatientKey);
        (await world.Identities.Card(gone.PatientKey, default))!.BirthName.ShouldBe("LEFEVRES");

        // Both Patients say again what they said, but for the version.
        var scope = await world.Enter(RecordWorld.Steward);
        foreach (var card in new[] { kept, gone })
            (await Body(world, scope, card.Id, 3)).ShouldBe(await Body(world, scope, card.Id, 1));
        (await Note(world, Laboratory, gone.Id, "its own again")).PatientKey.ShouldBe(gone.PatientKey);
    }

    static async Task<string> Body(RecordWorld world, Scope scope, string id, long version)
    {
        var body = System.Text.Json.Nodes.JsonNode.Parse((await world.Store.ReadVersion(scope, "Patient", id, version, default))!.Bytes.Span)!.AsObject();
        foreach (var name in new[] { "versionId", "lastUpdated" }) body["meta"]!.AsObject().Remove(name);
        // The order of properties says nothing.
        return string.Join('\n', body.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}: {pair.Value?.ToJsonString()}"));
    }

    [Theory, OnEachDatabase]
    public async Task What_was_written_since_is_told_before_a_merge_is_taken_back_and_stays_where_it_is(DatabaseKind kind)
    {
        await using var two = await Open(kind);
        var (world, kept, gone) = (two.World, two.Kept, two.Gone);
        await two.Merging.Merge(Cell, kept.PatientKey, gone.PatientKey, "Même personne", default);
        world.Database.Clock.MoveTo(world.Database.Clock.GetUtcNow().AddMinutes(1));
        await Note(world, RecordWorld.Steward, gone.Id, "since");
        (await Should.ThrowAsync<Refusal>(() => two.Merging.Unmerge(Cell, gone.PatientKey, "Erreur", keepsNew: false, default))).Code.ShouldBe("identity-written-since-merge");
        (await Traces(world, gone.PatientKey, "unmerge")).ShouldBe(["identity-written-since-merge"]);
        await two.Merging.Unmerge(Cell, gone.PatientKey, "Erreur", keepsNew: true, default);
        (await Notes(world, world.Citizen(kept), $"patient=Patient/{kept.Id}")).ShouldBe(["note of the kept", "since"]);
        (await Notes(world, world.Citizen(gone), $"patient=Patient/{gone.Id}")).ShouldBe(["note of the other"]);
    }

    [Theory, OnEachDatabase]
    public async Task What_makes_no_sense_is_refused_and_traced(DatabaseKind kind)
    {
        await using var two = await Open(kind);
        var (world, kept, gone) = (two.World, two.Kept.PatientKey, two.Gone.PatientKey);
        var third = (await world.AddPatient(Sample.Loic)).PatientKey;
        await Refused(() => two.Merging.Merge(Cell, kept, kept, "x", default), "identity-merge-self");
        await Refused(() => two.Merging.Merge(Cell, kept, gone, " ", default), "identity-reason-needed");
        await Refused(() => two.Merging.Unmerge(Cell, gone, "x", true, default), "identity-not-merged");
        await Refused(() => two.Merging.Merge(Cell, kept, 999, "x", default), "identity-person-unknown");
        await two.Merging.Merge(Cell, kept, gone, "x", default);
        await Refused(() => two.Merging.Merge(Cell, gone, kept, "x", default), "identity-merge-cycle");
        await Refused(() => two.Merging.Merge(Cell, kept, gone, "x", default), "identity-merged-already");
        await Refused(() => two.Merging.Merge(Cell, third, gone, "x", default), "identity-merged-already");
        await Refused(() => two.Merging.Merge(Cell, gone, third, "x", default), "identity-merge-chain");
        await Refused(() => two.Merging.Merge(Cell, third, kept, "x", default), "identity-merge-chain");
        await two.Merging.Unmerge(Cell, gone, "x", true, default);
        await Refused(() => two.Merging.Unmerge(Cell, gone, "x", true, default), "identity-not-merged");
        (await Traces(world, kept, "merge")).ShouldBe(["identity-merge-self", "identity-reason-needed", "identity-person-unknown", "identity-merge-cycle", "identity-merged-already", "identity-merge-chain"], ignoreOrder: true);
    }

    static async Task Refused(Func<Task> act, string code) => (await Should.ThrowAsync<Refusal>(act)).Code.ShouldBe(code);

    static async Task<List<string>> Traces(RecordWorld world, long patient, string action) =>
        [.. (await world.Database.Audit.OfPatient(patient, null, 100, default)).Where(line => line.Entry.Action == action && line.Entry.Outcome != "ok").Select(line => line.Entry.Outcome).Distinct()];
}
