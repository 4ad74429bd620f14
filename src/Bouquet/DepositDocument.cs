using Microsoft.AspNetCore.Http;
using Socle.Bouquet.Pages;
using Socle.Cda;
using Socle.Platform;
using Socle.Platform.Web;
using Socle.SharedRecord;

namespace Socle.Bouquet;

/// <summary>The professional files a document in the record that is open.</summary>
static class DepositDocument
{
    /// <summary>All types of JDV_J07 but the patient's own, by their French name.</summary>
    public static IReadOnlyList<DocumentType> Types { get; } =
    [
        .. DocumentTypes.All
            .Where(t => !t.Code.StartsWith("EXPPAT_", StringComparison.Ordinal) && !t.Code.StartsWith("DOCPAT", StringComparison.Ordinal))
            .OrderBy(t => t.French, StringComparer.Create(System.Globalization.CultureInfo.GetCultureInfo("fr-FR"), ignoreCase: true)),
    ];

    public static async Task<IResult> Show(string patient, HttpContext http, Records records, CancellationToken stop)
    {
        var opened = await records.OpenOnly(http.Agent(), patient, http.Correlation(), stop);
        return Page.Show<DepositPage, DepositModel>(new(opened.Patient, opened.Identity, Form.Empty));
    }

    public static async Task<IResult> Handle(string patient, HttpContext http, Records records, Documents documents, CancellationToken stop)
    {
        var opened = await records.OpenOnly(http.Agent(), patient, http.Correlation(), stop);
        var (form, file) = await UploadedFile.Read(http.Request, stop);
        await using var content = file?.Content;
        var title = form.Required("titre", T["deposit.name"]);
        var type = form.ChoiceOf("type", T["deposit.type"], [.. Types.Select(t => t.Code)]);
        if (file is null) form.Fail("fichier", T["deposit.no-file"]);
        var done = await form.Try("fichier", async () => { await documents.Deposit(opened.Scope, patient, file!.Content,
            new DepositForm(title, type, form.OptionalDay("date"), file.Name, form.Typed("socle-form")), stop); });
        if (!done) return Page.Again<DepositPage, DepositModel>(new(opened.Patient, opened.Identity, form));
        return Page.SeeOther($"/bouquet/patients/{patient}", T["deposit.done", title]);
    }

    static Texts T => Texts.Of(typeof(BouquetModule).Assembly);
}
