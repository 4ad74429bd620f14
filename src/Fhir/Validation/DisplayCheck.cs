namespace Socle.Fhir;

/// <summary>A display that is none of the names of its code is a warning: maybe the code is the wrong one. Case, accents and blanks do not count; of a
/// code whose names nobody knows nothing is said.</summary>
static class DisplayCheck
{
    public static void Judge(FhirNode coding, ITerminology terminology, Findings findings)
    {
        if (coding["display"].Text is not { Length: > 0 } said || coding["system"].Text is not { } system || coding["code"].Text is not { } code) return;
        var names = terminology.Names(system, code);
        if (names.Count == 0 || names.Any(name => FrenchText.Normal(name) == FrenchText.Normal(said))) return;
        findings.Warning("code-invalid", coding["display"].Path, $"« {said} » is no name of the code {system}|{code}, which is « {names.First()} ».");
    }
}
