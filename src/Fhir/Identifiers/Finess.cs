namespace Socle.Fhir;

/// <summary>An establishment's or a legal entity's number: 9 characters, department first (2A and 2B too), a Luhn key last.</summary>
public readonly record struct Finess
{
    public const string System = "https://finess.esante.gouv.fr";

    Finess(string value) => Value = value;

    public string Value { get; }

    public override string ToString() => Value;

    public static bool TryParse(string? text, out Finess finess)
    {
        finess = default;
        if (text is null || Check(text) != IdentifierCheck.Right) return false;
        finess = new Finess(text);
        return true;
    }

    public static Finess Parse(string text) =>
        TryParse(text, out var finess) ? finess : throw new FhirException("value", null, "Ce numéro FINESS n’est pas valide.");

    public static IdentifierCheck Check(string text)
    {
        if (text.Length != 9 || !Luhn.DepartmentThenDigits(text)) return IdentifierCheck.Malformed;
        return Luhn.Holds(text) ? IdentifierCheck.Right : IdentifierCheck.WrongKey;
    }

    /// <summary>Adds the key to 8 characters.</summary>
    public static Finess FromParts(string first8) => Parse(first8 + Luhn.KeyOf(first8));
}
