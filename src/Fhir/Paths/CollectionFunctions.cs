namespace Socle.Fhir;

/// <summary>Existence, filtering, projection, subsetting and combining.</summary>
static class CollectionFunctions
{
    public static void AddTo(Action<string, int, int, PathFunction> add)
    {
        add("empty", 0, 0, (_, input) => PathFunctions.Bool(input.Count == 0));
        add("exists", 0, 1, (call, input) => PathFunctions.Bool((call.Count == 0 ? input : Where(call, input)).Count > 0));
        add("not", 0, 0, (_, input) => PathOps.Truth(input, "not()") is { } truth ? PathFunctions.Bool(!truth) : FhirValue.None);
        add("all", 1, 1, (call, input) => PathFunctions.Bool(Where(call, input).Count == input.Count));
        add("allTrue", 0, 0, (_, input) => PathFunctions.Bool(input.TrueForAll(Is(true))));
        add("anyTrue", 0, 0, (_, input) => PathFunctions.Bool(input.Exists(Is(true))));
        add("allFalse", 0, 0, (_, input) => PathFunctions.Bool(input.TrueForAll(Is(false))));
        add("anyFalse", 0, 0, (_, input) => PathFunctions.Bool(input.Exists(Is(false))));
        add("count", 0, 0, (_, input) => [FhirValue.Of((long)input.Count)]);
        add("where", 1, 1, Where);
        add("select", 1, 1, Select);
        add("repeat", 1, 1, Repeat);
        add("first", 0, 0, (_, input) => Range(input, 0, 1));
        add("last", 0, 0, (_, input) => Range(input, input.Count - 1, 1));
        add("tail", 0, 0, (_, input) => Range(input, 1, input.Count));
        add("skip", 1, 1, (call, input) => call.Integer(0) is { } count ? Range(input, count, input.Count) : FhirValue.None);
        add("take", 1, 1, (call, input) => call.Integer(0) is { } count ? Range(input, 0, count) : FhirValue.None);
        add("single", 0, 0, (_, input) => input.Count <= 1 ? input : throw PathRun.Fault($"single() found {input.Count} values."));
        add("distinct", 0, 0, (call, input) => PathOps.Distinct(call.Run, input));
        add("isDistinct", 0, 0, (call, input) => PathFunctions.Bool(PathOps.Distinct(call.Run, input).Count == input.Count));
        add("union", 1, 1, (call, input) => PathOps.Distinct(call.Run, [.. input, .. call.Items(0)]));
        add("combine", 1, 1, Combine);
        add("intersect", 1, 1, Intersect);
        add("exclude", 1, 1, Exclude);
        add("subsetOf", 1, 1, (call, input) => PathFunctions.Bool(IsSubset(call.Run, input, call.Items(0))));
        add("supersetOf", 1, 1, (call, input) => PathFunctions.Bool(IsSubset(call.Run, call.Items(0), input)));
        add("iif", 2, 3, Iif);
        add("aggregate", 1, 2, Aggregate);
        add("trace", 1, 2, Trace);
        add("sort", 0, 8, Sort);
        add("children", 0, 0, (call, input) => Children(call.Run, input));
        add("descendants", 0, 0, Descendants);
        add("defineVariable", 1, 2, (_, input) => input);
        add("repeatAll", 1, 1, RepeatAll);
        add("coalesce", 1, 16, Coalesce);
    }

    static Predicate<FhirValue> Is(bool wanted) => item =>
        item.Atom() is { Kind: FhirValueKind.Boolean } value ? value.Boolean == wanted : throw PathRun.Fault("truth values expected.");

    static List<FhirValue> Range(List<FhirValue> input, long from, long count)
    {
        from = Math.Max(0, from);
        count = Math.Min(count, input.Count - from);
        return count <= 0 ? FhirValue.None : count == input.Count ? input : input.GetRange((int)from, (int)count);
    }

    static List<FhirValue> Where(PathCall call, List<FhirValue> input)
    {
        var kept = new List<FhirValue>();
        for (var i = 0; i < input.Count; i++)
            if (PathOps.Truth(call.For(0, input[i], i), call.Name + "()") == true) kept.Add(input[i]);
        return kept;
    }

    static List<FhirValue> Select(PathCall call, List<FhirValue> input)
    {
        var found = new List<FhirValue>();
        for (var i = 0; i < input.Count; i++)
        {
            var items = call.For(0, input[i], i);
            call.Run.Spend(items.Count);
            found.AddRange(items);
        }
        return found;
    }

    static List<FhirValue> Repeat(PathCall call, List<FhirValue> input)
    {
        var found = new List<FhirValue>();
        var nodes = new HashSet<FhirNode>();
        var level = input;
        while (level.Count > 0)
        {
            var next = new List<FhirValue>();
            for (var i = 0; i < level.Count; i++)
            {
                foreach (var item in call.For(0, level[i], i))
                {
                    call.Run.Spend();
                    if (item.Kind == FhirValueKind.Node ? !nodes.Add(item.Node) : PathOps.Has(call.Run, found, item)) continue;
                    found.Add(item);
                    next.Add(item);
                }
            }
            level = next;
        }
        return found;
    }

    // Without end when the expression is: the budget ends it.
    static List<FhirValue> RepeatAll(PathCall call, List<FhirValue> input)
    {
        var found = new List<FhirValue>();
        for (var level = input; level.Count > 0;)
        {
            var next = new List<FhirValue>();
            for (var i = 0; i < level.Count; i++) next.AddRange(call.For(0, level[i], i));
            call.Run.Spend(1 + next.Count);
            found.AddRange(next);
            level = next;
        }
        return found;
    }

