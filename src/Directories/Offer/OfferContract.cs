using System.Globalization;
using Socle.Platform.Web;

namespace Socle.Directories;

/// <summary>A point of the globe in degrees.</summary>
public readonly record struct Spot(double Latitude, double Longitude)
{
    const double EarthRadius = 6371.0088;

    /// <summary>Kilometres along the great circle (haversine).</summary>
    public double To(Spot other)
    {
        var (a, b) = (Radians(Latitude), Radians(other.Latitude));
        var (up, across) = (Math.Sin((b - a) / 2), Math.Sin(Radians(other.Longitude - Longitude) / 2));
        return 2 * EarthRadius * Math.Asin(Math.Min(1, Math.Sqrt((up * up) + (Math.Cos(a) * Math.Cos(b) * across * across))));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Latitude:0.###}, {Longitude:0.###}");

    static double Radians(double degrees) => degrees * Math.PI / 180;
}

/// <summary>A commune: its official geographical code, its main postal code and where its centre is.</summary>
/// <param name="Weight">Thousands of inhabitants, about.</param>
public sealed record OfferTown(string Code, string Name, string PostCode, Spot Centre, int Weight)
{
    public string Shown => $"{Name} ({PostCode})";
}

/// <summary>Open or closed, and until when, on the clock of the place.</summary>
/// <param name="Known">False: no hours were given; nobody can say.</param>
/// <param name="Changes">When it closes, or opens next; null when nothing changes within the weeks that are looked at.</param>
public readonly record struct OpenState(bool Known, bool IsOpen, DateTime? Changes)
{
    public static readonly OpenState Unknown = new(false, false, null);
}

/// <summary>What an offer has for whoever needs it.</summary>
[Flags]
public enum OfferFeatures
{
    None = 0,
    Wheelchair = 1,
    SignLanguage = 2,
    SectorOne = 4,
    NewPatients = 8,
    Teleconsultation = 16
}

/// <summary>One entry of the list, with the number that the map shows.</summary>
/// <param name="Opening">In words: « Ouvert jusqu’à 18 h 30 ».</param>
/// <param name="Phone">As it is dialled; null when none is public.</param>
public sealed record OfferCard(
    int Number, string Name, string What, string Place, string Address, double Kilometres, Spot Spot, string Opening, bool IsOpen, bool HoursKnown,
    IReadOnlyList<string> Features, string? Phone, string? ShownPhone);

/// <summary>The page of the search.</summary>
/// <param name="Centre">Null before a search, or when what was typed is not understood.</param>
/// <param name="Help">What to choose instead of what was not understood, as addresses.</param>
public sealed record OfferModel(
    Form Form, string? KindShown, string? CentreShown, Spot? Centre, int Radius, IReadOnlyList<OfferCard> Cards, bool More, IReadOnlyList<OfferHelp> Help)
{
    public string? NextUrl { get; init; }
    public string? FirstUrl { get; init; }

    /// <summary>The same search in a wider circle; null at the widest.</summary>
    public string? WiderUrl { get; init; }
}

/// <param name="Field">« quoi » or « ou ».</param>
public sealed record OfferHelp(string Field, string Text, string Url);

/// <summary>A unit and its beds.</summary>
/// <param name="Free">Free now; null when nobody said, or when what was said is too old to count.</param>
/// <param name="IsStale">What was said of free beds is older than the threshold.</param>
public sealed record BedCard(string Unit, string Structure, double Kilometres, int? Free, bool IsStale, int? Installed, DateTimeOffset? Updated);

/// <param name="Free">Free beds of the units whose word is fresh.</param>
/// <param name="Stale">Units whose word is too old.</param>
public sealed record BedsModel(Form Form, string? CentreShown, int Radius, IReadOnlyList<BedCard> Units, int Free, int Fresh, int Stale, TimeSpan Freshness);
