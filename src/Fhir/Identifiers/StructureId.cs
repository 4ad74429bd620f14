namespace Socle.Fhir;

/// <summary>What follows the first character of a structure's national identifier (idNat_Struct).</summary>
public enum StructureIdKind { AdeliOffice = 0, Finess = 1, Siren = 2, Siret = 3, RppsRank = 4 }

/// <summary>idNat_Struct: one digit that says the kind, then the number.</summary>
public readonly record struct StructureId
{
    public const string System = "urn:oid:1.2.250.1.71.4.2.2";

    StructureId(StructureIdKind kind, string number) => (Kind, Number) = (kind, number);

    public StructureIdKind Kind { get; }

    public string Number { get; }

    public string Value => $"{(int)Kind}{Number}";

    public override string ToString() => Value;

    public static StructureId Of(Finess finess) => new(StructureIdKind.Finess, finess.Value);

    public static bool TryParse(string? text, out StructureId id)
    {
        id = default;
        if (text is null || Check(text) != IdentifierCheck.Right) return false;
        id = new((StructureIdKind)(text[0] - '0'), text[1..]);
        return true;
    }

    public static StructureId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FhirException("value", null, "Cet identifiant national de structure n’est pas valide.");

    public static IdentifierCheck Check(string text)
    {
        if (text.Length is < 2 or > 32 || text[0] is < '0' or > '4') return IdentifierCheck.Malformed;
        var number = text[1..];
        return (StructureIdKind)(text[0] - '0') switch
        {
            StructureIdKind.Finess => Finess.Check(number),
            StructureIdKind.Siren => NationalId.Digits(number, 9),
            StructureIdKind.Siret => NationalId.Digits(number, 14),
            StructureIdKind.RppsRank => RppsAndRank(number),
            _ => number.All(char.IsAsciiLetterOrDigit) ? IdentifierCheck.Right : IdentifierCheck.Malformed,
        };
    }

    // The RPPS number of the office's professional and its rank, two or three digits, with or without a dash.
    static IdentifierCheck RppsAndRank(string number)
    {
        var digits = number.Replace("-", "", StringComparison.Ordinal);
        if (digits.Length is < 12 or > 14 || !Luhn.AllDigits(digits)) return IdentifierCheck.Malformed;
        return Rpps.Check(digits[..11]);
    }
}
