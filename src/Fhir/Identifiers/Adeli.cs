namespace Socle.Fhir;

/// <summary>A professional's number before RPPS: department, then 7 digits. Its key has no published rule, so only the structure is
/// checked.</summary>
public readonly record struct Adeli
{
    Adeli(string value) => Value = value;

    public string Value { get; }

    public override string ToString() => Value;

    public static bool TryParse(string? text, out Adeli adeli)
    {
        adeli = default;
        if (text is null || Check(text) != IdentifierCheck.Right) return false;
        adeli = new Adeli(text);
        return true;
    }

    public static Adeli Parse(string text) =>
        TryParse(text, out var adeli) ? adeli : throw new FhirException("value", null, "Ce numéro ADELI n’est pas valide.");

    public static IdentifierCheck Check(string text) =>
        text.Length == 9 && Luhn.DepartmentThenDigits(text) ? IdentifierCheck.Right : IdentifierCheck.Malformed;
}
