namespace Socle.Fhir;

/// <summary>A professional's number: 11 digits, the last one a Luhn key.</summary>
public readonly record struct Rpps
{
    public const string System = "https://rpps.esante.gouv.fr";

    Rpps(string value) => Value = value;

    public string Value { get; }

    public override string ToString() => Value;

    public static bool TryParse(string? text, out Rpps rpps)
    {
        rpps = default;
        if (text is null || Check(text) != IdentifierCheck.Right) return false;
        rpps = new Rpps(text);
        return true;
    }

    public static Rpps Parse(string text) =>
        TryParse(text, out var rpps) ? rpps : throw new FhirException("value", null, "Ce numéro RPPS n’est pas valide.");

    public static IdentifierCheck Check(string text)
    {
        if (text.Length != 11 || !Luhn.AllDigits(text)) return IdentifierCheck.Malformed;
        return Luhn.Holds(text) ? IdentifierCheck.Right : IdentifierCheck.WrongKey;
    }

    /// <summary>Adds the key to 10 digits.</summary>
    public static Rpps FromParts(string first10) => Parse(first10 + Luhn.KeyOf(first10));
}
