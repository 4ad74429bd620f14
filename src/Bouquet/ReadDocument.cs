using Microsoft.AspNetCore.Http;
using Socle.Bouquet.Pages;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.SharedRecord;

namespace Socle.Bouquet;

/// <summary>One document beside the patient's banner.</summary>
static class ReadDocument
{
    public static async Task<IResult> Handle(string patient, string id, HttpContext http, Records records, Documents documents, PageContext page, CancellationToken stop)
    {
        var opened = await records.OpenOnly(http.Agent(), patient, http.Correlation(), stop);
        var view = await documents.Open(opened.Scope, id, stop);
        return Page.Show<DocumentPage, DocumentModel>(new(
            opened.Patient, opened.Identity, view.Card, page.Viewer(view.ViewPath), page.Viewer(view.DownloadPath), opened.Why));
    }
}
