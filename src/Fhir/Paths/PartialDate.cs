using System.Globalization;
using System.Text;

namespace Socle.Fhir;

enum DatePrecision : byte { Year, Month, Day, Hour, Minute, Second }

/// <summary>A date, date and time, or time of day known to some precision. Seconds and their fraction are one precision.</summary>
readonly record struct PartialDate
{
    const long Second = 1_000_000, Minute = 60 * Second, Hour = 60 * Minute, Day = 24 * Hour;

    public int Year { get; init; }
    public int Month { get; init; }
    public int DayOfMonth { get; init; }
    public int Hours { get; init; }
    public int Minutes { get; init; }
    /// <summary>Seconds and fraction, microseconds.</summary>
    public long Micros { get; init; }
    public int FractionDigits { get; init; }
    public DatePrecision Precision { get; init; }
    /// <summary>Minutes east of UTC; null when none is written.</summary>
    public int? Offset { get; init; }

    public static bool TryParse(string? text, out PartialDate date)
    {
        date = default;
        if (text is null || text.Length is < 4 or > 40) return false;
        Span<byte> bytes = stackalloc byte[text.Length];
        return Encoding.ASCII.TryGetBytes(text, bytes, out var count) && TryParse(bytes[..count], out date);
    }

    public static bool TryParse(ReadOnlySpan<byte> text, out PartialDate date)
    {
        date = default;
        if (!Digits(text, 0, 4, out var year) || year == 0) return false;
        date = new PartialDate { Year = year, Month = 1, DayOfMonth = 1 };
        if (text.Length == 4) return true;
        if (text[4] == 'T') return text.Length == 5;
        if (text[4] != '-' || !Digits(text, 5, 2, out var month) || month is < 1 or > 12) return false;
        date = date with { Month = month, Precision = DatePrecision.Month };
        if (text.Length == 7) return true;
        if (text[7] == 'T') return text.Length == 8;
        if (text[7] != '-' || !Digits(text, 8, 2, out var day) || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        date = date with { DayOfMonth = day, Precision = DatePrecision.Day };
        if (text.Length == 10) return true;
        if (text[10] is not ((byte)'T' or (byte)' ')) return false;
        return text.Length == 11 || TryTime(text[11..], ref date, zone: true);
    }

    public static bool TryParseTime(string? text, out PartialDate time)
    {
        time = new PartialDate { Year = 1970, Month = 1, DayOfMonth = 1 };
        if (text is null || text.Length is < 2 or > 30) return false;
        Span<byte> bytes = stackalloc byte[text.Length];
        return Encoding.ASCII.TryGetBytes(text, bytes, out var count) && TryTime(bytes[..count], ref time, zone: false);
    }

    static bool TryTime(ReadOnlySpan<byte> text, ref PartialDate date, bool zone)
    {
        if (!Digits(text, 0, 2, out var hours) || hours > 24) return false;
        var (at, minutes, micros, digits, precision) = (2, 0, 0L, 0, DatePrecision.Hour);
        if (at < text.Length && text[at] == ':')
        {
            if (!Digits(text, at + 1, 2, out minutes) || minutes > 59) return false;
            (at, precision) = (at + 3, DatePrecision.Minute);
        }
        if (at < text.Length && text[at] == ':' && precision == DatePrecision.Minute)
        {
            if (!Digits(text, at + 1, 2, out var seconds) || seconds > 60) return false;
            micros = Math.Min(seconds, 59) * Second;
            (at, precision) = (at + 3, DatePrecision.Second);
            if (at < text.Length && text[at] == '.' && !Fraction(text, ref at, ref micros, out digits)) return false;
        }
        if (hours == 24 && (minutes != 0 || micros != 0)) return false;
        int? offset = null;
        if (at < text.Length && zone && !Zone(text, ref at, out offset)) return false;
        date = date with { Hours = hours, Minutes = minutes, Micros = micros, FractionDigits = digits, Precision = precision,
            Offset = offset };
        return at == text.Length;
    }

    static bool Fraction(ReadOnlySpan<byte> text, ref int at, ref long micros, out int digits)
    {
        digits = 0;
        for (at++; at < text.Length && text[at] is >= (byte)'0' and <= (byte)'9'; at++, digits++)
            if (digits < 6) micros += (text[at] - '0') * Power(5 - digits);
        return digits > 0;
    }

    static bool Zone(ReadOnlySpan<byte> text, ref int at, out int? offset)
    {
        offset = null;
        if (text[at] == 'Z')
        {
            (at, offset) = (at + 1, 0);
            return true;
        }
        // A plus sign in a URL that nobody encoded arrives as a blank.
        var sign = text[at] switch { (byte)'+' or (byte)' ' => 1, (byte)'-' => -1, _ => 0 };
        if (sign == 0 || !Digits(text, at + 1, 2, out var hours) || text.Length < at + 6 || text[at + 3] != ':'
            || !Digits(text, at + 4, 2, out var minutes))
            return false;
        if (hours > 14 || minutes > 59) return false;
        (at, offset) = (at + 6, sign * (hours * 60 + minutes));
        return true;
    }

    static bool Digits(ReadOnlySpan<byte> text, int at, int count, out int value)
    {
        value = 0;
        if (at + count > text.Length) return false;
        for (var i = at; i < at + count; i++)
        {
            if (text[i] is < (byte)'0' or > (byte)'9') return false;
            value = value * 10 + text[i] - '0';
        }
        return true;
    }

    static long Power(int exponent) => exponent switch { <= 0 => 1, 1 => 10, 2 => 100, 3 => 1_000, 4 => 10_000, 5 => 100_000, _ => Second };

    /// <summary>The first instant meant, UTC microseconds since 1970; no written offset counts as UTC.</summary>
    public long Low => Days(Year, Month, DayOfMonth) * Day + Hours * Hour + Minutes * Minute + Micros - (Offset ?? 0) * Minute;

    /// <summary>The first instant no longer meant.</summary>
    public long High => Precision switch
    {
        DatePrecision.Year => Days(Year + 1, 1, 1) * Day,
        DatePrecision.Month => Days(Month == 12 ? Year + 1 : Year, Month == 12 ? 1 : Month + 1, 1) * Day,
        DatePrecision.Day => Low + Day,
        DatePrecision.Hour => Low + Hour,
        DatePrecision.Minute => Low + Minute,
        _ => Low + Power(6 - FractionDigits),
    };

    // Days since 1970-01-01 in the proleptic Gregorian calendar; years run from March.
    static long Days(int year, int month, int day)
    {
        var y = month <= 2 ? year - 1 : year;
        var era = y / 400;
        var ofEra = y - era * 400;
        var ofYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
        return era * 146_097L + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468;
    }

    /// <summary>Negative, zero or positive; null when the precisions leave it open.</summary>
    public int? CompareTo(PartialDate other)
    {
        if (Offset is not null && other.Offset is not null && Offset != other.Offset && Precision >= DatePrecision.Hour
            && other.Precision >= DatePrecision.Hour)
            return InUtc().CompareTo(other.InUtc());
        if (Offset is null != other.Offset is null && Precision >= DatePrecision.Hour && other.Precision >= DatePrecision.Hour
            && Math.Abs(Low - other.Low) <= 14 * Hour) return null;
        var shared = Precision < other.Precision ? Precision : other.Precision;
        for (var p = DatePrecision.Year; p <= shared; p++)
        {
            var order = Part(p).CompareTo(other.Part(p));
            if (order != 0) return order;
        }
        return Precision == other.Precision ? 0 : null;
    }

    long Part(DatePrecision precision) => precision switch
    {
        DatePrecision.Year => Year,
        DatePrecision.Month => Month,
        DatePrecision.Day => DayOfMonth,
        DatePrecision.Hour => Hours,
        DatePrecision.Minute => Minutes,
        _ => Micros,
    };

    PartialDate InUtc()
    {
        var shifted = Clock().AddMinutes(-(Offset ?? 0));
        return this with { Year = shifted.Year, Month = shifted.Month, DayOfMonth = shifted.Day, Hours = shifted.Hour,
            Minutes = shifted.Minute, Offset = 0 };
    }

    DateTime Clock()
    {
        var start = new DateTime(Year, Month, DayOfMonth, 0, 0, 0, DateTimeKind.Unspecified);
        return start.AddHours(Hours).AddMinutes(Minutes).AddTicks(Micros * 10);
    }

    public static PartialDate Of(DateTimeOffset moment) => new()
    {
        Year = moment.Year, Month = moment.Month, DayOfMonth = moment.Day, Hours = moment.Hour, Minutes = moment.Minute,
        Micros = moment.Second * Second + moment.Millisecond * 1000L, FractionDigits = 3, Precision = DatePrecision.Second,
        Offset = (int)moment.Offset.TotalMinutes,
    };

    /// <summary>Adds calendar years and months or exact time; null when out of the calendar.</summary>
    public PartialDate? Add(int months, long micros)
    {
        try
        {
            var moved = Clock().AddMonths(months).AddTicks(micros * 10);
            return this with
            {
                Year = moved.Year, Month = moved.Month, DayOfMonth = moved.Day, Hours = moved.Hour, Minutes = moved.Minute,
                Micros = moved.Second * Second + moved.Ticks / 10 % Second,
            };
        }
        catch (ArgumentOutOfRangeException)
        {
            return null;
        }
    }

    public string DateText(DatePrecision precision) => precision switch
    {
        DatePrecision.Year => Year.ToString("0000", CultureInfo.InvariantCulture),
        DatePrecision.Month => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-{Month:00}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Year:0000}-{Month:00}-{DayOfMonth:00}"),
    };

    public string TimeText()
    {
        var text = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{Hours:00}");
        if (Precision >= DatePrecision.Minute) text.Append(CultureInfo.InvariantCulture, $":{Minutes:00}");
        if (Precision >= DatePrecision.Second) text.Append(CultureInfo.InvariantCulture, $":{Micros / Second:00}");
        if (FractionDigits > 0)
            text.Append('.').Append((Micros % Second).ToString("000000", CultureInfo.InvariantCulture).AsSpan(0, Math.Min(FractionDigits,
                6)));
        return text.ToString();
    }

    /// <summary>As FHIR writes a dateTime.</summary>
    public override string ToString()
    {
        if (Precision <= DatePrecision.Day) return DateText(Precision);
        return DateText(DatePrecision.Day) + "T" + TimeText() + ZoneText();
    }

    string ZoneText() => Offset switch
    {
        null => "",
        0 => "Z",
        { } o => string.Create(CultureInfo.InvariantCulture, $"{(o < 0 ? '-' : '+')}{Math.Abs(o) / 60:00}:{Math.Abs(o) % 60:00}"),
    };
}
