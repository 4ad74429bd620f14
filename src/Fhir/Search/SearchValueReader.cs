using System.Globalization;
using System.Text;

namespace Socle.Fhir;

/// <summary>Reads the values of one parameter; commas separate alternatives, a backslash takes the meaning from , | $ and itself.</summary>
sealed class SearchValueReader(string resourceType, SearchParam param, string? modifier, string name, SearchEnvironment env)
{
    const int MaxValues = 500;
    const int LongestValue = 2_000;

    public IReadOnlyList<SearchParam> Parts { get; } = param.Kind != SearchKind.Composite ? [] :
        [.. InOrder(param).Select(c => env.Params.Find(resourceType, c.Code) ?? param)];

    // R4 names the two parts of DocumentReference.relationship the wrong way round: its first expression is the code.
    static IEnumerable<SearchComponent> InOrder(SearchParam param) =>
        param.Code == "relationship" ? param.Components.Reverse() : param.Components;

    FhirException Wrong(string why) => SearchParser.Fault(name, "value", why);

    public void CheckModifier()
    {
        if (modifier is null or "missing") return;
        var fits = param.Kind switch
        {
            SearchKind.String => modifier is "exact" or "contains",
            SearchKind.Token => modifier is "text" or "not" or "of-type" or "in" or "not-in" or "above" or "below",
            SearchKind.Uri => modifier is "below" or "above",
            SearchKind.Reference => modifier == "identifier" || modifier is "below" or "above" && IsTree || Definitions.IsResourceType(modifier)
                && (param.Targets.Count == 0 || param.Targets.Contains(modifier) || param.Targets.Contains("Resource")),
            _ => false,
        };
        if (!fits)
            throw SearchParser.Fault(name, "not-supported", $"the modifier :{modifier} is not supported for a parameter of type {param.Kind.ToString().ToLowerInvariant()}.");
    }

    // Versions of a canonical are below it, and so are the parts of a place or a visit.
    bool IsTree => SearchHierarchies.TypesOf(param).Any() || IndexPlan.Ends(param) is not { } ends || ends.Contains("canonical");

    public IReadOnlyList<SearchValue> Values(string text)
    {
        if (text.Length == 0) throw Wrong("a value is missing.");
        if (text.Contains('\0', StringComparison.Ordinal)) throw Wrong("a value contains a null character.");
        var values = new List<SearchValue>();
        foreach (var part in Split(text, ','))
        {
            if (part.Length == 0) throw Wrong("an empty value in the list.");
            if (part.Length > LongestValue || values.Count >= MaxValues)
                throw Wrong($"at most {MaxValues} values of {LongestValue} characters.");
            values.Add(One(part));
        }
        return values;
    }

    public SearchValue One(string written)
    {
        if (modifier == "missing")
            return written is "true" or "false" ? new SearchValue { Written = written, Code = written }
                : throw Wrong("true or false is expected.");
        return param.Kind switch
        {
            SearchKind.Composite => Composite(written),
            SearchKind.Special => Special(written),
            _ => Read(written, param),
        };
    }

    SearchValue Special(string written) => param.Code switch
    {
        "near" => SearchSpecial.Near(written) ?? throw Wrong("latitude|longitude|distance|unit is expected, as 48.85|2.35|10|km."),
        "_list" when written.StartsWith('$') => throw SearchParser.Fault(name, "not-supported", $"{written} is not kept here: name a List by its id."),
        "_list" when written.StartsWith("List/", StringComparison.Ordinal) => IdOf(written, written[5..]),
        "_list" => IdOf(written, written),
        "_content" or "_text" when SearchText.Words(Unescape(written)) is { Count: > 0 } =>
            new SearchValue { Written = written, Text = Unescape(written), Normal = FrenchText.Normal(Unescape(written)) },
        _ => throw Wrong("a word is expected."),
    };

    SearchValue IdOf(string written, string id) => IsId(id) ? new SearchValue { Written = written, Code = id } : throw Wrong("an id is expected.");

