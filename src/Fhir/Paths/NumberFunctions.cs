using System.Globalization;

namespace Socle.Fhir;

/// <summary>Mathematics, boundaries and precision.</summary>
static class NumberFunctions
{
    public static void AddTo(Action<string, int, int, PathFunction> add)
    {
        add("abs", 0, 0, OnNumber((_, x) => Math.Abs(x), keepsQuantity: true));
        add("ceiling", 0, 0, Whole(decimal.Ceiling));
        add("floor", 0, 0, Whole(decimal.Floor));
        add("truncate", 0, 0, Whole(decimal.Truncate));
        add("round", 0, 1, OnNumber(Round, keepsInteger: false));
        add("sqrt", 0, 0, OnDouble((_, x) => x < 0 ? null : Math.Sqrt(x)));
        add("exp", 0, 0, OnDouble((_, x) => Math.Exp(x)));
        add("ln", 0, 0, OnDouble((_, x) => x <= 0 ? null : Math.Log(x)));
        add("log", 1, 1, OnDouble((call, x) => call.Value(0) is { IsNumber: true } b && x > 0 ? Math.Log(x) / Math.Log((double)b.Decimal)
            : null));
        add("power", 1, 1, Power);
        add("sum", 0, 0, (call, input) => Total(call, input));
        add("avg", 0, 0, (call, input) => input.Count == 0 ? FhirValue.None
            : PathArithmetic.Apply(call.Run, "/", Total(call, input), [FhirValue.Of((decimal)input.Count)]));
        add("min", 0, 0, (_, input) => Extreme(input, -1));
        add("max", 0, 0, (_, input) => Extreme(input, 1));
        add("lowBoundary", 0, 1, (call, input) => Boundary(call, input, -1));
        add("highBoundary", 0, 1, (call, input) => Boundary(call, input, 1));
        add("precision", 0, 0, Precision);
    }

    static PathFunction OnNumber(Func<PathCall, decimal, decimal?> function, bool keepsQuantity = false, bool keepsInteger = true) =>
        (call, input) =>
    {
        if (PathOps.Single(input, call.Name + "()") is not { } value) return FhirValue.None;
        if (keepsQuantity && value.Kind == FhirValueKind.Quantity)
            return function(call, value.Quantity.Value) is { } made ? [FhirValue.Of(value.Quantity with { Value = made })] : FhirValue.None;
        if (!value.IsNumber) throw PathRun.Fault($"{call.Name}() expects a number.");
        if (function(call, value.Decimal) is not { } result) return FhirValue.None;
        return keepsInteger && value.Kind == FhirValueKind.Integer ? [FhirValue.Of((long)result)] : [FhirValue.Of(result)];
    };

    static PathFunction Whole(Func<decimal, decimal> function) => (call, input) =>
    {
        if (PathOps.Single(input, call.Name + "()") is not { } value) return FhirValue.None;
        if (!value.IsNumber) throw PathRun.Fault($"{call.Name}() expects a number.");
        var result = function(value.Decimal);
        return Math.Abs(result) <= long.MaxValue ? [FhirValue.Of((long)result)] : FhirValue.None;
    };

    static PathFunction OnDouble(Func<PathCall, double, double?> function) => (call, input) =>
    {
        if (PathOps.Single(input, call.Name + "()") is not { } value) return FhirValue.None;
        if (!value.IsNumber) throw PathRun.Fault($"{call.Name}() expects a number.");
        return function(call, (double)value.Decimal) is { } result && ToDecimal(result) is { } made ? [FhirValue.Of(made)] : FhirValue.None;
    };

    static decimal? ToDecimal(double value) =>
        double.IsFinite(value) && Math.Abs(value) < 7.9e28 ? FhirValue.TryDecimal(value.ToString("R", CultureInfo.InvariantCulture),
            out var made) ? made : null : null;

    static decimal? Round(PathCall call, decimal value)
    {
        var digits = call.Count == 1 ? call.Integer(0) ?? 0 : 0;
        if (digits < 0) throw PathRun.Fault("round() expects no negative precision.");
        return decimal.Round(value, (int)Math.Min(28, digits), MidpointRounding.AwayFromZero);
    }

    static List<FhirValue> Power(PathCall call, List<FhirValue> input)
    {
        if (PathOps.Single(input, "power()") is not { IsNumber: true } value || call.Value(0) is not { IsNumber: true } exponent)
            return FhirValue.None;
        var result = Math.Pow((double)value.Decimal, (double)exponent.Decimal);
        if (ToDecimal(result) is not { } made) return FhirValue.None;
        var whole = value.Kind == FhirValueKind.Integer && exponent.Kind == FhirValueKind.Integer && exponent.Integer >= 0;
        return whole && Math.Abs(result) < 9e15 ? [FhirValue.Of((long)made)] : [FhirValue.Of(made)];
    }

    static List<FhirValue> Total(PathCall call, List<FhirValue> input)
    {
        if (input.Count == 0) return FhirValue.None;
        var total = input[0].Atom() is { } first ? new List<FhirValue> { first } : FhirValue.None;
        for (var i = 1; i < input.Count; i++) total = PathArithmetic.Apply(call.Run, "+", total, [input[i]]);
        return total;
    }

