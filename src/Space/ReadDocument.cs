using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.SharedRecord;
using Socle.Space.Pages;

namespace Socle.Space;

/// <summary>One document, shown from the viewer origin, with who made it and a way to keep it.</summary>
static class ReadDocument
{
    public static async Task<IResult> Handle(string person, string id, HttpContext http, Persons persons, Documents documents, PageContext page, CancellationToken stop)
    {
        var (whose, all, scope) = await persons.Open(http.Agent(), person, http.Correlation(), stop);
        var view = await documents.Open(scope, id, stop);
        return Page.Show<DocumentPage, DocumentModel>(new(whose, all, view.Card, page.Viewer(view.ViewPath), page.Viewer(view.DownloadPath)));
    }
}
