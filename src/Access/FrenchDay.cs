using System.Globalization;

namespace Socle.Access;

/// <summary>A moment as the day it is in France: 14 juillet 2026.</summary>
static class FrenchDay
{
    static readonly CultureInfo French = CultureInfo.GetCultureInfo("fr-FR");
    static readonly TimeZoneInfo Paris = TimeZoneInfo.FindSystemTimeZoneById("Europe/Paris");

    public static string Write(DateTimeOffset moment) => TimeZoneInfo.ConvertTime(moment, Paris).ToString("d MMMM yyyy", French);
}
