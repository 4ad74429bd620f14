using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>
/// The way by which SQL reaches the rows that may match: by id, by identifier, in a patient's range, by name, by reference, and only
/// when nothing narrows it through the type, newest change first.
/// </summary>
sealed class Candidates(Scoped scoped, Hashes hashes, Scope scope, Ask ask, SearchFilter filter, SearchParameters parameters)
{
    /// <summary>More light rows than this are not sorted in memory: the search is refused as too broad.</summary>
    public const int Most = 50_000;

    // So many places, each an « or », are asked for in one statement.
    const int PlacesAtOnce = 100;

    readonly int type = Definitions.TypeNumber(ask.Type);
    readonly MainParameters main = MainParameters.Of(ask.Type);
    readonly long[]? identifiers = Identifiers(hashes, ask.Type, filter, parameters);
    readonly ClauseCheck? referring = Referring(filter);

    /// <summary>Patients whose range holds every match but those beside it; null when the search is not about patients.</summary>
    public long[]? Patients => ask.Record is { } one ? [one] : PatientsAsked() ?? PatientsReached();

    /// <summary>True when only reading through the type helps: then it is read in the order of its index, page by page.</summary>
    public bool IsWholeType => !ByPlaces && identifiers is null && Patients is null && Words() is null && referring is null;

    bool ByPlaces => filter.Checks.Any(check => check.ByPlaces);

    /// <summary>Null when the range of one patient and one main code, newest date first, is the way.</summary>
    public (long Patient, long[] Codes)? OneRange =>
        !ByPlaces && identifiers is null && Patients is [var patient] && Codes() is { } codes ? (patient, codes) : null;

    /// <summary>Every candidate without its body, in no order, a bounded number.</summary>
    public async Task<List<HeadRow>> All(CancellationToken stop) => await Some(Most, stop) ?? throw new TooBroad();

    /// <summary>The same; null when there are more than so many.</summary>
    public async Task<List<HeadRow>?> Some(int most, CancellationToken stop)
    {
        var light = Rows.LightColumns;
        var found = new List<HeadRow>();
        foreach (var way in Ways(light))
        {
            found.AddRange(await scoped.Query(scope, visible => $"{way(visible)} limit {(long)most + 1}", Rows.Light, stop));
            if (found.Count > most) return null;
        }
        var seen = new HashSet<(long, long)>();
        found.RemoveAll(row => !seen.Add((row.Patient, row.Number)));
        return found;
    }

    /// <summary>The same with their bodies, in one statement, where the way leads to few; null when there are more.</summary>
    public async Task<List<HeadRow>?> Opened(Rows rows, CancellationToken stop)
    {
        const int Few = 32;
        var narrow = ByPlaces || identifiers is not null || Words() is not null || Patients is [_] && Codes() is not null;
        if (!narrow) return null;
        var (columns, read) = rows.OfAnybody();
        if (Ways(columns).ToList() is not [var way]) return null;
        var found = await scoped.Few(scope, visible => $"{way(visible)} limit {(long)Few + 1}", read, stop);
        return found.Count > Few ? null : [.. found.DistinctBy(row => (row.Patient, row.Number))];
    }

    /// <summary>The next rows of the type, newest change first.</summary>
    public Task<List<HeadRow>> NextOfType(long updated, long patient, long number, int count, CancellationToken stop) =>
        scoped.Query(scope, visible => $"""
            select {Rows.Columns} from store_resource r
            where r.type = {type} and r.updated <= {updated} and (r.updated, r.patient, r.number) < ({updated}, {patient}, {number})
                and r.deleted = 0{Dates()} and {visible}
            order by r.updated desc, r.patient desc, r.number desc limit {(long)count}
            """, Rows.Read, stop);

