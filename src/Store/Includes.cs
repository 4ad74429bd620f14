using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>_include and _revinclude: each target is authorised like a primary hit, by the same predicate.</summary>
sealed class Includes(StoreParts parts, Scope scope, IReadOnlyList<SearchQuery> queries)
{
    const int MostIncluded = 1_000;
    const int MostRounds = 3;
    const int PageSize = 1_000;
    const string AnyType = "*";

    readonly List<IncludeRule> includes = [.. queries.SelectMany(query => query.Includes).Distinct()];
    readonly List<IncludeRule> revIncludes = [.. queries.SelectMany(query => query.RevIncludes).Distinct()];
    readonly List<(Place Place, Stored Stored)> included = [];
    readonly HashSet<(long, long)> seen = [];

    // What may be found by its identifier only (the Patient that a software deposits for) is not found by what it refers to.
    readonly Scope backward = scope.WithoutTypesOfEveryone();

    /// <summary>There was more to include than is ever sent at once.</summary>
    public bool IsCut { get; private set; }

    public async Task<IReadOnlyList<Stored>> Of(IReadOnlyList<Place> places, IReadOnlyList<Stored> matches, CancellationToken stop)
    {
        if (includes.Count == 0 && revIncludes.Count == 0) return [];
        foreach (var place in places) seen.Add((place.Patient, place.Number));
        var round = places.Zip(matches, (place, stored) => (Place: place, Stored: stored)).ToList();
        for (var depth = 0; depth < MostRounds && round.Count > 0; depth++)
        {
            var before = included.Count;
            await Forward([.. includes.Where(rule => depth == 0 || rule.Iterate)], round, stop);
            foreach (var rule in revIncludes.Where(rule => depth == 0 || rule.Iterate)) await Backward(rule, round, stop);
            round = included[before..];
        }
        return included.ConvertAll(pair => pair.Stored);
    }

    // Each source is read once for all rules.
    async Task Forward(IReadOnlyList<IncludeRule> rules, List<(Place Place, Stored Stored)> sources, CancellationToken stop)
    {
        if (rules.Count == 0) return;
        var texts = new Dictionary<string, HashSet<string?>>();
        foreach (var (place, stored) in sources)
        {
            var mine = rules.Where(rule => rule.SourceType == AnyType || rule.SourceType == place.Type).ToList();
            if (mine.Count == 0) continue;
            stop.ThrowIfCancellationRequested();
            using var document = FhirDocument.Parse(stored.Bytes);
            foreach (var value in parts.Parameters.ValuesOf(document))
            {
                if (value is not { Kind: SearchKind.Reference, Text: { } text }) continue;
                foreach (var rule in mine)
                {
                    if (rule.Param is not null && rule.Param != value.Param) continue;
                    text = Ids.WithoutVersion(text);
                    if (!texts.TryGetValue(text, out var types)) texts[text] = types = [];
                    types.Add(rule.TargetType);
                }
            }
        }
        var places = new List<Place>();
        foreach (var (text, place) in await parts.Rows.Resolve(scope, texts.Keys.Where(text => !parts.Ids.TryRead(text, out _)), stop))
            if (Fits(texts[text], place)) places.Add(place);
        foreach (var (text, types) in texts)
        {
            if (parts.Ids.TryRead(text, out var place) && Fits(types, place)) places.Add(place);
        }
        await Add(places, stop);
    }

    static bool Fits(HashSet<string?> types, Place place) => types.Contains(null) || types.Contains(place.Type);

    async Task Backward(IncludeRule rule, List<(Place Place, Stored Stored)> targets, CancellationToken stop)
    {
        if (!Readable(rule.SourceType)) return;
        var type = Definitions.TypeNumber(rule.SourceType);
        var wanted = targets.Where(target => rule.TargetType is null || rule.TargetType == target.Place.Type).ToList();
        List<string> names = [.. wanted.SelectMany(target => new[] { parts.Ids.Reference(target.Place), target.Stored.Reference }).Distinct()];
        if (names.Count == 0) return;
        var places = wanted.ConvertAll(target => target.Place);
        await parts.Persons.Widen(scope, names, places, stop);
        long[] hashes = [.. names.Select(parts.Hashes.OfTarget)];
        long[]? any = rule.Param is null ? null : [.. names.Select(name => parts.Hashes.OfValue(rule.Param.Number, name))];
        await Pages((patient, number) => parts.Scoped.Query(backward, visible => $"""
            select {Rows.Columns} from store_reference f join store_resource r on r.patient = f.patient and r.number = f.number
            where f.target in {hashes} and f.type = {type} and r.deleted = 0 and (r.patient, r.number) > ({patient}, {number}) and {visible}
            order by r.patient, r.number limit {(long)PageSize}
            """, Rows.Read, stop), any, stop);
        long[] patients = [.. places.Where(place => place is { Type: "Patient", Number: 1 }).Select(place => place.Patient).Distinct()];
        if (patients.Length == 0) return;
        await Pages((patient, number) => parts.Scoped.Query(backward, visible => $"""
            select {Rows.Columns} from store_resource r
            where r.patient in {patients} and r.type = {type} and r.deleted = 0 and (r.patient, r.number) > ({patient}, {number}) and {visible}
            order by r.patient, r.number limit {(long)PageSize}
            """, Rows.Read, stop), any, stop);
    }

    // As many rows as it takes: the hashes leave some of each page out.
    async Task Pages(Func<long, long, Task<List<HeadRow>>> read, long[]? any, CancellationToken stop)
    {
        var (patient, number) = (-1L, 0L);
        while (!IsCut)
        {
            var rows = await read(patient, number);
            foreach (var row in rows)
            {
                if (any is null || any.Any(hash => Hashes.Contains(row.Hashes, hash))) await Add(row, stop);
            }
            if (rows.Count < PageSize) return;
            (patient, number) = (rows[^1].Patient, rows[^1].Number);
        }
    }

    async Task Add(IEnumerable<Place> places, CancellationToken stop)
    {
        foreach (var ofPatient in places.Where(place => Readable(place.Type)).GroupBy(place => place.Patient))
        {
            long[] numbers = [.. ofPatient.Select(place => place.Number).Distinct().Where(number => !seen.Contains((ofPatient.Key, number)))];
            if (numbers.Length == 0) continue;
            var types = ofPatient.Select(place => (place.Number, place.Type)).ToHashSet();
            foreach (var row in await parts.Rows.At(scope, ofPatient.Key, numbers, stop))
            {
                if (!row.Deleted && types.Contains((row.Number, row.Place.Type))) await Add(row, stop);
            }
        }
    }

    async Task Add(HeadRow row, CancellationToken stop)
    {
        stop.ThrowIfCancellationRequested();
        if (!seen.Add((row.Patient, row.Number))) return;
        if (included.Count >= MostIncluded) IsCut = true;
        else included.Add((row.Place, await parts.Rows.Open(row, stop)));
    }

    bool Readable(string type) => scope.Types.Allows(type, Interaction.Read);
}
