using System.Globalization;
using System.Text;

namespace Socle.Directories;

/// <summary>
/// The week of a place, as the people who go there read it on its door: times are those of the wall clock. Exceptions (holidays, leave) close
/// it whatever the week says. A time that ends before it starts ends the next day.
/// </summary>
sealed class OpeningHours
{
    const int Day = 24 * 60, Week = 7 * Day;
    const int WeeksLookedAt = 3;   // the week before, whose last night may go on, this one and the next

    readonly (int Start, int Length)[] week;
    readonly (Moment From, Moment To)[] closures;

    OpeningHours((int, int)[] week, (Moment, Moment)[] closures) => (this.week, this.closures) = (week, closures);

    public static readonly OpeningHours Unknown = new([], []);

    public bool IsKnown => week.Length > 0;

    /// <summary>A moment as it was written: on the clock of the place, or with its offset.</summary>
    internal readonly record struct Moment(DateTime Value, bool IsUtc)
    {
        public DateTime On(TimeZoneInfo zone) =>
            !IsUtc || Value == DateTime.MinValue || Value == DateTime.MaxValue ? Value : TimeZoneInfo.ConvertTimeFromUtc(DateTime.SpecifyKind(Value, DateTimeKind.Utc), zone);
    }

    public static OpeningHours Of(IEnumerable<(DayOfWeek Day, int Start, int End)> times, IEnumerable<(Moment From, Moment To)>? closures = null) =>
        new([.. times.Where(t => t.Start is >= 0 and < Day && t.End is >= 0 and <= Day && t.Start != t.End)
                .Select(t => ((Monday(t.Day) * Day) + t.Start, t.End > t.Start ? t.End - t.Start : t.End + Day - t.Start)).Distinct().Order()],
            [.. (closures ?? []).Where(c => c.From.Value < c.To.Value).Distinct().OrderBy(c => c.From.Value)]);

    /// <summary>The clock of a zone, without its seconds.</summary>
    public static DateTime Local(DateTimeOffset moment, TimeZoneInfo zone)
    {
        var now = TimeZoneInfo.ConvertTime(moment, zone).DateTime;
        return now.AddTicks(-(now.Ticks % TimeSpan.TicksPerMinute));
    }

    public bool IsOpen(DateTime local, TimeZoneInfo zone) => IsKnown && IsOpen(local, closures.Length == 0 ? [] : Shut(local, zone));

    public OpenState At(DateTimeOffset moment, TimeZoneInfo zone)
    {
        if (!IsKnown) return OpenState.Unknown;
        var now = Local(moment, zone);
        var shut = Shut(now, zone);
        var open = IsOpen(now, shut);
        var change = Edges(now, shut).Where(edge => edge > now).Order().Cast<DateTime?>().FirstOrDefault(edge => IsOpen(edge!.Value, shut) != open);
        return new(true, open, change);
    }

    (DateTime From, DateTime To)[] Shut(DateTime now, TimeZoneInfo zone) =>
        [.. closures.Select(c => (c.From.On(zone), c.To.On(zone))).Where(c => c.Item2 > now.AddDays(-1))];

    bool IsOpen(DateTime at, (DateTime From, DateTime To)[] shut)
    {
        foreach (var (from, to) in shut)
            if (at >= from && at < to) return false;
        var minute = (Monday(at.DayOfWeek) * Day) + (at.Hour * 60) + at.Minute;
        foreach (var (start, length) in week)
        {
            if (minute >= start && minute < start + length) return true;
            if (minute + Week >= start && minute + Week < start + length) return true;   // Sunday night goes on into Monday
        }
        return false;
    }

    // Whenever the answer may change: what a week makes of today, and of the day a closure ends.
    IEnumerable<DateTime> Edges(DateTime now, (DateTime From, DateTime To)[] shut)
    {
        foreach (var (from, to) in shut)
        {
            yield return from;
            if (to < DateTime.MaxValue) yield return to;
        }
        foreach (var origin in shut.Select(c => c.To).Where(to => to > now && to < DateTime.MaxValue.AddDays(-60)).Prepend(now))
        {
            var monday = origin.Date.AddDays(-Monday(origin.DayOfWeek) - 7);
            for (var weeks = 0; weeks < WeeksLookedAt; weeks++)
                foreach (var (start, length) in week)
                {
                    yield return monday.AddMinutes((weeks * Week) + start);
                    yield return monday.AddMinutes((weeks * Week) + start + length);
                }
        }
    }

    static int Monday(DayOfWeek day) => ((int)day + 6) % 7;

    /// <summary>Minutes since Monday and how long: « 480+240 1200+360|2026-12-24T00:00/2026-12-27T00:00 ». The same hours have the same text. Empty when nothing is known.</summary>
    public string Write()
    {
        if (!IsKnown) return "";
        var text = new StringBuilder();
        foreach (var (start, length) in week)
        {
            if (text.Length > 0) text.Append(' ');
            text.Append(CultureInfo.InvariantCulture, $"{start}+{length}");
        }
        if (closures.Length == 0) return text.ToString();
        return text.Append('|').AppendJoin(' ', closures.Select(c => $"{Written(c.From)}/{Written(c.To)}")).ToString();
    }

    public static OpeningHours Read(string text)
    {
        if (text.Length == 0) return Unknown;
        var halves = text.Split('|');
        return new(
            [.. halves[0].Split(' ').Select(one => one.Split('+')).Select(p => (Number(p[0]), Number(p[1])))],
            halves.Length < 2 ? [] : [.. halves[1].Split(' ').Select(one => one.Split('/')).Select(p => (Read(p[0], DateTime.MinValue), Read(p[1], DateTime.MaxValue)))]);
    }

    static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    static string Written(Moment moment) => moment.Value == DateTime.MinValue || moment.Value == DateTime.MaxValue ? ""
        : moment.Value.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture) + (moment.IsUtc ? "Z" : "");

    static Moment Read(string text, DateTime open) => text.Length == 0 ? new(open, false)
        : new(DateTime.ParseExact(text.TrimEnd('Z'), "yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture), text.EndsWith('Z'));
}
