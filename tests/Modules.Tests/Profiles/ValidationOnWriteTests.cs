using System.Text;
using Socle.Fhir;
using Socle.Platform;
using Socle.Profiles;
using Socle.Store;
using Socle.Support;
using Socle.Terminology;

namespace Socle.Modules.Tests.Profiles;

public class ValidationOnWriteTests
{
    static Task<RecordWorld> Open(DatabaseKind kind, string onWrite = "Warn") =>
        RecordWorld.Open(kind, [new("Profiles:OnWrite", onWrite)], new TerminologyModule(), new ProfilesModule());

    static async Task<WriteResult> Write(RecordWorld world, string json, bool import = false)
    {
        using var body = FhirDocument.Parse(Encoding.UTF8.GetBytes(json));
        return (await world.Store.Write(await world.Enter(RecordWorld.Steward), [new WriteOp.Create(body)], WriteOptions.Default with { KeepIds = import }, default))[0];
    }

    static string Claiming(string rest = "") => $$"""{"resourceType":"Patient","meta":{"profile":["{{SamplePackage.Root}}born"]},"active":true{{rest}}}""";

    public static TheoryData<string, string, string> Broken => new()
    {
        { """{"resourceType":"Patient","contact":[{"gender":"male"}]}""", "Patient.contact[0]", "pat-1" },
        { """{"resourceType":"Observation","status":"final","code":{"text":"x"},"valueString":"x","dataAbsentReason":{"text":"y"}}""", "Observation", "obs-6" },
        { """{"resourceType":"Organization","active":true}""", "Organization", "org-1" },
        { """{"resourceType":"Patient","active":true,"contained":[{"resourceType":"Organization","id":"a","name":"y"}]}""", "Patient", "dom-3" }
    };

    [Theory, MemberData(nameof(Broken))]
    public async Task A_rule_of_R4_refuses_and_nothing_is_stored(string json, string expression, string says)
    {
        await using var world = await Open(DatabaseKind.Sqlite);
        var refusal = await Should.ThrowAsync<Refusal>(() => Write(world, json));
        refusal.Kind.ShouldBe(ProfilesRefusals.BreaksRules);
        refusal.Issues.ShouldContain(i => i.Expression == expression && i.Diagnostics.Contains(says, StringComparison.Ordinal));
        (await world.Store.Counts(default)).ShouldBeEmpty();
        // What is taken over from other software stays as it is.
        (await Write(world, json, import: true)).Status.ShouldBe(201);
    }

    [Theory, OnEachDatabase]
    public async Task A_profile_that_is_claimed_refuses_when_the_settings_say_so(DatabaseKind kind)
    {
        await using var world = await Open(kind, "Refuse");
        (await Write(world, Claiming())).Status.ShouldBe(201, "nothing is loaded yet");
        await Write(world, SamplePackage.Born);
        var refusal = await Should.ThrowAsync<Refusal>(() => Write(world, Claiming()));
        (refusal.Kind, refusal.Issues.ShouldHaveSingleItem().Expression).ShouldBe((ProfilesRefusals.BreaksProfile, "Patient.birthDate"));
        (await Write(world, Claiming(",\"birthDate\":\"1980\""))).Status.ShouldBe(201);
        (await Write(world, Claiming(), import: true)).Status.ShouldBe(201);
    }

    [Theory, OnEachDatabase]
    public async Task By_default_a_profile_that_is_claimed_warns(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        await Write(world, SamplePackage.Born);
        var written = await Write(world, Claiming());
        written.Status.ShouldBe(201);
        written.Warnings.ShouldContain(w => w.Severity == "warning" && w.Expression == "Patient.birthDate");
        (await Write(world, Claiming(",\"birthDate\":\"1980\""))).Warnings.ShouldNotContain(w => w.Expression == "Patient.birthDate");
    }

    [Theory, OnEachDatabase]
    public async Task Off_is_off(DatabaseKind kind)
    {
        await using var world = await Open(kind, "Off");
        await Write(world, SamplePackage.Born);
        (await Write(world, Claiming())).Warnings.ShouldBeEmpty();
    }

    static string Searchset(string resource, string type = "searchset") => $$"""{"resourceType":"Bundle","type":"{{type}}","entry":[{"resource":{{resource}}}]}""";

    const string Strength = """{"resourceType":"Medication","ingredient":[{"itemReference":{"reference":"#elsewhere"},"strength":{"numerator":{"value":1}}}]}""";

    [Fact]
    public async Task What_published_samples_break_is_let_in_where_they_break_it_with_a_warning_and_refused_elsewhere()
    {
        await using var world = await Open(DatabaseKind.Sqlite);
        var written = await Write(world, Searchset(Strength));
        written.Status.ShouldBe(201);
        written.Warnings.Where(w => w.Severity == "warning").Select(w => w.Diagnostics[..15]).ShouldBe(["Invariant ref-1", "Invariant rat-1"], ignoreOrder: true);
        foreach (var json in (string[])[Strength, Searchset(Strength, "collection")])
            (await Should.ThrowAsync<Refusal>(() => Write(world, json))).Kind.ShouldBe(ProfilesRefusals.BreaksRules, json);
        var validator = await world.Get<LoadedProfiles>().Validator(default);
        validator.Validate(Encoding.UTF8.GetBytes(Strength)).Where(i => i.Severity == "error").Select(i => i.Diagnostics[..15]).ShouldBe(["Invariant ref-1", "Invariant rat-1"], ignoreOrder: true);
    }

