namespace Socle.Fhir;

public enum SearchKind : byte { Number, Date, String, Token, Reference, Composite, Quantity, Uri, Special }

/// <summary>One part of a composite: the code of the parameter that types it, and its expression from the composite's node.</summary>
public sealed record SearchComponent(string Code, string Expression);

/// <summary>A search parameter as one resource type has it. Number is unique over all types and never changes for R4.</summary>
public sealed partial class SearchParam
{
    internal SearchParam(
        int number, string type, string code, SearchKind kind, string expression,
        IReadOnlyList<string> targets, IReadOnlyList<SearchComponent> components) =>
        (Number, Type, Code, Kind, Expression, Targets, Components) = (number, type, code, kind, expression, targets, components);

    public int Number { get; }

    /// <summary>The resource type that has it; Resource or DomainResource for those of all.</summary>
    public string Type { get; }

    public string Code { get; }
    public SearchKind Kind { get; }

    /// <summary>FHIRPath from the resource; only the branches of this resource type.</summary>
    public string Expression { get; }

    public IReadOnlyList<string> Targets { get; }

    /// <summary>Empty but for a composite.</summary>
    public IReadOnlyList<SearchComponent> Components { get; }

    /// <summary>Of a custom parameter: each value is kept by itself, so that a rare one is found among millions of resources.</summary>
    public bool IsKeyed { get; init; }

    public override string ToString() => Code;

    // Parameters without an expression, which no values are kept for. Numbers below zero: never hashed.
    public static readonly SearchParam Content = Bare(-1, "_content");
    public static readonly SearchParam Narrative = Bare(-2, "_text");

    /// <summary>The values are ids of List resources; only a store can follow them.</summary>
    public static readonly SearchParam List = Bare(-3, "_list");

    static SearchParam Bare(int number, string code) => new(number, "Resource", code, SearchKind.Special, "", [], []);
}
