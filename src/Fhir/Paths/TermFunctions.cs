namespace Socle.Fhir;

/// <summary>Functions of codes (R4 fhirpath.html#functions), answered by the terminology of the environment; what it does not know is
/// empty.</summary>
static class TermFunctions
{
    public static void AddTo(Action<string, int, int, PathFunction> add)
    {
        add("memberOf", 1, 1, MemberOf);
        add("subsumes", 1, 1, (call, input) => Subsumes(call, input, call.Items(0)));
        add("subsumedBy", 1, 1, (call, input) => Subsumes(call, call.Items(0), input));
    }

    static ITerminology Terminology(PathCall call)
    {
        call.Run.Spend(50);
        return call.Run.Env.Terminology ?? throw PathRun.Fault($"{call.Name}() needs a terminology.");
    }

    static List<FhirValue> MemberOf(PathCall call, List<FhirValue> input)
    {
        if (input.Count != 1 || call.Text(0) is not { } valueSet) return FhirValue.None;
        var terminology = Terminology(call);
        var unknown = false;
        foreach (var (system, code) in Codes(input[0]))
        {
            call.Run.Spend(50);
            switch (terminology.InValueSet(valueSet, system, code))
            {
                case CodeVerdict.Yes: return PathFunctions.Bool(true);
                case CodeVerdict.Unknown: unknown = true; break;
            }
        }
        return unknown ? FhirValue.None : PathFunctions.Bool(false);
    }

    static List<FhirValue> Subsumes(PathCall call, List<FhirValue> above, List<FhirValue> below)
    {
        if (above.Count != 1 || below.Count != 1) return FhirValue.None;
        var terminology = Terminology(call);
        var unknown = false;
        foreach (var (system, code) in Codes(above[0]))
        {
            foreach (var (otherSystem, other) in Codes(below[0]))
            {
                call.Run.Spend(50);
                if (system is not null && otherSystem is not null && system != otherSystem) continue;
                if (code == other) return PathFunctions.Bool(true);
                if ((system ?? otherSystem) is not { } both || terminology.Below(both, code) is not { } known) unknown = true;
                else if (known.Contains(other)) return PathFunctions.Bool(true);
            }
        }
        return unknown ? FhirValue.None : PathFunctions.Bool(false);
    }

    static IEnumerable<(string? System, string Code)> Codes(FhirValue item)
    {
        if (item.Kind == FhirValueKind.Node && item.Node.Type == "CodeableConcept")
        {
            foreach (var coding in item.Node.All("coding"))
                if (coding["code"].Text is { } code) yield return (coding["system"].Text, code);
        }
        else if (item.Kind == FhirValueKind.Node && item.Node.Type is "Coding" or "Quantity")
        {
            if (item.Node["code"].Text is { } code) yield return (item.Node["system"].Text, code);
        }
        else if (item.Text is { } text) yield return (null, text);
    }
}
