using System.Globalization;
using Socle.Fhir;

namespace Socle.Support;

/// <summary>Invents questions about the resources of a slow search: values that are there, values that almost are, and others.</summary>
public sealed partial class PlainAsker(PlainSearch plain, Random random)
{
    static readonly string[] Types =
        ["Patient", "Patient", "Observation", "Observation", "Observation", "Encounter", "Condition", "MedicationRequest", "DocumentReference", "Practitioner", "Organization", "Location", "List", "RiskAssessment", "Invoice"];
    static readonly string[] Prefixes = ["", "", "eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"];
    static readonly SearchKind[] Testable = [SearchKind.Token, SearchKind.String, SearchKind.Uri, SearchKind.Date, SearchKind.Number, SearchKind.Quantity, SearchKind.Reference];

    // What no parameter of the generated data ever has is asked for now and then only.
    readonly Dictionary<string, List<SearchParam>> used = Types.Distinct().ToDictionary(type => type, type => plain.Params.Of(type)
        .Where(param => Testable.Contains(param.Kind) && plain.Items.Any(item => item.Type == type && plain.Values(item, param).Count > 0)).ToList());

    // Most values of a question are those of one resource, so that several conditions have something to find.
    PlainItem? about;

    T Any<T>(IReadOnlyList<T> from) => from[random.Next(from.Count)];

    bool Chance(int oneIn) => random.Next(oneIn) == 0;

