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

    /// <summary>memberOf(), subsumes() and subsumedBy() refuse without it.</summary>
    public ITerminology? Terminology { get; init; }

    /// <summary>conformsTo(): does the node conform to the profile (canonical URL); null when the profile is not known. Without it only the types
    /// of R4 are known.</summary>
    public Func<FhirNode, string, bool?>? ConformsTo { get; init; }

    /// <summary>resolve(): the resource of a literal reference that is not in the document; default when it is not found. Its document must
    /// outlive the evaluation.</summary>
    public Func<string, FhirNode>? Resolve { get; init; }

    /// <summary>As the specification says it where R4's own expressions need it looser: « as » of several items is a fault.</summary>
    public bool Strict { get; init; }

    /// <summary>Hears what trace() says.</summary>
    public Action<string, IReadOnlyList<FhirValue>>? Trace { get; init; }
}

/// <summary>A compiled FHIRPath expression; immutable, usable from any thread.</summary>
public sealed class FhirPath
{
    public const int MaxSteps = 100_000;

    static readonly ConcurrentDictionary<string, FhirPath> Known = new(StringComparer.Ordinal);

    FhirPath(string expression, PathExpr root, TypeDefinition[]? types = null)
    {
        Expression = expression;
        Root = root;
        this.types = types;
    }

    readonly TypeDefinition[]? types;

    public string Expression { get; }

    internal PathExpr Root { get; }

    /// <summary>Throws a FhirException with the position of the fault.</summary>
    public static FhirPath Compile(string expression) => new(expression, PathParser.Parse(expression));

    /// <summary>Also checks each name by the definitions: a step to an element that the type before it does not have is refused with its
    /// position.</summary>
    /// <param name="type">Of the resource or data type that the expression starts from.</param>
    /// <param name="context">Checked, too: the expression starts from what this one finds.</param>
    public static FhirPath Compile(string expression, string type, FhirPath? context = null)
    {
        var root = PathParser.Parse(expression);
        var start = TypeTable.Instance.Find(type) ?? throw new ArgumentException($"{type} is no type of FHIR R4.", nameof(type));
        return new(expression, root, new PathChecker(expression, start).Check(root, context is null ? [start] : context.types));
    }

    /// <summary>The FHIR types of what it finds; empty when they are not known before it runs.</summary>
    public IReadOnlyList<string> ResultTypes => types is null ? [] : [.. types.Select(t => t.FhirType).Distinct()];

    /// <summary>The parsed tree as JSON.</summary>
    public string Tree => PathTree.Of(Root);

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
