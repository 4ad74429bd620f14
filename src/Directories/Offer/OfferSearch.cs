using System.Collections.Concurrent;
using Socle.Platform;

namespace Socle.Directories;

/// <summary>« cardiologist within 20 km, wheelchair access, sign language, open now ».</summary>
/// <param name="OpenAt">Only what is open at that moment, on the clock of each place.</param>
/// <param name="Now">Against which the opening of what is found is told.</param>
sealed record OfferAsk(OfferKind Kind, Spot Centre, double Kilometres, OfferFeatures Wanted, DateTimeOffset? OpenAt, DateTimeOffset Now, int Most);

/// <summary>A place where somebody offers what was asked for.</summary>
sealed record OfferHit(OfferRow Row, double Kilometres, OpenState State);

/// <param name="More">There are others, farther away.</param>
sealed record OfferAnswer(IReadOnlyList<OfferHit> Hits, bool More);

/// <summary>
/// The nearest first: squares of the globe are read in rings around the centre, until what is found can no longer be overtaken by what is
/// farther. Distance and hours are exact, worked out here once the index has cut.
/// </summary>
sealed class OfferSearch(OfferStore store)
{
    public const double Farthest = 100;
    const int MostHours = 100_000;
    const int MostIds = 5_000;

    static readonly double[] Rings = [6, 15, 30, 60, Farthest];

    readonly ConcurrentDictionary<long, OpeningHours> known = [];

    public async Task<OfferAnswer> Find(OfferAsk ask, CancellationToken stop)
    {
        var cells = Grid.Around(ask.Centre, Math.Min(ask.Kilometres, Farthest));
        var found = new List<Near>();
        var clock = new WallClocks(ask.OpenAt ?? ask.Now);
        for (var (ring, at) = (0, 0); at < cells.Count; ring++)
        {
            var until = at;
            while (until < cells.Count && (ring >= Rings.Length || cells[until].Least <= Rings[ring])) until++;
            if (until == at) continue;
            var candidates = await store.Candidates(ask.Kind.Keys, [.. cells[at..until].Select(c => c.Cell)], ask.Wanted, stop);
            var weeks = await HoursOf(candidates, stop);
            foreach (var row in candidates)
            {
                var kilometres = ask.Centre.To(row.Spot);
                if (kilometres > ask.Kilometres) continue;
                var week = row.Hours == 0 ? OpeningHours.Unknown : weeks.GetValueOrDefault(row.Hours, OpeningHours.Unknown);
                if (ask.OpenAt is not null && !week.IsOpen(clock.In(row.Zone), LocalTime.Zone(row.Zone))) continue;
                found.Add(new(row, kilometres, week));
            }
            at = until;
            // What the next ring holds is at least this far: those that are nearer have their place.
            var least = at < cells.Count ? cells[at].Least : double.MaxValue;
            if (Distinct(found.Where(hit => hit.Km <= least)).Take(ask.Most + 1).Count() > ask.Most) break;
        }
        var hits = Distinct(found).Take(ask.Most + 1).ToList();
        return new([.. hits.Take(ask.Most).Select(hit => new OfferHit(hit.Row, hit.Km, hit.Week.At(ask.OpenAt ?? ask.Now, LocalTime.Zone(hit.Row.Zone))))],
            hits.Count > ask.Most);
    }

    // A service whose professionals are listed is not listed once more itself, nor anybody twice at one place for two codes of one kind.
    static IEnumerable<Near> Distinct(IEnumerable<Near> found)
    {
        var all = found as IReadOnlyCollection<Near> ?? [.. found];
        var practised = all.Where(hit => hit.Row.Service != hit.Row.Number).Select(hit => (hit.Row.Service, hit.Row.Place)).ToHashSet();
        return all.Where(hit => hit.Row.Service != hit.Row.Number || !practised.Contains((hit.Row.Service, hit.Row.Place)))
            .OrderBy(hit => hit.Km).ThenBy(hit => hit.Row.Number).ThenBy(hit => hit.Row.Place).DistinctBy(hit => (hit.Row.Number, hit.Row.Place));
    }

    // A text of hours never changes under its hash: what was read once holds.
    async Task<Dictionary<long, OpeningHours>> HoursOf(IReadOnlyList<OfferRow> rows, CancellationToken stop)
    {
        var weeks = new Dictionary<long, OpeningHours>();
        var missing = new List<long>();
        foreach (var id in rows.Select(row => row.Hours).Where(id => id != 0).Distinct())
        {
            if (known.TryGetValue(id, out var week)) weeks[id] = week;
            else missing.Add(id);
        }
        if (known.Count + missing.Count > MostHours) known.Clear();
        foreach (var ids in missing.Chunk(MostIds))
            foreach (var (id, text) in await store.Hours(ids, stop)) known[id] = weeks[id] = OpeningHours.Read(text);
        return weeks;
    }

    readonly record struct Near(OfferRow Row, double Km, OpeningHours Week);

    /// <summary>One moment on each clock, worked out once.</summary>
    sealed class WallClocks(DateTimeOffset moment)
    {
        readonly Dictionary<int, DateTime> known = [];

        public DateTime In(int zone) => known.TryGetValue(zone, out var local) ? local : known[zone] = OpeningHours.Local(moment, LocalTime.Zone(zone));
    }
}
