using System.Globalization;
using System.Numerics;

namespace Socle.Fhir;

/// <summary>Which of two versions is newer: numbers by their value (10.0 after 9.1, 20240927120000 after 20230101000000), the rest by its letters; then the date.</summary>
static class Versions
{
    public static int Compare((string? Version, string? Date) one, (string? Version, string? Date) other)
    {
        var order = Compare(one.Version, other.Version);
        return order != 0 ? order : string.CompareOrdinal(one.Date, other.Date);
    }

    static int Compare(string? one, string? other)
    {
        if (one is null || other is null) return (one is null ? 0 : 1) - (other is null ? 0 : 1);
        var (left, right) = (one.Split('.', '-'), other.Split('.', '-'));
        for (var i = 0; i < Math.Max(left.Length, right.Length); i++)
        {
            var (a, b) = (left.ElementAtOrDefault(i) ?? "0", right.ElementAtOrDefault(i) ?? "0");
            var order = Number(a) is { } x && Number(b) is { } y ? x.CompareTo(y) : string.CompareOrdinal(a, b);
            if (order != 0) return order;
        }
        return 0;
    }

    static BigInteger? Number(string text) =>
        text.Length <= 40 && BigInteger.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
