using System.Globalization;
using System.Text.Json.Nodes;
using Socle.Access;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Identities;

/// <summary>
/// The demonstration population: invented people, professionals and appointments, written through the same door as everything else.
/// The same seed, day and number of people give the same identities.
/// </summary>
public sealed class Population
{
    const ulong Seeds = 5080;
    const int Batch = 100;
    const int Weekdays = 60;

    readonly RecordStore store;
    readonly AccessDesk desk;
    readonly IdentitiesStore identities;
    readonly IEnumerable<PopulationStep> steps;
    readonly Db db;
    readonly TimeProvider time;

    internal Population(RecordStore store, AccessDesk desk, IdentitiesStore identities, IEnumerable<PopulationStep> steps, Db db, TimeProvider time) =>
        (this.store, this.desk, this.identities, this.steps, this.db, this.time) = (store, desk, identities, steps, db, time);

    static readonly Agent Steward = new(AgentKind.Steward, "program:demonstration", "Jeu de démonstration", null, null, null, 0, 0);

    public static IReadOnlyList<DemoActor> Actors { get; } = [.. DemoProfessionals.People.Select(ActorOf)];

    /// <summary>Adds nothing when a population is there already.</summary>
    public async Task Seed(int patients, IProgress<PopulationProgress>? progress, CancellationToken stop)
    {
        if ((await identities.Demo(stop)).Count > 0) return;
        var today = DateOnly.FromDateTime(time.GetLocalNow().DateTime);
        var people = new Households(today, Seeds).Draw(patients);
        var scope = await desk.Enter(Steward, Purposes.Operation, stop);
        var nurse = await WriteProfessionals(scope, stop);
        var written = await WritePeople(scope, people, today, progress, stop);
        await LinkParents(scope, people, written, stop);
        await WriteAppointments(scope, people, written, nurse, today, stop);
        foreach (var step in steps) await step.Add(scope, written, Actors, today, progress, stop);
        await RememberFaces(written, stop);
    }

    /// <summary>Whom one can be in the demonstration: its professionals, then a few citizens.</summary>
    public async Task<IReadOnlyList<DemoFace>> Faces(CancellationToken stop)
    {
        var faces = Actors.Select(a => new DemoFace(a.ShownName, a.StructureName, a.Role, a.Rpps, a.Finess, a.StructureName, 0, null)).ToList();
        var chosen = await identities.Demo(stop);
        if (chosen.Count == 0) return faces;
        var cards = (await identities.ByPatients([.. chosen.Select(c => c.Patient)], stop)).ToDictionary(row => row.Card.PatientKey, row => row.Card);
        foreach (var (patient, note) in chosen)
            if (cards.GetValueOrDefault(patient) is { } card) faces.Add(new(card.ShownName, note, null, null, null, null, patient, card.Id));
        return faces;
    }

    // Returns the reference of the nurse's Practitioner, whose list of the day the appointments fill.
    async Task<string> WriteProfessionals(Scope scope, CancellationToken stop)
    {
        var ops = new List<WriteOp>();
        foreach (var structure in DemoProfessionals.Structures) ops.Add(Create(DemoProfessionals.Organization(structure), $"urn:demo:{structure.Key}"));
        foreach (var person in DemoProfessionals.People)
        {
            ops.Add(Create(DemoProfessionals.Practitioner(person), $"urn:demo:{person.Key}"));
            ops.Add(Create(DemoProfessionals.PractitionerRole(person, $"urn:demo:{person.Key}", $"urn:demo:{person.StructureKey}")));
        }
        var results = await store.Write(scope, ops, WriteOptions.Default, stop);
        var nurse = ops.FindIndex(op => op is WriteOp.Create { FullUrl: "urn:demo:infirmiere" });
        return results[nurse].Stored.Reference;
    }

    async Task<List<DemoPatient>> WritePeople(
        Scope scope, IReadOnlyList<DemoPerson> people, DateOnly today, IProgress<PopulationProgress>? progress, CancellationToken stop)
    {
        var written = new List<DemoPatient>(people.Count);
        foreach (var group in people.Chunk(Batch))
        {
            var ops = group.Select(person => (WriteOp)new WriteOp.Create(FhirDocument.Parse(PatientBuilder.Build(PatientOf(person, today))))).ToList();
            var results = await store.Write(scope, ops, WriteOptions.Default, stop);
            for (var i = 0; i < group.Length; i++) written.Add(DemoPatientOf(group[i], results[i].Stored));
            progress?.Report(new("personnes", written.Count, people.Count));
        }
        return written;
    }

