using System.Globalization;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Identities;

/// <summary>What may be shown of a person who was found: enough to recognise, nothing about health.</summary>
/// <param name="Id">External id of the Patient resource.</param>
/// <param name="FirstName">The given names of birth, the first one first.</param>
/// <param name="BirthDate">ISO, whole or partial, empty when unknown.</param>
/// <param name="Sex">"F", "M" or empty.</param>
public sealed record PatientCard(long PatientKey, string Id, string BirthName, string? UsedName, string FirstName, string BirthDate, string Sex)
{
    public string? UsedFirstName { get; init; }

    public string BirthPlaceCode { get; init; } = "";

    /// <summary>"qualified" (INS and checked document), "validated" (checked document) or "provisional".</summary>
    public string InsStatus { get; init; } = "provisional";

    /// <summary>« Zoé Lefèvre », as the person is called.</summary>
    public string ShownName => $"{UsedFirstName ?? FirstName.Split(' ')[0]} {UsedName ?? BirthName}".Trim();

    /// <summary>« née BÉRANGER » when the used name differs; null otherwise.</summary>
    public string? BornAs => UsedName is null || Traits.Key(UsedName) == Traits.Key(BirthName) ? null : $"{(Sex == "F" ? "née" : "né")} {BirthName}";

    /// <summary>« 28/03/1979 », « 03/1979 », « 1979 » or « date de naissance inconnue ».</summary>
    public string ShownBirthDate => BirthDate.Length switch
    {
        10 => $"{BirthDate[8..]}/{BirthDate[5..7]}/{BirthDate[..4]}",
        7 => $"{BirthDate[5..]}/{BirthDate[..4]}",
        4 => BirthDate,
        _ => "date de naissance inconnue"
    };

    public DateOnly? BirthDay => DateOnly.TryParseExact(BirthDate, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day) ? day : null;

    /// <summary>Whole years on that day; null when the date is not whole.</summary>
    public int? Age(DateOnly today) => BirthDay is not { } born
        ? null
        : today.Year - born.Year - (today.Month < born.Month || (today.Month == born.Month && today.Day < born.Day) ? 1 : 0);

    public string ShownSex => Sex switch { "F" => "Femme", "M" => "Homme", _ => "Sexe inconnu" };
}

/// <summary>The answer of an identity search. Of several it never picks one: a person decides, with more traits.</summary>
public abstract record Found
{
    Found() { }

    public sealed record None : Found;

    public sealed record One(PatientCard Card) : Found;

    public sealed record Several(int Count) : Found;
}

/// <summary>Searches of people by their number or their traits.</summary>
public sealed class IdentitySearch
{
    readonly IdentitiesStore store;
    readonly AuditLog audit;
    readonly Db db;

    internal IdentitySearch(IdentitiesStore store, AuditLog audit, Db db) => (this.store, this.audit, this.db) = (store, audit, db);

    /// <summary>By matricule; <paramref name="system"/> null looks under production, test and demonstration. One found is traced to that person.</summary>
    public async Task<Found> ByIns(Agent agent, string? system, string ins, CancellationToken stop) => await Traced(agent, await LookUp(system, ins, stop), stop);

    /// <summary>By birth or used name and birth date; first name and sex narrow it. One found is traced to that person.</summary>
    public async Task<Found> ByTraits(Agent agent, Traits traits, CancellationToken stop) => await Traced(agent, await LookUp(traits, stop), stop);

    /// <summary>As <see cref="ByIns"/> for a deposit or an import, whose own trace names the person.</summary>
    public async Task<Found> LookUp(string? system, string ins, CancellationToken stop)
    {
        var hashes = system is null
            ? Ins.Systems.Current.Select(known => store.HashOf(known, ins)).ToArray()
            : [store.HashOf(system, ins)];
        return Answer(await store.ByHashes(hashes, stop));
    }

    public async Task<Found> LookUp(Traits traits, CancellationToken stop)
    {
        if (Traits.IsoDate(traits.BirthDate) is not { } date || Traits.Key(traits.BirthName) is not { Length: > 0 } name) return new Found.None();
        var first = Traits.Key(traits.FirstName);
        return Answer((await store.ByNameAndDate(name, date, stop))
            .Where(row => first.Length == 0 || IsFirstName(first, row))
            .Where(row => traits.Sex is null || row.Card.Sex.Length == 0 || row.Card.Sex == traits.Sex)
            .Where(row => traits.BirthPlace is null || row.Card.BirthPlaceCode.Length == 0 || row.Card.BirthPlaceCode == traits.BirthPlace)
            .ToList());
    }

    /// <summary>The card of a record that the caller may see; null when it has no identity.</summary>
    public async Task<PatientCard?> Card(long patient, CancellationToken stop) => (await store.ByPatients([patient], stop)).FirstOrDefault()?.Card;

    public async Task<IReadOnlyDictionary<long, PatientCard>> Cards(IReadOnlyCollection<long> patients, CancellationToken stop) => patients.Count == 0
        ? new Dictionary<long, PatientCard>()
        : (await store.ByPatients([.. patients], stop)).ToDictionary(row => row.Card.PatientKey, row => row.Card);

    /// <summary>Takes a person out of the index, in the unit that erases the record.</summary>
    public static void Forget(Unit unit, long patient) => IdentitiesStore.Remove(unit, patient);

    static bool IsFirstName(string asked, PersonRow row) =>
        row.FirstKey == asked || row.FirstKey.StartsWith(asked + " ", StringComparison.Ordinal) || Traits.Key(row.Card.UsedFirstName) == asked
        || asked.StartsWith(row.FirstKey + " ", StringComparison.Ordinal);

    static Found Answer(List<PersonRow> rows) => rows.Count switch { 0 => new Found.None(), 1 => new Found.One(rows[0].Card), var many => new Found.Several(many) };

    async Task<Found> Traced(Agent agent, Found found, CancellationToken stop)
    {
        if (found is not Found.One { Card: var card } || agent.PatientKey == card.PatientKey) return found;
        var unit = new Unit();
        audit.Append(unit, new()
        {
            Agent = agent,
            Action = "find-patient",
            Patient = card.PatientKey,
            Target = $"Patient/{card.Id}",
            Label = "Recherche de votre dossier",
            Purpose = "soins",
            Outcome = "ok"
        });
        await db.Commit(unit, stop);
        return found;
    }
}
