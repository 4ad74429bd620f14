using System.Globalization;
using Socle.Fhir;

namespace Socle.Api;

/// <summary>Times as parameters write them; a value that is none is refused by the parameter's name.</summary>
static class Moments
{
    /// <summary>An instant (« _since »); a date is its first moment.</summary>
    public static DateTimeOffset? Instant(string name, string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        // A plus sign that was not escaped arrives as a blank.
        return DateTimeOffset.TryParse(text.Replace(' ', '+'), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant
            : throw ApiRefusals.BadParameter.With(name);
    }

    /// <summary>What a date or time means, as far as it is written: « 2026-03 » is the whole month. Microseconds, end excluded.</summary>
    public static (long Low, long High)? Period(string name, string? text)
    {
        if (string.IsNullOrEmpty(text)) return null;
        text = text.Replace(' ', '+');
        try
        {
            var value = SearchQuery.Parse("Observation", [new("date", text)], strict: true).Clauses[0].Values;
            if (value is [{ Prefix: SearchPrefix.Eq } one] && char.IsAsciiDigit(text[0])) return (one.Low, one.High);
        }
        catch (FhirException)
        {
            // Refused below, by the name the caller used.
        }
        throw ApiRefusals.BadParameter.With(name);
    }

    /// <param name="most">More is refused by name: who asks for a million is told what there is.</param>
    public static int? Count(string name, string? text, int most)
    {
        if (string.IsNullOrEmpty(text)) return null;
        if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count)) throw ApiRefusals.BadParameter.With(name);
        return count <= most ? count : throw ApiRefusals.TooMany.With(name, most);
    }
}
