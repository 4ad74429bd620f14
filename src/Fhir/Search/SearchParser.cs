using System.Globalization;

namespace Socle.Fhir;

/// <summary>Reads the parameters of one request: those that steer the answer here, the conditions by <see cref="ClauseParser"/>.</summary>
sealed class SearchParser(string resourceType, bool strict, SearchEnvironment env)
{
    const int MaxClauses = 100;
    const int MaxLength = 64_000;
    const int MaxRules = 20;
    const int MaxSorts = 10;

    readonly List<SearchNode> criteria = [];
    readonly List<SortKey> sort = [];
    readonly List<IncludeRule> includes = [], revIncludes = [];
    readonly List<string> unknown = [];
    readonly SearchQuery query = new(resourceType);
    readonly ClauseParser clauses = new(env);
    bool IsSystem => resourceType == SearchQuery.AnyType;

    public SearchQuery Parse(IEnumerable<KeyValuePair<string, string>> parameters)
    {
        if (!IsSystem && !Definitions.IsResourceType(resourceType))
            throw Fault("_type", "not-supported", $"{resourceType} is not a resource type of FHIR R4.");
        var length = 0;
        foreach (var (name, value) in parameters)
        {
            length += name.Length + value.Length;
            if (length > MaxLength) throw Fault(Shown(name), "too-costly", $"a search has at most {MaxLength} characters.");
            if (criteria.Count >= MaxClauses) throw Fault(Shown(name), "too-costly", $"a search has at most {MaxClauses} conditions.");
            if (!Control(name, value)) Condition(name, value);
        }
        if (strict && unknown.Count > 0) throw Fault(Shown(unknown[0]), "not-supported", "unknown parameter.");
        query.SetCriteria(criteria);
        (query.Sort, query.Includes, query.RevIncludes, query.Unknown) = (sort, includes, revIncludes, unknown);
        return query;
    }

    internal static FhirException Fault(string name, string code, string why) => new(code, null, $"Search parameter {Cut(name, 200)}: {Cut(why, 1_000)}");

    // The answer names what was sent without sending all of it back.
    static string Cut(string text, int length) => text.Length <= length ? text : text[..length] + "…";

    static string Shown(string name) => name.Length <= 100 ? name : name[..100] + "…";

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
            case "_contained": OneOf(name, value, "false"); return true;
            case "_page": query.PageToken = value; return true;
            case "_type" when IsSystem: query.Types = Types(value); return true;
            case "_include": Include(name, value, includes, false); return true;
            case "_include:iterate" or "_include:recurse": Include(name, value, includes, true); return true;
            case "_revinclude": Include(name, value, revIncludes, false); return true;
            case "_revinclude:iterate" or "_revinclude:recurse": Include(name, value, revIncludes, true); return true;
            default: return false;
        }
    }

    void Condition(string name, string value)
    {
        if (name == "_filter") criteria.Add(FilterParser.Parse(clauses, resourceType, value));
        else if (clauses.Of(resourceType, name, Shown(name), value, default) is { } node) criteria.Add(node);
        else unknown.Add(Shown(name));
    }

    static int CountOf(string value)
    {
        if (!int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count > SearchQuery.MaxCount)
            throw Fault("_count", "value", $"a whole number from 0 (only the total) to {SearchQuery.MaxCount} is expected.");
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

    static List<string> Types(string value)
    {
        var types = value.Split(',').Distinct().ToList();
        foreach (var type in types)
            if (!Definitions.IsResourceType(type)) throw Fault("_type", "value", $"{Shown(type)} is not a resource type of FHIR R4.");
        return types;
    }

    void Sort(string value)
    {
        foreach (var key in value.Split(','))
        {
            if (sort.Count >= MaxSorts) throw Fault("_sort", "too-costly", $"at most {MaxSorts} keys.");
            var descending = key.StartsWith('-');
            var code = descending ? key[1..] : key;
            // _score is unknown like any other name: matches are not ranked here.
            var param = env.Params.Find(resourceType, code);
            if (param is { Kind: SearchKind.Composite or SearchKind.Special })
                throw Fault("_sort", "not-supported", $"{code} cannot be sorted by.");
            if (param is not null) sort.Add(new SortKey(param, descending));
            else unknown.Add("_sort=" + Shown(key));
        }
    }

    void Include(string name, string value, List<IncludeRule> into, bool iterate)
    {
        if (into.Count >= MaxRules) throw Fault(name, "too-costly", $"at most {MaxRules} rules.");
        var parts = value.Split(':');
        var reverse = name.StartsWith("_rev", StringComparison.Ordinal);
        if (value == "*")
        {
            if (reverse) throw Fault(name, "not-supported", "* needs a resource type: Type:*.");
            into.Add(new IncludeRule(iterate || IsSystem ? "*" : resourceType, null, null, iterate));
            return;
        }
        if (parts.Length is < 2 or > 3 || !Definitions.IsResourceType(parts[0]))
            throw Fault(name, "value", "Type:parameter or Type:parameter:TargetType is expected.");
        if (parts.Length == 3 && !Definitions.IsResourceType(parts[2]))
            throw Fault(name, "value", $"{Shown(parts[2])} is not a resource type.");
        var param = parts[1] == "*" ? null : env.Params.Find(parts[0], parts[1]);
        if (parts[1] != "*" && param is not { Kind: SearchKind.Reference })
            throw Fault(name, "value", $"{parts[0]} has no reference parameter {Shown(parts[1])}.");
        into.Add(new IncludeRule(parts[0], param, parts.Length == 3 ? parts[2] : null, iterate));
    }
}
