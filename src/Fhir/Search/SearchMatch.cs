namespace Socle.Fhir;

/// <summary>The meaning of every kind, prefix and modifier, one value after the other: slow and obvious.</summary>
static class SearchMatch
{
    public static bool Clause(SearchClause clause, IReadOnlyList<IndexValue> values)
    {
        if (clause.Chain is not null) return Any(clause, values, static (c, v) => v.Kind == SearchKind.Reference && IsType(c, v));
        if (clause.Param.Kind is SearchKind.Composite or SearchKind.Special) return true;
        // Only a store can follow a tree: here what refers at all is possible.
        if (SearchHierarchies.Follows(clause)) return Any(clause, values, static (_, v) => v.Kind == SearchKind.Reference && v.Text is not null);
        if (clause.Modifier == "missing") return Any(clause, values, static (_, _) => true) != (clause.Values[0].Code == "true");
        // What is turned round holds of the resource as a whole: no value at all is not the value either.
        if (clause.Modifier is "not") return !Any(clause, values, static (c, v) => c.Values.Any(wanted => Token(wanted, v)));
        if (clause.Modifier is "not-in") return !Any(clause, values, static (c, v) => c.Values.Any(wanted => SearchCodes.Holds(c, wanted, v)));
        return Any(clause, values, static (c, v) => c.Values.Any(wanted => One(c, wanted, v)));
    }

    static bool Any(SearchClause clause, IReadOnlyList<IndexValue> values, Func<SearchClause, IndexValue, bool> test)
    {
        for (var i = 0; i < values.Count; i++)
            if (ReferenceEquals(values[i].Param, clause.Param) && test(clause, values[i])) return true;
        return false;
    }

    static bool IsType(SearchClause clause, in IndexValue value) =>
        clause.Modifier is null || value.System is null || value.System == clause.Modifier;

    static bool One(SearchClause clause, SearchValue wanted, IndexValue value) => clause.Param.Kind switch
    {
        SearchKind.Token => clause.Modifier switch
        {
            "text" => HasText(wanted, value),
            "of-type" => OfType(wanted, value),
            "in" or "above" or "below" => SearchCodes.Holds(clause, wanted, value),
            "$ne" => value.Aspect is IndexAspect.Plain or IndexAspect.Code && !Token(wanted, value),
            _ => Token(wanted, value),
        },
        SearchKind.String => Text(clause.Modifier, wanted, value),
        SearchKind.Uri => Uri(clause.Modifier, wanted.Text!, value.Text!),
        SearchKind.Date => clause.Modifier == "$po" ? value.Low < wanted.High && value.High > wanted.Low : Date(wanted, value),
        SearchKind.Number => Number(wanted, value),
        SearchKind.Quantity => SearchUnits.In(wanted, value) is { } converted && Number(converted, value),
        SearchKind.Reference when clause.Modifier == "identifier" => value.Kind == SearchKind.Token && Token(wanted, value),
        SearchKind.Reference => value.Kind == SearchKind.Reference && clause.Modifier switch
        {
            "above" or "below" => SearchVersions.Canonical(clause.Modifier == "below", wanted.Text ?? wanted.Code!, value.Text ?? ""),
            "$ne" => value.Text is not null && !Reference(null, wanted, value),
            _ => Reference(clause.Modifier, wanted, value),
        },
        _ => false,
    };

    static bool Token(SearchValue wanted, IndexValue value)
    {
        if (value.Aspect is IndexAspect.TextOnly or IndexAspect.OfType) return false;
        if (wanted.Code is { } code && value.Code != code) return false;
        if (wanted.System is not { } system) return true;
        if (system.Length == 0) return value.System is null || value.Aspect == IndexAspect.Code;
        return value.System == system;
    }

    static bool HasText(SearchValue wanted, IndexValue value)
    {
        if (value.Text is not { } text || value.Aspect == IndexAspect.OfType) return false;
        var normal = FrenchText.Normal(text);
        return normal.StartsWith(wanted.Normal!, StringComparison.Ordinal)
            || normal.Contains(" " + wanted.Normal, StringComparison.Ordinal);
    }

    // system|code|value, the first two of the type.
    static bool OfType(SearchValue wanted, IndexValue value) =>
        value.Aspect == IndexAspect.OfType && (string.IsNullOrEmpty(wanted.System) || value.System == wanted.System)
            && value.Code == wanted.Code && value.Text == wanted.Text;

