namespace Socle.Fhir;

/// <summary>Is what is coded of the value set? What nobody knows holds nothing against a code.</summary>
static class BindingCheck
{
    const string Ucum = "http://unitsofmeasure.org";

    public static void Judge(FhirNode node, BindingStrength strength, string valueSet, string? profile, ITerminology terminology, Findings findings)
    {
        var verdict = Verdict(node, valueSet, terminology, out var shown);
        // No code at all is missing only where one must be, of a set that is known; an extension may say why (data-absent-reason).
        if (verdict == CodeVerdict.Unknown) return;
        if (shown is null && (strength != BindingStrength.Required || SaysWhy(node) || terminology.Expand(valueSet) is null)) return;
        if (verdict is CodeVerdict.Yes or CodeVerdict.Unknown) return;
        var of = profile is null ? "" : $" (profile {profile})";
        var expired = verdict == CodeVerdict.Expired;
        var text = shown is null ? $"There is no code of the value set {valueSet}{of}"
            : $"{shown} {(expired ? "has expired" : "is not")} in the value set {valueSet}{of}";
        if (strength == BindingStrength.Required) findings.Error("code-invalid", node.Path, $"{text}, which is required.");
        else findings.Warning("code-invalid", node.Path, $"{text}; use a code of it unless none means the same.");
    }

    public static CodeVerdict Verdict(FhirNode node, string valueSet, ITerminology terminology) => Verdict(node, valueSet, terminology, out _);

    static CodeVerdict Verdict(FhirNode node, string valueSet, ITerminology terminology, out string? shown)
    {
        shown = null;
        switch (node.Type)
        {
            case "CodeableConcept":
                return OfConcept(node, valueSet, terminology, out shown);
            case "Coding" or "Quantity" when node["code"].Text is { } code:
                shown = Show(node["system"].Text, code);
                return terminology.InValueSet(valueSet, node["system"].Text ?? (node.Type == "Quantity" ? Ucum : ""), code);
            case "Coding":
                return CodeVerdict.No;
            // Of a choice (value[x]) a binding is about the types that can be coded.
            case "boolean" or "integer" or "decimal" or "dateTime" or "date" or "time" or "instant":
                return CodeVerdict.Unknown;
            default:
                if (!node.IsPrimitive || node.Text is not { } text) return CodeVerdict.Unknown;
                shown = text;
                return terminology.InValueSet(valueSet, null, text);
        }
    }

    // One coding of the set is enough; the best that can be said of any of them is said of the concept.
    static CodeVerdict OfConcept(FhirNode concept, string valueSet, ITerminology terminology, out string? shown)
    {
        shown = null;
        CodeVerdict? best = null;
        foreach (var coding in concept.All("coding"))
        {
            if (coding["code"].Text is not { } code) continue;
            shown ??= Show(coding["system"].Text, code);
            var verdict = terminology.InValueSet(valueSet, coding["system"].Text ?? "", code);
            if (verdict == CodeVerdict.Yes) return verdict;
            best = best is null || verdict == CodeVerdict.Unknown || (verdict == CodeVerdict.Expired && best == CodeVerdict.No) ? verdict : best;
        }
        return best ?? CodeVerdict.No;
    }

    static bool SaysWhy(FhirNode node) => node["extension"].Exists || node["coding"]["extension"].Exists;

    static string Show(string? system, string code) => system is null ? code : $"{system}|{code}";
}
