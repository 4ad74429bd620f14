using Socle.Access;
using Socle.Fhir;
using Socle.Platform;
using Socle.Store;

namespace Socle.Directories;

/// <summary>A unit with beds, and what counts of them now.</summary>
/// <param name="Free">Null when nobody said, or too long ago.</param>
sealed record BedUnit(long Service, long Place, long Structure, double Kilometres, int? Free, bool IsStale, int? Installed, DateTimeOffset? Updated);

/// <summary>Free beds near a point. A capacity older than its threshold is old, whatever number it says: it never counts as free.</summary>
sealed class BedSearch(OfferStore store, RecordStore records, AccessDesk desk, DirectoriesSettings settings, TimeProvider clock)
{
    public const int Most = 100;

    public TimeSpan Freshness => settings.CapacityFreshness;

    public async Task<IReadOnlyList<BedUnit>> Near(OfferKind? kind, Spot centre, double kilometres, CancellationToken stop)
    {
        var cells = Grid.Around(centre, kilometres).Select(c => c.Cell).ToArray();
        var now = clock.GetUtcNow();
        var rows = await store.Beds(kind?.Keys, cells, stop);
        return [.. rows.Select(row => (Row: row, Km: centre.To(row.Spot))).Where(one => one.Km <= kilometres)
            .GroupBy(one => one.Row.Place)   // a place has its beds once, however many services share it
            .Select(group => Unit([.. group.Where(one => one.Row.Service == group.First().Row.Service).Select(one => one.Row)], group.First().Km, now))
            .OrderBy(unit => unit.Kilometres).Take(Most)];
    }

    internal BedUnit Unit(IReadOnlyList<BedRow> rows, double kilometres, DateTimeOffset now)
    {
        var free = rows.Where(row => row.Status == Capacity.Available && row.Temporality == Capacity.Current).ToList();
        var stale = free.Where(row => Capacity.IsStale(row.Updated, now, settings.CapacityFreshness)).ToList();
        var installed = rows.Where(row => row.Status == Capacity.Installed).ToList();
        var first = rows[0];
        return new(first.Service, first.Place, first.Structure, kilometres,
            free.Count > 0 && stale.Count == 0 ? free.Sum(row => row.Beds) : null, stale.Count > 0,
            installed.Count > 0 ? installed.Sum(row => row.Beds) : null, free.Count > 0 ? free.Min(row => row.Updated) : null);
    }

    public async Task<BedCard> Card(Agent agent, BedUnit unit, CancellationToken stop)
    {
        var scope = await desk.Enter(agent, Purposes.Of(agent.Kind), stop);
        var structure = await Name(scope, "Organization", unit.Structure, stop) ?? "";
        var name = await Name(scope, "HealthcareService", unit.Service, stop) ?? await Name(scope, "Location", unit.Place, stop) ?? "";
        // « Cardiologie, Hôpital X » : the establishment has a column of its own.
        if (structure.Length > 0 && name.EndsWith(", " + structure, StringComparison.Ordinal)) name = name[..^(structure.Length + 2)];
        return new(name, structure, unit.Kilometres, unit.Free, unit.IsStale, unit.Installed, unit.Updated);
    }

    async Task<string?> Name(Scope scope, string type, long number, CancellationToken stop)
    {
        if (number <= 0 || await records.Read(scope, type, records.IdOf(0, number), stop) is not { Deleted: false } stored) return null;
        using var document = FhirDocument.Parse(stored.Bytes);
        return document.Root["name"].Text;
    }
}
