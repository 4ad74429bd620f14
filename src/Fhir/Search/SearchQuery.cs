using System.Globalization;
using System.Text;

namespace Socle.Fhir;

/// <summary>A search as the FHIR parameters ask for it.</summary>
public sealed class SearchQuery
{
    /// <summary>The most that _count may ask for.</summary>
    public const int MaxCount = 1_000;

    /// <summary>The resource type of a search over the whole system.</summary>
    public const string AnyType = "Resource";

    string? canonical;

    internal SearchQuery(string resourceType) => ResourceType = resourceType;

    public string ResourceType { get; }

    /// <summary>Every condition, all of which must hold: the clauses, the _has and the _filter below.</summary>
    public IReadOnlyList<SearchNode> Criteria { get; private set; } = [];

    public IReadOnlyList<SearchClause> Clauses { get; private set; } = [];

    /// <summary>_has: resources that refer to the ones looked for.</summary>
    public IReadOnlyList<ReverseChain> Has { get; private set; } = [];

    /// <summary>_filter, and what a chain of a _filter asks of its target.</summary>
    public IReadOnlyList<SearchGroup> Filters { get; private set; } = [];

    /// <summary>_type of a search over the whole system; empty: every type.</summary>
    public IReadOnlyList<string> Types { get; internal set; } = [];

    public IReadOnlyList<SortKey> Sort { get; internal set; } = [];
    public int? Count { get; internal set; }
    public IReadOnlyList<IncludeRule> Includes { get; internal set; } = [];
    public IReadOnlyList<IncludeRule> RevIncludes { get; internal set; } = [];

    /// <summary>true, false, text, data or count.</summary>
    public string? Summary { get; internal set; }

    /// <summary>none, estimate or accurate.</summary>
    public string? Total { get; internal set; }

    /// <summary>Names separated by commas.</summary>
    public string? Elements { get; internal set; }

    public string? PageToken { get; internal set; }

    /// <summary>Names of parameters that were not understood and are ignored.</summary>
    public IReadOnlyList<string> Unknown { get; internal set; } = [];

    /// <summary>Throws a FhirException that names the parameter when a value or a modifier is wrong; strict: also for an unknown
    /// parameter.</summary>
    public static SearchQuery Parse(string resourceType, IEnumerable<KeyValuePair<string, string>> parameters, bool strict,
        SearchEnvironment? env = null) =>
        new SearchParser(resourceType, strict, env ?? SearchEnvironment.Default).Parse(parameters);

    /// <summary>The same from « a=b&amp;c=d » as it stands in a URL.</summary>
    public static SearchQuery Parse(string resourceType, string queryString, bool strict, SearchEnvironment? env = null) =>
        Parse(resourceType, Pairs(queryString), strict, env);

    /// <summary>A search over several types, or all when _type names none: one query per type. A parameter must be known of each.</summary>
    public static IReadOnlyList<SearchQuery> ParseSystem(IReadOnlyList<KeyValuePair<string, string>> parameters, bool strict, SearchEnvironment? env = null)
    {
        var named = parameters.Where(p => p.Key == "_type").SelectMany(p => p.Value.Split(',')).Distinct().ToList();
        if (named.Count == 0) return [Parse(AnyType, parameters, strict, env)];
        Parse(AnyType, parameters.Where(p => p.Key == "_type"), strict, env);
        return [.. named.Select(type => Parse(type, parameters.Where(p => p.Key != "_type"), strict, env))];
    }

    /// <summary>These conditions and nothing else: what a chain or a _has asks of the other end.</summary>
    public static SearchQuery Of(string resourceType, params IReadOnlyList<SearchNode> criteria)
    {
        var query = new SearchQuery(resourceType);
        query.SetCriteria(criteria);
        return query;
    }

    internal void SetCriteria(IReadOnlyList<SearchNode> criteria)
    {
        Criteria = criteria;
        (Clauses, Has, Filters) = ([.. criteria.OfType<SearchClause>()], [.. criteria.OfType<ReverseChain>()], [.. criteria.OfType<SearchGroup>()]);
    }

    public static IEnumerable<KeyValuePair<string, string>> Pairs(string queryString)
    {
        foreach (var part in queryString.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equal = part.IndexOf('=', StringComparison.Ordinal);
            yield return equal < 0 ? new(Decoded(part), "") : new(Decoded(part[..equal]), Decoded(part[(equal + 1)..]));
        }
    }

    static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    /// <summary>All conditions but chains, _has and _list, which only the Store can follow: those are taken as met.</summary>
    public bool Matches(IReadOnlyList<IndexValue> values, FhirDocument doc)
    {
        if (ResourceType != AnyType && doc.ResourceType != ResourceType) return false;
        foreach (var node in Criteria)
            if (!node.Matches(values, doc, null)) return false;
        return true;
    }

    /// <summary>The parameters in one order and one spelling, escaped for a URL, without the page.</summary>
    public string Canonical() => canonical ??= Write();

    string Write()
    {
        var parts = Criteria.Select(node => (node.Name, node.Written))
            .OrderBy(p => p.Item1, StringComparer.Ordinal).ThenBy(p => p.Item2, StringComparer.Ordinal).ToList();
        if (Sort.Count > 0) parts.Add(("_sort", string.Join(',', Sort.Select(s => (s.Descending ? "-" : "") + s.Param.Code))));
        if (Count is { } count) parts.Add(("_count", count.ToString(CultureInfo.InvariantCulture)));
        parts.AddRange(Includes.Select(i => (i.Iterate ? "_include:iterate" : "_include", NameOf(i))));
        parts.AddRange(RevIncludes.Select(i => (i.Iterate ? "_revinclude:iterate" : "_revinclude", NameOf(i))));
        if (Summary is not null) parts.Add(("_summary", Summary));
        if (Total is not null) parts.Add(("_total", Total));
        if (Elements is not null) parts.Add(("_elements", Elements));
        if (Types.Count > 0) parts.Add(("_type", string.Join(',', Types)));
        var text = new StringBuilder();
        foreach (var (name, value) in parts)
            text.Append(text.Length == 0 ? "" : "&").Append(Escaped(name)).Append('=').Append(Escaped(value));
        return text.ToString();
    }

    static string NameOf(IncludeRule rule) => rule.SourceType == "*" ? "*" :
        $"{rule.SourceType}:{rule.Param?.Code ?? "*"}{(rule.TargetType is null ? "" : ":" + rule.TargetType)}";

    static string Escaped(string text) =>
        Uri.EscapeDataString(text).Replace("%3A", ":", StringComparison.Ordinal).Replace("%2C", ",", StringComparison.Ordinal);

    public override string ToString() => $"{ResourceType}?{Canonical()}";
}
