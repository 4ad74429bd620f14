namespace Socle.Directories;

/// <summary>
/// The globe in squares of a twentieth of a degree, numbered row by row: about 5.5 km from south to north, less from west to east the
/// farther from the equator.
/// </summary>
static class Grid
{
    const double Side = 0.05;
    const int Columns = 7200, Rows = 3600;
    const int Stride = 8192;
    const double KilometresPerDegree = 111.19;

    public static long CellOf(Spot spot) => ((long)Row(spot.Latitude) * Stride) + Column(spot.Longitude);

    /// <summary>Every square that a circle may touch, those nearest to its centre first, with the least distance to the centre.</summary>
    public static List<(long Cell, double Least)> Around(Spot centre, double kilometres)
    {
        var cells = new List<(long, double)>();
        var tall = kilometres / KilometresPerDegree;
        for (var row = Row(centre.Latitude - tall); row <= Row(centre.Latitude + tall); row++)
        {
            // The circle is widest where the row is farthest from the equator.
            var farthest = Math.Min(89, Math.Max(Math.Abs(South(row)), Math.Abs(South(row + 1))));
            var wide = Math.Min(180, kilometres / (KilometresPerDegree * Math.Cos(farthest * Math.PI / 180)) * 1.001);
            var (first, last) = ((int)Math.Floor((centre.Longitude - wide + 180) / Side), (int)Math.Floor((centre.Longitude + wide + 180) / Side));
            for (var column = first; column <= Math.Min(last, first + Columns - 1); column++)
            {
                var least = Least(centre, row, column);
                if (least <= kilometres) cells.Add((((long)row * Stride) + (((column % Columns) + Columns) % Columns), least));
            }
        }
        cells.Sort((a, b) => a.Item2.CompareTo(b.Item2));
        return cells;
    }

    // A little less than the truth: on the sphere the nearest point of a square may lie beside the one that is nearest in degrees.
    static double Least(Spot centre, int row, int column)
    {
        var latitude = Math.Clamp(centre.Latitude, South(row), South(row + 1));
        var west = (column * Side) - 180;
        var longitude = Math.Clamp(centre.Longitude, west, west + Side);
        return Math.Max(0, (centre.To(new(latitude, longitude)) * 0.995) - 0.01);
    }

    static double South(int row) => (row * Side) - 90;

    static int Row(double latitude) => Math.Clamp((int)Math.Floor((latitude + 90) / Side), 0, Rows - 1);

    static int Column(double longitude) => (((int)Math.Floor((longitude + 180) / Side) % Columns) + Columns) % Columns;
}

/// <summary>Which clock hangs on the wall: overseas it is not the one of Paris.</summary>
static class LocalTime
{
    // The position in this list is what the index keeps: new ones go to the end.
    static readonly TimeZoneInfo[] Zones =
    [.. new[]
    {
        "Europe/Paris", "America/Guadeloupe", "America/Martinique", "America/Cayenne", "Indian/Reunion", "Indian/Mayotte", "America/Miquelon",
        "Pacific/Noumea", "Pacific/Tahiti", "Pacific/Wallis"
    }.Select(TimeZoneInfo.FindSystemTimeZoneById)];

    public static TimeZoneInfo Zone(int number) => Zones[number >= 0 && number < Zones.Length ? number : 0];

    public static int OfPostCode(string? code) => code is { Length: >= 3 } ? code[..3] switch
    {
        // Saint-Barthélemy and Saint-Martin have postal codes of Guadeloupe, and its time.
        "971" or "977" or "978" => 1, "972" => 2, "973" => 3, "974" => 4, "976" => 5, "975" => 6, "988" => 7, "987" => 8, "986" => 9, _ => 0
    } : 0;

    /// <summary>Where an address says nothing, the coordinates do.</summary>
    public static int OfSpot(Spot spot)
    {
        var near = OfferTowns.All.MinBy(town => town.Centre.To(spot))!;
        return OfPostCode(near.PostCode);
    }
}
