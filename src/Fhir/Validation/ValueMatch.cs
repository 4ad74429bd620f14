using System.Globalization;

namespace Socle.Fhir;

/// <summary>fixed[x]: equal in every part. pattern[x]: all that stands in the pattern is in the value.</summary>
static class ValueMatch
{
    public static bool Matches(FhirNode value, ExpectedValue expected) => expected.Exact ? Same(value, expected.Value) : Has(value, expected.Value);

    public static bool Same(FhirNode value, FhirNode expected)
    {
        if (value.IsPrimitive || expected.IsPrimitive) return SamePrimitive(value, expected);
        var names = value.Children.Concat(expected.Children).Select(c => c.Name).Distinct(StringComparer.Ordinal);
        foreach (var name in names)
        {
            var (left, right) = (Named(value, name), Named(expected, name));
            if (left.Count != right.Count) return false;
            for (var i = 0; i < left.Count; i++)
                if (!Same(left[i], right[i])) return false;
        }
        return true;
    }

    public static bool Has(FhirNode value, FhirNode pattern)
    {
        if (value.IsPrimitive || pattern.IsPrimitive) return SamePrimitive(value, pattern);
        foreach (var wanted in pattern.Children)
        {
            var found = false;
            foreach (var child in value.All(wanted.Name))
                if (Has(child, wanted)) found = true;
            if (!found) return false;
        }
        return true;
    }

    static List<FhirNode> Named(FhirNode node, string name) => [.. node.Children.Where(c => c.Name == name)];

    static bool SamePrimitive(FhirNode value, FhirNode expected)
    {
        if (value.Raw is [(byte)'"', ..] and var raw && raw.SequenceEqual(expected.Raw)) return true;
        if (value.Text is not { } text || expected.Text is not { } wanted) return value.Text is null && expected.Text is null;
        if (text == wanted) return true;
        return value.Type == "decimal" && FhirValue.TryDecimal(text, out var a) && FhirValue.TryDecimal(wanted, out var b) && a == b;
    }

    /// <summary>Null: it keeps the limit, or cannot be compared with it.</summary>
    public static string? Breaks(FhirNode value, ValueLimit limit)
    {
        var order = value.Type is "Quantity" or "SimpleQuantity" || limit.Value.Type == "Quantity" ? OfQuantities(value, limit.Value) : OfTexts(value.Text, limit.Value.Text);
        if (order is not { } known || known == 0 || known > 0 == limit.Lowest) return null;
        var shown = limit.Value.Text ?? limit.Value["value"].Text;
        return limit.Lowest ? $"at least {shown}" : $"at most {shown}";
    }

    static int? OfQuantities(FhirNode value, FhirNode limit)
    {
        var sameUnit = (value["code"].Text ?? value["unit"].Text) == (limit["code"].Text ?? limit["unit"].Text);
        return sameUnit ? OfTexts(value["value"].Text, limit["value"].Text) : null;
    }

    // Dates are compared as far as both are precise; those with a time as moments.
    static int? OfTexts(string? value, string? limit)
    {
        if (value is null || limit is null) return null;
        if (FhirValue.TryDecimal(value, out var a) && FhirValue.TryDecimal(limit, out var b)) return a.CompareTo(b);
        if (value.Contains('T', StringComparison.Ordinal) && limit.Contains('T', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, out var x) && DateTimeOffset.TryParse(limit, CultureInfo.InvariantCulture, out var y))
            return x.CompareTo(y);
        var length = Math.Min(value.Length, limit.Length);
        return string.CompareOrdinal(value, 0, limit, 0, length);
    }
}
