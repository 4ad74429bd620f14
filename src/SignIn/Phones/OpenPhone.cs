using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>The first page of the phone: what waits for an answer, and whether this phone may give one.</summary>
static class OpenPhone
{
    const string Seen = "vu";

    static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);

    public static async Task<IResult> Show(HttpContext http, PhoneDesk desk, Phones phones, TimeProvider clock, CancellationToken stop)
    {
        if (http.Account() is not { } account) return Page.Show<Pages.PhonePage, Pages.PhoneModel>(Pages.PhoneModel.Nobody);
        var waiting = await desk.Waiting(account, stop);
        return Page.Show<Pages.PhonePage, Pages.PhoneModel>(new(
            account, clock.GetUtcNow(), [.. waiting.Select(one => new Pages.PhoneAsk(PhonePaths.Of(one.Id), one.Body.Requester, one.Body.Statement?.Kind, one.Body.Statement?.Name, one.ExpiresAt))],
            await Listed(phones, account, stop), $"{PhonePaths.Follow}?{Seen}={Mark(waiting)}"));
    }

    public static IResult Follow(HttpContext http, PhoneDesk desk, TimeProvider clock, CancellationToken stop) =>
        Page.Events(Changes(http.NeedAccount(), http.Request.Query[Seen].ToString(), desk, clock, stop));

    public static async Task<IReadOnlyList<Pages.PhoneLine>> Listed(Phones phones, string account, CancellationToken stop) =>
        [.. (await phones.Of(account, stop)).Select(phone => new Pages.PhoneLine(phone.Id, phone.Name, phone.Thumbprint, phone.State.ToString().ToLowerInvariant(), phone.Since, phone.EndedAt))];

    /// <summary>Ids only: nothing of a request travels in it, and nothing shows on a locked screen.</summary>
    static async IAsyncEnumerable<string> Changes(string account, string seen, PhoneDesk desk, TimeProvider clock, [EnumeratorCancellation] CancellationToken stop)
    {
        while (!stop.IsCancellationRequested)
        {
            var now = Mark(await desk.Waiting(account, stop));
            if (now != seen) yield return now;
            seen = now;
            await Task.Delay(Pace, clock, stop);
        }
    }

    static string Mark(List<PhoneRequest> waiting) =>
        waiting.Count.ToString(CultureInfo.InvariantCulture) + string.Concat(waiting.Select(one => "-" + one.Id[..8]));
}
