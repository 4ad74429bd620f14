using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>_include and _revinclude: each target is authorised like a primary hit, by the same predicate.</summary>
sealed class Includes(StoreParts parts, Scope scope, SearchQuery query)
{
    const int MostIncluded = 1_000;
    const int MostRounds = 3;

    readonly List<(Place Place, Stored Stored)> included = [];
    readonly HashSet<(long, long)> seen = [];

    public async Task<IReadOnlyList<Stored>> Of(IReadOnlyList<Place> places, IReadOnlyList<Stored> matches, CancellationToken stop)
    {
        if (query.Includes.Count == 0 && query.RevIncludes.Count == 0) return [];
        foreach (var place in places) seen.Add((place.Patient, place.Number));
        var round = places.Zip(matches, (place, stored) => (Place: place, Stored: stored)).ToList();
        for (var depth = 0; depth < MostRounds && round.Count > 0; depth++)
        {
            var before = included.Count;
            foreach (var rule in query.Includes.Where(rule => depth == 0 || rule.Iterate)) await Forward(rule, round, stop);
            foreach (var rule in query.RevIncludes.Where(rule => depth == 0 || rule.Iterate)) await Backward(rule, round, stop);
            round = included[before..];
        }
        return included.ConvertAll(pair => pair.Stored);
    }

    async Task Forward(IncludeRule rule, List<(Place Place, Stored Stored)> sources, CancellationToken stop)
    {
        var texts = new HashSet<string>();
        foreach (var (place, stored) in sources)
        {
            if (rule.SourceType != "*" && place.Type != rule.SourceType) continue;
            using var document = FhirDocument.Parse(stored.Bytes);
            var values = new List<IndexValue>();
            Indexer.Extract(document, values);
            foreach (var value in values)
            {
                if (value.Kind == SearchKind.Reference && value.Text is { } text && (rule.Param is null || value.Param == rule.Param))
                    texts.Add(Ids.WithoutVersion(text));
            }
        }
        var places = new List<Place>((await parts.Rows.Resolve(scope, texts.Where(text => !parts.Ids.TryRead(text, out _)), stop)).Values);
        foreach (var text in texts)
        {
            if (parts.Ids.TryRead(text, out var place)) places.Add(place);
        }
        await Add(places.Where(place => rule.TargetType is null || rule.TargetType == place.Type), stop);
    }

    async Task Backward(IncludeRule rule, List<(Place Place, Stored Stored)> targets, CancellationToken stop)
    {
        if (!Readable(rule.SourceType)) return;
        var type = Definitions.TypeNumber(rule.SourceType);
        var wanted = targets.Where(target => rule.TargetType is null || rule.TargetType == target.Place.Type).ToList();
        string[] names = [.. wanted.SelectMany(target => new[] { parts.Ids.Reference(target.Place), target.Stored.Reference }).Distinct()];
        if (names.Length == 0) return;
        long[] hashes = [.. names.Select(parts.Hashes.OfTarget)];
        long[] patients = [.. wanted.Where(target => target.Place is { Type: "Patient", Number: 1 }).Select(target => target.Place.Patient).Distinct()];
        var rows = await parts.Scoped.Query(scope, visible => $"""
            select {Rows.Columns} from store_reference f join store_resource r on r.patient = f.patient and r.number = f.number
            where f.target in {hashes} and f.type = {type} and r.deleted = 0 and {visible} limit {(long)MostIncluded}
            """, Rows.Read, stop);
        if (patients.Length > 0)
        {
            rows.AddRange(await parts.Scoped.Query(scope, visible => $"""
                select {Rows.Columns} from store_resource r
                where r.patient in {patients} and r.type = {type} and r.deleted = 0 and {visible}
                order by r.patient, r.number limit {(long)MostIncluded}
                """, Rows.Read, stop));
        }
        long[]? any = rule.Param is null ? null : [.. names.Select(name => parts.Hashes.OfValue(rule.Param.Number, name))];
        foreach (var row in rows)
        {
            if (any is null || any.Any(hash => Hashes.Contains(row.Hashes, hash))) await Add(row, stop);
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
        if (included.Count >= MostIncluded || !seen.Add((row.Patient, row.Number))) return;
        included.Add((row.Place, await parts.Rows.Open(row, stop)));
    }

    bool Readable(string type) => scope.Types.Allows(type, Interaction.Read);
}
