using System.Buffers.Text;

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
                if (Number(node["lowerLimit"]) is { } lower && Number(node["upperLimit"]) is { } upper) Emit(node, lower, upper,
                    node["origin"], leaf, into);
                break;
            default:
                if (PathTypes.IsA(type, "Quantity")) Quantity(node, leaf, into);
                break;
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
