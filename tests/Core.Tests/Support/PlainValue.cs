using System.Globalization;
using System.Text;
using Socle.Fhir;

namespace Socle.Support;

/// <summary>One value of a resource as the slow search sees it: taken by the parameter's FHIRPath, read with no help of the index.</summary>
public sealed record PlainValue
{
    public string? System { get; init; }
    public string? Code { get; init; }

    /// <summary>Display, text, reference, URI, string.</summary>
    public string? Text { get; init; }

    /// <summary>Tells values that only some questions see: text (of a concept), type (of an identifier), identifier (of a reference).</summary>
    public string Only { get; init; } = "";

    /// <summary>A code whose binding implies its system.</summary>
    public bool Implied { get; init; }

    public DateTimeOffset Low { get; init; } = DateTimeOffset.MinValue;
    public DateTimeOffset High { get; init; } = DateTimeOffset.MaxValue;

    public decimal? From { get; init; }
    public decimal? To { get; init; }

    public static List<PlainValue> Of(FhirValue item, SearchKind kind, string code)
    {
        if (item.Node.Exists) return [.. Of(item.Node, kind, code)];
        return item.Text is { } text ? [new PlainValue { Code = text }] : [];
    }

    public static IEnumerable<PlainValue> Of(FhirNode node, SearchKind kind, string code) => kind switch
    {
        SearchKind.Token => Token(node, code),
        SearchKind.String => Strings(node),
        SearchKind.Date => Dates(node),
        SearchKind.Number or SearchKind.Quantity => Numbers(node),
        SearchKind.Reference => Reference(node),
        SearchKind.Uri => node.Text is { } uri ? [new PlainValue { Text = uri }] : [],
        _ => [],
    };

    static IEnumerable<PlainValue> Token(FhirNode node, string code)
    {
        switch (node.Type)
        {
            case "CodeableConcept":
                foreach (var coding in node.All("coding")) yield return Coding(coding);
                if (node["text"].Text is { } text) yield return new PlainValue { Text = text, Only = "text" };
                break;
            case "Coding": yield return Coding(node); break;
            case "Identifier":
                yield return new PlainValue { System = node["system"].Text, Code = node["value"].Text, Text = node["type"]["text"].Text };
                foreach (var type in node["type"].All("coding"))
                    yield return new PlainValue { System = type["system"].Text, Code = type["code"].Text, Text = node["value"].Text, Only = "type" };
                break;
            case "ContactPoint": yield return new PlainValue { System = node["system"].Text, Code = node["value"].Text }; break;
            default:
                var system = code == "gender" ? "http://hl7.org/fhir/administrative-gender" : null;
                if (node.Text is { } plain) yield return new PlainValue { System = system, Code = plain, Implied = node.Type == "code" };
                break;
        }
    }

    static PlainValue Coding(FhirNode node) =>
        new() { System = node["system"].Text, Code = node["code"].Text, Text = node["display"].Text };

    static IEnumerable<PlainValue> Strings(FhirNode node)
    {
        string[] names = node.Type switch
        {
            "HumanName" => ["text", "family", "given", "prefix", "suffix"],
            "Address" => ["text", "line", "city", "district", "state", "postalCode", "country"],
            _ => [],
        };
        if (names.Length == 0 && node.Text is { } own) yield return new PlainValue { Text = own };
        foreach (var part in names.SelectMany(name => node.All(name)))
            if (part.Text is { } text) yield return new PlainValue { Text = text };
    }

    static IEnumerable<PlainValue> Dates(FhirNode node)
    {
        if (node.Type == "Period")
        {
            var (start, end) = (node["start"].Text, node["end"].Text);
            if (start is null && end is null) yield break;
            yield return new PlainValue
            {
                Low = start is null ? DateTimeOffset.MinValue : Range(start).Low, High = end is null ? DateTimeOffset.MaxValue : Range(end).High,
            };
        }
        else if (node.Type == "Timing")
        {
            var events = node.All("event").Select(e => Range(e.Text!)).ToList();
            if (events.Count > 0) yield return new PlainValue { Low = events.Min(e => e.Low), High = events.Max(e => e.High) };
        }
        else if (node.Type is "date" or "dateTime" or "instant" && node.Text is { } text)
        {
            var (low, high) = Range(text);
            yield return new PlainValue { Low = low, High = high };
        }
    }

