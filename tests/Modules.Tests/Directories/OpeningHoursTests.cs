using System.Globalization;
using Socle.Directories;
using Socle.Fhir;

namespace Socle.Modules.Tests.Directories;

/// <summary>When a door is open: cases that people argue about, and any week against an answer found minute by minute.</summary>
public sealed class OpeningHoursTests
{
    static readonly TimeZoneInfo Paris = LocalTime.Zone(0);

    const string Office = """{"daysOfWeek":["mon","tue","wed","thu","fri"],"availableStartTime":"09:00:00","availableEndTime":"12:30:00"}""";
    const string Afternoon = """{"daysOfWeek":["mon","tue","thu","fri"],"availableStartTime":"14:00:00","availableEndTime":"18:30:00"}""";
    const string Night = """{"daysOfWeek":["sat","sun"],"availableStartTime":"20:00:00","availableEndTime":"02:00:00"}""";

    // 2026-11-23 is a Monday; the moments are on the clock of Paris unless they say their offset.
    public static TheoryData<string, string, string, string> Cases => new()
    {
        { $"[{Office},{Afternoon}]", "[]", "2026-11-23T09:00:00+01:00", "open until 2026-11-23T12:30" },
        { $"[{Office},{Afternoon}]", "[]", "2026-11-23T08:59:59+01:00", "closed until 2026-11-23T09:00" },
        { $"[{Office},{Afternoon}]", "[]", "2026-11-23T12:30:00+01:00", "closed until 2026-11-23T14:00" },
        { $"[{Office},{Afternoon}]", "[]", "2026-11-25T15:00:00+01:00", "closed until 2026-11-26T09:00" },
        { $"[{Office},{Afternoon}]", "[]", "2026-11-27T19:00:00+01:00", "closed until 2026-11-30T09:00" },
        { $"[{Night}]", "[]", "2026-11-29T01:59:00+01:00", "open until 2026-11-29T02:00" },
        { $"[{Night}]", "[]", "2026-11-30T01:30:00+01:00", "open until 2026-11-30T02:00" },   // Sunday night goes on into Monday
        { $"[{Night}]", "[]", "2026-11-30T02:00:00+01:00", "closed until 2026-12-05T20:00" },
        { """[{"allDay":true}]""", "[]", "2026-11-29T03:00:00+01:00", "open for good" },
        { """[{"daysOfWeek":["mon"],"availableStartTime":"00:00:00","availableEndTime":"23:59:00"},{"daysOfWeek":["tue"],"availableStartTime":"00:00:00","availableEndTime":"08:00:00"}]""",
            "[]", "2026-11-23T12:00:00+01:00", "open until 2026-11-24T08:00" },
        { $"[{Office}]", """[{"description":"Noël","during":{"start":"2026-11-23","end":"2026-11-24"}}]""", "2026-11-23T10:00:00+01:00", "closed until 2026-11-25T09:00" },
        { $"[{Office}]", """[{"description":"x","during":{"start":"2026-11-23T11:00:00+01:00"}}]""", "2026-11-23T10:00:00+01:00", "open until 2026-11-23T11:00" },
        { $"[{Office}]", """[{"description":"x","during":{"start":"2026-11-23T11:00:00+01:00"}}]""", "2026-11-23T11:00:00+01:00", "closed for good" },
        { $"[{Office}]", """[{"description":"x","during":{"start":"2026-12","end":"2026-12"}}]""", "2026-12-31T23:00:00+01:00", "closed until 2027-01-01T09:00" },
        { $"[{Office}]", """[{"description":"x"}]""", "2026-11-23T10:00:00+01:00", "open until 2026-11-23T12:30" },
        { """[{"extension":[{"url":"https://interop.esante.gouv.fr/ig/fhir/ror/StructureDefinition/ror-available-time-number-days-of-week","valueInteger":7}],"availableStartTime":"10:00:00","availableEndTime":"11:00:00"}]""",
            "[]", "2026-11-29T10:30:00+01:00", "open until 2026-11-29T11:00" },   // the ROR counts Sunday as 7
        { """[{"daysOfWeek":["mon"],"availableStartTime":"10:00:00"}]""", "[]", "2026-11-23T10:30:00+01:00", "unknown" },
        { "[]", "[]", "2026-11-23T10:30:00+01:00", "unknown" },
        // The hour that is not there in spring, and the one that is there twice in autumn.
        { """[{"daysOfWeek":["sun"],"availableStartTime":"01:00:00","availableEndTime":"05:00:00"}]""", "[]", "2026-03-29T03:10:00+02:00", "open until 2026-03-29T05:00" },
        { """[{"daysOfWeek":["sun"],"availableStartTime":"02:00:00","availableEndTime":"03:00:00"}]""", "[]", "2026-10-25T02:30:00+01:00", "open until 2026-10-25T03:00" },
    };

