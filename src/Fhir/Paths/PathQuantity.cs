using System.Globalization;

namespace Socle.Fhir;

/// <summary>A value with a UCUM code, or with a calendar duration (year, month, day…) when Calendar is true.</summary>
sealed record PathQuantity(decimal Value, string Unit, bool Calendar)
{
    static readonly Dictionary<string, (string Word, string Ucum)> Words = new(StringComparer.Ordinal)
    {
        ["year"] = ("year", "a"), ["years"] = ("year", "a"), ["month"] = ("month", "mo"), ["months"] = ("month", "mo"),
        ["week"] = ("week", "wk"), ["weeks"] = ("week", "wk"), ["day"] = ("day", "d"), ["days"] = ("day", "d"),
        ["hour"] = ("hour", "h"), ["hours"] = ("hour", "h"), ["minute"] = ("minute", "min"), ["minutes"] = ("minute", "min"),
        ["second"] = ("second", "s"), ["seconds"] = ("second", "s"), ["millisecond"] = ("millisecond", "ms"),
            ["milliseconds"] = ("millisecond", "ms"),
    };

    public static bool IsWord(string text) => Words.ContainsKey(text);

    public static PathQuantity OfWord(decimal value, string word) => new(value, Words[word].Word, true);

    string Code => Calendar ? Words[Unit].Ucum : Unit;

    // A calendar year or month is not 365.25 or 30.4375 days exactly: comparable with its own kind only, or loosely by ~.
    bool IsLongCalendar => Calendar && Unit is "year" or "month";

    bool IsLongUcum => !Calendar && Unit is "a" or "mo";

    /// <summary>This quantity's value in the unit of another; null when they cannot be compared.</summary>
    public double? In(PathQuantity other, bool loosely)
    {
        if (!loosely && (IsLongCalendar && !other.Calendar || other.IsLongCalendar && !Calendar)) return null;
        if (IsLongCalendar && other.IsLongCalendar && Unit != other.Unit) return (double)Value * (Unit == "year" ? 12 : 1.0 / 12);
        if (Code == other.Code) return (double)Value;
        return Ucum.Ratio(Code, other.Code) is { } ratio ? (double)Value * ratio : null;
    }

    public int? Compare(PathQuantity other, bool loosely = false)
    {
        if (Code == other.Code && !(IsLongUcum || other.IsLongUcum || Calendar != other.Calendar && !loosely && IsLongCalendar))
            return Value.CompareTo(other.Value);
        if (In(other, loosely) is not { } mine) return null;
        var theirs = (double)other.Value;
        return Math.Abs(mine - theirs) <= 1e-12 * Math.Max(Math.Abs(mine), Math.Abs(theirs)) ? 0 : mine.CompareTo(theirs);
    }

    /// <summary>The same at the precision of the less precise one.</summary>
    public bool IsLike(PathQuantity other)
    {
        if (other.In(this, loosely: true) is not { } converted || Math.Abs(converted) > 1e20) return false;
        var theirs = Code == other.Code ? other.Value : decimal.Round((decimal)converted, 12) / 1.0000000000000000000000000000m;
        var scale = Math.Min(Value.Scale, theirs.Scale);
        return decimal.Round(Value, scale) == decimal.Round(theirs, scale);
    }

    /// <summary>As months and microseconds for date arithmetic; null for a unit that is no duration of the calendar.</summary>
    public (int Months, long Micros)? Duration()
    {
        var whole = decimal.Truncate(Value);
        if (Math.Abs(whole) > 1_000_000_000) return null;
        return Unit switch
        {
            "year" => ((int)Math.Clamp(whole * 12, -200_000, 200_000), 0),
            "month" => ((int)Math.Clamp(whole, -200_000, 200_000), 0),
            "week" or "wk" => (0, (long)whole * 7 * 86_400_000_000),
            "day" or "d" => (0, (long)whole * 86_400_000_000),
            "hour" or "h" => (0, (long)whole * 3_600_000_000),
            "minute" or "min" => (0, (long)whole * 60_000_000),
            "second" or "s" => (0, (long)(Value * 1_000_000)),
            "millisecond" or "ms" => (0, (long)(Value * 1_000)),
            _ => null,
        };
    }

    public override string ToString()
    {
        var number = Value.ToString(CultureInfo.InvariantCulture);
        return Calendar ? number + " " + Unit + (Value == 1 ? "" : "s") : $"{number} '{Unit}'";
    }

    /// <summary>« 1.5 'mg' », « 4 days », « 5 » (unit 1).</summary>
    public static PathQuantity? TryParse(string text)
    {
        text = text.Trim();
        var end = 0;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.' || end == 0 && text[end] is '+' or '-')) end++;
        if (!FhirValue.TryDecimal(text[..end], out var value)) return null;
        var unit = text[end..].Trim();
        if (unit.Length == 0) return new(value, "1", false);
        if (unit.Length > 2 && unit[0] == '\'' && unit[^1] == '\'') return new(value, unit[1..^1], false);
        return end < text.Length && char.IsWhiteSpace(text[end]) && IsWord(unit) ? OfWord(value, unit) : null;
    }
}
