using Socle.Fhir;
using Socle.Platform;
using Socle.Store;
using Socle.Support;

namespace Socle.Core.Tests.Store;

/// <summary>SearchParameter resources: checked, indexed in the background, resumed after a restart, retired.</summary>
public sealed class CustomParameterTests
{
    const string Expression = "Patient.extension.where(url = 'urn:eye').value";

    [Theory, OnEachDatabase]
    public async Task A_new_parameter_is_indexed_behind_the_scenes_and_then_found_by(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var before = new List<Stored>();
        for (var i = 0; i < 7; i++) before.Add(await on.Create(on.Steward, Patient(i % 2 == 0 ? "blue" : "brown", $"P-{i}")));
        var parameter = await on.Create(on.Steward, Parameter());

        on.Records.Parameters.ShouldBe([new ParameterProgress("Patient", "eye", false, 0)]);
        (await Should.ThrowAsync<Refusal>(() => Found("Patient", "eye=blue"))).Kind.ShouldBe(StoreRefusals.BeingIndexed);
        (await Found("Patient", $"_id={before[0].Id}&eye=blue")).ShouldBe([before[0].Id]);
        (await Found("Patient", $"_id={before[1].Id}&eye=blue")).ShouldBeEmpty();
        var meanwhile = await on.Create(on.Steward, Patient("blue", "P-9"));

        await IndexAll(on);
        on.Records.Parameters.ShouldHaveSingleItem().Ready.ShouldBeTrue();
        (await Found("Patient", "eye=blue")).Order().ShouldBe(before.Where((_, i) => i % 2 == 0).Select(one => one.Id).Append(meanwhile.Id).Order());
        (await Found("Patient", "eye:not=blue")).Count.ShouldBe(3);
        var after = await on.Create(on.Steward, Patient("green", "P-10"));
        (await Found("Patient", "eye=green")).ShouldBe([after.Id]);
        (await on.Search(on.Citizen(after.PatientKey), "Patient")).Matches.Count.ShouldBe(1);

        // Another meaning: what was hashed for the first is not found by the second.
        await on.Put(on.Steward, "SearchParameter", parameter.Id, Parameter("Patient.extension.where(url = 'urn:hair').value", id: parameter.Id));
        await IndexAll(on);
        (await Found("Patient", "eye=blue")).ShouldBeEmpty();

        await on.Delete(on.Steward, "SearchParameter", parameter.Id);
        on.Records.Parameters.ShouldBeEmpty();
        Should.Throw<FhirException>(() => SearchQuery.Parse("Patient", "eye=blue", strict: true, on.Records.SearchEnvironment()));

        Task<IReadOnlyList<string>> Found(string type, string criteria) => FoundBy(on.Records, on.Steward, type, criteria);
    }

    [Theory, OnEachDatabase]
    public async Task The_walk_goes_on_where_a_kill_left_it(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        for (var i = 0; i < 450; i++) await on.Create(on.Steward, Organization(i % 2 == 0 ? "a" : "b"));
        await on.Create(on.Steward, Parameter("Organization.extension.where(url = 'urn:eye').value", "Organization"));
        (await on.Records.IndexParameters(1, default)).ShouldBeTrue();
        on.Records.Parameters[0].Walked.ShouldBe(200);

        // What another process, or this one started again, finds in the database.
        var again = on.Another();
        await again.LoadParameters(default);
        again.Parameters[0].ShouldBe(new("Organization", "eye", false, 200));
        (await again.IndexParameters(1, default)).ShouldBeTrue();
        again.Parameters[0].Walked.ShouldBe(400);
        on.Database.Clock.Move(TimeSpan.FromMinutes(1));
        while (await again.IndexParameters(10, default)) on.Database.Clock.Move(TimeSpan.FromSeconds(10));
        again.Parameters[0].ShouldBe(new("Organization", "eye", true, 450));
        (await again.Search(on.Steward, SearchQuery.Parse("Organization", "eye=a&_summary=count", true, again.SearchEnvironment()), default)).Total.ShouldBe(225);
    }

    [Theory, OnEachDatabase]
    public async Task A_reference_and_a_word_can_be_parameters_too(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var doctor = await on.Create(on.Steward, Sample.Practitioner("Curie"));
        var patient = await on.Create(on.Steward, $$$"""
            {"resourceType":"Patient","extension":[{"url":"urn:friend","valueReference":{"reference":"{{{doctor.Reference}}}"}},{"url":"urn:eye","valueString":"Élan"}]}
            """);
        await on.Create(on.Steward, Parameter("Patient.extension.where(url = 'urn:friend').value", code: "friend", type: "reference", target: "Practitioner"));
        await on.Create(on.Steward, Parameter(code: "mood", type: "string"));
        await IndexAll(on);

        (await FoundBy(on.Records, on.Steward, "Patient", $"friend={doctor.Reference}")).ShouldBe([patient.Id]);
        (await FoundBy(on.Records, on.Steward, "Patient", "friend.family=curie")).ShouldBe([patient.Id]);
        (await FoundBy(on.Records, on.Steward, "Patient", "mood=elan")).ShouldBe([patient.Id]);
        (await FoundBy(on.Records, on.Steward, "Practitioner", "_has:Patient:friend:mood=ela")).ShouldBe([doctor.Id]);
        var page = await on.Records.Search(on.Steward, SearchQuery.Parse("Patient", "mood=elan&_include=Patient:friend", true, on.Records.SearchEnvironment()), default);
        page.Included.Select(found => found.Id).ShouldBe([doctor.Id]);
    }

