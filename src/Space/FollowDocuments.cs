using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.SharedRecord;

namespace Socle.Space;

/// <summary>Tells an open list that something came in: ids only, the page fetches what it may see.</summary>
static class FollowDocuments
{
    static readonly TimeSpan Pace = TimeSpan.FromSeconds(5);

    public static async Task<IResult> Handle(string person, HttpContext http, Persons persons, Documents documents, TimeProvider clock, CancellationToken stop)
    {
        var (whose, _, _) = await persons.Open(http.Agent(), person, http.Correlation(), stop);
        return Page.Events(Changes(whose.Key, documents, clock, stop));
    }

    static async IAsyncEnumerable<string> Changes(long patient, Documents documents, TimeProvider clock, [EnumeratorCancellation] CancellationToken stop)
    {
        var last = await documents.LatestChange(patient, stop);
        while (!stop.IsCancellationRequested)
        {
            await Task.Delay(Pace, clock, stop);
            var now = await documents.LatestChange(patient, stop);
            if (now == last) continue;
            last = now;
            yield return now.ToString(System.Globalization.CultureInfo.InvariantCulture);
        }
    }
}