    /// <summary>The instants that a date of any precision means, the second excluded; no zone is UTC.</summary>
    public static (DateTimeOffset Low, DateTimeOffset High) Range(string text)
    {
        var full = text.Length switch { 4 => text + "-01-01T00:00:00Z", 7 => text + "-01T00:00:00Z", 10 => text + "T00:00:00Z", _ => text };
        var low = DateTimeOffset.Parse(full, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
        var point = text.IndexOf('.', StringComparison.Ordinal);
        return (low, text.Length switch
        {
            4 => low.AddYears(1),
            7 => low.AddMonths(1),
            10 => low.AddDays(1),
            _ when point < 0 => low.AddSeconds(1),
            _ => low.AddTicks((long)Math.Pow(10, 7 - text[(point + 1)..].TakeWhile(char.IsAsciiDigit).Count())),
        });
    }

    static IEnumerable<PlainValue> Numbers(FhirNode node)
    {
        if (node.Type == "Money")
        {
            yield return new PlainValue { From = Number(node["value"]), To = Number(node["value"]), System = "urn:iso:std:iso:4217", Code = node["currency"].Text };
        }
        else if (node.Type == "SampledData")
        {
            if (Sampled(node) is { } sampled) yield return sampled;
        }
        else if (node.Type == "Range")
        {
            var (low, high) = (node["low"], node["high"]);
            var unit = low.Exists ? low : high;
            yield return new PlainValue { From = Number(low["value"]), To = Number(high["value"]), System = unit["system"].Text, Code = unit["code"].Text, Text = unit["unit"].Text };
        }
        else if (node.Text is not null)
        {
            yield return new PlainValue { From = Number(node), To = Number(node) };
        }
        else if (Number(node["value"]) is { } value)
        {
            var sign = node["comparator"].Text ?? "";
            yield return new PlainValue
            {
                From = sign.StartsWith('<') ? null : value, To = sign.StartsWith('>') ? null : value,
                System = node["system"].Text, Code = node["code"].Text, Text = node["unit"].Text,
            };
        }
    }

    // From the least point to the greatest; one beyond the limits of measure has no bound on its side.
    static PlainValue? Sampled(FhirNode node)
    {
        var (lower, upper, unit) = (Number(node["lowerLimit"]), Number(node["upperLimit"]), node["origin"]);
        var points = (node["data"].Text ?? "").Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(point => point != "E").ToList();
        var measured = points.Where(point => point is not ("L" or "U"))
            .Select(point => decimal.Parse(point, CultureInfo.InvariantCulture) * (Number(node["factor"]) ?? 1) + Number(unit["value"])!.Value).ToList();
        if (points.Count == 0) (measured, points) = (lower is null || upper is null ? [] : [lower.Value, upper.Value], []);
        else if (points.Contains("L")) measured.Add(lower!.Value);
        if (points.Contains("U")) measured.Add(upper!.Value);
        return measured.Count == 0 ? null : new PlainValue
        {
            From = points.Contains("L") ? null : measured.Min(), To = points.Contains("U") ? null : measured.Max(),
            System = unit["system"].Text, Code = unit["code"].Text, Text = unit["unit"].Text,
        };
    }

    static decimal? Number(FhirNode node) => node.Text is { } text ? decimal.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture) : null;

    static IEnumerable<PlainValue> Reference(FhirNode node)
    {
        var text = node.Type == "Reference" ? node["reference"].Text : node.Text;
        if (text is not null && text[0] == '#') text = null;
        var identifier = node["identifier"];
        if (identifier.Exists) yield return new PlainValue { System = identifier["system"].Text, Code = identifier["value"].Text, Only = "identifier" };
        if (text is not null || !identifier.Exists) yield return new PlainValue { Text = text?.Split("/_history/")[0] };
    }

    /// <summary>Lower case without accents; hyphens, apostrophes and blanks are one blank.</summary>
    public static string Normal(string text)
    {
        var plain = new StringBuilder();
        foreach (var c in text.ToLowerInvariant().Replace("œ", "oe", StringComparison.Ordinal).Replace("æ", "ae", StringComparison.Ordinal).Normalize(NormalizationForm.FormD))
        {
            if (CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.NonSpacingMark) plain.Append("-'’".Contains(c, StringComparison.Ordinal) ? ' ' : c);
        }
        return string.Join(' ', plain.ToString().Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
}
