using System.Globalization;
using System.Text;

namespace Socle.Fhir;

/// <summary>_filter of R4: « name co "pet" and (birthdate ge 2014 or not (active eq true)) ». « and » and « or » bind alike, from left to
/// right (R4 search_filter.html): « a or b and c » is « (a or b) and c ».</summary>
sealed class FilterParser
{
    const int LongestFilter = 4_000;
    const int Deepest = 20;
    const int MostChanges = 50;

    readonly ClauseParser clauses;
    readonly string text;
    int at, depth;
    bool above;   // what was compared last may hold of what stands above its resource as well

    FilterParser(ClauseParser clauses, string text) => (this.clauses, this.text) = (clauses, text);

    public static SearchGroup Parse(ClauseParser clauses, string type, string text)
    {
        if (text.Length > LongestFilter) throw SearchParser.Fault("_filter", "too-costly", $"at most {LongestFilter} characters.");
        var parser = new FilterParser(clauses, text);
        var node = parser.Joined(type, default);
        parser.Blanks();
        if (parser.at < text.Length) throw parser.Wrong("« and », « or » or the end is expected");
        return new SearchGroup(true, [node], text);
    }

    FhirException Wrong(string why) => SearchParser.Fault("_filter", "value", $"{why}, at character {at + 1}.");

    SearchNode Joined(string type, SearchDepth links)
    {
        if (++depth > Deepest) throw SearchParser.Fault("_filter", "too-costly", $"more than {Deepest} brackets inside one another.");
        var node = One(type, links);
        List<SearchNode>? parts = null;
        for (var (changes, all) = (0, false); ;)
        {
            var isAnd = Word("and");
            if (!isAnd && !Word("or")) break;
            if (parts is null || all != isAnd)
            {
                if (++changes > MostChanges) throw SearchParser.Fault("_filter", "too-costly", $"more than {MostChanges} turns between « and » and « or ».");
                (parts, all) = ([node], isAnd);
                node = new SearchGroup(isAnd, parts);
            }
            parts.Add(One(type, links));
        }
        depth--;
        return node;
    }

    SearchNode One(string type, SearchDepth links)
    {
        var before = at;
        if (Word("not"))
        {
            if (Sign('(')) return new SearchNot(Closed(type, ')', links));
            at = before;   // a parameter might be called not
        }
        return Sign('(') ? Closed(type, ')', links) : Comparison(type, links);
    }

    SearchNode Closed(string type, char close, SearchDepth links)
    {
        var inner = Joined(type, links);
        return Sign(close) ? inner : throw Wrong($"« {close} » is expected");
    }

    // path op value; the path goes through references: a.b, a[filter].b, a:Type.b, a.b:above (b of what a refers to, or of what stands above it)
    SearchNode Comparison(string type, SearchDepth links)
    {
        Blanks();
        var name = Name();
        if (clauses.Find(type, name) is not { } param) throw Fault(name, "not-supported", $"{type} has no such parameter.");
        if (links.Chains > 0 && Above())
        {
            if (SearchHierarchies.ParentOf(type) is null) throw Fault(name, "not-supported", $"nothing stands above {type}.");
            var leaf = Leaf(type, param, name);
            above = true;
            return leaf;
        }
        var target = Is(':') ? TypeName() : null;
        var (from, narrowed) = (at, Is('['));
        if (!narrowed && !Is('.')) return target is null ? Leaf(type, param, name) : throw Wrong("« . » is expected");
        // Every type that the reference may have reads the rest of the path anew, and each must come to the same end.
        var end = -1;
        var level = depth;
        above = false;
        var chain = clauses.Chain(param, target, name, "_filter " + name, links, (aim, _, deeper) =>
        {
            (at, depth) = (from, level);
            try
            {
                var (node, stop) = Beyond(aim, narrowed, deeper);
                end = stop;
                return node;
            }
            catch (FhirException e) when (e.Issues[0].Code == "not-supported")
            {
                return null;   // this type has no such parameter, another may
            }
        });
        (at, depth) = (end, level);
        if (!above || chain is not SearchClause { Chain: { } inner } clause) return chain;
        above = false;
        return new SearchClause(clause.Param, clause.Modifier, [], inner with { OrAbove = true }, null, clauses.Environment);
    }

    bool Above()
    {
        const string Word = ":above";
        if (string.CompareOrdinal(text, at, Word, 0, Word.Length) != 0 || at + Word.Length >= text.Length || !char.IsWhiteSpace(text[at + Word.Length])) return false;
        at += Word.Length;
        return true;
    }

    (SearchNode Node, int End) Beyond(string type, bool narrowed, SearchDepth links)
    {
        SearchNode? filter = null;
        if (narrowed)
        {
            at++;
            filter = Closed(type, ']', links);
        }
        if (!Is('.')) throw Wrong("« . » is expected");
        var node = Comparison(type, links);
        return (filter is null ? node : new SearchGroup(true, [filter, node]), at);
    }