    static List<FhirValue> Combine(PathCall call, List<FhirValue> input)
    {
        var other = call.Items(0);
        call.Run.Spend(input.Count + other.Count);
        return [.. input, .. other];
    }

    static List<FhirValue> Intersect(PathCall call, List<FhirValue> input)
    {
        var other = call.Items(0);
        return PathOps.Distinct(call.Run, input.FindAll(item => PathOps.Has(call.Run, other, item)));
    }

    static List<FhirValue> Exclude(PathCall call, List<FhirValue> input)
    {
        var other = call.Items(0);
        return input.FindAll(item => !PathOps.Has(call.Run, other, item));
    }

    static bool IsSubset(PathRun run, List<FhirValue> items, List<FhirValue> of) => items.TrueForAll(item => PathOps.Has(run, of, item));

    static List<FhirValue> Iif(PathCall call, List<FhirValue> input)
    {
        if (input.Count > 1) throw PathRun.Fault("iif() expects one value.");
        List<FhirValue> Side(int i) => input.Count == 1 ? call.For(i, input[0], 0) : call.Items(i);
        var test = Side(0);
        if (test.Count == 1 && test[0].Atom() is { Kind: not FhirValueKind.Boolean }) throw PathRun.Fault("iif() expects a truth value.");
        if (PathOps.Truth(test, "iif()") == true) return Side(1);
        return call.Count == 3 ? Side(2) : FhirValue.None;
    }

    static List<FhirValue> Aggregate(PathCall call, List<FhirValue> input)
    {
        var total = call.Count == 2 ? call.Items(1) : FhirValue.None;
        for (var i = 0; i < input.Count; i++)
        {
            total = call.Expression(0).Items(call.Run, call.Scope.On(input[i], i) with { Total = total });
            call.Run.Spend(total.Count);
        }
        return total;
    }

    static List<FhirValue> Trace(PathCall call, List<FhirValue> input)
    {
        if (call.Run.Env.Trace is { } hear) hear(call.Text(0) ?? "", call.Count == 2 ? Select(Shifted(call), input) : input);
        return input;
    }

    static PathCall Shifted(PathCall call) => new(call.Run, call.Scope, call.Name, [call.Expression(1)]);

    static List<FhirValue> Sort(PathCall call, List<FhirValue> input)
    {
        var keyed = new List<(FhirValue Item, int At, FhirValue?[] Keys)>(input.Count);
        var descending = new bool[Math.Max(1, call.Count)];
        for (var k = 0; k < call.Count; k++) descending[k] = call.Expression(k) is SignExpr { Negative: true } or OrderExpr { Descending: true };
        for (var i = 0; i < input.Count; i++) keyed.Add((input[i], i, Keys(call, input[i], i)));
        call.Run.Spend(input.Count * 16);
        keyed.Sort((a, b) =>
        {
            for (var k = 0; k < a.Keys.Length; k++)
            {
                var order = (a.Keys[k], b.Keys[k]) switch
                {
                    (null, null) => 0,
                    (null, _) => -1,
                    (_, null) => 1,
                    ({ } x, { } y) => PathOps.Order(x, y) ?? 0,
                };
                if (order != 0) return descending[k] ? -order : order;
            }
            return a.At.CompareTo(b.At);
        });
        return keyed.ConvertAll(entry => entry.Item);
    }

    static FhirValue?[] Keys(PathCall call, FhirValue item, int index)
    {
        if (call.Count == 0) return [item.Atom()];
        var keys = new FhirValue?[call.Count];
        for (var k = 0; k < keys.Length; k++)
        {
            var expression = call.Expression(k) switch { SignExpr { Negative: true } sign => sign.Inner, OrderExpr order => order.Inner, var plain => plain };
            keys[k] = PathOps.Single(expression.Items(call.Run, call.Scope.On(item, index)), "sort()");
        }
        return keys;
    }

    static List<FhirValue> Children(PathRun run, List<FhirValue> input)
    {
        var found = new List<FhirValue>();
        foreach (var item in input)
        {
            if (item.Kind != FhirValueKind.Node || item.Resolved is not null) continue;
            foreach (var child in item.Node.Children)
            {
                run.Spend();
                found.Add(FhirValue.Of(child));
            }
        }
        return found;
    }

    static List<FhirValue> Descendants(PathCall call, List<FhirValue> input)
    {
        var found = new List<FhirValue>();
        var level = Children(call.Run, input);
        while (level.Count > 0)
        {
            found.AddRange(level);
            level = Children(call.Run, level);
        }
        return found;
    }

    /// <summary>What the steps after this one know; a name is defined once on a path.</summary>
    public static PathVariable Define(PathCall call, List<FhirValue> input)
    {
        var name = call.Text(0) ?? throw PathRun.Fault("defineVariable() expects a name.");
        if (name is "context" or "resource" or "rootResource" or "ucum" or "sct" or "loinc" || call.Run.Env.Variables?.ContainsKey(name) == true
            || PathVariable.Find(call.Scope.Defined, name) is not null)
            throw PathRun.Fault($"%{name} cannot be defined again.");
        var scope = input.Count == 1 ? call.Scope.On(input[0], 0) : call.Scope with { This = null, All = input };
        return new PathVariable(name, call.Count == 1 ? input : call.Expression(1).Items(call.Run, scope), call.Scope.Defined);
    }

    static List<FhirValue> Coalesce(PathCall call, List<FhirValue> input)
    {
        for (var i = 0; i < call.Count; i++)
            if (call.Items(i) is { Count: > 0 } items) return items;
        return FhirValue.None;
    }
}
