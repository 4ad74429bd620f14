using System.Globalization;
using Socle.Fhir;

namespace Socle.Identities;

/// <summary>What a person was declared as at birth. A trait that is not known is null, and is never guessed.</summary>
/// <param name="BirthName">As written; compared by <see cref="FrenchText"/>.</param>
/// <param name="FirstName">The first given name of birth, or the whole list: only the first words are compared.</param>
/// <param name="BirthDate">ISO, whole or partial: 1979-03-28, 1979-03, 1979.</param>
/// <param name="Sex">"F", "M" or null.</param>
/// <param name="BirthPlace">The 5 characters of the official geographical code; 99xxx for a foreign country.</param>
public sealed record Traits(string BirthName, string? FirstName, string? BirthDate, string? Sex = null, string? BirthPlace = null)
{
    /// <summary>
    /// The names of the traits that contradict each other, in French; empty when they agree. Birth name and birth date are compared,
    /// then the sex and the first given name when both sides know them. « JEAN-PIERRE » and « Jean Pierre » are the same.
    /// </summary>
    public IReadOnlyList<string> Contradictions(Traits other)
    {
        var found = new List<string>();
        if (Key(BirthName) != Key(other.BirthName)) found.Add("nom de naissance");
        if (!SameDate(BirthDate, other.BirthDate)) found.Add("date de naissance");
        if (Sex is not null && other.Sex is not null && Sex != other.Sex) found.Add("sexe");
        if (FirstName is not null && other.FirstName is not null && !SameFirstName(FirstName, other.FirstName)) found.Add("prénom");
        return found;
    }

    /// <summary>A name as the index keeps it: no diacritics, no case, hyphens and apostrophes are blanks.</summary>
    public static string Key(string? name) => name is null
        ? ""
        : string.Join(' ', FrenchText.Normal(name).Split([' ', '-', '\'', '’', '‐', '.'], StringSplitOptions.RemoveEmptyEntries));

    // RNIV: an incomplete date agrees with a date that it begins; months or days written 00 are unknown.
    static bool SameDate(string? one, string? two)
    {
        if (one is null || two is null) return true;
        var (shorter, longer) = one.Length <= two.Length ? (one, two) : (two, one);
        return longer.StartsWith(shorter, StringComparison.Ordinal);
    }

    // One list may be the first name only, the other the whole list of birth.
    static bool SameFirstName(string one, string two)
    {
        var (a, b) = (Key(one), Key(two));
        return a == b || a.StartsWith(b + " ", StringComparison.Ordinal) || b.StartsWith(a + " ", StringComparison.Ordinal);
    }

    /// <summary>19790328, 197903, 19790000 or 1979-03-28 → the ISO form; null when it is no date.</summary>
    public static string? IsoDate(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        var digits = text.Trim().Replace("-", "", StringComparison.Ordinal);
        if (digits.Length > 8) digits = digits[..8];
        if (digits.Length is not (4 or 6 or 8) || !digits.All(char.IsAsciiDigit)) return null;
        if (digits.Length == 8 && digits.EndsWith("00", StringComparison.Ordinal)) digits = digits[..6];
        if (digits.Length == 6 && digits.EndsWith("00", StringComparison.Ordinal)) digits = digits[..4];
        var iso = digits.Length switch { 4 => digits, 6 => $"{digits[..4]}-{digits[4..]}", _ => $"{digits[..4]}-{digits[4..6]}-{digits[6..]}" };
        return digits.Length < 8 || DateOnly.TryParseExact(iso, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _)
            ? iso
            : null;
    }
}
