using System.Globalization;

namespace Socle.Platform.Web;

/// <summary>Dates, ages, sizes and numbers as people read them, in the language of the request.</summary>
public static class French
{
    static readonly CultureInfo Fr = CultureInfo.GetCultureInfo("fr-FR");
    static readonly CultureInfo En = CultureInfo.GetCultureInfo("en-GB");

    static CultureInfo Culture => Language.IsEnglish ? En : Fr;

    /// <summary>« aujourd’hui », « hier », « 3 mars 2026 », « 1er mars 2026 ».</summary>
    public static string Day(DateOnly day, DateOnly today) =>
        day == today ? Words.T["day.today"]
        : day == today.AddDays(-1) ? Words.T["day.yesterday"]
        : day == today.AddDays(1) ? Words.T["day.tomorrow"]
        : Full(day);

    /// <summary>« 3 mars 2026 », whatever day it is.</summary>
    public static string Full(DateOnly day) =>
        (day.Day == 1 && !Language.IsEnglish ? "1er" : day.Day.ToString(Culture)) + day.ToString(" MMMM yyyy", Culture);

    /// <summary>« 03/03/2026 », for tables and fields.</summary>
    public static string Short(DateOnly day) => day.ToString("dd/MM/yyyy", CultureInfo.InvariantCulture);

    /// <summary>« hier à 14 h 32 ».</summary>
    public static string Moment(DateTimeOffset moment, TimeProvider clock, TimeZoneInfo? zone = null)
    {
        var local = Local(moment, zone ?? Paris);
        var day = Day(DateOnly.FromDateTime(local.DateTime), Today(clock, zone));
        return Words.T["moment", day, local.Hour, local.Minute.ToString("00", Culture)];
    }

    public static DateOnly Today(TimeProvider clock, TimeZoneInfo? zone = null) =>
        DateOnly.FromDateTime(Local(clock.GetUtcNow(), zone ?? Paris).DateTime);

    /// <summary>« 34 ans », « 8 mois », « 12 jours ».</summary>
    public static string Age(DateOnly birth, DateOnly today)
    {
        var years = today.Year - birth.Year - (today < birth.AddYears(today.Year - birth.Year) ? 1 : 0);
        if (years >= 2) return Words.T["age.years", years];
        var months = (today.Year - birth.Year) * 12 + today.Month - birth.Month - (today.Day < birth.Day ? 1 : 0);
        return months >= 1 ? Words.T["age.months", months] : Count("age.days", Math.Max(0, today.DayNumber - birth.DayNumber));
    }

    /// <summary>« 1 234,5 » with narrow no-break spaces.</summary>
    public static string Number(decimal number) => number.ToString("#,0.######", Culture);

    /// <summary>« 1,2 Mo ».</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 1_000 => Count("size.bytes", bytes),
        < 1_000_000 => Words.T["size.kilo", (bytes / 1_000m).ToString("0", Culture)],
        _ => Words.T["size.mega", (bytes / 1_000_000m).ToString("0.#", Culture)]
    };

    /// <summary>The text key.one for 0 and 1 (French counts zero as singular), key.many otherwise.</summary>
    public static string Count(string key, long count) => Words.T[Plural(key, count), Number(count)];

    /// <summary>Which of key.one and key.many fits the number in the language of the request.</summary>
    public static string Plural(string key, long count) =>
        key + (count == 1 || (count == 0 && !Language.IsEnglish) ? ".one" : ".many");

    /// <summary>« Docteur Élise MARTIN » keeps its capitals; « MARTIN » stays as the registers write it.</summary>
    public static string Sex(string? code) => code switch
    {
        "male" or "M" => Words.T["sex.male"],
        "female" or "F" => Words.T["sex.female"],
        _ => Words.T["sex.unknown"]
    };

    static DateTimeOffset Local(DateTimeOffset moment, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(moment, zone);

    static TimeZoneInfo Paris { get; } = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");
}
