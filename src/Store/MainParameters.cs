using System.Collections.Concurrent;
using Socle.Fhir;

namespace Socle.Store;

/// <summary>The code and the date of a type that stand in columns of the head row: « patient + code, newest first » is one range.</summary>
sealed record MainParameters(SearchParam? Code, SearchParam? Date)
{
    static readonly string[] Codes = ["code", "type", "vaccine-code", "category", "service-type"];

    // Each has at most one value in a resource: a condition on it can be asked of the column.
    static readonly string[] Dates =
        ["birthdate", "date", "authoredon", "authored", "authored-on", "recorded-date", "onset-date", "sent", "created", "effective-time",
         "whenhandedover", "issued", "recorded", "period", "start-date"];

    static readonly ConcurrentDictionary<string, MainParameters> Known = new();

    public static MainParameters Of(string type) => Known.GetOrAdd(type, static type => new(
        First(type, Codes, SearchKind.Token), First(type, Dates, SearchKind.Date)));

    static SearchParam? First(string type, string[] codes, SearchKind kind) => codes
        .Select(code => Definitions.SearchParam(type, code))
        .FirstOrDefault(parameter => parameter?.Kind == kind && (kind != SearchKind.Date || parameter.IsSingle));
}
