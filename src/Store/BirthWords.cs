using System.Globalization;
using Socle.Fhir;
using Socle.Platform;

namespace Socle.Store;

/// <summary>
/// Words of names that begin with the day of birth, among the words of names: a name and a birth date are one narrow range, however many
/// people bear the name. They tell nothing that <c>word</c> and <c>main_date</c> do not tell already.
/// </summary>
static class BirthWords
{
    const long Day = 24L * 3600 * 1_000_000;

    // A month (some are born on a day that nobody wrote down), or a day and its month the other way round, with a few words.
    const int MostRanges = 64;

    /// <summary>R4's parameters whose index this is: those of types that have a name and one birth date.</summary>
    public static IReadOnlyList<SearchParam> Parameters { get; } =
        [.. new[] { "Patient", "Person", "RelatedPerson" }.Select(type => Definitions.SearchParam(type, "birthdate")!)];

    public static bool AreKept(SearchParam? mainDate) => mainDate is not null && Parameters.Contains(mainDate);

    /// <param name="born">Microseconds; of a month or a year, its first day.</param>
    public static string Of(long born, string word) =>
        string.Create(CultureInfo.InvariantCulture, $"#{Rows.TimeOf(born):yyyy-MM-dd}:{word}");

    /// <summary>Each word on each day that is asked for; null when the clause does not name a few whole days.</summary>
    public static IReadOnlyList<string>? Sought(SearchClause born, IReadOnlyList<string> words)
    {
        var sought = new List<string>();
        foreach (var value in born.Values)
        {
            if (value.Prefix != SearchPrefix.Eq || value.Low % Day != 0 || value.High % Day != 0) return null;
            if (sought.Count + words.Count * ((value.High - value.Low) / Day) > MostRanges) return null;
            for (var day = value.Low; day < value.High; day += Day) sought.AddRange(words.Select(word => Of(day, word)));
        }
        return sought.Count > 0 ? sought : null;
    }
}