    /// <summary>
    /// The next rows of one patient and main code, newest date first; the other codings of a resource count as well, and so do
    /// resources of somebody else that name this patient beside.
    /// </summary>
    public Task<List<HeadRow>> NextOfRange((long Patient, long[] Codes) range, HeadRow? last, int count, CancellationToken stop)
    {
        var (patient, codes) = range;
        var (date, home, number) = last is null ? (long.MaxValue, long.MaxValue, long.MaxValue) : (last.MainDate, last.Patient, last.Number);
        Sql after = $"r.main_date <= {date} and (r.main_date, r.patient, r.number) < ({date}, {home}, {number}) and r.deleted = 0{Dates()}";
        Sql newest = $"order by r.main_date desc, r.patient desc, r.number desc limit {(long)count}";
        var targets = ask.Record is null ? Targets() : null;
        return scoped.Few(scope, visible =>
        {
            Sql others = $"select c.patient, c.number from store_coding c where c.patient = {patient} and c.type = {type} and {In($"c.code", codes)}";
            if (targets is not null)
                others = $"""
                    {others} union all
                    select f.patient, f.number from store_reference f where {In($"f.target", targets)} and f.type = {type} and f.patient <> {patient}
                    """;
            // By several codes the same row may come more than once, and the limit would count it each time.
            if (codes.Length > 1 || targets is { Length: > 1 }) others = $"select distinct * from ({others}) as ways";
            return $"""
                select * from (select {Rows.Columns} from store_resource r
                    where r.patient = {patient} and r.type = {type} and {In($"r.main_code", codes)} and {after} and {visible} {newest}) as main
                union all
                select * from (select {Rows.Columns} from ({others}) o join store_resource r on r.patient = o.patient and r.number = o.number
                    where (r.patient <> {patient} or r.main_code not in {codes}) and {after} and {visible} {newest}) as other
                """;
        }, Rows.Read, stop);
    }

    /// <summary>The next rows of the type, oldest change first.</summary>
    public Task<List<HeadRow>> NextOfTypeUp(long updated, long patient, long number, int count, CancellationToken stop) =>
        scoped.Query(scope, visible => $"""
            select {Rows.Columns} from store_resource r
            where r.type = {type} and r.updated >= {updated} and (r.updated, r.patient, r.number) > ({updated}, {patient}, {number})
                and r.deleted = 0{Dates()} and {visible}
            order by r.updated, r.patient, r.number limit {(long)count}
            """, Rows.Read, stop);

    public Task<long?> CountOfType(CancellationToken stop) => scoped.First(scope, visible => $"""
        select count(*) from store_resource r where r.type = {type} and r.deleted = 0{Dates()} and {visible}
        """, row => (long?)row.Long(0), stop);

    IEnumerable<Func<Sql, Sql>> Ways(Sql columns)
    {
        if (ByPlaces) return Places(columns);
        if (identifiers is not null)
        {
            // The plus keeps the planner off the index by type: it cannot know that a hash is rarer.
            return [visible => $"""
                select {columns} from store_identifier i join store_resource r on r.patient = i.patient and r.number = i.number
                where {In($"i.hash", identifiers)} and +r.type = {type} and r.deleted = 0{Dates()} and {visible}
                """];
        }
        if (Patients is { } patients) return [visible => PatientRange(columns, visible, patients)];
        if (Words() is { } words) return [visible => $"""
            select {columns} from store_name w join store_resource r on r.patient = w.patient and r.number = w.number
            where w.type = {type} and ({words}) and r.deleted = 0{Dates()} and {visible}
            """];
        if (referring is not null) return [visible => Beside(columns, visible, Targets()!, PersonsAmong(referring))];
        return [visible => $"select {columns} from store_resource r where r.type = {type} and r.deleted = 0 {Dates()} and {visible}"];
    }

    IEnumerable<Func<Sql, Sql>> Places(Sql columns)
    {
        var places = filter.Checks.Where(check => check.ByPlaces).MinBy(check => check.Places!.Count)!.Places!;
        // A Patient is the first of its record: many of them are one list.
        long[] first = [.. places.Where(place => place.Number == 1).Select(place => place.Patient)];
        if (first.Length > 0)
            yield return visible => $"""
                select {columns} from store_resource r where r.patient in {first} and r.number = 1 and +r.type = {type} and r.deleted = 0 and {visible}
                """;
        foreach (var some in places.Where(place => place.Number != 1).GroupBy(place => place.Patient).Chunk(PlacesAtOnce))
        {
            var any = Sql.Join($" or ", some.Select(ofPatient =>
            {
                long[] numbers = [.. ofPatient.Select(place => place.Number)];
                return (Sql)$"r.patient = {ofPatient.Key} and {In($"r.number", numbers)}";
            }));
            yield return visible => $"select {columns} from store_resource r where ({any}) and +r.type = {type} and r.deleted = 0 and {visible}";
        }
    }