    static bool IsId(string text) => text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.');

    SearchValue Composite(string written)
    {
        var parts = Split(written, '$');
        if (parts.Count != Parts.Count || Parts.Contains(param)) throw Wrong($"{Parts.Count} parts separated by $ are expected.");
        return new SearchValue { Written = written, Parts = [.. parts.Select((part, i) => Read(part, Parts[i]))] };
    }

    SearchValue Read(string written, SearchParam by) => by.Kind switch
    {
        SearchKind.Token => Token(written),
        SearchKind.String => Text(written),
        SearchKind.Uri => new SearchValue { Written = written, Text = Unescape(written) },
        SearchKind.Date => Date(written),
        SearchKind.Number => Number(written, null),
        SearchKind.Quantity => Quantity(written),
        SearchKind.Reference when modifier == "identifier" && by == param => Token(written),
        SearchKind.Reference => Reference(written),
        _ => throw Wrong("this parameter has no values."),
    };

    // Blanks alone would begin every text.
    SearchValue Text(string written)
    {
        var text = Unescape(written);
        var normal = FrenchText.Normal(text);
        return normal.Length > 0 ? new SearchValue { Written = written, Text = text, Normal = normal } : throw Wrong("a text is expected.");
    }

    SearchValue Token(string written)
    {
        var parts = Split(written, '|');
        if (modifier == "text") return Text(written);
        if (modifier is "in" or "not-in") return SearchCodes.InSet(written, Unescape(written), env, Wrong);
        if (modifier is "above" or "below")
        {
            if (parts is not [{ Length: > 0 } system, { Length: > 0 } code]) throw Wrong("system|code is expected: codes stand in the tree of a system.");
            return SearchCodes.InTree(written, Unescape(system), Unescape(code), modifier == "below", env, Wrong);
        }
        if (modifier == "of-type")
        {
            if (parts.Count != 3 || parts[1].Length == 0 || parts[2].Length == 0) throw Wrong("system|code|value is expected.");
            return new SearchValue { Written = written, System = Unescape(parts[0]), Code = Unescape(parts[1]), Text = Unescape(parts[2]) };
        }
        if (parts.Count == 1) return new SearchValue { Written = written, Code = Unescape(parts[0]) };
        if (parts.Count != 2) throw Wrong("system|code is expected; a bar inside is written \\|.");
        if (parts[0].Length == 0 && parts[1].Length == 0) throw Wrong("a system or a code is expected.");
        return new SearchValue { Written = written, System = Unescape(parts[0]), Code = parts[1].Length == 0 ? null : Unescape(parts[1]) };
    }

    static SearchPrefix? Prefix(ref string text)
    {
        if (text.Length < 3 || !char.IsAsciiLetterLower(text[0]) || !char.IsAsciiLetterLower(text[1])) return SearchPrefix.Eq;
        SearchPrefix? prefix = text[..2] switch
        {
            "eq" => SearchPrefix.Eq, "ne" => SearchPrefix.Ne, "gt" => SearchPrefix.Gt, "lt" => SearchPrefix.Lt, "ge" => SearchPrefix.Ge,
            "le" => SearchPrefix.Le, "sa" => SearchPrefix.Sa, "eb" => SearchPrefix.Eb, "ap" => SearchPrefix.Ap, _ => null,
        };
        text = text[2..];
        return prefix;
    }

    SearchValue Date(string written)
    {
        var text = Unescape(written);
        if (Prefix(ref text) is not { } prefix) throw Wrong("an unknown prefix.");
        if (!PartialDate.TryParse(text, out var date) || text.EndsWith('T'))
            throw Wrong("a date is expected: 2026, 2026-01, 2026-01-31 or 2026-01-31T10:00:00+01:00.");
        var (low, high) = (date.Low, date.High);
        if (prefix == SearchPrefix.Ap && env.Now is { } moment)
        {
            var tenth = Math.Abs(moment.ToUnixTimeMilliseconds() * 1_000 - low) / 10;
            (low, high) = (low - tenth, high + tenth);
        }
        return new SearchValue { Written = written, Prefix = prefix, Low = low, High = high };
    }