    // A parent stands in the child's record as a RelatedPerson, and in Access as a representative.
    async Task LinkParents(Scope scope, IReadOnlyList<DemoPerson> people, List<DemoPatient> written, CancellationToken stop)
    {
        var children = people.Where(p => p.Parents.Count > 0).ToList();
        foreach (var group in children.Chunk(Batch / 2))
        {
            var ops = group.SelectMany(child => child.Parents.Select(parent => Create(RelatedPerson(people[parent], written[child.Number])))).ToList();
            await store.Write(scope, ops, WriteOptions.Default, stop);
        }
        var links = new Unit();
        foreach (var child in children)
            foreach (var parent in child.Parents)
                desk.AddGuardian(links, written[parent].PatientKey, written[child.Number].PatientKey, child.BirthDate);
        if (children.Count > 0) await db.Commit(links, stop);
    }

    async Task WriteAppointments(
        Scope scope, IReadOnlyList<DemoPerson> people, List<DemoPatient> written, string nurse, DateOnly today, CancellationToken stop)
    {
        var dice = new Dice(Seeds + 1);
        var ops = new List<WriteOp>();
        var day = today;
        for (var left = Weekdays; left > 0; day = day.AddDays(1))
        {
            if (day.DayOfWeek is DayOfWeek.Saturday or DayOfWeek.Sunday && day != today) continue;
            left--;
            for (var slot = 0; slot < 8; slot++)
            {
                // The story's people come first each day, so that the guide finds them.
                var person = people[slot < 2 ? Math.Min(slot == 0 ? 0 : 6, people.Count - 1) : dice.Roll(Math.Min(people.Count, 60))];
                ops.Add(Create(Appointment(person, written[person.Number], nurse, day, slot)));
            }
        }
        foreach (var group in ops.Chunk(Batch)) await store.Write(scope, group, WriteOptions.Default, stop);
    }

    async Task RememberFaces(List<DemoPatient> written, CancellationToken stop)
    {
        (int Number, string Note)[] chosen =
        [
            (0, "A des documents et des rendez-vous"), (1, "Mère de jumeaux de 9 ans"), (2, "Père de jumeaux de 9 ans"), (5, "A 104 ans"), (6, "A un homonyme né le même jour")
        ];
        var unit = new Unit();
        foreach (var (number, note) in chosen.Where(c => c.Number < written.Count))
            IdentitiesStore.SaveDemo(unit, number, written[number].PatientKey, note);
        await db.Commit(unit, stop);
    }

