namespace Socle.Fhir;

delegate List<FhirValue> PathFunction(PathCall call, List<FhirValue> input);

/// <summary>A call while it runs: its arguments, evaluated on demand.</summary>
readonly struct PathCall(PathRun run, PathScope scope, string name, PathExpr[] arguments)
{
    public PathRun Run => run;

    public string Name => name;

    public int Count => arguments.Length;

    public PathScope Scope => scope;

    public PathExpr Expression(int i) => arguments[i];

    /// <summary>An argument that looks at the surroundings, not at the input.</summary>
    public List<FhirValue> Items(int i) => arguments[i].Items(run, scope);

    /// <summary>An argument evaluated for one item of the input.</summary>
    public List<FhirValue> For(int i, FhirValue item, int index) => arguments[i].Items(run, scope.On(item, index));

    public FhirValue? Value(int i)
    {
        var items = Items(i);
        run.Look(items);
        return PathOps.Single(items, name + "()");
    }

    public string? Text(int i) => Value(i) is not { } value ? null
        : value.Kind == FhirValueKind.String ? value.String : throw PathRun.Fault($"{name}() expects a text.");

    public long? Integer(int i) => Value(i) is not { } value ? null
        : value.Kind == FhirValueKind.Integer ? value.Integer : throw PathRun.Fault($"{name}() expects an integer.");
}

sealed class CallExpr(PathExpr? left, string name, PathExpr[] arguments, PathFunction function) : PathExpr
{
    public PathExpr? Left => left;

    public string Name => name;

    public PathExpr[] Arguments => arguments;

    public override List<FhirValue> Items(PathRun run, PathScope scope) => Step(run, ref scope);

    public override List<FhirValue> Step(PathRun run, ref PathScope scope)
    {
        run.Spend();
        var input = left is null ? scope.Focus : left.Step(run, ref scope);
        run.Look(input);
        var call = new PathCall(run, scope, name, arguments);
        if (name == "defineVariable") scope = scope with { Defined = CollectionFunctions.Define(call, input) };
        return function(call, input);
    }
}

/// <summary>The functions by name.</summary>
static class PathFunctions
{
    internal sealed record Entry(int Min, int Max, PathFunction? Function)
    {
        /// <summary>Types are arguments in form only: they are read when the expression is compiled.</summary>
        public PathExpr Bind(PathExpr? left, string name, PathExpr[] arguments, Func<string, FhirException> fault)
        {
            if (Function is { } function) return new CallExpr(left, name, arguments, function);
            var (space, type) = arguments[0] switch
            {
                MemberExpr { Left: null } one => (null, one.Name),
                MemberExpr { Left: MemberExpr { Left: null } first } two => (first.Name, two.Name),
                _ => throw fault($"{name}() expects a type"),
            };
            if (!PathTypes.IsKnown(space, type)) throw fault($"unknown type {type}");
            return new TypeExpr(left ?? new VariableExpr("this"), name == "is", space, type, filter: name == "ofType");
        }
    }

    static readonly Dictionary<string, Entry> All = Build();

    public static Entry? Find(string name, int arguments) =>
        All.TryGetValue(name, out var entry) && arguments >= entry.Min && arguments <= entry.Max ? entry : null;

    static Dictionary<string, Entry> Build()
    {
        var all = new Dictionary<string, Entry>(StringComparer.Ordinal)
        {
            ["is"] = new(1, 1, null), ["as"] = new(1, 1, null), ["ofType"] = new(1, 1, null),
        };
        void Add(string name, int min, int max, PathFunction function) => all.Add(name, new(min, max, function));
        CollectionFunctions.AddTo(Add);
        TextFunctions.AddTo(Add);
        NumberFunctions.AddTo(Add);
        ConversionFunctions.AddTo(Add);
        FhirFunctions.AddTo(Add);
        TermFunctions.AddTo(Add);
        TimeFunctions.AddTo(Add);
        return all;
    }

    internal static List<FhirValue> Bool(bool value) => [FhirValue.Of(value)];
}
