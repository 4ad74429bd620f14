using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.Store;
using Socle.Support;

namespace Socle.Modules.Tests.Identities;

public class PopulationTests
{
    static readonly DateOnly Today = new(2026, 11, 23);

    [Fact]
    public void The_same_seed_gives_the_same_people_and_each_number_is_right_and_unique()
    {
        var people = new Households(Today, 5080).Draw(2_000);
        people.Select(p => p.Ins).ShouldBe(new Households(Today, 5080).Draw(2_000).Select(p => p.Ins));
        people.Select(p => p.Ins).Distinct().Count().ShouldBe(2_000);
        people.ShouldAllBe(p => Ins.Check(p.Ins) == InsCheck.Right);
    }

    [Fact]
    public void The_population_has_everybody_that_breaks_software()
    {
        var people = new Households(Today, 5080).Draw(2_000);
        people.ShouldContain(p => p.BirthPlace.Code.StartsWith("2A"));
        people.ShouldContain(p => p.BirthPlace.Code.StartsWith("2B"));
        people.ShouldContain(p => p.BirthPlace.Code.StartsWith("97"));
        people.ShouldContain(p => p.BirthPlace.Code.StartsWith("99"));
        people.ShouldContain(p => p.BirthOrder == 2);
        people.ShouldContain(p => p.Age(Today) >= 104);
        people.Where(p => p.Age(Today) < 18 && p.Parents.Count == 2).Count().ShouldBeGreaterThan(100);
        people.GroupBy(p => (p.BirthName, p.FirstName, p.BirthDate)).ShouldContain(same => same.Count() > 1 && same.All(p => p.BirthOrder == null));
        people.ShouldContain(p => p.BirthName.Any(c => c > 127));
    }

    [Fact]
    public void Professionals_have_right_keys_and_numbers_of_nobody()
    {
        foreach (var actor in Population.Actors)
        {
            Rpps.Check(actor.Rpps).ShouldBe(IdentifierCheck.Right);
            Finess.Check(actor.Finess).ShouldBe(IdentifierCheck.Right);
            actor.Rpps.ShouldStartWith("99999");
        }
    }

    [Theory, OnEachDatabase]
    public async Task A_seeded_population_is_found_has_parents_appointments_and_documents(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        world.Database.Clock.MoveTo(new(2026, 3, 4, 9, 0, 0, TimeSpan.Zero));   // one day here and in Greenwich
        await world.Population.Seed(60, null, default);
        await world.Population.Seed(60, null, default);   // adds nothing
        var faces = await world.Population.Faces(default);
        faces.Count(face => face.Rpps is not null).ShouldBe(4);
        var jeanne = faces.First(face => face.Name == "Jeanne Morel");
        var scope = await world.Enter(RecordWorld.Steward);
        (await world.Documents.OfPatient(scope, jeanne.PatientId!, null, default)).Count.ShouldBeGreaterThanOrEqualTo(3);
        var mother = faces.First(face => face.Name == "Hélène Haddad");
        var agent = new Agent(AgentKind.Citizen, $"patient:{mother.PatientId}", mother.Name, null, null, null, 5, mother.PatientKey);
        (await world.Desk.ChildrenOf(agent, default)).Count.ShouldBe(2);
        var today = DateOnly.FromDateTime(world.Database.Clock.GetUtcNow().UtcDateTime);
        var query = SearchQuery.Parse("Appointment", [new("date", $"ge{today:yyyy-MM-dd}"), new("date", $"lt{today.AddDays(1):yyyy-MM-dd}")], strict: true);
        (await world.Store.Search(scope, query, default)).Matches.Count.ShouldBe(8);
    }

    [Fact]
    public async Task Two_thousand_people_are_written_in_few_commits()
    {
        await using var world = await RecordWorld.Open(DatabaseKind.Sqlite);
        var before = world.Database.Db.Commits;
        await world.Population.Seed(2_000, null, default);
        // One for each person would be minutes of a slow disk; how long it takes here is the machine's business.
        (world.Database.Db.Commits - before).ShouldBeLessThan(2_000);
    }

    [Theory, OnEachDatabase]
    public async Task A_search_answers_none_one_or_several_and_never_picks(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var jeanne = await world.AddPatient(Sample.Jeanne);
        await world.AddPatient(Sample.Loic);
        await world.AddPatient(Sample.Loic with { Ins = Ins.FromParts("1740935238989").Value, BirthPlaceCode = "35238" });
        var nurse = new Agent(AgentKind.Professional, "rpps:99999000016", "Claire", "Infirmière", null, null, 9, 0);
        (await world.Identities.ByIns(nurse, null, Sample.Jeanne.Ins!, default)).ShouldBe(new Found.One(jeanne));
        (await world.Identities.ByIns(nurse, Ins.Systems.Nir, Sample.Jeanne.Ins!, default)).ShouldBeOfType<Found.None>();
        (await world.Identities.ByTraits(nurse, new("Lefèvre", "Jeanne", "1957-03-14"), default)).ShouldBeOfType<Found.One>();
        (await world.Identities.ByTraits(nurse, new("morel", null, "14/03/1957"), default)).ShouldBeOfType<Found.None>();
        (await world.Identities.ByTraits(nurse, new("morel", null, "1957-03-14"), default)).ShouldBeOfType<Found.One>();
        (await world.Identities.ByTraits(nurse, new("Le Goff", "Loïc", "1974-09-30"), default)).ShouldBe(new Found.Several(2));
        (await world.Identities.ByTraits(nurse, new("Le Goff", "Loïc", "1974-09-30", "M", "35238"), default)).ShouldBeOfType<Found.One>();
        var trail = await world.Database.Audit.OfPatient(jeanne.PatientKey, null, 10, default);
        trail.Count(line => line.Entry.Action == "find-patient").ShouldBe(3);
    }

    [Theory, OnEachDatabase]
    public async Task A_wrong_key_is_refused_under_production_and_let_in_under_test(DatabaseKind kind)
    {
        await using var world = await RecordWorld.Open(kind);
        var wrong = Sample.Jeanne with { Ins = Sample.Jeanne.Ins![..13] + "01" };
        await world.AddPatient(wrong);
        var refusal = await Should.ThrowAsync<Refusal>(() => world.AddPatient(wrong with { InsSystem = Ins.Systems.Nir }));
        refusal.Code.ShouldBe("ins-wrong-key");
        await world.AddPatient(Sample.Jeanne with { InsSystem = Ins.Systems.Nir });
        (await Should.ThrowAsync<Refusal>(() => world.AddPatient(Sample.Jeanne with { InsSystem = Ins.Systems.Nir }))).Code.ShouldBe("ins-taken");
        (await Should.ThrowAsync<Refusal>(() => world.AddPatient(Sample.Jeanne with { BirthName = "LEF\u200BEVRE" }))).Code.ShouldBe("name-characters");
    }
}