    [Theory, MemberData(nameof(Cases))]
    public void A_door_is_open_or_closed_and_says_until_when(string available, string closed, string at, string expected) =>
        Said(Hours(available, closed).At(DateTimeOffset.Parse(at, CultureInfo.InvariantCulture), Paris)).ShouldBe(expected);

    [Theory]
    [InlineData("97400", "2026-11-23T05:30:00Z", true)]    // 9:30 in La Réunion
    [InlineData("97200", "2026-11-23T05:30:00Z", false)]   // 1:30 in Martinique
    [InlineData("97200", "2026-11-23T14:00:00Z", true)]
    [InlineData("98800", "2026-11-22T22:30:00Z", true)]    // Monday 9:30 in Nouméa, still Sunday in Paris
    [InlineData("97500", "2026-11-23T13:00:00Z", true)]    // 10:00 in Saint-Pierre
    [InlineData("29000", "2026-11-23T05:30:00Z", false)]
    public void The_clock_is_the_one_of_the_place(string postCode, string at, bool open) =>
        Hours($"[{Office}]", "[]").At(DateTimeOffset.Parse(at, CultureInfo.InvariantCulture), LocalTime.Zone(LocalTime.OfPostCode(postCode))).IsOpen.ShouldBe(open);

    [Fact]
    public void Any_week_is_answered_as_if_every_minute_were_looked_at()
    {
        var seed = Seed.Of(5081);
        var random = new Random(seed);
        for (var round = 0; round < 60; round++)
        {
            var times = Enumerable.Range(0, random.Next(1, 5)).Select(_ => ((DayOfWeek)random.Next(7), random.Next(24 * 60), random.Next(24 * 60 + 1))).ToList();
            var origin = new DateTime(2026, 11, 1).AddDays(random.Next(300));
            var closures = Enumerable.Range(0, random.Next(3)).Select(_ =>
            {
                var from = origin.AddMinutes(random.Next(-3_000, 20_000));
                return (From: from, To: from.AddMinutes(random.Next(1, 9_000)));
            }).ToList();
            var hours = OpeningHours.Of(times, closures.Select(c => (new OpeningHours.Moment(c.From, false), new OpeningHours.Moment(c.To, false))));
            OpeningHours.Read(hours.Write()).Write().ShouldBe(hours.Write(), $"seed {seed}, round {round}");
            var kept = OpeningHours.Read(hours.Write());
            var utc = TimeZoneInfo.Utc;
            for (var look = 0; look < 12; look++)
            {
                var at = origin.AddMinutes(random.Next(12_000));
                var state = kept.At(new DateTimeOffset(at, TimeSpan.Zero), utc);
                var why = $"seed {seed}, round {round}: {hours.Write()} at {at:s}";
                state.IsOpen.ShouldBe(Slowly(times, closures, at), why);
                if (!kept.IsKnown) continue;
                DateTime? change = null;
                for (var minute = 1; minute <= 8 * 24 * 60 && change is null; minute++)
                    if (Slowly(times, closures, at.AddMinutes(minute)) != state.IsOpen) change = at.AddMinutes(minute);
                if (change is not null || state.Changes <= at.AddDays(8)) state.Changes.ShouldBe(change, why);
            }
        }
    }

    // What is written on the door, read by somebody who stands in front of it.
    static bool Slowly(List<(DayOfWeek Day, int Start, int End)> times, List<(DateTime From, DateTime To)> closures, DateTime at)
    {
        if (closures.Any(c => at >= c.From && at < c.To)) return false;
        foreach (var (day, start, end) in times)
            for (var back = 0; back <= 1; back++)
            {
                var began = at.Date.AddDays(-back);
                if (began.DayOfWeek != day || start == end) continue;
                var closes = end > start ? began.AddMinutes(end) : began.AddDays(1).AddMinutes(end);
                if (at >= began.AddMinutes(start) && at < closes) return true;
            }
        return false;
    }

    static OpeningHours Hours(string available, string closed)
    {
        using var service = FhirDocument.Parse(System.Text.Encoding.UTF8.GetBytes($$"""{"resourceType":"HealthcareService","availableTime":{{available}},"notAvailable":{{closed}}}"""
            .Replace("\"availableTime\":[],", "", StringComparison.Ordinal).Replace(",\"notAvailable\":[]", "", StringComparison.Ordinal)));
        return OpeningHours.Read(OpeningHoursReader.Read(service.Root).Write());
    }

    static string Said(OpenState state) => !state.Known ? "unknown"
        : (state.IsOpen ? "open" : "closed") + (state.Changes is { } at ? $" until {at:yyyy-MM-ddTHH:mm}" : " for good");
}
