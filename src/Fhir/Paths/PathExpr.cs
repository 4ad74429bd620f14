namespace Socle.Fhir;

/// <summary>A node of the compiled tree. The list returned may be shared: nobody changes it.</summary>
abstract class PathExpr
{
    public abstract List<FhirValue> Items(PathRun run, PathScope scope);

    /// <summary>The same as a step of a path: what it defines holds for the steps after it.</summary>
    public virtual List<FhirValue> Step(PathRun run, ref PathScope scope) => Items(run, scope);

    /// <summary>Where it begins in the text, from 0.</summary>
    public int Start { get; set; }

    protected static List<FhirValue> One(FhirValue item) => [item];

    protected static List<FhirValue> One(bool? item) => item is { } known ? [FhirValue.Of(known)] : FhirValue.None;
}

sealed class LiteralExpr(FhirValue? value) : PathExpr
{
    readonly List<FhirValue> items = value is { } item ? [item] : FhirValue.None;

    public FhirValue? Value => value;

    public override List<FhirValue> Items(PathRun run, PathScope scope)
    {
        run.Spend();
        return items;
    }
}

/// <summary>A step to the children of a name; at the start of a path also the name of the type of the context.</summary>
sealed class MemberExpr(PathExpr? left, string name) : PathExpr
{
    public PathExpr? Left => left;

    public string Name => name;

    public override List<FhirValue> Items(PathRun run, PathScope scope) => Step(run, ref scope);

    public override List<FhirValue> Step(PathRun run, ref PathScope scope)
    {
        run.Spend();
        if (left is not null) return Members(run, left.Step(run, ref scope));
        if (scope.All is { } all) return Members(run, all);
        if (scope.This is not { } focus) return FhirValue.None;
        if (char.IsAsciiLetterUpper(name[0]) && focus.Kind == FhirValueKind.Node && PathTypes.IsA(focus.Node.Type, name)) return One(focus);
        return Members(run, [focus]);
    }

    List<FhirValue> Members(PathRun run, List<FhirValue> input)
    {
        run.Spend(input.Count / 2);
        List<FhirValue>? found = null;
        foreach (var item in input)
        {
            if (item.Kind == FhirValueKind.Type)
            {
                if (name == "namespace") (found ??= []).Add(FhirValue.Of(item.TypeInfo.Space));
                if (name == "name") (found ??= []).Add(FhirValue.Of(item.TypeInfo.Name));
                continue;
            }
            if (item.Kind != FhirValueKind.Node || item.Resolved is not null) continue;
            foreach (var child in item.Node.All(name))
            {
                run.Spend();
                (found ??= []).Add(FhirValue.Of(child));
            }
        }
        return found ?? FhirValue.None;
    }
}

sealed class IndexExpr(PathExpr left, PathExpr index) : PathExpr
{
    public PathExpr Left => left;

    public long? Fixed => (index as LiteralExpr)?.Value is { Kind: FhirValueKind.Integer } at ? at.Integer : null;

    public override List<FhirValue> Items(PathRun run, PathScope scope) => Step(run, ref scope);

    public PathExpr Index => index;

    public override List<FhirValue> Step(PathRun run, ref PathScope scope)
    {
        run.Spend();
        var input = left.Step(run, ref scope);
        var at = PathOps.Single(index.Items(run, scope), "[]");
        if (at is null) return FhirValue.None;
        if (at.Value.Kind != FhirValueKind.Integer) throw PathRun.Fault("an index is an integer.");
        return at.Value.Integer >= 0 && at.Value.Integer < input.Count ? One(input[(int)at.Value.Integer]) : FhirValue.None;
    }
}

sealed class SignExpr(PathExpr inner, bool negative) : PathExpr
{
    public bool Negative => negative;

    public PathExpr Inner => inner;

    public override List<FhirValue> Items(PathRun run, PathScope scope)
    {
        run.Spend();
        var items = inner.Items(run, scope);
        if (PathOps.Single(items, "-") is not { } value) return FhirValue.None;
        if (!value.IsNumber && value.Kind != FhirValueKind.Quantity) throw PathRun.Fault("a sign stands before a number only.");
        if (!negative) return items;
        return One(value.Kind switch
        {
            FhirValueKind.Integer => FhirValue.Of(-value.Integer),
            FhirValueKind.Decimal => FhirValue.Of(-value.Decimal),
            _ => FhirValue.Of(value.Quantity with { Value = -value.Quantity.Value }),
        });
    }
}