    Sql PatientRange(Sql columns, Sql visible, long[] patients)
    {
        var narrowed = Sql.Empty;
        if (patients is [var one] && Codes() is { } codes)
        {
            narrowed = $"""
                 and ({In($"r.main_code", codes)} or r.number in
                    (select c.number from store_coding c where c.patient = {one} and c.type = {type} and {In($"c.code", codes)}))
                """;
        }
        Sql range = $"""
            select {columns} from store_resource r
            where {In($"r.patient", patients)} and r.type = {type}{narrowed} and r.deleted = 0{Dates()} and {visible}
            """;
        // Resources of another patient that name this one beside.
        return ask.Record is null && PatientsAsked() is not null && Targets() is { } targets
            ? $"{range} union all {Beside(columns, visible, targets, [])}"
            : range;
    }

    // What refers to a Patient from its own record has no row of its own: the patient's range finds it.
    Sql Beside(Sql columns, Sql visible, long[] targets, long[] persons)
    {
        Sql beside = $"""
            select {columns} from store_reference f join store_resource r on r.patient = f.patient and r.number = f.number
            where {In($"f.target", targets)} and f.type = {type} and r.deleted = 0{Dates()} and {visible}
            """;
        return persons.Length == 0 ? beside : $"""
            {beside} union all
            select {columns} from store_resource r
            where {In($"r.patient", persons)} and r.type = {type} and r.deleted = 0{Dates()} and {visible}
            """;
    }

    // One value is an equality: then the index also gives the order.
    static Sql In(Sql column, long[] values)
    {
        if (values is [var one]) return $"{column} = {one}";
        return $"{column} in {values}";
    }

    static long[]? Identifiers(Hashes hashes, string type, SearchFilter filter, SearchParameters parameters)
    {
        foreach (var check in filter.Checks)
        {
            if (check.Clause is { Param.Code: "near", Modifier: null } near && !parameters.IsBeingIndexed(Cells.Parameter) && Cells.Around(near.Values) is { } around)
                return [.. around.Select(cell => hashes.OfIdentifier(Definitions.TypeNumber(type), Cells.System, cell))];
            if (check.Clause is { Param: { IsKeyed: true, Kind: SearchKind.Token }, Modifier: null, Chain: null } keyed && !parameters.IsBeingIndexed(keyed.Param)
                && keyed.Values.Count > 0 && keyed.Values.All(value => value.Code is { Length: > 0 }))
                return [.. keyed.Values.Select(value => hashes.OfIdentifier(Definitions.TypeNumber(type), Indexed.SystemOf(keyed.Param), value.Code!)).Distinct()];
            if (check.Clause is not { Param: { Code: "identifier", Kind: SearchKind.Token }, Modifier: null, Chain: null }) continue;
            if (check.Clause.Values.Count == 0 || check.Clause.Values.Any(value => value.Code is not { Length: > 0 })) continue;
            return [.. check.Clause.Values.Select(value => hashes.OfIdentifier(Definitions.TypeNumber(type), null, value.Code!)).Distinct()];
        }
        return null;
    }

    // Best is one that leads to people only, then to few.
    static ClauseCheck? Referring(SearchFilter filter) => filter.Checks.Where(check => check.Settled && check.Targets.Count > 0)
        .OrderBy(check => LeadsToPersons(check) ? 0 : 1).ThenBy(check => check.Targets.Count).FirstOrDefault();

    static bool LeadsToPersons(ClauseCheck check) => check.TargetPlaces.Count > 0 && check.TargetPlaces.All(IsPerson);

