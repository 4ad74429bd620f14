namespace Socle.Fhir;

/// <summary>The formats of date, dateTime, instant and time over UTF-8 digits; days that the calendar does not have are refused.</summary>
static class Dates
{
    const int MaxLength = 40;

    public static bool IsDate(ReadOnlySpan<byte> text) => text.Length switch
    {
        4 => Year(text) > 0,
        7 => Year(text) > 0 && text[4] == '-' && Two(text[5..]) is >= 1 and <= 12,
        10 => IsDay(text),
        _ => false
    };

    public static bool IsDateTime(ReadOnlySpan<byte> text) => text.Length <= 10 ? IsDate(text) : IsInstant(text);

    public static bool IsInstant(ReadOnlySpan<byte> text)
    {
        if (text.Length is < 20 or > MaxLength || text[10] != 'T' || !IsDay(text[..10])) return false;
        var zone = text[^1] == 'Z' ? 1 : 6;
        var time = text[11..^zone];
        return IsTime(time) && (zone == 1 || IsOffset(text[^6..]));
    }

    public static bool IsTime(ReadOnlySpan<byte> text)
    {
        if (text.Length is < 8 or > MaxLength || text[2] != ':' || text[5] != ':') return false;
        // Second 60: a leap second may be written.
        if (Two(text) is not (>= 0 and <= 23) || Two(text[3..]) is not (>= 0 and <= 59)) return false;
        if (Two(text[6..]) is not (>= 0 and <= 60)) return false;
        if (text.Length == 8) return true;
        return text[8] == '.' && text.Length > 9 && text[9..].IndexOfAnyExceptInRange((byte)'0', (byte)'9') < 0;
    }

    static bool IsOffset(ReadOnlySpan<byte> text) =>
        text[0] is (byte)'+' or (byte)'-' && text[3] == ':'
        && Two(text[1..]) is var hours and >= 0 and <= 14 && Two(text[4..]) is var minutes and >= 0 and <= 59
        && (hours < 14 || minutes == 0);

    static bool IsDay(ReadOnlySpan<byte> text)
    {
        var (year, month, day) = (Year(text), Two(text[5..]), Two(text[8..]));
        return year > 0 && text[4] == '-' && text[7] == '-' && month is >= 1 and <= 12
            && day >= 1 && day <= DateTime.DaysInMonth(year, month);
    }

    static int Year(ReadOnlySpan<byte> text) =>
        Two(text) is var high and >= 0 && Two(text[2..]) is var low and >= 0 ? high * 100 + low : -1;

    static int Two(ReadOnlySpan<byte> text) =>
        text[0] is >= (byte)'0' and <= (byte)'9' && text[1] is >= (byte)'0' and <= (byte)'9' ? (text[0] - '0') * 10 + text[1] - '0' : -1;
}
