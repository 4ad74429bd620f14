namespace Socle.Bench;

/// <summary>One line of the table: what is asked, by how many, what it must leave in the audit log, and the floor.</summary>
sealed record Work(string Name, int Clients, int EntriesPerAnswer, double Raw, double Floor, double? P99, Load.Ask Ask);

/// <summary>The works of the budgets, in the order in which they run: those that write last, for what they leave to tidy is not a reader's.</summary>
sealed class Works(Population people)
{
    long sequence = 10_000_000;

    public IEnumerable<Work> All(bool postgres, RawRates raw, Floors floors)
    {
        foreach (var clients in new[] { 16, 64 })
            yield return new($"read by id, {clients} clients", clients, 1, clients == 16 ? raw.Reads : raw.Reads64,
                clients == 16 ? floors.Reads : floors.Reads64, null, (connection, c, t) => connection.Get("/fhir/Observation/" + Observation(t, c)));
        var entry = people.LoadDirectoryEntry();
        yield return new("read a directory entry, 16 clients", 16, 0, raw.Unaudited, postgres ? floors.Reads : 12_000, null,
            (connection, _, _) => connection.Get("/fhir/Practitioner/" + entry));
        foreach (var work in OfAnnuaire(raw.Unaudited)) yield return work;
        foreach (var work in ByPerson(raw.Reads, floors.Search)) yield return work;
        yield return new("Observation?patient&code&_sort=-date&_count=20", 16, 1, raw.Ranges, floors.Includes, null, (connection, c, t) =>
            connection.Get($"/fhir/Observation?patient={Patient(t, c)}&code=http://loinc.org%7C{Population.Code(t)}&_sort=-date&_count=20"));
        yield return new("DocumentReference?patient&type&_include", 16, 1, raw.Reads, floors.Includes, null, (connection, c, t) => connection.Get(
            $"/fhir/DocumentReference?patient={Patient(t, c)}&type=http://loinc.org%7C11502-2&_include=DocumentReference:subject"));
        people.LoadRegister();
        yield return new("INS search by traits, Patient/$match, 64 clients", 64, 1, raw.Reads64, 2_000, null, (connection, c, t) =>
            connection.Post("/fhir/Patient/$match", Population.Asked(Registered(t, c))));
        yield return new("create a 1.5 KB Observation, 16 clients", 16, 1, raw.Creates, floors.Creates, postgres ? 30 : null, (connection, c, t) =>
            connection.Post("/fhir/Observation", Population.Observation(Patient(t, c), Interlocked.Increment(ref sequence), t)));
        yield return new("transaction of 100 entries, 4 clients", 4, 100, raw.Transactions, floors.Transactions, null, (connection, c, t) =>
            connection.Post("/fhir", Population.TransactionOf(Enumerable.Range(0, 100)
                .Select(i => ("Observation", Population.Observation(Patient(t + i, c), Interlocked.Increment(ref sequence), t))))));
    }

    /// <summary>Works that need people only.</summary>
    public IEnumerable<Work> OfPeople() => ByPerson(double.NaN, 0).Prepend(new("read a Patient by id", 16, 1, double.NaN, 0, null,
        (connection, c, t) => connection.Get("/fhir/Patient/" + Patient(t, c))));

    // What a national directory answers (issue 4): so many a second, each hundredth at the most so late.
    const double AnnuaireFloor = 3_500, AnnuaireP99 = 100;

    IEnumerable<Work> OfAnnuaire(double raw)
    {
        if (people.Professionals.Length == 0) yield break;
        yield return new("annuaire: read by id, 16 clients", 16, 0, raw, AnnuaireFloor, AnnuaireP99,
            (connection, c, t) => connection.Get("/annuaire/fhir/v2/Practitioner/" + people.Professionals[Professional(t, c)]));
        yield return new("annuaire: search by RPPS, 16 clients", 16, 0, raw, AnnuaireFloor, AnnuaireP99, (connection, c, t) => connection.Get(
            "/annuaire/fhir/v2/Practitioner?identifier=https://rpps.esante.gouv.fr%7C" + Population.Rpps(Professional(t, c))));
        yield return new("annuaire: search by mailbox, 16 clients", 16, 0, raw, AnnuaireFloor, AnnuaireP99, (connection, c, t) => connection.Get(
            "/annuaire/fhir/v2/Practitioner?mailbox-mss=" + Population.Mailbox(Professional(t, c))));
    }

    int Professional(long turn, int client) => (int)((turn * 7919 + client * 104_729) % people.Professionals.Length);

    IEnumerable<Work> ByPerson(double raw, double floor)
    {
        yield return new("search by identifier", 16, 1, raw, floor, null, (connection, c, t) =>
            connection.Get("/fhir/Patient?identifier=urn:oid:1.2.250.1.999.1%7C" + Population.Identifier(Who(t, c))));
        yield return new("search by name and birth date", 16, 1, raw, floor, null, (connection, c, t) =>
            connection.Get($"/fhir/Patient?family={Uri.EscapeDataString(Population.Name(Who(t, c)))}&birthdate={Population.BirthDate(Who(t, c))}"));
    }

    static int Registered(long turn, int client) => (int)((turn * 7919 + client * 104_729) % Population.MostRegistered);

    int Who(long turn, int client) => (int)((turn * 7919 + client * 104_729) % people.PatientIds.Length);

    string Patient(long turn, int client) => people.PatientIds[Who(turn, client)];

    string Observation(long turn, int client) => people.ObservationIds[(int)((turn * 7919 + client * 104729) % people.ObservationIds.Count)];
}
