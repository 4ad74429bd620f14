using System.Text.Json;
using Socle.Directories;
using Socle.Fhir;
using Socle.Platform;
using Socle.Support;

namespace Socle.Modules.Tests.Directories;

/// <summary>RPPS+: an employer registers somebody outside RPPS and ADELI, until the end of the contract.</summary>
public sealed class EmployedRoleTests
{
    static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    static DateOnly In(RoleWorld world, int days) => NewRole.DayOf(world.Clock.GetUtcNow()).AddDays(days);

    [Theory, OnEachDatabase]
    public async Task A_role_is_in_the_directory_until_midnight_in_Paris_and_gone_by_the_minute_after(DatabaseKind kind)
    {
        await using var world = await RoleWorld.Open(kind);
        var ends = In(world, 40);
        var made = await world.Roles.Register(RoleWorld.Employer, RoleWorld.Asked(ends), default);
        (made.Name, made.Role, made.StructureName, made.Ends, made.IsActive).ShouldBe(("Maëlle Tanguy", "Secrétaire médicale", "Hôpital des Essais", ends, true));

        var number = $"3{RoleWorld.Hospital}/A-17";
        var person = AnnuaireWorld.Entries(await world.Annuaire.Public($"/Practitioner?identifier={NationalId.System}%7C{number}"), "match").ShouldHaveSingleItem();
        person.GetProperty("active").GetBoolean().ShouldBeTrue();
        (await world.Shown("Practitioner?name=tanguy")).ShouldBe(1);
        var role = AnnuaireWorld.Entries(await world.Annuaire.Public($"/PractitionerRole?practitioner={person.GetProperty("id").GetString()}"), "match").ShouldHaveSingleItem();
        role.GetProperty("code")[0].GetProperty("coding")[0].GetProperty("code").GetString().ShouldBe("331");
        var midnight = ends.ToDateTime(TimeOnly.MinValue);
        var moment = new DateTimeOffset(midnight, Paris.GetUtcOffset(midnight));
        role.GetProperty("period").GetProperty("end").GetDateTimeOffset().ShouldBe(moment);
        var said = role.GetProperty("meta").GetProperty("extension").GetRawText();
        said.ShouldContain("RPPS+");
        said.ShouldContain("Hôpital des Essais");

        world.Clock.MoveTo(moment.AddSeconds(-2));
        await world.Roles.Apply(default);   // the job of every ten seconds
        (await world.Shown("PractitionerRole?role=331")).ShouldBe(1);
        world.Clock.MoveTo(moment.AddSeconds(1));
        await world.Roles.Apply(default);
        (await world.Shown("PractitionerRole?role=331")).ShouldBe(0);
        (await world.Shown("Practitioner?name=tanguy")).ShouldBe(0);
        AnnuaireWorld.Entries(await world.Annuaire.Public($"/Practitioner?identifier={number}"), "match").ShouldHaveSingleItem().GetProperty("active").GetBoolean().ShouldBeFalse();
        (await world.Roles.List(RoleWorld.Employer, default)).ShouldBeEmpty();
        EmployedRoles.Period.ShouldBeLessThanOrEqualTo(TimeSpan.FromMinutes(1));

        var trace = (await world.Fhir.Storage.Audit.Latest(null, 200, default)).Select(line => line.Entry).ToList();
        trace.ShouldContain(entry => entry.Action == "role-register" && entry.Agent.Id == "system:rh" && entry.Target.StartsWith("PractitionerRole/"));
        trace.ShouldContain(entry => entry.Action == "role-end" && entry.Why == "Fin du contrat");
    }

    [Theory, OnEachDatabase]
    public async Task It_is_prolonged_ended_and_registered_again_with_the_same_entry(DatabaseKind kind)
    {
        await using var world = await RoleWorld.Open(kind);
        var (roles, employer) = (world.Roles, RoleWorld.Employer);
        var id = (await roles.Register(employer, RoleWorld.Asked(In(world, 10)), default)).Id;
        await roles.Prolong(employer, id, In(world, 30), default);
        world.Clock.Move(TimeSpan.FromDays(20));
        await roles.Apply(default);
        (await roles.Find(employer, id, default)).ShouldSatisfyAllConditions(role => role.IsActive.ShouldBeTrue(), role => role.Ends.ShouldBe(In(world, 10)));
        (await Refused(() => roles.Prolong(employer, id, In(world, 5), default))).ShouldBe(DirectoriesRefusals.NotLater);
        (await Refused(() => roles.End(employer, id, " ", default))).ShouldBe(DirectoriesRefusals.ReasonMissing);

        // A second role keeps the person in the directory.
        var second = (await roles.Register(employer, RoleWorld.Asked(In(world, 60), code: "332"), default)).Id;
        await roles.End(employer, id, "Démission", default);
        (await world.Shown("PractitionerRole?role=331")).ShouldBe(0);
        (await world.Shown("Practitioner?name=tanguy")).ShouldBe(1);
        (await Refused(() => roles.End(employer, id, "Encore", default))).ShouldBe(DirectoriesRefusals.RoleChanged);
        (await Refused(() => roles.Prolong(employer, id, In(world, 90), default))).ShouldBe(DirectoriesRefusals.RoleChanged);
        await roles.End(RoleWorld.Registrar, second, "Erreur", default);
        (await world.Shown("Practitioner?name=tanguy")).ShouldBe(0);

        await roles.Register(employer, RoleWorld.Asked(In(world, 100)), default);
        (await world.Shown("Practitioner?name=tanguy")).ShouldBe(1);
        AnnuaireWorld.Entries(await world.Annuaire.Public($"/Practitioner?identifier=3{RoleWorld.Hospital}/A-17"), "match").Count.ShouldBe(1, "one entry for good");
    }