    static NewPatient PatientOf(DemoPerson person, DateOnly today) => new(
        FrenchText.InsTrait(person.BirthName), [.. person.GivenNames.Select(FrenchText.InsTrait)],
        person.BirthDate.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture), person.Sex)
    {
        InsSystem = Ins.Systems.Test,
        Ins = person.Ins,
        UsedName = person.UsedName ?? person.BirthName,
        UsedFirstName = person.FirstName,
        BirthPlaceCode = person.BirthPlace.Code,
        BirthPlaceName = person.BirthPlace.Name,
        City = person.Home.Name,
        PostCode = person.Home.PostCode,
        Street = $"{1 + (person.Number % 90)} {Towns.Streets[person.Number % Towns.Streets.Length]}",
        // 06 39 98 xx xx: numbers that the French authority keeps for works of fiction.
        Phone = $"+3363998{person.Number % 10000:0000}",
        BirthOrder = person.BirthOrder,
        Status = IdentityStatus.Qualified,
        ValidatedOn = today.AddDays(-30 - (person.Number % 300))
    };

    static DemoPatient DemoPatientOf(DemoPerson person, Stored stored) => new(
        stored.PatientKey, stored.Id, person.Ins, FrenchText.InsTrait(person.BirthName), person.UsedName is null ? null : FrenchText.InsTrait(person.UsedName),
        [.. person.GivenNames.Select(FrenchText.InsTrait)], person.BirthDate, person.Sex, person.BirthPlace.Code) { Number = person.Number };

    static JsonObject RelatedPerson(DemoPerson parent, DemoPatient child) => new()
    {
        ["resourceType"] = "RelatedPerson",
        ["active"] = true,
        ["patient"] = new JsonObject { ["reference"] = $"Patient/{child.Id}" },
        ["relationship"] = new JsonArray(new JsonObject
        {
            ["coding"] = new JsonArray(PatientBuilder.Coding("http://terminology.hl7.org/CodeSystem/v3-RoleCode", parent.Sex == "F" ? "MTH" : "FTH"))
        }),
        ["name"] = new JsonArray(new JsonObject
        {
            ["use"] = "usual", ["family"] = parent.UsedName ?? parent.BirthName, ["given"] = new JsonArray(parent.FirstName)
        }),
        ["gender"] = parent.Sex == "F" ? "female" : "male"
    };

    static JsonObject Appointment(DemoPerson person, DemoPatient patient, string nurse, DateOnly day, int slot)
    {
        var start = new DateTimeOffset(day, new TimeOnly(7, 0), TimeSpan.Zero).AddMinutes(30 * slot);
        return new()
        {
            ["resourceType"] = "Appointment",
            ["status"] = "booked",
            ["description"] = (slot % 3) switch { 0 => "Prise de sang", 1 => "Pansement", _ => "Injection" },
            ["start"] = start.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["end"] = start.AddMinutes(30).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture),
            ["participant"] = new JsonArray(
                Participant($"Patient/{patient.Id}", person.ShownName), Participant(nurse, Actors[0].ShownName))
        };
    }

    static JsonObject Participant(string reference, string display) => new()
    {
        ["actor"] = new JsonObject { ["reference"] = reference, ["display"] = display }, ["status"] = "accepted"
    };

    static DemoActor ActorOf(DemoProfessional person)
    {
        var structure = DemoProfessionals.StructureOf(person);
        return new(person.Key, person.Rpps, person.Civility, person.FirstName, person.Name, person.Role, person.ProfessionCode, person.SpecialtyCode,
            structure.Finess, structure.Name, structure.SectorCode, structure.SectorName);
    }

    static WriteOp.Create Create(JsonObject resource, string? fullUrl = null) => new(FhirDocument.Parse(PatientBuilder.Bytes(resource)), null, fullUrl);
}

/// <summary>A person of the demonstration as the other modules need it to add invented data of their own.</summary>
public sealed record DemoPatient(
    long PatientKey, string Id, string Ins, string BirthName, string? UsedName, IReadOnlyList<string> GivenNames, DateOnly BirthDate, string Sex, string BirthPlaceCode)
{
    /// <summary>Position in the population: the first ones are always the same people.</summary>
    public int Number { get; init; }
}

/// <summary>A professional of the demonstration in a structure of it.</summary>
public sealed record DemoActor(
    string Key, string Rpps, string Civility, string FirstName, string FamilyName, string Role, string ProfessionCode, string? Specialty,
    string Finess, string StructureName, string SectorCode, string SectorName)
{
    public string ShownName => $"{(Civility.Length == 0 ? "" : Civility + " ")}{FirstName} {FamilyName}";
}

/// <summary>Somebody to choose on the demonstration's sign-in page.</summary>
/// <param name="Note">French: what there is to see as this person.</param>
/// <param name="PatientKey">A citizen's record; 0 for a professional.</param>
public sealed record DemoFace(string Name, string Note, string? Role, string? Rpps, string? Finess, string? StructureName, long PatientKey, string? PatientId);

/// <param name="Done">Units of work done out of <paramref name="Total"/>; people first, then what the steps add.</param>
public sealed record PopulationProgress(string What, int Done, int Total);

/// <summary>What a module adds to the demonstration population: the shared record its documents, for instance. Registered by the module.</summary>
public abstract class PopulationStep
{
    /// <summary>French, for the progress line: « documents ».</summary>
    public abstract string What { get; }

    /// <summary>The same people give the same data; <paramref name="today"/> is the day of the demonstration.</summary>
    public abstract Task Add(
        Scope steward, IReadOnlyList<DemoPatient> patients, IReadOnlyList<DemoActor> actors, DateOnly today, IProgress<PopulationProgress>? progress, CancellationToken stop);
}
