using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.Rights.Pages;
using Socle.SignIn;

namespace Socle.Rights;

/// <summary>The page of the phone that shows a card: it needs the network to open and none to show.</summary>
static class PresentCard
{
    public static async Task<IResult> Show(string person, HttpContext http, Household household, Accounts accounts, Phones phones, TimeProvider clock, CancellationToken stop)
    {
        var (bearer, all) = await household.Open(http.Agent(), person, stop);
        var account = await accounts.Of(http.Agent().Id, stop);
        var known = account is null ? [] : await phones.Of(account.Id, stop);
        return Page.Show<PresentPage, PresentModel>(new(bearer, all, account?.Id ?? "",
            [.. known.Select(phone => new PhoneLine(phone.Id, phone.Thumbprint, phone.State == PhoneState.Active))], clock.GetUtcNow().ToUnixTimeSeconds()));
    }
}
