using System.Collections.Concurrent;

namespace Socle.Fhir;

/// <summary>What an evaluation may know from outside; nothing is fetched.</summary>
public sealed record FhirPathEnvironment
{
    /// <summary>now(), today() and timeOfDay() refuse without it.</summary>
    public DateTimeOffset? Now { get; init; }

    /// <summary>%resource; by default the resource around the context.</summary>
    public FhirNode Resource { get; init; }

    public IReadOnlyDictionary<string, FhirValue>? Variables { get; init; }

    /// <summary>Hears what trace() says.</summary>
    public Action<string, IReadOnlyList<FhirValue>>? Trace { get; init; }
}

/// <summary>A compiled FHIRPath expression; immutable, usable from any thread.</summary>
public sealed class FhirPath
{
    public const int MaxSteps = 100_000;

    static readonly ConcurrentDictionary<string, FhirPath> Known = new(StringComparer.Ordinal);

    FhirPath(string expression, PathExpr root)
    {
        Expression = expression;
        Root = root;
    }

    public string Expression { get; }

    internal PathExpr Root { get; }

    /// <summary>Throws a FhirException with the position of the fault.</summary>
    public static FhirPath Compile(string expression) => new(expression, PathParser.Parse(expression));

    /// <summary>For expressions of ours and of the definitions: compiled once.</summary>
    internal static FhirPath Shared(string expression) => Known.GetOrAdd(expression, Compile);

    public IReadOnlyList<FhirValue> Evaluate(FhirNode context, FhirPathEnvironment? env = null)
    {
        var run = new PathRun(context, env ?? Bare);
        return Root.Items(run, new PathScope(context.Exists ? FhirValue.Of(context) : null, 0, null));
    }

    /// <summary>One true, or one value that is no boolean; false when there is none.</summary>
    public bool IsTrue(FhirNode context)
    {
        var found = Evaluate(context);
        return found.Count == 1 && (found[0].Atom() is not { Kind: FhirValueKind.Boolean } value || value.Boolean);
    }

    public override string ToString() => Expression;

    static readonly FhirPathEnvironment Bare = new();
}
