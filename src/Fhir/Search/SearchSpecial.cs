namespace Socle.Fhir;

/// <summary>Parameters whose meaning is no comparison of index values: near, _text, _content.</summary>
static class SearchSpecial
{
    // R4 leaves the distance that « near » means to the server when none is given.
    const double DefaultMetres = 50_000;
    const double EarthRadius = 6_371_008.8;

    public static bool Matches(SearchClause clause, FhirDocument doc)
    {
        if (clause.Param == SearchParam.List) return true;
        if (clause.Param == SearchParam.Content || clause.Param == SearchParam.Narrative)
        {
            var words = SearchText.WordsOf(doc, clause.Param == SearchParam.Narrative);
            if (clause.Modifier == "missing") return words.Count == 0 == (clause.Values[0].Code == "true");
            return clause.Values.Any(wanted => SearchText.Words(wanted.Text!).All(words.Contains));
        }
        var place = Position(doc);
        if (clause.Modifier == "missing") return place is null == (clause.Values[0].Code == "true");
        return place is { } at && clause.Values.Any(wanted => Metres(at, (wanted.Latitude, wanted.Longitude)) <= wanted.Metres);
    }

    static (double, double)? Position(FhirDocument doc)
    {
        var position = doc.Root["position"];
        return FhirValue.TryDecimal(position["latitude"].Text, out var latitude) && FhirValue.TryDecimal(position["longitude"].Text, out var longitude)
            ? ((double)latitude, (double)longitude) : null;
    }

    /// <summary>latitude|longitude|distance|unit; kilometres when no unit is given. Null: not of that form.</summary>
    public static SearchValue? Near(string written)
    {
        var parts = written.Split('|');
        if (parts.Length is < 2 or > 4 || !FhirValue.TryDecimal(parts[0], out var latitude) || !FhirValue.TryDecimal(parts[1], out var longitude)) return null;
        if (Math.Abs(latitude) > 90 || Math.Abs(longitude) > 180) return null;
        var metres = DefaultMetres;
        if (parts is [_, _, { Length: > 0 } far, ..])
        {
            if (!FhirValue.TryDecimal(far, out var distance) || distance < 0) return null;
            var unit = parts is [.., { Length: > 0 } given] && parts.Length == 4 ? given : "km";
            if (Ucum.Ratio(unit, "m") is not { } ratio) return null;
            metres = (double)distance * ratio;
        }
        return new SearchValue { Written = written, Latitude = (double)latitude, Longitude = (double)longitude, Metres = metres };
    }

    // Along the great circle.
    static double Metres((double Latitude, double Longitude) a, (double Latitude, double Longitude) b)
    {
        var (x, y) = (double.DegreesToRadians(a.Latitude), double.DegreesToRadians(b.Latitude));
        var (dx, dy) = (Math.Sin((y - x) / 2), Math.Sin(double.DegreesToRadians(b.Longitude - a.Longitude) / 2));
        var h = dx * dx + Math.Cos(x) * Math.Cos(y) * dy * dy;
        return 2 * EarthRadius * Math.Asin(Math.Min(1, Math.Sqrt(h)));
    }
}
