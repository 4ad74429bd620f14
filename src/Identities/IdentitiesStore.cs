using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Identities;

/// <summary>What the index knows of a person beside the card.</summary>
sealed record PersonRow(PatientCard Card, string BirthKey, string UsedKey, string FirstKey);

/// <summary>All SQL of this module.</summary>
sealed class IdentitiesStore(Db db, Keys keys)
{
    /// <summary>The status of a row that is there for its names only.</summary>
    public const string Merged = "merged";

    const int Most = 50;   // above it a search by traits says « several » all the same

    static readonly Table People = new("identities_person", Column.Long("patient"), Column.Long("number"), Column.Text("birth_key"),
        Column.Text("used_key"), Column.Text("first_key"), Column.Text("birth_date"), Column.Text("sex"), Column.Text("birth_place"),
        Column.Text("birth_name"), Column.Text("used_name"), Column.Text("first_name"), Column.Text("used_first"), Column.Text("status"));

    public long HashOf(string system, string value) => keys.Hash("ins", $"{system}|{value}");

    /// <param name="isNew">A record that is being made: nothing stands here of it, and its row may go in with those of others.</param>
    public void Save(Unit unit, long patient, long number, Traits traits, string? usedName, string? usedFirst, string status, bool isNew)
    {
        object?[] row = [patient, number, Traits.Key(traits.BirthName), Traits.Key(usedName), Traits.Key(traits.FirstName),
            traits.BirthDate ?? "", traits.Sex ?? "", traits.BirthPlace ?? "", traits.BirthName, usedName, traits.FirstName ?? "", usedFirst, status];
        if (isNew)
        {
            unit.Insert(People, null, row);
            return;
        }
        Remove(unit, patient);
        unit.AddRows(db.Dialect, People, [row]);
    }

    /// <param name="claims">False where the number is somebody else's: it leads here all the same.</param>
    public void SaveIns(Unit unit, long patient, CarriedIns ins, bool claims = true)
    {
        var hash = HashOf(ins.System, ins.Value);
        var (old, kind) = (ins.IsOld ? 1L : 0L, KindOf(ins.System));
        unit.Add($"insert into identities_ins (hash, patient, old, kind) values ({hash}, {patient}, {old}, {kind}) on conflict (hash, patient) do update set old = excluded.old");
        // Somebody came between: the write is played again, and sees who.
        if (claims && Ins.Systems.IsProduction(ins.System))
            unit.Unique($"insert into identities_claim (hash, patient) values ({hash}, {patient})", () => StoreRefusals.WrittenMeanwhile.With());
    }

    /// <summary>The last figure of the system: 8 NIR, 9 NIA, 10 test, 11 demonstration.</summary>
    internal static long KindOf(string system) => long.Parse(system.AsSpan(system.LastIndexOf('.') + 1), System.Globalization.CultureInfo.InvariantCulture);

    public static void Remove(Unit unit, long patient)
    {
        unit.Add($"delete from identities_person where patient = {patient}");
        unit.Add($"delete from identities_ins where patient = {patient}");
        unit.Add($"delete from identities_claim where patient = {patient}");
    }

    /// <summary>Whose these numbers are.</summary>
    public Task<List<(long Hash, long Patient)>> Holders(long[] hashes, CancellationToken stop) =>
        db.Query($"select hash, patient from identities_claim where hash in {hashes}", row => (row.Long(0), row.Long(1)), stop);

    public Task<List<PersonRow>> ByHashes(long[] hashes, CancellationToken stop) => db.Query(
        $"""
        select p.patient, p.number, p.birth_name, p.used_name, p.first_name, p.used_first, p.birth_date, p.sex, p.birth_place, p.birth_key, p.used_key, p.first_key, p.status
        from identities_person p
        where p.patient in (select i.patient from identities_ins i where i.hash in {hashes})
        limit {Most}
        """, Read, stop);

