using Microsoft.AspNetCore.Http;
using Socle.Cda;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.SharedRecord;
using Socle.Space.Pages;

namespace Socle.Space;

/// <summary>A citizen adds one of their documents: a photo, a PDF, a text.</summary>
static class AddDocument
{
    /// <summary>What a citizen files: the patient's own types of JDV_J07.</summary>
    public static IReadOnlyList<DocumentType> Types { get; } =
        [.. DocumentTypes.All.Where(t => t.Code.StartsWith("EXPPAT_", StringComparison.Ordinal) || t.Code.StartsWith("DOCPAT", StringComparison.Ordinal))];

    public static async Task<IResult> Show(string person, HttpContext http, Persons persons, CancellationToken stop)
    {
        var (whose, all, _) = await persons.Open(http.Agent(), person, http.Correlation(), stop);
        return Page.Show<AddDocumentPage, AddDocumentModel>(new(whose, all, Form.Empty));
    }

    public static async Task<IResult> Handle(string person, HttpContext http, Persons persons, Documents documents, CancellationToken stop)
    {
        var (whose, all, scope) = await persons.Open(http.Agent(), person, http.Correlation(), stop);
        var (form, file) = await UploadedFile.Read(http.Request, stop);
        await using var content = file?.Content;
        var title = form.Required("titre", T["add.name"]);
        var type = form.ChoiceOf("type", T["add.type"], [.. Types.Select(t => t.Code)]);
        if (file is null) form.Fail("fichier", T["add.no-file"]);
        var done = await form.Try("fichier", async () => { await documents.Deposit(scope, whose.Path, file!.Content,
            new DepositForm(title, type, form.OptionalDay("date"), file.Name, form.Typed("socle-form")), stop); });
        if (!done) return Page.Again<AddDocumentPage, AddDocumentModel>(new(whose, all, form));
        return Page.SeeOther($"/espace/{whose.Path}/documents", T["add.done", title]);
    }

    static Texts T => Texts.Of(typeof(SpaceModule).Assembly);
}
