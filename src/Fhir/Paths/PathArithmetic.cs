namespace Socle.Fhir;

static class PathArithmetic
{
    public static List<FhirValue> Apply(PathRun run, string sign, List<FhirValue> left, List<FhirValue> right)
    {
        var x = PathOps.Single(left, sign);
        var y = PathOps.Single(right, sign);
        if (sign == "&") return [run.Text(TextOf(x) + TextOf(y))];
        if (x is not { } a || y is not { } b) return FhirValue.None;
        try
        {
            return (sign, a.Kind, b.Kind) switch
            {
                ("+", FhirValueKind.String, FhirValueKind.String) => [run.Text(a.String + b.String)],
                (_, FhirValueKind.Integer, FhirValueKind.Integer) when sign != "/" => Integers(sign, a.Integer, b.Integer),
                _ when a.IsNumber && b.IsNumber => Decimals(sign, a.Decimal, b.Decimal),
                ("+" or "-", _, FhirValueKind.Quantity) when a.IsDate => Moved(a, b.Quantity, sign == "-" ? -1 : 1),
                (_, FhirValueKind.Quantity, FhirValueKind.Quantity) => Quantities(sign, a.Quantity, b.Quantity),
                ("*" or "/", FhirValueKind.Quantity, _) when b.IsNumber => Scaled(sign, a.Quantity, b.Decimal),
                ("*", _, FhirValueKind.Quantity) when a.IsNumber => Scaled(sign, b.Quantity, a.Decimal),
                _ => throw PathRun.Fault($"{sign} has no meaning for {a.TypeName} and {b.TypeName}."),
            };
        }
        catch (OverflowException)
        {
            return FhirValue.None;
        }
    }

    static string TextOf(FhirValue? value) => value is not { } item ? "" : item.Text ?? throw PathRun.Fault("& joins texts only.");

    static List<FhirValue> Integers(string sign, long a, long b) => sign switch
    {
        "+" => Whole(checked(a + b)),
        "-" => Whole(checked(a - b)),
        "*" => Whole(checked(a * b)),
        "div" => b == 0 ? FhirValue.None : Whole(a / b),
        _ => b == 0 ? FhirValue.None : Whole(a % b),
    };

    static List<FhirValue> Whole(long value) => [FhirValue.Of(value)];

    static List<FhirValue> Decimals(string sign, decimal a, decimal b) => sign switch
    {
        "+" => [FhirValue.Of(a + b)],
        "-" => [FhirValue.Of(a - b)],
        "*" => [FhirValue.Of(a * b)],
        _ when b == 0 => FhirValue.None,
        "/" => [FhirValue.Of(Trimmed(a / b))],
        "div" => Whole(checked((long)decimal.Truncate(a / b))),
        _ => [FhirValue.Of(a % b)],
    };

    // A quotient has no scale of its own: 1/3 keeps its digits, 2/2 is 1.
    static decimal Trimmed(decimal value) => decimal.Round(value, 26) / 1.0000000000000000000000000000m;

    static List<FhirValue> Moved(FhirValue date, PathQuantity by, int sign)
    {
        if (by.Duration() is not { } duration || !by.Calendar && by.Unit is "a" or "mo")
            throw PathRun.Fault($"a date cannot be moved by '{by.Unit}'.");
        var (months, micros) = (duration.Months * sign, duration.Micros * sign);
        // A date without a day moves by whole months, one without a month by whole years.
        if (date.Kind != FhirValueKind.Time && date.Date.Precision < DatePrecision.Day && micros != 0)
            (months, micros) = ((int)(micros / (30L * 86_400_000_000)), 0);
        if (date.Kind == FhirValueKind.Date && date.Date.Precision == DatePrecision.Day) micros -= micros % 86_400_000_000;
        if (date.Date.Precision == DatePrecision.Year) months -= months % 12;
        return date.Date.Add(months, micros) is { } moved ? [FhirValue.Of(moved, date.Kind)] : FhirValue.None;
    }

    static List<FhirValue> Quantities(string sign, PathQuantity a, PathQuantity b)
    {
        switch (sign)
        {
            case "+" or "-":
                if (b.In(a, loosely: false) is not { } same) return FhirValue.None;
                var other = a.Unit == b.Unit ? b.Value : (decimal)same;
                return [FhirValue.Of(a with { Value = sign == "+" ? a.Value + other : a.Value - other })];
            case "*": return [FhirValue.Of(new PathQuantity(a.Value * b.Value, Joined(a.Unit, ".", b.Unit), false))];
            case "/" when b.Value != 0:
                if (b.In(a, loosely: false) is { } ratio && ratio != 0)
                    return [FhirValue.Of(new PathQuantity(Trimmed(a.Value / (a.Unit == b.Unit ? b.Value : (decimal)ratio)), "1", false))];
                return [FhirValue.Of(new PathQuantity(Trimmed(a.Value / b.Value), Joined(a.Unit, "/", b.Unit), false))];
            default: return FhirValue.None;
        }
    }

    static string Joined(string a, string sign, string b) =>
        b == "1" ? a : a == "1" && sign == "." ? b : a == b && sign == "." ? a + "2" : a + sign + b;

    static List<FhirValue> Scaled(string sign, PathQuantity quantity, decimal by) => sign == "*"
        ? [FhirValue.Of(quantity with { Value = quantity.Value * by })]
        : by == 0 ? FhirValue.None : [FhirValue.Of(quantity with { Value = Trimmed(quantity.Value / by) })];
}
