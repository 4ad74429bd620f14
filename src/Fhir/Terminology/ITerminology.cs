namespace Socle.Fhir;

/// <summary>What somebody knows about codes: the definitions of R4 alone, or what was loaded into a server.</summary>
public interface ITerminology
{
    /// <param name="valueSet">Canonical URL, with or without « |version ».</param>
    /// <param name="system">Null: the code stands alone, any system of the value set will do.</param>
    CodeVerdict InValueSet(string valueSet, string? system, string code);

    CodeVerdict InSystem(string system, string code);

    /// <summary>The code and everything below it; null when the system or its hierarchy is not known.</summary>
    IReadOnlyCollection<string>? Below(string system, string code);

    /// <summary>The code and everything above it; null when the system or its hierarchy is not known.</summary>
    IReadOnlyCollection<string>? Above(string system, string code);

    /// <summary>
    /// The codes of a value set under every address of their system, expired ones included (old resources carry them); null when the value set is
    /// not known, cannot be listed in full, or has more than 10 000 codes.
    /// </summary>
    IReadOnlyCollection<(string System, string Code)>? Expand(string valueSet);

    /// <summary>What people may call a code: its display and its designations in every language; empty when none is known.</summary>
    IReadOnlyCollection<string> Names(string system, string code) => [];
}

/// <summary>Unknown: nothing is known of the value set or system, so that nothing can be held against the code.</summary>
public enum CodeVerdict { Unknown, No, Expired, Yes }
