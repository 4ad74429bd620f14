namespace Socle.Fhir;

/// <summary>What surrounds a node: the resource that it stands in, and of a contained one the resource that contains it.</summary>
readonly record struct Surroundings(FhirNode Resource, FhirNode Root, EnvironmentSource Source);

/// <summary>Makes the environment of an expression when one must be evaluated; most invariants are answered without.</summary>
sealed class EnvironmentSource(ITerminology? terminology, DateTimeOffset? now, Func<FhirNode, string, bool?>? conformsTo = null)
{
    FhirPathEnvironment? last;

    public FhirPathEnvironment Of(FhirNode resource) => last is { } there && there.Resource == resource
        ? there
        : last = new FhirPathEnvironment { Terminology = terminology, Now = now, ConformsTo = conformsTo, Resource = resource };
}

/// <summary>A rule in FHIRPath with what it says to people; compiled once, when it is first asked. Safe for any thread.</summary>
sealed class Invariant(string key, bool isError, string human, string expression, string? profile, Func<FhirNode, Surroundings, bool?>? native = null)
{
    FhirPath? path;
    string? fault;

    public string Key => key;
    public bool IsError => isError;
    public string Human => human;
    public string Expression => expression;

    /// <summary>The profile that brought it; null for one of R4.</summary>
    public string? Profile => profile;

    /// <summary>What stops it from being judged at all: its expression does not compile.</summary>
    public string? Fault
    {
        get
        {
            Compiled();
            return fault;
        }
    }

    /// <summary>False only when it is broken for certain: an answer that is empty, as of dates of unlike precision, holds nothing against the node.
    /// Throws a FhirException when the evaluation fails.</summary>
    public bool Holds(FhirNode node, in Surroundings around)
    {
        if (native?.Invoke(node, around) is { } known) return known;
        if (Compiled() is not { } compiled) return true;
        if (PathShortcut.Answer(compiled.Root, node) is { } seen) return seen;
        var found = compiled.Evaluate(node, around.Source.Of(around.Resource));
        return found is not [{ Kind: FhirValueKind.Boolean } one] || one.Boolean;
    }

    FhirPath? Compiled()
    {
        if (path is not null || fault is not null) return path;
        try
        {
            path = FhirPath.Shared(expression);
        }
        catch (FhirException error)
        {
            fault = error.Issues[0].Diagnostics;
        }
        return path;
    }
}
