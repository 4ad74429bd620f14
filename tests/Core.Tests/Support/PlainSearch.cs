using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.RegularExpressions;
using Socle.Fhir;

namespace Socle.Support;

/// <summary>A stored resource. Id: in its bytes; ExternalId: the Store's own. Both name it.</summary>
public sealed record PlainItem(string Type, string Id, string ExternalId, FhirDocument Doc, long Patient, long Number, DateTimeOffset Updated)
{
    public override string ToString() => $"{Type}/{Id}";
}

/// <summary>What one actor sees: rows, and the types that may be searched or read.</summary>
/// <param name="Backward">The part of it that may be found by what it refers to (_has, _revinclude).</param>
public sealed record PlainView(IReadOnlySet<PlainItem> Visible, IReadOnlySet<PlainItem> Backward, Func<string, bool> MaySearch, Func<string, bool> MayRead);

/// <summary>
/// The slow, obvious search: every resource, every condition, one after the other. Values come from the parameters' FHIRPath over the
/// documents; no index, no hash, nothing of the search that is checked against it.
/// </summary>
public sealed partial class PlainSearch
{
    const int Rounds = 3;

    readonly IReadOnlyList<PlainItem> items;
    readonly PlainMeaning meaning;
    readonly Dictionary<string, PlainItem> byReference = new(StringComparer.Ordinal);
    // Several questions are answered at once.
    readonly ConcurrentDictionary<(PlainItem, string), List<PlainValue>> known = [];
    readonly ConcurrentDictionary<(PlainItem, bool), HashSet<string>> words = [];
    readonly ConcurrentDictionary<(SearchParam, string?, string), (HashSet<string>, HashSet<PlainItem>)> spelled = [];
    readonly ConcurrentDictionary<string, FhirPath> compiled = [];
    readonly ConcurrentDictionary<(PlainView, string, string), HashSet<PlainItem>> trees = [];

    public PlainSearch(IReadOnlyList<PlainItem> items, ITerminology terminology, DateTimeOffset now, SearchParamSet? parameters = null)
    {
        (this.items, meaning, Params) = (items, new PlainMeaning(terminology, now), parameters ?? SearchParamSet.R4);
        foreach (var item in items)
        {
            byReference[$"{item.Type}/{item.Id}"] = item;
            byReference[$"{item.Type}/{item.ExternalId}"] = item;
        }
    }

    public IReadOnlyList<PlainItem> Items => items;

    /// <summary>R4's and those of one's own.</summary>
    public SearchParamSet Params { get; }

    public List<PlainItem> Matches(PlainView view, PlainQuestion question)
    {
        var found = view.Visible.Where(item => question.Types.Contains(item.Type) && IsInside(view, item, question.Inside)
            && question.Conditions.All(condition => Holds(view, item, condition))).ToList();
        found.Sort((x, y) => Order(question, x, y));
        return found;
    }

    public HashSet<PlainItem> Included(PlainView view, PlainQuestion question, IReadOnlyList<PlainItem> matches)
    {
        var (included, seen, round) = (new HashSet<PlainItem>(), matches.ToHashSet(), matches.ToList());
        for (var depth = 0; depth < Rounds && round.Count > 0; depth++)
        {
            var next = new List<PlainItem>();
            foreach (var rule in question.Includes.Where(rule => depth == 0 || rule.Iterate))
                next.AddRange(rule.Reverse ? Referring(view, rule, round) : Referred(view, rule, round));
            round = [.. next.Where(seen.Add)];
            included.UnionWith(round);
        }
        return included;
    }

    IEnumerable<PlainItem> Referred(PlainView view, PlainInclude rule, List<PlainItem> from) =>
        from item in @from
        where item.Type == rule.Source
        from target in References(item, rule.Code).Select(text => Resolve(view, text))
        where target is not null && view.MayRead(target.Type) && (rule.Target is null || target.Type == rule.Target)
        select target;

    IEnumerable<PlainItem> Referring(PlainView view, PlainInclude rule, List<PlainItem> to) =>
        !view.MayRead(rule.Source) ? [] : view.Backward.Where(item => item.Type == rule.Source && References(item, rule.Code)
            .Any(text => Resolve(view, text) is { } target && to.Contains(target) && (rule.Target is null || target.Type == rule.Target)));

    IEnumerable<string> References(PlainItem item, string? code) => Params.Of(item.Type)
        .Where(param => param.Kind == SearchKind.Reference && (code is null || param.Code == code))
        .SelectMany(param => Values(item, param)).Select(value => value.Text).OfType<string>();

    /// <summary>What a reference leads to, when this actor sees it.</summary>
    PlainItem? Resolve(PlainView view, string? text) =>
        text is not null && byReference.TryGetValue(text, out var item) && view.Visible.Contains(item) ? item : null;