    SearchValue Number(string written, string? all)
    {
        var text = written;
        if (Prefix(ref text) is not { } prefix || !FhirValue.TryDecimal(text, out var number)) throw Wrong("a number is expected.");
        var half = HalfStep(text, number);
        var (low, high) = (number, number);
        if (prefix == SearchPrefix.Ap) half = Math.Max(half, Math.Abs(number) / 10);
        try
        {
            (low, high) = (number - half, number + half);
        }
        catch (OverflowException)
        {
            throw Wrong("a number that is too big.");
        }
        return new SearchValue { Written = all ?? written, Prefix = prefix, Number = number, LowNumber = low, HighNumber = high };
    }

    // Half of the last significant digit: 100 means 99.5 to 100.5, 1.00 means 0.995 to 1.005, 5.40e-3 means 0.005395 to 0.005405. One digit
    // alone before an exponent is as precise as two: R4 (search.html, « number ») has 1e2 mean 95 to 105.
    static decimal HalfStep(string text, decimal number)
    {
        var e = text.IndexOfAny(['e', 'E']);
        var exponent = e < 0 ? 0 : int.Parse(text.AsSpan(e + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        var mantissa = e < 0 ? text : text[..e];
        var point = mantissa.IndexOf('.', StringComparison.Ordinal);
        var step = exponent - (point < 0 ? 0 : mantissa.Length - point - 1);
        if (e >= 0 && mantissa.SkipWhile(c => c is '-' or '+' or '0' or '.').Count(char.IsAsciiDigit) <= 1) step--;
        if (step is < -27 or > 27) return number == 0 ? 0.5m : 0;
        var half = 0.5m;
        for (; step > 0; step--) half *= 10;
        for (; step < 0; step++) half /= 10;
        return half;
    }

    SearchValue Quantity(string written)
    {
        var parts = Split(written, '|');
        if (parts.Count is not (1 or 3)) throw Wrong("number or number|system|code is expected.");
        var value = Number(parts[0], written);
        if (parts.Count == 1) return value;
        return value with { System = parts[1].Length == 0 ? null : Unescape(parts[1]), Code = parts[2].Length == 0 ? null
            : Unescape(parts[2]) };
    }

    SearchValue Reference(string written)
    {
        var text = Unescape(written);
        if (env.BaseUrl is { Length: > 0 } own && text.StartsWith(own, StringComparison.Ordinal)) text = text[own.Length..].TrimStart('/');
        if (text.Length == 0) throw Wrong("a reference is expected.");
        var type = modifier is not null && Definitions.IsResourceType(modifier) ? modifier : null;
        if (ReferenceText.Split(text) is { } split)
        {
            if (type is not null && type != split.Type) throw Wrong($"{split.Type} is not {type}.");
            var literal = text.IndexOf("/_history/", StringComparison.Ordinal) is var history and > 0 ? text[..history] : text;
            return new SearchValue { Written = written, Text = literal, System = split.Type, Code = split.Base is null ? split.Id : null };
        }
        return IsId(text)
            ? new SearchValue { Written = written, Code = text, System = type, Text = type is null ? null : type + "/" + text }
            : new SearchValue { Written = written, Text = text };
    }

    internal static List<string> Split(string text, char by)
    {
        var parts = new List<string>();
        var start = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\') i++;
            else if (text[i] == by)
            {
                parts.Add(text[start..i]);
                start = i + 1;
            }
        }
        parts.Add(text[start..]);
        return parts;
    }

    internal static string Unescape(string text)
    {
        if (!text.Contains('\\', StringComparison.Ordinal)) return text;
        var plain = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '\\' && i + 1 < text.Length && text[i + 1] is ',' or '|' or '$' or '\\') i++;
            plain.Append(text[i]);
        }
        return plain.ToString();
    }
}
