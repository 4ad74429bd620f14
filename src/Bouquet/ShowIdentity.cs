using Microsoft.AspNetCore.Http;
using Socle.Bouquet.Pages;
using Socle.Fhir;
using Socle.Identities;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.Store;

namespace Socle.Bouquet;

/// <summary>The INS with its five traits, to read and to scan. Of an open record only, and of a qualified identity only (RNIV).</summary>
static class ShowIdentity
{
    public static async Task<IResult> Handle(string patient, HttpContext http, Records records, RecordStore store, CancellationToken stop)
    {
        var opened = await records.OpenOnly(http.Agent(), patient, http.Correlation(), stop);
        var stored = await store.Read(opened.Scope, "Patient", patient, stop) ?? throw BouquetRefusals.NoSuchPatient.With();
        using var document = FhirDocument.Parse(stored.Bytes);
        return Page.Show<IdentityPage, IdentityModel>(new(opened.Patient, opened.Identity, InsDatamatrix.Of(document.Root)));
    }
}