    public List<PlainValue> Values(PlainItem item, SearchParam param)
    {
        if (known.TryGetValue((item, param.Code), out var there)) return there;
        var values = new List<PlainValue>();
        foreach (var branch in param.Expression.Split(" | "))
        {
            var typed = ResolveIs().Match(branch);
            foreach (var found in Compiled(typed.Success ? branch[..typed.Index] : branch).Evaluate(item.Doc.Root))
            {
                var ofOne = PlainValue.Of(found, param.Kind, param.Code);
                // A reference by identifier alone may be of any type.
                if (typed.Success) ofOne.RemoveAll(value => value.Only.Length == 0 && TypeOf(value.Text) != typed.Groups[1].Value);
                values.AddRange(ofOne);
            }
        }
        return known[(item, param.Code)] = values;
    }

    FhirPath Compiled(string expression) => compiled.TryGetValue(expression, out var path) ? path : compiled[expression] = FhirPath.Compile(expression);

    static string? TypeOf(string? reference) => reference?.Split('/') is [.., var type, _] && Definitions.IsResourceType(type) ? type : null;

    [GeneratedRegex(@"\.where\(resolve\(\) is (\w+)\)$")]
    private static partial Regex ResolveIs();

    bool Holds(PlainView view, PlainItem item, PlainCondition condition) => condition switch
    {
        PlainClause clause => Clause(view, item, clause),
        PlainChain chain => Targets(view, item, chain.Code, chain.Type).Any(target => Holds(view, target, chain.Inner)),
        PlainHas has => view.MaySearch(has.Type) && view.Backward.Any(other => other.Type == has.Type && Holds(view, other, has.Inner)
            && References(other, has.Code).Any(text => Resolve(view, text) == item)),
        PlainFilter filter => Holds(view, item, filter.Test),
        _ => throw new InvalidOperationException(),
    };

    bool Holds(PlainView view, PlainItem item, PlainTest test) => test switch
    {
        PlainJoin join => join.All ? Holds(view, item, join.Left) && Holds(view, item, join.Right) : Holds(view, item, join.Left) || Holds(view, item, join.Right),
        PlainNot not => !Holds(view, item, not.Inner),
        PlainFollow follow => Targets(view, item, follow.Code, follow.Type)
            .Any(target => (follow.Filter is null || Holds(view, target, follow.Filter)) && Holds(view, target, follow.Inner)),
        PlainCompare compare => Compare(view, item, compare),
        _ => throw new InvalidOperationException(),
    };

    IEnumerable<PlainItem> Targets(PlainView view, PlainItem item, string code, string? type) => References(item, code)
        .Select(text => Resolve(view, text)).OfType<PlainItem>().Where(target => (type is null || target.Type == type) && view.MaySearch(target.Type));

    bool Clause(PlainView view, PlainItem item, PlainClause clause)
    {
        switch (clause.Code)
        {
            case "_id": return clause.Any.Any(wanted => wanted.Code == item.Id || wanted.Code == item.ExternalId);
            case "_text" or "_content":
                return clause.Any.Any(wanted => Words(wanted.Text!).IsSubsetOf(WordsOf(item, clause.Code == "_text")));
            case "_list":
                return clause.Any.Any(wanted => view.MayRead("List") && Resolve(view, "List/" + wanted.Code) is { } list
                    && list.Doc.Root.All("entry").Any(entry => Resolve(view, entry["item"]["reference"].Text) == item));
            case "near": return clause.Any.Any(wanted => PlainMeaning.IsNear(item.Doc.Root["position"], wanted.Text!));
        }
        if (Params.Find(item.Type, clause.Code) is not { } param) return false;
        if (param.Kind == SearchKind.Composite) return clause.Any.Any(wanted => Composite(item, param, wanted));
        var values = Values(item, param);
        return clause.Modifier switch
        {
            "missing" => values.Count == 0 == (clause.Any[0].Text == "true"),
            "not" or "not-in" => !values.Exists(value => clause.Any.Any(wanted => meaning.Is(param, clause.Modifier, wanted, value))),
            _ => values.Exists(value => clause.Any.Any(wanted => One(view, param, clause.Modifier, wanted, value))),
        };
    }

    bool One(PlainView view, SearchParam param, string? modifier, Wanted wanted, PlainValue value) =>
        param.Kind == SearchKind.Reference && modifier is "above" or "below"
            ? value.Only.Length == 0 && value.Text is not null && (RootsOf(param, wanted.Text!).Contains(value.Text)
                || Resolve(view, value.Text) is { } place && Tree(view, param, modifier, wanted.Text!).Contains(place))
            : param.Kind == SearchKind.Reference && modifier != "identifier"
            ? value.Only.Length == 0 && value.Text is not null && SpellingsOf(param, modifier, wanted.Text!) is var asked
                && (asked.Texts.Contains(value.Text) || Resolve(view, value.Text) is { } target && asked.Items.Contains(target))
            : meaning.Is(param, modifier, wanted, value);

    // Every type that an id without one may be of, and what stands there.
    (HashSet<string> Texts, HashSet<PlainItem> Items) SpellingsOf(SearchParam param, string? modifier, string text)
    {
        if (spelled.TryGetValue((param, modifier, text), out var there)) return there;
        var texts = Spellings(param, modifier, text).ToHashSet();
        return spelled[(param, modifier, text)] = (texts, [.. texts.Where(byReference.ContainsKey).Select(one => byReference[one])]);
    }

