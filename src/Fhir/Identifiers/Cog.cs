namespace Socle.Fhir;

/// <summary>Codes of the official geographical code (INSEE): a commune, or 99 and a foreign country.</summary>
public static class Cog
{
    /// <summary>Five characters: a department (two digits, 2A, 2B) and three digits.</summary>
    public static bool IsValid(string? code) => code is { Length: 5 } && char.IsAsciiDigit(code[0])
        && (char.IsAsciiDigit(code[1]) || code[0] == '2' && code[1] is 'A' or 'B') && code.AsSpan(2).IndexOfAnyExceptInRange('0', '9') < 0
        && !code.StartsWith("00", StringComparison.Ordinal);

    public static bool IsAbroad(string? code) => IsValid(code) && code!.StartsWith("99", StringComparison.Ordinal);

    /// <summary>
    /// The same place. Corsica was the department 20 until 1975 and is 2A and 2B since; its communes kept their three digits, and a person's
    /// place of birth is written in either way.
    /// </summary>
    public static bool IsSame(string one, string other) => one == other || IsValid(one) && IsValid(other) && one.AsSpan(2).SequenceEqual(other.AsSpan(2))
        && (one[..2], other[..2]) is ("20", "2A" or "2B") or ("2A" or "2B", "20");
}
