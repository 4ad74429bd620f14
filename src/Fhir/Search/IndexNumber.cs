using System.Buffers.Text;
using System.Globalization;

namespace Socle.Fhir;

static class IndexNumber
{
    public static void Add(FhirNode node, string type, PlanLeaf leaf, List<IndexValue> into)
    {
        switch (type)
        {
            case "decimal" or "integer" or "positiveInt" or "unsignedInt":
                if (Number(node) is { } number) Emit(node, number, number, default, leaf, into);
                break;
            case "Money":
                if (Number(node["value"]) is { } amount)
                    IndexConverter.Emit(node, new IndexValue
                    {
                        Kind = leaf.Kind, LowNumber = amount, HighNumber = amount, System = "urn:iso:std:iso:4217",
                            Code = IndexConverter.Read(node["currency"], true),
                    }, leaf, into);
                break;
            case "Range":
                var (from, to) = (node["low"], node["high"]);
                if (from.Exists || to.Exists)
                    Emit(node, Number(from["value"]) ?? decimal.MinValue, Number(to["value"]) ?? decimal.MaxValue, from.Exists ? from
                        : to, leaf, into);
                break;
            case "SampledData":
                if (SampledBounds(node) is var (lower, upper)) Emit(node, lower, upper, node["origin"], leaf, into);
                break;
            default:
                if (PathTypes.IsA(type, "Quantity")) Quantity(node, leaf, into);
                break;
        }
    }

    // R4 (Observation value-quantity): « just search on the bounds of the values ». L and U are points beyond what could be measured, E is
    // none. Where the points are not in the resource, the limits stand for them.
    static (decimal Low, decimal High)? SampledBounds(FhirNode node)
    {
        var (lower, upper) = (Number(node["lowerLimit"]), Number(node["upperLimit"]));
        var (origin, factor) = (Number(node["origin"]["value"]) ?? 0, Number(node["factor"]) ?? 1);
        var (low, high) = (decimal.MaxValue, decimal.MinValue);
        var points = (node["data"].Text ?? "").AsSpan();
        foreach (var range in points.Split(' '))
        {
            var point = points[range].Trim();
            if (point.Length == 0 || point is "E") continue;
            if (Point(point, lower, upper, origin, factor) is not var (from, to)) return null;
            (low, high) = (Math.Min(low, from), Math.Max(high, to));
        }
        if (low <= high) return (low, high);
        return lower is null || upper is null ? null : (lower.Value, upper.Value);
    }

    static (decimal, decimal)? Point(ReadOnlySpan<char> point, decimal? lower, decimal? upper, decimal origin, decimal factor)
    {
        if (point is "L") return (decimal.MinValue, lower ?? decimal.MaxValue);
        if (point is "U") return (upper ?? decimal.MinValue, decimal.MaxValue);
        if (!decimal.TryParse(point, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)) return null;
        try
        {
            value = value * factor + origin;
            return (value, value);
        }
        catch (OverflowException)
        {
            return null;   // no number that anybody measures, nor asks for
        }
    }

    static void Quantity(FhirNode node, PlanLeaf leaf, List<IndexValue> into)
    {
        if (Number(node["value"]) is not { } value) return;
        var comparator = node["comparator"];
        var (low, high) = (value, value);
        if (comparator.Exists)
        {
            var sign = IndexConverter.Read(comparator, true);
            if (sign is "<" or "<=") low = decimal.MinValue;
            if (sign is ">" or ">=") high = decimal.MaxValue;
        }
        Emit(node, low, high, node, leaf, into);
    }

    static void Emit(FhirNode node, decimal low, decimal high, FhirNode unit, PlanLeaf leaf, List<IndexValue> into) =>
        IndexConverter.Emit(node, new IndexValue
        {
            Kind = leaf.Kind, LowNumber = low, HighNumber = high, System = IndexConverter.Read(unit["system"], true),
            Code = IndexConverter.Read(unit["code"], true), Text = IndexConverter.Read(unit["unit"], true),
        }, leaf, into);

    static decimal? Number(FhirNode node)
    {
        if (!node.Exists) return null;
        if (Utf8Parser.TryParse(node.Raw, out decimal value, out var used) && used == node.Raw.Length) return value;
        return FhirValue.TryDecimal(node.Text, out value) ? value : null;
    }
}
