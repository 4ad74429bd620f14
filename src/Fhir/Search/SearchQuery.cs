using System.Globalization;
using System.Text;

namespace Socle.Fhir;

/// <summary>A search as the FHIR parameters ask for it.</summary>
public sealed class SearchQuery
{
    /// <summary>The most that _count may ask for.</summary>
    public const int MaxCount = 1_000;

    internal SearchQuery(string resourceType) => ResourceType = resourceType;

    public string ResourceType { get; }
    public IReadOnlyList<SearchClause> Clauses { get; internal set; } = [];

    /// <summary>_has: resources that refer to the ones looked for.</summary>
    public IReadOnlyList<ReverseChain> Has { get; internal set; } = [];

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

    /// <summary>Throws a FhirException that names the parameter when a value or a modifier is wrong; strict: also for an unknown parameter.
    /// Now: what « ap » on dates measures its tenth against; without it ap means overlap.</summary>
    public static SearchQuery Parse(string resourceType, IEnumerable<KeyValuePair<string, string>> parameters, bool strict,
        DateTimeOffset? now = null) =>
        new SearchParser(resourceType, strict, now).Parse(parameters);

    /// <summary>The same from « a=b&amp;c=d » as it stands in a URL.</summary>
    public static SearchQuery Parse(string resourceType, string queryString, bool strict, DateTimeOffset? now = null) =>
        Parse(resourceType, Pairs(queryString), strict, now);

    public static IEnumerable<KeyValuePair<string, string>> Pairs(string queryString)
    {
        foreach (var part in queryString.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            var equal = part.IndexOf('=', StringComparison.Ordinal);
            yield return equal < 0 ? new(Decoded(part), "") : new(Decoded(part[..equal]), Decoded(part[(equal + 1)..]));
        }
    }

    static string Decoded(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));

    /// <summary>All clauses but chains and _has, which only the Store can follow.</summary>
    public bool Matches(IReadOnlyList<IndexValue> values, FhirDocument doc)
    {
        if (doc.ResourceType != ResourceType) return false;
        foreach (var clause in Clauses)
            if (!clause.Matches(values, doc)) return false;
        return true;
    }

    /// <summary>The parameters in one order and one spelling, escaped for a URL, without the page.</summary>
    public string Canonical()
    {
        var parts = Clauses.Select(c => (c.Name, c.Written)).Concat(Has.Select(h => (NameOf(h), h.Inner.Written)))
            .OrderBy(p => p.Item1, StringComparer.Ordinal).ThenBy(p => p.Item2, StringComparer.Ordinal).ToList();
        if (Sort.Count > 0) parts.Add(("_sort", string.Join(',', Sort.Select(s => (s.Descending ? "-" : "") + s.Param.Code))));
        if (Count is { } count) parts.Add(("_count", count.ToString(CultureInfo.InvariantCulture)));
        parts.AddRange(Includes.Select(i => (i.Iterate ? "_include:iterate" : "_include", NameOf(i))));
        parts.AddRange(RevIncludes.Select(i => (i.Iterate ? "_revinclude:iterate" : "_revinclude", NameOf(i))));
        if (Summary is not null) parts.Add(("_summary", Summary));
        if (Total is not null) parts.Add(("_total", Total));
        if (Elements is not null) parts.Add(("_elements", Elements));
        var text = new StringBuilder();
        foreach (var (name, value) in parts)
            text.Append(text.Length == 0 ? "" : "&").Append(Escaped(name)).Append('=').Append(Escaped(value));
        return text.ToString();
    }

    static string NameOf(ReverseChain has) => $"_has:{has.ResourceType}:{has.Param.Code}:{has.Inner.Name}";

    static string NameOf(IncludeRule rule) =>
        $"{rule.SourceType}:{rule.Param?.Code ?? "*"}{(rule.TargetType is null ? "" : ":" + rule.TargetType)}";

    static string Escaped(string text) =>
        Uri.EscapeDataString(text).Replace("%3A", ":", StringComparison.Ordinal).Replace("%2C", ",", StringComparison.Ordinal);

    public override string ToString() => $"{ResourceType}?{Canonical()}";
}