    /// <summary>By somebody who sees that much; now and then about what is not seen.</summary>
    public PlainQuestion Question(PlainView view)
    {
        if (Chance(12)) return OfSeveral(view);
        var type = Any(Types);
        var seen = plain.Items.Where(item => item.Type == type && view.Visible.Contains(item)).ToList();
        about = Any(seen.Count == 0 || Chance(5) ? [.. plain.Items.Where(item => item.Type == type)] : seen);
        var conditions = Enumerable.Range(0, random.Next(6) switch { < 3 => 1, < 5 => 2, _ => 3 }).Select(_ => Condition(type, 0)).ToList();
        var question = new PlainQuestion(type, conditions) { Count = random.Next(12) switch { 0 => random.Next(2, 8), 1 => 15, _ => 200 } };
        // Words are looked for in few records only.
        if (conditions.Exists(condition => condition.Name is "_text" or "_content") && plain.Params.Find(type, "patient") is not null && Chance(2))
            conditions.Add(new PlainClause("patient", null, false, [new Wanted("", Any([.. plain.Items.Where(item => item.Type == "Patient")]).Id)]));
        if (Chance(3)) question = question with { Sort = Sorts(type) };
        if (Chance(10)) question = question with { Inside = CompartmentOf(about) };
        return Chance(3) ? question with { Includes = [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => Include(type))] } : question;
    }

    List<(string, bool)> Sorts(string type)
    {
        var codes = used[type].Where(param => param.Kind != SearchKind.Uri || param.Code != "_profile").Select(param => param.Code).Append("_id").Append("_lastUpdated").ToList();
        return [.. Enumerable.Range(0, random.Next(1, 3)).Select(_ => (Any(codes), Chance(2))).DistinctBy(key => key.Item1)];
    }

    List<SearchParam> References(string type) => used[type].FindAll(param => param.Kind == SearchKind.Reference);

    PlainInclude Include(string type)
    {
        var (reverse, iterate) = (Chance(3), Chance(4));
        var source = reverse || iterate ? Any(Types) : type;
        if (References(source).Count == 0) source = "Observation";
        var param = Any(References(source));
        return new PlainInclude(reverse, iterate, source, Chance(6) ? null : param.Code, Chance(5) ? TargetOf(param) : null);
    }

    string TargetOf(SearchParam param)
    {
        var targets = Types.Distinct().Where(type => param.Targets.Contains(type)).ToList();
        return targets.Count == 0 ? "Patient" : Any(targets);
    }

    public PlainCondition Condition(string type, int depth)
    {
        var turn = random.Next(20);
        if (depth < 3 && turn is 0 or 1 or 2 && References(type).Count > 0) return Chain(type, depth);
        if (depth < 3 && turn is 3 or 4 && Has(type, depth) is { } has) return has;
        if (depth == 0 && turn is 5 or 6) return new PlainFilter(Test(type, 0));
        if (turn == 7) return Composite(type) ?? Clause(type);
        return turn == 8 ? Special(type) : Clause(type);
    }

    PlainCondition Chain(string type, int depth)
    {
        var param = Any(References(type));
        var target = TargetOf(param);
        // Without a type of its own only where the same name means the same kind wherever the reference may lead.
        for (var i = 0; i < 20; i++)
        {
            var inner = Condition(target, depth + 1);
            var code = inner.Name.Split('.', ':')[0];
            var kinds = param.Targets.Select(t => plain.Params.Find(t, code)?.Kind).OfType<SearchKind>().Distinct().Count();
            var same = inner is PlainClause && kinds == 1 && code[0] != '_' && code != "identifier";
            if (inner is not PlainHas || ReachedBy(inner, target)) return new PlainChain(param.Code, same && Chance(2) ? null : target, inner);
        }
        return Clause(type);
    }

    bool ReachedBy(PlainCondition inner, string target) => inner is PlainHas has && plain.Params.Find(has.Type, has.Code)!.Targets.Contains(target);

    PlainHas? Has(string type, int depth)
    {
        var ways = Types.Distinct().SelectMany(source => References(source).Where(param => param.Targets.Contains(type)).Select(param => (source, param.Code))).ToList();
        if (ways.Count == 0) return null;
        var (from, code) = Any(ways);
        return new PlainHas(from, code, Condition(from, depth + 1));
    }

    PlainClause Special(string type)
    {
        var item = Any(plain.Items);
        return random.Next(5) switch
        {
            0 => new PlainClause("_id", null, true, [new Wanted("", null, null, Chance(2) ? item.Id : Any([.. plain.Items.Where(i => i.Type == type)]).Id)]),
            1 => new PlainClause("_list", null, true, [new Wanted("", null, null, Any([.. plain.Items.Where(i => i.Type == "List")]).Id)]),
            2 when type == "Location" => new PlainClause("near", null, false, [new Wanted("", string.Create(CultureInfo.InvariantCulture,
                $"{45.7 + random.Next(40) / 100.0}|{4.8 + random.Next(40) / 100.0}{Any<string>(["", "|10", "|15|km", "|9000|m"])}"))]),
            3 => new PlainClause("_text", null, false, [new Wanted("", Word(item))]),
            _ => new PlainClause("_content", null, false, [new Wanted("", Chance(2) ? Word(item) : $"{Word(item)} {Word(item)}")]),
        };
    }

    string Word(PlainItem item)
    {
        string[] more = ["récit", "zoé", "lyon", "mesure", "ange", "rien du tout"];
        var names = PlainSearch.Words(item.Doc.Root["text"]["div"].Text is { } div ? div.Replace('<', ' ').Replace('>', ' ') : "").Where(word => word.Length > 2).ToList();
        return names.Count > 0 && Chance(2) ? Any(names) : Any(more);
    }

    PlainClause Clause(string type)
    {
        var param = Param(type, Testable);
        var modifier = Modifier(param);
        if (modifier == "missing") return new PlainClause(param.Code, modifier, false, [new Wanted("", Chance(2) ? "true" : "false")]);
        var any = Enumerable.Range(0, Chance(4) ? random.Next(2, 4) : 1).Select(_ => Wanted(type, param, modifier)).ToList();
        return new PlainClause(param.Code, modifier, IsToken(param, modifier), any);
    }

    SearchParam Param(string type, SearchKind[] kinds)
    {
        var all = Chance(15) ? plain.Params.Of(type).Where(param => Testable.Contains(param.Kind)).ToList() : used[type];
        var fit = all.Where(param => kinds.Contains(param.Kind) && param.Code != "_id").ToList();
        return fit.Count > 0 ? Any(fit) : Any(used[type].FindAll(param => param.Code != "_id"));
    }

    string? Modifier(SearchParam param)
    {
        if (Chance(12)) return "missing";
        if (!Chance(3)) return null;
        return param.Kind switch
        {
            SearchKind.Token => Any<string>(["text", "not", "in", "not-in", "below", "above", .. param.Code == "identifier" ? ["of-type"] : Array.Empty<string>()]),
            SearchKind.String => Any<string>(["exact", "contains"]),
            SearchKind.Uri => Any<string>(["below", "above"]),
            SearchKind.Reference when param.Targets.Count <= 20 && param.Targets.Any(target => target is "Location" or "Encounter" or "Organization") && !Chance(3) => Any<string>(["below", "above"]),
            SearchKind.Reference => Chance(2) || !Types.Any(param.Targets.Contains) ? "identifier" : TargetOf(param),
            _ => null,
        };
    }

    static bool IsToken(SearchParam param, string? modifier) => param.Kind == SearchKind.Token && modifier is not ("text" or "in" or "not-in") || modifier == "identifier";

    /// <summary>A value that some resource has, or one beside it.</summary>
    Wanted Wanted(string type, SearchParam param, string? modifier)
    {
        var values = about?.Type == type && !Chance(4) ? plain.Values(about, param) : [];
        if (values.Count == 0) values = [.. plain.Items.Where(item => item.Type == type).SelectMany(item => plain.Values(item, param))];
        var value = values.Count > 0 ? Any(values) : new PlainValue { Text = "rien", Code = "rien", From = 1, Low = DateTimeOffset.UnixEpoch, High = DateTimeOffset.UnixEpoch };
        return param.Kind switch
        {
            SearchKind.Token => Token(value, modifier),
            SearchKind.String => new Wanted("", Part(value.Text!, modifier)),
            SearchKind.Uri => new Wanted("", Uri(value.Text!, modifier)),
            SearchKind.Date => new Wanted(Any(Prefixes), DateText(value)),
            SearchKind.Number => new Wanted(Any(Prefixes), NumberText(value)),
            SearchKind.Quantity => Quantity(value),
            _ when modifier == "identifier" => Token(values.Find(v => v.Only == "identifier") ?? new PlainValue { System = "urn:ids", Code = "R-1" }, null),
            _ => new Wanted("", ReferenceText(value, param, modifier)),
        };
    }

    Wanted Token(PlainValue value, string? modifier)
    {
        switch (modifier)
        {
            case "text": return new Wanted("", Part(value.Text ?? "mesure", null));
            case "in" or "not-in": return new Wanted("", Any(PlainTerms.Sets));
            case "below" or "above": return new Wanted("", null, Any<string>([PlainTerms.System, "urn:cim10"]), Any<string>(["rouge", "cramoisi", "bleu", "I10", "I10.1"]));
            case "of-type": return new Wanted("", value.Text ?? "P-1", Chance(3) ? "" : "urn:types", Any<string>(["MR", "PI"]));
        }
        var code = value.Code ?? "rien";
        return random.Next(8) switch
        {
            0 when value.System is not null => new Wanted("", null, value.System, null),
            1 => new Wanted("", null, "", code),
            2 => new Wanted("", null, "urn:autre", code),
            3 or 4 => new Wanted("", null, null, code),
            _ => new Wanted("", null, value.System, code),
        };
    }

    // Cut, in other letters, without accents, from the middle.
    string Part(string text, string? modifier)
    {
        if (modifier == "exact") return Chance(3) ? text.ToUpperInvariant() : text;
        var from = modifier == "contains" && text.Length > 3 ? random.Next(text.Length - 2) : 0;
        var part = text[from..Math.Min(text.Length, from + random.Next(2, 12))];
        part = random.Next(4) switch { 0 => part.ToUpperInvariant(), 1 => PlainValue.Normal(part), _ => part };
        return PlainValue.Normal(part).Length == 0 || part.Trim() != part ? "le" : part;
    }

    string Uri(string uri, string? modifier) => modifier switch
    {
        "below" => uri.LastIndexOf('/') is > 8 and var slash && Chance(2) ? uri[..slash] : uri,
        "above" => Chance(2) ? uri + "/more" : uri,
        _ => uri,
    };

    string DateText(PlainValue value)
    {
        var moment = value.Low > DateTimeOffset.MinValue ? value.Low : value.High;
        if (Chance(3)) moment = moment.AddDays(random.Next(-40, 40));
        if (moment.Year is < 1900 or > 2100) moment = DateTimeOffset.UnixEpoch;
        string[] forms = ["yyyy", "yyyy-MM", "yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"];
        return Chance(8) ? moment.ToOffset(TimeSpan.FromHours(2)).ToString("yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture) : moment.UtcDateTime.ToString(Any(forms), CultureInfo.InvariantCulture);
    }

    string NumberText(PlainValue value)
    {
        var number = value.From ?? value.To ?? 1;
        if (Chance(3)) number += random.Next(-5, 6) / 10m;
        if (Chance(4)) return number.ToString(Any<string>(["0e-0", "0.0e-0", "0.##e-0", "0.00e-0"]), CultureInfo.InvariantCulture);
        return Math.Round(number, random.Next(4)).ToString(CultureInfo.InvariantCulture);
    }

    Wanted Quantity(PlainValue value)
    {
        var (prefix, text) = (Any(Prefixes), NumberText(value));
        var unit = value.Code ?? value.Text;
        if (unit is null || Chance(3)) return new Wanted(prefix, text);
        if (Chance(3)) return new Wanted(prefix, text, "", unit);
        if (value.System is null || Chance(2)) return new Wanted(prefix, text, value.System ?? "urn:autre", unit);
        var (other, factor) = unit switch { "g/L" => ("mg/dL", 100m), "mg/dL" => ("g/L", 0.01m), "g/dL" => ("g/L", 10m), "mmol/L" => ("umol/L", 1000m), "umol/L" => ("mmol/L", 0.001m), "kg" => ("g", 1000m), "g" => ("kg", 0.001m), _ => (unit, 1m) };
        var converted = decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) * factor;
        return new Wanted(prefix, (converted / 1.000000000000m).ToString(CultureInfo.InvariantCulture), value.System, other);
    }

    string ReferenceText(PlainValue value, SearchParam param, string? modifier)
    {
        var text = value.Text ?? "Patient/inconnu";
        if (modifier is "above" or "below" && Chance(2))
        {
            var places = plain.Items.Where(item => item.Type is "Location" or "Encounter" or "Organization" && param.Targets.Contains(item.Type)).ToList();
            text = places.Count > 0 ? Any(places).ToString() : text;
        }
        else if (modifier is not (null or "above" or "below") && !text.StartsWith(modifier + "/", StringComparison.Ordinal))
            text = plain.Items.FirstOrDefault(item => item.Type == modifier)?.ToString() ?? modifier + "/rien";
        if (text.Count(c => c == '/') != 1) return text;
        return random.Next(6) switch { 0 => text + "/_history/7", 1 or 2 when param.Targets.Count > 0 => text.Split('/')[1], _ => text };
    }

    PlainClause? Composite(string type)
    {
        var all = plain.Params.Of(type).Where(param => param.Kind == SearchKind.Composite && param.Components.Count == 2).ToList();
        if (all.Count == 0) return null;
        var param = Any(all);
        var components = param.Code == "relationship" ? param.Components.Reverse() : param.Components;
        var parts = components.Select(component => plain.Params.Find(type, component.Code)!)
            .Select(by => (by.Kind == SearchKind.Reference ? new Wanted("", (plain.Items.FirstOrDefault(item => item.Type == type) ?? plain.Items[0]).ToString()) : Wanted(type, by, null), by.Kind == SearchKind.Token)).ToList();
        return new PlainClause(param.Code, null, false, [new Wanted("", null) { Parts = parts }]);
    }

    PlainTest Test(string type, int depth)
    {
        switch (random.Next(depth > 2 ? 4 : 8))
        {
            case 4 or 5: return new PlainJoin(Chance(2), Test(type, depth + 1), Test(type, depth + 1), Bare: Chance(2));
            case 6: return new PlainNot(Test(type, depth + 1));
            case 7 when References(type).Count > 0:
                var reference = Any(References(type));
                var target = TargetOf(reference);
                return new PlainFollow(reference.Code, target, Chance(3) ? Test(target, 3) : null, Compare(target));
            default: return Compare(type);
        }
    }

    PlainCompare Compare(string type)
    {
        var param = Param(type, Testable);
        if (Chance(8)) return new PlainCompare(param.Code, "pr", false, new Wanted("", Chance(2) ? "true" : "false"));
        string[] ops = param.Kind switch
        {
            SearchKind.Token => ["eq", "ne", "in"],
            SearchKind.String => ["eq", "ne", "co", "sw", "ew", "gt", "lt", "ge", "le"],
            SearchKind.Uri => ["eq", "ne", "co", "sw", "ew"],
            SearchKind.Date => ["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap", "po"],
            SearchKind.Reference => ["eq", "re", "ne"],
            _ => ["eq", "ne", "gt", "lt", "ge", "le", "sa", "eb", "ap"],
        };
        var op = Any(ops);
        if (op == "in") return new PlainCompare(param.Code, op, false, new Wanted("", Any(PlainTerms.Sets)));
        var wanted = Wanted(type, param, null) with { Prefix = "" };
        // Brackets and blanks end a value that stands without quotes.
        if (param.Kind == SearchKind.Token && wanted.Write(true).Any(c => char.IsWhiteSpace(c) || c is ')' or ']' or '"'))
            wanted = new Wanted("", null, null, "x");
        if (param.Kind == SearchKind.Quantity && wanted.Write(false).Contains(']', StringComparison.Ordinal)) wanted = new Wanted("", wanted.Text);
        return new PlainCompare(param.Code, op, param.Kind == SearchKind.Token, wanted);
    }
}
