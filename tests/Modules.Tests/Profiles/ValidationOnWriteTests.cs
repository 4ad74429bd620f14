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

    [Fact]
    public async Task What_published_samples_break_is_let_in_and_told_by_validate()
    {
        await using var world = await Open(DatabaseKind.Sqlite);
        const string json = """{"resourceType":"Medication","ingredient":[{"itemReference":{"reference":"#elsewhere"},"strength":{"numerator":{"value":1}}}]}""";
        (await Write(world, json)).Status.ShouldBe(201);
        var validator = await world.Get<LoadedProfiles>().Validator(default);
        validator.Validate(Encoding.UTF8.GetBytes(json)).Where(i => i.Severity == "error").Select(i => i.Diagnostics[..15]).ShouldBe(["Invariant ref-1", "Invariant rat-1"], ignoreOrder: true);
    }
}
