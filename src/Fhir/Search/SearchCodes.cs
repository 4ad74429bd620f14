namespace Socle.Fhir;

/// <summary>:in, :not-in, :above and :below: what the terminology says, once per search.</summary>
static class SearchCodes
{
    public static SearchValue InSet(string written, string valueSet, SearchEnvironment env, Func<string, FhirException> wrong)
    {
        var terminology = Known(env, wrong);
        if (terminology.Expand(valueSet) is { } codes)
            return new SearchValue { Written = written, Text = valueSet, Codes = codes.Select(c => ((string?)c.System, c.Code)).ToHashSet() };
        // Too large to list, or not known: an invented code is in no set that is known.
        if (terminology.InValueSet(valueSet, null, "-") == CodeVerdict.Unknown) throw wrong($"the value set {valueSet} is not known here.");
        return new SearchValue { Written = written, Text = valueSet };
    }

    public static SearchValue InTree(string written, string system, string code, bool below, SearchEnvironment env, Func<string, FhirException> wrong)
    {
        var terminology = Known(env, wrong);
        var codes = (below ? terminology.Below(system, code) : terminology.Above(system, code))
            ?? throw wrong($"nothing is known of what stands above or below codes of {system}.");
        return new SearchValue
        {
            Written = written, System = system, Code = code, Codes = codes.Append(code).Select(c => ((string?)system, c)).ToHashSet(),
        };
    }

    static ITerminology Known(SearchEnvironment env, Func<string, FhirException> wrong) =>
        env.Terminology ?? throw wrong("no terminology is loaded, so that the modifier cannot be answered.");

    public static bool Holds(SearchClause clause, SearchValue wanted, in IndexValue value)
    {
        if (value.Aspect is IndexAspect.TextOnly or IndexAspect.OfType || value.Code is not { } code) return false;
        if (wanted.Codes is { } codes) return codes.Contains((value.System, code));
        return clause.Environment.Terminology?.InValueSet(wanted.Text!, value.System, code) == CodeVerdict.Yes;
    }
}
