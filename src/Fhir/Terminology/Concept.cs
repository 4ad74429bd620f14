namespace Socle.Fhir;

/// <summary>One code of a code system with what is said of it.</summary>
public sealed class Concept(string code)
{
    public string Code => code;
    public string? Display { get; init; }
    public string? Definition { get; init; }

    /// <summary>Codes it is a kind of.</summary>
    public IReadOnlyList<string> Parents { get; internal set; } = [];

    public IReadOnlyList<string> Children { get; internal set; } = [];
    public IReadOnlyList<Designation> Designations { get; init; } = [];
    public IReadOnlyList<ConceptProperty> Properties { get; init; } = [];

    /// <summary>Out of use, from always.</summary>
    public bool Inactive { get; init; }

    /// <summary>A heading that is not to be chosen.</summary>
    public bool Abstract { get; init; }

    public Validity Validity { get; init; }

    /// <summary>The code to be used in its stead.</summary>
    public string? ReplacedBy { get; init; }

    public bool IsExpired(DateTimeOffset at) => Inactive || Validity.IsOver(at);

    /// <summary>What people read in a language (« fr », « fr-FR »); the display without one.</summary>
    public string? DisplayIn(string? language) => Designation.In(Designations, language) ?? Display;
}

/// <param name="Use">The JSON of a Coding.</param>
public sealed record Designation(string? Language, ReadOnlyMemory<byte> Use, string Value)
{
    internal static string? In(IReadOnlyList<Designation> all, string? language) => language is null
        ? null
        : all.FirstOrDefault(d => d.Language is { } its && its.Equals(language, StringComparison.OrdinalIgnoreCase))?.Value
            ?? all.FirstOrDefault(d => d.Language is { } its && its.Split('-')[0].Equals(language.Split('-', ',', ';')[0], StringComparison.OrdinalIgnoreCase))?.Value;
}

/// <param name="Name">valueCode, valueString, valueBoolean…</param>
/// <param name="Text">A primitive's text, the code of a Coding.</param>
/// <param name="Json">The value as it is written.</param>
public sealed record ConceptProperty(string Code, string Name, string Text, ReadOnlyMemory<byte> Json);

/// <summary>From when until when a code may be used; null is open. The last moment is not in it.</summary>
public readonly record struct Validity(DateTimeOffset? From, DateTimeOffset? Until)
{
    public bool IsOver(DateTimeOffset at) => Until <= at;
    public bool HasBegun(DateTimeOffset at) => From is null || From <= at;

    /// <summary>« 20240630120000 » of the nomenclature, or a date of FHIR; null for anything else. UTC when no zone is written.</summary>
    public static DateTimeOffset? Moment(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        text = text.Trim();
        if (text.All(char.IsAsciiDigit) && text.Length is 8 or 12 or 14)
            text = text.Length == 8 ? $"{text[..4]}-{text[4..6]}-{text[6..8]}" : $"{text[..4]}-{text[4..6]}-{text[6..8]}T{text[8..10]}:{text[10..12]}:{(text.Length == 14 ? text[12..14] : "00")}";
        else if (text.Length == 4 && text.All(char.IsAsciiDigit)) text += "-01-01";
        else if (text.Length == 7) text += "-01";
        return DateTimeOffset.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, System.Globalization.DateTimeStyles.AssumeUniversal, out var moment) ? moment : null;
    }
}
