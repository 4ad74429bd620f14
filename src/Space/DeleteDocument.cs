using Microsoft.AspNetCore.Http;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.SharedRecord;
using Socle.Space.Pages;

namespace Socle.Space;

/// <summary>The logical deletion of a document that the citizen added: asked once more before it happens.</summary>
static class DeleteDocument
{
    public static async Task<IResult> Show(string person, string id, HttpContext http, Persons persons, Documents documents, CancellationToken stop)
    {
        var (whose, all, scope) = await persons.Open(http.Agent(), person, http.Correlation(), stop);
        return Page.Show<DeleteDocumentPage, DeleteDocumentModel>(new(whose, all, await Mine(documents, scope, whose, id, stop)));
    }

    public static async Task<IResult> Handle(string person, string id, HttpContext http, Persons persons, Documents documents, CancellationToken stop)
    {
        var (whose, _, scope) = await persons.Open(http.Agent(), person, http.Correlation(), stop);
        var card = await Mine(documents, scope, whose, id, stop);
        await documents.Delete(scope, id, stop);
        return Page.SeeOther($"/espace/{whose.Path}/documents", Texts.Of(typeof(SpaceModule).Assembly)["delete.done", card.Title]);
    }

    static async Task<DocumentCard> Mine(Documents documents, Store.Scope scope, Person whose, string id, CancellationToken stop)
    {
        var card = (await documents.OfPatient(scope, whose.Path, null, stop)).FirstOrDefault(c => c.Id == id) ?? throw SpaceRefusals.NoSuchDocument.With();
        return card.Mine ? card : throw SpaceRefusals.NotYours.With();
    }
}