    static bool IsPerson(Place place) => place is { Type: "Patient", Number: 1 } && PatientKeys.IsPerson(place.Patient);

    static long[] PersonsAmong(ClauseCheck check) => [.. check.TargetPlaces.Where(IsPerson).Select(place => place.Patient).Distinct()];

    long[]? PatientsAsked() => referring is not null && LeadsToPersons(referring) ? PersonsAmong(referring) : null;

    // A scope of few patients is its own narrowing.
    long[]? PatientsReached()
    {
        const int Few = 64;
        var reach = scope.ReadReach;
        if (reach.Everyone || reach.Owner is not null || reach.TypesOfEveryone.Contains(ask.Type)) return null;
        if (reach.Patients.Count > Few || reach.Shared && Homes.IsShared(ask.Type)) return null;
        return [.. reach.Patients, scoped.QuarantineOf(scope.Agent.OwnerKey), .. reach.Shared ? (long[])[0] : []];
    }

    long[]? Codes()
    {
        foreach (var check in filter.Checks)
        {
            if (check.Clause is not { Modifier: null, Chain: null } clause || clause.Param != main.Code || check.AnyHash is null) continue;
            return [.. clause.Values.Select(value => hashes.OfCode(type, value.Code!))];
        }
        return null;
    }

    // Words are found by how they begin, in byte order.
    internal Sql? Words()
    {
        foreach (var check in filter.Checks)
        {
            if (check.Clause is not { Modifier: null or "exact", Chain: null, Param.Kind: SearchKind.String } clause) continue;
            var isKeyed = clause.Param.IsKeyed && !parameters.IsBeingIndexed(clause.Param);
            if (!isKeyed && !Indexed.NamesAreKept(ask.Type, clause.Param.Code)) continue;
            var words = clause.Values.Select(value => value.Normal ?? (value.Text is { } text ? FrenchText.Normal(text) : null)).ToList();
            if (words.Count == 0 || words.Exists(word => word is not { Length: > 0 })) continue;
            var sought = isKeyed ? [.. words.Select(word => Indexed.WordOf(clause.Param, word!))] : OnBirthDays([.. words.Select(word => Indexed.Begin(word!))]);
            return Sql.Join($" or ", sought.Select(Range));
        }
        return null;

        static Sql Range(string word) => $"w.word >= {word} and w.word < {word + "\uffff"}";
    }

    // A name that many people bear leads to as few as any other once the birth date is asked for too.
    IReadOnlyList<string> OnBirthDays(IReadOnlyList<string> words)
    {
        if (!BirthWords.AreKept(main.Date) || parameters.IsBeingIndexed(main.Date!)) return words;
        var born = filter.Checks.Select(check => check.Clause).OfType<SearchClause>()
            .Where(clause => clause is { Modifier: null, Chain: null } && clause.Param == main.Date);
        return born.Select(clause => BirthWords.Sought(clause, words)).FirstOrDefault(sought => sought is not null) ?? words;
    }

    long[]? Targets() => referring is null ? null : [.. referring.Targets.Distinct().Select(hashes.OfTarget)];

    // A main date has one value per resource and stands in a column by its beginning: enough to leave most rows out.
    Sql Dates()
    {
        var bounds = Sql.Empty;
        foreach (var check in filter.Checks)
        {
            if (check.Updated is { } time)
            {
                if (time.Low > long.MinValue) bounds = $"{bounds} and r.updated >= {time.Low}";
                if (time.High < long.MaxValue) bounds = $"{bounds} and r.updated < {time.High}";
                continue;
            }
            if (check.Clause is not { Modifier: null, Values: [var value] } clause || main.Date is null || clause.Param != main.Date) continue;
            bounds = value.Prefix switch
            {
                SearchPrefix.Eq => $"{bounds} and r.main_date >= {value.Low} and r.main_date < {value.High}",
                SearchPrefix.Lt or SearchPrefix.Le or SearchPrefix.Eb => $"{bounds} and r.main_date < {value.High}",
                SearchPrefix.Sa => $"{bounds} and r.main_date >= {value.Low}",
                _ => bounds
            };
        }
        return bounds;
    }
}
