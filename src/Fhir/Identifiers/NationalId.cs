namespace Socle.Fhir;

/// <summary>What follows the first character of a professional's national identifier (idNat_PS).</summary>
public enum NationalIdKind { Adeli = 0, AdeliOffice = 1, Finess = 3, Siren = 4, Siret = 5, RppsOffice = 6, Rpps = 8 }

/// <summary>idNat_PS: one digit that says the kind, then the number; employees of an office or a structure add /internal number.</summary>
public readonly record struct NationalId
{
    public const string System = "urn:oid:1.2.250.1.71.4.2.1";

    const int RppsLength = 11;

    NationalId(NationalIdKind kind, string number, string? @internal) => (Kind, Number, Internal) = (kind, number, @internal);

    public NationalIdKind Kind { get; }

    public string Number { get; }

    /// <summary>What stands after the slash; null when there is none.</summary>
    public string? Internal { get; }

    /// <summary>
    /// Whose office an employee belongs to: the number of an office of RPPS is the RPPS of its holder and a rank. Null: no RPPS stands in the number.
    /// </summary>
    public Rpps? Holder =>
        Kind == NationalIdKind.Rpps && Rpps.TryParse(Number, out var own) ? own
        : Kind == NationalIdKind.RppsOffice && Number.Length >= RppsLength && Rpps.TryParse(Number[..RppsLength], out var holder) ? holder : null;

    public string Value => $"{(int)Kind}{Number}{(Internal is null ? "" : "/" + Internal)}";

    public override string ToString() => Value;

    public static NationalId Of(Rpps rpps) => new(NationalIdKind.Rpps, rpps.Value, null);

    public static bool TryParse(string? text, out NationalId id)
    {
        id = default;
        if (text is null || Check(text) == IdentifierCheck.Malformed) return false;
        id = Split(text);
        return Check(text) == IdentifierCheck.Right;
    }

    public static NationalId Parse(string text) =>
        TryParse(text, out var id) ? id : throw new FhirException("value", null,
            "Cet identifiant national de professionnel n’est pas valide.");

    public static IdentifierCheck Check(string text)
    {
        if (text.Length is < 2 or > 64 || text[0] is not ('0' or '1' or '3' or '4' or '5' or '6' or '8')) return IdentifierCheck.Malformed;
        var id = Split(text);
        if (id.Internal is { } code && (code.Length == 0 || !code.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.' or '_' or '/')))
            return IdentifierCheck.Malformed;
        return id.Kind switch
        {
            NationalIdKind.Rpps when id.Internal is null => Rpps.Check(id.Number),
            NationalIdKind.Adeli when id.Internal is null => Adeli.Check(id.Number),
            NationalIdKind.Rpps or NationalIdKind.Adeli => IdentifierCheck.Malformed,
            NationalIdKind.Finess => Finess.Check(id.Number),
            NationalIdKind.Siren => Digits(id.Number, 9),
            NationalIdKind.Siret => Digits(id.Number, 14),
            _ => id.Number.Length > 0 && id.Number.All(char.IsAsciiLetterOrDigit) ? IdentifierCheck.Right : IdentifierCheck.Malformed,
        };
    }

    internal static IdentifierCheck Digits(string number, int length)
    {
        if (number.Length != length || !Luhn.AllDigits(number)) return IdentifierCheck.Malformed;
        return Luhn.Holds(number) ? IdentifierCheck.Right : IdentifierCheck.WrongKey;
    }

    static NationalId Split(string text)
    {
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        return slash < 0
            ? new((NationalIdKind)(text[0] - '0'), text[1..], null)
            : new((NationalIdKind)(text[0] - '0'), text[1..slash], text[(slash + 1)..]);
    }
}