    [Theory, OnEachDatabase]
    public async Task What_cannot_be_indexed_or_is_not_allowed_is_refused(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        await Should.ThrowAsync<FhirException>(() => on.Create(on.Steward, Parameter(code: "birthdate")));
        await Should.ThrowAsync<FhirException>(() => on.Create(on.Steward, Parameter("Patient.((")));
        await on.Create(on.Steward, Parameter());
        await Should.ThrowAsync<FhirException>(() => on.Create(on.Steward, Parameter()));
        var nurse = on.Scope("rpps:1", AgentKind.Professional, new Reach(true, new HashSet<long>(), true, null));
        (await Should.ThrowAsync<Refusal>(() => on.Create(nurse, Parameter(code: "other")))).Kind.ShouldBe(StoreRefusals.ParameterNotAllowed);
        var draft = await on.Create(nurse, Parameter(code: "draft").Replace("active", "draft", StringComparison.Ordinal));
        draft.Version.ShouldBe(1);
        on.Records.Parameters.ShouldHaveSingleItem();
    }

    [Theory, OnEachDatabase]
    public async Task Several_of_one_transaction_get_a_number_each_and_two_of_one_code_are_refused(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        await on.Create(on.Steward, Parameter());
        var patient = await on.Create(on.Steward, Patient("blue", "P-1"));
        var others = (string[])["hair", "mood", "gait"];
        await Together([.. others.Select(code => Parameter($"Patient.extension.where(url = 'urn:{code}').value", code: code))]);
        on.Records.Parameters.Select(parameter => parameter.Code).Order().ShouldBe(["eye", "gait", "hair", "mood"]);
        await IndexAll(on);

        var other = await on.Create(on.Steward, Patient("green", "P-2").Replace("urn:eye", "urn:mood", StringComparison.Ordinal));
        (await FoundBy(on.Records, on.Steward, "Patient", "mood=green")).ShouldBe([other.Id]);
        (await FoundBy(on.Records, on.Steward, "Patient", "hair=green")).ShouldBeEmpty();
        (await FoundBy(on.Records, on.Steward, "Patient", "eye=blue")).ShouldBe([patient.Id]);
        (await Should.ThrowAsync<FhirException>(() => Together([Parameter(code: "same"), Parameter(code: "same")]))).Message.ShouldContain("same");
        on.Records.Parameters.Count.ShouldBe(4);

        Task Together(string[] all) => on.Records.Write(
            on.Steward, [.. all.Select(one => (WriteOp)new WriteOp.Create(TestStore.Doc(one)))], WriteOptions.Default, default);
    }

    [Theory, OnEachDatabase]
    public async Task Records_that_nobody_keeps_in_memory_leave_nothing_in_the_feed_of_changes(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Sample.Patient());
        await on.Create(on.Steward, Sample.Observation(patient.Reference));
        await on.Put(on.Steward, "Patient", patient.Id, Sample.Patient("Martin"));
        (await Told()).ShouldBe(0);
        await on.Create(on.Steward, Parameter());
        (await Told()).ShouldBe(1);

        Task<long> Told() => on.Database.Db.First($"select count(*) from platform_change", row => row.Long(0), default);
    }

    static async Task IndexAll(TestStore on)
    {
        for (var i = 0; i < 100 && await on.Records.IndexParameters(50, default); i++) on.Database.Clock.Move(TimeSpan.FromSeconds(10));
    }

    static async Task<IReadOnlyList<string>> FoundBy(RecordStore records, Scope scope, string type, string criteria) =>
        [.. (await records.Search(scope, SearchQuery.Parse(type, criteria, strict: true, records.SearchEnvironment()), default)).Matches.Select(found => found.Id)];

    static string Patient(string eye, string identifier) => $$$"""
        {"resourceType":"Patient","identifier":[{"system":"urn:test","value":"{{{identifier}}}"}],"extension":[{"url":"urn:eye","valueCode":"{{{eye}}}"}]}
        """;

    static string Organization(string eye) => $$$"""{"resourceType":"Organization","name":"x","extension":[{"url":"urn:eye","valueCode":"{{{eye}}}"}]}""";

    static string Parameter(
        string expression = Expression, string on = "Patient", string code = "eye", string type = "token", string? target = null, string? id = null) => $$$"""
        {"resourceType":"SearchParameter"{{{(id is null ? "" : $",\"id\":\"{id}\"")}}},"url":"urn:test:{{{code}}}","name":"x","status":"active","description":"x",
         "code":"{{{code}}}","base":["{{{on}}}"],"type":"{{{type}}}","expression":"{{{expression}}}"{{{(target is null ? "" : $",\"target\":[\"{target}\"]")}}}}
        """;
}
