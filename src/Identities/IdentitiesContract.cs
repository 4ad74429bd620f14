using System.Globalization;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Identities;

/// <summary>What a person was declared as at birth. A trait that is not known is null, and is never guessed.</summary>
/// <param name="BirthName">As written; compared by <see cref="FrenchText"/>.</param>
/// <param name="FirstName">The first given name of birth, or the whole list: only the first words are compared.</param>
/// <param name="BirthDate">ISO, whole or partial: 1979-03-28, 1979-03, 1979.</param>
/// <param name="Sex">"F", "M" or null.</param>
/// <param name="BirthPlace">The 5 characters of the official geographical code; 99xxx for a foreign country.</param>
public sealed record Traits(string BirthName, string? FirstName, string? BirthDate, string? Sex = null, string? BirthPlace = null)
{
    /// <summary>
    /// The names of the traits that contradict each other, in French; empty when they agree. Birth name and birth date are compared,
    /// then the sex and the first given name when both sides know them. « JEAN-PIERRE » and « Jean Pierre » are the same.
    /// </summary>
    public IReadOnlyList<string> Contradictions(Traits other)
    {
        var found = new List<string>();
        if (Key(BirthName) != Key(other.BirthName)) found.Add("nom de naissance");
        if (!SameDate(BirthDate, other.BirthDate)) found.Add("date de naissance");
        if (Sex is not null && other.Sex is not null && Sex != other.Sex) found.Add("sexe");
        if (FirstName is not null && other.FirstName is not null && !SameFirstName(FirstName, other.FirstName)) found.Add("prénom");
        return found;
    }

    /// <summary>A name as the index keeps it: the trait of the INS in lower case, hyphens and apostrophes are blanks.</summary>
    public static string Key(string? name)
    {
        if (name is null) return "";
        // What is no trait (another alphabet, a digit) is found all the same as it is written.
        var text = FrenchText.TryInsTrait(name, out var trait) ? trait.ToLowerInvariant() : FrenchText.Normal(name);
        return string.Join(' ', text.Split([' ', '-', '\'', '’', '‐', '.'], StringSplitOptions.RemoveEmptyEntries));
    }

    // RNIV: an incomplete date agrees with a date that it begins; months or days written 00 are unknown.
    static bool SameDate(string? one, string? two)
    {
        if (one is null || two is null) return true;
        var (shorter, longer) = one.Length <= two.Length ? (one, two) : (two, one);
        return longer.StartsWith(shorter, StringComparison.Ordinal);
    }

    // One list may be the first name only, the other the whole list of birth.
    static bool SameFirstName(string one, string two)
    {
        var (a, b) = (Key(one), Key(two));
        return a == b || a.StartsWith(b + " ", StringComparison.Ordinal) || b.StartsWith(a + " ", StringComparison.Ordinal);
    }

    /// <summary>As <see cref="IsoDate"/>, from 31/02/2001 too, and of a day that no calendar of ours has the month only.</summary>
    public static string? IsoLunarDate(string? text)
    {
        var iso = text?.Trim() is { Length: 10 } written && written[2] == '/' && written[5] == '/' ? $"{written[6..]}-{written[3..5]}-{written[..2]}" : text;
        return IsoDate(iso) ?? (iso?.Trim() is { Length: 8 or 10 } day ? IsoDate(day[..^(day.Length == 8 ? 2 : 3)]) : null);
    }

