using Socle.Fhir;
using Socle.Platform;
using Socle.Store;
using Socle.Support;

namespace Socle.Core.Tests.Store;

public sealed class TransactionTests
{
    const string PatientUrl = "urn:uuid:0c3151bd-1cbf-4d64-b04d-cd9187a4c6e0";

    [Theory, OnEachDatabase]
    public async Task References_of_a_transaction_lead_to_what_it_made(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var results = await Process(on, Bundle("transaction",
            Post(Sample.Observation(PatientUrl), "urn:uuid:11111111-1cbf-4d64-b04d-cd9187a4c6e0"),
            Post(Sample.Patient(), PatientUrl)));

        var patient = results[1].Write!.Stored;
        var observation = results[0].Write!.Stored;
        observation.PatientKey.ShouldBe(patient.PatientKey);
        TestStore.Text(observation).ShouldContain($"\"reference\":\"{patient.Reference}\"");
        (await on.Found(on.Steward, $"Observation?patient={patient.Id}")).ShouldBe([observation.Id]);
    }

    [Theory, OnEachDatabase]
    public async Task One_bad_entry_of_a_hundred_changes_nothing(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Sample.Patient());
        for (var bad = 0; bad < 100; bad += 33)
        {
            var entries = Enumerable.Range(0, 100).Select(i => i == bad
                ? Put($"Observation/{new string('a', 65)}", Sample.Observation(patient.Reference))
                : Post(Sample.Observation(patient.Reference))).ToArray();
            var refusal = await Should.ThrowAsync<Refusal>(() => Process(on, Bundle("transaction", entries)));
            refusal.Issues.ShouldContain(issue => issue.Expression != null && issue.Expression.StartsWith($"Bundle.entry[{bad}]"));
        }

