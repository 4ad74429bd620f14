using System.Globalization;

namespace Socle.Fhir;

/// <summary>Reads the parameters of one request.</summary>
sealed class SearchParser(string resourceType, bool strict, DateTimeOffset? now)
{
    const int MaxClauses = 100;
    const int MaxChain = 3;

    readonly List<SearchClause> clauses = [];
    readonly List<ReverseChain> has = [];
    readonly List<SortKey> sort = [];
    readonly List<IncludeRule> includes = [], revIncludes = [];
    readonly List<string> unknown = [];
    readonly SearchQuery query = new(resourceType);

    public SearchQuery Parse(IEnumerable<KeyValuePair<string, string>> parameters)
    {
        if (!Definitions.IsResourceType(resourceType))
            throw Fault("_type", "not-supported", $"{resourceType} is not a resource type of FHIR R4.");
        foreach (var (name, value) in parameters)
        {
            if (clauses.Count + has.Count >= MaxClauses) throw Fault(name, "too-costly", $"more than {MaxClauses} parameters.");
            if (!Control(name, value)) Clause(name, value);
        }
        if (strict && unknown.Count > 0) throw Fault(unknown[0], "not-supported", "unknown parameter.");
        (query.Clauses, query.Has, query.Sort, query.Includes, query.RevIncludes, query.Unknown) = (clauses, has, sort, includes,
            revIncludes, unknown);
        return query;
    }

    internal static FhirException Fault(string name, string code, string why) => new(code, null, $"Search parameter {Cut(name, 200)}: {Cut(why, 1_000)}");

    // The answer names what was sent without sending all of it back.
    static string Cut(string text, int length) => text.Length <= length ? text : text[..length] + "…";

    bool Control(string name, string value)
    {
        switch (name)
        {
            case "_format" or "_pretty": return true;
            case "_count": query.Count = CountOf(value); return true;
            case "_sort": Sort(value); return true;
            case "_summary": query.Summary = OneOf(name, value, "true", "false", "text", "data", "count"); return true;
            case "_total": query.Total = OneOf(name, value, "none", "estimate", "accurate"); return true;
            case "_elements": query.Elements = Elements(value); return true;
            case "_page": query.PageToken = value; return true;
            case "_include": Include(name, value, includes, false); return true;
            case "_include:iterate" or "_include:recurse": Include(name, value, includes, true); return true;
            case "_revinclude": Include(name, value, revIncludes, false); return true;
            case "_revinclude:iterate" or "_revinclude:recurse": Include(name, value, revIncludes, true); return true;
            default: return false;
        }
    }

