namespace Socle.Fhir;

/// <summary>The clock, and the parts of dates.</summary>
static class TimeFunctions
{
    public static void AddTo(Action<string, int, int, PathFunction> add)
    {
        add("now", 0, 0, (call, _) => [FhirValue.Of(PartialDate.Of(Now(call)), FhirValueKind.DateTime)]);
        add("today", 0, 0, (call, _) => [FhirValue.Of(Day(PartialDate.Of(Now(call))), FhirValueKind.Date)]);
        add("timeOfDay", 0, 0, (call, _) => [FhirValue.Of(PartialDate.Of(Now(call)) with { Year = 1970, Month = 1, DayOfMonth = 1,
            Offset = null }, FhirValueKind.Time)]);
        Part(add, "yearOf", DatePrecision.Year, date => date.Year);
        Part(add, "monthOf", DatePrecision.Month, date => date.Month);
        Part(add, "dayOf", DatePrecision.Day, date => date.DayOfMonth);
        Part(add, "hourOf", DatePrecision.Hour, date => date.Hours);
        Part(add, "minuteOf", DatePrecision.Minute, date => date.Minutes);
        Part(add, "secondOf", DatePrecision.Second, date => date.Micros / 1_000_000);
        Part(add, "millisecondOf", DatePrecision.Second, date => date.FractionDigits == 0 ? null : date.Micros % 1_000_000 / 1_000);
        add("timezoneOffsetOf", 0, 0, OnDate((date, kind) => date.Offset is { } offset ? FhirValue.Of(offset / 60m) : null));
        add("dateOf", 0, 0, OnDate((date, kind) => kind == FhirValueKind.Time ? null : FhirValue.Of(Day(date), FhirValueKind.Date)));
        add("timeOf", 0, 0, OnDate((date, kind) => date.Precision < DatePrecision.Hour ? null
            : FhirValue.Of(date with { Year = 1970, Month = 1, DayOfMonth = 1, Offset = null }, FhirValueKind.Time)));
    }

    static DateTimeOffset Now(PathCall call) => call.Run.Env.Now ?? throw PathRun.Fault($"{call.Name}() needs the time from outside.");

    static PartialDate Day(PartialDate date) => new()
    {
        Year = date.Year, Month = date.Month, DayOfMonth = date.DayOfMonth,
        Precision = date.Precision < DatePrecision.Day ? date.Precision : DatePrecision.Day,
    };

    static void Part(Action<string, int, int, PathFunction> add, string name, DatePrecision precision, Func<PartialDate, long?> part) =>
        add(name, 0, 0, OnDate((date, kind) =>
            date.Precision >= precision && (kind != FhirValueKind.Time || precision >= DatePrecision.Hour) && part(date) is { } number
                ? FhirValue.Of(number) : null));

    static PathFunction OnDate(Func<PartialDate, FhirValueKind, FhirValue?> function) => (call, input) =>
    {
        if (PathOps.Single(input, call.Name + "()") is not { } value) return FhirValue.None;
        if (!value.IsDate) throw PathRun.Fault($"{call.Name}() expects a date or time.");
        return function(value.Date, value.Kind) is { } made ? [made] : FhirValue.None;
    };
}
