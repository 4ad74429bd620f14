using System.Globalization;
using Socle.Fhir;

namespace Socle.Directories;

/// <summary>The hours of a HealthcareService or a PractitionerRole: <c>availableTime</c>, closed by <c>notAvailable</c>.</summary>
static class OpeningHoursReader
{
    const string DayNumber = "https://interop.esante.gouv.fr/ig/fhir/ror/StructureDefinition/ror-available-time-number-days-of-week";
    const int Midnight = 24 * 60;

    static readonly Dictionary<string, DayOfWeek> Days = new(StringComparer.Ordinal)
    {
        ["mon"] = DayOfWeek.Monday, ["tue"] = DayOfWeek.Tuesday, ["wed"] = DayOfWeek.Wednesday, ["thu"] = DayOfWeek.Thursday,
        ["fri"] = DayOfWeek.Friday, ["sat"] = DayOfWeek.Saturday, ["sun"] = DayOfWeek.Sunday
    };

    public static OpeningHours Read(FhirNode resource)
    {
        var times = new List<(DayOfWeek, int, int)>();
        foreach (var time in resource.All("availableTime"))
        {
            if (Span(time) is not var (start, end)) continue;
            foreach (var day in DaysOf(time)) times.Add((day, start, end));
        }
        if (times.Count == 0) return OpeningHours.Unknown;
        return OpeningHours.Of(times, resource.All("notAvailable").Select(Closure).OfType<(OpeningHours.Moment, OpeningHours.Moment)>());
    }

    static (int Start, int End)? Span(FhirNode time)
    {
        if (time["allDay"].Text == "true") return (0, Midnight);
        if (Minutes(time["availableStartTime"].Text) is not { } start || Minutes(time["availableEndTime"].Text) is not { } end) return null;
        // 23:59 is how a day is written that has no 24:00; from midnight to midnight is the whole day.
        if (end == Midnight - 1 || end == 0 && start == 0) end = Midnight;
        return (start, end);
    }

    // Without a day it is every day. The ROR numbers them from Monday, one to seven, in an extension.
    static IEnumerable<DayOfWeek> DaysOf(FhirNode time)
    {
        var named = time.All("daysOfWeek").Select(day => day.Text ?? "").Where(Days.ContainsKey).Select(day => Days[day]).ToList();
        foreach (var extension in time.All("extension"))
            if (extension["url"].Text == DayNumber && int.TryParse(extension["valueInteger"].Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                && number is >= 1 and <= 7) named.Add((DayOfWeek)(number % 7));
        return named.Count > 0 || time["daysOfWeek"].Exists ? named : Days.Values;
    }

    static (OpeningHours.Moment, OpeningHours.Moment)? Closure(FhirNode closed)
    {
        var during = closed["during"];
        if (!during.Exists) return null;
        return (Edge(during["start"].Text, atEnd: false) ?? new(DateTime.MinValue, false), Edge(during["end"].Text, atEnd: true) ?? new(DateTime.MaxValue, false));
    }

    // A date alone lasts until midnight, a month until its last day: both are meant whole.
    static OpeningHours.Moment? Edge(string? text, bool atEnd)
    {
        if (text is null) return null;
        foreach (var (format, end) in new (string, Func<DateTime, DateTime>)[]
            { ("yyyy-MM-dd", d => d.AddDays(1)), ("yyyy-MM", d => d.AddMonths(1)), ("yyyy", d => d.AddYears(1)) })
            if (DateTime.TryParseExact(text, format, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return new(atEnd ? end(day) : day, false);
        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? new(moment.UtcDateTime.AddTicks(-(moment.UtcTicks % TimeSpan.TicksPerMinute)), true) : null;
    }

    static int? Minutes(string? text) =>
        text is { Length: >= 5 } && TimeOnly.TryParse(text, CultureInfo.InvariantCulture, out var time) ? (time.Hour * 60) + time.Minute : null;
}
