namespace Socle.Fhir;

/// <summary>
/// Answers the part of the language that most invariants are made of — whether elements are there, joined by and, or, xor, implies, not — from
/// the tape, without lists. Null: what the rest of the expression says is needed.
/// </summary>
static class PathShortcut
{
    public static bool? Answer(PathExpr expression, FhirNode context) => expression switch
    {
        BinaryExpr { Sign: "and" or "or" or "xor" or "implies" } both => Join(both, context),
        CallExpr { Arguments.Length: 0 } call => Call(call, context),
        _ => null
    };

    static bool? Join(BinaryExpr both, FhirNode context)
    {
        var left = Answer(both.Left, context);
        switch (both.Sign)
        {
            case "and" when left == false: return false;
            case "or" when left == true: return true;
            case "implies" when left == false: return true;
        }
        var right = Answer(both.Right, context);
        return both.Sign switch
        {
            "and" => right == false ? false : left & right,
            "or" => right == true ? true : left | right,
            "implies" => right == true ? true : left is null ? null : right,
            _ => left is null || right is null ? null : left != right
        };
    }

    static bool? Call(CallExpr call, FhirNode context) => call.Name switch
    {
        "exists" => Exists(call.Left, context),
        "empty" => !Exists(call.Left, context),
        "not" when call.Left is { } inner => !Answer(inner, context),
        // Of one element that may stand once; what is not there has no value.
        "hasValue" => Exists(call.Left, context) == false ? false : null,
        _ => null
    };

    static bool? Exists(PathExpr? path, FhirNode context)
    {
        if (path is not MemberExpr last) return null;
        var steps = 1;
        var first = last;
        for (; first.Left is MemberExpr before; first = before) steps++;
        // « Patient.name » may begin with the type of the context.
        return first.Left is null && !char.IsAsciiLetterUpper(first.Name[0]) ? Any(last, steps, context) : null;
    }

    static bool Any(MemberExpr last, int steps, FhirNode at)
    {
        var step = last;
        for (var i = 1; i < steps; i++) step = (MemberExpr)step.Left!;
        foreach (var child in at.All(step.Name))
            if (steps == 1 || Any(last, steps - 1, child)) return true;
        return false;
    }
}
