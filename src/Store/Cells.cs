using System.Globalization;
using Socle.Fhir;

namespace Socle.Store;

/// <summary>
/// The squares of the globe that a Location stands in, kept among the identifiers: `near` looks at those around the point instead of
/// at every Location. Two sizes, so that neither a town nor a country takes many.
/// </summary>
static class Cells
{
    public const string System = "urn:socle:cell";

    /// <summary>R4's parameter whose index this is.</summary>
    public static readonly SearchParam Parameter = Definitions.SearchParam("Location", "near")!;

    const double Small = 0.1, Large = 2;
    const int Most = 400;
    const double MetresPerDegree = 111_195;

    public static IEnumerable<string> Of(FhirDocument? body)
    {
        var position = body?.Root["position"] ?? default;
        if (!position.Exists || Degrees(position["latitude"]) is not { } latitude || Degrees(position["longitude"]) is not { } longitude) yield break;
        yield return Name(Small, Step(latitude, Small), Step(longitude, Small));
        yield return Name(Large, Step(latitude, Large), Step(longitude, Large));
    }

    /// <summary>Null when the circle is too wide for it, or touches a pole or the line where the days change.</summary>
    public static IReadOnlyList<string>? Around(IReadOnlyList<SearchValue> circles)
    {
        var cells = new HashSet<string>();
        foreach (var circle in circles)
        {
            if ((Around(circle, Small) ?? Around(circle, Large)) is not { } some) return null;
            cells.UnionWith(some);
        }
        return cells.Count is > 0 and <= Most ? [.. cells] : null;
    }

    static List<string>? Around(SearchValue circle, double size)
    {
        // A little more than the circle: the body measures exactly.
        var north = circle.Metres * 1.01 / MetresPerDegree + 0.001;
        if (Math.Abs(circle.Latitude) + north >= 89) return null;
        var east = north / Math.Cos((Math.Abs(circle.Latitude) + north) * Math.PI / 180);
        if (Math.Abs(circle.Longitude) + east >= 180) return null;
        var (south, top) = (Step(circle.Latitude - north, size), Step(circle.Latitude + north, size));
        var (west, end) = (Step(circle.Longitude - east, size), Step(circle.Longitude + east, size));
        if ((top - south + 1) * (end - west + 1) > Most / 2) return null;
        var cells = new List<string>();
        for (var y = south; y <= top; y++)
        {
            for (var x = west; x <= end; x++) cells.Add(Name(size, y, x));
        }
        return cells;
    }

    static long Step(double degrees, double size) => (long)Math.Floor(degrees / size);

    static string Name(double size, long y, long x) => string.Create(CultureInfo.InvariantCulture, $"{size}:{y}:{x}");

    static double? Degrees(FhirNode node) =>
        double.TryParse(node.Text, NumberStyles.Float, CultureInfo.InvariantCulture, out var degrees) ? degrees : null;
}
