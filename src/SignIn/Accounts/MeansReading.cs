using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.SignIn;

/// <summary>What the page of somebody's phones and keys shows.</summary>
sealed class MeansReading(Accounts accounts, PasskeyStore passkeys, Phones phones, JourneyStore journeys, TimeProvider clock)
{
    public async Task<Pages.MeansModel> Of(HttpContext http, Form form, CancellationToken stop)
    {
        var session = http.Features.Get<WebSession>();
        if (session?.Account is not { } id || await accounts.Find(id, stop) is not { } account) return new(null, [], [], null, null, false, null, form);
        var paper = await journeys.PaperOf(id, stop);
        return new(account,
            [.. (await passkeys.Of(id, stop)).Select(one => new Pages.KeyView(one.Id, one.Facts.Name, one.Since, one.UsedAt, one.EndedAt, one.Why, one.Id == session.Means))],
            [.. (await phones.Of(id, stop)).Select(one => new Pages.PhoneView(one.Id, one.Name, one.Since, one.State != PhoneState.Revoked, one.Id == session.Means))],
            paper?.MadeAt, paper?.AskedAt + JourneyRule.Delay, MyMeans.IsFresh(http, clock), session.Level, form);
    }
}
