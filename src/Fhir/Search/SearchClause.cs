namespace Socle.Fhir;

/// <summary>One parameter of a search: a resource matches when one of the values does.</summary>
public sealed class SearchClause
{
    internal SearchClause(SearchParam param, string? modifier, IReadOnlyList<SearchValue> values, SearchChain? chain = null,
        IReadOnlyList<SearchParam>? parts = null) =>
        (Param, Modifier, Values, Chain, Parts) = (param, modifier, values, chain, parts ?? []);

    public SearchParam Param { get; }

    /// <summary>Without the colon; of a reference also the name of a resource type.</summary>
    public string? Modifier { get; }

    public IReadOnlyList<SearchValue> Values { get; }

    /// <summary>Not null: Values is empty and the target of the reference must match.</summary>
    public SearchChain? Chain { get; }

    /// <summary>Composite: the parameter that types each component.</summary>
    public IReadOnlyList<SearchParam> Parts { get; }

    /// <summary>Whether the resource with these values matches. A chain is the Store's to resolve and a composite needs the document: both
    /// answer
    /// true here when they are still possible.</summary>
    public bool Matches(IReadOnlyList<IndexValue> values) => SearchMatch.Clause(this, values);

    /// <summary>The same with composites decided.</summary>
    public bool Matches(IReadOnlyList<IndexValue> values, FhirDocument doc) =>
        Param.Kind == SearchKind.Composite && Modifier is null ? SearchMatch.Composite(this, doc) : Matches(values);

    /// <summary>As in a request: name, modifier, chain; not escaped for a URL.</summary>
    internal string Name
    {
        get
        {
            if (Chain is null) return Modifier is null ? Param.Code : $"{Param.Code}:{Modifier}";
            return $"{Param.Code}{(Modifier is null ? "" : ":" + Modifier)}.{Chain.Inner.Name}";
        }
    }

    internal string Written => Chain?.Inner.Written ?? string.Join(',', Values.Select(v => v.Written));

    public override string ToString() => $"{Name}={Written}";
}
