using System.Text;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.Store;
using Socle.Support;

namespace Socle.Modules.Tests.Identities;

/// <summary>NIA → NIR, sex change, adoption, name change: the old number still resolves, one person, full history.</summary>
public class PersonHistoryTests
{
    static readonly Agent Nurse = new(AgentKind.Professional, "rpps:99999000016", "Claire", "Infirmière", null, null, 9, 0);
    static readonly string Woman = Ins.FromParts("2570329232989").Value, Man = Ins.FromParts("1570329232989").Value;

    public static TheoryData<string, NewPatient, NewPatient> Scenarios() => new()
    {
        { "NIA to NIR", Sample.Jeanne with { InsSystem = Ins.Systems.Nia, Ins = Ins.FromParts("7570399352989").Value }, Sample.Jeanne with { InsSystem = Ins.Systems.Nir, Ins = Woman } },
        { "sex change", Sample.Jeanne, Sample.Jeanne with { Ins = Man, Sex = "M", GivenNames = ["JEAN"] } },
        { "adoption", Sample.Jeanne, Sample.Jeanne with { Ins = Ins.FromParts("2570335238989").Value, BirthName = "KERVELLA", BirthPlaceCode = "35238" } },
        { "name change", Sample.Jeanne, Sample.Jeanne with { BirthName = "BERANGER" } }
    };

    [Theory, MemberData(nameof(Scenarios))]
    public async Task A_person_stays_one_person_on_SQLite(string scenario, NewPatient before, NewPatient after) => await OnePerson(DatabaseKind.Sqlite, scenario, before, after);

    [Theory, MemberData(nameof(Scenarios))]
    public async Task A_person_stays_one_person_on_PostgreSQL(string scenario, NewPatient before, NewPatient after)
    {
        if (PostgresServer.WhyAbsent is null || PostgresServer.IsRequired) await OnePerson(DatabaseKind.Postgres, scenario, before, after);
    }

    static async Task OnePerson(DatabaseKind kind, string scenario, NewPatient before, NewPatient after)
    {
        await using var world = await RecordWorld.Open(kind);
        var card = await world.AddPatient(before);
        await Update(world, card.Id, after);
        await Update(world, card.Id, after with { City = "Brest" });   // a later write that knows nothing of the past

        var now = (await world.Identities.Card(card.PatientKey, default))!;
        now.BirthName.ShouldBe(after.BirthName, scenario);
        foreach (var number in new[] { (before.InsSystem, before.Ins), (after.InsSystem, after.Ins) }.Distinct())
            (await world.Identities.ByIns(Nurse, number.InsSystem, number.Ins!, default)).ShouldBe(new Found.One(now), scenario);

        var scope = await world.Enter(RecordWorld.Steward);
        using var patient = FhirDocument.Parse((await world.Store.Read(scope, "Patient", card.Id, default))!.Bytes);
        var today = DateOnly.FromDateTime(world.Database.Clock.GetUtcNow().Date).ToString("O", System.Globalization.CultureInfo.InvariantCulture);
        PatientReader.ActiveIns(patient.Root)!.Value.ShouldBe(after.Ins);
        var old = PatientReader.InsOf(patient.Root).Where(ins => ins.IsOld).ToList();
        if (before.Ins == after.Ins) old.ShouldBeEmpty();
        else
        {
            old.ShouldHaveSingleItem().Value.ShouldBe(before.Ins);
            Ended(patient.Root, "identifier").ShouldBe([today]);
        }
        Ended(patient.Root, "name").ShouldBe(before.BirthName == after.BirthName ? [] : [today]);
        (await world.Store.History(scope, "Patient", card.Id, new(), default))!.Versions.Count.ShouldBe(3);
        // The Datamatrix gives out the number of today, never the former one.
        InsDatamatrix.Of(patient.Root)!.Matricule.ShouldBe(after.Ins);
    }

    [Theory, OnEachDatabase]
    public async Task A_number_that_was_a_mistake_is_taken_out_and_leads_nowhere(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var card = await world.AddPatient(Sample.Jeanne);
        await Update(world, card.Id, Sample.Jeanne with { Ins = null });
        (await world.Identities.ByIns(Nurse, null, Sample.Jeanne.Ins!, default)).ShouldBeOfType<Found.None>();
        await Update(world, card.Id, Sample.Jeanne with { Ins = Man });
        (await world.Identities.ByIns(Nurse, null, Sample.Jeanne.Ins!, default)).ShouldBeOfType<Found.None>();
        (await world.Identities.ByIns(Nurse, null, Man, default)).ShouldBeOfType<Found.One>();
    }

    static async Task Update(RecordWorld world, string id, NewPatient patient)
    {
        using var body = FhirDocument.Parse(PatientBuilder.Build(patient));
        await world.Write(new WriteOp.Update("Patient", id, null, body));
    }

    static List<string> Ended(FhirNode patient, string list)
    {
        var found = new List<string>();
        foreach (var element in patient.All(list))
            if (element["use"].Text == "old") found.Add(element["period"]["end"].Text ?? "");
        return found;
    }
}
