namespace Socle.Fhir;

public enum IdentifierCheck { Right, WrongKey, Malformed }

static class Luhn
{
    /// <summary>The key is the last character. A Corsican letter counts as A = 1, B = 2, or as 0: no published rule decides, both are let
    /// in.</summary>
    public static bool Holds(ReadOnlySpan<char> text) =>
        Holds(text, 1, 2) || text.IndexOfAny('A', 'B') >= 0 && Holds(text, 0, 0);

    static bool Holds(ReadOnlySpan<char> text, int a, int b)
    {
        var sum = 0;
        for (var i = 0; i < text.Length; i++)
        {
            var digit = text[^(i + 1)] switch { 'A' => a, 'B' => b, var c => c - '0' };
            if (i % 2 == 1) digit = digit > 4 ? digit * 2 - 9 : digit * 2;
            sum += digit;
        }
        return sum % 10 == 0;
    }

    public static char KeyOf(ReadOnlySpan<char> withoutKey)
    {
        Span<char> whole = stackalloc char[withoutKey.Length + 1];
        withoutKey.CopyTo(whole);
        for (var key = '0'; key < '9'; key++)
        {
            whole[^1] = key;
            if (Holds(whole, 1, 2)) return key;
        }
        return '9';
    }

    public static bool AllDigits(ReadOnlySpan<char> text) => text.IndexOfAnyExceptInRange('0', '9') < 0;

    /// <summary>A department in front, as FINESS and ADELI numbers have it: two digits, 2A or 2B; then digits only.</summary>
    public static bool DepartmentThenDigits(ReadOnlySpan<char> text) =>
        char.IsAsciiDigit(text[0]) && (char.IsAsciiDigit(text[1]) || text[0] == '2' && text[1] is 'A' or 'B') && AllDigits(text[2..]);
}
