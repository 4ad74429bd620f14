using System.Globalization;
using Socle.Fhir;

namespace Socle.Support;

/// <summary>Does this value of a resource answer that value of a request? As R4 says it, prefix by prefix and modifier by modifier.</summary>
sealed class PlainMeaning(ITerminology terminology, DateTimeOffset now)
{
    const string Ucum = "http://unitsofmeasure.org";

    // Factor to a unit of the same measure.
    static readonly Dictionary<string, (decimal Factor, string Measure)> Units = new()
    {
        ["g/L"] = (1, "mass per volume"), ["mg/dL"] = (0.01m, "mass per volume"), ["g/dL"] = (10, "mass per volume"), ["mmol/L"] = (0.001m, "amount per volume"),
        ["umol/L"] = (0.000001m, "amount per volume"), ["kg"] = (1000, "mass"), ["g"] = (1, "mass"), ["mg"] = (0.001m, "mass"), ["mm[Hg]"] = (1, "pressure"), ["a"] = (1, "time"),
    };

    public bool Is(SearchParam param, string? modifier, Wanted wanted, PlainValue value) => param.Kind switch
    {
        SearchKind.Token => modifier switch
        {
            "text" => value.Only != "type" && value.Text is { } text && (" " + PlainValue.Normal(text)).Contains(" " + PlainValue.Normal(wanted.Text!), StringComparison.Ordinal),
            "of-type" => value.Only == "type" && value.Code == wanted.Code && value.Text == wanted.Text && (wanted.System!.Length == 0 || value.System == wanted.System),
            "in" or "not-in" => IsCode(value) && value.Code is { } code && (terminology.Expand(wanted.Text!) is { } all
                ? value.System is { } system && all.Contains((system, code))
                : terminology.InValueSet(wanted.Text!, value.System, code) == CodeVerdict.Yes),
            "below" => IsCode(value) && value.System == wanted.System && terminology.Below(wanted.System!, wanted.Code!)!.Contains(value.Code),
            "above" => IsCode(value) && value.System == wanted.System && terminology.Above(wanted.System!, wanted.Code!)!.Contains(value.Code),
            _ => IsCode(value) && Token(wanted, value),
        },
        SearchKind.String => Text(modifier, wanted.Text!, value.Text!),
        SearchKind.Uri => modifier switch
        {
            "below" => Under(value.Text!, wanted.Text!), "above" => Under(wanted.Text!, value.Text!), _ => value.Text == wanted.Text,
        },
        SearchKind.Date => Date(wanted.Prefix, wanted.Text!, value),
        SearchKind.Number or SearchKind.Quantity => Number(wanted, value),
        SearchKind.Reference => value.Only == "identifier" && Token(wanted, value),
        _ => false,
    };

    public bool Compare(SearchParam param, string op, Wanted wanted, PlainValue value)
    {
        switch (param.Kind)
        {
            case SearchKind.Token:
                return op switch { "ne" => IsCode(value) && !Token(wanted, value), "in" => Is(param, "in", wanted, value), _ => Is(param, null, wanted, value) };
            case SearchKind.String:
                var (text, sought) = (PlainValue.Normal(value.Text!), PlainValue.Normal(wanted.Text!));
                var order = string.CompareOrdinal(text, sought);
                return op switch
                {
                    "eq" => order == 0, "ne" => order != 0, "gt" => order > 0, "lt" => order < 0, "ge" => order >= 0, "le" => order <= 0,
                    "co" => text.Contains(sought, StringComparison.Ordinal), "sw" => text.StartsWith(sought, StringComparison.Ordinal), _ => text.EndsWith(sought, StringComparison.Ordinal),
                };
            case SearchKind.Uri:
                var (uri, part) = (value.Text!, wanted.Text!);
                return op switch
                {
                    "eq" => uri == part, "ne" => uri != part, "co" => uri.Contains(part, StringComparison.Ordinal), "sw" => uri.StartsWith(part, StringComparison.Ordinal),
                    _ => uri.EndsWith(part, StringComparison.Ordinal),
                };
            case SearchKind.Date:
                if (op != "po") return Date(op, wanted.Text!, value);
                var (low, high) = PlainValue.Range(wanted.Text!);
                return value.Low < high && value.High > low;
            default: return Number(wanted with { Prefix = op }, value);
        }
    }

    static bool IsCode(PlainValue value) => value.Only.Length == 0 && (value.Code is not null || value.System is not null);

    static bool Token(Wanted wanted, PlainValue value) => (wanted.Code is null || wanted.Code == value.Code) && wanted.System switch
    {
        null => true,
        "" => value.System is null || value.Implied,
        var system => system == value.System,
    };

