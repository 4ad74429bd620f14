namespace Socle.Store;

/// <summary>A reference to one record of a person leads to all of them.</summary>
sealed class Persons(MergedRecords merged, Rows rows, Ids ids)
{
    public MergedRecords Merged => merged;

    /// <summary>Adds the other records of the people among the places, and how references spell them.</summary>
    public async ValueTask Widen(Scope scope, List<string> targets, List<Place> places, CancellationToken stop)
    {
        var links = await merged.Now(stop);
        if (links.IsEmpty) return;
        foreach (var place in places.Where(IsPerson).ToList())
            foreach (var other in links.OfPerson(place.Patient))
            {
                var patient = new Place("Patient", other, 1);
                if (!places.Contains(patient)) places.Add(patient);
                foreach (var spelling in await Spellings(scope, patient, stop))
                    if (!targets.Contains(spelling)) targets.Add(spelling);
            }
    }

    /// <summary>The record that goes on, for a place in one that was merged; nothing for any other.</summary>
    public async ValueTask<Place?> Survivor(Place place, CancellationToken stop)
    {
        if (!IsPerson(place)) return null;
        var links = await merged.Now(stop);
        return links.IsMerged(place.Patient) ? place with { Patient = links.SurvivorOf(place.Patient) } : null;
    }

    public static bool IsPerson(Place place) => place is { Type: "Patient", Number: 1 } && PatientKeys.IsPerson(place.Patient);

    // By its external id, and by the one it was brought under.
    async ValueTask<IEnumerable<string>> Spellings(Scope scope, Place patient, CancellationToken stop)
    {
        var external = ids.Reference(patient);
        if (await rows.At(scope, patient, stop) is not { Deleted: false } row) return [external];
        return [external, (await rows.Open(row, stop)).Reference];
    }
}
