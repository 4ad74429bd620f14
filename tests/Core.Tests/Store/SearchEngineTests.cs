using Socle.Fhir;
using Socle.Platform;
using Socle.Store;
using Socle.Support;

namespace Socle.Core.Tests.Store;

/// <summary>Filters, hops, lists, distances, compartments, several types, the time a search may take.</summary>
public sealed class SearchEngineTests
{
    [Theory, OnEachDatabase]
    public async Task A_filter_joins_what_hashes_bodies_and_hops_know(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var (one, other) = (await on.Create(on.Steward, Sample.Patient()), await on.Create(on.Steward, Sample.Patient("Autre", identifier: "P-2")));
        var pulse = await on.Create(on.Steward, Sample.Observation(one.Reference, "8867-4", "2026-01-01"));
        var weight = await on.Create(on.Steward, Sample.Observation(one.Reference, "29463-7", "2026-02-01"));
        var theirs = await on.Create(on.Steward, Sample.Observation(other.Reference, "8867-4", "2026-03-01"));

        await Finds("code eq 8867-4", pulse, theirs);
        await Finds("code eq 8867-4 and date ge 2026-02-01", theirs);
        await Finds("code eq 29463-7 or date ge 2026-02-15", weight, theirs);
        await Finds($"not (patient eq {one.Reference})", theirs);
        await Finds($"patient eq {one.Reference} and not (code eq 8867-4)", weight);
        await Finds("patient.family eq \"Autre\" or code eq 29463-7", weight, theirs);
        await Finds("(patient.identifier eq P-2 and code eq 8867-4) or (date lt 2026-01-15 and status eq final)", pulse, theirs);

        async Task Finds(string filter, params Stored[] expected) =>
            (await on.Found(on.Steward, "Observation?_filter=" + Uri.EscapeDataString(filter))).Order().ShouldBe(expected.Select(found => found.Id).Order(), filter);
    }

    [Theory, OnEachDatabase]
    public async Task What_stands_above_the_end_of_a_chain_counts_where_the_filter_says_so(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var group = await on.Create(on.Steward, """{"resourceType":"Organization","name":"Groupe"}""");
        var clinic = await on.Create(on.Steward, $$$"""{"resourceType":"Organization","name":"Clinique","partOf":{"reference":"{{{group.Reference}}}"}}""");
        var ward = await on.Create(on.Steward, $$$"""{"resourceType":"Organization","name":"Pédiatrie","partOf":{"reference":"{{{clinic.Reference}}}"}}""");
        var alone = await on.Create(on.Steward, """{"resourceType":"Organization","name":"Cabinet"}""");
        var here = await on.Create(on.Steward, $$$"""{"resourceType":"HealthcareService","name":"Urgences","providedBy":{"reference":"{{{ward.Reference}}}"}}""");
        var there = await on.Create(on.Steward, $$$"""{"resourceType":"HealthcareService","name":"Consultation","providedBy":{"reference":"{{{alone.Reference}}}"}}""");

        await Finds("organization.name eq Groupe");
        await Finds("organization.name:above eq Groupe", here);
        await Finds("organization.name:above eq Clinique or name eq Consultation", here, there);
        await Finds("organization.name:above eq Cabinet", there);
        await Finds("not (organization.name:above eq Groupe)", there);
        await Finds("name eq Urgences and organization.name:above eq Cabinet");
        await Finds("organization.name:above eq Pédiatrie", here);
        // The published query of the ROR: what changed, or stands below something that did.
        await Finds("(_lastUpdated ge 2100-01-01T15:00 or organization._lastUpdated:above ge 2100-01-01T15:00)");
        await Finds("(_lastUpdated ge 2100-01-01T15:00 or organization._lastUpdated:above ge 2022-11-06T15:00)", here, there);
        foreach (var wrong in new[] { "name:above eq x", "location.organization.name:above: eq x", "organization.endpoint.name:above eq x" })
            await Should.ThrowAsync<Exception>(() => on.Found(on.Steward, "HealthcareService?_filter=" + Uri.EscapeDataString(wrong)));

        async Task Finds(string filter, params Stored[] expected) =>
            (await on.Found(on.Steward, "HealthcareService?_filter=" + Uri.EscapeDataString(filter))).Order().ShouldBe(expected.Select(found => found.Id).Order(), filter);
    }