    static List<FhirValue> Extreme(List<FhirValue> input, int sign)
    {
        FhirValue? best = null;
        foreach (var item in input)
        {
            if (item.Atom() is not { } value) return FhirValue.None;
            if (best is not { } known) best = value;
            else if (PathOps.Order(value, known) is not { } order) return FhirValue.None;
            else if (order * sign > 0) best = value;
        }
        return best is { } found ? [found] : FhirValue.None;
    }

    static List<FhirValue> Boundary(PathCall call, List<FhirValue> input, int sign)
    {
        if (PathOps.Single(input, call.Name + "()") is not { } value) return FhirValue.None;
        var wanted = call.Count == 1 ? call.Integer(0) : null;
        var made = value.Kind switch
        {
            FhirValueKind.Integer or FhirValueKind.Decimal =>
                Boundary(value.Decimal, wanted, sign) is { } number ? FhirValue.Of(number) : (FhirValue?)null,
            FhirValueKind.Quantity =>
                Boundary(value.Quantity.Value, wanted, sign) is { } number ? FhirValue.Of(value.Quantity with { Value = number }) : null,
            FhirValueKind.Date or FhirValueKind.DateTime => DateBoundary(value, wanted, sign),
            FhirValueKind.Time => TimeBoundary(value, wanted ?? 9, sign),
            _ => null,
        };
        return made is { } item ? [item] : FhirValue.None;
    }

    static decimal? Boundary(decimal value, long? wanted, int sign)
    {
        var digits = wanted ?? 8;
        if (digits is < 0 or > 28) return null;
        var half = 0.5m;
        for (var i = 0; i < value.Scale; i++) half /= 10;
        var edge = value + sign * half;
        var scale = 1m;
        for (var i = 0; i < digits; i++) scale /= 10;
        var cut = digits >= edge.Scale ? edge : sign < 0 ? Floor(edge, scale) : -Floor(-edge, scale);
        return cut + 0m * scale;
    }

    static decimal Floor(decimal value, decimal unit) => decimal.Floor(value / unit) * unit;

    static FhirValue? DateBoundary(FhirValue value, long? wanted, int sign)
    {
        var date = value.Date;
        var target = wanted ?? (value.Kind == FhirValueKind.Date ? 8 : 17);
        var precision = target switch
        {
            4 => DatePrecision.Year, 6 => DatePrecision.Month, 8 => DatePrecision.Day, 10 => DatePrecision.Hour, 12 => DatePrecision.Minute,
            14 or 17 => DatePrecision.Second, _ => (DatePrecision?)null,
        };
        if (precision is not { } p) return null;
        if (date.Precision < DatePrecision.Month) date = date with { Month = sign < 0 ? 1 : 12 };
        if (date.Precision < DatePrecision.Day) date = date with 
        {
            DayOfMonth = sign < 0 ? 1 : DateTime.DaysInMonth(date.Year, date.Month),
        };
        date = WithTime(date, target, sign);
        if (p > DatePrecision.Day && date.Offset is null) date = date with { Offset = sign < 0 ? 14 * 60 : -12 * 60 };
        return FhirValue.Of(date with { Precision = p }, p > DatePrecision.Day ? FhirValueKind.DateTime : value.Kind);
    }

    static PartialDate WithTime(PartialDate date, long target, int sign)
    {
        if (date.Precision < DatePrecision.Hour) date = date with { Hours = sign < 0 ? 0 : 23 };
        if (date.Precision < DatePrecision.Minute) date = date with { Minutes = sign < 0 ? 0 : 59 };
        if (date.Precision < DatePrecision.Second) date = date with { Micros = sign < 0 ? 0 : 59_999_000 };
        else if (date.FractionDigits == 0 && sign > 0) date = date with { Micros = date.Micros + 999_000 };
        return date with { FractionDigits = target is 17 or 9 ? 3 : 0 };
    }

    static FhirValue? TimeBoundary(FhirValue value, long wanted, int sign)
    {
        var precision = wanted switch
        {
            2 => DatePrecision.Hour, 4 => DatePrecision.Minute, 6 or 9 => DatePrecision.Second, _ => (DatePrecision?)null,
        };
        return precision is { } p ? FhirValue.Of(WithTime(value.Date, wanted, sign) with { Precision = p }, FhirValueKind.Time) : null;
    }

    static List<FhirValue> Precision(PathCall call, List<FhirValue> input)
    {
        if (PathOps.Single(input, "precision()") is not { } value) return FhirValue.None;
        if (value.IsNumber) return [FhirValue.Of((long)value.Decimal.Scale)];
        if (!value.IsDate) return FhirValue.None;
        var digits = value.Date.Precision switch
        {
            DatePrecision.Year => 4, DatePrecision.Month => 6, DatePrecision.Day => 8, DatePrecision.Hour => 10, DatePrecision.Minute => 12,
            _ => value.Date.FractionDigits > 0 ? 17 : 14,
        };
        return [FhirValue.Of((long)(value.Kind == FhirValueKind.Time ? digits - 8 : digits))];
    }
}
