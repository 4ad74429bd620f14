using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.SharedRecord;

namespace Socle.Space;

/// <summary>Tells an open list that something came in: ids only, the page fetches what it may see.</summary>
static class FollowDocuments
{
    public const string Since = "depuis";

    static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);

    public static async Task<IResult> Handle(string person, HttpContext http, Persons persons, Documents documents, TimeProvider clock, CancellationToken stop)
    {
        var (whose, _, _) = await persons.Open(http.Agent(), person, http.Correlation(), stop);
        // What the page knew when it was made: what came in before it began to listen is told at once.
        var known = long.TryParse(http.Request.Query[Since], NumberStyles.None, CultureInfo.InvariantCulture, out var shown) ? shown : (long?)null;
        return Page.Events(Changes(whose.Key, known, documents, clock, stop));
    }

    static async IAsyncEnumerable<string> Changes(
        long patient, long? known, Documents documents, TimeProvider clock, [EnumeratorCancellation] CancellationToken stop)
    {
        var last = known ?? await documents.LatestChange(patient, stop);
        while (!stop.IsCancellationRequested)
        {
            var now = await documents.LatestChange(patient, stop);
            if (now != last) yield return now.ToString(CultureInfo.InvariantCulture);
            last = now;
            await Task.Delay(Pace, clock, stop);
        }
    }
}