    [Theory, OnEachDatabase]
    public async Task Hops_are_followed_three_deep_each_within_the_scope(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var clinic = await on.Create(on.Steward, """{"resourceType":"Organization","name":"Clinique des Ormes"}""");
        var ward = await on.Create(on.Steward, $$$"""{"resourceType":"Organization","name":"Pédiatrie","partOf":{"reference":"{{{clinic.Reference}}}"}}""");
        var patient = await on.Create(on.Steward, $$$"""{"resourceType":"Patient","name":[{"family":"Lefèvre"}],"managingOrganization":{"reference":"{{{ward.Reference}}}"}}""");
        var hidden = await on.Create(on.Steward, $$$"""{"resourceType":"Patient","name":[{"family":"Caché"}],"managingOrganization":{"reference":"{{{ward.Reference}}}"}}""");
        var encounter = await on.Create(on.Steward, $$$"""{"resourceType":"Encounter","status":"finished","class":{"code":"AMB"},"subject":{"reference":"{{{patient.Reference}}}"}}""");
        var observation = await on.Create(on.Steward, Sample.Observation(patient.Reference, extra: $$""","encounter":{"reference":"{{encounter.Reference}}"}"""));
        await on.Create(on.Steward, Sample.Observation(hidden.Reference));

        (await on.Found(on.Steward, "Observation?subject:Patient.organization.partof.name=clinique")).Count.ShouldBe(2);
        (await on.Found(on.Steward, "Observation?encounter.subject:Patient.organization.name=pediatrie")).ShouldBe([observation.Id]);
        (await on.Found(on.Steward, "Organization?_has:Patient:organization:_has:Observation:patient:code=8867-4")).ShouldBe([ward.Id]);
        (await on.Found(on.Steward, "Organization?_has:Organization:partof:_has:Patient:organization:family=Lefevre")).ShouldBe([clinic.Id]);
        (await on.Found(on.Steward, $"Patient?_id={patient.Id}&_has:Encounter:patient:class=AMB")).ShouldBe([patient.Id]);
        (await on.Found(on.Steward, $"Patient?_id={hidden.Id}&_has:Encounter:patient:class=AMB")).ShouldBeEmpty();
        (await on.Found(on.Steward, $"Observation?patient={patient.Id}&encounter.class=AMB")).ShouldBe([observation.Id]);
        (await on.Found(on.Steward, $"Observation?patient={hidden.Id}&encounter.class=AMB")).ShouldBeEmpty();

        var me = on.Citizen(patient.PatientKey);
        (await on.Found(me, "Observation?subject:Patient.organization.partof.name=clinique")).ShouldBe([observation.Id]);
        (await on.Found(me, "Organization?_has:Patient:organization:family=cache")).ShouldBeEmpty();
        var typed = on.Scope("typé", AgentKind.Citizen, new Reach(false, new HashSet<long> { patient.PatientKey }, true, null), new TypeRules((type, _) => type != "Encounter"));
        (await on.Found(typed, "Observation?encounter.class=AMB")).ShouldBeEmpty();
        (await on.Found(typed, "Patient?_has:Encounter:patient:class=AMB")).ShouldBeEmpty();
    }

