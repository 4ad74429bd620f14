using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.Rights.Pages;

namespace Socle.Rights;

/// <summary>A paper of the person's: to look at, to print, and as a PDF that is the same file each time.</summary>
static class ShowCertificate
{
    public static async Task<IResult> Handle(
        string person, string code, HttpContext http, Household household, RightsStore store, PageContext page, CancellationToken stop)
    {
        var (bearer, issued) = await Find(person, code, http, household, store, stop);
        return Page.Show<CertificatePage, CertificateModel>(new(bearer, [bearer], issued.Body, issued.StateOn(page.Today)));
    }

    public static async Task<IResult> Pdf(string person, string code, HttpContext http, Household household, RightsStore store, CancellationToken stop)
    {
        var (_, issued) = await Find(person, code, http, household, store, stop);
        return Results.File(CertificatePaper.Pdf(issued.Body), "application/pdf",
            issued.Body.Kind == CertificateKind.Covered ? "attestation-prise-en-charge.pdf" : "attestation-de-droits.pdf");
    }

    static async Task<(Bearer Bearer, IssuedCertificate Issued)> Find(
        string person, string code, HttpContext http, Household household, RightsStore store, CancellationToken stop)
    {
        var bearer = await household.OpenOwn(http.Agent(), person, stop);
        var issued = CertificateCode.Read(code) is { } read ? await store.FindCertificate(read, stop) : null;
        return issued?.Patient == bearer.Key ? (bearer, issued) : throw RightsRefusals.NoSuchCertificate.With();
    }
}