    /// <summary>19790328, 197903, 19790000 or 1979-03-28 → the ISO form; null when it is no date.</summary>
    public static string? IsoDate(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var digits = text.Trim().Replace("-", "", StringComparison.Ordinal);
        if (digits.Length > 8) digits = digits[..8];
        if (digits.Length is not (4 or 6 or 8) || !digits.All(char.IsAsciiDigit)) return null;
        if (digits.Length == 8 && digits.EndsWith("00", StringComparison.Ordinal)) digits = digits[..6];
        if (digits.Length == 6 && digits.EndsWith("00", StringComparison.Ordinal)) digits = digits[..4];
        var iso = digits.Length switch { 4 => digits, 6 => $"{digits[..4]}-{digits[4..]}", _ => $"{digits[..4]}-{digits[4..6]}-{digits[6..]}" };
        if (digits.Length >= 6 && digits[4..6] is not (['0', >= '1' and <= '9'] or ['1', >= '0' and <= '2'])) return null;
        return digits.Length < 8 || DateOnly.TryParseExact(iso, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? iso
            : null;
    }
}

/// <summary>What may be shown of a person who was found: enough to recognise, nothing about health.</summary>
/// <param name="Id">External id of the Patient resource.</param>
/// <param name="FirstName">The given names of birth, the first one first.</param>
/// <param name="BirthDate">ISO, whole or partial, empty when unknown.</param>
/// <param name="Sex">"F", "M" or empty.</param>
public sealed record PatientCard(long PatientKey, string Id, string BirthName, string? UsedName, string FirstName, string BirthDate, string Sex)
{
    public string? UsedFirstName { get; init; }

    public string BirthPlaceCode { get; init; } = "";

    /// <summary>"qualified" (INS and checked document), "validated" (checked document), "recovered" (INS) or "provisional".</summary>
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
    readonly MergedRecords merged;

    internal IdentitySearch(IdentitiesStore store, AuditLog audit, Db db, MergedRecords merged) => (this.store, this.audit, this.db, this.merged) = (store, audit, db, merged);

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
        var rows = (await store.ByNameAndDate(name, date, stop))
            .Where(row => first.Length == 0 || IsFirstName(first, row))
            .Where(row => traits.Sex is null || row.Card.Sex.Length == 0 || row.Card.Sex == traits.Sex)
            .Where(row => traits.BirthPlace is null || row.Card.BirthPlaceCode.Length == 0 || Cog.IsSame(row.Card.BirthPlaceCode, traits.BirthPlace))
            .ToList();
        return Answer(await OfPersons(rows, stop));
    }

    // A record that was merged into another is found by its names as that other: whoever asks is led to where the person goes on.
    async Task<List<PersonRow>> OfPersons(List<PersonRow> rows, CancellationToken stop)
    {
        var gone = rows.Where(row => row.Card.InsStatus == IdentitiesStore.Merged).ToList();
        if (gone.Count == 0) return rows;
        var persons = new HashSet<long>();
        foreach (var row in gone)
            if (await merged.SurvivorOf(row.Card.PatientKey, stop) is var survivor && survivor != row.Card.PatientKey) persons.Add(survivor);
        rows.RemoveAll(gone.Contains);
        persons.ExceptWith(rows.Select(row => row.Card.PatientKey));
        return persons.Count == 0 ? rows : [.. rows, .. await store.ByPatients([.. persons], stop)];
    }

    /// <summary>The card of a record that the caller may see; null when it has no identity. Of a merged one that of the person.</summary>
    public async Task<PatientCard?> Card(long patient, CancellationToken stop) => (await Cards([patient], stop)).GetValueOrDefault(patient);

    public async Task<IReadOnlyDictionary<long, PatientCard>> Cards(IReadOnlyCollection<long> patients, CancellationToken stop)
    {
        var persons = new Dictionary<long, long>();
        foreach (var patient in patients) persons[patient] = await merged.SurvivorOf(patient, stop);
        if (persons.Count == 0) return new Dictionary<long, PatientCard>();
        var cards = (await store.ByPatients([.. persons.Values.Distinct()], stop)).ToDictionary(row => row.Card.PatientKey, row => row.Card);
        return persons.Where(pair => cards.ContainsKey(pair.Value)).ToDictionary(pair => pair.Key, pair => cards[pair.Value]);
    }

    /// <summary>Takes a person out of the index, in the unit that erases the record.</summary>
    public static void Forget(Unit unit, long patient)
    {
        IdentitiesStore.Remove(unit, patient);
        VigilanceStore.Remove(unit, patient);
    }

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