    static bool Text(string? modifier, string wanted, string text) => modifier switch
    {
        "exact" => text == wanted,
        "contains" => PlainValue.Normal(text).Contains(PlainValue.Normal(wanted), StringComparison.Ordinal),
        _ => PlainValue.Normal(text).StartsWith(PlainValue.Normal(wanted), StringComparison.Ordinal),
    };

    static bool Under(string uri, string above) => uri == above || uri.StartsWith(above.TrimEnd('/') + "/", StringComparison.Ordinal);

    bool Date(string prefix, string text, PlainValue value)
    {
        var (low, high) = PlainValue.Range(text);
        var within = low <= value.Low && value.High <= high;
        switch (prefix)
        {
            case "" or "eq": return within;
            case "ne": return !within;
            case "gt": return value.High > high;
            case "lt": return value.Low < low;
            case "ge": return value.High > low;
            case "le": return value.Low < high;
            case "sa": return value.Low >= high;
            case "eb": return value.High <= low;
            default:
                var tenth = (now - low).Duration() / 10;
                return value.Low < high + tenth && value.High > low - tenth;
        }
    }

    static bool Number(Wanted wanted, PlainValue value)
    {
        var (from, to) = (value.From, value.To);
        var factor = 1m;
        if (wanted.Code is { } unit)
        {
            if (string.IsNullOrEmpty(wanted.System))
            {
                if (value.Code != unit && value.Text != unit) return false;
            }
            else
            {
                if (value.System != wanted.System) return false;
                if (value.Code != unit)
                {
                    if (wanted.System != Ucum || value.Code is null || Units[value.Code].Measure != Units[unit].Measure) return false;
                    (from, to, factor) = (from * Units[value.Code].Factor, to * Units[value.Code].Factor, Units[unit].Factor);
                }
            }
        }
        var number = decimal.Parse(wanted.Text!, NumberStyles.Float, CultureInfo.InvariantCulture);
        var half = HalfOfTheLastDigit(wanted.Text!);
        if (wanted.Prefix == "ap") half = Math.Max(half, Math.Abs(number) / 10);
        var (least, most) = ((number - half) * factor, (number + half) * factor);
        number *= factor;
        var equal = from >= least && to < most || from == number && to == number;
        return wanted.Prefix switch
        {
            "" or "eq" => equal,
            "ne" => !equal,
            "gt" => to is null || to > number,
            "lt" => from is null || from < number,
            "ge" => to is null || to >= number,
            "le" => from is null || from <= number,
            "sa" => from > number,
            "eb" => to < number,
            _ => (from is null || from <= most) && (to is null || to >= least),
        };
    }

    // As R4 shows it: 100 is ± 0.5, 100.00 ± 0.005, 1e2 ± 5, 5.40e-3 ± 0.000005.
    static decimal HalfOfTheLastDigit(string written)
    {
        var parts = written.Split('e', 'E');
        var decimals = parts[0].Contains('.', StringComparison.Ordinal) ? parts[0].Split('.')[1].Length : 0;
        var power = (parts.Length > 1 ? int.Parse(parts[1], CultureInfo.InvariantCulture) : 0) - decimals;
        if (parts.Length > 1 && parts[0].Replace(".", "", StringComparison.Ordinal).Trim('-').TrimStart('0').Length < 2) power--;
        return decimal.Parse($"5e{power - 1}", NumberStyles.Float, CultureInfo.InvariantCulture);
    }

    /// <summary>By the law of cosines on a sphere.</summary>
    public static bool IsNear(FhirNode position, string wanted)
    {
        if (!position.Exists) return false;
        var parts = wanted.Split('|');
        double Of(string text) => double.Parse(text, CultureInfo.InvariantCulture);
        double Radians(string text) => Of(text) * Math.PI / 180;
        var (a, b) = (Radians(parts[0]), Radians(position["latitude"].Text!));
        var between = Radians(parts[1]) - Radians(position["longitude"].Text!);
        var kilometres = 6371.0088 * Math.Acos(Math.Clamp(Math.Sin(a) * Math.Sin(b) + Math.Cos(a) * Math.Cos(b) * Math.Cos(between), -1, 1));
        var most = parts.Length < 3 ? 50 : Of(parts[2]) / (parts is [.., "m"] ? 1000 : 1);
        return kilometres <= most;
    }

    public static IComparable? SortKey(SearchKind kind, PlainValue value) => kind switch
    {
        SearchKind.Date => value.Low == DateTimeOffset.MinValue ? null : value.Low,
        SearchKind.Number or SearchKind.Quantity => value.From ?? decimal.MinValue,
        SearchKind.String => PlainValue.Normal(value.Text!),
        SearchKind.Token => value.Code ?? value.Text,
        _ => value.Only == "identifier" ? value.Code : value.Text,
    };
}