    static bool Text(string? modifier, SearchValue wanted, IndexValue value)
    {
        if (modifier == "exact") return value.Text == wanted.Text;
        var (text, sought) = (value.Normal!, wanted.Normal!);
        return modifier switch
        {
            "contains" => text.Contains(sought, StringComparison.Ordinal),
            "$eq" => text == sought,
            "$ne" => text != sought,
            "$ew" => text.EndsWith(sought, StringComparison.Ordinal),
            "$gt" => string.CompareOrdinal(text, sought) > 0,
            "$lt" => string.CompareOrdinal(text, sought) < 0,
            "$ge" => string.CompareOrdinal(text, sought) >= 0,
            "$le" => string.CompareOrdinal(text, sought) <= 0,
            _ => text.StartsWith(sought, StringComparison.Ordinal),
        };
    }

    static bool Uri(string? modifier, string sought, string uri) => modifier switch
    {
        "below" => IsBelow(uri, sought),
        "above" => IsBelow(sought, uri),
        "$ne" => uri != sought,
        "$co" => uri.Contains(sought, StringComparison.Ordinal),
        "$sw" => uri.StartsWith(sought, StringComparison.Ordinal),
        "$ew" => uri.EndsWith(sought, StringComparison.Ordinal),
        _ => uri == sought,
    };

    static bool IsBelow(string uri, string above) =>
        uri == above || uri.StartsWith(above.EndsWith('/') ? above : above + "/", StringComparison.Ordinal);

    static bool Date(SearchValue wanted, IndexValue value)
    {
        var (low, high) = (value.Low, value.High);
        var equal = wanted.Low <= low && high <= wanted.High;
        return wanted.Prefix switch
        {
            SearchPrefix.Eq => equal,
            SearchPrefix.Ne => !equal,
            SearchPrefix.Gt => high > wanted.High,
            SearchPrefix.Lt => low < wanted.Low,
            SearchPrefix.Ge => high > wanted.Low,
            SearchPrefix.Le => low < wanted.High,
            SearchPrefix.Sa => low >= wanted.High,
            SearchPrefix.Eb => high <= wanted.Low,
            _ => low < wanted.High && high > wanted.Low,
        };
    }

    static bool Number(SearchValue wanted, IndexValue value)
    {
        var (low, high, number) = (value.LowNumber, value.HighNumber, wanted.Number);
        var equal = wanted.LowNumber <= low && (high < wanted.HighNumber || low == high && high == number);
        return wanted.Prefix switch
        {
            SearchPrefix.Eq => equal,
            SearchPrefix.Ne => !equal,
            SearchPrefix.Gt => high > number,
            SearchPrefix.Lt => low < number,
            SearchPrefix.Ge => high >= number,
            SearchPrefix.Le => low <= number,
            SearchPrefix.Sa => low > number,
            SearchPrefix.Eb => high < number,
            _ => low <= wanted.HighNumber && high >= wanted.LowNumber,
        };
    }

    static bool Reference(string? type, SearchValue wanted, IndexValue value)
    {
        if (type is not null && type != value.System) return false;
        if (wanted.Text is { } literal && value.Text == literal) return true;
        if (value.System is null) return value.Code is { } url && url == wanted.Text && value.Text != url;
        if (wanted.Code is null || value.Code != wanted.Code || value.Text != value.System + "/" + value.Code) return false;
        return wanted.System is null || wanted.System == value.System;
    }

    public static bool Composite(SearchClause clause, FhirDocument doc)
    {
        var components = clause.Param.Components;
        var missing = clause.Modifier == "missing";
        foreach (var root in clause.Param.Path.Evaluate(doc.Root))
        {
            var values = new List<IndexValue>[components.Count];
            for (var i = 0; i < components.Count; i++)
                Indexer.Extract(root.Node, FhirPath.Shared(components[i].Expression.Replace("as(DateTime)", "as(dateTime)",
                    StringComparison.Ordinal)), clause.Parts[i], values[i] = []);
            if (missing)
            {
                if (values.All(found => found.Count > 0)) return clause.Values[0].Code == "false";
                continue;
            }
            foreach (var wanted in clause.Values)
                if (Enumerable.Range(0, components.Count).All(i => Has(clause.Parts[i], wanted.Parts[i], values[i]))) return true;
        }
        return missing && clause.Values[0].Code == "true";
    }

    static bool Has(SearchParam part, SearchValue wanted, List<IndexValue> values)
    {
        var clause = new SearchClause(part, null, [wanted]);
        return values.Exists(value => One(clause, wanted, value));
    }
}
