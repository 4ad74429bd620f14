using System.Globalization;

namespace Socle.Cda;

/// <summary>What is known of a moment: an HL7 timestamp may stop at the year.</summary>
public enum CdaPrecision { Year, Month, Day, Hour, Minute, Second }

/// <summary>An HL7 timestamp as written, and what it means. A time without offset is the legal time of Paris.</summary>
public sealed record CdaTime
{
    static readonly int[] Lengths = [4, 6, 8, 10, 12, 14];

    CdaTime(string raw, DateTime local, CdaPrecision precision, TimeSpan? offset) =>
        (Raw, Local, Precision, Offset) = (raw, local, precision, offset);

    public string Raw { get; }
    /// <summary>Wall clock time, the unknown parts at their lowest.</summary>
    public DateTime Local { get; }
    public CdaPrecision Precision { get; }
    /// <summary>As written; null when absent or unreadable (some writers drop a digit).</summary>
    public TimeSpan? Offset { get; }

    public DateOnly Date => DateOnly.FromDateTime(Local);
    public DateTimeOffset Instant => new(Local, Offset ?? ParisTime.OffsetAt(Local));

    public static CdaTime? Parse(string? text)
    {
        if (text is null) return null;
        var raw = text.Trim();
        var sign = raw.IndexOfAny(['+', '-']);
        var body = sign < 0 ? raw : raw[..sign];
        var dot = body.IndexOf('.');
        if (dot >= 0 && (dot != 14 || !AllDigits(body[(dot + 1)..]))) return null;
        var digits = dot < 0 ? body : body[..dot];
        var precision = Array.IndexOf(Lengths, digits.Length);
        if (precision < 0 || !AllDigits(digits) || (sign >= 0 && !AllDigits(raw[(sign + 1)..]))) return null;
        return LocalTime(digits) is { } local ? new CdaTime(raw, local, (CdaPrecision)precision, sign < 0 ? null : ReadOffset(raw[sign..], local)) : null;
    }

    /// <summary>FHIR date or dateTime of the same precision (FHIR has no hour alone: minutes are written 00).</summary>
    public string ToFhir() => Precision switch
    {
        CdaPrecision.Year => Local.ToString("yyyy", CultureInfo.InvariantCulture),
        CdaPrecision.Month => Local.ToString("yyyy-MM", CultureInfo.InvariantCulture),
        CdaPrecision.Day => Local.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => Instant.ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture),
    };

    /// <summary>XDS DTM: UTC when the time is known, otherwise as written.</summary>
    public string ToXds() => Precision < CdaPrecision.Hour
        ? Local.ToString("yyyyMMdd"[..Lengths[(int)Precision]], CultureInfo.InvariantCulture)
        : Instant.UtcDateTime.ToString("yyyyMMddHHmmss", CultureInfo.InvariantCulture);

    public override string ToString() => Raw;

    static bool AllDigits(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);

    static DateTime? LocalTime(string digits)
    {
        int Part(int at, int length, int absent) => digits.Length >= at + length ? int.Parse(digits.AsSpan(at, length), CultureInfo.InvariantCulture) : absent;
        var (year, month, day) = (Part(0, 4, 1), Part(4, 2, 1), Part(6, 2, 1));
        var (hour, minute, second) = (Part(8, 2, 0), Part(10, 2, 0), Part(12, 2, 0));
        // 1800: below it is a typing mistake, and an offset could leave the range of dates.
        if (year < 1800 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return null;
        if (hour > 23 || minute > 59 || second > 59) return null;
        return new DateTime(year, month, day, hour, minute, second, DateTimeKind.Unspecified);
    }

    static TimeSpan? ReadOffset(string text, DateTime local)
    {
        if (text.Length != 5 || local.Year > 9998) return null;
        var (hours, minutes) = (int.Parse(text.AsSpan(1, 2), CultureInfo.InvariantCulture), int.Parse(text.AsSpan(3, 2), CultureInfo.InvariantCulture));
        if (hours > 14 || minutes > 59 || (hours == 14 && minutes > 0)) return null;
        var offset = new TimeSpan(hours, minutes, 0);
        return text[0] == '-' ? -offset : offset;
    }
}

/// <summary>From low to high, both included, each may be unknown; a single value stands in both.</summary>
public sealed record CdaPeriod(CdaTime? Low, CdaTime? High);

/// <summary>The legal time of metropolitan France since 1996, computed: the machine's own tables may be missing.</summary>
static class ParisTime
{
    public static TimeSpan OffsetAt(DateTime local)
    {
        // Summer time starts at 2 in the morning of the last Sunday of March and ends at 3 of the last Sunday of October.
        var summer = local >= LastSunday(local.Year, 3).AddHours(2) && local < LastSunday(local.Year, 10).AddHours(3);
        return TimeSpan.FromHours(summer ? 2 : 1);
    }

    static DateTime LastSunday(int year, int month)
    {
        var last = new DateTime(year, month, 31, 0, 0, 0, DateTimeKind.Unspecified);
        return last.AddDays(-(int)last.DayOfWeek);
    }
}
