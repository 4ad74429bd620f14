using System.Collections.Concurrent;

namespace Socle.Fhir;

/// <summary>The quantity that is looked for, in the unit of the one that was found.</summary>
static class SearchUnits
{
    const string UcumSystem = "http://unitsofmeasure.org";
    const int MostRatios = 4_096;

    static readonly ConcurrentDictionary<(string From, string To), decimal?> Ratios = new();

    /// <summary>Null when the two cannot be compared.</summary>
    public static SearchValue? In(SearchValue wanted, in IndexValue value)
    {
        if (string.IsNullOrEmpty(wanted.System) && string.IsNullOrEmpty(wanted.Code)) return wanted;
        if (!string.IsNullOrEmpty(wanted.System) && value.System != wanted.System) return null;
        if (wanted.Code is null || value.Code == wanted.Code) return wanted;
        // Without a system the code may also be the unit as people read it.
        if (string.IsNullOrEmpty(wanted.System)) return value.Text == wanted.Code ? wanted : null;
        return wanted.System == UcumSystem && value.Code is { } unit && RatioOf(wanted.Code, unit) is { } ratio ? Times(wanted, ratio) : null;
    }

    static SearchValue? Times(SearchValue wanted, decimal ratio)
    {
        try
        {
            return wanted with { Number = wanted.Number * ratio, LowNumber = wanted.LowNumber * ratio, HighNumber = wanted.HighNumber * ratio };
        }
        catch (OverflowException)
        {
            return null;
        }
    }

    static decimal? RatioOf(string from, string to)
    {
        if (Ratios.TryGetValue((from, to), out var known)) return known;
        // To a decimal of 15 digits: 100.00000000000001 is 100.
        var ratio = Ucum.Ratio(from, to) is { } found && found is > 1e-20 and < 1e20 ? (decimal?)found : null;
        if (Ratios.Count < MostRatios) Ratios[(from, to)] = ratio;
        return ratio;
    }
}

/// <summary>Versions of a canonical: « url|1.2 » is below « url|1 » and « url ».</summary>
static class SearchVersions
{
    public static bool Canonical(bool below, string wanted, string value) => below ? IsBelow(value, wanted) : IsBelow(wanted, value);

    static bool IsBelow(string canonical, string above)
    {
        var (url, version) = Split(canonical);
        var (aboveUrl, aboveVersion) = Split(above);
        if (url != aboveUrl) return false;
        return aboveVersion is null || version is not null && (version == aboveVersion || version.StartsWith(aboveVersion + ".", StringComparison.Ordinal));
    }

    static (string Url, string? Version) Split(string canonical)
    {
        var bar = canonical.IndexOf('|', StringComparison.Ordinal);
        return bar < 0 ? (canonical, null) : (canonical[..bar], canonical[(bar + 1)..]);
    }
}