        (await on.Search(on.Steward, "Observation?_summary=count")).Total.ShouldBe(0);
        (await on.Records.Counts(default)).Single().Resources.ShouldBe(1);
        (await on.Database.Audit.OfPatient(patient.PatientKey, null, 50, default)).Count.ShouldBe(1);
    }

    [Theory, OnEachDatabase]
    public async Task Ids_that_come_together_lead_to_what_stands_under_them(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var keep = WriteOptions.Default with { KeepIds = true };
        Task<IReadOnlyList<WriteResult>> Write(Scope by, params string[] bodies) =>
            on.Records.Write(by, [.. bodies.Select(body => new WriteOp.Create(TestStore.Doc(body)))], keep, default);
        static string Brought(string json, string id) => json.Insert(1, $"\"id\":\"{id}\",");
        static string Measure(string id, string date = "2026-03-01") => Brought(Sample.Observation("Patient/p1", date: date), id);
        var first = await Write(on.Steward, Brought(Sample.Patient(), "p1"), Measure("o1"), Measure("o2"));
        first.Select(result => result.Status).ShouldBe([201, 201, 201]);
        await on.Delete(on.Steward, "Observation", "o2");
        // What somebody else stores under the same ids is not seen, and not touched.
        (await Write(on.Software("autre"), Measure("o1"), Measure("o3"))).Select(result => (result.Status, result.Stored.Version)).ShouldBe([(201, 1L), (201, 1L)]);

        var own = first[1].Stored;
        var again = await Write(on.Steward, Brought(Sample.Patient(), "p1"), Measure("o1", "2026-03-02"), Measure("o2"));
        again.Select(result => (result.Status, result.Stored.Version)).ShouldBe([(200, 1L), (200, 2L), (201, 3L)]);
        again[1].Stored.Number.ShouldBe(own.Number);
    }

    [Theory, OnEachDatabase]
    public async Task What_a_rule_answered_with_is_what_the_next_rule_finds(DatabaseKind kind)
    {
        var rule = new AnswersOnce();
        await using var on = await TestStore.Open(kind, rule);
        var patient = await on.Create(on.Steward, Sample.Patient());
        rule.Existing = await on.Create(on.Steward, Sample.Observation(patient.Reference));
        var answers = await Process(on, Bundle("transaction", Post(Sample.Observation(patient.Reference, date: "2026-04-01")), Post(Sample.Observation(patient.Reference))));
        answers[0].Write!.Stored.Id.ShouldBe(rule.Existing.Id);
        (rule.Found?.Id, rule.Found?.Number).ShouldBe((rule.Existing.Id, rule.Existing.Number));
    }

    /// <summary>Answers the first observation with one that stands, and looks from the second where that leads.</summary>
    sealed class AnswersOnce : WriteRule
    {
        bool answered;

        public Stored? Existing { get; set; }
        public Stored? Found { get; private set; }
        public override IReadOnlySet<string> Types { get; } = new HashSet<string> { "Observation" };

        public override async ValueTask Apply(WriteContext write, CancellationToken stop)
        {
            if (Existing is null) return;
            if (answered) Found = await write.Follow(Existing.Reference, stop);
            else write.AnswerWith(Existing);
            answered = true;
        }
    }

    [Theory, OnEachDatabase]
    public async Task In_a_batch_each_entry_stands_alone(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Sample.Patient());
        var results = await Process(on, Bundle("batch",
            Post(Sample.Observation(patient.Reference)), Delete("Observation/unknown"), Post(Sample.Observation(patient.Reference))));

        results.Select(result => result.Write is not null).ShouldBe([true, false, true]);
        results[1].Failure.ShouldBeOfType<Refusal>().Kind.ShouldBe(StoreRefusals.NotFound);
    }

    [Theory, OnEachDatabase]
    public async Task A_conditional_reference_needs_exactly_one_match(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var bundle = Bundle("transaction", Post(Sample.Observation("Patient?identifier=urn:test|P-1")));
        (await Should.ThrowAsync<Refusal>(() => Process(on, bundle))).Code.ShouldBe(StoreRefusals.ReferenceWithoutMatch.Code);

        var patient = await on.Create(on.Steward, Sample.Patient());
        var observation = (await Process(on, bundle))[0].Write!.Stored;
        observation.PatientKey.ShouldBe(patient.PatientKey);
        TestStore.Text(observation).ShouldContain(patient.Reference);

        await on.Create(on.Steward, Sample.Patient());
        (await Should.ThrowAsync<Refusal>(() => Process(on, bundle))).Code.ShouldBe(StoreRefusals.ReferenceWithManyMatches.Code);
    }

    [Theory, OnEachDatabase]
    public async Task A_condition_that_is_met_leads_references_to_what_stands_there(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Sample.Patient());
        var results = await Process(on, Bundle("transaction",
            Entry("POST", "Patient", Sample.Patient(), PatientUrl, "\"ifNoneExist\":\"identifier=P-1\","),
            Post(Sample.Observation(PatientUrl))));

        results[0].Write!.Status.ShouldBe(200);
        results[1].Write!.Stored.PatientKey.ShouldBe(patient.PatientKey);
        TestStore.Text(results[1].Write!.Stored).ShouldContain(patient.Reference);
    }

    [Theory, OnEachDatabase]
    public async Task What_a_transaction_must_not_say_is_refused(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var patient = await on.Create(on.Steward, Sample.Patient());
        var cases = new (string Bundle, RefusalKind Kind)[]
        {
            (Bundle("transaction", Post(Sample.Patient(), PatientUrl), Post(Sample.Patient(), PatientUrl)), StoreRefusals.DuplicateFullUrl),
            (Bundle("transaction", [.. Enumerable.Range(0, 501).Select(_ => Post(Sample.Patient()))]), StoreRefusals.TooManyEntries),
            (Bundle("transaction", Entry("POST", "Observation", Sample.Patient())), StoreRefusals.TypeMismatch),
            (Bundle("transaction", Entry("PUT", "Patient/x", Sample.Patient().Replace("\"active\"", "\"id\":\"y\",\"active\"", StringComparison.Ordinal))), StoreRefusals.IdMismatch),
            (Bundle("transaction", Put(patient.Reference, Sample.Patient()), Delete(patient.Reference)), StoreRefusals.SameTwice),
            (Bundle("transaction", Entry("POST", "Bundle", Bundle("transaction"))), StoreRefusals.BadBundle),
            (Bundle("collection"), StoreRefusals.BadBundle)
        };
        foreach (var (bundle, expected) in cases)
            (await Should.ThrowAsync<Refusal>(() => Process(on, bundle), expected.Code)).Code.ShouldBe(expected.Code);
        (await on.Records.Counts(default)).Single().Resources.ShouldBe(1);
    }

    [Theory, OnEachDatabase]
    public async Task Full_urls_of_another_server_lead_relative_references(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        var results = await Process(on, Bundle("transaction",
            Post(Sample.Patient(), "http://example.org/fhir/Patient/p1"), Post(Sample.Observation("Patient/p1"), "http://example.org/fhir/Observation/o1")));

        results[1].Write!.Stored.PatientKey.ShouldBe(results[0].Write!.Stored.PatientKey);
        TestStore.Text(results[1].Write!.Stored).ShouldContain(results[0].Write!.Stored.Reference);
    }

    [Theory, OnEachDatabase]
    public async Task A_binary_goes_under_the_patient_of_its_document(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind);
        const string Url = "urn:uuid:22222222-1cbf-4d64-b04d-cd9187a4c6e0";
        var patient = await on.Create(on.Steward, Sample.Patient());
        var results = await Process(on, Bundle("transaction",
            Post("""{"resourceType":"Binary","contentType":"text/plain","data":"Qm9uam91cg=="}""", Url),
            Post(Document(patient.Reference, Url))));

        var (binary, document) = (results[0].Write!.Stored, results[1].Write!.Stored);
        binary.PatientKey.ShouldBe(patient.PatientKey);
        TestStore.Text(document).ShouldContain($"\"url\":\"{binary.Reference}\"");
        using var reader = new StreamReader((await on.Records.OpenBinary(on.Citizen(patient.PatientKey), binary.Id, default))!);
        (await reader.ReadToEndAsync()).ShouldBe("Bonjour");
        (await on.Records.OpenBinary(on.Citizen(42), binary.Id, default)).ShouldBeNull();
    }

    [Theory, OnEachDatabase]
    public async Task A_rule_may_refuse_add_writes_and_answer_with_what_is_there(DatabaseKind kind)
    {
        await using var on = await TestStore.Open(kind, new UniqueObservations());
        var patient = await on.Create(on.Steward, Sample.Patient());
        var first = await on.TryCreate(on.Steward, Sample.Observation(patient.Reference, "8867-4"));
        var second = await on.TryCreate(on.Steward, Sample.Observation(patient.Reference, "8867-4"));
        (second.Status, second.Stored.Id).ShouldBe((200, first.Stored.Id));

        await on.TryCreate(on.Steward, Sample.Observation(patient.Reference, "718-7"));
        (await on.Found(on.Steward, $"Flag?patient={patient.Id}")).Count.ShouldBe(1);
        await Should.ThrowAsync<Refusal>(() => on.TryCreate(on.Steward, Sample.Observation(patient.Reference, "refused")));
        (await on.Found(on.Steward, $"Observation?patient={patient.Id}")).Count.ShouldBe(2);
    }

    static string Document(string patient, string url) => $$$"""
        {"resourceType":"DocumentReference","status":"current","type":{"coding":[{"system":"http://loinc.org","code":"11502-2"}]},
         "subject":{"reference":"{{{patient}}}"},"date":"2026-03-01T10:00:00Z","content":[{"attachment":{"contentType":"text/plain","url":"{{{url}}}"}}]}
        """;

    static async Task<IReadOnlyList<EntryResult>> Process(TestStore on, string bundle)
    {
        using var document = TestStore.Doc(bundle);
        using var request = Bundles.Parse(document);
        return await on.Records.Process(on.Steward, request, WriteOptions.Default, default);
    }

    static string Bundle(string type, params string[] entries) =>
        $$"""{"resourceType":"Bundle","type":"{{type}}"{{(entries.Length == 0 ? "" : $",\"entry\":[{string.Join(',', entries)}]")}}}""";

    static string Post(string resource, string? fullUrl = null)
    {
        using var document = TestStore.Doc(resource);
        return Entry("POST", document.ResourceType, resource, fullUrl);
    }

    static string Put(string url, string resource) => Entry("PUT", url, resource);

    static string Delete(string url) => $$$"""{"request":{"method":"DELETE","url":"{{{url}}}"}}""";

    static string Entry(string method, string url, string resource, string? fullUrl = null, string more = "")
    {
        var named = fullUrl is null ? "" : $"\"fullUrl\":\"{fullUrl}\",";
        return "{" + named + $$""" "resource":{{resource}},"request":{ {{more}} "method":"{{method}}","url":"{{url}}"} }""";
    }

    /// <summary>One Observation per code; another code raises a Flag; « refused » is refused.</summary>
    sealed class UniqueObservations : WriteRule
    {
        static readonly RefusalKind No = new("test-no", Reason.Unprocessable, "Non.");

        public override IReadOnlySet<string> Types { get; } = new HashSet<string> { "Observation" };

        public override async ValueTask Apply(WriteContext write, CancellationToken stop)
        {
            var code = write.Body!.Root["code"]["coding"]["code"].Text;
            if (code == "refused") throw No.With();
            if (await write.FindInRecord(TestStore.Query("Observation", $"code={code}"), stop) is [var existing, ..]) write.AnswerWith(existing);
            else if (code != "8867-4") write.Add(new WriteOp.Create(TestStore.Doc($$$"""
                {"resourceType":"Flag","status":"active","code":{"text":"Nouveau"},"subject":{"reference":"{{{write.Body.Root["subject"]["reference"].Text}}}"}}
                """)));
        }
    }
}
