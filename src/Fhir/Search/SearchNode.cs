namespace Socle.Fhir;

/// <summary>One condition on a resource: a clause, a _has, or several joined by _filter.</summary>
public abstract class SearchNode
{
    /// <summary>Whether the resource with these values matches. What only a store can follow (chains, _has, _list) is asked of
    /// <paramref name="decide"/> first, as is every other leaf; null: the values and the document decide, and what they cannot decide is
    /// possible.</summary>
    public abstract bool Matches(IReadOnlyList<IndexValue> values, FhirDocument doc, Func<SearchNode, bool?>? decide);

    /// <summary>Only values and the document are needed: no chain, no _has, no _list anywhere inside.</summary>
    public abstract bool IsLocal { get; }

    /// <summary>The clauses and _has of this node: itself, or those it joins.</summary>
    public virtual IEnumerable<SearchNode> Leaves => [this];

    /// <summary>As in a request: name, modifier, chain; not escaped for a URL.</summary>
    internal abstract string Name { get; }

    internal abstract string Written { get; }

    public override string ToString() => $"{Name}={Written}";
}

/// <summary>_has: a resource of that type that refers to this one by Param and matches Inner.</summary>
public sealed class ReverseChain(string resourceType, SearchParam param, SearchNode inner) : SearchNode
{
    public string ResourceType => resourceType;
    public SearchParam Param => param;
    public SearchNode Inner => inner;

    public override bool IsLocal => false;

    public override bool Matches(IReadOnlyList<IndexValue> values, FhirDocument doc, Func<SearchNode, bool?>? decide) =>
        decide?.Invoke(this) ?? true;

    internal override string Name => $"_has:{resourceType}:{param.Code}:{inner.Name}";

    internal override string Written => inner.Written;
}

/// <summary>Several conditions of which all, or at least one, must hold. Text: the _filter it was read from; the outermost only.</summary>
public sealed class SearchGroup(bool all, IReadOnlyList<SearchNode> parts, string text = "") : SearchNode
{
    public bool IsAll => all;
    public IReadOnlyList<SearchNode> Parts => parts;

    public override bool IsLocal => parts.All(part => part.IsLocal);

    public override IEnumerable<SearchNode> Leaves => parts.SelectMany(part => part.Leaves);

    public override bool Matches(IReadOnlyList<IndexValue> values, FhirDocument doc, Func<SearchNode, bool?>? decide)
    {
        foreach (var part in parts)
            if (part.Matches(values, doc, decide) != all) return !all;
        return all;
    }

    internal override string Name => "_filter";

    internal override string Written => text.Length > 0 ? text : string.Join(all ? " and " : " or ", parts.Select(part => $"({part.Written})"));
}

/// <summary>not (…) of _filter.</summary>
public sealed class SearchNot(SearchNode inner) : SearchNode
{
    public SearchNode Inner => inner;

    public override bool IsLocal => inner.IsLocal;

    public override IEnumerable<SearchNode> Leaves => inner.Leaves;

    public override bool Matches(IReadOnlyList<IndexValue> values, FhirDocument doc, Func<SearchNode, bool?>? decide) =>
        !inner.Matches(values, doc, decide);

    internal override string Name => "_filter";

    internal override string Written => $"not ({inner.Written})";
}
