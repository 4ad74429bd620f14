using System.Text.RegularExpressions;

namespace Socle.Fhir;

/// <summary>
/// Works out what is in a value set. What is not known (a system that was not loaded, a value set that is not here) stays open: nothing is held
/// against its codes. Value sets that contain each other are refused, and so is more work than a server should do for one of them.
/// </summary>
sealed class ValueSetCompiler(TerminologyIndex index)
{
    const int MostWork = 5_000_000;
    readonly List<string> path = [];
    int work;

    public ValueSetContent Compile(ValueSetTable set)
    {
        var name = set.Url is { } url ? $"{url}|{set.Version}" : "#";
        if (path.Contains(name)) throw new FhirException("processing", "ValueSet.compose", $"value sets that contain each other: {string.Join(" → ", [.. path, name])}.");
        path.Add(name);
        var all = new Selection();
        foreach (var include in set.Includes) all.Join(Select(include, "include"));
        foreach (var exclude in set.Excludes) all.Remove(Select(exclude, "exclude"));
        path.RemoveAt(path.Count - 1);
        if (!set.WithInactive)
            foreach (var (key, member) in all.Members.ToList()) if (member.IsExpired(index.Now())) all.Members.Remove(key);
        return all.Content(index);
    }

    Selection Select(ValueSetTable.Rule rule, string where)
    {
        var parts = new List<Selection>();
        if (rule.System is { } system) parts.Add(OfSystem(rule, index.NameOf(system), where));
        foreach (var url in rule.ValueSets) parts.Add(Selection.Of(index.Content(url, this)));
        if (parts.Count == 0) return new Selection();
        foreach (var other in parts.Skip(1)) parts[0].Meet(other);
        return parts[0];
    }

    Selection OfSystem(ValueSetTable.Rule rule, string system, string where)
    {
        var table = index.System(system, rule.Version);
        var found = new Selection();
        if (rule.Concepts.Count > 0)
        {
            foreach (var one in rule.Concepts)
            {
                var concept = table?.Find(one.Code);
                found.Add(index, new(system, concept?.Code ?? one.Code, one.Display ?? concept?.Display ?? index.Heard(system, one.Code)?.Display, concept, one.Validity, one.Designations)
                {
                    Abstract = one.Abstract || concept?.Abstract == true, Inactive = one.Inactive
                });
            }
            return found;
        }
        if (table is not { IsComplete: true }) found.Open.Add(system);
        if (table is null) return found;
        var filters = rule.Filters.Select(f => Filter(table, f, where)).ToArray();
        foreach (var concept in table.Concepts)
        {
            Spend(1 + filters.Length);
            if (filters.All(passes => passes(concept)))
                found.Add(index, new(system, concept.Code, concept.Display, concept, default, []) { Abstract = concept.Abstract });
        }
        return found;
    }

    Func<Concept, bool> Filter(CodeSystemTable table, ValueSetTable.Filter filter, string where)
    {
        var (name, value) = (filter.Property, filter.Value);
        var ofCode = name is "concept" or "code";
        switch (filter.Op)
        {
            case "=": return concept => Values(concept, name).Contains(value);
            case "in" or "not-in":
                var list = value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).ToHashSet();
                return filter.Op == "in" ? concept => Values(concept, name).Any(list.Contains) : concept => !Values(concept, name).Any(list.Contains);
            case "exists": return concept => Values(concept, name).Any() == (value == "true");
            case "regex":
                var pattern = Pattern(value, where);
                return concept =>
                {
                    Spend(20);
                    return Values(concept, name).Any(pattern.IsMatch);
                };
            case "is-a" or "descendent-of" or "is-not-a" or "generalizes" when ofCode:
                var codes = filter.Op == "generalizes" ? table.Above(value) : table.Below(value);
                codes ??= [];
                if (filter.Op == "descendent-of") codes.Remove(table.Find(value)?.Code ?? value);
                return filter.Op == "is-not-a" ? concept => !codes.Contains(concept.Code) : concept => codes.Contains(concept.Code);
            default:
                throw new FhirException("not-supported", $"ValueSet.compose.{where}.filter", $"the filter {Cut(name)} {Cut(filter.Op)} is not supported.");
        }
    }

    static string Cut(string text) => text.Length <= 60 ? text : text[..60] + "…";

    static IEnumerable<string> Values(Concept concept, string name) => name switch
    {
        "concept" or "code" => [concept.Code],
        "display" => concept.Display is { } display ? [display] : [],
        "definition" => concept.Definition is { } definition ? [definition] : [],
        "parent" => concept.Parents,
        "child" => concept.Children,
        "inactive" => [concept.Inactive ? "true" : "false"],
        _ => concept.Properties.Where(p => p.Code == name).Select(p => p.Text)
    };

    static Regex Pattern(string pattern, string where)
    {
        try
        {
            if (pattern.Length > 500) throw new ArgumentException("more than 500 characters.");
            return new Regex($"^(?:{pattern})$", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
        }
        catch (Exception error) when (error is ArgumentException or NotSupportedException)
        {
            throw new FhirException("value", $"ValueSet.compose.{where}.filter.value", "a regular expression that cannot be used: " + error.Message);
        }
    }

    internal void Spend(int steps)
    {
        if ((work += steps) > MostWork) throw new FhirException("too-costly", "ValueSet.compose", "this value set takes too much work to be put together.");
    }

    /// <summary>Codes that are in, systems of which more may be in, and whether anything at all may be in.</summary>
    sealed class Selection
    {
        public Dictionary<(string, string), ValueSetContent.Member> Members { get; private set; } = [];
        public HashSet<string> Open { get; } = [];
        bool any;

        public static Selection Of(ValueSetContent? content)
        {
            if (content is null) return new Selection { any = true };
            var selection = new Selection { any = content.IsOpenToAny, Members = new(content.Keyed) };
            selection.Open.UnionWith(content.Open);
            return selection;
        }

        public void Add(TerminologyIndex index, ValueSetContent.Member member) => Members.TryAdd(index.Key(member.System, member.Code), member);

        public void Join(Selection other)
        {
            foreach (var (key, member) in other.Members) Members.TryAdd(key, member);
            Open.UnionWith(other.Open);
            any |= other.any;
        }

        public void Meet(Selection other)
        {
            var both = Members.Where(m => other.Members.ContainsKey(m.Key)).ToDictionary();
            // In one for sure, in the other perhaps: perhaps.
            var perhaps = Perhaps(this, other).Concat(Perhaps(other, this)).Concat(Open.Where(other.MayHold)).Concat(other.Open.Where(MayHold)).ToHashSet();
            Members = both;
            Open.Clear();
            Open.UnionWith(perhaps);
            any &= other.any;
        }

        public void Remove(Selection other)
        {
            foreach (var (key, member) in Members.ToList())
            {
                var (surely, perhaps) = (other.Members.ContainsKey(key), other.MayHold(member.System));
                if (surely || perhaps) Members.Remove(key);
                if (perhaps && !surely) Open.Add(member.System);
            }
        }

        static IEnumerable<string> Perhaps(Selection sure, Selection perhaps) =>
            sure.Members.Where(m => !perhaps.Members.ContainsKey(m.Key) && perhaps.MayHold(m.Value.System)).Select(m => m.Value.System);

        bool MayHold(string system) => any || Open.Contains(system);

        public ValueSetContent Content(TerminologyIndex index) =>
            new(Members, Open, any, Members.Values.Select(m => m.System).Distinct().ToDictionary(s => s, index.IsCaseSensitive));
    }
}
