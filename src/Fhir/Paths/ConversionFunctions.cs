using System.Globalization;

namespace Socle.Fhir;

/// <summary>toX() and convertsToX().</summary>
static class ConversionFunctions
{
    public static void AddTo(Action<string, int, int, PathFunction> add)
    {
        Pair(add, "Boolean", 0, (_, value) => ToBoolean(value));
        Pair(add, "Integer", 0, (_, value) => ToInteger(value));
        Pair(add, "Long", 0, (_, value) => ToInteger(value));
        Pair(add, "Decimal", 0, (_, value) => ToDecimal(value));
        Pair(add, "String", 0, (_, value) => value.Text is { } text ? FhirValue.Of(text) : null);
        Pair(add, "Date", 0, (_, value) => ToDate(value, FhirValueKind.Date));
        Pair(add, "DateTime", 0, (_, value) => ToDate(value, FhirValueKind.DateTime));
        Pair(add, "Time", 0, (_, value) => ToTime(value));
        Pair(add, "Quantity", 1, ToQuantity);
    }

    static void Pair(Action<string, int, int, PathFunction> add, string type, int arguments, Func<PathCall, FhirValue, FhirValue?> convert)
    {
        add("to" + type, 0, arguments, (call, input) =>
            PathOps.Single(input, call.Name + "()") is { } value && convert(call, value) is { } made ? [made] : FhirValue.None);
        add("convertsTo" + type, 0, arguments, (call, input) =>
            PathOps.Single(input, call.Name + "()") is { } value ? PathFunctions.Bool(convert(call, value) is not null) : FhirValue.None);
    }

    static FhirValue? ToBoolean(FhirValue value) => value.Kind switch
    {
        FhirValueKind.Boolean => value,
        FhirValueKind.Integer or FhirValueKind.Decimal =>
            value.Decimal == 1 ? FhirValue.Of(true) : value.Decimal == 0 ? FhirValue.Of(false) : null,
        FhirValueKind.String => value.String.ToLowerInvariant() switch
        {
            "true" or "t" or "yes" or "y" or "1" or "1.0" => FhirValue.Of(true),
            "false" or "f" or "no" or "n" or "0" or "0.0" => FhirValue.Of(false),
            _ => null,
        },
        _ => null,
    };

    static FhirValue? ToInteger(FhirValue value) => value.Kind switch
    {
        FhirValueKind.Integer => value,
        FhirValueKind.Boolean => FhirValue.Of(value.Boolean ? 1L : 0L),
        FhirValueKind.String when long.TryParse(value.String, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture,
            out var whole) => FhirValue.Of(whole),
        _ => null,
    };

    static FhirValue? ToDecimal(FhirValue value) => value.Kind switch
    {
        FhirValueKind.Decimal => value,
        FhirValueKind.Integer => FhirValue.Of((decimal)value.Integer),
        FhirValueKind.Boolean => FhirValue.Of(value.Boolean ? 1.0m : 0.0m),
        FhirValueKind.String when decimal.TryParse(value.String, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
            CultureInfo.InvariantCulture, out var number) =>
            FhirValue.Of(number),
        _ => null,
    };

    static FhirValue? ToDate(FhirValue value, FhirValueKind kind)
    {
        var date = value.Kind switch
        {
            FhirValueKind.Date or FhirValueKind.DateTime => value.Date,
            FhirValueKind.String when PartialDate.TryParse(value.String, out var read) => read,
            _ => (PartialDate?)null,
        };
        if (date is not { } known) return null;
        if (kind == FhirValueKind.Date && known.Precision > DatePrecision.Day)
            known = new PartialDate { Year = known.Year, Month = known.Month, DayOfMonth = known.DayOfMonth,
                Precision = DatePrecision.Day };
        return FhirValue.Of(known, kind);
    }

    static FhirValue? ToTime(FhirValue value) => value.Kind switch
    {
        FhirValueKind.Time => value,
        FhirValueKind.String when PartialDate.TryParseTime(value.String.TrimStart('T'), out var time) =>
            FhirValue.Of(time, FhirValueKind.Time),
        _ => null,
    };

    static FhirValue? ToQuantity(PathCall call, FhirValue value)
    {
        var quantity = value.Kind switch
        {
            FhirValueKind.Quantity => value.Quantity,
            FhirValueKind.Integer or FhirValueKind.Decimal => new PathQuantity(value.Decimal, "1", false),
            FhirValueKind.Boolean => new PathQuantity(value.Boolean ? 1.0m : 0.0m, "1", false),
            FhirValueKind.String => PathQuantity.TryParse(value.String),
            _ => null,
        };
        if (quantity is null || call.Count == 0 || call.Text(0) is not { } unit) return quantity is null ? null : FhirValue.Of(quantity);
        var wanted = PathQuantity.IsWord(unit) ? PathQuantity.OfWord(0, unit) : new PathQuantity(0, unit, false);
        return quantity.In(wanted, loosely: true) is { } converted ? FhirValue.Of(wanted with { Value = (decimal)converted }) : null;
    }
}