/// <summary>A key of sort() with « asc » or « desc » behind it.</summary>
sealed class OrderExpr(PathExpr inner, bool descending) : PathExpr
{
    public bool Descending => descending;

    public PathExpr Inner => inner;

    public override List<FhirValue> Items(PathRun run, PathScope scope) => inner.Items(run, scope);
}

sealed class VariableExpr(string name) : PathExpr
{
    public string Name => name;

    public override List<FhirValue> Items(PathRun run, PathScope scope)
    {
        run.Spend();
        return name switch
        {
            "this" => scope.Focus,
            "index" => One(FhirValue.Of((long)scope.Index)),
            _ => scope.Total ?? FhirValue.None,
        };
    }
}

sealed class ExternalExpr(string name) : PathExpr
{
    public string Name => name;

    public override List<FhirValue> Items(PathRun run, PathScope scope)
    {
        run.Spend();
        if (PathVariable.Find(scope.Defined, name) is { } items) return items;
        if (run.Env.Variables is { } given && given.TryGetValue(name, out var value)) return One(value);
        return name switch
        {
            "resource" => run.Resource is { Exists: true } resource ? One(FhirValue.Of(resource)) : FhirValue.None,
            "rootResource" => run.RootResource is { Exists: true } root ? One(FhirValue.Of(root)) : FhirValue.None,
            "context" => run.Context.Exists ? One(FhirValue.Of(run.Context)) : FhirValue.None,
            "ucum" => One(FhirValue.Of("http://unitsofmeasure.org")),
            "sct" => One(FhirValue.Of("http://snomed.info/sct")),
            "loinc" => One(FhirValue.Of("http://loinc.org")),
            _ when name.StartsWith("vs-", StringComparison.Ordinal) => One(FhirValue.Of("http://hl7.org/fhir/ValueSet/" + name[3..])),
            _ when name.StartsWith("ext-", StringComparison.Ordinal) =>
                One(FhirValue.Of("http://hl7.org/fhir/StructureDefinition/" + name[4..])),
            _ => throw PathRun.Fault($"unknown variable %{name}."),
        };
    }
}

/// <summary>« is » tests one item; ofType() keeps the items of the type, and so does « as », as the search parameters of R4 need it, unless
/// the evaluation is strict.</summary>
sealed class TypeExpr(PathExpr left, bool test, string? space, string name, bool filter = false) : PathExpr
{
    public string? Space => space;

    public PathExpr Left => left;

    public bool IsTest => test;

    public string Name => name;

    public override List<FhirValue> Items(PathRun run, PathScope scope) => Step(run, ref scope);

    public override List<FhirValue> Step(PathRun run, ref PathScope scope)
    {
        run.Spend();
        var input = left.Step(run, ref scope);
        if (run.Env.Strict && !test && !filter && input.Count > 1) throw PathRun.Fault($"as expects one value, {input.Count} found.");
        return test ? PathOps.IsType(input, space, name) : PathOps.OfType(run, input, space, name);
    }
}

sealed class BinaryExpr(string sign, PathExpr left, PathExpr right) : PathExpr
{
    public string Sign => sign;

    public PathExpr Left => left;

    public PathExpr Right => right;

    public override List<FhirValue> Items(PathRun run, PathScope scope)
    {
        run.Spend();
        var a = left.Items(run, scope);
        switch (sign)
        {
            case "and" when PathOps.Truth(a, sign) == false: return One(false);
            case "or" when PathOps.Truth(a, sign) == true: return One(true);
            case "implies" when PathOps.Truth(a, sign) == false: return One(true);
        }
        var b = right.Items(run, scope);
        run.Look(a);
        run.Look(b);
        return sign switch
        {
            "and" or "or" or "xor" or "implies" => One(PathOps.Logic(sign, PathOps.Truth(a, sign), PathOps.Truth(b, sign))),
            "=" => One(PathOps.Equal(run, a, b)),
            "!=" => One(!PathOps.Equal(run, a, b)),
            "~" => One(PathOps.Equivalent(run, a, b)),
            "!~" => One(!PathOps.Equivalent(run, a, b)),
            "<" or "<=" or ">" or ">=" => One(PathOps.Compare(sign, a, b)),
            "|" => PathOps.Distinct(run, [.. a, .. b]),
            "in" => One(PathOps.In(run, a, b)),
            "contains" => One(PathOps.In(run, b, a)),
            _ => PathArithmetic.Apply(run, sign, a, b),
        };
    }
}
