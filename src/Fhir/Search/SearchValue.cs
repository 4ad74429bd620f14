namespace Socle.Fhir;

public enum SearchPrefix : byte { Eq, Ne, Gt, Lt, Ge, Le, Sa, Eb, Ap }

/// <summary>One of the alternatives that a clause accepts.</summary>
public sealed record SearchValue
{
    /// <summary>As it stood in the request, escapes included.</summary>
    public required string Written { get; init; }

    public SearchPrefix Prefix { get; init; }

    /// <summary>Token, quantity: system; null: any, empty: none. Reference: the target's type when it is known.</summary>
    public string? System { get; init; }

    /// <summary>Token, quantity unit: code; null: any. Reference: the target's id.</summary>
    public string? Code { get; init; }

    public string? Text { get; init; }

    public string? Normal { get; init; }

    /// <summary>Dates: first instant meant.</summary>
    public long Low { get; init; }

    /// <summary>Dates: first instant no longer meant.</summary>
    public long High { get; init; }

    public decimal Number { get; init; }

    /// <summary>The range that the significant digits of Number mean, high end excluded.</summary>
    public decimal LowNumber { get; init; }

    public decimal HighNumber { get; init; }

    /// <summary>:in, :not-in, :above and :below: the codes that are meant; a system of null is any. Null when the set is too large to
    /// list: then the terminology is asked code by code. Written names the set.</summary>
    public IReadOnlySet<(string? System, string Code)>? Codes { get; init; }

    /// <summary>near: degrees, and the greatest distance in metres.</summary>
    public double Latitude { get; init; }

    public double Longitude { get; init; }

    public double Metres { get; init; }

    /// <summary>Composite: one value per component.</summary>
    public IReadOnlyList<SearchValue> Parts { get; init; } = [];
}

public sealed record SortKey(SearchParam Param, bool Descending);

/// <summary>Param null: every reference of the source type.</summary>
public sealed record IncludeRule(string SourceType, SearchParam? Param, string? TargetType, bool Iterate);

/// <summary>What the target of a reference must match, by the types it may have. Code: the target's parameter.</summary>
public sealed record SearchChain(string Code, IReadOnlyList<ChainTarget> Targets)
{
    public SearchNode Inner => Targets[0].Inner;

    /// <summary>It is enough that what stands above the target (the establishment above a unit) matches.</summary>
    public bool OrAbove { get; init; }
}

/// <param name="Inner">A clause (that may be a chain again), a _has, or a group when _filter narrows the target as well.</param>
public sealed record ChainTarget(string ResourceType, SearchNode Inner);