    [Theory, OnEachDatabase]
    public async Task Nobody_registers_for_a_structure_that_is_not_theirs(DatabaseKind kind)
    {
        await using var world = await RoleWorld.Open(kind);
        var asked = RoleWorld.Asked(In(world, 10));
        foreach (var stranger in new[] { RoleWorld.OtherEmployer, RoleWorld.Elsewhere, FhirWorld.Steward, FhirWorld.Nurse, FhirWorld.Laboratory,
                     RoleWorld.Employer with { Structure = null }, RoleWorld.Employer with { Kind = AgentKind.Citizen } })
            (await Refused(() => world.Roles.Register(stranger, asked, default))).ShouldBe(DirectoriesRefusals.NotYourStructure, stranger.Id);
        var id = (await world.Roles.Register(RoleWorld.Employer, asked, default)).Id;
        foreach (var stranger in new[] { RoleWorld.OtherEmployer, RoleWorld.Elsewhere, FhirWorld.Steward })
        {
            // As if it were not there.
            (await Refused(() => world.Roles.Find(stranger, id, default))).ShouldBe(DirectoriesRefusals.NoSuchRole);
            (await Refused(() => world.Roles.Prolong(stranger, id, In(world, 20), default))).ShouldBe(DirectoriesRefusals.NoSuchRole);
            (await Refused(() => world.Roles.End(stranger, id, "Raison", default))).ShouldBe(DirectoriesRefusals.NoSuchRole);
            (await world.Roles.List(stranger, default)).ShouldBeEmpty();
        }
        await world.Roles.Register(RoleWorld.OtherEmployer, RoleWorld.Asked(In(world, 10), structure: RoleWorld.Clinic), default);
        (await world.Roles.List(RoleWorld.OtherEmployer, default)).ShouldHaveSingleItem().StructureName.ShouldBe("Clinique des Essais");
        (await world.Roles.List(RoleWorld.Registrar, default)).Count.ShouldBe(2);
    }

    [Theory, OnEachDatabase]
    public async Task Two_at_once_make_one_role_and_one_entry(DatabaseKind kind)
    {
        await using var world = await RoleWorld.Open(kind);
        var ends = In(world, 10);
        async Task<RefusalKind?> Try()
        {
            try
            {
                await world.Roles.Register(RoleWorld.Employer, RoleWorld.Asked(ends), default);
                return null;
            }
            catch (Refusal refusal)
            {
                return refusal.Kind;
            }
        }

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 6).Select(_ => Task.Run(Try)));
        outcomes.Count(outcome => outcome is null).ShouldBe(1);
        outcomes.ShouldAllBe(outcome => outcome == null || outcome == DirectoriesRefusals.RoleTwice);
        (await world.Shown("PractitionerRole?role=331")).ShouldBe(1);
        (await world.Shown("Practitioner?name=tanguy")).ShouldBe(1);
        (await Refused(() => world.Roles.Register(RoleWorld.Employer, RoleWorld.Asked(ends, family: "Autre", code: "332"), default))).ShouldBe(DirectoriesRefusals.OtherPerson);
    }

    [Theory]
    [InlineData("2027-03-28", "2027-03-28T00:00:00+01:00")]
    [InlineData("2027-03-29", "2027-03-29T00:00:00+02:00")]
    [InlineData("2026-12-31", "2026-12-31T00:00:00+01:00")]
    public void A_day_ends_at_midnight_of_its_season(string day, string moment)
    {
        var now = new DateTimeOffset(2026, 11, 22, 12, 0, 0, TimeSpan.Zero);
        NewRole.Written(NewRole.MomentOf(DateOnly.Parse(day, System.Globalization.CultureInfo.InvariantCulture), now)).ShouldBe(moment);
    }

    [Fact]
    public void Its_roles_are_said_once_in_both_languages()
    {
        EmployedRole.All.Select(role => role.Code).ShouldBeUnique();
        EmployedRole.All.ShouldAllBe(role => role.French.Length > 0 && role.English.Length > 0);
    }

    static async Task<RefusalKind> Refused(Func<Task> act) => (await Should.ThrowAsync<Refusal>(act)).Kind;
}
