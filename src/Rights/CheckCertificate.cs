using Microsoft.AspNetCore.Http;
using Socle.Platform.Web;
using Socle.Rights.Pages;

namespace Socle.Rights;

/// <summary>Whoever holds a paper checks it: what is written on it, whether it holds, and never a number.</summary>
static class CheckCertificate
{
    public const string Path = "/verifier";

    public static async Task<IResult> Handle(HttpContext http, RightsStore store, PageContext page, CancellationToken stop)
    {
        var form = Form.OfQuery(http.Request);
        if (form.Optional("code") is not { } typed) return Page.Show<CheckPage, CheckModel>(new(form, null, null));
        var issued = CertificateCode.Read(typed) is { } code ? await store.FindCertificate(code, stop) : null;
        // The number stands on some papers; it is not said again to whoever has the code.
        return Page.Show<CheckPage, CheckModel>(new(form, issued?.StateOn(page.Today) ?? CertificateState.Unknown, issued is null ? null : issued.Body with { Matricule = null }));
    }
}