    [Theory, OnEachDatabase]
    public async Task A_reference_to_a_person_is_found_whatever_the_parameter(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Sample.Patient());
        var provenance = await on.Create(on.Steward, $$$"""
            {"resourceType":"Provenance","target":[{"reference":"{{{patient.Reference}}}"}],"recorded":"2026-01-01T00:00:00Z","agent":[{"who":{"display":"x"}}]}
            """);
        (await on.Found(on.Steward, $"Provenance?target={patient.Reference}")).ShouldBe([provenance.Id]);
        (await on.Found(on.Steward, $"Provenance?patient={patient.Id}")).ShouldBe([provenance.Id]);
        (await on.Search(on.Steward, $"Patient?_id={patient.Id}&_revinclude=Provenance:target")).Included.Select(found => found.Id).ShouldBe([provenance.Id]);
    }

    [Theory, OnEachDatabase]
    public async Task A_list_is_followed_and_words_are_found_in_what_is_small(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Sample.Patient());
        var noted = await on.Create(on.Steward, Sample.Observation(patient.Reference, extra: ""","note":[{"text":"Patient très agité, à l’aise ensuite"}]"""));
        var told = await on.Create(on.Steward, Sample.Observation(patient.Reference,
            extra: ""","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\">Pouls <b>r&#233;gulier</b></div>"}"""));
        var list = await on.Create(on.Steward, $$$"""
            {"resourceType":"List","status":"current","mode":"working","subject":{"reference":"{{{patient.Reference}}}"},
             "entry":[{"item":{"reference":"{{{noted.Reference}}}"}},{"deleted":true,"item":{"reference":"{{{told.Reference}}}"}}]}
            """);

        (await on.Found(on.Steward, $"Observation?_list={list.Id}")).ShouldBe([noted.Id]);
        (await on.Found(on.Citizen(77), $"Observation?_list={list.Id}")).ShouldBeEmpty();
        (await on.Found(on.Steward, $"Observation?patient={patient.Id}&_content=agite aise")).ShouldBe([noted.Id]);
        (await on.Found(on.Steward, $"Observation?patient={patient.Id}&_content=agite absent")).ShouldBeEmpty();
        (await on.Found(on.Steward, $"Observation?patient={patient.Id}&_text=regulier")).ShouldBe([told.Id]);
        (await on.Found(on.Steward, $"Observation?patient={patient.Id}&_text=agite")).ShouldBeEmpty();
        var broad = await Should.ThrowAsync<Refusal>(() => on.Found(on.Steward, "Observation?_content=agite"));
        broad.Kind.ShouldBe(StoreRefusals.SearchTooBroad);
        broad.French.ShouldContain("patient=…");
        broad.Issues[0].Code.ShouldBe("too-costly");
        (await Should.ThrowAsync<Refusal>(() => on.TryCreate(on.Steward, Sample.Observation(patient.Reference), TestStore.Query("Observation", "_content=agite"))))
            .Kind.ShouldBe(StoreRefusals.SearchTooBroad);
    }

    [Theory, OnEachDatabase]
    public async Task Near_measures_from_the_point(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var lyon = await Place(45.764, 4.8357);
        var villeurbanne = await Place(45.7719, 4.8902);
        var paris = await Place(48.8566, 2.3522);
        await on.Create(on.Steward, """{"resourceType":"Location","name":"Sans position"}""");

        (await on.Found(on.Steward, "Location?near=45.764|4.8357|1|km")).ShouldBe([lyon]);
        (await on.Found(on.Steward, "Location?near=45.764|4.8357|6|km")).ShouldBe([lyon, villeurbanne], ignoreOrder: true);
        (await on.Found(on.Steward, "Location?near=45.764|4.8357|400|km")).ShouldBe([lyon, villeurbanne, paris], ignoreOrder: true);
        (await on.Found(on.Steward, "Location?near=45.764|4.8357|9000|km")).ShouldBe([lyon, villeurbanne, paris], ignoreOrder: true);
        (await on.Found(on.Steward, "Location?near=45.764|4.8357|1|km&name=absent")).ShouldBeEmpty();
        (await on.Found(on.Steward, "Location?near=-33.9|18.4|20|km")).ShouldBeEmpty();

        async Task<string> Place(double latitude, double longitude) => (await on.Create(on.Steward, FormattableString.Invariant(
            $$$"""{"resourceType":"Location","name":"Lieu","position":{"latitude":{{{latitude}}},"longitude":{{{longitude}}}}}"""))).Id;
    }

    [Theory, OnEachDatabase]
    public async Task A_compartment_holds_what_its_definition_says(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var doctor = await on.Create(on.Steward, Sample.Practitioner("Curie"));
        var (one, other) = (await on.Create(on.Steward, Sample.Patient()), await on.Create(on.Steward, Sample.Patient("Autre", identifier: "P-2")));
        var mine = await on.Create(on.Steward, Sample.Observation(one.Reference, extra: $$""","performer":[{"reference":"{{doctor.Reference}}"}]"""));
        var beside = await on.Create(on.Steward, Sample.Observation(other.Reference, extra: $$""","performer":[{"reference":"{{one.Reference}}"}]"""));
        var condition = await on.Create(on.Steward, $$$"""{"resourceType":"Condition","subject":{"reference":"{{{one.Reference}}}"}}""");

        (await Inside("Patient", one.Id, "", "Observation")).ShouldBe([mine.Id, beside.Id], ignoreOrder: true);
        (await Inside("Patient", one.Id, "code=29463-7", "Observation")).ShouldBeEmpty();
        (await Inside("Patient", one.Id, "", "Observation", "Condition", "Patient")).ShouldBe([mine.Id, beside.Id, condition.Id, one.Id], ignoreOrder: true);
        (await Inside("Practitioner", doctor.Id, "", "Observation", "Practitioner")).ShouldBe([mine.Id, doctor.Id], ignoreOrder: true);
        foreach (var unknown in new[] { one.Id, on.Records.IdOf(one.PatientKey + 1, 1), "jamais-vu" })
            (await Should.ThrowAsync<Refusal>(() => on.Records.Search(on.Citizen(other.PatientKey), [TestStore.Query("Observation", "")], new("Patient", unknown), default)))
                .Kind.ShouldBe(StoreRefusals.NotFound);

        async Task<IEnumerable<string>> Inside(string type, string id, string criteria, params string[] types) => (await on.Records.Search(
            on.Steward, [.. types.Select(child => TestStore.Query(child, criteria))], new(type, id), default)).Matches.Select(found => found.Id);
    }

    [Theory, OnEachDatabase]
    public async Task Several_types_come_in_one_order_page_by_page(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Sample.Patient());
        var made = new List<string>();
        for (var i = 0; i < 12; i++)
        {
            var json = i % 3 == 0 ? $$$"""{"resourceType":"Condition","subject":{"reference":"{{{patient.Reference}}}"},"recordedDate":"2026-01-{{{i + 1:00}}}"}"""
                : Sample.Observation(patient.Reference, date: $"2026-01-{i + 1:00}");
            made.Add((await on.Create(on.Steward, json)).Id);
            on.Database.Clock.Move(TimeSpan.FromSeconds(1));
        }
        made.Reverse();

        var (seen, token) = (new List<string>(), (string?)null);
        do
        {
            var criteria = $"patient={patient.Id}&_count=5&_total=accurate{(token is null ? "" : $"&_page={token}")}";
            var page = await on.Records.Search(on.Steward, [TestStore.Query("Observation", criteria), TestStore.Query("Condition", criteria)], null, default);
            page.Total.ShouldBe(12);
            seen.AddRange(page.Matches.Select(found => found.Id));
            token = page.NextToken;
        }
        while (token is not null && seen.Count < 50);
        seen.ShouldBe(made);
    }

    [Theory, OnEachDatabase]
    public async Task A_search_without_time_left_is_stopped_and_says_what_to_add(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Sample.Patient());
        await on.Create(on.Steward, Sample.Observation(patient.Reference));
        var hurried = on.WithBudget(TimeSpan.Zero);

        var stopped = await Should.ThrowAsync<Refusal>(() => hurried.Search(on.Steward, TestStore.Query("Observation", "status=final"), default));
        stopped.Kind.ShouldBe(StoreRefusals.SearchTooLong);
        stopped.French.ShouldContain("patient=…");
        stopped.French.ShouldContain("code=…");
        stopped.Issues[0].Code.ShouldBe("too-costly");
        var narrowed = await Should.ThrowAsync<Refusal>(() => hurried.Search(on.Steward, TestStore.Query("Observation", $"patient={patient.Id}"), default));
        narrowed.French.ShouldNotContain("patient=…");
        using var gone = new CancellationTokenSource();
        await gone.CancelAsync();
        await Should.ThrowAsync<OperationCanceledException>(() => on.Records.Search(on.Steward, TestStore.Query("Observation", ""), gone.Token));
    }

    [Theory, OnEachDatabase]
    public async Task A_slow_statement_is_interrupted_inside_the_database(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        // Counts to what takes minutes: it ends early or the test does not.
        await Should.ThrowAsync<OperationCanceledException>(() => on.Database.Db.First(
            $"with recursive n(i) as (select 1 union all select i + 1 from n where i < 4000000000) select count(*) from n", row => (long?)row.Long(0), limit.Token));
    }

    [Theory, OnEachDatabase]
    public async Task A_software_does_not_list_people_through_what_they_refer_to(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var doctor = await on.Create(on.Steward, Sample.Practitioner("Curie"));
        await on.Create(on.Steward, $$$"""{"resourceType":"Patient","name":[{"family":"Secret"}],"generalPractitioner":[{"reference":"{{{doctor.Reference}}}"}]}""");
        (await on.Search(on.Steward, $"Practitioner?_id={doctor.Id}&_revinclude=Patient:general-practitioner")).Included.Count.ShouldBe(1);
        (await on.Search(on.Software("labo"), $"Practitioner?_id={doctor.Id}&_revinclude=Patient:general-practitioner")).Included.ShouldBeEmpty();
    }
}