    /// <summary>Same birth date (or the part of it that is known) and same name, of birth or of use.</summary>
    public Task<List<PersonRow>> ByNameAndDate(string nameKey, string birthDate, CancellationToken stop)
    {
        var after = birthDate + "~";   // above every digit and hyphen in byte order
        return db.Query(
            $"""
            select patient, number, birth_name, used_name, first_name, used_first, birth_date, sex, birth_place, birth_key, used_key, first_key, status
            from identities_person
            where birth_date >= {birthDate} and birth_date < {after} and (birth_key = {nameKey} or used_key = {nameKey})
            order by patient limit {Most}
            """, Read, stop);
    }

    /// <summary>More people of one name, sex and birth date than these are told apart by nothing.</summary>
    public const int MostNamesakes = 200;

    /// <summary>Qualified identities of this birth name, sex and birth date, as much of it as is known.</summary>
    public async Task<List<PatientCard>> Qualified(string birthKey, string birthDate, string sex, CancellationToken stop)
    {
        Sql rows = $"""
            select patient, number, birth_name, used_name, first_name, used_first, birth_date, sex, birth_place, birth_key, used_key, first_key, status
            from identities_person
            where birth_date = {birthDate} and birth_key = {birthKey} and sex = {sex} and status = {"qualified"}
            order by patient limit {MostNamesakes}
            """;
        return (await db.Query(rows.Short(), Read, stop)).ConvertAll(row => row.Card);
    }

    /// <summary>Qualified identities that carry one of these numbers, in force or not.</summary>
    public async Task<List<PatientCard>> QualifiedByHashes(long[] hashes, CancellationToken stop)
    {
        Sql rows = $"""
            select p.patient, p.number, p.birth_name, p.used_name, p.first_name, p.used_first, p.birth_date, p.sex, p.birth_place, p.birth_key, p.used_key, p.first_key, p.status
            from identities_person p
            where p.patient in (select i.patient from identities_ins i where i.hash in {hashes}) and p.status = {"qualified"}
            """;
        // A few travel with others; many go alone.
        return (await db.Query(hashes.Length <= 8 ? rows.Short() : rows, Read, stop)).ConvertAll(row => row.Card);
    }

    public Task<List<PersonRow>> ByPatients(long[] patients, CancellationToken stop) => db.Query(
        $"""
        select patient, number, birth_name, used_name, first_name, used_first, birth_date, sex, birth_place, birth_key, used_key, first_key, status
        from identities_person where patient in {patients}
        """, Read, stop);

    /// <summary>What serves once is used now; in another process too the second use is refused.</summary>
    public Task UseOnce(long hash, DateTimeOffset until, Func<Refusal> used, CancellationToken stop)
    {
        var unit = new Unit();
        unit.Unique($"insert into identities_once (hash, until) values ({hash}, {Clock.Micros(until)})", used);
        return db.Commit(unit, stop);
    }

    public Task ForgetUsed(DateTimeOffset now, CancellationToken stop)
    {
        var unit = new Unit();
        unit.Add($"delete from identities_once where until <= {Clock.Micros(now)}");
        return db.Commit(unit, stop);
    }

    public Task<List<(long Patient, string Note)>> Demo(CancellationToken stop) =>
        db.Query($"select patient, note from identities_demo order by position", row => (row.Long(0), row.Text(1)), stop);

    public static void SaveDemo(Unit unit, int position, long patient, string note) =>
        unit.Add($"insert into identities_demo (position, patient, note) values ({(long)position}, {patient}, {note}) on conflict do nothing");

    PersonRow Read(Row row)
    {
        var (patient, number) = (row.Long(0), row.Long(1));
        var card = new PatientCard(patient, keys.ExternalId(patient, number), row.Text(2), row.TextOrNull(3), row.Text(4), row.Text(6), row.Text(7))
        {
            UsedFirstName = row.TextOrNull(5),
            BirthPlaceCode = row.Text(8),
            InsStatus = row.Text(12)
        };
        return new(card, row.Text(9), row.Text(10), row.Text(11));
    }
}
