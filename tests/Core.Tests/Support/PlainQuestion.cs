using System.Globalization;

namespace Socle.Support;

/// <summary>A search in the form in which the slow search reads it; as text it is what a client would send.</summary>
public sealed record PlainQuestion(string Type, IReadOnlyList<PlainCondition> Conditions)
{
    /// <summary>More than one: a search over several types, each with the same conditions.</summary>
    public IReadOnlyList<string> Types { get; init; } = [Type];

    /// <summary>Only what is in the compartment of this resource: « Patient/x ».</summary>
    public string? Inside { get; init; }

    public IReadOnlyList<(string Code, bool Descending)> Sort { get; init; } = [];
    public IReadOnlyList<PlainInclude> Includes { get; init; } = [];
    public int Count { get; init; } = 200;

    public IEnumerable<KeyValuePair<string, string>> Parameters()
    {
        foreach (var condition in Conditions) yield return new(condition.Name, condition.Value);
        if (Sort.Count > 0) yield return new("_sort", string.Join(',', Sort.Select(key => (key.Descending ? "-" : "") + key.Code)));
        foreach (var rule in Includes) yield return new((rule.Reverse ? "_revinclude" : "_include") + (rule.Iterate ? ":iterate" : ""), rule.Text);
        yield return new("_count", Count.ToString(CultureInfo.InvariantCulture));
    }

    public override string ToString() => $"{Inside}{(Inside is null ? "" : "/")}{string.Join(',', Types)}?{string.Join('&', Parameters().Select(pair => $"{pair.Key}={pair.Value}"))}";
}

/// <param name="Code">Null: every reference of the source.</param>
public sealed record PlainInclude(bool Reverse, bool Iterate, string Source, string? Code, string? Target)
{
    public string Text => $"{Source}:{Code ?? "*"}{(Target is null ? "" : ":" + Target)}";
}

public abstract record PlainCondition
{
    public abstract string Name { get; }
    public abstract string Value { get; }

    // A record writes its members otherwise, which tells less.
    public sealed override string ToString() => $"{Name}={Value}";
}

/// <summary>One value of a request, not yet written. System: null « any », empty « none ».</summary>
public sealed record Wanted(string Prefix, string? Text, string? System = null, string? Code = null)
{
    public IReadOnlyList<(Wanted Value, bool IsToken)> Parts { get; init; } = [];

    public string Write(bool token) => Parts.Count > 0
        ? string.Join('$', Parts.Select(part => part.Value.Write(part.IsToken)))
        : token ? WriteToken() : Prefix + Escape(Text!) + (Code is null ? "" : $"|{Escape(System ?? "")}|{Escape(Code)}");

    string WriteToken()
    {
        if (Text is not null && Code is not null) return $"{Escape(System ?? "")}|{Escape(Code)}|{Escape(Text)}";   // :of-type
        if (Text is not null) return Escape(Text);
        return System is null ? Escape(Code!) : $"{Escape(System)}|{(Code is null ? "" : Escape(Code))}";
    }

    static string Escape(string text) => text.Replace("\\", @"\\", StringComparison.Ordinal).Replace(",", "\\,", StringComparison.Ordinal)
        .Replace("|", "\\|", StringComparison.Ordinal).Replace("$", "\\$", StringComparison.Ordinal);
}

/// <summary>code:modifier=value,value</summary>
public sealed record PlainClause(string Code, string? Modifier, bool IsToken, IReadOnlyList<Wanted> Any) : PlainCondition
{
    public override string Name => Modifier is null ? Code : $"{Code}:{Modifier}";

    // near writes its own bars.
    public override string Value => string.Join(',', Any.Select(one => Code == "near" ? one.Text : one.Write(IsToken)));
}

/// <summary>code:Type.inner=…</summary>
public sealed record PlainChain(string Code, string? Type, PlainCondition Inner) : PlainCondition
{
    public override string Name => $"{Code}{(Type is null ? "" : ":" + Type)}.{Inner.Name}";
    public override string Value => Inner.Value;
}

/// <summary>_has:Type:code:inner=…</summary>
public sealed record PlainHas(string Type, string Code, PlainCondition Inner) : PlainCondition
{
    public override string Name => $"_has:{Type}:{Code}:{Inner.Name}";
    public override string Value => Inner.Value;
}

/// <summary>_filter=…</summary>
public sealed record PlainFilter(PlainTest Test) : PlainCondition
{
    public override string Name => "_filter";
    public override string Value => Test.Write();
}

public abstract record PlainTest
{
    public abstract string Write();
}

/// <param name="Bare">Without the brackets that would say what belongs together: then it is read from left to right.</param>
public sealed record PlainJoin(bool All, PlainTest Left, PlainTest Right, bool Bare = false) : PlainTest
{
    public override string Write() => Bare ? Both : $"({Both})";

    string Both => $"{Left.Write()} {(All ? "and" : "or")} {(Right is PlainJoin { Bare: true } ? $"({Right.Write()})" : Right.Write())}";
}

public sealed record PlainNot(PlainTest Inner) : PlainTest
{
    public override string Write() => $"not ({Inner.Write()})";
}

/// <summary>code op value</summary>
public sealed record PlainCompare(string Code, string Op, bool IsToken, Wanted Wanted) : PlainTest
{
    public override string Write() => $"{Code} {Op} {(IsToken || Op is "pr" or "in" || Wanted.Code is not null ? Token() : Quoted())}";

    string Token() => Op is "pr" or "in" ? Wanted.Text! : Wanted.Write(IsToken);

    string Quoted() => "\"" + Wanted.Text!.Replace("\\", @"\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\"";
}

/// <summary>code:Type[filter].inner</summary>
public sealed record PlainFollow(string Code, string? Type, PlainTest? Filter, PlainTest Inner) : PlainTest
{
    public override string Write() => $"{Code}{(Type is null ? "" : ":" + Type)}{(Filter is null ? "" : $"[{Filter.Write()}]")}.{Inner.Write()}";
}