    static IEnumerable<string> Spellings(SearchParam param, string? modifier, string text)
    {
        if (text.Contains('/', StringComparison.Ordinal) || text.Contains(':', StringComparison.Ordinal)) return [text.Split("/_history/")[0]];
        return (modifier is not null ? [modifier] : param.Code == "patient" ? ["Patient"] : param.Targets).Select(type => $"{type}/{text}");
    }

    bool Compare(PlainView view, PlainItem item, PlainCompare compare)
    {
        var param = Params.Find(item.Type, compare.Code)!;
        var values = Values(item, param);
        return compare.Op switch
        {
            "pr" => values.Count > 0 == (compare.Wanted.Text == "true"),
            "re" or "eq" when param.Kind == SearchKind.Reference => values.Exists(value => One(view, param, null, compare.Wanted, value)),
            "ne" when param.Kind == SearchKind.Reference =>
                values.Exists(value => value is { Only.Length: 0, Text: not null } && !SpellingsOf(param, null, compare.Wanted.Text!).Texts.Contains(value.Text)),
            _ => values.Exists(value => meaning.Compare(param, compare.Op, compare.Wanted, value)),
        };
    }

    bool Composite(PlainItem item, SearchParam param, Wanted wanted)
    {
        // R4 names the parts of « relationship » the wrong way round.
        var components = param.Code == "relationship" ? param.Components.Reverse().ToList() : param.Components;
        var roots = param.Expression.Length == 0 ? [FhirValue.Of(item.Doc.Root)] : Compiled(param.Expression).Evaluate(item.Doc.Root);
        return roots.Any(root => Enumerable.Range(0, components.Count).All(i =>
        {
            var by = Params.Find(item.Type, components[i].Code)!;
            var path = param.Components[i].Expression;
            return Compiled(path.Replace("as(DateTime)", "as(dateTime)", StringComparison.Ordinal)).Evaluate(root.Node)
                .SelectMany(found => PlainValue.Of(found, by.Kind, by.Code))
                .Any(value => by.Kind == SearchKind.Reference ? value.Text == wanted.Parts[i].Value.Text : meaning.Is(by, null, wanted.Parts[i].Value, value));
        }));
    }

    HashSet<string> WordsOf(PlainItem item, bool narrative)
    {
        if (words.TryGetValue((item, narrative), out var there)) return there;
        using var json = JsonDocument.Parse(item.Doc.Bytes);
        var texts = new List<string>();
        if (json.RootElement.TryGetProperty("text", out var text)) texts.Add(Tag().Replace(text.GetProperty("div").GetString()!, " "));
        if (!narrative) Gather(json.RootElement, texts);
        return words[(item, narrative)] = [.. texts.SelectMany(Words)];
    }

    static void Gather(JsonElement element, List<string> into)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                foreach (var member in element.EnumerateObject())
                    if (member.Name is not ("div" or "resourceType")) Gather(member.Value, into);
                break;
            case JsonValueKind.Array:
                foreach (var one in element.EnumerateArray()) Gather(one, into);
                break;
            default: into.Add(element.ToString().Replace("True", "true", StringComparison.Ordinal).Replace("False", "false", StringComparison.Ordinal)); break;
        }
    }

    public static HashSet<string> Words(string text) => [.. Word().Matches(PlainValue.Normal(text)).Select(match => match.Value)];

    [GeneratedRegex("<[^>]*>")]
    private static partial Regex Tag();

    [GeneratedRegex(@"[\p{L}\p{Nd}]+")]
    private static partial Regex Word();

    int Order(PlainQuestion question, PlainItem x, PlainItem y)
    {
        foreach (var (code, descending) in question.Sort.Count > 0 ? question.Sort : [("_lastUpdated", true)])
        {
            var (a, b) = (Key(x, code, descending), Key(y, code, descending));
            if (a is null != b is null) return a is null ? 1 : -1;   // without a value: last, whichever the direction
            var order = a is null ? 0 : a is string text ? string.CompareOrdinal(text, (string)b!) : a.CompareTo(b);
            if (order != 0) return descending ? -order : order;
        }
        var byPatient = y.Patient.CompareTo(x.Patient);
        var byPlace = byPatient != 0 ? byPatient : y.Number.CompareTo(x.Number);
        // Oldest change first is newest change first read from its end.
        return question.Sort is [("_lastUpdated", false)] ? -byPlace : byPlace;
    }

    // The least value, or the greatest when they are wanted greatest first.
    IComparable? Key(PlainItem item, string code, bool greatest)
    {
        if (code == "_lastUpdated") return item.Updated;
        if (code == "_id") return item.Id;
        var param = Params.Find(item.Type, code)!;
        var keys = Values(item, param).Where(value => value.Only != "type").Select(value => PlainMeaning.SortKey(param.Kind, value)).OfType<IComparable>().ToList();
        keys.Sort((x, y) => x is string text ? string.CompareOrdinal(text, (string)y) : x.CompareTo(y));
        return keys.Count == 0 ? null : greatest ? keys[^1] : keys[0];
    }
}