    SearchClause Leaf(string type, SearchParam param, string name)
    {
        clauses.Count("_filter");
        var op = Operator();
        var (value, isString) = Value();
        var (modifier, written) = FilterOperators.Of(param, op, value, isString) ?? throw Fault(name, "not-supported", $"« {op} » is no comparison for it.");
        var reader = new SearchValueReader(type, param, modifier, "_filter " + name, clauses.Environment);
        if (modifier is not null && modifier[0] != '$') reader.CheckModifier();
        return new SearchClause(param, modifier, [reader.One(written)], null, reader.Parts, clauses.Environment);
    }

    static FhirException Fault(string name, string code, string why) => SearchParser.Fault("_filter " + name, code, why);

    string Name()
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '-')) at++;
        return at == start ? throw Wrong("the name of a parameter is expected") : text[start..at];
    }

    string TypeName()
    {
        var name = Name();
        return Definitions.IsResourceType(name) ? name : throw Wrong($"{name} is not a resource type");
    }

    string Operator()
    {
        Blanks();
        var start = at;
        while (at < text.Length && char.IsAsciiLetterLower(text[at])) at++;
        return FilterOperators.All.Contains(text[start..at]) ? text[start..at]
            : throw Wrong($"one of {string.Join(' ', FilterOperators.All)} is expected");
    }

    (string Text, bool IsString) Value()
    {
        Blanks();
        if (Is('"')) return (Quoted(), true);
        var start = at;
        while (at < text.Length && !char.IsWhiteSpace(text[at]) && text[at] is not (')' or ']')) at++;
        return at == start ? throw Wrong("a value is expected") : (text[start..at], false);
    }

    string Quoted()
    {
        var plain = new StringBuilder();
        while (at < text.Length && text[at] != '"')
        {
            if (text[at] != '\\')
            {
                plain.Append(text[at++]);
                continue;
            }
            plain.Append(Escaped());
        }
        if (at++ >= text.Length) throw Wrong("the text does not end");
        return plain.ToString();
    }

    // As in a JSON string.
    char Escaped()
    {
        at++;
        var c = at < text.Length ? text[at++] : throw Wrong("the text does not end");
        if (c != 'u')
            return c switch { 'n' => '\n', 't' => '\t', 'r' => '\r', 'b' => '\b', 'f' => '\f', '"' or '\\' or '/' => c, _ => throw Wrong("an unknown escape") };
        if (at + 4 > text.Length || !ushort.TryParse(text.AsSpan(at, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code))
            throw Wrong("four hexadecimal digits are expected");
        at += 4;
        return (char)code;
    }

    void Blanks()
    {
        while (at < text.Length && char.IsWhiteSpace(text[at])) at++;
    }

    bool Is(char c)
    {
        if (at >= text.Length || text[at] != c) return false;
        if (c != '[') at++;   // looked at once more per target type
        return true;
    }

    bool Sign(char c)
    {
        Blanks();
        if (at >= text.Length || text[at] != c) return false;
        at++;
        return true;
    }

    bool Word(string word)
    {
        Blanks();
        if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0) return false;
        var end = at + word.Length;
        if (end < text.Length && !char.IsWhiteSpace(text[end]) && text[end] != '(') return false;
        at = end;
        return true;
    }
}

/// <summary>What the comparisons of _filter mean for each kind: a modifier, and a prefix before the value.</summary>
static class FilterOperators
{
    public static readonly string[] All =
        ["eq", "ne", "co", "sw", "ew", "gt", "lt", "ge", "le", "ap", "sa", "eb", "pr", "po", "ss", "sb", "in", "ni", "re"];

    public static (string? Modifier, string Written)? Of(SearchParam param, string op, string value, bool isString)
    {
        if (op == "pr") return value is "true" or "false" && !isString ? ("missing", value == "true" ? "false" : "true") : null;
        var escaped = value.Replace("\\", @"\\", StringComparison.Ordinal);
        return param.Kind switch
        {
            SearchKind.Token => op switch
            {
                "eq" => (null, value), "ne" => ("$ne", value), "in" => ("in", value), "ni" => ("not-in", value), "ss" => ("below", value), "sb" => ("above", value), _ => null,
            },
            SearchKind.String => op switch
            {
                "co" => ("contains", escaped), "sw" => (null, escaped),
                "eq" or "ne" or "ew" or "gt" or "lt" or "ge" or "le" => ("$" + op, escaped), _ => null,
            },
            SearchKind.Uri => op switch
            {
                "eq" => (null, escaped), "ss" => ("below", escaped), "sb" => ("above", escaped),
                "ne" or "co" or "sw" or "ew" => ("$" + op, escaped), _ => null,
            },
            SearchKind.Date => op switch
            {
                "po" => ("$po", value), "eq" or "ne" or "gt" or "lt" or "ge" or "le" or "ap" or "sa" or "eb" => (null, op + value), _ => null,
            },
            SearchKind.Number or SearchKind.Quantity => op switch
            {
                "eq" or "ne" or "gt" or "lt" or "ge" or "le" or "ap" or "sa" or "eb" => (null, op + value), _ => null,
            },
            SearchKind.Reference => op switch { "eq" or "re" => (null, escaped), "ne" => ("$ne", escaped), _ => null },
            SearchKind.Composite or SearchKind.Special => op == "eq" ? (null, value) : null,
            _ => null,
        };
    }
}
