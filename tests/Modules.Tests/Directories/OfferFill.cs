using Socle.Directories;
using Socle.Platform;

namespace Socle.Modules.Tests.Directories;

/// <summary>Rows of the search put straight into its table, as many as wanted, and the same rows in memory.</summary>
sealed class OfferFill
{
    static readonly Table Offers = new("directories_offer", Column.Long("number"), Column.Text("specialty"), Column.Long("service"), Column.Long("place"),
        Column.Long("structure"), Column.Long("cell"), Column.Long("latitude"), Column.Long("longitude"), Column.Long("features"), Column.Long("hours"), Column.Long("zone"));

    static readonly Table Hours = new("directories_offer_hours", Column.Long("id"), Column.Text("hours"));

    readonly List<(string Key, OfferRow Row)> rows = [];
    readonly Dictionary<long, OpeningHours> weeks = [];

    // As people are: more where more live, a third of them general practitioners and nurses.
    public static async Task<OfferFill> Rows(Db db, int count, Random random)
    {
        var fill = new OfferFill();
        var hours = Enumerable.Range(0, Math.Max(200, count / 20)).Select(_ => Week(random)).DistinctBy(week => week.Write()).ToList();
        foreach (var week in hours) fill.weeks[OfferStore.HoursId(week.Write())] = week;
        var ids = fill.weeks.Keys.ToArray();
        var towns = OfferTowns.All.SelectMany(town => Enumerable.Repeat(town, 1 + (town.Weight / 5))).ToArray();
        for (var number = 1; number <= count; number++)
        {
            var town = towns[random.Next(towns.Length)];
            var kind = random.Next(3) == 0 ? OfferKinds.All[random.Next(2) == 0 ? 0 : 10] : OfferKinds.All[random.Next(OfferKinds.All.Count)];
            var spot = new Spot(Round(town.Centre.Latitude + ((random.NextDouble() - 0.5) * 0.3)), Round(town.Centre.Longitude + ((random.NextDouble() - 0.5) * 0.4)));
            var features = (OfferFeatures)(random.Next(32) | random.Next(32));
            fill.rows.Add((kind.Keys[random.Next(kind.Keys.Length)], new(number, random.Next(4) == 0 ? number : -random.Next(count), 1 + random.Next(count), 0,
                (int)Math.Round(spot.Latitude * 1e6), (int)Math.Round(spot.Longitude * 1e6), features, random.Next(20) == 0 ? 0 : ids[random.Next(ids.Length)],
                LocalTime.OfPostCode(town.PostCode))));
        }
        await Commit(db, Hours, fill.weeks.Select(week => new object?[] { week.Key, week.Value.Write() }));
        await Commit(db, Offers, fill.rows.Select(one => new object?[]
        {
            one.Row.Number, one.Key, one.Row.Service, one.Row.Place, one.Row.Structure, Grid.CellOf(one.Row.Spot), (long)one.Row.Latitude, (long)one.Row.Longitude,
            (long)one.Row.Features, one.Row.Hours, (long)one.Row.Zone
        }));
        return fill;
    }

    public static OfferAsk Question(Random random, int most)
    {
        var town = OfferTowns.All[random.Next(2) == 0 ? random.Next(30) : random.Next(OfferTowns.All.Count)];
        var wanted = (OfferFeatures)(random.Next(32) & random.Next(32) & random.Next(32));
        var now = new DateTimeOffset(2026, 11, 20, 0, 0, 0, TimeSpan.Zero).AddMinutes(random.Next(60 * 24 * 14));
        return new(OfferKinds.All[random.Next(3) == 0 ? 0 : random.Next(OfferKinds.All.Count)],
            new(town.Centre.Latitude + (random.NextDouble() * 0.2), town.Centre.Longitude + (random.NextDouble() * 0.2)),
            new[] { 1, 5, 10, 20, 50, 100 }[random.Next(6)], wanted, random.Next(2) == 0 ? now : null, now, most);
    }

    public List<(OfferRow Row, double Km)> Slowly(OfferAsk ask)
    {
        var near = rows.Where(one => ask.Kind.Keys.Contains(one.Key) && one.Row.Features.HasFlag(ask.Wanted))
            .Select(one => (one.Row, Km: ask.Centre.To(one.Row.Spot))).Where(one => one.Km <= ask.Kilometres)
            .Where(one => ask.OpenAt is not { } at || (one.Row.Hours != 0 && weeks[one.Row.Hours].At(at, LocalTime.Zone(one.Row.Zone)).IsOpen)).ToList();
        return [.. near.Where(one => one.Row.Service != one.Row.Number
            || !near.Any(other => other.Row.Service == one.Row.Number && other.Row.Number != one.Row.Number && other.Row.Place == one.Row.Place))
            .OrderBy(one => one.Km).ThenBy(one => one.Row.Number).ThenBy(one => one.Row.Place)];
    }

    static OpeningHours Week(Random random) => OpeningHours.Of(
        Enumerable.Range(0, random.Next(1, 9)).Select(_ => ((DayOfWeek)random.Next(7), random.Next(96) * 15, 1 + (random.Next(96) * 15))),
        random.Next(5) == 0 ? [(new(new DateTime(2026, 11, 15).AddDays(random.Next(10)), false), new(new DateTime(2026, 11, 26).AddDays(random.Next(10)), random.Next(2) == 0))] : null);

    static double Round(double degrees) => Math.Round(degrees, 6);

    static async Task Commit(Db db, Table table, IEnumerable<object?[]> rows)
    {
        foreach (var chunk in rows.Chunk(5_000))
        {
            var unit = new Unit();
            unit.AddRows(db.Dialect, table, chunk);
            await db.Commit(unit, default);
        }
    }
}