    static int CountOf(string value)
    {
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > SearchQuery.MaxCount)
            throw Fault("_count", "value", $"a whole number from 0 to {SearchQuery.MaxCount} is expected.");
        return count;
    }

    static string OneOf(string name, string value, params string[] allowed) =>
        allowed.Contains(value) ? value : throw Fault(name, "value", $"one of {string.Join(", ", allowed)} is expected.");

    static string Elements(string value)
    {
        if (value.Length is 0 or > 1_000 || !value.All(c => char.IsAsciiLetterOrDigit(c) || c is ',' or '.' or '_'))
            throw Fault("_elements", "value", "names separated by commas are expected.");
        return value;
    }

    void Sort(string value)
    {
        foreach (var key in value.Split(','))
        {
            var descending = key.StartsWith('-');
            var code = descending ? key[1..] : key;
            var param = Definitions.SearchParam(resourceType, code);
            if (param is { Kind: SearchKind.Composite or SearchKind.Special })
                throw Fault("_sort", "not-supported", $"{code} cannot be sorted by.");
            if (param is not null) sort.Add(new SortKey(param, descending));
            else unknown.Add("_sort=" + key);
        }
    }

    void Include(string name, string value, List<IncludeRule> into, bool iterate)
    {
        var parts = value.Split(':');
        var reverse = name.StartsWith("_rev", StringComparison.Ordinal);
        if (value == "*")
        {
            if (reverse) throw Fault(name, "not-supported", "* needs a resource type.");
            into.Add(new IncludeRule(resourceType, null, null, iterate));
            return;
        }
        if (parts.Length is < 2 or > 3 || !Definitions.IsResourceType(parts[0]))
            throw Fault(name, "value", "Type:parameter or Type:parameter:TargetType is expected.");
        if (parts.Length == 3 && !Definitions.IsResourceType(parts[2])) throw Fault(name, "value", $"{parts[2]} is not a resource type.");
        var param = parts[1] == "*" ? null : Definitions.SearchParam(parts[0], parts[1]);
        if (parts[1] != "*" && param is not { Kind: SearchKind.Reference })
            throw Fault(name, "value", $"{parts[0]} has no reference parameter {parts[1]}.");
        if (into.Count >= 20) throw Fault(name, "too-costly", "more than 20 rules.");
        into.Add(new IncludeRule(parts[0], param, parts.Length == 3 ? parts[2] : null, iterate));
    }

    void Clause(string name, string value)
    {
        if (name.StartsWith("_has:", StringComparison.Ordinal))
        {
            has.Add(Reverse(name, value));
            return;
        }
        if (ClauseOf(resourceType, name, name, value, 0) is { } clause) clauses.Add(clause);
        else unknown.Add(name);
    }

    // _has:Observation:patient:code
    ReverseChain Reverse(string name, string value)
    {
        var parts = name.Split(':', 4);
        if (parts.Length < 4 || !Definitions.IsResourceType(parts[1]))
            throw Fault(name, "value", "_has:Type:reference:parameter is expected.");
        if (Definitions.SearchParam(parts[1], parts[2]) is not { Kind: SearchKind.Reference } param)
            throw Fault(name, "value", $"{parts[1]} has no reference parameter {parts[2]}.");
        if (parts[3].StartsWith("_has:", StringComparison.Ordinal)) throw Fault(name, "not-supported", "_has inside _has.");
        return new ReverseChain(parts[1], param, ClauseOf(parts[1], parts[3], name, value, 1)
            ?? throw Fault(name, "not-supported", $"{parts[1]} has no parameter {parts[3]}."));
    }

    SearchClause? ClauseOf(string type, string name, string whole, string value, int depth)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        var head = dot < 0 ? name : name[..dot];
        var colon = head.IndexOf(':', StringComparison.Ordinal);
        var code = colon < 0 ? head : head[..colon];
        var modifier = colon < 0 ? null : head[(colon + 1)..];
        if (Definitions.SearchParam(type, code) is not { } param) return null;
        if (param.Kind == SearchKind.Special) throw Fault(whole, "not-supported", "this parameter is not supported.");
        if (dot >= 0) return Chain(param, modifier, name[(dot + 1)..], whole, value, depth);
        var reader = new SearchValueReader(type, param, modifier, whole, now);
        reader.CheckModifier();
        return new SearchClause(param, modifier, reader.Values(value), null, reader.Parts);
    }

    SearchClause Chain(SearchParam param, string? type, string rest, string whole, string value, int depth)
    {
        if (param.Kind != SearchKind.Reference) throw Fault(whole, "value", $"{param.Code} is not a reference.");
        if (depth >= MaxChain) throw Fault(whole, "too-costly", $"more than {MaxChain} links in a chain.");
        if (type is not null && (!Definitions.IsResourceType(type) || !CanBe(param, type)))
            throw Fault(whole, "value", $"{param.Code} never refers to {type}.");
        var targets = new List<ChainTarget>();
        foreach (var target in type is not null ? [type] : Targets(param))
            if (ClauseOf(target, rest, whole, value, depth + 1) is { } inner) targets.Add(new ChainTarget(target, inner));
        if (targets.Count == 0) throw Fault(whole, "not-supported", $"no target of {param.Code} has a parameter {rest}.");
        var dot = rest.IndexOfAny(['.', ':']);
        return new SearchClause(param, type, [], new SearchChain(dot < 0 ? rest : rest[..dot], targets));
    }

    static bool CanBe(SearchParam param, string type) =>
        param.Targets.Count == 0 || param.Targets.Contains(type) || param.Targets.Contains("Resource");

    static IEnumerable<string> Targets(SearchParam param) =>
        param.Targets.Count == 0 || param.Targets.Contains("Resource") ? Definitions.ResourceTypes
            : param.Targets.Where(Definitions.IsResourceType);
}
