using System.Text;
using Socle.Directories;
using Socle.Fhir;
using Socle.Platform;
using Socle.SignIn;
using Socle.Store;
using Socle.Support;

namespace Socle.Modules.Tests.Directories;

/// <summary>What sign-in and its claims say of a professional comes from the directory's entries.</summary>
public sealed class PractitionerReadingTests
{
    static readonly string Rpps = ExtractMaker.WithKey("9999900001");

    static WriteOp.Create Create(string json) => new(FhirDocument.Parse(Encoding.UTF8.GetBytes(json)));

    static string Qualification(params (string System, string Code)[] codings) =>
        "{\"code\":{\"coding\":[" + string.Join(',', codings.Select(one => $$"""{"system":"{{one.System}}","code":"{{one.Code}}"}""")) + "]}}";

    static async Task<RecordWorld> Open(DatabaseKind kind)
    {
        var world = await RecordWorld.Open(kind, [], new DirectoriesModule());
        var structure = await world.Write(Create($$"""
            {"resourceType":"Organization","active":true,"name":"Centre hospitalier des Essais","identifier":[{"system":"{{EntrySystems.StructureId}}","value":"1990000019"},
             {"system":"{{EntrySystems.Finess}}","value":"990000019"},{"system":"{{EntrySystems.Sirene}}","value":"99999999900010"}],
             "type":[{"coding":[{"system":"{{EntrySystems.Sector}}","code":"SA01"}]}],"address":[{"line":["1 rue des Essais"],"city":"Quimper","postalCode":"29000"}]}
            """));
        var person = await world.Write(Create($$"""
            {"resourceType":"Practitioner","active":true,"identifier":[{"system":"{{EntrySystems.Rpps}}","value":"{{Rpps}}"}],
             "name":[{"family":"Jézéquel","given":["Claire"],"prefix":["MME"],"suffix":["DR"]}],
             "telecom":[{"system":"email","value":"claire@medecin.example"},{"system":"phone","value":"0600000001"}],
             "qualification":[{{Qualification((EntrySystems.Profession, "10"), (EntrySystems.Category, "C"))}},
               {{Qualification((EntrySystems.Profession, "21"), (EntrySystems.Category, "E"))}},
               {{Qualification((EntrySystems.OfSkill("S"), "SM54"), (EntrySystems.SkillType, "S"))}}]}
            """));
        var (who, where) = (person[0].Stored.Reference, structure[0].Stored.Reference);
        await world.Write(Create($$$"""
            {"resourceType":"PractitionerRole","active":true,"practitioner":{"reference":"{{{who}}}"},"organization":{"reference":"{{{where}}}"},
             "code":[{"coding":[{"system":"{{{EntrySystems.Mode}}}","code":"S"}]},{"coding":[{"system":"{{{EntrySystems.Genre}}}","code":"GENR01"}]},
              {"coding":[{"system":"{{{EntrySystems.Profession}}}","code":"10"}]}],"telecom":[{"system":"phone","value":"0298000001"}]}
            """));
        await world.Write(Create($$$"""
            {"resourceType":"PractitionerRole","active":true,"practitioner":{"reference":"{{{who}}}"},"period":{"end":"2026-03-31"},
             "code":[{"coding":[{"system":"{{{EntrySystems.Mode}}}","code":"L"}]}]}
            """));
        return world;
    }

    [Theory, OnEachDatabase]
    public async Task Exercises_and_activities_come_from_the_entries(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var facts = (await world.Get<PractitionerReading>().Facts(Rpps, default)).ShouldNotBeNull();
        (facts.Name, facts.Civility, facts.IsActive, facts.NationalId).ShouldBe(("Claire Jézéquel", "MME", true, "8" + Rpps));
        facts.Exercises.Select(one => (one.Profession, one.Category, one.Skill, one.Title)).ShouldBe([("10", "C", "SM54", "DR"), ("21", "E", "", "DR")]);
        // The hospital names its profession; the other situation may be of either.
        facts.Exercises.Select(one => one.Activities.Count).ShouldBe([2, 1]);
        var hospital = facts.Exercises[0].Activities.Single(one => one.Mode == "S");
        (hospital.Sector, hospital.Finess, hospital.Siret, hospital.StructureId, hospital.Genre).ShouldBe(("SA01", "990000019", "99999999900010", "1990000019", "GENR01"));
        (hospital.StructureName, hospital.Street, hospital.PostCode, hospital.Town).ShouldBe(("Centre hospitalier des Essais", "1 rue des Essais", "29000", "Quimper"));
        facts.Contacts.Where(one => one.IsPersonal).Select(one => (one.Kind, one.Value)).ShouldBe([("email", "claire@medecin.example"), ("phone", "0600000001")]);
        facts.Contacts.Single(one => !one.IsPersonal).Value.ShouldBe("0298000001");
    }

    [Theory, OnEachDatabase]
    public async Task A_contract_holds_to_its_last_day_and_a_suspended_entry_has_no_situation(DatabaseKind kind)
    {
        await using var world = await Open(kind);
        var facts = (await world.Get<PractitionerReading>().Facts(Rpps, default))!;
        facts.Situations(new(2026, 3, 31)).Count().ShouldBe(3);
        facts.Situations(new(2026, 4, 1)).Select(one => (one.Exercise.Profession, one.Activity?.Mode)).ShouldBe([("10", "S"), ("21", null)]);
        await world.Get<ProfessionalRegister>().Suspend(RecordWorld.Steward, Rpps, null, "Décision de l’ordre", default);
        var suspended = (await world.Get<PractitionerReading>().Facts(Rpps, default))!;
        suspended.IsActive.ShouldBeFalse();
        suspended.Situations(new(2026, 3, 1)).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_number_that_the_directory_does_not_have_has_no_facts()
    {
        await using var world = await Open(DatabaseKind.Sqlite);
        (await world.Get<PractitionerReading>().Facts(ExtractMaker.WithKey("9999900777"), default)).ShouldBeNull();
        (await new Practitioners().Facts(Rpps, default)).ShouldBeNull();
    }
}
