using Socle.Fhir;

namespace Socle.Store;

/// <summary>What resources refer to, followed from one to the next as far as the scope reaches.</summary>
sealed class Linked(StoreParts parts, Scope scope)
{
    readonly HashSet<(long, long)> seen = [];

    /// <summary>Each place is given out once.</summary>
    public void Skip(Place place) => seen.Add((place.Patient, place.Number));

    /// <summary>The targets of these resources' references that are wanted, then the targets of those, for some rounds.</summary>
    public async Task<List<Stored>> From(
        IReadOnlyList<Stored> sources, int rounds, int most, Func<Place, bool> wanted, CancellationToken stop)
    {
        var found = new List<Stored>();
        for (var round = 0; round < rounds && sources.Count > 0; round++)
        {
            var next = new List<Stored>();
            foreach (var row in await Rows(await Places(sources, stop), wanted, stop))
            {
                if (found.Count + next.Count > most) break;
                next.Add(await parts.Rows.Open(row, stop));
            }
            found.AddRange(next);
            sources = next;
        }
        return found;
    }

    async Task<List<Place>> Places(IEnumerable<Stored> sources, CancellationToken stop)
    {
        var places = new List<Place>();
        var texts = new List<string>();
        foreach (var source in sources)
        {
            using var document = FhirDocument.Parse(source.Bytes);
            foreach (var text in References.OfReferences(document).Select(Ids.WithoutVersion))
            {
                if (parts.Ids.TryRead(text, out var place)) places.Add(place);
                else texts.Add(text);
            }
        }
        places.AddRange((await parts.Rows.Resolve(scope, texts.Distinct(), stop)).Values);
        return places;
    }

    async Task<List<HeadRow>> Rows(List<Place> places, Func<Place, bool> wanted, CancellationToken stop)
    {
        var rows = new List<HeadRow>();
        foreach (var ofPatient in places.Where(place => wanted(place) && scope.Types.Allows(place.Type, Interaction.Read)).GroupBy(place => place.Patient))
        {
            var types = ofPatient.Select(place => (place.Number, place.Type)).ToHashSet();
            long[] numbers = [.. types.Select(pair => pair.Number).Distinct().Where(number => !seen.Contains((ofPatient.Key, number)))];
            if (numbers.Length == 0) continue;
            foreach (var row in await parts.Rows.At(scope, ofPatient.Key, numbers, stop))
            {
                if (!row.Deleted && types.Contains((row.Number, row.Place.Type)) && seen.Add((row.Patient, row.Number))) rows.Add(row);
            }
        }
        return rows;
    }
}
