namespace Socle.Fhir;

public enum SearchKind : byte { Number, Date, String, Token, Reference, Composite, Quantity, Uri, Special }

/// <summary>One part of a composite: the code of the parameter that types it, and its expression from the composite's node.</summary>
public sealed record SearchComponent(string Code, string Expression);

/// <summary>A search parameter as one resource type has it. Number is unique over all types and never changes for R4.</summary>
public sealed partial class SearchParam
{
    internal SearchParam(
        int number, string code, SearchKind kind, string expression,
        IReadOnlyList<string> targets, IReadOnlyList<SearchComponent> components) =>
        (Number, Code, Kind, Expression, Targets, Components) = (number, code, kind, expression, targets, components);

    public int Number { get; }
    public string Code { get; }
    public SearchKind Kind { get; }

    /// <summary>FHIRPath from the resource; only the branches of this resource type.</summary>
    public string Expression { get; }

    public IReadOnlyList<string> Targets { get; }

    /// <summary>Empty but for a composite.</summary>
    public IReadOnlyList<SearchComponent> Components { get; }

    public override string ToString() => Code;
}
