using Microsoft.AspNetCore.Http;
using Socle.Access;
using Socle.Bouquet.Pages;
using Socle.Identities;
using Socle.Platform;
using Socle.Platform.Web;

namespace Socle.Bouquet;

/// <summary>
/// By INS, typed or scanned from a Datamatrix, or by birth name and birth date. Sent as a form, so that no INS stands in an address. Bounded per hour; a person who is
/// found sees it in their trace; of several, none is picked.
/// </summary>
static class FindPatient
{
    public static async Task<IResult> Handle(
        HttpContext http, IdentitySearch identities, AccessBudget budget, AccessDesk desk, Agenda agenda, Records records, PageContext page, CancellationToken stop)
    {
        var form = await Form.Read(http.Request, stop);
        var professional = http.Agent();
        var scan = Scanned(form);
        var ins = scan?.Matricule ?? form.Optional("ins")?.Replace(" ", "", StringComparison.Ordinal);
        var name = form.Optional("nom");
        var birth = form.OptionalDay("naissance");
        if (ins is null && (name is null || birth is null) && !form.HasErrors) form.Fail("ins", T["find.need"]);
        if (form.HasErrors) return Page.Again<BouquetPage, BouquetModel>(await OpenBouquet.Model(professional, agenda, page, form, null, null, stop));

        await budget.SpendSearch(professional, stop);
        var found = ins is not null
            ? await identities.ByIns(professional, null, ins, stop)
            : await identities.ByTraits(professional, new Traits(name!, form.Optional("prenom"), birth!.Value.ToString("yyyy-MM-dd", System.Globalization.CultureInfo.InvariantCulture), SexOf(form)), stop);
        if (found is Found.None && ins is not null) await budget.SpendUnknown(professional, stop);
        // The code carries the traits with the number: where they are not those that are known, one of the two is somebody else.
        if (scan is not null && found is Found.One { Card: var read } && Differences(scan, read) is { Length: > 0 } differences)
            return Page.Show<BouquetPage, BouquetModel>(await OpenBouquet.Model(professional, agenda, page, form, null, T["find.scan-differs", differences], stop));
        var open = found is Found.One one && (await desk.Explain(professional, one.Card.PatientKey, stop)).Allowed;
        return Page.Show<BouquetPage, BouquetModel>(await OpenBouquet.Model(professional, agenda, page, form,
            found is Found.One { Card: var card } ? new(card, records.PathOf(card.PatientKey), open) : null,
            found switch { Found.None => T["find.none"], Found.Several several => T["find.several", several.Count], _ => null }, stop));
    }

    static InsDatamatrix? Scanned(Form form)
    {
        if (form.Optional("ins") is not { } typed || !InsDatamatrix.IsScan(typed)) return null;
        try
        {
            return InsDatamatrix.Read(typed);
        }
        catch (Refusal refusal)
        {
            form.Fail("ins", refusal.French);
            return null;
        }
    }

    static string Differences(InsDatamatrix scan, PatientCard card) => string.Join(", ", scan.Traits.Contradictions(
        new(card.BirthName, card.FirstName, card.BirthDate.Length == 0 ? null : card.BirthDate, card.Sex.Length == 0 ? null : card.Sex)));

    static string? SexOf(Form form) => form.Optional("sexe") is "F" or "M" ? form.Typed("sexe") : null;

    static Texts T => Texts.Of(typeof(BouquetModule).Assembly);
}
