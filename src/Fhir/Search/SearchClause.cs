namespace Socle.Fhir;

/// <summary>One parameter of a search: a resource matches when one of the values does.</summary>
public sealed class SearchClause : SearchNode
{
    internal SearchClause(SearchParam param, string? modifier, IReadOnlyList<SearchValue> values, SearchChain? chain = null,
        IReadOnlyList<SearchParam>? parts = null, SearchEnvironment? env = null) =>
        (Param, Modifier, Values, Chain, Parts, Environment) =
            (param, modifier, values, chain, parts ?? [], env ?? SearchEnvironment.Default);

    public SearchParam Param { get; }

    /// <summary>Without the colon; of a reference also the name of a resource type. An operator of _filter that no modifier says begins
    /// with a dollar ($eq, $ne, $ew, $po, …). Null: the plain meaning of the parameter's kind.</summary>
    public string? Modifier { get; }

    public IReadOnlyList<SearchValue> Values { get; }

    /// <summary>Not null: Values is empty and the target of the reference must match.</summary>
    public SearchChain? Chain { get; }

    /// <summary>Composite: the parameter that types each component.</summary>
    public IReadOnlyList<SearchParam> Parts { get; }

    internal SearchEnvironment Environment { get; }

    public override bool IsLocal => Chain is null && Param != SearchParam.List && !SearchHierarchies.Follows(this);

    /// <summary>The values decide, without the document; otherwise a match here is only possible.</summary>
    public bool ByValues => IsLocal && (Modifier == "missing" || Param.Kind is not (SearchKind.Composite or SearchKind.Special));

    /// <summary>Whether the resource with these values matches. A chain is the Store's to resolve and a composite needs the document: both
    /// answer true here when they are still possible.</summary>
    public bool Matches(IReadOnlyList<IndexValue> values) => SearchMatch.Clause(this, values);

    /// <summary>The same with composites, near, _text and _content decided.</summary>
    public bool Matches(IReadOnlyList<IndexValue> values, FhirDocument doc)
    {
        if (Chain is not null) return Matches(values);
        return Param.Kind switch
        {
            SearchKind.Composite => SearchMatch.Composite(this, doc),
            SearchKind.Special => SearchSpecial.Matches(this, doc),
            _ => Matches(values),
        };
    }

    public override bool Matches(IReadOnlyList<IndexValue> values, FhirDocument doc, Func<SearchNode, bool?>? decide) =>
        decide?.Invoke(this) ?? Matches(values, doc);

    internal override string Name
    {
        get
        {
            if (Chain is null) return Modifier is null ? Param.Code : $"{Param.Code}:{Modifier}";
            return $"{Param.Code}{(Modifier is null ? "" : ":" + Modifier)}.{Chain.Inner.Name}";
        }
    }

    internal override string Written => Chain?.Inner.Written ?? string.Join(',', Values.Select(v => v.Written));
}