    public static TheoryData<string> Faults => [.. SampleFaults.All.Select(fault => fault.Sample)];

    [SharedDataTheory("fhir-r4-examples", "eprescription"), MemberData(nameof(Faults))]
    public void A_breach_is_tolerated_because_a_sample_needs_it(string sample)
    {
        var fault = SampleFaults.All.Single(f => f.Sample == sample);
        var validator = new Validator(ProfileSet.Empty, BuiltInTerminology.Instance);
        using var document = FhirDocument.Parse(File.ReadAllBytes(SharedData.At(sample.Split('/'))));
        validator.Judge(document, default, SampleFaults.Tolerated).Issues.ShouldNotContain(i => i.Severity == "error");
        validator.Judge(document, default, [.. SampleFaults.Tolerated.Except([fault.Breach])]).Issues.ShouldContain(i => i.Severity == "error");
    }

    [SharedDataTheory("fhir-r4-examples", "synthea", "mhd", "eprescription")]
    [InlineData("fhir-r4-examples", 45)]
    [InlineData("synthea", 1_000)]
    [InlineData("mhd", 5)]
    [InlineData("eprescription", 50)]
    public void Every_sample_may_be_written(string folder, int least)
    {
        var validator = new Validator(ProfileSet.Empty, BuiltInTerminology.Instance);
        var (judged, refused) = (0, new List<string>());
        foreach (var file in Directory.EnumerateFiles(SharedData.At(folder), "*.json", SearchOption.AllDirectories))
        {
            if (!FhirDocument.TryParse(File.ReadAllBytes(file), out var sample, out _)) continue;
            using var held = sample;
            // What a transaction or a batch is made of is written one by one.
            var parts = sample.ResourceType == "Bundle" && sample.Root["type"].Text is "transaction" or "batch";
            foreach (var json in parts ? sample.Root.All("entry").Select(e => e["resource"]).Where(r => r.Exists).Select(r => r.Raw.ToArray()).ToList() : [sample.Bytes.ToArray()])
            {
                using var body = FhirDocument.Parse(json);
                judged++;
                refused.AddRange(validator.Judge(body, default, SampleFaults.Tolerated).Issues.Where(i => i.Severity == "error").Select(i => $"{Path.GetFileName(file)} {i}"));
            }
        }
        refused.ShouldBeEmpty();
        judged.ShouldBeGreaterThanOrEqualTo(least);
    }

    /// <summary>Written to a type that R4 does not name there, by the literal or by « type »; and where both differ.</summary>
    [Theory]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"Practitioner/1"}}""", "Observation.subject", "leads to Practitioner")]
    [InlineData("""{"resourceType":"Observation","status":"final","code":{"text":"x"},"subject":{"reference":"https://autre.test/fhir/Practitioner/1"}}""", "Observation.subject", "leads to Practitioner")]
    [InlineData("""{"resourceType":"Encounter","status":"finished","class":{"code":"AMB"},"serviceProvider":{"type":"Patient","display":"x"}}""", "Encounter.serviceProvider", "leads to Patient")]
    [InlineData("""{"resourceType":"Basic","code":{"text":"x"},"subject":{"type":"Practitioner","reference":"Patient/1"}}""", "Basic.subject", "make both say the same")]
    [InlineData("""{"resourceType":"DeviceMetric","type":{"text":"x"},"category":"setting","parent":{"reference":"Patient/1"}}""", "DeviceMetric.parent", "leads to Patient")]
    [InlineData("""{"resourceType":"Patient","text":{"status":"generated","div":"<div xmlns=\"http://www.w3.org/1999/xhtml\"><script>x</script></div>"}}""", "Patient.text.div", "txt-1")]
    [InlineData("""{"resourceType":"Practitioner","extension":[{"url":"http://hl7.org/fhir/StructureDefinition/patient-birthPlace","valueAddress":{"city":"Brest"}}]}""", "Practitioner.extension[0]", "may not stand here")]
    public async Task What_no_sample_breaks_is_refused(string json, string expression, string says)
    {
        foreach (var onWrite in (string[])["Warn", "Off"])
        {
            await using var world = await Open(DatabaseKind.Sqlite, onWrite);
            var refusal = await Should.ThrowAsync<Refusal>(() => Write(world, json));
            refusal.Kind.ShouldBe(ProfilesRefusals.BreaksRules);
            refusal.Issues.ShouldContain(i => i.Expression == expression && i.Diagnostics.Contains(says, StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Vital_signs_are_judged_without_loading_anything()
    {
        await using var world = await Open(DatabaseKind.Sqlite, "Refuse");
        const string json = """{"resourceType":"Observation","meta":{"profile":["http://hl7.org/fhir/StructureDefinition/bp"]},"status":"final","code":{"coding":[{"system":"http://loinc.org","code":"85354-9"}]}}""";
        var refusal = await Should.ThrowAsync<Refusal>(() => Write(world, json));
        refusal.Kind.ShouldBe(ProfilesRefusals.BreaksProfile);
        refusal.Issues.Select(i => i.Expression).ShouldContain("Observation.component");
    }
}
