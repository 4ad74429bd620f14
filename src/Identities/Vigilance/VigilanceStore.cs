using Socle.Fhir;
using Socle.Platform;

namespace Socle.Identities;

/// <summary>The SQL of identity vigilance: what the matcher compares and finds by.</summary>
sealed class VigilanceStore(Db db, Keys keys)
{
    static readonly Table Pending = new("identities_pending", Column.Long("patient")) { KeepsFirst = true };
    static readonly Table Blocks = new("identities_block", Column.Long("hash"), Column.Long("patient")) { KeepsFirst = true };

    /// <summary>With each write of a Patient: what is compared beside the traits, and that the comparison is due.</summary>
    public void Save(Unit unit, long patient, FhirNode resource, bool isNew)
    {
        unit.Insert(Pending, null, patient);
        if (!isNew) unit.Add($"delete from identities_beside where patient = {patient}");
        var (phone, address, order, former) = (PhoneOf(resource), AddressOf(resource), OrderOf(resource), FormerOf(resource));
        if (phone == 0 && address == 0 && order == 0 && former.Length == 0) return;
        unit.Add($"insert into identities_beside (patient, phone, address, birth_order, former) values ({patient}, {phone}, {address}, {order}, {former})");
    }

    public static void Remove(Unit unit, long patient)
    {
        unit.Add($"delete from identities_beside where patient = {patient}");
        unit.Add($"delete from identities_block where patient = {patient}");
        unit.Add($"delete from identities_pending where patient = {patient}");
    }

    public Task<List<long>> PendingPeople(int most, CancellationToken stop) =>
        db.Query($"select patient from identities_pending order by patient limit {(long)most}", row => row.Long(0), stop);

    /// <summary>The people by the traits that the matcher compares; who has no identity is left out.</summary>
    public async Task<List<MatchTraits>> Traits(long[] patients, CancellationToken stop)
    {
        if (patients.Length == 0) return [];
        var numbers = (await db.Query($"select patient, hash, kind, old from identities_ins where patient in {patients}",
            row => (Patient: row.Long(0), Ins: new IndexedIns(row.Long(1), row.Int(2), row.Long(3) != 0)), stop)).ToLookup(row => row.Patient, row => row.Ins);
        return await db.Query($"""
            select p.patient, p.birth_key, p.used_key, p.first_key, p.used_first, p.birth_date, p.sex, p.birth_place,
                coalesce(b.phone, 0), coalesce(b.address, 0), coalesce(b.birth_order, 0), coalesce(b.former, '')
            from identities_person p left join identities_beside b on b.patient = p.patient
            where p.patient in {patients} and p.status <> {IdentitiesStore.Merged}
            """, row => new MatchTraits
        {
            Patient = row.Long(0), BirthName = row.Text(1), UsedName = row.Text(2), FirstNames = row.Text(3), UsedFirst = Identities.Traits.Key(row.TextOrNull(4)),
            BirthDate = row.Text(5), Sex = row.Text(6), BirthPlace = row.Text(7), Phone = row.Long(8), Address = row.Long(9), BirthOrder = row.Int(10),
            FormerNames = row.Text(11).Split('|', StringSplitOptions.RemoveEmptyEntries), Ins = [.. numbers[row.Long(0)]]
        }, stop);
    }

    /// <summary>The same of a Patient that is about to be written.</summary>
    public MatchTraits TraitsOf(long patient, FhirNode resource, IEnumerable<IndexedIns> numbers)
    {
        var (traits, used) = (PatientReader.Read(resource), PatientReader.UsedNameOf(resource));
        return new()
        {
            Patient = patient, BirthName = Identities.Traits.Key(traits?.BirthName), UsedName = Identities.Traits.Key(used["family"].Text),
            FirstNames = Identities.Traits.Key(traits?.FirstName), UsedFirst = Identities.Traits.Key(used["given"].Text), BirthDate = traits?.BirthDate ?? "",
            Sex = traits?.Sex ?? "", BirthPlace = traits?.BirthPlace ?? "", Phone = PhoneOf(resource), Address = AddressOf(resource),
            BirthOrder = (int)OrderOf(resource), FormerNames = FormerOf(resource).Split('|', StringSplitOptions.RemoveEmptyEntries), Ins = [.. numbers]
        };
    }

    /// <summary>Who stands under any of these keys or bears any of these numbers.</summary>
    public async Task<long[]> Candidates(MatchTraits person, CancellationToken stop)
    {
        const int Most = 500;   // a block that large says nothing of anybody
        long[] blocks = [.. BlockingKeys.ToFind(person).Select(HashOf)];
        long[] numbers = [.. person.Ins.Select(ins => ins.Hash)];
        return [.. (await db.Query($"""
            select patient from identities_block where hash in {blocks}
            union select patient from identities_ins where hash in {numbers} limit {Most}
            """, row => row.Long(0), stop)).Where(patient => patient != person.Patient)];
    }

    /// <summary>The same for many at once: who stands under each hash.</summary>
    public async Task<ILookup<long, long>> Standing(long[] blocks, long[] numbers, CancellationToken stop)
    {
        var found = new List<(long Hash, long Patient)>();
        foreach (var some in blocks.Chunk(1_000))
            found.AddRange(await db.Query($"select hash, patient from identities_block where hash in {some}", row => (row.Long(0), row.Long(1)), stop));
        foreach (var some in numbers.Chunk(1_000))
            found.AddRange(await db.Query($"select hash, patient from identities_ins where hash in {some}", row => (row.Long(0), row.Long(1)), stop));
        return found.ToLookup(row => row.Hash, row => row.Patient);
    }

    /// <summary>Under what the person stands from now on.</summary>
    public void SaveBlocks(Unit unit, MatchTraits person)
    {
        unit.Add($"delete from identities_block where patient = {person.Patient}");
        unit.AddRows(db.Dialect, Blocks, [.. BlockingKeys.Of(person).Select(key => (object?[])[HashOf(key), person.Patient])]);
    }

    public static void Done(Unit unit, long[] patients) => unit.Add($"delete from identities_pending where patient in {patients}");

    public long HashOf(string key) => keys.Hash("identity-block", key);

    long PhoneOf(FhirNode resource)
    {
        foreach (var telecom in resource.All("telecom"))
        {
            if (telecom["system"].Text is not ("phone" or "sms") || telecom["value"].Text is not { } value) continue;
            var digits = string.Concat(value.Where(char.IsAsciiDigit));
            if (digits.Length >= 9) return keys.Hash("identity-phone", digits[^9..]);   // +33 6… and 06…
        }
        return 0;
    }

    long AddressOf(FhirNode resource)
    {
        foreach (var address in resource.All("address"))
        {
            if (address["use"].Text is "old" or "temp" || address["line"].Text is not { Length: > 0 } line) continue;
            var place = address["postalCode"].Text ?? address["city"].Text;
            if (place is not null) return keys.Hash("identity-address", $"{Identities.Traits.Key(line)}|{Identities.Traits.Key(place)}");
        }
        return 0;
    }

    static long OrderOf(FhirNode resource) =>
        long.TryParse(resource["multipleBirth"].Text, System.Globalization.CultureInfo.InvariantCulture, out var order) ? order : 0;

    static string FormerOf(FhirNode resource)
    {
        var names = new HashSet<string>();
        foreach (var name in resource.All("name"))
            if (name["use"].Text == "old" && Identities.Traits.Key(name["family"].Text) is { Length: > 0 } key) names.Add(key);
        return string.Join('|', names);
    }
}
