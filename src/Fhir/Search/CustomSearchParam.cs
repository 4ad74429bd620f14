namespace Socle.Fhir;

/// <summary>Reads a SearchParameter resource into parameters that can be indexed and asked for, one per base type.</summary>
public static class CustomSearchParam
{
    const int LongestCode = 64;

    /// <summary>An extension of a SearchParameter, true where its values are nearly each one's own (an address, a number).</summary>
    public const string Keyed = "urn:socle:search-parameter-keyed";

    /// <summary>Throws a FhirException that names each reason for which the parameter cannot be used.</summary>
    /// <param name="known">What is there already: codes that clash, and parameters that components name.</param>
    /// <param name="numberOf">The number under which the parameter's values of that base type are kept, the same for good, over
    /// 100 000.</param>
    public static IReadOnlyList<SearchParam> Read(FhirDocument doc, SearchParamSet known, Func<string, int> numberOf)
    {
        if (doc.ResourceType != "SearchParameter") throw new FhirException("value", null, "A SearchParameter is expected.");
        var issues = new List<Issue>();
        var root = doc.Root;
        var code = root["code"].Text ?? "";
        if (code.Length is 0 or > LongestCode || !char.IsAsciiLetter(code[0]) || !code.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_'))
            issues.Add(Wrong("code", $"the code must begin with a letter and have at most {LongestCode} letters, digits, - and _."));
        if (!Enum.TryParse<SearchKind>(root["type"].Text, ignoreCase: true, out var kind) || kind == SearchKind.Special)
            issues.Add(Wrong("type", "this type of parameter cannot be added."));
        var bases = root.All("base").Select(b => b.Text ?? "").Distinct().ToList();
        if (bases.Count == 0) issues.Add(Wrong("base", "at least one base type is needed."));
        foreach (var type in bases.Where(type => !Definitions.IsResourceType(type) && type is not ("Resource" or "DomainResource")))
            issues.Add(Wrong("base", $"{type} is not a resource type of FHIR R4."));
        foreach (var type in bases.Where(type => TypesOf(type).Any(t => known.Find(t, code) is not null)))
            issues.Add(Wrong("code", $"{type} has a parameter {code} already."));
        if (root["xpathUsage"].Text is { } usage and not "normal") issues.Add(Wrong("xpathUsage", $"the usage {usage} is not supported."));
        if (issues.Count > 0) throw new FhirException(issues);

        var targets = root.All("target").Select(t => t.Text ?? "").Where(t => t.Length > 0).ToList();
        var keyed = kind is SearchKind.String or SearchKind.Token
            && root.All("extension").Any(extension => extension["url"].Text == Keyed && extension["valueBoolean"].Text == "true");
        var made = new List<SearchParam>();
        foreach (var type in bases)
        {
            var expression = Branches(root["expression"].Text ?? "", type, bases, issues);
            var components = kind == SearchKind.Composite ? Components(root, type, known, issues) : [];
            made.Add(new SearchParam(numberOf(type), type, code, kind, expression, targets, components) { IsKeyed = keyed });
        }
        if (issues.Count == 0)
            foreach (var param in made) Check(param, issues);
        return issues.Count == 0 ? made : throw new FhirException(issues);
    }

    static IEnumerable<string> TypesOf(string type) => type is "Resource" or "DomainResource" ? Definitions.ResourceTypes : [type];

    static Issue Wrong(string element, string why) => new("error", "invalid", $"SearchParameter.{element}", "SearchParameter: " + why);

    // « Patient.a | Practitioner.b » has one branch per base type.
    static string Branches(string expression, string type, List<string> bases, List<Issue> issues)
    {
        if (string.IsNullOrWhiteSpace(expression))
        {
            issues.Add(Wrong("expression", "an expression is needed: what it finds is what is searched."));
            return "";
        }
        var branches = Split(expression).Where(branch =>
            !bases.Exists(other => other != type && branch.TrimStart('(', ' ').StartsWith(other + ".", StringComparison.Ordinal))).ToList();
        if (branches.Count == 0) issues.Add(Wrong("expression", $"no branch of the expression is about {type}."));
        var own = string.Join(" | ", branches);
        try
        {
            if (own.Length > 0) FhirPath.Compile(own);
        }
        catch (FhirException wrong)
        {
            issues.Add(Wrong("expression", wrong.Message));
        }
        return own;
    }

    // At the bars outside of brackets and quotes.
    static List<string> Split(string expression)
    {
        var (parts, depth, start, quoted) = (new List<string>(), 0, 0, false);
        for (var i = 0; i < expression.Length; i++)
        {
            var c = expression[i];
            if (c == '\'' && (i == 0 || expression[i - 1] != '\\')) quoted = !quoted;
            if (quoted) continue;
            if (c is '(' or '[') depth++;
            else if (c is ')' or ']') depth--;
            else if (c == '|' && depth == 0)
            {
                parts.Add(expression[start..i].Trim());
                start = i + 1;
            }
        }
        parts.Add(expression[start..].Trim());
        return parts;
    }

    static List<SearchComponent> Components(FhirNode root, string type, SearchParamSet known, List<Issue> issues)
    {
        var components = new List<SearchComponent>();
        foreach (var component in root.All("component"))
        {
            var (definition, expression) = (component["definition"].Text ?? "", component["expression"].Text ?? "");
            // http://hl7.org/fhir/SearchParameter/Observation-code: the code stands behind the first dash.
            var name = definition[(definition.LastIndexOf('/') + 1)..];
            var code = name[(name.IndexOf('-', StringComparison.Ordinal) + 1)..];
            var typedBy = known.Find(type, code) ?? known.Find(type, name);
            if (typedBy is null or { Kind: SearchKind.Composite or SearchKind.Special })
                issues.Add(Wrong("component.definition", $"{type} has no parameter {definition} that could be part of a composite."));
            else components.Add(new SearchComponent(typedBy.Code, expression));
            try
            {
                FhirPath.Compile(expression);
            }
            catch (FhirException wrong)
            {
                issues.Add(Wrong("component.expression", wrong.Message));
            }
        }
        if (components.Count < 2 && issues.Count == 0) issues.Add(Wrong("component", "a composite has at least two components."));
        return components;
    }

    // A plain path that the definitions do not know, or that ends at a type the kind has no values of, would silently find nothing.
    static void Check(SearchParam param, List<Issue> issues)
    {
        if (param.Kind == SearchKind.Composite || param.Type is "Resource" or "DomainResource") return;
        if (IndexPlan.Ends(param) is not { } ends) return;
        if (ends.Count == 0) issues.Add(Wrong("expression", $"{param.Type} has no element « {param.Expression} »."));
        else if (!ends.Exists(type => IndexConverter.Fits(param.Kind, type)))
            issues.Add(Wrong("type", $"« {param.Expression} » is of type {string.Join(", ", ends)}: no values of kind {param.Kind.ToString().ToLowerInvariant()}."));
    }
}
